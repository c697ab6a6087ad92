"""The socket between the API processes and the sequencer: frames, and the client that API threads use.

A frame is four bytes of length (big-endian), then the body. A request's body begins with one byte for its kind. The
socket is a Unix socket in a folder of mode 0700; the sequencer checks the uid of whoever connects.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import threading
from collections.abc import Sequence
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from ledger.directory.wishes import Answered, Outcome, Wish, wish_members
from ledger.faults import Fault, LedgerFault
from ledger.orders.relayed import RelayedOrder

FRAME_BYTES_MAX = 32 * 1024 * 1024
ORDERS_PER_FRAME_MAX = 1_000
ANSWER_SECONDS_MAX = 10.0
SOCKET_NAME = "sequencer.sock"

_CREDENTIALS = struct.Struct("3i")
_LENGTH = struct.Struct(">I")
_LENGTHS = struct.Struct(">II")
_ANSWER = struct.Struct(">BBqI")
_RECEIVE_BYTES = 256 * 1024


class RequestKind(IntEnum):
    """What an API process may ask."""

    ORDERS = 1
    DIRECTORY = 2
    STATUS = 3
    PREVIEW = 4
    NOTICES = 5
    CLOCK = 6


class AnswerStatus(IntEnum):
    """What became of one order."""

    ACCEPTED = 1
    REFUSED = 2
    FAULT = 3


class Answer(NamedTuple):
    """The sequencer's answer to one order. `record` is the record's line; for a fault, JSON `{"fault", "details"}`."""

    status: AnswerStatus
    replayed: bool
    sequence: int
    """Place in the log; -1 for a fault, which leaves no record."""
    record: bytes

    def fault(self) -> LedgerFault:
        """The fault that this answer carries."""
        members = json.loads(self.record)
        return LedgerFault(Fault(members["fault"]), **members["details"])


class Preview(NamedTuple):
    """What would become of one order. For an outcome that is not recorded, `answer.record` is the record it would get.

    `balances`: for each account of the signer's party that it would move, its currency and the minor units in it
    afterwards, in the order of the addresses.
    """

    answer: Answer
    balances: dict[str, tuple[str, int]]


def fault_answer(fault: LedgerFault) -> Answer:
    """A fault as the answer to one order."""
    told = json.dumps({"fault": fault.fault.value, "details": fault.details}).encode()
    return Answer(AnswerStatus.FAULT, replayed=False, sequence=-1, record=told)


def frame(body: bytes) -> bytes:
    """A body with its length before it."""
    return _LENGTH.pack(len(body)) + body


def take_frames(buffer: bytearray) -> list[bytes]:
    """Remove all whole frames from the front of a buffer and return their bodies.

    Raises:
        LedgerFault: TOO_LARGE for a frame beyond the bound.
    """
    bodies, start = [], 0
    while len(buffer) - start >= _LENGTH.size:
        (length,) = _LENGTH.unpack_from(buffer, start)
        if length > FRAME_BYTES_MAX:
            raise LedgerFault(Fault.TOO_LARGE, bytes_max=FRAME_BYTES_MAX)
        end = start + _LENGTH.size + length
        if len(buffer) < end:
            break
        bodies.append(bytes(buffer[start + _LENGTH.size : end]))
        start = end
    del buffer[:start]
    return bodies


def listen(path: Path) -> socket.socket:
    """A fresh Unix socket. What a killed sequencer left is removed: the lease says who may listen."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(1_024)
    listener.setblocking(False)
    return listener


def knock(path: Path) -> None:
    """Call at a socket of `listen` and leave at once, so that whoever waits there for a caller wakes up."""
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.setblocking(False)
        caller.connect(str(path))


def uid_of_peer(connection: socket.socket) -> int:
    """Which user is at the other end of a Unix socket."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(credentials)[1])


def pack_orders(orders: Sequence[RelayedOrder], kind: RequestKind = RequestKind.ORDERS) -> bytes:
    """The request body for some orders."""
    parts = [bytes((kind,))]
    for data, told in orders:
        parts += (_LENGTHS.pack(len(data), len(told)), data, told)
    return b"".join(parts)


def unpack_orders(body: bytes) -> list[RelayedOrder]:
    """The orders of a request body, without its first byte's kind."""
    orders, start = [], 1
    while start < len(body):
        data_bytes, told_bytes = _LENGTHS.unpack_from(body, start)
        start += _LENGTHS.size
        end = start + data_bytes
        orders.append(RelayedOrder(body[start:end], body[end : end + told_bytes]))
        start = end + told_bytes
    return orders


def pack_answers(answers: Sequence[Answer]) -> bytes:
    """The reply body for the answers to a request's orders, in request order."""
    parts: list[bytes] = []
    for answer in answers:
        parts += (
            _ANSWER.pack(answer.status, answer.replayed, answer.sequence, len(answer.record)),
            answer.record,
        )
    return b"".join(parts)


def unpack_answers(body: bytes) -> list[Answer]:
    """The answers of a reply body."""
    answers, start = [], 0
    while start < len(body):
        status, replayed, sequence, length = _ANSWER.unpack_from(body, start)
        start += _ANSWER.size
        answers.append(Answer(AnswerStatus(status), bool(replayed), sequence, body[start : start + length]))
        start += length
    return answers


def pack_previews(previews: Sequence[Preview]) -> bytes:
    """The reply body for previews: the answers as a frame, then the balances as JSON."""
    balances = [preview.balances for preview in previews]
    return frame(pack_answers([preview.answer for preview in previews])) + json.dumps(balances).encode()


def unpack_previews(body: bytes) -> list[Preview]:
    """The previews of a reply body."""
    (length,) = _LENGTH.unpack_from(body)
    end = _LENGTH.size + length
    balances = json.loads(body[end:])
    return [
        Preview(answer, {address: (currency, balance) for address, (currency, balance) in after.items()})
        for answer, after in zip(unpack_answers(body[_LENGTH.size : end]), balances, strict=True)
    ]


class SequencerClient:
    """What an API process asks the sequencer with: one connection per thread, so that an answer wakes one thread."""

    def __init__(self, run_dir: Path, *, answer_seconds_max: float = ANSWER_SECONDS_MAX) -> None:
        self._path = str(run_dir / SOCKET_NAME)
        self._seconds_max = answer_seconds_max
        self._mine = threading.local()

    def submit(self, orders: Sequence[RelayedOrder]) -> list[Answer]:
        """Hand verified orders over and wait for their answers, in the same order.

        Raises:
            LedgerFault: NOT_TAKEN if they cannot have arrived, OUTCOME_UNKNOWN if they may have.
        """
        return unpack_answers(self._ask(pack_orders(orders)))

    def preview(self, orders: Sequence[RelayedOrder]) -> list[Preview]:
        """Ask what would become of verified orders, one after the other, without handing them over.

        Raises:
            LedgerFault: NOT_TAKEN if the sequencer does not answer; no order was recorded by this.
        """
        try:
            return unpack_previews(self._ask(pack_orders(orders, RequestKind.PREVIEW)))
        except LedgerFault as fault:
            raise LedgerFault(Fault.NOT_TAKEN) from fault

    def status(self) -> dict[str, object]:
        """How the sequencer is: `size`, `root`, `term`, `checkpoint`, `waiting`, `clock`, `held_off`."""
        told = json.loads(self._ask(bytes((RequestKind.STATUS,))))
        return dict(told)

    def ask_directory(self, wish: Wish) -> Answered:
        """Have something done in the directory of people's data.

        Raises:
            LedgerFault: NOT_TAKEN if it cannot have been done, OUTCOME_UNKNOWN if it may have been.
        """
        told = json.loads(
            self._ask(bytes((RequestKind.DIRECTORY,)) + json.dumps(wish_members(wish)).encode())
        )
        return Answered(Outcome(told[0]), *told[1:])

    def notices(self, verb: str, **wish: object) -> dict[str, object]:
        """Ask for something about webhooks (`ledger.beside`); what came of it.

        Raises:
            LedgerFault: why not; NOT_TAKEN, OUTCOME_UNKNOWN.
        """
        return self._beside(RequestKind.NOTICES, wish | {"verb": verb})

    def move_clock(self, **wish: object) -> dict[str, object]:
        """Ask to move a sandbox's clock ahead (`ledger.beside`); how far it is ahead then.

        Raises:
            LedgerFault: why not; NOT_TAKEN, OUTCOME_UNKNOWN.
        """
        return self._beside(RequestKind.CLOCK, wish)

    def _beside(self, kind: RequestKind, wish: dict[str, object]) -> dict[str, object]:
        told = json.loads(self._ask(bytes((kind,)) + json.dumps(wish).encode()))
        if "fault" in told:
            raise LedgerFault(Fault(told["fault"]), **told["details"])
        return dict(told)

    def _ask(self, body: bytes) -> bytes:
        connection = self._connected()
        try:
            connection.sendall(frame(body))
        except OSError as error:
            self._forget()
            raise LedgerFault(Fault.NOT_TAKEN) from error
        try:
            return self._receive(connection)
        except OSError as error:
            self._forget()
            raise LedgerFault(Fault.OUTCOME_UNKNOWN) from error

    def _receive(self, connection: socket.socket) -> bytes:
        buffer = bytearray()
        while True:
            data = connection.recv(_RECEIVE_BYTES)
            if not data:
                raise ConnectionResetError
            buffer += data
            if bodies := take_frames(buffer):
                return bodies[0]

    def _connected(self) -> socket.socket:
        known: socket.socket | None = getattr(self._mine, "connection", None)
        if known is not None and not _closed_by_peer(known):
            return known
        self._forget()
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(self._seconds_max)
            connection.connect(self._path)
        except OSError as error:
            connection.close()
            raise LedgerFault(Fault.NOT_TAKEN) from error
        self._mine.connection = connection
        return connection

    def _forget(self) -> None:
        connection = getattr(self._mine, "connection", None)
        if connection is not None:
            connection.close()
            self._mine.connection = None


def _closed_by_peer(connection: socket.socket) -> bool:
    """Whether the sequencer at the other end is gone, so that what is sent now would be lost without a trace."""
    # Nothing was asked yet, so what can be read is the end of the stream. Asked of the kernel and not of `recv`: on a
    # socket with a timeout Python waits before it looks at MSG_DONTWAIT.
    looking = select.poll()
    looking.register(connection, select.POLLIN)
    return bool(looking.poll(0))
