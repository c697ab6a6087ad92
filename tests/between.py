"""Something between a wallet and its ledger: it can lose answers, and it can change what they say."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

Change = Callable[[str, dict[str, Any]], dict[str, Any] | None]
"""Given the path and the answer's JSON, the JSON to give instead; None leaves it as it is."""

_SECONDS_MAX = 20


class Between:
    """A proxy on a port of its own in front of a ledger; use it in a `with`.

    Attributes:
        lose: how many answers to POSTs are still to be lost, after the ledger has given them.
        change: what is done to JSON answers.
        busy: how many POSTs are still to be answered 503 without asking the ledger.
        delay_s: how long POSTs wait for their answer, which the ledger has given already.
        posted: the bodies of all POSTs, in order.
    """

    def __init__(self, url: str) -> None:
        self.target = urlsplit(url)
        self.lose = 0
        self.busy = 0
        self.delay_s = 0.0
        self.change: Change | None = None
        self.posted: list[bytes] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _answering_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where the wallet is sent."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def pass_on(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask the ledger, and perhaps change what it said."""
        connection = http.client.HTTPConnection(
            str(self.target.hostname), self.target.port, timeout=_SECONDS_MAX
        )
        try:
            connection.request(method, path, body=body or None, headers=headers)
            answer = connection.getresponse()
            data, told = answer.read(), {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()
        if self.change is not None and "json" in told.get("content-type", ""):
            changed = self.change(path, json.loads(data))
            data = json.dumps(changed).encode() if changed is not None else data
        return answer.status, told, data


def _answering_for(between: Between) -> type[BaseHTTPRequestHandler]:
    return type("Answering", (_Answering,), {"between": between})


class _Answering(BaseHTTPRequestHandler):
    between: Between
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.command == "POST":
            self.between.posted.append(body)
        if self.command == "POST" and self.between.busy > 0:
            self.between.busy -= 1
            self._answer(503, {"content-type": "application/problem+json"}, b'{"code":"busy"}')
            return
        kept = {
            name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")
        }
        status, headers, data = self.between.pass_on(self.command, self.path, kept, body)
        if self.command == "POST":
            time.sleep(self.between.delay_s)
        if self.command == "POST" and self.between.lose > 0:
            self.between.lose -= 1
            self.close_connection = True
            self.connection.close()
            return
        self._answer(status, headers, data)

    def _answer(self, status: int, headers: dict[str, str], data: bytes) -> None:
        self.send_response(status)
        for name in ("content-type", "retry-after", "order-replayed"):
            if name in headers:
                self.send_header(name, headers[name])
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = _pass  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        """A connection that we closed ourselves is no error."""
        with suppress(OSError, ValueError):
            super().handle()

    def finish(self) -> None:
        """The same, when the streams are closed."""
        with suppress(OSError, ValueError):
            super().finish()
