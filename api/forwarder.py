"""From the event loop to the sequencer: single orders that wait together travel together, over a few connections.

A lane is one connection with one frame out at a time. Orders that become ready in one turn of the loop share a frame,
up to a few, so that the sequencer works on the first while the next are verified; whatever gathers while all lanes wait
for an answer goes with the next free lane. So frames grow with the load by themselves, as the sequencer's batches do.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from pathlib import Path
from typing import NamedTuple, cast

from ledger.faults import Fault, LedgerFault, require
from ledger.orders.relayed import RelayedOrder
from ledger.wire import (
    ORDERS_PER_FRAME_MAX,
    SOCKET_NAME,
    Answer,
    frame,
    pack_orders,
    take_frames,
    unpack_answers,
)

_LOG = logging.getLogger("daftari.api")
LANES = 8
EAGER_ORDERS = 16
"""So many orders are sent at once; fewer wait for the end of the loop's turn."""
_FRAME_BYTES_MAX = 8 * 1024 * 1024


class _Waiting(NamedTuple):
    order: RelayedOrder
    answer: asyncio.Future[Answer]


class _Lane(asyncio.Protocol):
    """One connection. `batch` is what it carries now; empty while it is idle."""

    def __init__(self, forwarder: Forwarder) -> None:
        self._forwarder = forwarder
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self.batch: list[_Waiting] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The lane is open."""
        self._transport = cast(
            "asyncio.Transport", transport
        )  # some event loops have transports of their own

    def send(self, batch: list[_Waiting], *, seconds_max: float) -> None:
        """Carry some orders to the sequencer."""
        transport = self._transport
        require(transport is not None and not self.batch, "a lane is open and idle")
        self.batch = batch
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(seconds_max, self._give_up)
        if transport is not None:
            transport.write(frame(pack_orders([waiting.order for waiting in batch])))

    def data_received(self, data: bytes) -> None:
        """Answers, or a part of them."""
        self._received += data
        try:
            bodies = take_frames(self._received)
            if not bodies:
                return
            (body,) = bodies
            answers = unpack_answers(body)
            require(len(answers) == len(self.batch), "the sequencer answers every order of a frame, once")
        except Exception:  # noqa: BLE001 - whatever came, everybody on this lane must be told something
            _LOG.exception("a frame that no sequencer of ours sends")
            self.close()
            return
        batch = self._put_down()
        for waiting, answer in zip(batch, answers, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(answer)
        self._forwarder.freed(self)

    def connection_lost(self, _: Exception | None) -> None:
        """The sequencer is gone. What this lane carried may have arrived."""
        fail(self._put_down(), Fault.OUTCOME_UNKNOWN)
        self._forwarder.lost(self)

    def close(self) -> None:
        """End the connection, which ends what it carries as unknown."""
        if self._transport is not None:
            self._transport.abort()

    def _give_up(self) -> None:
        _LOG.error("the sequencer did not answer %d orders in time", len(self.batch))
        self._forwarder.turn_away()
        self.close()

    def _put_down(self) -> list[_Waiting]:
        batch, self.batch = self.batch, []
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        return batch


class Forwarder:
    """Used from one event loop."""

    def __init__(self, run_dir: Path, *, answer_seconds_max: float, orders_waiting_max: int) -> None:
        self._path = str(run_dir / SOCKET_NAME)
        self._seconds_max = answer_seconds_max
        self._waiting_max = orders_waiting_max
        self._waiting: deque[_Waiting] = deque()
        self._idle: list[_Lane] = []
        self._lanes: set[_Lane] = set()
        self._opening: asyncio.Task[None] | None = None
        self._flush_called = False

    def stop(self) -> None:
        """Close the lanes. Who still waits learns that the outcome is unknown."""
        for lane in list(self._lanes):
            lane.close()

    async def submit(self, order: RelayedOrder) -> Answer:
        """Hand over one verified order and wait for its answer.

        Raises:
            LedgerFault: BUSY or NOT_TAKEN if it cannot have arrived, OUTCOME_UNKNOWN if it may have.
        """
        if len(self._waiting) >= self._waiting_max:
            raise LedgerFault(Fault.BUSY, retry_after_seconds=1)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(order, loop.create_future())
        self._waiting.append(waiting)
        if len(self._waiting) >= EAGER_ORDERS and self._idle:
            self._flush()
        elif not self._flush_called:
            self._flush_called = True
            loop.call_soon(self._flush)
        return await waiting.answer

    def freed(self, lane: _Lane) -> None:
        """A lane has its answers and can carry again."""
        self._idle.append(lane)
        if self._waiting:
            self._flush()

    def lost(self, lane: _Lane) -> None:
        """A lane is gone; the next order opens another."""
        self._lanes.discard(lane)
        if lane in self._idle:
            self._idle.remove(lane)
        if self._waiting:
            self._flush()

    def turn_away(self) -> None:
        """The sequencer does not answer: what waits was not sent, and is told so."""
        waiting = list(self._waiting)
        self._waiting.clear()
        fail(waiting, Fault.NOT_TAKEN)

    def _flush(self) -> None:
        """Send what waits with the lanes that are free, and open one more lane if all are out."""
        self._flush_called = False
        while self._waiting and self._idle:
            self._idle.pop().send(self._next_batch(), seconds_max=self._seconds_max)
        if self._waiting and len(self._lanes) < LANES and self._opening is None:
            self._opening = asyncio.get_running_loop().create_task(self._open_lane())

    def _next_batch(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        size = 0
        while self._waiting and len(batch) < ORDERS_PER_FRAME_MAX and size < _FRAME_BYTES_MAX:
            waiting = self._waiting.popleft()
            batch.append(waiting)
            size += len(waiting.order.data) + len(waiting.order.told)
        return batch

    async def _open_lane(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds_max):
                _, lane = await loop.create_unix_connection(lambda: _Lane(self), self._path)
        except (OSError, TimeoutError):
            self._opening = None
            if not self._lanes:
                self.turn_away()
            return
        self._opening = None
        self._lanes.add(lane)
        self.freed(lane)


def fail(batch: list[_Waiting], fault: Fault) -> None:
    """Tell everybody in the batch what went wrong. Whoever stopped waiting is passed over."""
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(LedgerFault(fault))
