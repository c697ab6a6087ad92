"""What is read of bills beyond single rows: an institution's lists, the payments of a bill, those of records."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, not_, select

from ledger.books.bills import Bill, BillPayment, BillStatus, PayOption
from ledger.store import schema
from ledger.store.rows import bill_of, payment_of

_AT_ONCE = 10_000
"""Names of rows in one statement: engines bound how many there may be."""


class BillFilter(NamedTuple):
    """Which of an institution's bills are wanted. None: any."""

    status: BillStatus | None = None
    bill_id: str | None = None
    first: int | None = None
    """Only those that this record or a later one raised."""
    before: int | None = None
    """Only those that an earlier record than this one raised: where the last page ended."""


def bills_of(
    connection: Connection, party: str, wanted: BillFilter, *, now_us: int, limit: int
) -> list[Bill]:
    """An institution's bills, newest first; a bill's status is that of the instant `now_us`."""
    table = schema.bills
    conditions = [table.c.party == party]
    if wanted.status is not None:
        conditions.append(_is(wanted.status, now_us))
    if wanted.bill_id is not None:
        conditions.append(table.c.bill_id == wanted.bill_id)
    if wanted.first is not None:
        conditions.append(table.c.raised >= wanted.first)
    if wanted.before is not None:
        conditions.append(table.c.raised < wanted.before)
    query = select(table).where(*conditions).order_by(table.c.raised.desc()).limit(limit)
    return [bill_of(row) for row in connection.execute(query)]


def _is(status: BillStatus, now_us: int) -> ColumnElement[bool]:
    """`Bill.status` in SQL; a property test holds the two together."""
    bills = schema.bills.c
    exact = bills.option == PayOption.EXACT.value
    settled = bills.amount == bills.paid - case((exact, 0), else_=bills.refunded)
    back = and_(exact, bills.refunded >= bills.amount)
    over = bills.payable_until_us <= now_us
    payable = and_(bills.cancelled.is_(None), not_(settled), not_(over))
    numbered = bills.control_number.is_not(None)
    return {
        BillStatus.CANCELLED: bills.cancelled.is_not(None),
        BillStatus.PAID: and_(bills.cancelled.is_(None), settled, not_(back)),
        BillStatus.REFUNDED: and_(bills.cancelled.is_(None), settled, back),
        BillStatus.EXPIRED: and_(bills.cancelled.is_(None), not_(settled), over),
        BillStatus.RAISED: and_(payable, not_(numbered)),
        BillStatus.OPEN: and_(payable, numbered, bills.paid == bills.refunded),
        BillStatus.PART_PAID: and_(payable, numbered, bills.paid > bills.refunded),
    }[status]


def payments_of(connection: Connection, bill: str) -> list[BillPayment]:
    """The payments of a bill, oldest first, those that were reversed too."""
    table = schema.bill_payments
    query = select(table).where(table.c.bill == bill).order_by(table.c.sequence)
    return [payment_of(row) for row in connection.execute(query)]


def payments_at(connection: Connection, sequences: Collection[int]) -> dict[int, BillPayment]:
    """The payments of bills that these records are."""
    table, wanted = schema.bill_payments, list(sequences)
    found: dict[int, BillPayment] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        query = select(table).where(table.c.sequence.in_(wanted[first : first + _AT_ONCE]))
        found |= {row.sequence: payment_of(row) for row in connection.execute(query)}
    return found
