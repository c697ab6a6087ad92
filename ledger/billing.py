"""The reader of what a billing system asks: an institution's bills, their payments, and a day to reconcile.

A day is one of East Africa Time. Whatever moved money for a bill on that day is one line of its own: each payment, each
refund, each reversal, as the institution's own collection accounts saw it. So the lines of a day add up to what those
accounts gained by bills on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from ledger.bill_views import BillView, bill_views
from ledger.books.accounts import Account, AccountClass, Side
from ledger.books.bills import Bill, BillPart, BillPayment
from ledger.books.journal import AccountEntry
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_DAY, day_text, eat_day_start_us
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, PayBill, Refund, Reverse
from ledger.orders.signed import open_order
from ledger.rules.records import read_record
from ledger.store import batch, bill_readings, head, readings, standing
from ledger.store.bill_readings import BillFilter
from ledger.store.engine import reading

LINES_MAX = 100_000
"""So many entries of a day are looked at; more want a machine that reads the events."""


class PaymentView(NamedTuple):
    """A payment of a bill, and what became of it."""

    payment: BillPayment
    recorded_at: str
    refunded: int
    """What was given back of it, in minor units."""
    reversed_by: str | None


class BillPage(NamedTuple):
    """Some of an institution's bills, newest first, and the record that raised the last of them if there are more."""

    bills: list[BillView]
    next: int | None
    log_size: int


class DayLine(NamedTuple):
    """One movement of a collection account for a bill."""

    entry: AccountEntry
    kind: str
    """`payment`, `refund` or `reversal`."""
    recorded_at: str
    order_id: str
    bill: Bill
    payment: BillPayment
    """The payment itself, or the one that goes back."""
    parts: tuple[BillPart, ...]
    """What each item of this account got by a payment; empty for what goes back."""

    @property
    def signed_minor_units(self) -> int:
        """What the account gained by it, less than zero for what went back."""
        return self.entry.amount_minor_units * (1 if self.entry.side is Side.CREDIT else -1)


class DayView(NamedTuple):
    """What an institution collected on a day."""

    day: int
    """Days since 1970-01-01, in East Africa Time."""
    closed: bool
    """Whether the ledger has closed it: nothing can be added."""
    accounts: list[Account]
    lines: list[DayLine]
    log_size: int


class Billing:
    """Answers about bills from a reading engine."""

    def __init__(self, engine: Engine, genesis: Genesis) -> None:
        self._engine = engine
        self._genesis = genesis

    def bills(
        self, party: str, wanted: BillFilter, *, from_us: int | None, now_us: int, limit: int
    ) -> BillPage:
        """A page of an institution's bills; with `from_us` only those that were raised at that instant or later."""
        with reading(self._engine) as connection:
            size = head.read_head(connection).size
            if from_us is not None:
                wanted = wanted._replace(first=readings.size_at(connection, from_us - 1, size=size))
            found = bill_readings.bills_of(connection, party, wanted, now_us=now_us, limit=limit + 1)
            views = bill_views(connection, found[:limit], self._genesis)
            return BillPage(views, found[limit - 1].raised if len(found) > limit else None, size)

    def payments(self, bill: str) -> list[PaymentView]:
        """The payments of a bill, oldest first."""
        with reading(self._engine) as connection:
            payments = bill_readings.payments_of(connection, bill)
            names = [payment.order_id for payment in payments]
            refunds, reversals = (
                batch.load_refunds(connection, names),
                batch.load_reversals(connection, names),
            )
            records = readings.records_at(connection, {payment.sequence for payment in payments})
            return [
                PaymentView(
                    payment,
                    str(read_record(records[payment.sequence]).members["recorded_at"]),
                    sum(refunds.get(payment.order_id, {}).values()),
                    reversals.get(payment.order_id),
                )
                for payment in payments
            ]

    def day(self, party: str, day: int) -> DayView:
        """Everything that moved an institution's collection accounts for bills on a day.

        Raises:
            LedgerFault: PERIOD_TOO_LONG beyond `LINES_MAX` entries.
        """
        with reading(self._engine) as connection:
            size, start_us = head.read_head(connection).size, eat_day_start_us(day_text(day))
            first = readings.size_at(connection, start_us - 1, size=size)
            until = readings.size_at(connection, start_us + MICROSECONDS_PER_DAY - 1, size=size)
            accounts = [
                account
                for account in readings.accounts_of(connection, party)
                if account.account_class is AccountClass.COLLECTION
            ]
            lines = [line for account in accounts for line in self._lines(connection, account, first, until)]
            closed = standing.read_close(connection, day) is not None
            return DayView(day, closed, accounts, sorted(lines, key=_place), size)

    def _lines(self, connection: Connection, account: Account, first: int, until: int) -> list[DayLine]:
        after = (first, -1)
        rows = readings.entries_after(
            connection, account.address, after=after, until=until, limit=LINES_MAX + 1
        )
        if len(rows) > LINES_MAX:
            raise LedgerFault(Fault.PERIOD_TOO_LONG, entries_max=LINES_MAX)
        moved = [_Moved.of(entry, record, self._genesis) for entry, record in rows]
        payments = self._payments_behind(connection, moved)
        bills = batch.load_bills(connection, list({payment.bill for payment in payments.values()}))
        return [
            _line(row, account.address, bills[payment.bill], payment)
            for row in moved
            if (payment := payments.get(row.order_id)) is not None
        ]

    def _payments_behind(self, connection: Connection, moved: Sequence[_Moved]) -> Mapping[str, BillPayment]:
        """Order -> the payment of a bill that it is, or that it gives back. A reversal may be that of a refund."""
        about = {row.order_id: row.about for row in moved if row.about is not None}
        found = {row.order_id: row.entry.sequence for row in moved if row.kind == "payment"}
        for _ in range(2):  # a reversal names a refund, which names a payment
            names = list(set(about.values()))
            recalled = batch.recall(connection, names)
            bodies = {name: _body(record, self._genesis) for name, (_, _, record) in recalled.items()}
            for order_id, name in list(about.items()):
                if isinstance(bodies.get(name), PayBill):
                    found[order_id] = recalled[name][0]
            about = {
                order_id: body.payment
                for order_id, name in about.items()
                if isinstance(body := bodies.get(name), Refund)
            }
        payments = bill_readings.payments_at(connection, set(found.values()))
        return {order_id: payments[sequence] for order_id, sequence in found.items() if sequence in payments}


class _Moved(NamedTuple):
    entry: AccountEntry
    order_id: str
    kind: str
    about: str | None
    recorded_at: str

    @classmethod
    def of(cls, entry: AccountEntry, record: bytes, genesis: Genesis) -> _Moved:
        line = read_record(record)
        order = open_order(line.order or b"", genesis).order
        about: str | None = None
        kind = "other"
        match order.body:
            case PayBill():
                kind = "payment"
            case Refund(payment=name):
                kind, about = "refund", name
            case Reverse(entry=name):
                kind, about = "reversal", name
            case _:
                pass
        return cls(entry, order.order_id, kind, about, str(line.members["recorded_at"]))


def _body(record: bytes, genesis: Genesis) -> Body:
    return open_order(read_record(record).order or b"", genesis).order.body


def _line(row: _Moved, address: str, bill: Bill, payment: BillPayment) -> DayLine:
    parts = tuple(part for part in payment.parts if part.payee == address and part.amount_minor_units)
    return DayLine(
        row.entry,
        row.kind,
        row.recorded_at,
        row.order_id,
        bill,
        payment,
        parts if row.kind == "payment" else (),
    )


def _place(line: DayLine) -> tuple[int, str, int]:
    return line.entry.sequence, line.entry.address, line.entry.n
