"""The guards: SQL by hand, as the owner of the tables, against everything that the ledger never does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from ledger.directory.kinds import LookupReason
from ledger.directory.wishes import LookUp, Token
from ledger.directory_desk import open_desk
from ledger.instants import MachineClock
from ledger.keys_folder import log_key_name, write_private_key
from ledger.orders.kinds import AttestBacking, CloseAccount, Leg
from ledger.store import schema
from ledger.store.engine import connect_writer
from tests.stored import MONEY, StoredLedger
from tests.strategies import HOUR_US, key_of

EVERYWHERE = (*schema.APPEND_ONLY, *schema.KEPT)

GUARD = "daftari guard: "

CHANGES = {
    "a record's bytes": "UPDATE records SET record = (SELECT record FROM records WHERE sequence = 0)",
    "a record's place": "UPDATE records SET sequence = sequence + 1000",
    "an outcome's place": "UPDATE outcomes SET sequence = sequence + 1",
    "an outcome's content": "UPDATE outcomes SET content = (SELECT root FROM log_head)",
    "a checkpoint": "UPDATE checkpoints SET checkpoint = 'forged'",
    "an entry's amount": "UPDATE entries SET amount = amount + 1",
    "an entry's account": "UPDATE entries SET counterparty = address",
    "a control number's digits": "UPDATE control_numbers SET control_number = '880000000000'",
    "a payment's bill": "UPDATE bill_payments SET bill = 'other'",
    "a payment's shares": "UPDATE bill_payments SET parts = '[]'",
    "a provider's receipt": "UPDATE provider_receipts SET order_id = 'other'",
    "a bulk's total": "UPDATE bulks SET total = total + 1",
    "a bulk's lines raised again": "UPDATE bulks SET raised = 0, raised_total = 0",
    "a bulk's line": "UPDATE bulk_lines SET bulk = 'other'",
    "a paid bill's amount": "UPDATE bills SET amount = amount + 1, content = 'new' WHERE paid > 0 AND content IS NULL",
    "a bill that collected too much": "UPDATE bills SET paid = amount + 1",
    "a bill that gave back too much": "UPDATE bills SET refunded = paid + 1",
    "a bill payable otherwise": "UPDATE bills SET option = 'partial' WHERE option <> 'partial'",
    "a bill with another content": "UPDATE bills SET content = 'other' WHERE content IS NOT NULL",
    "a bill no longer cancelled": "UPDATE bills SET cancelled = NULL WHERE cancelled IS NOT NULL",
    "a bill id's bill": "UPDATE bill_ids SET bill = 'other'",
    "a lower debit counter": "UPDATE accounts SET debits_posted = debits_posted - 1 WHERE debits_posted > 0",
    "a lower credit counter": "UPDATE accounts SET credits_posted = credits_posted - 1, debits_posted = 0"
    " WHERE account_class = 'collection'",
    "an account's owner": "UPDATE accounts SET party = 'thief'",
    "an account's class": "UPDATE accounts SET account_class = 'backing' WHERE account_class = 'wallet'",
    "an account's currency": "UPDATE accounts SET currency = 'USD'",
    "an account's address": "UPDATE accounts SET address = 'tzst1thief' WHERE account_class = 'collection'",
    "an account's code": "UPDATE accounts SET code = NULL WHERE code IS NOT NULL",
    "an account's age": "UPDATE accounts SET opened = opened + 1",
    "a party's age": "UPDATE parties SET registered = registered + 1",
    "a party's name": "UPDATE parties SET title_en = 'Thief', title_sw = 'Mwizi'",
    "a party's services": "UPDATE parties SET services = '[]' WHERE services <> '[]'",
    "a key's bytes": "UPDATE keys SET jwk = '{}'",
    "a key's party": "UPDATE keys SET party = 'thief'",
    "a key's scopes": "UPDATE keys SET scopes = 'all' WHERE scopes <> 'all'",
    "a key back in force": "UPDATE keys SET revoked = NULL WHERE revoked IS NOT NULL",
    "a key revoked at another time": "UPDATE keys SET revoked = revoked + 1 WHERE revoked IS NOT NULL",
    "a bill's amount": "UPDATE bills SET amount = amount + 1",
    "a bill's payee": "UPDATE bills SET payee = 'tzst1thief'",
    "a bill's end": "UPDATE bills SET payable_until_us = payable_until_us + 1",
    "a bill's maker": "UPDATE bills SET maker = 'somebody'",
    "a bill unapproved": "UPDATE bills SET checker = NULL, control_number = NULL, paid_by = NULL",
    "a bill's other number": "UPDATE bills SET control_number = '880000000000' WHERE control_number IS NOT NULL",
    "a refund of another payment": "UPDATE refunds SET payment = 'other'",
    "a reversal by another": "UPDATE reversals SET reversal = 'other'",
    "a milder freeze": "UPDATE freezes SET scope = 'debits' WHERE scope = 'all'",
    "a shorter freeze": "UPDATE freezes SET frozen_until_us = 1 WHERE frozen_until_us IS NULL",
    "a freeze back in force": "UPDATE freezes SET lifted = NULL WHERE lifted IS NOT NULL",
    "money for a closed account": "UPDATE accounts SET credits_posted = credits_posted + 1 WHERE closed IS NOT NULL",
    "a closed account opened": "UPDATE accounts SET closed = NULL WHERE closed IS NOT NULL",
    "another log key": "UPDATE log_keys SET jwk = '{}'",
    "another attestation": "UPDATE attestations SET amount = amount + 1",
    "a day closed elsewhere": "UPDATE day_closes SET sequence = sequence + 1",
    "another reason to look": "UPDATE directory_lookups SET reason = 'tax'",
    "another official": "UPDATE directory_lookups SET official = 'nobody'",
    "other rules": "UPDATE rules_adopted SET rules = 9",
    "a shorter log": "UPDATE log_head SET size = size - 1",
    "another root": "UPDATE log_head SET root = (SELECT content FROM outcomes LIMIT 1)",
    "an earlier term": "UPDATE log_head SET term = term - 1",
    "a shorter tile": "UPDATE log_tiles SET hashes = (SELECT root FROM log_head)",
    "a moved tile": "UPDATE log_tiles SET tile_index = tile_index + 7",
}


@pytest.fixture
def connection(database_url: str, tmp_path: Path) -> Iterator[Connection]:
    """SQL by hand on a ledger that has everything: money, a payment, bills in each state, a revoked key."""
    ledger = StoredLedger.create(database_url, tmp_path / "keys", rules=1)
    ledger.settle(ledger.adopting(3))
    ledger.person("asha", money=MONEY)
    juma = ledger.person("juma")
    ledger.institution("agency")
    ledger.bill("agency", "OPEN-1", 500_00)
    _, number = ledger.bill("agency", "PAID-1", 700_00)
    ledger.settle(ledger.paying_bill("asha", number, 700_00))
    ledger.everything_about_bills("agency", "asha")
    payment = ledger.paying("asha", Leg(juma, 900_00))
    refund = ledger.refunding("juma", payment, 400_00)
    freezes = [ledger.freezing("asha"), ledger.freezing("asha")]
    ledger.settle(payment, refund, ledger.reversing(refund), ledger.refunding("juma", payment, 900_00))
    closing = ledger.world.verified(CloseAccount(juma), "juma")
    ledger.settle(*freezes, ledger.unfreezing("asha", freezes[0]), closing)
    ledger.settle(ledger.revoking("agency-maker", "agency"))
    write_private_key(tmp_path / "keys", log_key_name("next"), key_of("log-2"))
    attesting = ledger.world.verified(AttestBacking("TZS", MONEY, "2026-11-24", "BOT/1"), "auditor")
    ledger.settle(ledger.world.rotating("log-2"), attesting)
    ledger.bookkeeper.settle([], now_us=ledger.world.now_us + 24 * HOUR_US)
    desk = open_desk(ledger.bookkeeper, tmp_path / "keys", MachineClock())
    looking = LookUp("auditor", "kid", LookupReason.AUDIT, "A/1", None, "p", Token("t", 2**60))
    desk.answer(looking)
    ledger.close()
    with connect_writer(database_url) as connection:
        yield connection


def _attempt(connection: Connection, statement: str) -> str:
    """What the database said to a statement; nothing, if it let it pass."""
    try:
        connection.execute(text(statement))
    except DBAPIError as error:
        return str(error.orig)
    finally:
        connection.rollback()
    return ""


def test_a_change_of_what_was_settled_is_refused(connection: Connection) -> None:
    """Each attack would meet at least one row, and the guard stops it by name."""
    done = [what for what, statement in CHANGES.items() if GUARD not in _attempt(connection, statement)]
    assert not done


def test_nothing_is_deleted(connection: Connection) -> None:
    """Not from the log, not from the register, not from the books."""
    for table in EVERYWHERE:
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() > 0, table.name
        assert GUARD in _attempt(connection, f"DELETE FROM {table.name}"), table.name


def test_nothing_is_replaced(connection: Connection) -> None:
    """SQLite's REPLACE, and PostgreSQL's ON CONFLICT, do not get around the guards."""
    for table in EVERYWHERE:
        names = ", ".join(column.name for column in table.columns)
        key = ", ".join(column.name for column in table.primary_key)
        last = names.rsplit(", ", 1)[-1]
        rows = f"SELECT {names} FROM {table.name} WHERE true"
        if connection.dialect.name == "sqlite":
            statement = f"INSERT OR REPLACE INTO {table.name} ({names}) {rows}"
        elif table in schema.APPEND_ONLY:
            conflict = f"ON CONFLICT ({key}) DO UPDATE SET {last} = excluded.{last}"
            statement = f"INSERT INTO {table.name} ({names}) {rows} {conflict}"
        else:
            continue  # an upsert of a row that may change is an UPDATE, which has its own tests here
        assert GUARD in _attempt(connection, statement), table.name


def test_nothing_is_truncated(connection: Connection) -> None:
    """PostgreSQL's TRUNCATE is no DELETE and needs its own guard; SQLite has none, and DELETE without WHERE is held."""
    for table in EVERYWHERE:
        verb = "TRUNCATE" if connection.dialect.name == "postgresql" else "DELETE FROM"
        assert GUARD in _attempt(connection, f"{verb} {table.name}"), table.name


def test_what_may_change_can_be_changed(connection: Connection) -> None:
    """The guards leave the ledger's own moves alone: forward, once, and upwards."""
    kid = key_of("asha").public.kid
    for statement in (
        (
            "UPDATE accounts SET debits_posted = debits_posted + 1, credits_posted = credits_posted + 1"
            " WHERE closed IS NULL"
        ),
        "UPDATE parties SET roles = 'issuer registrar'",
        "UPDATE bills SET paid_by = NULL WHERE paid_by IS NOT NULL",
        "UPDATE refunds SET refunded = refunded - 1",
        f"UPDATE keys SET revoked = 1000 WHERE kid = '{kid}'",
        "UPDATE bills SET paid_by = 'an order' WHERE bill_id = 'OPEN-1'",
        "UPDATE parties SET full_keys = full_keys + 1",
        "UPDATE log_head SET term = term + 1",
        "UPDATE log_head SET size = size + 1, root = (SELECT content FROM outcomes LIMIT 1)",
    ):
        assert connection.execute(text(statement)).rowcount > 0, statement


def test_names_beside_the_log_can_be_erased(connection: Connection) -> None:
    """Display names and used tokens are the only rows that go."""
    for statement in (
        "INSERT INTO names VALUES ('p', 'Asha', 1)",
        "UPDATE names SET name = 'Asha B.'",
        "DELETE FROM names",
        "DELETE FROM used_tokens",  # of the look-up above
        "INSERT INTO used_tokens VALUES ('jti', 1)",
        "DELETE FROM used_tokens",
    ):
        assert connection.execute(text(statement)).rowcount == 1, statement
