"""The only writer: load what the orders name, decide, append to the log, save, commit, answer.

One batch is one database transaction under the fenced lease. Deciding happens in memory, on a state that is thrown
away whole when anything goes wrong; the answers leave only after COMMIT.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection

from ledger.addresses import order_id_instant
from ledger.books.journal import AccountEntry
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND
from ledger.keys_folder import LogKeyring
from ledger.loading import fill, fresh_state, load_bills, load_entries, load_freezes
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import RotateLogKey
from ledger.orders.signed import VerifiedOrder
from ledger.proofs.checkpoint import sign_checkpoint
from ledger.proofs.merkle import leaf_hash
from ledger.refusals import Refusal
from ledger.rules.balances import balances_of_signer
from ledger.rules.changes import (
    Decision,
    apply,
)
from ledger.rules.days import apply_close, close_record, day_is_over
from ledger.rules.decide import decide, may_register_itself
from ledger.rules.needs import Needs
from ledger.rules.notices import notices_of
from ledger.rules.records import is_accepted, record_of
from ledger.rules.state import State, present
from ledger.signing.keys import PrivateKey, PublicKey
from ledger.signing.log_keys import key_at
from ledger.store import batch as rows
from ledger.store.accounts import read_trial_balance
from ledger.store.head import load_frontier, read_head
from ledger.store.lease import Lease, hold
from ledger.touched import touched_by
from ledger.wire import Answer, AnswerStatus, Preview, fault_answer

Done = TypeVar("Done")

CLOCK_AHEAD_MAX_US = 120 * MICROSECONDS_PER_SECOND
ACCOUNTS_REMEMBERED_MAX = 200_000
"""Beyond so many accounts in memory the state is forgotten and loaded again as it is needed."""


class CommitUncertain(Exception):
    """The database failed, at the latest at COMMIT: what is in it is not known, so this memory must end."""

    def __str__(self) -> str:
        """The sentence for the log, with what the database said."""
        return f"a commit is uncertain, so this memory ends: {self.__cause__!r}"


class Poisoned(Exception):
    """A bug while deciding. The batch was rolled back and the memory dropped; its orders may be tried one by one."""


@dataclass
class _Batch:
    """What one batch brings, gathered before any of it is written."""

    first: int
    records: list[bytes] = field(default_factory=list)
    outcomes: list[tuple[str, int, bytes]] = field(default_factory=list)
    entries: list[AccountEntry] = field(default_factory=list)
    decisions: list[tuple[int, Decision]] = field(default_factory=list)
    """Sequence and decision."""
    closes: list[tuple[int, int]] = field(default_factory=list)
    """Day and sequence."""
    answered: dict[str, tuple[bytes, Answer]] = field(default_factory=dict)
    """Order id -> content and answer, for an id that comes twice in one batch."""


class Head(NamedTuple):
    """Where the log stands: what `status` tells."""

    size: int
    root: bytes
    checkpoint: str


class Bookkeeper:
    """Settles batches of verified orders on the one connection that writes."""

    def __init__(
        self,
        connection: Connection,
        lease: Lease,
        genesis: Genesis,
        log_key: PrivateKey,
        *,
        recorded_us: int,
        find_log_key: Callable[[PublicKey], PrivateKey] | None = None,
    ) -> None:
        """`log_key` is the one in force; `find_log_key` gives those to come, or raises a LedgerFault."""
        self._connection = connection
        self._lease = lease
        self._genesis = genesis
        self._log_keys = LogKeyring(log_key, find_log_key)
        self._recorded_us = recorded_us
        self.commit_us = 0
        """How long the last batch took to be written and committed, in microseconds."""
        self._frontier = load_frontier(self._connection)
        self._state = self._empty_state()
        self.head = Head(self._frontier.size, self._frontier.root(), read_head(connection).checkpoint)
        connection.rollback()

    @property
    def term(self) -> int:
        """The term of the lease under which it writes."""
        return self._lease.term

    @property
    def recorded_us(self) -> int:
        """The instant of the newest record."""
        return self._recorded_us

    def close(self) -> None:
        """Let go of the lease and the connection."""
        self._lease.release()
        self._connection.close()
        self._connection.engine.dispose()

    def settle(self, orders: Sequence[VerifiedOrder], *, now_us: int) -> list[Answer]:
        """Decide the orders together, in their order, and commit. The answers are in the same order.

        Raises:
            Poisoned: a bug; nothing was written, and the memory was dropped.
            CommitUncertain: nobody knows; this process must end.
            LedgerFault: LEASE_LOST; this process must end.
        """
        now_us = max(now_us, self._recorded_us)
        batch = _Batch(self._frontier.size)
        with self._ending_memory():
            self._connection.begin()
            hold(self._connection, self._lease, size=self._frontier.size)
            recalled = self._look_up(orders)
            self._close_days(batch, now_us)
        try:
            answers = [
                self._answer(order, recalled.get(order.order.order_id), batch, now_us) for order in orders
            ]
        except Exception as error:
            with self._ending_memory():
                self._drop()
            raise Poisoned from error
        with self._ending_memory(committing=True):
            self._commit(batch, now_us)
        return answers

    @contextmanager
    def _ending_memory(self, *, committing: bool = False) -> Iterator[None]:
        """Around whatever no order can be blamed for: the lease, the database, the close of a day.

        An error there rolls back and ends the memory: never Poisoned, which would hold off innocent orders. A fault
        says that nothing was written, so of a commit there is none.
        """
        try:
            yield
        except Exception as error:
            with suppress(Exception):  # a connection that is gone cannot roll back, and need not
                self._connection.rollback()
            if isinstance(error, LedgerFault) and not committing:
                raise
            raise CommitUncertain from error

    def preview(self, orders: Sequence[VerifiedOrder], *, now_us: int) -> list[Preview]:
        """What `settle` would answer to these orders now, and what the signers' accounts would hold. Nothing stays.

        Decided as in `settle`, but on a state of its own, loaded for this and thrown away.

        Raises:
            Poisoned: a bug while deciding; nothing was changed.
            CommitUncertain: the database failed; this process must end.
        """
        now_us, kept = max(now_us, self._recorded_us), self._state
        self._state = replace(
            kept,
            accounts={},
            parties={},
            keys={},
            bills={},
            control_numbers={},
            bill_ids={},
            provider_receipts={},
            bulks={},
            bulk_lines={},
            freezes={},
            journal={},
        )
        batch, previews = _Batch(self._frontier.size), list[Preview]()
        try:
            with self._ending_memory():
                self._connection.begin()
                recalled = self._look_up(orders)
                self._close_days(batch, now_us)
            for order in orders:
                earlier = len(batch.decisions)
                answer = self._answer(order, recalled.get(order.order.order_id), batch, now_us)
                made = [decision for _, decision in batch.decisions[earlier:]]
                previews.append(Preview(answer, balances_of_signer(order, made, self._state)))
        except CommitUncertain:
            raise
        except Exception as error:
            raise Poisoned from error
        finally:
            self._state = kept
            with self._ending_memory():
                self._connection.rollback()
        return previews

    def _look_up(self, orders: Sequence[VerifiedOrder]) -> dict[str, tuple[int, bytes, bytes]]:
        """The outcomes that are recorded; what the other orders name is loaded."""
        recalled = rows.recall(self._connection, [order.order.order_id for order in orders])
        self._load([order for order in orders if order.order.order_id not in recalled])
        return recalled

    def day_is_over(self, now_us: int) -> bool:
        """Whether a day in East Africa Time waits to be closed: `settle` does that first, with orders or without."""
        return day_is_over(self._state, max(now_us, self._recorded_us))

    def _close_days(self, batch: _Batch, now_us: int) -> None:
        """Close the days that are over, one by one, on the books as they are before this batch."""
        state = self._state
        if not day_is_over(state, now_us):
            return
        balance = read_trial_balance(self._connection)
        while state.day is not None and day_is_over(state, now_us):
            day, sequence = state.day, batch.first + len(batch.records)
            batch.records.append(close_record(state, balance, day=day, sequence=sequence, recorded_us=now_us))
            batch.closes.append((day, sequence))
            apply_close(state, day=day, sequence=sequence)

    def beside(self, work: Callable[[Connection], Done]) -> Done:
        """Do a piece of work on what lies beside the log, in a transaction of its own, under the lease."""
        with self._ending_memory():
            self._connection.begin()
            hold(self._connection, self._lease, size=self._frontier.size)
            done = work(self._connection)
            self._connection.commit()
        return done

    def _answer(
        self, order: VerifiedOrder, recalled: tuple[int, bytes, bytes] | None, batch: _Batch, now_us: int
    ) -> Answer:
        """1. recorded outcome  2. conflict  3. what leaves no record  4. a decision, which is recorded."""
        order_id = order.order.order_id
        if recalled is not None:
            sequence, content, record = recalled
            status = AnswerStatus.ACCEPTED if is_accepted(record) else AnswerStatus.REFUSED
            return _again(order, content, Answer(status, replayed=True, sequence=sequence, record=record))
        if earlier := batch.answered.get(order_id):
            content, answer = earlier
            return _again(order, content, answer._replace(replayed=True))
        if order_id_instant(order_id) > now_us + CLOCK_AHEAD_MAX_US:
            return fault_answer(LedgerFault(Fault.CLOCK_AHEAD))
        if self._state.keys.get(order.kid) is None and not may_register_itself(order, self._state):
            return fault_answer(LedgerFault(Fault.UNKNOWN_KEY))
        body = order.order.body
        if isinstance(body, RotateLogKey) and (fault := self._log_keys.fetch(body.key)):
            return fault_answer(fault)
        answer = self._decide(order, batch, now_us)
        batch.answered[order_id] = (order.content, answer)
        return answer

    def _decide(self, order: VerifiedOrder, batch: _Batch, now_us: int) -> Answer:
        sequence = batch.first + len(batch.records)
        outcome = decide(order, self._state, now_us)
        record = record_of(
            order.data,
            outcome,
            sequence=sequence,
            recorded_us=now_us,
            rules=self._state.rules,
            genesis=self._genesis,
        )
        batch.records.append(record)
        batch.outcomes.append((order.order.order_id, sequence, order.content))
        if isinstance(outcome, Refusal):
            self._state.day_refused += 1
            return Answer(AnswerStatus.REFUSED, replayed=False, sequence=sequence, record=record)
        batch.entries += apply(outcome, self._state, sequence=sequence)
        batch.decisions.append((sequence, outcome))
        return Answer(AnswerStatus.ACCEPTED, replayed=False, sequence=sequence, record=record)

    def _commit(self, batch: _Batch, now_us: int) -> None:
        self.commit_us, started_ns = 0, time.perf_counter_ns()
        if not batch.records:
            self._connection.rollback()
            self._state.journal.clear()
            return
        tiles = self._frontier.append([leaf_hash(record) for record in batch.records])
        size, root = self._frontier.size, self._frontier.root()
        origin = f"daftari/{self._genesis.ledger_id}"
        log_key = self._log_keys.private(key_at(self._state.log_keys, size))
        checkpoint = sign_checkpoint(log_key, origin=origin, size=size, root=root)
        saved = self._rows(batch)
        saved.tiles = tiles
        saved.head = (size, root, checkpoint)
        rows.save(self._connection, saved)
        self._connection.commit()
        self.commit_us = (time.perf_counter_ns() - started_ns) // 1_000
        self.head = Head(size, root, checkpoint)
        self._recorded_us = now_us
        self._state.journal.clear()
        if len(self._state.accounts) > ACCOUNTS_REMEMBERED_MAX:
            self._state = self._empty_state()
            self._connection.rollback()  # looking up began a transaction

    def _rows(self, batch: _Batch) -> rows.BatchRows:
        """The rows to write, each as it is after the whole batch."""
        state, touched = self._state, touched_by(batch.decisions, self._state)
        saved = rows.BatchRows(
            records=list(enumerate(batch.records, batch.first)),
            outcomes=batch.outcomes,
            entries=batch.entries,
            accounts_opened=[present(state.accounts, name) for name in touched.accounts_opened],
            accounts_moved=[
                present(state.accounts, name) for name in touched.moved - touched.accounts_opened
            ],
            parties_new=[present(state.parties, name) for name in touched.parties_new],
            parties_changed=[present(state.parties, name) for name in touched.parties - touched.parties_new],
            keys_new=[present(state.keys, name) for name in touched.keys_new],
            keys_changed=[present(state.keys, name) for name in touched.keys - touched.keys_new],
        )
        touched.bills.fill(saved, state)
        touched.later.fill(saved, state)
        saved.day_closes, saved.day_refused = batch.closes, state.day_refused
        for sequence, decision in batch.decisions:
            saved.notices += notices_of(sequence, decision.changes, state)
        return saved

    def _load(self, orders: Sequence[VerifiedOrder]) -> None:
        """Look up what the orders name and memory does not hold: each table once for the whole batch."""
        needs, state, connection = Needs(), self._state, self._connection
        for order in orders:
            needs.add(order, self._genesis)
        if needs.entries:
            load_entries(connection, needs, state)
        fill(state.keys, needs.keys, lambda names: rows.load_keys(connection, names))
        load_bills(connection, needs, state)
        keys = [key for name in needs.keys if (key := state.keys[name]) is not None]
        needs.parties.update(key.party for key in keys)
        fill(state.parties, needs.parties, lambda names: rows.load_parties(connection, names))
        fill(state.accounts, needs.accounts, lambda names: rows.load_accounts(connection, names))
        load_freezes(connection, needs.accounts, needs.freezes, state)

    def _drop(self) -> None:
        """Roll back, and forget all that is in memory."""
        self._connection.rollback()
        self._state = self._empty_state()
        self._frontier = load_frontier(self._connection)
        self._connection.rollback()

    def _empty_state(self) -> State:
        return fresh_state(self._connection, self._genesis)


def _again(order: VerifiedOrder, content: bytes, answer: Answer) -> Answer:
    """The recorded answer, or a conflict if the id stands for another content."""
    if content != order.content:
        return fault_answer(LedgerFault(Fault.ID_IN_USE))
    return answer
