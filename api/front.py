"""What granian calls, once per request, on a worker's event loop (RSGI).

Two ways lead on. One signed order as `application/jose` is verified, forwarded and answered right here: no thread wakes
for it, and orders that wait together reach the sequencer together. Everything else goes to Flask in a few threads, with
its body already read. Both ways use the same door, the same problems and the same headers.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from time import perf_counter
from typing import Any, Protocol

from api import door, metrics, outcomes, problems
from api.addresses import client_address
from api.answers import JOSE, NOTHING_CSP, Answered, headers_of_all
from api.asked import Asked, Header, asked
from api.bodies import Bodies, Incoming, Unread
from api.forwarder import Forwarder
from api.house import House
from api.limits import Room
from ledger.faults import Fault, LedgerFault
from ledger.orders.odd_amounts import SLOW_SECONDS, OddAmount, odd_amount
from ledger.orders.relayed import relayed
from ledger.orders.signed import SignedOrder, verify_order
from ledger.signing.keys import PublicKey

ORDERS_PATH = "/v1/orders"
_FORWARDED = "x-forwarded-for"
_CLOSE = ("Connection", "close")
_CSP = ("Content-Security-Policy", NOTHING_CSP)

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Headers(Protocol):
    """The request's headers, by lower-case name."""

    def get(self, key: str, default: str | None = None) -> str | None:
        """The first of this name."""
        ...

    def items(self) -> list[tuple[str, str]]:
        """All, repeated ones too."""
        ...


class Scope(Protocol):
    """The part of granian's RSGI scope that is used here."""

    method: str
    path: str
    query_string: str
    scheme: str
    client: str
    server: str
    http_version: str
    headers: Headers


class Pieces(Protocol):
    """An answer that is sent piece by piece."""

    async def send_bytes(self, data: bytes) -> None:
        """Send one."""
        ...


class Outgoing(Incoming, Protocol):
    """The part of granian's RSGI protocol that takes the answer."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send an answer with a body."""
        ...

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Pieces:
        """Begin an answer."""
        ...

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        """Send an answer without one."""
        ...


class Front:
    """The RSGI application of one worker."""

    def __init__(self, house: House, flask: WsgiApplication) -> None:
        config = house.config
        self._house = house
        self._flask = flask
        self._bodies = Bodies(config)
        self._waiting = Room(config.requests_waiting_max)
        self._threads = ThreadPoolExecutor(config.threads, thread_name_prefix="request")
        self._forwarder = Forwarder(
            config.run_dir,
            answer_seconds_max=config.answer_seconds_max,
            orders_waiting_max=config.orders_waiting_max,
        )

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by granian after the last request."""
        self._forwarder.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __rsgi__(self, scope: Scope, protocol: Outgoing) -> None:
        """One request."""
        started = perf_counter()
        header = scope.headers.get
        if _plain_order(scope, header):
            who = asked(header, scope.query_string)
            answered, odd = await self._post(scope, protocol, who)
            if odd is OddAmount.SLOW:
                await asyncio.sleep(SLOW_SECONDS)
            if odd is OddAmount.DROPPED:
                await _break_off(protocol, answered.body)
            else:
                _send(protocol, answered, who)
            seconds = perf_counter() - started
            metrics.observe(route=ORDERS_PATH, method="POST", status=answered.status, seconds=seconds)
        else:
            await self._ask_flask(scope, protocol)

    async def _post(self, scope: Scope, protocol: Outgoing, who: Asked) -> tuple[Answered, OddAmount | None]:
        """The answer, and what a sandbox does to it."""
        header = scope.headers.get
        try:
            refuse_encodings(header("content-encoding"))
            data = await self._bodies.read(header, protocol, bytes_max=self._house.config.order_bytes_max)
            signed = door.opened(self._house, data)
            verified = verify_order(signed, await self._signing_key(signed, scope), self._house.genesis)
        except LedgerFault as fault:
            return _told(fault, who), None
        except Exception as error:  # noqa: BLE001 - the last line before the outside
            return problems.bug(error, who), None
        try:
            answer = await self._forwarder.submit(relayed(verified))
        except LedgerFault as fault:
            return _told(fault, who), None
        answered = outcomes.answered(verified.order.order_id, answer, who)
        first = self._house.genesis.sandbox and answered.status == HTTPStatus.CREATED
        return answered, odd_amount(verified.order.body) if first else None

    async def _signing_key(self, signed: SignedOrder, scope: Scope) -> PublicKey:
        key = self._house.remembered_key(signed.kid)
        if key is None:
            loop = asyncio.get_running_loop()
            ask = partial(self._house.signing_key, signed, address=self._address(scope))
            key = await loop.run_in_executor(self._threads, ask)
        return key

    def _address(self, scope: Scope) -> str:
        forwarded = ",".join(value for name, value in scope.headers.items() if name == _FORWARDED)
        return client_address(scope.client.rpartition(":")[0], forwarded, self._house.trusted_proxies)

    async def _ask_flask(self, scope: Scope, protocol: Outgoing) -> None:
        header = scope.headers.get
        try:
            body = await self._bodies.read(header, protocol, bytes_max=self._house.config.body_bytes_max)
            status, headers, answer = await self._in_a_thread(environ(scope, body))
        except LedgerFault as fault:
            who = asked(header, scope.query_string)
            _send(protocol, _told(fault, who), who)
        except Exception as error:  # noqa: BLE001 - the last line before the outside
            who = asked(header, scope.query_string)
            _send(protocol, problems.bug(error, who), who)
        else:
            if scope.method == "HEAD" or not answer:
                protocol.response_empty(status, headers)
            else:
                protocol.response_bytes(status, headers, answer)

    async def _in_a_thread(self, environment: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
        self._waiting.take(1)
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads,
                self._run_flask,
                environment,
            )
        finally:
            self._waiting.give(1)

    def _run_flask(self, environment: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            started[:] = (int(status.split(" ", 1)[0]), headers)

        pieces = self._flask(environment, start_response)
        try:
            body = b"".join(pieces)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        return started[0], started[1], body


def _plain_order(scope: Scope, header: Header) -> bool:
    """Whether a request hands in one order and says no more.

    Parameters are for Flask, which refuses what it does not know: somebody who misspells `dry_run` must not pay.
    """
    return (
        scope.method == "POST"
        and scope.path == ORDERS_PATH
        and not scope.query_string
        and header("content-type") == JOSE
    )


def refuse_encodings(encoding: str | None) -> None:
    """No compression: what is signed, measured and kept are the bytes that were sent.

    Raises:
        LedgerFault: UNSUPPORTED_MEDIA_TYPE.
    """
    if encoding is not None and encoding.lower() != "identity":
        raise LedgerFault(Fault.UNSUPPORTED_MEDIA_TYPE)


def _told(fault: LedgerFault, who: Asked) -> Answered:
    answered = problems.problem(fault, who)
    return answered.with_headers(_CLOSE) if isinstance(fault, Unread) else answered


def _send(protocol: Outgoing, answered: Answered, who: Asked) -> None:
    headers = [("Content-Type", answered.media_type), *answered.headers, *headers_of_all(who), _CSP]
    protocol.response_bytes(answered.status, headers, answered.body)


async def _break_off(protocol: Outgoing, body: bytes) -> None:
    """Promise a body and send its first byte alone: the connection ends, and with it the answer."""
    status, headers = int(HTTPStatus.INTERNAL_SERVER_ERROR), [("content-length", str(len(body)))]
    await protocol.response_stream(status, headers).send_bytes(body[:1])


def environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request as WSGI wants it (PEP 3333), its body in memory."""
    server, _, port = scope.server.rpartition(":")
    environment: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _latin(scope.path),
        "QUERY_STRING": _latin(scope.query_string),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if name == "content-type":
            environment["CONTENT_TYPE"] = value
        elif name not in _KNOWN_OTHERWISE and "_" not in name:
            key = f"HTTP_{name.upper().replace('-', '_')}"
            environment[key] = f"{environment[key]},{value}" if key in environment else value
    return environment


_KNOWN_OTHERWISE = frozenset({"content-length", "transfer-encoding"})


def _latin(text: str) -> str:
    """WSGI's texts: bytes written as Latin-1."""
    return text.encode("utf-8", "replace").decode("latin-1")
