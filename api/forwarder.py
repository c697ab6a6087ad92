"""From the event loop to the sequencer: single orders that wait together travel together, over a few connections.

A lane is one connection with one frame out at a time. Whatever gathers while all lanes wait for an answer goes with the
next free lane, so frames grow with the load by themselves, as the sequencer's batches do.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from pathlib import Path
from typing import NamedTuple

from ledger.faults import Fault, LedgerFault, require
from ledger.wire import ORDERS_PER_FRAME_MAX, SOCKET_NAME, Answer, frame, pack_orders, unpack_answers

_LOG = logging.getLogger("daftari.api")
LANES = 8
_READ_BYTES = 1024 * 1024
_FRAME_BYTES_MAX = 8 * 1024 * 1024
_LENGTH_BYTES = 4


class _Waiting(NamedTuple):
    data: bytes
    answer: asyncio.Future[Answer]


class _Connection(NamedTuple):
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def usable(self) -> bool:
        """Whether the sequencer at the other end is still there."""
        return not (self.reader.at_eof() or self.writer.is_closing())


class Forwarder:
    """Used from one event loop."""

    def __init__(self, run_dir: Path, *, answer_seconds_max: float, orders_waiting_max: int) -> None:
        self._path = str(run_dir / SOCKET_NAME)
        self._seconds_max = answer_seconds_max
        self._waiting_max = orders_waiting_max
        self._waiting: deque[_Waiting] = deque()
        self._idle: list[asyncio.Future[None]] = []
        self._called = False
        self._lanes: list[asyncio.Task[None]] = []

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Open the lanes on the loop, which need not run yet."""
        self._lanes = [loop.create_task(self._serve_lane()) for _ in range(LANES)]

    def stop(self) -> None:
        """Close the lanes; who still waits is told nothing."""
        for lane in self._lanes:
            lane.cancel()

    async def submit(self, data: bytes) -> Answer:
        """Hand over one verified order and wait for its answer.

        Raises:
            LedgerFault: BUSY or NOT_TAKEN if it cannot have arrived, OUTCOME_UNKNOWN if it may have.
        """
        if len(self._waiting) >= self._waiting_max:
            raise LedgerFault(Fault.BUSY, retry_after_seconds=1)
        waiting = _Waiting(data, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._call_a_lane()
        return await waiting.answer

    def _call_a_lane(self) -> None:
        """Wake one idle lane. Until it has looked, no other is called: it takes all that waits by then."""
        if self._idle and not self._called:
            self._called = True
            self._idle.pop().set_result(None)

    async def _serve_lane(self) -> None:
        connection: _Connection | None = None
        while True:
            batch = await self._next_batch()
            try:
                connection = await self._connected(connection)
                answers = await self._ask(connection, batch)
                _settle(batch, answers)
            except LedgerFault as fault:
                connection = _closed(connection)
                _fail(batch, fault)
            except Exception:
                # A lane that died here would leave everybody behind it waiting for ever.
                _LOG.exception("a lane to the sequencer")
                connection = _closed(connection)
                _fail(batch, LedgerFault(Fault.OUTCOME_UNKNOWN))

    async def _next_batch(self) -> list[_Waiting]:
        while not self._waiting:
            call = asyncio.get_running_loop().create_future()
            self._idle.append(call)
            await call
            self._called = False
        batch, size = [], 0
        while self._waiting and len(batch) < ORDERS_PER_FRAME_MAX and size < _FRAME_BYTES_MAX:
            waiting = self._waiting.popleft()
            batch.append(waiting)
            size += len(waiting.data)
        if self._waiting:
            self._call_a_lane()
        return batch

    async def _connected(self, connection: _Connection | None) -> _Connection:
        if connection is not None and connection.usable():
            return connection
        _closed(connection)
        try:
            async with asyncio.timeout(self._seconds_max):
                return _Connection(*await asyncio.open_unix_connection(self._path, limit=_READ_BYTES))
        except (OSError, TimeoutError) as error:
            raise LedgerFault(Fault.NOT_TAKEN) from error

    async def _ask(self, connection: _Connection, batch: list[_Waiting]) -> list[Answer]:
        try:
            async with asyncio.timeout(self._seconds_max):
                connection.writer.write(frame(pack_orders([waiting.data for waiting in batch])))
                await connection.writer.drain()
                length = int.from_bytes(await connection.reader.readexactly(_LENGTH_BYTES), "big")
                return unpack_answers(await connection.reader.readexactly(length))
        except (OSError, EOFError, TimeoutError) as error:
            raise LedgerFault(Fault.OUTCOME_UNKNOWN) from error


def _closed(connection: _Connection | None) -> None:
    if connection is not None:
        connection.writer.close()


def _settle(batch: list[_Waiting], answers: list[Answer]) -> None:
    """Give everybody in the batch their answer. Whoever stopped waiting is passed over."""
    require(len(answers) == len(batch), "the sequencer answers every order")
    for waiting, answer in zip(batch, answers, strict=True):
        if not waiting.answer.done():
            waiting.answer.set_result(answer)


def _fail(batch: list[_Waiting], fault: LedgerFault) -> None:
    """Tell everybody in the batch what went wrong, each with a fault of their own."""
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(LedgerFault(fault.fault, **fault.details))
