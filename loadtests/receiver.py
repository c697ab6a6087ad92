"""A receiver of payment notices on 127.0.0.1, as an institution runs one: it verifies, notes, and answers at once."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Self

from ledger.faults import LedgerFault
from ledger.instants import parse_instant
from ledger.signing.notices import require_signed


class Told(NamedTuple):
    """A notice that was taken: its event, the order that paid, how much, when it was recorded and when it came."""

    event: str
    order: str
    amount: str
    recorded_us: int
    arrived_us: int


class Receiver:
    """The receiver. `told`: every delivery that held, repeated ones too; `false`: how many did not."""

    def __init__(self) -> None:
        self.secret = b""
        self.told: list[Told] = []
        self.false = 0
        receiver = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(204 if receiver.take(dict(self.headers.items()), body) else 400)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/notices"

    def take(self, headers: dict[str, str], body: bytes) -> bool:
        """Verify a notice by the secret and note it. Whether it is genuine."""
        arrived_us = time.time_ns() // 1_000
        try:
            event = require_signed(headers, body, now_s=arrived_us // 1_000_000, secret=self.secret)
            members = json.loads(body)
            data, recorded_us = members["data"], parse_instant(members["timestamp"])
            self.told.append(Told(event, str(data["order"]), str(data["amount"]), recorded_us, arrived_us))
        except (LedgerFault, ValueError, KeyError, TypeError):
            self.false += 1
            return False
        return True
