"""An account's entries as they are shown: each with what the order behind it says."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from ledger.books.accounts import Side
from ledger.books.journal import AccountEntry
from ledger.faults import Fault, LedgerFault
from ledger.orders.codec import kind_name
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, Issue, Pay, PayBill, Redeem, Refund, Reverse
from ledger.orders.signed import open_order
from ledger.rules.records import read_record
from ledger.store import readings


class EntryView(NamedTuple):
    """An account's entry, with what the order behind it says."""

    entry: AccountEntry
    recorded_at: str
    order_id: str
    kind: str
    reference: str | None
    purpose: str | None
    control_number: str | None
    about: str | None = None
    """The order that a refund gives back or a reversal corrects."""


def entry_view(entry: AccountEntry, record: bytes, genesis: Genesis) -> EntryView:
    """An entry with what the order in its record says."""
    line = read_record(record)
    signed = open_order(line.order or b"", genesis)
    body = signed.order.body
    return EntryView(
        entry=entry,
        recorded_at=str(line.members["recorded_at"]),
        order_id=signed.order.order_id,
        kind=kind_name(body),
        reference=_reference(body, entry),
        purpose=body.purpose if isinstance(body, Pay) else None,
        control_number=body.control_number if isinstance(body, PayBill) else None,
        about=_about(body),
    )


def require_entry(
    connection: Connection, address: str, place: tuple[int, int] | None, parameter: str
) -> AccountEntry | None:
    """The entry at the place that a cursor names; None without a cursor.

    Entries are for ever, so a cursor that was given out once holds for ever, and one that names no entry never did.

    Raises:
        LedgerFault: CURSOR_INVALID.
    """
    entry = None if place is None else readings.entry_at(connection, address, place)
    if place is not None and entry is None:
        raise LedgerFault(Fault.CURSOR_INVALID, parameter=parameter)
    return entry


def _about(body: Body) -> str | None:
    """The order whose money goes back by this one."""
    if isinstance(body, Refund):
        return body.payment
    return body.entry if isinstance(body, Reverse) else None


def _reference(body: Body, entry: AccountEntry) -> str | None:
    """The reference of the leg behind an entry: `n` counts all legs for the payer, and their own for a payee."""
    if isinstance(body, Refund | Reverse):
        return body.reference
    if isinstance(body, Issue | Redeem):
        return body.backing_reference
    if not isinstance(body, Pay):
        return None
    mine = [leg for leg in body.legs if entry.side is Side.DEBIT or leg.payee == entry.address]
    return mine[entry.n].reference
