"""What a customer checks of a receipt, without the ledger: that it holds, and that it is about the very order."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.faults import LedgerFault
from ledger.proofs.receipt import parse_receipt, verify_receipt
from ledger.signing.log_keys import LogKey, key_at
from ledger.strict_json import loads_object

RECORD_BYTES_MAX = 256 * 1024
_RECORD_DEPTH_MAX = 12


class NotProved(Exception):
    """A receipt that does not prove what it should; the text says why."""


def order_of(record: str) -> bytes:
    """The order's bytes in a record, or nothing."""
    members = loads_object(record.encode("utf-8"), bytes_max=RECORD_BYTES_MAX, depth_max=_RECORD_DEPTH_MAX)
    cause = members.get("cause")
    order = cause.get("order") if isinstance(cause, dict) else None
    return order.encode("utf-8") if isinstance(order, str) else b""


def prove(receipt: bytes, order: bytes, *, ledger_id: str, log_keys: Sequence[LogKey]) -> int:
    """The place in the log that a receipt proves for an order, by the log key of its size.

    Raises:
        NotProved: it does not hold, or it is about another order.
    """
    try:
        parsed = parse_receipt(receipt)
        key = key_at(log_keys, parsed.size)
        proved = verify_receipt(parsed, ledger_id=ledger_id, log_keys=[key])
        about = order_of(parsed.record)
    except LedgerFault as fault:
        raise NotProved(str(fault)) from fault
    if about != order:
        raise NotProved("record")
    return proved.sequence
