"""Batches: what is saved is what is read back, on both engines, down to the last null and the largest number."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from ledger.books.accounts import Account, AccountClass, Side
from ledger.books.bills import Bill
from ledger.books.journal import AccountEntry
from ledger.books.parties import BillService, Key, Party, Role, Scope, Title
from ledger.faults import BrokenPromise
from ledger.money import MINOR_UNITS_MAX
from ledger.proofs.merkle import EMPTY_ROOT, TILE_HASHES, Frontier, leaf_hash
from ledger.store import batch, schema
from ledger.store.arrays import Blobs, Integers, Texts
from ledger.store.batch import BatchRows
from ledger.store.engine import connect_writer
from ledger.store.head import count_holders, load_frontier, load_record, read_head, records_end
from ledger.store.migrations import migrate
from ledger.store.projections import dump
from tests.postgres import BorrowedServer, PostgresServer

ADDRESSES = [f"tzst1{number:038}" for number in range(3)]
WALLET = Account(ADDRESSES[0], "asha", AccountClass.WALLET, "TZS", 3, None, 0, MINOR_UNITS_MAX)
BACKING = Account(ADDRESSES[1], "issuer", AccountClass.BACKING, "TZS", 0, "1000", MINOR_UNITS_MAX, 0)
PERSON = Party("asha", (), 3)
AGENCY = Party(
    "agency", (Role.INSTITUTION, Role.AUDITOR), 4, Title("Agency, the", "Wakala 'huu'"),
    (BillService("LIC", Title("Licence", "Leseni")), BillService("TAX", Title('Tax "A"', "Kodi"))), 2,
)  # fmt: skip
KEY = Key("kid-1", "asha", '{"kty":"OKP"}', (Scope.ALL,), 3)
MAKER = Key("kid-2", "agency", '{"kty":"EC"}', (Scope.MAKE, Scope.READ), 4)
BILL = Bill("bill-1", "agency", "B/1", "LIC", ADDRESSES[2], "TZS", 5_000, 2**60, "kid-2", 5)


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """The writing connection to a database with empty tables."""
    migrate(database_url)
    with connect_writer(database_url) as connection:
        yield connection


def _save(connection: Connection, rows: BatchRows, frontier: Frontier) -> None:
    """Save a batch with the tiles and the head that its records make, and commit."""
    rows.tiles = frontier.append([leaf_hash(record) for _, record in rows.records])
    rows.head = (frontier.size, frontier.root(), f"checkpoint {frontier.size}")
    batch.save(connection, rows)
    connection.commit()


def test_everything_that_is_saved_is_loaded_again(connection: Connection) -> None:
    """One batch with a row of every kind; names that are not there are simply not found."""
    record, content = bytes(range(256)), sha256(b"order").digest()
    rows = BatchRows(
        records=[(0, b"{}"), (1, record)],
        outcomes=[("order-1", 1, content)],
        entries=[AccountEntry(ADDRESSES[0], 1, 0, Side.CREDIT, 7, 7, ADDRESSES[1])],
        accounts_opened=[WALLET, BACKING],
        parties_new=[PERSON, AGENCY],
        keys_new=[KEY, MAKER],
        bills_new=[BILL],
        control_numbers=[("881234567890", "bill-1")],
        bill_ids=[("agency", "B/1", "bill-1")],
    )
    _save(connection, rows, Frontier())
    assert batch.recall(connection, ["order-0", "order-1"]) == {"order-1": (1, content, record)}
    assert batch.load_accounts(connection, ADDRESSES) == {WALLET.address: WALLET, BACKING.address: BACKING}
    assert batch.load_parties(connection, ["asha", "agency", "x"]) == {"asha": PERSON, "agency": AGENCY}
    assert batch.load_keys(connection, ["kid-2", "kid-1", "x"]) == {"kid-1": KEY, "kid-2": MAKER}
    assert batch.load_bills(connection, ["bill-1", "x"]) == {"bill-1": BILL}
    assert batch.load_control_numbers(connection, ["881234567890", "x"]) == {"881234567890": "bill-1"}
    own_ids = [("agency", "B/1"), ("asha", "B/1"), ("agency", "B/2")]
    assert batch.load_bill_ids(connection, own_ids) == {("agency", "B/1"): "bill-1"}
    assert list(dump(connection, schema.entries)) == [
        (ADDRESSES[0], 1, 0, "credit", 7, 7, ADDRESSES[1]),
    ]
    assert (load_record(connection, 1), records_end(connection), count_holders(connection)) == (record, 2, 2)
    head = read_head(connection)
    assert (head.size, head.checkpoint) == (2, "checkpoint 2")
    assert list(dump(connection, schema.checkpoints)) == [(2, "checkpoint 2")]


def test_what_a_batch_changes_is_changed_and_nothing_else(connection: Connection) -> None:
    """Counters, keys, parties and bills as they are after the batch; their neighbours stay."""
    frontier = Frontier()
    first = BatchRows(
        records=[(0, b"{}")], accounts_opened=[BACKING._replace(debits_posted=9), WALLET._replace(credits_posted=9)],
        parties_new=[PERSON, AGENCY], keys_new=[KEY, MAKER], bills_new=[BILL, BILL._replace(bill="bill-2")],
    )  # fmt: skip
    _save(connection, first, frontier)
    moved = WALLET._replace(credits_posted=19, debits_posted=5)
    agency, maker = AGENCY._replace(full_keys=1), MAKER._replace(revoked=9)
    open_bill = BILL._replace(checker="kid-9", control_number="881234567890")
    second = BatchRows(
        records=[(1, b"{}")], accounts_moved=[moved], parties_changed=[agency], keys_changed=[maker],
        bills_changed=[open_bill],
    )  # fmt: skip
    _save(connection, second, frontier)
    paid = open_bill._replace(paid_by="order-7")
    _save(connection, BatchRows(records=[(2, b"{}")], bills_changed=[paid]), frontier)
    assert batch.load_accounts(connection, ADDRESSES)[WALLET.address] == moved
    assert batch.load_accounts(connection, ADDRESSES)[BACKING.address].debits_posted == 9
    assert batch.load_parties(connection, ["asha", "agency"]) == {"asha": PERSON, "agency": agency}
    assert batch.load_keys(connection, ["kid-1", "kid-2"]) == {"kid-1": KEY, "kid-2": maker}
    assert batch.load_bills(connection, ["bill-1"])["bill-1"] == paid
    assert batch.load_bills(connection, ["bill-2"])["bill-2"] == BILL._replace(bill="bill-2")


def test_a_row_that_is_not_there_cannot_be_changed(connection: Connection) -> None:
    """A bug above that "changes" what was never saved stops the batch, instead of losing money in silence."""
    rows = BatchRows(records=[(0, b"{}")], accounts_moved=[WALLET])
    with pytest.raises(BrokenPromise):
        _save(connection, rows, Frontier())
    connection.rollback()
    assert records_end(connection) == 0


def test_a_batch_is_saved_whole_or_not_at_all(connection: Connection) -> None:
    """The last table that a batch touches may refuse it: nothing of the first ones stays."""
    frontier = Frontier()
    _save(connection, BatchRows(records=[(0, b"{}")], outcomes=[("order-1", 1, bytes(32))]), frontier)
    again = BatchRows(records=[(1, b"{}")], accounts_opened=[WALLET], outcomes=[("order-1", 1, bytes(32))])
    with pytest.raises(Exception, match="outcomes"):
        _save(connection, again, frontier)
    connection.rollback()
    assert (records_end(connection), batch.load_accounts(connection, ADDRESSES)) == (1, {})


def test_tiles_grow_over_many_batches(connection: Connection) -> None:
    """Batches that end in the middle of a tile, fill it, and span several; the stored edge is the one in memory."""
    frontier, size = Frontier(), 0
    assert load_frontier(connection).root() == EMPTY_ROOT
    for count in (1, 3, TILE_HASHES - 4, 1, 2 * TILE_HASHES + 5, 7):
        rows = BatchRows(records=[(sequence, b"%d" % sequence) for sequence in range(size, size + count)])
        _save(connection, rows, frontier)
        size += count
        stored = load_frontier(connection)
        assert (stored.size, stored.root()) == (size, frontier.root())
        connection.rollback()
    assert [(level, index, len(hashes) // 32) for level, index, hashes in dump(connection, schema.log_tiles)] == [
        (0, 0, 256), (0, 1, 256), (0, 2, 256), (0, 3, 13), (1, 0, 3),
    ]  # fmt: skip


def test_names_to_look_up_are_data(connection: Connection) -> None:
    """Quotes, brackets, backslashes and commas in a name find nothing and break nothing."""
    hostile = ["'", '"', "\\", "{a,b}", "[]", "x'); DROP TABLE records; --", "NULL", "%s", "ñ", ""]
    assert batch.load_accounts(connection, hostile) == {}
    assert batch.load_bill_ids(connection, [(name, name) for name in hostile]) == {}
    assert batch.recall(connection, []) == {}


def test_a_large_set_is_looked_up_at_once(connection: Connection) -> None:
    """A thousand orders name a few thousand accounts: more than SQLite's usual limit of parameters."""
    accounts = [WALLET._replace(address=f"tzst1{number:038}") for number in range(5_000)]
    _save(connection, BatchRows(records=[(0, b"{}")], accounts_opened=accounts), Frontier())
    names = [account.address for account in accounts] + ["tzst1nobody"]
    assert batch.load_accounts(connection, names) == {account.address: account for account in accounts}


def test_all_rows_of_a_table_come_in_the_order_of_its_key(connection: Connection) -> None:
    """By code point on both engines, so that they can be compared with a replay; several tables at once."""
    parties = [PERSON._replace(party=name) for name in ("b", "a", "B", "a-1", "a1", "_")]
    _save(connection, BatchRows(records=[(0, b"{}"), (1, b"x")], parties_new=parties), Frontier())
    pairs = zip(dump(connection, schema.parties), dump(connection, schema.records), strict=False)
    assert [(party[0], record) for party, record in pairs] == [("B", (0, b"{}")), ("_", (1, b"x"))]
    assert [row[0] for row in dump(connection, schema.parties)] == ["B", "_", "a", "a-1", "a1", "b"]


INTEGERS = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@pytest.fixture(scope="module")
def driver(postgres_server: PostgresServer | BorrowedServer) -> Iterator[psycopg.Connection[Any]]:
    """PostgreSQL's own connection, as the writer prepares it."""
    url = postgres_server.database_url()
    with connect_writer(url) as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        yield driver
    postgres_server.drop_database(url)


@pytest.mark.property
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    numbers=st.lists(st.none() | INTEGERS),
    texts=st.lists(st.none() | TEXTS),
    blobs=st.lists(st.none() | st.binary()),
)
def test_columns_reach_postgresql_as_they_are(
    driver: psycopg.Connection[Any],
    numbers: list[int | None],
    texts: list[str | None],
    blobs: list[bytes | None],
) -> None:
    """Whatever numbers, texts and bytes, with nulls or empty: the server reads the array that was meant."""
    query = "SELECT %s::bigint[], %s::text[], %s::bytea[]"
    row = driver.execute(query, (Integers(numbers), Texts(texts), Blobs(blobs))).fetchone()
    driver.rollback()
    assert row == (numbers, texts, blobs)


def test_the_tables_refuse_an_entry_of_nothing(connection: Connection) -> None:
    """An amount of zero never gets into the entries, whatever a bug above may send."""
    nothing = AccountEntry(ADDRESSES[0], 0, 0, Side.DEBIT, 0, 0, ADDRESSES[1])
    with pytest.raises(Exception, match="entries_amount"):
        _save(connection, BatchRows(records=[(0, b"{}")], entries=[nothing]), Frontier())
