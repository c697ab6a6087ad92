"""The tables: made once and whole, never over somebody else's, and STRICT about what they hold."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from ledger.books.accounts import AccountClass, Side
from ledger.faults import Fault, LedgerFault
from ledger.proofs.merkle import EMPTY_ROOT
from ledger.store import beside_schema, columns, migrations, schema
from ledger.store.engine import connect_writer, parse_url, place
from ledger.store.guards import Guards
from ledger.store.head import LogHead, read_head
from ledger.store.lease import take_lease
from ledger.store.migrations import migrate
from ledger.store.version import found_version, require_schema
from tests.refused import refused


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A connection to a database with empty tables."""
    migrate(database_url)
    with connect_writer(database_url) as connection:
        yield connection


def test_a_new_database_gets_every_table_and_an_empty_log(connection: Connection) -> None:
    """Tables as the schema says, of its version, and a head without records."""
    expected = {table.name for table in columns.METADATA.sorted_tables}
    assert set(inspect(connection).get_table_names()) == expected | {"alembic_version"}
    require_schema(connection)
    assert read_head(connection) == LogHead(0, EMPTY_ROOT, 0, "")


def test_migrating_again_changes_nothing(database_url: str) -> None:
    """What a repeated migration finds is what it leaves, down to the last row."""
    migrate(database_url)
    with connect_writer(database_url) as connection:
        connection.execute(insert(beside_schema.names).values(party="p", name="Asha", updated_us=1))
        connection.commit()
    migrate(database_url)
    with connect_writer(database_url) as connection:
        assert connection.execute(select(beside_schema.names.c.name)).scalars().all() == ["Asha"]
        assert found_version(connection) == schema.SCHEMA_VERSION


def test_the_newest_migration_is_the_version_that_the_software_asks_for() -> None:
    """The version check reads a constant and not Alembic's folder: the two must agree."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.SCHEMA_VERSION]


def test_an_empty_database_is_told_from_a_ledger(database_url: str) -> None:
    """No tables, no ledger; and a SQLite file is not made by looking for one."""
    path = Path(parse_url(database_url).database or "")
    if database_url.startswith("sqlite"):
        with refused(Fault.STORE_EMPTY, database=path.name):
            connect_writer(database_url)
        assert not path.exists()
        path.touch()
    with (
        connect_writer(database_url) as connection,
        refused(Fault.STORE_EMPTY, database=place(parse_url(database_url))),
    ):
        require_schema(connection)


def test_tables_of_a_later_version_are_refused(database_url: str) -> None:
    """Neither served nor migrated: only the software that made them knows what they mean."""
    migrate(database_url)
    with connect_writer(database_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
        with refused(Fault.SCHEMA_FOREIGN, found="9999", expected=schema.SCHEMA_VERSION):
            require_schema(connection)
        with refused(Fault.SCHEMA_FOREIGN, found="9999", expected=schema.SCHEMA_VERSION):
            take_lease(connection, wait_seconds=0)
    with refused(Fault.SCHEMA_FOREIGN, found="9999", expected=schema.SCHEMA_VERSION):
        migrate(database_url)


def test_tables_of_somebody_else_are_left_alone(database_url: str) -> None:
    """A database with tables but without a version of ours is not ours."""
    if database_url.startswith("sqlite"):
        Path(parse_url(database_url).database or "").touch()
    with connect_writer(database_url) as connection:
        connection.execute(text("CREATE TABLE accounts (number INTEGER)"))
        connection.commit()
    with refused(Fault.SCHEMA_FOREIGN, found="unversioned", expected=schema.SCHEMA_VERSION):
        migrate(database_url)
    with connect_writer(database_url) as connection:
        assert inspect(connection).get_table_names() == ["accounts"]


def test_a_migration_that_fails_leaves_nothing_behind(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the tables and half of the guards were made, everything is gone again, and a second try works."""
    made = list[str]()

    def fail(connection: Connection, _: Guards) -> None:
        made.extend(inspect(connection).get_table_names())
        raise RuntimeError("the lights went out")

    with monkeypatch.context() as patch:
        patch.setattr("ledger.store.guards.create_guards", fail)
        with pytest.raises(RuntimeError, match="the lights went out"):
            migrate(database_url)
    assert "records" in made
    if database_url.startswith("sqlite"):
        assert not Path(parse_url(database_url).database or "").exists()
    else:
        with connect_writer(database_url) as connection:
            assert found_version(connection) is None
    migrate(database_url)
    with connect_writer(database_url) as connection:
        require_schema(connection)


def test_a_ledger_that_is_being_served_is_not_migrated(connection: Connection, database_url: str) -> None:
    """Whoever writes holds the lease, and a migration needs it too."""
    lease = take_lease(connection, wait_seconds=0)
    with pytest.raises(LedgerFault) as caught:
        migrate(database_url)
    assert caught.value.fault is Fault.ALREADY_RUNNING
    lease.release()
    connection.close()
    migrate(database_url)


def test_a_database_under_a_reader_is_not_replaced(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite the file is exchanged, which nobody may be reading; the old file stays as it was."""
    migrate(sqlite_url)
    path = Path(parse_url(sqlite_url).database or "")
    before = path.stat().st_ino
    monkeypatch.setattr(migrations, "_KNOWN_EARLIER", frozenset({schema.SCHEMA_VERSION}))
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("PRAGMA journal_mode = WAL")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM records")
        with refused(Fault.ALREADY_RUNNING, run_dir=path.name):
            migrate(sqlite_url)
    assert path.stat().st_ino == before


def test_a_migrated_copy_keeps_what_was_there(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that were still in the write-ahead log are in the file that takes the place, and no old log lies beside."""
    migrate(sqlite_url)
    path = Path(parse_url(sqlite_url).database or "")
    with connect_writer(sqlite_url) as connection:
        connection.execute(insert(beside_schema.names).values(party="p", name="Asha", updated_us=1))
        connection.commit()
    before = path.stat().st_ino
    monkeypatch.setattr(migrations, "_KNOWN_EARLIER", frozenset({schema.SCHEMA_VERSION}))
    migrate(sqlite_url)
    assert path.stat().st_ino != before
    assert not path.with_name(f"{path.name}-wal").exists()
    with connect_writer(sqlite_url) as connection:
        assert connection.execute(select(beside_schema.names.c.name)).scalars().all() == ["Asha"]


def test_the_database_is_its_owners_alone(sqlite_url: str) -> None:
    """Display names of people lie in it."""
    migrate(sqlite_url)
    assert stat.S_IMODE(Path(parse_url(sqlite_url).database or "").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "wrong",
    [
        {"debits_posted": 1.5},
        {"credits_posted": -1},
        {"debits_posted": 1},
        {"account_class": "slush"},
        {"party": None},
        {"credits_posted": "many"},
    ],
)
def test_an_account_that_cannot_be_is_refused(connection: Connection, wrong: dict[str, object]) -> None:
    """Fractions, negative counters, a wallet below zero, a class that there is not, nothing, words."""
    right = {
        "address": "tzst1a", "party": "p", "account_class": "wallet", "currency": "TZS", "opened": 1, "code": None,
        "debits_posted": 0, "credits_posted": 0,
    }  # fmt: skip
    connection.execute(insert(schema.accounts).values(**right | {"address": "tzst1b"}))
    columns = ", ".join(right)
    values = ", ".join(f":{name}" for name in right)
    with pytest.raises(DBAPIError):
        connection.execute(text(f"INSERT INTO accounts ({columns}) VALUES ({values})"), right | wrong)


def test_a_counter_beyond_64_bits_is_refused(connection: Connection) -> None:
    """SQLite would make a floating-point number of it in any but a STRICT table."""
    account = {
        "address": "tzst1a", "party": "p", "account_class": "wallet", "currency": "TZS", "opened": 1,
        "debits_posted": 0, "credits_posted": 2**63 - 1,
    }  # fmt: skip
    connection.execute(insert(schema.accounts).values(**account))
    with pytest.raises(DBAPIError):
        connection.execute(text("UPDATE accounts SET credits_posted = credits_posted + 1"))


def test_the_checks_know_the_words_of_the_books() -> None:
    """The words in the tables' checks are those of the enumerations, no more and no fewer."""
    assert _words(schema.accounts, "accounts_class") == {word.value for word in AccountClass}
    assert _words(schema.entries, "entries_side") == {word.value for word in Side}


def _words(table: Table, name: str) -> set[str]:
    (check,) = (constraint for constraint in table.constraints if constraint.name == name)
    rule = str(check.sqltext)  # type: ignore[attr-defined]
    return set(rule.split("(")[1].replace("'", "").rstrip(")").split(", "))
