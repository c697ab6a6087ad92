"""A ledger made by the first version of the tables: migrated, audited, and going on; and what the audit finds since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, insert, inspect, select, text

from ledger.auditing import audit_ledger
from ledger.directory_desk import open_desk
from ledger.directory_key import directory_key_path, read_directory_key
from ledger.faults import Fault, LedgerFault
from ledger.instants import MachineClock
from ledger.keys_folder import log_key_name, write_private_key
from ledger.opening import open_bookkeeper
from ledger.orders.kinds import AttestBacking, CloseAccount, Leg
from ledger.store import beside_schema, migrations, schema
from ledger.store.columns import METADATA
from ledger.store.directory import read_names
from ledger.store.engine import connect_writer, parse_url
from ledger.store.migrations import migrate, tables_0001
from ledger.store.version import require_schema
from ledger.wire import AnswerStatus
from tests.refused import refused
from tests.stored import MONEY, StoredLedger
from tests.strategies import HOUR_US, key_of


def _old_tables(url: str) -> None:
    """The tables of version 0001, as its own migration makes them."""
    engine = create_engine(parse_url(url))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()


def _copy(source: Connection, target: Connection) -> None:
    """Every row of the old tables, with the columns that they had."""
    for table in tables_0001.METADATA.sorted_tables:
        rows = [dict(row) for row in source.execute(select(table)).mappings()]
        if table.name == "log_head":
            target.execute(table.update().values(**rows[0]))
        elif rows:
            target.execute(insert(table), rows)
    target.commit()
    source.rollback()


@pytest.fixture
def old_url(database_url: str) -> str:
    """The database of an old ledger; `tmp_path` of the test has its keys."""
    _old_tables(database_url)
    return database_url


def test_an_old_ledger_migrates_and_goes_on(old_url: str, tmp_path: Path) -> None:
    """Accounts, payments and bills of version 0001 with the rules of that time; afterwards all of version 2."""
    ledger = StoredLedger.create(f"sqlite:///{tmp_path / 'made.sqlite'}", tmp_path / "keys", rules=1)
    ledger.person("asha", money=MONEY)
    ledger.person("juma")
    ledger.institution("agency")
    payment = ledger.paying("asha", Leg(ledger.accounts["juma"], 600))
    _, number = ledger.bill("agency", "B/1", 500)
    bill = ledger.paying_bill("asha", number, 500)
    ledger.settle(payment, bill)
    itself = ledger.paying("asha", Leg(ledger.accounts["asha"], 1))
    assert ledger.bookkeeper.settle([itself], now_us=ledger.world.now_us)[0].status is AnswerStatus.REFUSED
    ledger.close()
    with connect_writer(ledger.url) as source, connect_writer(old_url) as target:
        _copy(source, target)
        target.execute(insert(tables_0001.names).values(party="p", name="Asha Mwinyi", updated_us=1))
        target.commit()
        with refused(Fault.SCHEMA_FOREIGN, found="0001", expected=schema.SCHEMA_VERSION):
            require_schema(target)
        target.rollback()
    migrate(old_url)
    report = audit_ledger(old_url)
    ledger.bookkeeper = open_bookkeeper(old_url, tmp_path / "keys", lease_seconds=1).bookkeeper
    open_desk(ledger.bookkeeper, tmp_path / "keys", MachineClock())
    with connect_writer(old_url) as reader:
        key = read_directory_key(directory_key_path(tmp_path / "keys"))
        assert read_names(reader, key, ["p"]) == {"p": "Asha Mwinyi"}
        assert reader.execute(select(beside_schema.names)).all() == []
        reader.rollback()
    refunds = ledger.refunding("juma", payment, 200), ledger.refunding("agency", bill, 500)
    ledger.settle(ledger.paying("asha", Leg(ledger.accounts["juma"], 1)), ledger.adopting(), *refunds)
    ledger.settle(ledger.freezing("asha"))
    ledger.bookkeeper.close()
    assert audit_ledger(old_url).records == report.records + 5


def test_a_changed_bill_learns_who_approved_its_change(database_url: str, tmp_path: Path) -> None:
    """Tables of version 0005 named only the order that asked; the approval is found in the records."""
    ledger = StoredLedger.create(database_url, tmp_path / "keys")
    ledger.institution("agency")
    ledger.person("provider", money=MONEY)
    ledger.everything_about_bills("agency", "provider")
    ledger.close()
    with connect_writer(database_url) as connection:
        changed = schema.bills.c.changes
        rows = connection.execute(select(schema.bills.c.bill, changed).where(changed != "[]")).all()
        assert len(rows) == 1
        old = [pair[0] for pair in json.loads(rows[0].changes)]
        connection.execute(
            schema.bills.update().where(schema.bills.c.bill == rows[0].bill).values(changes=json.dumps(old))
        )
        connection.execute(text("UPDATE alembic_version SET version_num = '0005'"))
        connection.commit()
    migrate(database_url)
    audit_ledger(database_url)
    with connect_writer(database_url) as connection:
        assert connection.execute(select(schema.bills.c.bill, changed).where(changed != "[]")).all() == rows


def test_migrated_tables_are_those_of_the_schema(database_url: str) -> None:
    """Step by step one arrives at what `schema` says: columns in their order, types, nullability, keys."""
    _old_tables(database_url)
    migrate(database_url)
    with connect_writer(database_url) as connection:
        found = inspect(connection)
        for table in METADATA.sorted_tables:
            columns = found.get_columns(table.name)
            assert [(row["name"], row["nullable"]) for row in columns] == [
                (column.name, bool(column.nullable)) for column in table.columns
            ], table.name
            types = [column.type.compile(connection.dialect) for column in table.columns]
            assert [row["type"].compile(connection.dialect) for row in columns] == types, table.name
            key = found.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key], table.name


TAMPERINGS = {
    "accounts": "UPDATE accounts SET freezes = freezes - 1 WHERE freezes > 0",
    "accounts closed": "UPDATE accounts SET closed = NULL",
    "bills": "UPDATE bills SET refunded = 0 WHERE refunded > 0",
    "parties": "UPDATE parties SET roles = 'issuer' WHERE roles = 'auditor'",
    "refunds": "UPDATE refunds SET refunded = refunded - 1",
    "refunds gone": "DELETE FROM refunds",
    "reversals": "UPDATE reversals SET reversal = 'other'",
    "reversals more": "INSERT INTO reversals VALUES ('an entry', 'another')",
    "freezes": "UPDATE freezes SET scope = 'debits'",
    "freezes lifted": "UPDATE freezes SET lifted = placed + 1 WHERE lifted IS NULL",
    "freezes number": "UPDATE freezes SET order_number = 'HC/99'",
    "log_keys": "UPDATE log_keys SET first_size = first_size + 1",
    "log_keys vouched": "UPDATE log_keys SET endorsement = x'00'",
    "log_keys order": "UPDATE log_keys SET order_id = 'other'",
    "attestations": "UPDATE attestations SET amount = amount + 1",
    "attestations date": "UPDATE attestations SET date = '2026-11-23'",
    "attestations by": "UPDATE attestations SET party = 'issuer'",
    "attestations reference": "UPDATE attestations SET reference = 'BOT/2'",
    "day_closes": "UPDATE day_closes SET sequence = sequence - 1",
    "day_closes more": "INSERT INTO day_closes VALUES (1, 1)",
    "log_head": "UPDATE log_head SET day_refused = day_refused + 1",
    "rules_adopted": "UPDATE rules_adopted SET rules = 3",
    "rules_adopted elsewhere": "UPDATE rules_adopted SET sequence = sequence + 1",
}


@pytest.fixture(scope="module")
def tampered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Connection]]:
    """A ledger with every kind of correction, whose guards its owner took away."""
    folder = tmp_path_factory.mktemp("tampered")
    url = f"sqlite:///{folder / 'ledger.sqlite'}"
    ledger = StoredLedger.create(url, folder / "keys", rules=1)
    ledger.settle(ledger.adopting())
    ledger.person("asha", money=MONEY)
    juma = ledger.person("juma")
    ledger.institution("agency")
    _, number = ledger.bill("agency", "B/1", 500)
    payment, bill = ledger.paying("asha", Leg(juma, 600)), ledger.paying_bill("asha", number, 500)
    refund = ledger.refunding("juma", payment, 200)
    ledger.settle(payment, bill, refund, ledger.reversing(refund), ledger.refunding("juma", payment, 600))
    freezes = [ledger.freezing("asha"), ledger.freezing("asha")]
    ledger.settle(ledger.refunding("agency", bill, 5), *freezes, ledger.unfreezing("asha", freezes[0]))
    ledger.settle(ledger.world.verified(CloseAccount(juma), "juma"))
    write_private_key(folder / "keys", log_key_name("next"), key_of("log-2"))
    attesting = ledger.world.verified(AttestBacking("TZS", MONEY, "2026-11-24", "BOT/1"), "auditor")
    ledger.settle(ledger.world.rotating("log-2"), attesting)
    ledger.bookkeeper.settle([], now_us=ledger.world.now_us + 24 * HOUR_US)
    ledger.close()
    audit_ledger(url)
    with connect_writer(url) as connection:
        names = (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        )
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.commit()
        yield url, connection


@pytest.mark.parametrize("what", list(TAMPERINGS))
def test_the_audit_finds_a_changed_row(tampered: tuple[str, Connection], what: str) -> None:
    """Every column that a refund, a reversal, a freeze, a role or the rules brought is compared."""
    url, connection = tampered
    tables = {table.name: table for table in METADATA.sorted_tables}
    before = {name: connection.execute(select(table)).mappings().all() for name, table in tables.items()}
    assert connection.execute(text(TAMPERINGS[what])).rowcount > 0
    connection.commit()
    table = tables[what.split(maxsplit=1)[0]]
    try:
        with pytest.raises(LedgerFault) as caught:
            audit_ledger(url)
    finally:
        connection.execute(table.delete())
        connection.execute(insert(table), [dict(row) for row in before[table.name]])
        connection.commit()
    assert caught.value.fault is Fault.PROJECTION_WRONG
    assert caught.value.details["table"] == table.name
    audit_ledger(url)
