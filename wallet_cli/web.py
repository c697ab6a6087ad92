"""One question to a web server and its answer: `http.client` with limits, and trouble told apart by what was sent.

What matters to a payment is a single fact: could the server have read the request? Before the first byte of it leaves,
trouble is harmless. Afterwards nobody here can know, and the answer is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from wallet_cli.faults import ExitCode, WalletFault

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

ANSWER_BYTES_MAX = 8 * 1024 * 1024
CONNECT_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 15.0
URL_CHARACTERS_MAX = 300

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ledger is reached: the parts of its URL. `path` is what stands before every route, often nothing."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The URL in its one form, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = 443 if self.scheme == "https" else 80
        return f"{self.scheme}://{host}{'' if self.port == default else f':{self.port}'}{self.path}"

    @property
    def private(self) -> bool:
        """Whether nobody on the way can read along: TLS, or this very machine."""
        return self.scheme == "https" or self.host in LOOPBACK


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """An answer as it came: status, headers in lower case, and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class LostAnswer(Exception):
    """The request may have been read, and no whole answer came back."""


def parse_place(url: str) -> Place:
    """Read the URL of a ledger.

    Raises:
        WalletFault: `url_invalid`.
    """
    shown = url[:URL_CHARACTERS_MAX]
    try:
        parts = urlsplit(url.strip().rstrip("/"))
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise WalletFault("url_invalid", ExitCode.USAGE, url=shown) from error
    plain = url.isascii() and url.isprintable() and " " not in url.strip() and len(url) <= URL_CHARACTERS_MAX
    extras = parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not host or not plain or extras:
        raise WalletFault("url_invalid", ExitCode.USAGE, url=shown)
    return Place(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), parts.path)


def route(*parts: str, **query: str | int | None) -> str:
    """A path of quoted parts, with those query members that are not None: `route("v1", "keys", kid)`."""
    path = "/" + "/".join(quote(part, safe="") for part in parts)
    members = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(members)}" if members else path


class Web:
    """A connection to one place, opened when needed and used again while the server keeps it."""

    def __init__(self, place: Place, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        self.place = place
        self._answer_timeout_s = answer_timeout_s
        self._connection: HTTPConnection | None = None

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> WebAnswer:
        """Send one request and read the whole answer. Redirects are answers like any other.

        Raises:
            WalletFault: `ledger_unreachable` (exit 75): nothing was sent.
            LostAnswer: the server may have read the request.
        """
        import http.client

        # A kept connection may have been closed by the server, which shows only after sending. What could post money
        # therefore starts on a fresh one, where trouble before the first byte is still told apart.
        if body is not None:
            self.close()
        connection = self._connection or self._connect()
        try:
            connection.request(method, self.place.path + path, body=body, headers=dict(headers))
            return self._read(connection.getresponse())
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise LostAnswer(str(error) or type(error).__name__) from error

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> HTTPConnection:
        import http.client

        kind: Any = (
            http.client.HTTPSConnection if self.place.scheme == "https" else http.client.HTTPConnection
        )
        connection: HTTPConnection = kind(self.place.host, self.place.port, timeout=CONNECT_TIMEOUT_S)
        try:
            connection.connect()
        except OSError as error:
            why = error.strerror or str(error) or type(error).__name__
            raise WalletFault(
                "ledger_unreachable", ExitCode.TRY_AGAIN_LATER, url=self.place.url, why=why[:200]
            ) from error
        connection.sock.settimeout(self._answer_timeout_s)
        self._connection = connection
        return connection

    def _read(self, response: HTTPResponse) -> WebAnswer:
        with response:
            body = response.read(ANSWER_BYTES_MAX + 1)
            # Asked for a number of bytes, http.client does not complain of fewer than were announced.
            cut_short = bool(response.length)
        if len(body) > ANSWER_BYTES_MAX:
            raise ValueError("the answer is too long")
        if cut_short:
            raise ValueError("the answer was cut short")
        headers = {name.lower(): value for name, value in response.getheaders()}
        if response.will_close:
            self.close()
        return WebAnswer(response.status, headers, body)
