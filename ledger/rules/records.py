"""Records: the one line of ASCII JSON that says what was asked, when, and what the ledger did about it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ledger.books.journal import Posting
from ledger.faults import Fault, LedgerFault
from ledger.instants import instant_text, parse_instant
from ledger.orders.genesis import Genesis
from ledger.refusals import Refusal
from ledger.rules.changes import Outcome
from ledger.strict_json import dumps, loads_object

RECORD_BYTES_MAX = 256 * 1024
ACCEPTED = "accepted"
REFUSED = "refused"

# The beginning of a record that an order caused, as `record_of` writes it.
_BEGINNING = re.compile(
    rb'\{"sequence":(0|[1-9][0-9]{0,18}),"recorded_at":"([^"]{27})","rules":([1-9][0-9]{0,8}),'
    rb'"cause":\{"order":"([A-Za-z0-9_.-]+)"\},"outcome":"(accepted|refused)",'
)


class RecordLine(NamedTuple):
    """A record that was read. `order` is the compact JWS that caused it; None for genesis."""

    sequence: int
    recorded_us: int
    rules: int
    order: bytes | None
    accepted: bool
    members: dict[str, object]
    """All members as they stand."""
    due: tuple[str, int] | None = None
    """What fell due, and which run of it, for a record that no order caused."""


def record_of(
    order: bytes, outcome: Outcome, *, sequence: int, recorded_us: int, rules: int, genesis: Genesis
) -> bytes:
    """The record of an outcome: members in their one order, ASCII, no spaces."""
    head = b'{"sequence":%d,"recorded_at":"%b","rules":%d,"cause":{"order":"%b"},' % (
        sequence, instant_text(recorded_us).encode("ascii"), rules, order,
    )  # fmt: skip
    if isinstance(outcome, Refusal):
        reason = outcome.reason.value.encode("ascii")
        return b'%b"outcome":"refused","reason":"%b","details":%b}' % (head, reason, dumps(outcome.details))
    postings = ",".join([_posting_text(posting, genesis) for posting in outcome.postings]).encode("ascii")
    result = dumps(outcome.result) if outcome.result else b"{}"
    return b'%b"outcome":"accepted","postings":[%b],"result":%b}' % (head, postings, result)


def _posting_text(posting: Posting, genesis: Genesis) -> str:
    amount = genesis.currencies[posting.currency].text(posting.amount_minor_units)
    return (
        f'{{"debit":"{posting.debit}","credit":"{posting.credit}","amount":"{amount}",'
        f'"currency":"{posting.currency}"}}'
    )


def read_record(record: bytes) -> RecordLine:
    """Read a record's line.

    Raises:
        LedgerFault: RECORD_WRONG with `what`.
    """
    try:
        members = loads_object(record, bytes_max=RECORD_BYTES_MAX, depth_max=12)
        recorded_us = parse_instant(members.get("recorded_at"))
    except LedgerFault as fault:
        raise LedgerFault(Fault.RECORD_WRONG, what=fault.details.get("what", "form")) from fault
    sequence, rules, cause = members.get("sequence"), members.get("rules"), members.get("cause")
    outcome = members.get("outcome")
    if not isinstance(sequence, int) or not isinstance(rules, int) or not isinstance(cause, dict):
        raise LedgerFault(Fault.RECORD_WRONG, what="form")
    if outcome not in (ACCEPTED, REFUSED):
        raise LedgerFault(Fault.RECORD_WRONG, what="outcome")
    order = cause.get("order")
    data = order.encode("ascii", "replace") if isinstance(order, str) else None
    return RecordLine(sequence, recorded_us, rules, data, outcome == ACCEPTED, members, _due(cause))


def _due(cause: dict[str, object]) -> tuple[str, int] | None:
    due = cause.get("due")
    if not isinstance(due, dict):
        return None
    order, run = due.get("order"), due.get("run")
    return (order, run) if isinstance(order, str) and isinstance(run, int) else None


def skim_record(record: bytes) -> RecordLine:
    """`read_record` without the members, where the record begins as those that orders cause.

    For the replay alone: it makes the whole record again and compares every byte, so what follows need not be parsed.

    Raises:
        LedgerFault: RECORD_WRONG with `what`.
    """
    found = _BEGINNING.match(record)
    if found is None or len(record) > RECORD_BYTES_MAX:
        return read_record(record)
    sequence, recorded_at, rules, order, outcome = found.groups()
    try:
        recorded_us = _instant(recorded_at)
    except LedgerFault as fault:
        raise LedgerFault(Fault.RECORD_WRONG, what="instant") from fault
    return RecordLine(int(sequence), recorded_us, int(rules), order, outcome == b"accepted", {})


@lru_cache(maxsize=64)
def _instant(text: bytes) -> int:
    """Remembered: all records of a batch state the same one."""
    return parse_instant(text.decode("ascii", "replace"))


def is_accepted(record: bytes) -> bool:
    """Whether a record of our own says "accepted". The cause before it is base64url and cannot hold these bytes."""
    return b'"},"outcome":"accepted",' in record
