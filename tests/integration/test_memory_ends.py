"""What ends the bookkeeper's memory, on both databases: a database that fails at the close of a day or after COMMIT."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from ledger import bookkeeper as bookkeeper_module
from ledger.auditing import audit_ledger
from ledger.bookkeeper import CommitUncertain
from ledger.books.trial_balance import TrialBalance
from ledger.faults import Fault, LedgerFault
from ledger.instants import eat_day
from ledger.loading import fresh_state
from ledger.opening import open_bookkeeper
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Leg
from ledger.orders.signed import VerifiedOrder
from ledger.rules.state import State
from ledger.store.accounts import read_trial_balance
from ledger.store.engine import connect_writer
from ledger.wire import AnswerStatus
from tests.stored import MONEY, StoredLedger
from tests.strategies import HOUR_US

DAY_US = 24 * HOUR_US


class Ledger(StoredLedger):
    """A stored ledger whose connection breaks."""

    keys: Path

    def reopen(self) -> None:
        """As after a restart."""
        self.bookkeeper.close()
        self.bookkeeper = open_bookkeeper(self.url, self.keys, lease_seconds=10).bookkeeper

    def payment(self) -> VerifiedOrder:
        """Asha pays a little."""
        return self.paying("asha", Leg(self.world.genesis.address_of("2900"), 5))

    def break_off(self, connection: Connection) -> None:
        """The connection is gone, as when the database's machine is: nothing can be asked of it any more."""
        if connection.dialect.name == "sqlite":
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.close()
            return
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        other = connect_writer(self.url)
        other.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})
        other.commit()
        other.close()
        other.engine.dispose()


@pytest.fixture
def ledger(database_url: str, tmp_path: Path) -> Iterator[Ledger]:
    """Asha with money, on each engine. It is audited when the test is over."""
    made = Ledger.create(database_url, tmp_path / "keys")
    made.keys = tmp_path / "keys"
    made.person("asha", money=MONEY)
    yield made
    made.close()
    audit_ledger(database_url)


def settled_after_all(ledger: Ledger, order: VerifiedOrder, *, size: int) -> None:
    """After a restart the day is closed once, and the order is decided for the first time, right after it."""
    day = eat_day(ledger.world.now_us) - 1
    assert ledger.enquiries.head().size == size
    assert ledger.enquiries.day_close(day) is None
    ledger.reopen()
    (answer,) = ledger.bookkeeper.settle([order], now_us=ledger.world.now_us)
    assert (answer.status, answer.replayed, answer.sequence) == (AnswerStatus.ACCEPTED, False, size + 1)
    assert ledger.enquiries.day_close(day) is not None


@pytest.mark.parametrize("with_order", [True, False], ids=["with an order", "idle"])
def test_the_database_goes_at_the_close_of_a_day(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, *, with_order: bool
) -> None:
    """The connection breaks while the books are read: the memory ends, and nothing is half done."""
    size = ledger.bookkeeper.head.size
    ledger.world.now_us += DAY_US
    order = ledger.payment()

    def broken(connection: Connection) -> TrialBalance:
        ledger.break_off(connection)
        return read_trial_balance(connection)

    with monkeypatch.context() as breaking:
        breaking.setattr(bookkeeper_module, "read_trial_balance", broken)
        with pytest.raises(CommitUncertain):
            ledger.bookkeeper.settle([order] if with_order else [], now_us=ledger.world.now_us)
    settled_after_all(ledger, order, size=size)


def test_the_database_goes_during_a_preview_that_closes_a_day(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A preview on a database that is gone ends the memory as well: it is not the order's doing."""
    size = ledger.bookkeeper.head.size
    ledger.world.now_us += DAY_US
    order = ledger.payment()

    def broken(connection: Connection) -> TrialBalance:
        ledger.break_off(connection)
        return read_trial_balance(connection)

    with monkeypatch.context() as breaking:
        breaking.setattr(bookkeeper_module, "read_trial_balance", broken)
        with pytest.raises(CommitUncertain):
            ledger.bookkeeper.preview([order], now_us=ledger.world.now_us)
    settled_after_all(ledger, order, size=size)


def test_a_bug_at_the_close_of_a_day_is_no_orders_fault(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends the memory instead of poisoning the orders that came with it, and its transaction is rolled back."""
    size = ledger.bookkeeper.head.size
    ledger.world.now_us += DAY_US
    order = ledger.payment()

    def with_a_bug(*_: object, **__: object) -> bytes:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(bookkeeper_module, "close_record", with_a_bug)
        with pytest.raises(CommitUncertain):
            ledger.bookkeeper.settle([order], now_us=ledger.world.now_us)
    assert not ledger.bookkeeper._connection.in_transaction()
    settled_after_all(ledger, order, size=size)


def test_a_fault_at_the_close_of_a_day_stays_that_fault(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits is told the fault, which says that nothing was taken; the transaction is rolled back."""
    size = ledger.bookkeeper.head.size
    ledger.world.now_us += DAY_US
    order = ledger.payment()

    def unreachable(_: Connection) -> TrialBalance:
        raise LedgerFault(Fault.STORE_UNREACHABLE)

    with monkeypatch.context() as broken:
        broken.setattr(bookkeeper_module, "read_trial_balance", unreachable)
        with pytest.raises(LedgerFault) as caught:
            ledger.bookkeeper.settle([order], now_us=ledger.world.now_us)
    assert caught.value.fault is Fault.STORE_UNREACHABLE
    assert not ledger.bookkeeper._connection.in_transaction()
    settled_after_all(ledger, order, size=size)


def test_forgetting_what_is_in_memory_ends_its_transaction(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the bound all is forgotten after each batch, no transaction stays open, and the next batch goes on."""
    monkeypatch.setattr(bookkeeper_module, "ACCOUNTS_REMEMBERED_MAX", 0)
    for _ in range(3):
        ledger.settle(ledger.payment())
        assert not ledger.bookkeeper._state.accounts
        assert not ledger.bookkeeper._connection.in_transaction()
    ledger.world.now_us += DAY_US
    ledger.settle(ledger.payment())
    assert ledger.enquiries.day_close(eat_day(ledger.world.now_us) - 1) is not None


def test_the_database_goes_while_memory_is_forgotten(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch was committed and its answers are lost: asked again, the same outcome comes again."""
    monkeypatch.setattr(bookkeeper_module, "ACCOUNTS_REMEMBERED_MAX", 0)
    order, size = ledger.payment(), ledger.bookkeeper.head.size

    def broken(connection: Connection, genesis: Genesis) -> State:
        ledger.break_off(connection)
        return fresh_state(connection, genesis)

    with monkeypatch.context() as breaking:
        breaking.setattr(bookkeeper_module, "fresh_state", broken)
        with pytest.raises(CommitUncertain):
            ledger.bookkeeper.settle([order], now_us=ledger.world.now_us)
    ledger.reopen()
    (answer,) = ledger.bookkeeper.settle([order], now_us=ledger.world.now_us)
    assert (answer.status, answer.replayed, answer.sequence) == (AnswerStatus.ACCEPTED, True, size)
