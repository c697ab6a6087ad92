"""Journal entries read back from their records, as refunds and reversals see them."""

from __future__ import annotations

from ledger.books.journal import EntryKind, JournalEntry, Posting
from ledger.faults import Fault, LedgerFault
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, Issue, Pay, PayBill, Redeem, Refund, Reverse
from ledger.orders.signed import open_order
from ledger.rules.records import read_record

KINDS: dict[type, EntryKind] = {
    Issue: EntryKind.ISSUE,
    Redeem: EntryKind.REDEMPTION,
    Pay: EntryKind.PAYMENT,
    PayBill: EntryKind.PAYMENT,
    Refund: EntryKind.REFUND,
    Reverse: EntryKind.REVERSAL,
}
"""The kinds of order that move money, and what their entries are."""


def entry_of(record: bytes, genesis: Genesis) -> JournalEntry | None:
    """The journal entry that a record of this ledger made; None if it moved no money.

    What was given back of it since, and whether it was reversed, is not in the record itself.
    """
    line = read_record(record)
    if not line.accepted or line.order is None:
        return None
    order = open_order(line.order, genesis).order
    kind = KINDS.get(type(order.body))
    if kind is None:
        return None
    result = line.members["result"]
    bill = result.get("bill") if isinstance(result, dict) and isinstance(order.body, PayBill) else None
    postings = _postings(line.members["postings"], genesis)
    return JournalEntry(order.order_id, kind, postings, _about(order.body), bill)


def _about(body: Body) -> str | None:
    match body:
        case Refund(payment=name) | Reverse(entry=name):
            return name
        case _:
            return None


def _postings(rows: object, genesis: Genesis) -> tuple[Posting, ...]:
    if not isinstance(rows, list):
        raise LedgerFault(Fault.RECORD_WRONG, what="postings")
    return tuple(
        Posting(
            row["debit"],
            row["credit"],
            genesis.currencies[row["currency"]].parse(row["amount"]),
            row["currency"],
        )
        for row in rows
    )
