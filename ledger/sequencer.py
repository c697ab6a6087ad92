"""The sequencer: one process, one thread, which decides and writes. Everybody else asks it over a Unix socket.

    take what waits -> one batch, one database transaction -> commit -> answer every waiter

While a batch is being committed the next one gathers in the sockets, so batches grow with the load by themselves.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import selectors
import signal
import socket
import struct
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ledger.beside import Beside
from ledger.bookkeeper import Bookkeeper, CommitUncertain, Poisoned
from ledger.directory_desk import open_desk
from ledger.faults import Fault, LedgerFault
from ledger.garbage import search_rarely
from ledger.instants import Clock
from ledger.intake import ClockWatch, Pace, TokenBuckets
from ledger.lifeline import DATABASE_VARIABLE, end_with_parent, watch_lifeline
from ledger.logs import start_logs
from ledger.opening import open_bookkeeper
from ledger.orders.forms import LEGS_MAX
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, Pay, Reverse
from ledger.orders.relayed import RelayedOrder, arrived
from ledger.orders.signed import VerifiedOrder
from ledger.previews import Previews
from ledger.sandbox_clock import SandboxClock
from ledger.starting import EXIT_REFUSED, leave_refusal
from ledger.tallies import Tallies
from ledger.wire import (
    SOCKET_NAME,
    Answer,
    AnswerStatus,
    RequestKind,
    fault_answer,
    frame,
    knock,
    listen,
    pack_answers,
    take_frames,
    uid_of_peer,
    unpack_orders,
)

_LOG = logging.getLogger("daftari.sequencer")
_RECEIVE_BYTES, IDLE_SECONDS = 256 * 1024, 1.0


class Limits(NamedTuple):
    """Every limit of the sequencer. A batch ends at whichever of its three comes first."""

    batch_orders_max: int = 1_000
    batch_postings_max: int = 20_000
    batch_bytes_max: int = 16 * 1024 * 1024
    queue_orders_max: int = 20_000
    pace: Pace = Pace(orders_per_second=200, orders_burst=2_000)


@dataclass(eq=False)
class _Caller:
    """One connection of an API thread."""

    connection: socket.socket
    received: bytearray = field(default_factory=bytearray)
    to_send: bytearray = field(default_factory=bytearray)


@dataclass(eq=False)
class _Request:
    """One frame of orders: how many answers are still out, and those that are there."""

    caller: _Caller
    answers: list[Answer | None]
    missing: int


class _Waiting(NamedTuple):
    """One order in the queue and its place in its request."""

    request: _Request
    place: int
    order: VerifiedOrder


class Sequencer:
    """The loop around a bookkeeper."""

    def __init__(
        self,
        bookkeeper: Bookkeeper,
        genesis: Genesis,
        clock: Clock,
        limits: Limits,
        run_dir: Path,
        *,
        keys: Path | None = None,
    ) -> None:
        self._bookkeeper = bookkeeper
        self._genesis = genesis
        self._clock = clock
        self._watch = ClockWatch(clock)
        self._limits = limits
        self._buckets = TokenBuckets(limits.pace)
        self._queue: deque[_Waiting] = deque()
        self._previews = Previews[_Caller](bookkeeper, genesis)
        self.beside = Beside(bookkeeper, genesis, clock, run_dir if keys is None else keys)
        self._held_off: set[bytes] = set()
        self._tallies = Tallies()
        self._signed_us = clock.wall_us()  # of the newest checkpoint, or when this process began
        self._selector = selectors.DefaultSelector()
        self._stopping = False
        self._path = run_dir / SOCKET_NAME
        self._listener = listen(self._path)
        self._selector.register(self._listener, selectors.EVENT_READ, None)

    def stop(self, *_: object) -> None:
        """Stop after the batch at hand, or at once when there is none."""
        self._stopping = True
        knock(self._path)

    def run(self) -> None:
        """Serve until stopped.

        Raises:
            CommitUncertain, LedgerFault: this process must end; what waits was told 503 or sees the connection close.
        """
        try:
            while not self._stopping:
                self._gather(0 if self._queue or self._previews else IDLE_SECONDS)
                if self._queue:
                    self._settle(self._next_batch())
                else:
                    self._close_days()
                if self._previews:
                    self._preview()
        except LedgerFault as fault:
            self._turn_away(fault)
            raise
        finally:
            self._path.unlink(missing_ok=True)
            self._listener.close()

    def _gather(self, timeout: float) -> None:
        for key, events in self._selector.select(timeout):
            if key.data is None:
                self._welcome()
            elif events & selectors.EVENT_WRITE:
                self._send(key.data)
            else:
                self._receive(key.data)

    def _welcome(self) -> None:
        connection, _ = self._listener.accept()
        if self._stopping or uid_of_peer(connection) not in (os.getuid(), 0):
            connection.close()
            return
        connection.setblocking(False)
        self._selector.register(connection, selectors.EVENT_READ, _Caller(connection))

    def _receive(self, caller: _Caller) -> None:
        try:
            data = caller.connection.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._farewell(caller)
            return
        caller.received += data
        try:
            for body in take_frames(caller.received):
                self._take(caller, body)
        except (LedgerFault, ValueError, KeyError, IndexError, struct.error):
            _LOG.exception("a frame that no API process of ours sends")
            self._farewell(caller)

    def _take(self, caller: _Caller, body: bytes) -> None:
        match body[0]:
            case RequestKind.ORDERS:
                self._take_orders(caller, unpack_orders(body))
            case RequestKind.PREVIEW:
                if turned_away := self._previews.take(caller, unpack_orders(body)):
                    self._reply(caller, turned_away)
            case RequestKind.STATUS:
                self._reply(caller, json.dumps(self._status()).encode())
            case RequestKind.DIRECTORY | RequestKind.NOTICES | RequestKind.CLOCK as kind:
                self._reply(caller, self.beside.take(RequestKind(kind), json.loads(body[1:])))
            case _:
                self._farewell(caller)

    def _take_orders(self, caller: _Caller, orders: Sequence[RelayedOrder]) -> None:
        request = _Request(caller, [None] * len(orders), len(orders))
        now_us = self._clock.monotonic_us()
        for place, relayed in enumerate(orders):
            try:
                order = arrived(relayed, self._genesis)
                self._admit(order, now_us)
            except LedgerFault as fault:
                self._tallies.turn_away(fault.fault)
                self._answer(request, place, fault_answer(fault))
            else:
                self._queue.append(_Waiting(request, place, order))

    def _preview(self) -> None:
        caller, told = self._previews.answer_next(self._watch, self._held_off, self._clock.monotonic_us())
        if caller.connection.fileno() != -1:
            self._reply(caller, told)

    def _admit(self, order: VerifiedOrder, now_us: int) -> None:
        """What stands before the queue: orders held off, the bound of the queue, the pace of the key."""
        if order.content in self._held_off:
            raise LedgerFault(Fault.INTERNAL_ERROR)
        if len(self._queue) >= self._limits.queue_orders_max:
            raise LedgerFault(Fault.BUSY, retry_after_seconds=1)
        self._buckets.take(order.kid, now_us=now_us)

    def _next_batch(self) -> list[_Waiting]:
        limits, batch, postings, size = self._limits, list[_Waiting](), 0, 0
        while self._queue and len(batch) < limits.batch_orders_max:
            order = self._queue[0].order
            body = order.order.body
            postings += _postings_most(body)
            size += len(order.data)
            if batch and (postings > limits.batch_postings_max or size > limits.batch_bytes_max):
                break
            batch.append(self._queue.popleft())
        return batch

    def _close_days(self) -> None:
        """Close days that are over also when nobody sends anything; a clock that jumped closes none."""
        try:
            now_us = self._watch.now_us()
        except LedgerFault:
            return
        if self._bookkeeper.day_is_over(now_us):
            self._bookkeeper.settle([], now_us=now_us)

    def _settle(self, batch: list[_Waiting]) -> None:
        try:
            now_us = self._watch.now_us()
        except LedgerFault as fault:
            self._tallies.turn_away(fault.fault, len(batch))
            self._answer_all(batch, [fault_answer(fault)] * len(batch))
            return
        try:
            answers = self._settled([waiting.order for waiting in batch], now_us)
        except Poisoned as poison:
            self._settle_poisoned(batch, now_us, poison)
            return
        except LedgerFault as fault:
            self._answer_all(batch, [fault_answer(fault)] * len(batch))
            raise
        self._answer_all(batch, answers)

    def _settled(self, orders: list[VerifiedOrder], now_us: int) -> list[Answer]:
        """Settle, and count what came of it once for all of them."""
        started_us = self._clock.monotonic_us()
        answers = self._bookkeeper.settle(orders, now_us=now_us)
        settle_us, commit_us = self._clock.monotonic_us() - started_us, self._bookkeeper.commit_us
        self._signed_us = now_us if commit_us else self._signed_us
        self._tallies.count_batch(orders, answers, settle_us=settle_us, commit_us=commit_us)
        return answers

    def _settle_poisoned(self, batch: list[_Waiting], now_us: int, poison: Poisoned) -> None:
        """One by one, so that the culprit harms nobody else; it is held off until restart."""
        _LOG.error("a batch of %d could not be decided: %r", len(batch), poison.__cause__)
        for waiting in batch:
            try:
                answers = self._settled([waiting.order], now_us)
            except Poisoned as error:
                _LOG.error("held off order %s: %r", waiting.order.order.order_id, error.__cause__)
                self._held_off.add(waiting.order.content)
                self._tallies.turn_away(Fault.INTERNAL_ERROR)
                answers = [fault_answer(LedgerFault(Fault.INTERNAL_ERROR))]
            self._answer_all([waiting], answers)

    def _answer_all(self, batch: list[_Waiting], answers: list[Answer]) -> None:
        now_us = self._clock.monotonic_us()
        for waiting, answer in zip(batch, answers, strict=True):
            if answer.status is AnswerStatus.REFUSED:
                self._buckets.charge_refusal(waiting.order.kid, now_us=now_us)
            self._answer(waiting.request, waiting.place, answer)

    def _answer(self, request: _Request, place: int, answer: Answer) -> None:
        request.answers[place] = answer
        request.missing -= 1
        if not request.missing:
            self._reply(request.caller, pack_answers([done for done in request.answers if done is not None]))

    def _status(self) -> dict[str, object]:
        head = self._bookkeeper.head
        now_us, clock = None, "ok"
        try:
            now_us = self._watch.now_us()
        except LedgerFault as fault:
            clock = fault.fault.value
        return {
            "size": head.size,
            "root": head.root.hex(),
            "checkpoint": head.checkpoint,
            "term": self._bookkeeper.term,
            "waiting": len(self._queue),
            "clock": clock,
            "now_us": now_us,
            "held_off": len(self._held_off),
            "pid": os.getpid(),
            "signed_us": self._signed_us,
            "tallies": self._tallies.told(),
            "notices": self.beside.backlog,
        }

    def _turn_away(self, fault: LedgerFault) -> None:
        """Tell everybody who still waits that nothing of theirs was taken."""
        waiting = list(self._queue)
        self._queue.clear()
        self._answer_all(waiting, [fault_answer(fault)] * len(waiting))

    def _reply(self, caller: _Caller, body: bytes) -> None:
        caller.to_send += frame(body)
        self._send(caller)

    def _send(self, caller: _Caller) -> None:
        try:
            sent = caller.connection.send(caller.to_send)
            del caller.to_send[:sent]
        except BlockingIOError:
            pass
        except OSError:
            self._farewell(caller)
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if caller.to_send else 0)
        if self._selector.get_key(caller.connection).events != events:
            self._selector.modify(caller.connection, events, caller)

    def _farewell(self, caller: _Caller) -> None:
        """The caller is gone. What it had asked goes on: it may ask again for the outcome."""
        if caller.connection.fileno() != -1:
            self._selector.unregister(caller.connection)
            caller.connection.close()


def _postings_most(body: Body) -> int:
    """How many postings an order may bring: a reversal as many as the entry that it undoes, which is not read here."""
    if isinstance(body, Reverse):
        return LEGS_MAX
    return len(body.legs) if isinstance(body, Pay) else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m ledger.sequencer`: what `daftari serve` starts and watches over."""
    parser = argparse.ArgumentParser(prog="ledger.sequencer")
    parser.add_argument("--database", default=(told := os.environ.get(DATABASE_VARIABLE)), required=not told)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--lease-seconds", type=float, default=30.0)
    parser.add_argument("--key-orders-per-second", type=int, default=Limits().pace.orders_per_second)
    parser.add_argument("--key-orders-burst", type=int, default=Limits().pace.orders_burst)
    chosen = parser.parse_args(arguments)
    start_logs()
    end_with_parent()
    watch_lifeline()
    pace = Pace(chosen.key_orders_per_second, chosen.key_orders_burst)
    try:
        opened = open_bookkeeper(chosen.database, chosen.keys, lease_seconds=chosen.lease_seconds)
        clock = SandboxClock(chosen.run_dir).kept(opened.genesis, opened.bookkeeper.recorded_us)
        sequencer = Sequencer(*opened, clock, Limits(pace=pace), chosen.run_dir, keys=chosen.keys)
        sequencer.beside.desk = open_desk(opened.bookkeeper, chosen.keys, clock)
    except LedgerFault as fault:
        _LOG.error("%s", fault)
        leave_refusal(chosen.run_dir, fault)
        return EXIT_REFUSED
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, sequencer.stop)
        search_rarely()
        sequencer.run()
    except (LedgerFault, CommitUncertain) as error:
        _LOG.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
