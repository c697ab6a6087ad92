"""Whom a decision must be told to: one notice for each institution that a bill's payment, refund or reversal concerns.

Pure, like every rule: the bookkeeper writes what this says beside the record, in the same database transaction, and
the audit computes it again from the records.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ledger.books.journal import EntryKind
from ledger.rules.changes import Change, EntryPosted
from ledger.rules.state import State, present


class NoticeKind(StrEnum):
    """What happened, as the `type` of a notice says it."""

    BILL_PAID = "bill.paid"
    BILL_REFUNDED = "bill.refunded"
    PAYMENT_REVERSED = "bill.payment_reversed"
    REFUND_REVERSED = "bill.refund_reversed"


class Notice(NamedTuple):
    """One event for one institution, as it lies in the outbox."""

    party: str
    sequence: int
    n: int
    """Place among the notices of this record: 0, 1, ..."""
    kind: str
    bill: str
    payment: str
    """The id of the order that paid the bill."""
    amount_minor_units: int
    """How much of it reached, or left, the accounts of this party."""


_PAYMENT_UNDONE = {
    EntryKind.PAYMENT: NoticeKind.PAYMENT_REVERSED,
    EntryKind.REFUND: NoticeKind.REFUND_REVERSED,
}


def notices_of(sequence: int, changes: tuple[Change, ...], state: State) -> list[Notice]:
    """The notices of an accepted order, on the state after it: in the order of the parties' ids."""
    notices: list[Notice] = []
    for change in changes:
        if isinstance(change, EntryPosted) and (change.bill is not None or change.about is not None):
            notices += _of_entry(change, sequence, state, first=len(notices))
    return notices


def _of_entry(entry: EntryPosted, sequence: int, state: State, *, first: int) -> list[Notice]:
    found = _meaning(entry, state)
    if found is None:
        return []
    kind, bill, payment = found
    inward = kind in (NoticeKind.BILL_PAID, NoticeKind.REFUND_REVERSED)
    amounts: dict[str, int] = {}
    for posting in entry.postings:
        party = present(state.accounts, posting.credit if inward else posting.debit).party
        amounts[party] = amounts.get(party, 0) + posting.amount_minor_units
    return [
        Notice(party, sequence, n, kind.value, bill, payment, amounts[party])
        for n, party in enumerate(sorted(amounts), first)
    ]


def _meaning(entry: EntryPosted, state: State) -> tuple[NoticeKind, str, str] | None:
    """What an entry means to the institutions of a bill: what happened, the bill, its payment."""
    if entry.bill is not None:
        return NoticeKind.BILL_PAID, entry.bill, entry.order_id
    about = present(state.journal, str(entry.about))
    if entry.kind is EntryKind.REFUND:
        return None if about.bill is None else (NoticeKind.BILL_REFUNDED, about.bill, about.order_id)
    kind = _PAYMENT_UNDONE.get(about.kind)
    payment = present(state.journal, about.about) if about.kind is EntryKind.REFUND and about.about else about
    return None if kind is None or payment.bill is None else (kind, payment.bill, payment.order_id)
