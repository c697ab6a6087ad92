"""The bench's own client: kept connections, requests built beforehand, one thread and one `epoll`.

It shares the machine with the server, so it does as little as it can: whole answers are kept as bytes and read
afterwards. Closed loop: each connection sends its next request when the last one was answered.
"""

from __future__ import annotations

import itertools
import re
import selectors
import socket
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from loadtests.figures import Histogram

_RECEIVE_BYTES = 256 * 1024
_ANSWER_SECONDS_MAX = 30.0
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"


class ClientTrouble(Exception):
    """The server closed a connection, or answered with something that is no HTTP answer of a known length."""


def post_request(body: bytes, *, port: int, media_type: str) -> bytes:
    """The bytes of one POST to /v1/orders."""
    head = (
        f"POST /v1/orders HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {media_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


@dataclass
class Slice:
    """What one slice of a bench brought. `answers`: whole answers by the place of their request, if they were kept."""

    seconds: float = 0.0
    answered: int = 0
    statuses: Counter[bytes] = field(default_factory=Counter)
    answers: dict[int, bytes] = field(default_factory=dict)
    latency: Histogram = field(default_factory=Histogram)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0


def body_of(answer: bytes) -> bytes:
    """The body of a whole answer."""
    return answer[answer.index(_HEAD_END) + len(_HEAD_END) :]


@dataclass(eq=False)
class _Connection:
    """One connection: what is still to be sent, what came so far, and which request it is about."""

    socket: socket.socket
    to_send: memoryview = field(default_factory=lambda: memoryview(b""))
    received: bytes = b""
    place: int = -1
    sent_at: float = 0.0


class BenchClient:
    """So many connections to one server on this machine."""

    def __init__(self, port: int, connections: int) -> None:
        self._selector = selectors.DefaultSelector()
        self._connections = []
        for _ in range(connections):
            made = socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_SECONDS_MAX)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made.setblocking(False)
            connection = _Connection(made)
            self._connections.append(connection)
            self._selector.register(made, selectors.EVENT_READ, connection)

    def run(self, requests: Sequence[bytes], *, seconds: float) -> Slice:
        """Send the requests in their order until they or the seconds are over; keep every answer."""
        return self._run(requests, iter(range(len(requests))), seconds, keep=True)

    def repeat(self, requests: Sequence[bytes], *, seconds: float) -> Slice:
        """Send the requests over and over until the seconds are over; keep no answer."""
        return self._run(requests, itertools.cycle(range(len(requests))), seconds, keep=False)

    def _run(self, requests: Sequence[bytes], places: Iterator[int], seconds: float, *, keep: bool) -> Slice:
        done, latencies = Slice(), array("d")
        started = time.perf_counter()
        self._stop_at = started + seconds
        busy = sum(self._next(connection, requests, places) for connection in self._connections)
        while busy:
            events = self._selector.select(_ANSWER_SECONDS_MAX)
            if not events:
                raise ClientTrouble("no answer in time")
            for key, mask in events:
                connection: _Connection = key.data
                if mask & selectors.EVENT_WRITE:
                    self._send(connection)
                elif answer := self._receive(connection):
                    latencies.append(time.perf_counter() - connection.sent_at)
                    done.statuses[answer[9:12]] += 1
                    if keep:
                        done.answers[connection.place] = answer
                    busy -= not self._next(connection, requests, places)
        done.seconds = time.perf_counter() - started
        done.answered = len(latencies)
        for latency in latencies:
            done.latency.add(latency * 1e3)
        return done

    def close(self) -> None:
        """Close all connections."""
        for connection in self._connections:
            self._selector.unregister(connection.socket)
            connection.socket.close()
        self._selector.close()

    def _next(self, connection: _Connection, requests: Sequence[bytes], places: Iterator[int]) -> bool:
        """Send the next request on a free connection. False: there is none, or the time is over."""
        now = time.perf_counter()
        place = next(places, None) if now < self._stop_at else None
        if place is None:
            return False
        connection.place, connection.sent_at = place, now
        connection.to_send = memoryview(requests[place])
        self._send(connection)
        return True

    def _send(self, connection: _Connection) -> None:
        try:
            sent = connection.socket.send(connection.to_send)
        except BlockingIOError:
            sent = 0
        waited = self._selector.get_key(connection.socket).events
        connection.to_send = connection.to_send[sent:]
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.to_send else 0)
        if events != waited:
            self._selector.modify(connection.socket, events, connection)

    def _receive(self, connection: _Connection) -> bytes:
        """Take what came: the whole answer, or nothing while some of it is missing."""
        data = connection.socket.recv(_RECEIVE_BYTES)
        if not data:
            raise ClientTrouble("the server closed a connection")
        answer = connection.received + data if connection.received else data
        head = answer.find(_HEAD_END)
        if head < 0 or len(answer) < head + len(_HEAD_END) + _length(answer, head):
            connection.received = answer
            return b""
        connection.received = b""
        return answer


def _length(answer: bytes, head: int) -> int:
    found = _LENGTH.search(answer, 0, head + 2)
    if found is None:
        raise ClientTrouble(answer[:200].decode("latin-1"))
    return int(found[1])
