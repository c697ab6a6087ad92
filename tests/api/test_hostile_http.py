"""HTTP itself used against every route: never a 5xx, never a wait beyond the limits, a problem or a good answer."""

from __future__ import annotations

import json
import re
import socket
import time
from typing import NamedTuple

import pytest

from api.answer_schemas import ProblemSchema
from api.config import Config
from api.openapi import ROUTES, Route
from tests.api.world import World
from tests.docs.examples import Recorder

PROBLEM = ProblemSchema()
SECONDS_MAX = Config.body_seconds_max + 8
PROBLEM_TYPE = "application/problem+json"


class Answer(NamedTuple):
    """One answer as it came over the wire. `status` 0: the connection was closed without one."""

    status: int
    headers: dict[str, str]
    body: bytes


def raw(world: World, sent: bytes, *, seconds: float = SECONDS_MAX) -> Answer:
    """Send these bytes, then read until the other end closes."""
    with socket.create_connection(("127.0.0.1", world.ledger.port), timeout=seconds) as connection:
        received = b""
        try:
            connection.sendall(sent)
            while data := connection.recv(65_536):
                received += data
        except ConnectionError:
            pass
    return parsed(received)


def parsed(received: bytes) -> Answer:
    """The first answer in these bytes."""
    if not received:
        return Answer(0, {}, b"")
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(":") for line in lines]
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    length = headers.get("content-length")
    return Answer(int(first.split(" ")[1]), headers, body if length is None else body[: int(length)])


def checked(answer: Answer, *, language: str = "sw") -> Answer:
    """No 5xx; whatever is 4xx and has a body is a whole problem in the caller's language."""
    assert answer.status < 500, answer
    if answer.status >= 400 and answer.body:
        assert answer.headers["content-type"] == PROBLEM_TYPE, answer
        members = json.loads(answer.body)
        assert not PROBLEM.validate(members)
        assert answer.headers["content-language"] == language
        assert members["request_id"] == answer.headers["request-id"]
    return answer


def request(method: str, target: bytes, *lines: str, body: bytes = b"", version: str = "1.1") -> bytes:
    """A request as bytes, ended by the server."""
    head = [
        f"Host: ledger\r\nAccept-Language: sw\r\nConnection: close\r\nContent-Length: {len(body)}",
        *lines,
    ]
    return b"%b %b HTTP/%b\r\n%b\r\n\r\n%b" % (
        method.encode(), target, version.encode(), "\r\n".join(head).encode("latin-1"), body,
    )  # fmt: skip


def path_of(route: Route) -> bytes:
    """The route with a harmless value for each name in its path."""
    return re.sub(r"{\w+}", "1", route.path).encode()


PLACES = sorted({path_of(route) for route in ROUTES})
QUERIES: list[tuple[str, bytes]] = [
    ("twice", b"lang=sw&lang=en"),
    ("10,000 parameters", b"&".join(b"p%d=1" % number for number in range(10_000))),
    ("NUL", b"lang=%00"),
    ("lone surrogate", b"lang=%ed%a0%80"),
    ("bad UTF-8", b"%ff%fe=%80"),
    ("broken percent-encoding", b"lang=%zz&%=%4"),
    ("only ampersands", b"&" * 5_000),
    ("no name", b"=x&=y"),
    ("brackets", b"lang[]=sw&lang[a][b]=en"),
    ("semicolons", b"lang=sw;x=1"),
    ("8-bit bytes", "lang=šw".encode()),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.decode())
def test_strange_queries_everywhere(world: World, place: bytes) -> None:
    """Every route answers every query: with a page or an answer, or with a problem."""
    method = next(route.method for route in ROUTES if path_of(route) == place)
    for name, query in QUERIES:
        answer = raw(world, request(method, place + b"?" + query))
        assert answer.status, name
        language = answer.headers.get("content-language", "sw")
        checked(answer, language=language)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.decode())
def test_methods_everywhere(world: World, place: bytes) -> None:
    """HEAD has no body, OPTIONS and 405 name what is allowed, whatever else is called a method is refused."""
    allowed = {route.method for route in ROUTES if path_of(route) == place}
    for method in ("HEAD", "OPTIONS", "TRACE", "PATCH", "DELETE", "PUT", "POST", "CONNECT", "BREW", "get"):
        answer = raw(world, request(method, place))
        if method == "CONNECT" and not answer.status:
            continue
        checked(answer)
        if method == "HEAD":
            assert not answer.body
        if method == "OPTIONS":
            assert answer.status == 200
        elif method not in allowed | {"HEAD"}:
            assert answer.status in (400, 404, 405), (method, answer)
        if answer.status == 405 or method == "OPTIONS":
            assert allowed <= set(re.split(r",\s*", answer.headers["allow"])) | {"HEAD"}


TARGETS: list[tuple[str, bytes]] = [
    ("NUL", b"/v1/accounts/%00"),
    ("lone surrogate", b"/v1/accounts/%ed%a0%80"),
    ("bad UTF-8", b"/v1/keys/%ff%fe"),
    ("broken percent-encoding", b"/v1/bills/%zz%"),
    ("half a percent", b"/docs/errors/%4"),
    ("dots", b"/v1/../v1/ledger"),
    ("encoded dots", b"/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd"),
    ("backslashes", b"/static/..\\..\\x"),
    ("two slashes", b"//v1/ledger"),
    ("another house", b"http://elsewhere.example/v1/ledger"),
    ("asterisk", b"*"),
    ("8-bit bytes", b"/v1/accounts/\xc5\xa1"),
    ("a fragment", b"/v1/ledger#x"),
    ("60,000 characters", b"/v1/accounts/" + b"x" * 60_000),
    ("60,000 in the query", b"/v1/ledger?lang=" + b"x" * 60_000),
    ("a carriage return", b"/v1/ledger%0d%0aX:%20y"),
]


@pytest.mark.parametrize("target", [target for _, target in TARGETS], ids=[name for name, _ in TARGETS])
def test_strange_targets(world: World, target: bytes) -> None:
    """A problem, or the server's own 4xx without a body where the request line itself is broken."""
    answer = checked(raw(world, request("GET", target)))
    assert answer.status == 0 or 200 <= answer.status < 500
    assert "x" not in answer.headers


HEADERS: list[tuple[str, tuple[str, ...]]] = [
    ("60,000 characters", ("X-Long: " + "x" * 60_000,)),
    ("90 headers", tuple(f"X-{number}: 1" for number in range(90))),
    ("1,000 headers", tuple(f"X-{number}: 1" for number in range(1_000))),
    ("long token", ("Authorization: Bearer " + "a" * 50_000,)),
    ("8-bit token", ("Authorization: Bearer š.š.š".encode().decode("latin-1"),)),
    ("two tokens", ("Authorization: Bearer a.b.c", "Authorization: Bearer d.e.f")),
    ("basic", ("Authorization: Basic eDp5",)),
    ("no scheme", ("Authorization: ",)),
    ("strange Accept", ("Accept: ;;;q=x, */*;q=2, \x80",)),
    ("nothing acceptable", ("Accept: image/png",)),
    ("many languages", ("Accept-Language: " + ",".join(["sw"] * 20_000),)),
    ("bad request id", ("Request-Id: " + "x" * 5_000,)),
    ("request id twice", ("Request-Id: one", "Request-Id: two")),
    ("If-None-Match", ('If-None-Match: "' + "x" * 5_000,)),
    ("Range", ("Range: bytes=0-0,5-1,-3",)),
    ("websocket", ("Upgrade: websocket", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 13")),
    ("h2c", ("Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA")),
    ("forwarded", ("X-Forwarded-For: " + "9.9.9.9," * 5_000, "X-Forwarded-Host: elsewhere.example")),
    ("other method", ("X-HTTP-Method-Override: DELETE",)),
    ("cookie", ("Cookie: a=b; session=" + "x" * 4_000,)),
    ("content type", ("Content-Type: multipart/form-data",)),
]


@pytest.mark.parametrize("lines", [lines for _, lines in HEADERS], ids=[name for name, _ in HEADERS])
@pytest.mark.parametrize("place", ["/v1/ledger", "/v1/keys/x", "/docs", "/receipts"])
def test_strange_headers(world: World, place: str, lines: tuple[str, ...]) -> None:
    """Passed over or refused, never more."""
    answer = raw(world, request("GET", place.encode(), *lines))
    checked(answer, language=answer.headers.get("content-language", "sw"))
    assert answer.status not in (101, 500)
    assert b"elsewhere.example" not in answer.body


def test_http_1_0(world: World) -> None:
    """An old client without a Host gets the same answer, and the connection ends."""
    answer = raw(world, b"GET /v1/supply HTTP/1.0\r\n\r\n")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")


def test_other_versions(world: World) -> None:
    """What is not HTTP/1 is turned away at once."""
    for sent in (
        b"GET / HTTP/3.0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /\r\n\r\n",
    ):
        started = time.monotonic()
        assert raw(world, sent).status in (0, 400, 505)
        assert time.monotonic() - started < SECONDS_MAX


def test_pipelined_requests(world: World) -> None:
    """Each has its answer, in order; one with a broken length ends the connection."""
    first = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    last = request("GET", b"/v1/nothing")
    with socket.create_connection(("127.0.0.1", world.ledger.port), timeout=SECONDS_MAX) as connection:
        connection.sendall(first * 50 + last)
        received = b""
        while data := connection.recv(65_536):
            received += data
    statuses = re.findall(rb"HTTP/1.1 (\d{3})", received)
    assert statuses == [b"200"] * 50 + [b"404"]


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: +5",
        "Content-Length: 5, 5",
        "Content-Length: 99999999999999999999999",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: identity",
    ],
)
@pytest.mark.parametrize("place", ["/v1/orders", "/receipts"])
def test_lengths_that_lie(world: World, place: str, lines: str) -> None:
    """One reading of a body or none; a problem or a closed connection, in time."""
    head = f"POST {place} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/jose\r\n{lines}\r\n\r\n"
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", world.ledger.port), timeout=SECONDS_MAX) as connection:
        connection.sendall(head.encode() + b"5\r\nabcde\r\n0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while data := connection.recv(65_536):
                received += data
        except ConnectionError:
            pass
    answer = parsed(received)
    assert time.monotonic() - started < SECONDS_MAX
    assert answer.status < 500
    checked(answer, language=answer.headers.get("content-language", "en"))


def test_continue_is_said_only_to_who_may_go_on(world: World) -> None:
    """`Expect: 100-continue` on any route; something else that is expected is refused or passed over."""
    _, order = world.asha.payment(world.juma.account, 1)
    expecting = request(
        "POST", b"/v1/orders", "Content-Type: application/jose", "Expect: 100-continue", body=order
    )
    with socket.create_connection(("127.0.0.1", world.ledger.port), timeout=SECONDS_MAX) as connection:
        connection.sendall(expecting)
        received = b""
        while data := connection.recv(65_536):
            received += data
    assert b"HTTP/1.1 201" in received
    assert checked(raw(world, request("GET", b"/v1/ledger", "Expect: the-unexpected"))).status in (
        200,
        400,
        417,
    )


def test_the_ledger_goes_on(world: World) -> None:
    """After all this an honest payment is taken."""
    recorder = Recorder(world)
    assert recorder.order_id
