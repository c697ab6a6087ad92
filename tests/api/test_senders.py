"""Senders that are slow, endless, or gone: each costs a socket and a timer, never a thread, and the ledger goes on."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from api.config import Config
from tests.api.world import World, ask

CONFIG = Config("sqlite://", Path())
SECONDS_MAX = CONFIG.body_seconds_max + 8
HALF_OPEN = 1_000
HEAD = b"POST /v1/orders HTTP/1.1\r\nHost: ledger\r\nContent-Type: application/jose\r\n"


@contextmanager
def connected(world: World, sent: bytes) -> Iterator[socket.socket]:
    """A raw connection on which these bytes were sent."""
    with socket.create_connection(("127.0.0.1", world.ledger.port), timeout=SECONDS_MAX + 20) as connection:
        connection.sendall(sent)
        yield connection


def whole_answer(connection: socket.socket) -> bytes:
    """Everything until the other end closes."""
    received = b""
    while True:
        data = connection.recv(65_536)
        if not data:
            return received
        received += data


def posts_quickly(world: World) -> float:
    """Seconds that an honest payment takes."""
    started = time.monotonic()
    _, order = world.asha.payment(world.juma.account, 1)
    assert world.post(order).status == 201
    return time.monotonic() - started


def test_half_sent_bodies_stop_nobody(world: World) -> None:
    """So many senders stop in the middle of a body that no number of threads would do; the others do not notice."""
    starts = [
        HEAD + b"Content-Length: 1000\r\n\r\nabc",
        HEAD + b"Content-Length: 1000000\r\n\r\n" + b"x" * 70_000,
    ]
    starts.append(HEAD.replace(b"jose", b"json") + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab")
    with ExitStack() as held:
        for number in range(HALF_OPEN // 4):
            held.enter_context(connected(world, starts[number % 3]))
        assert posts_quickly(world) < 3
        assert world.get("/v1/ledger").status == 200


def test_half_sent_heads_stop_nobody(world: World) -> None:
    """A thousand connections that never finish their first line."""
    with ExitStack() as held:
        for number in range(HALF_OPEN):
            held.enter_context(connected(world, (b"", b"POST", HEAD)[number % 3]))
        assert posts_quickly(world) < 3
        assert world.get("/v1/ledger").status == 200
    assert posts_quickly(world) < 3


@pytest.mark.slow
def test_a_body_that_does_not_come_is_answered(world: World) -> None:
    """After a while its sender is told so, and the connection ends."""
    with connected(world, HEAD + b"Content-Length: 1000\r\n\r\nabc") as connection:
        started = time.monotonic()
        answer = whole_answer(connection)
    assert CONFIG.body_seconds_max - 1 < time.monotonic() - started < SECONDS_MAX
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["details"] == {"what": "body_incomplete"}


@pytest.mark.slow
def test_a_head_that_does_not_come_ends(world: World) -> None:
    """Whoever never finishes a request line is hung up on."""
    with connected(world, b"POST /v1/or") as connection:
        started = time.monotonic()
        whole_answer(connection)
    assert time.monotonic() - started < CONFIG.header_milliseconds_max / 1_000 + 8


def test_a_sender_who_goes_posts_nothing(world: World) -> None:
    """An order that was cut off is not an order, and leaves no record."""
    _, order = world.asha.payment(world.juma.account, 1)
    before = world.get("/v1/supply").json["log_size"]
    for length in (10, len(order) // 2, len(order) - 1):
        with connected(world, HEAD + f"Content-Length: {len(order)}\r\n\r\n".encode() + order[:length]):
            pass
    assert world.get("/v1/supply").json["log_size"] == before
    assert world.post(order).json["replayed"] is False


@pytest.mark.parametrize("media_type", ["application/jose", "application/json", "text/plain"])
def test_fifty_megabytes(world: World, media_type: str) -> None:
    """413 that its sender gets to read, with the bound, and no memory of it."""
    resident = _resident_bytes(world)
    got = world.post(b"x" * 50_000_000, Content_Type=media_type)
    assert (got.status, got.json["code"]) == (413, "too_large")
    assert int(got.json["details"]["bytes_max"]) in (CONFIG.order_bytes_max, CONFIG.body_bytes_max)
    assert got.headers["connection"] == "close"
    assert _resident_bytes(world) - resident < 40_000_000


def test_a_body_without_end(world: World) -> None:
    """Chunk after chunk: read on only so far, then answered and closed."""
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    sent = 0
    with connected(world, head) as connection:
        connection.settimeout(SECONDS_MAX)
        try:
            while sent < 4 * CONFIG.drained_bytes_max:
                connection.sendall(chunk)
                sent += 0x10000
        except OSError:
            pass
    assert sent < 2 * CONFIG.drained_bytes_max
    assert posts_quickly(world) < 3


def test_chunks_are_as_good_as_a_length(world: World) -> None:
    """An order in chunks is an order."""
    _, order = world.asha.payment(world.juma.account, 1)
    pieces = [order[place : place + 100] for place in range(0, len(order), 100)]
    body = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"
    with connected(
        world,
        HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body,
    ) as connection:
        assert whole_answer(connection).startswith(b"HTTP/1.1 201 ")


def test_whoever_asks_first_need_not_send(world: World) -> None:
    """`Expect: 100-continue` with too much to come is answered without it."""
    with connected(world, HEAD + b"Content-Length: 50000000\r\nExpect: 100-continue\r\n\r\n") as connection:
        assert whole_answer(connection).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 3\r\nContent-Length: 4\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 0x3\r\n",
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_two_lengths_are_none(world: World, lengths: bytes) -> None:
    """What two servers could read differently is not read at all, or only in the one way that RFC 9112 allows."""
    with connected(world, HEAD + lengths + b"\r\nabc") as connection:
        connection.shutdown(socket.SHUT_WR)
        try:
            answer = whole_answer(connection)
        except ConnectionResetError:
            answer = b""
    assert not answer or answer.startswith(b"HTTP/1.1 400 ")


def test_an_order_of_the_largest_size_fits(world: World) -> None:
    """The bound is on what is too large, not on what is large: the biggest body of one order is still read as one."""
    got = world.post(b"x" * CONFIG.order_bytes_max)
    assert (got.status, got.json["code"]) == (400, "malformed")
    assert world.post(b"x" * (CONFIG.order_bytes_max + 1)).status == 413
    assert ask(world.url, "GET", "/healthz").status == 200


def _resident_bytes(world: World) -> int:
    pids = world.ledger.children()["api.server"]
    statuses = [Path(f"/proc/{pid}/status").read_text() for pid in pids]
    return sum(
        int(line.split()[1]) * 1_024
        for text in statuses
        for line in text.splitlines()
        if line.startswith("VmRSS")
    )
