"""Where the time of one order goes: each room on its way, measured alone in this process, in microseconds an order."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from api.asked import Asked
from api.outcomes import answered
from ledger.bookkeeper import Bookkeeper
from ledger.instants import MachineClock
from ledger.opening import open_bookkeeper
from ledger.orders.codec import read_order
from ledger.orders.genesis import Genesis
from ledger.orders.relayed import arrived, relayed
from ledger.orders.signed import ORDER_TYPE, VerifiedOrder, open_order, vouched
from ledger.signing.jws import split_compact, verify_compact
from ledger.signing.keys import PublicKey
from ledger.wire import (
    Answer,
    AnswerStatus,
    frame,
    pack_answers,
    pack_orders,
    take_frames,
    unpack_answers,
    unpack_orders,
)

Thing = TypeVar("Thing")

_RECEIVE_BYTES = 256 * 1024
_WHO = Asked("en", "bench")


class RoomTime(NamedTuple):
    """One room: its name in `loadtests.words`, and microseconds of one core for one order."""

    name: str
    microseconds: float


class _TimedBookkeeper(Bookkeeper):
    """A bookkeeper that notes how long its writing takes, from the log's hashes to the end of COMMIT."""

    writing_seconds = 0.0

    def _commit(self, *arguments: Any) -> None:  # noqa: ANN401 - handed on as they are
        started = time.perf_counter()
        super()._commit(*arguments)
        self.writing_seconds += time.perf_counter() - started


def room_times(
    database: str, keys: Path, orders: Sequence[bytes], public_keys: dict[str, PublicKey], *, batch: int
) -> list[RoomTime]:
    """Settle fresh orders on a ledger that nobody serves now, and time every room that they pass.

    Raises:
        LedgerFault: the ledger cannot be opened, or an order does not verify.
        RuntimeError: an order was not accepted.
    """
    opened = open_bookkeeper(database, keys, lease_seconds=30)
    opened.bookkeeper.__class__ = _TimedBookkeeper
    keeper, genesis = opened.bookkeeper, opened.genesis
    try:
        split = [split_compact(data, typ=ORDER_TYPE) for data in orders]
        times = [
            _each("split", orders, lambda data: split_compact(data, typ=ORDER_TYPE)),
            _each("read", split, lambda jws: read_order(jws.payload, genesis)),
            _each("verify", split, lambda jws: verify_compact(jws, public_keys[jws.kid])),
        ]
        verified = [vouched(open_order(data, genesis)) for data in orders]
        times += [
            _each("content", split, lambda jws: jws.content),
            _each("relay", verified, lambda order: arrived(relayed(order), genesis)),
        ]
        answers, settling = _settle(keeper, verified, batch)
        writing = keeper.writing_seconds if isinstance(keeper, _TimedBookkeeper) else 0.0
        each = 1e6 / len(orders)
        times += [
            _forwarding(verified, answers, batch),
            RoomTime("decide", (settling - writing) * each),
            RoomTime("store", writing * each),
        ]
        return [*times, _rendering(genesis, orders, answers)]
    finally:
        keeper.close()


def _each(name: str, things: Sequence[Thing], room: Callable[[Thing], object]) -> RoomTime:
    started = time.perf_counter()
    for thing in things:
        room(thing)
    return RoomTime(name, (time.perf_counter() - started) * 1e6 / len(things))


def _settle(keeper: Bookkeeper, orders: Sequence[VerifiedOrder], batch: int) -> tuple[list[Answer], float]:
    clock, answers, seconds = MachineClock(), list[Answer](), 0.0
    for start in range(0, len(orders), batch):
        part, started = orders[start : start + batch], time.perf_counter()
        answers += keeper.settle(part, now_us=clock.wall_us())
        seconds += time.perf_counter() - started
    refused = [answer for answer in answers if answer.status is not AnswerStatus.ACCEPTED]
    if refused:
        raise RuntimeError(refused[0].record.decode("utf-8", "replace"))
    return answers, seconds


def _forwarding(orders: Sequence[VerifiedOrder], answers: Sequence[Answer], batch: int) -> RoomTime:
    """Frames there and back through a pair of sockets, `batch` orders in each, as a busy server sends them."""
    here, there = socket.socketpair()
    for end in (here, there):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * 1024 * 1024)
    told = [relayed(order) for order in orders]
    started = time.perf_counter()
    for start in range(0, len(orders), batch):
        part = slice(start, start + batch)
        unpack_orders(_carried(here, there, pack_orders(told[part])))
        unpack_answers(_carried(there, here, pack_answers(answers[part])))
    seconds = time.perf_counter() - started
    here.close()
    there.close()
    return RoomTime("forward", seconds * 1e6 / len(orders))


def _carried(giver: socket.socket, taker: socket.socket, body: bytes) -> bytes:
    giver.sendall(frame(body))
    received = bytearray()
    while True:
        received += taker.recv(_RECEIVE_BYTES)
        if bodies := take_frames(received):
            return bodies[0]


def _rendering(genesis: Genesis, orders: Sequence[bytes], answers: Sequence[Answer]) -> RoomTime:
    ids = [open_order(data, genesis).order.order_id for data in orders]
    pairs = list(zip(ids, answers, strict=True))
    return _each("render", pairs, lambda pair: answered(pair[0], pair[1], _WHO))
