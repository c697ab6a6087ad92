"""The audit's replay: every record decided again from the records alone, every signature verified again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.books.journal import AccountEntry
from ledger.faults import BrokenPromise, Fault, LedgerFault
from ledger.orders.genesis import Genesis, read_genesis
from ledger.orders.signed import SignedOrder, VerifiedOrder, open_order, verify_order
from ledger.refusals import Refusal
from ledger.rules.changes import Change, apply
from ledger.rules.days import CLOSE_DAY, apply_close, balance_of, close_record, day_is_over
from ledger.rules.decide import decide, may_register_itself
from ledger.rules.records import RecordLine, read_record, record_of, skim_record
from ledger.rules.state import State, opening_state
from ledger.signing.keys import PublicKey, public_key_from_jwk
from ledger.strict_json import loads


class DayClosed(NamedTuple):
    """A day that a record closed."""

    day: int
    sequence: int


class Replayed(NamedTuple):
    """One record that decides again to the very same bytes, and what it did."""

    sequence: int
    record: bytes
    recorded_us: int
    order: VerifiedOrder | None
    """None for what no order caused."""
    entries: list[AccountEntry]
    changes: tuple[Change, ...] = ()
    """What it changed; nothing for a refusal."""
    closed: DayClosed | None = None
    """The day that it closed."""

    @property
    def order_id(self) -> str:
        """The id of the order that caused it; empty for what no order caused."""
        return "" if self.order is None else self.order.order.order_id


@dataclass
class Replay:
    """A replay under way: the state after the records so far, and the contents seen by order id."""

    genesis: Genesis
    state: State
    recorded_us: int
    contents: dict[str, int] = field(default_factory=dict)
    """Order id -> sequence."""
    keys: dict[str, PublicKey] = field(default_factory=dict)


def begin(record: bytes) -> Replay:
    """Begin with record 0.

    Raises:
        LedgerFault: GENESIS_INVALID.
    """
    genesis = read_genesis(record)
    return Replay(genesis, opening_state(genesis), read_record(record).recorded_us)


def replay(run: Replay, records: Iterable[bytes], *, first: int) -> Iterator[Replayed]:
    """Decide the records from sequence `first` on again, in order.

    Raises:
        LedgerFault: RECORD_WRONG naming the first record (`sequence`) that is not what the rules and the signatures
            make of it, and `what` about it is wrong.
    """
    for sequence, record in enumerate(records, first):
        try:
            yield _decide_again(run, record, sequence)
        except (LedgerFault, BrokenPromise) as fault:
            what = (
                fault.details.get("what", fault.fault.value) if isinstance(fault, LedgerFault) else str(fault)
            )
            raise LedgerFault(Fault.RECORD_WRONG, sequence=sequence, what=what) from fault


def _decide_again(run: Replay, record: bytes, sequence: int) -> Replayed:
    line = skim_record(record)
    if line.sequence != sequence:
        raise _wrong("sequence")
    if line.recorded_us < run.recorded_us:
        raise _wrong("recorded_at")
    if line.rules != run.state.rules:
        raise _wrong("rules")
    if line.due is not None:
        return _close_again(run, line, record)
    if line.order is None:
        raise _wrong("cause")
    if day_is_over(run.state, line.recorded_us):
        raise _wrong("day_not_closed")
    order = _verify(run, open_order(line.order, run.genesis))
    order_id = order.order.order_id
    if order_id in run.contents:
        raise _wrong("order_id_twice")
    outcome = decide(order, run.state, line.recorded_us)
    again = record_of(
        line.order,
        outcome,
        sequence=sequence,
        recorded_us=line.recorded_us,
        rules=line.rules,
        genesis=run.genesis,
    )
    if again != record:
        raise _wrong("outcome")
    entries, changes = list[AccountEntry](), tuple[Change, ...]()
    if isinstance(outcome, Refusal):
        run.state.day_refused += 1
    else:
        entries, changes = apply(outcome, run.state, sequence=sequence), outcome.changes
    run.recorded_us = line.recorded_us
    run.contents[order_id] = sequence
    return Replayed(sequence, record, line.recorded_us, order, entries, changes)


def _close_again(run: Replay, line: RecordLine, record: bytes) -> Replayed:
    """A day that was over, closed once, with the very sums that the records give."""
    day, sequence = run.state.day, line.sequence
    if day is None or line.due != (CLOSE_DAY, day) or not day_is_over(run.state, line.recorded_us):
        raise _wrong("due")
    again = close_record(
        run.state, balance_of(run.state), day=day, sequence=sequence, recorded_us=line.recorded_us
    )
    if again != record:
        raise _wrong("outcome")
    apply_close(run.state, day=day, sequence=sequence)
    run.recorded_us = line.recorded_us
    return Replayed(sequence, record, line.recorded_us, None, [], (), DayClosed(day, sequence))


def _verify(run: Replay, signed: SignedOrder) -> VerifiedOrder:
    key = run.keys.get(signed.kid)
    if key is None:
        registered = run.state.keys.get(signed.kid)
        key = signed.self_registered_key() if registered is None else _public_key(registered.jwk)
        if key is None:
            raise _wrong("key")
        run.keys[signed.kid] = key
    order = verify_order(signed, key, run.genesis)
    if run.state.keys.get(signed.kid) is None and not may_register_itself(order, run.state):
        raise _wrong("key")
    return order


def _public_key(jwk: str) -> PublicKey:
    members = loads(jwk.encode(), bytes_max=4_096)
    if not isinstance(members, dict):
        raise _wrong("key")
    return public_key_from_jwk(members)


def _wrong(what: str) -> LedgerFault:
    return LedgerFault(Fault.RECORD_WRONG, what=what)
