"""What start-up finds: a head without its records, tiles that lead elsewhere, books that do not balance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from ledger.books.accounts import AccountClass
from ledger.books.trial_balance import trial_balance
from ledger.faults import Fault
from ledger.keys_folder import LOG_KEY, read_private_key
from ledger.money import MINOR_UNITS_MAX
from ledger.opening import open_bookkeeper
from ledger.orders.kinds import Leg
from ledger.store import schema
from ledger.store.accounts import read_trial_balance
from ledger.store.checks import check_books, check_head, check_store
from ledger.store.engine import connect_writer, parse_url, place
from ledger.store.head import read_head
from ledger.store.migrations import migrate
from ledger.store.rows import account_of
from tests.refused import refused
from tests.stored import MONEY, StoredLedger


@pytest.fixture
def url(database_url: str, tmp_path: Path) -> str:
    """A ledger in which asha paid juma, closed in good order."""
    ledger = StoredLedger.create(database_url, tmp_path / "keys")
    ledger.person("asha", money=MONEY)
    juma = ledger.person("juma")
    ledger.settle(ledger.paying("asha", Leg(juma, 1)))
    ledger.close()
    return database_url


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    """SQL by hand on that ledger, with the guards taken away by the tables' owner."""
    with connect_writer(url) as connection:
        _take_guards_away(connection)
        yield connection


def _take_guards_away(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
    else:
        for name in (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        ):
            connection.execute(text(f"DROP TRIGGER {name}"))
    connection.commit()


def test_a_sound_ledger_passes(connection: Connection) -> None:
    """As the bookkeeper left it."""
    check_store(connection)


def test_a_lost_last_record_is_found(connection: Connection) -> None:
    """The head counts a record that is not there."""
    size = read_head(connection).size
    connection.execute(text("DELETE FROM records WHERE sequence = (SELECT max(sequence) FROM records)"))
    with refused(Fault.LOG_HEAD_WRONG, what="size", head=str(size), found=str(size - 1)):
        check_store(connection)


def test_a_record_too_many_is_found(connection: Connection) -> None:
    """A record that no head counts was not settled by a batch."""
    size = read_head(connection).size
    connection.execute(schema.records.insert().values(sequence=size, record=b"{}"))
    with refused(Fault.LOG_HEAD_WRONG, what="size", head=str(size), found=str(size + 1)):
        check_store(connection)


def test_tiles_of_another_history_are_found(connection: Connection) -> None:
    """The root of the tiles is computed and compared with the head's."""
    head = read_head(connection)
    zeros = bytes(32 * head.size)
    connection.execute(schema.log_tiles.update().where(schema.log_tiles.c.level == 0).values(hashes=zeros))
    with pytest.raises(Exception, match="what=root") as caught:
        check_head(connection)
    assert f"head={head.root.hex()}" in str(caught.value)


def test_tiles_that_are_too_short_are_found(connection: Connection) -> None:
    """A tile that lost its end, or is gone."""
    size = str(read_head(connection).size)
    connection.execute(
        schema.log_tiles.update().where(schema.log_tiles.c.level == 0).values(hashes=bytes(32))
    )
    with refused(Fault.LOG_HEAD_WRONG, what="tiles", head=size, found="too_short"):
        check_head(connection)
    connection.execute(schema.log_tiles.delete())
    with refused(Fault.LOG_HEAD_WRONG, what="tiles", head=size, found="too_short"):
        check_head(connection)


def test_books_that_do_not_balance_are_found(connection: Connection) -> None:
    """One minor unit too much in one account, among all of them."""
    connection.execute(
        text("UPDATE accounts SET credits_posted = credits_posted + 1 WHERE opened > 0 AND debits_posted = 0")
    )
    with refused(Fault.BOOKS_UNBALANCED, currency="TZS", difference="-1"):
        check_books(connection)


def test_a_database_without_a_ledger_is_not_served(database_url: str) -> None:
    """Tables, but no record 0."""
    migrate(database_url)
    with (
        connect_writer(database_url) as connection,
        refused(Fault.STORE_EMPTY, database=place(parse_url(database_url))),
    ):
        check_store(connection)


def test_opening_for_writing_makes_these_checks(connection: Connection, url: str, tmp_path: Path) -> None:
    """The bookkeeper is never made over a ledger that the checks refuse."""
    read_private_key(tmp_path / "keys", LOG_KEY)
    connection.execute(text("UPDATE accounts SET debits_posted = debits_posted + 1 WHERE code = '1000'"))
    connection.commit()
    connection.close()
    with refused(Fault.BOOKS_UNBALANCED, currency="TZS", difference="1"):
        open_bookkeeper(url, tmp_path / "keys", lease_seconds=5)


def test_the_database_adds_up_as_the_books_do(connection: Connection) -> None:
    """The sums of the database are those of the pure function over all accounts."""
    accounts = [account_of(row) for row in connection.execute(select(schema.accounts))]
    assert read_trial_balance(connection) == trial_balance(accounts)


def test_sums_beyond_64_bits_are_exact(connection: Connection) -> None:
    """Turnover adds up past the largest counter; SQLite's own sum would give up."""
    for number in range(5):
        connection.execute(
            schema.accounts.insert().values(
                address=f"tzst1big{number}", party="p", account_class="wallet", currency="USD", opened=1,
                debits_posted=MINOR_UNITS_MAX - number, credits_posted=MINOR_UNITS_MAX,
            )
        )  # fmt: skip
    lines = read_trial_balance(connection).lines
    (line,) = (line for line in lines if (line.currency, line.account_class) == ("USD", AccountClass.WALLET))
    assert (line.debits_posted, line.credits_posted) == (5 * MINOR_UNITS_MAX - 10, 5 * MINOR_UNITS_MAX)
