"""One notice, sent once: a POST over a connection of its own, with an end to how long anything may take.

Only the status of the answer counts. Nothing of a receiver's answer is kept, no redirect is followed, and the whole of
it, from the name to the status line, has one deadline: a receiver that drips a byte a second gains nothing by it.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from ledger.faults import LedgerFault
from ledger.receivers import Receiver, addresses_of

SECONDS_MAX = 10.0
CONNECT_SECONDS_MAX = 5.0
_HEAD_BYTES_MAX = 16 * 1024
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])[ \r\n]")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1[0-9][0-9][ \r\n]")
_GOOD = range(200, 300)


class Delivered(NamedTuple):
    """What came of it: the HTTP status (0: no answer), and what was wrong in one word (empty: nothing)."""

    status: int
    why: str

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return not self.why


def deliver(
    receiver: Receiver,
    headers: Mapping[str, str],
    body: bytes,
    *,
    sandbox: bool,
    seconds_max: float = SECONDS_MAX,
) -> Delivered:
    """Send one notice. It never raises for what a receiver, its name or the network does."""
    deadline = time.monotonic() + seconds_max
    try:
        addresses = addresses_of(receiver, sandbox=sandbox)
    except LedgerFault:
        return Delivered(0, "forbidden_address")
    except (OSError, UnicodeError):
        return Delivered(0, "no_such_name")
    try:
        with _connected(addresses, receiver, deadline) as connection:
            connection.settimeout(_left(deadline))
            connection.sendall(_request(receiver, headers, body))
            status = _status(connection, deadline)
    except TimeoutError:
        return Delivered(0, "too_slow")
    except ssl.SSLError:
        return Delivered(0, "tls")
    except OSError:
        return Delivered(0, "unreachable")
    except ValueError:
        return Delivered(0, "no_http")
    return Delivered(status, "" if status in _GOOD else "status")


def _connected(addresses: list[str], receiver: Receiver, deadline: float) -> socket.socket:
    """A connection to the first address that answers: to the address, and never to the name again."""
    last: OSError = TimeoutError()
    for address in addresses:
        try:
            seconds = min(CONNECT_SECONDS_MAX, _left(deadline))
            connection = socket.create_connection((address, receiver.port), timeout=seconds)
        except OSError as error:
            last = error
            continue
        if not receiver.secure:
            return connection
        try:
            connection.settimeout(_left(deadline))
            return _trusting().wrap_socket(connection, server_hostname=receiver.host)
        except BaseException:
            connection.close()
            raise
    raise last


@cache
def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _request(receiver: Receiver, headers: Mapping[str, str], body: bytes) -> bytes:
    host = f"[{receiver.host}]" if ":" in receiver.host else receiver.host
    lines = {
        "Host": f"{host}:{receiver.port}",
        "User-Agent": "Daftari-Notices",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
    } | dict(headers)
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {receiver.target} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _status(connection: socket.socket, deadline: float) -> int:
    """The status of the answer, past those that only say "go on"."""
    received = b""
    while True:
        head, end, rest = received.partition(b"\r\n\r\n")
        if end and _INTERIM.match(head):
            received = rest
            continue
        if (b"\n" in received) and (found := _STATUS.match(received)) and not _INTERIM.match(received):
            return int(found[1])
        if len(received) > _HEAD_BYTES_MAX:
            raise ValueError("no status line")
        connection.settimeout(_left(deadline))
        data = connection.recv(4_096)
        if not data:
            raise ValueError("no status line")
        received += data
