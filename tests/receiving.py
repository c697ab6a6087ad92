"""A receiver of notices on 127.0.0.1, as an institution would run one: it keeps what it got, and fails when told to."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

from standardwebhooks.webhooks import Webhook

SECONDS_MAX = 60.0


class Got(NamedTuple):
    """One notice as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> str:
        """Its id."""
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> dict[str, Any]:
        """What it says, after the published library verified it."""
        members: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return members


@dataclass
class Receiving:
    """The receiver. `answer` says with which status a notice is answered; None: with nothing, and never."""

    answer: Callable[[Got], int | None] = lambda _: 204
    got: list[Got] = field(default_factory=list)
    location: str = ""
    tls: ssl.SSLContext | None = None

    def __enter__(self) -> Self:
        """Listen."""
        self._news = threading.Condition()
        self._ended = threading.Event()
        receiving = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiving._take(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._server.daemon_threads = True
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http{'' if self.tls is None else 's'}://127.0.0.1:{self._server.server_address[1]}/notices"

    @property
    def events(self) -> list[str]:
        """The ids of what arrived, in order, repeated ones too."""
        return [got.event for got in self.got]

    def wait(self, what: Callable[[], bool]) -> None:
        """Until it holds, looked at whenever something arrives."""
        with self._news:
            assert self._news.wait_for(what, SECONDS_MAX), self.events

    def _take(self, asked: BaseHTTPRequestHandler) -> None:
        body = asked.rfile.read(int(asked.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in asked.headers.items()}
        got = Got(asked.path, headers, body)
        status = self.answer(got)
        if status is None:
            self._ended.wait(SECONDS_MAX)
            return
        with self._news:  # before the answer: whoever gets it may send the next one at once
            self.got.append(got)
            self._news.notify_all()
        with suppress(OSError):  # the sender was killed meanwhile
            asked.send_response(status)
            if self.location:
                asked.send_header("Location", self.location)
            asked.end_headers()
