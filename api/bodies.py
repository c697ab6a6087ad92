"""Reading request bodies on the event loop: bounded in size, in time and in what is in memory together.

The WSGI side of granian reads a body in a worker thread for as long as its sender likes, so a few half-sent bodies stop
a server. Here a slow sender costs a timer and a socket; threads are only for requests that are there.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from api.asked import Header
from api.config import Config
from api.limits import Room
from ledger.faults import Fault, LedgerFault


class Incoming(Protocol):
    """The part of granian's RSGI protocol that brings the body: whole, or piece by piece."""

    async def __call__(self) -> bytes:
        """The whole body."""
        ...

    def __aiter__(self) -> Incoming:
        """Its pieces."""
        ...

    async def __anext__(self) -> bytes:
        """The next piece."""
        ...


class Unread(LedgerFault):
    """A fault found before the body was read to its end: the connection cannot be used again."""


class Bodies:
    """Reads the bodies of one process's requests."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._room = Room(config.large_bodies_bytes_max)

    async def read(self, header: Header, incoming: Incoming, *, bytes_max: int) -> bytes:
        """The whole body.

        Raises:
            LedgerFault: TOO_LARGE, BUSY, MALFORMED with `what=body_incomplete` if it does not come whole in time.
        """
        length = _length(header)
        if length == 0:
            return b""
        try:
            async with asyncio.timeout(self._seconds(length)):
                if length is not None and length <= min(bytes_max, self._config.order_bytes_max):
                    data = await incoming()
                else:
                    data = await self._gather(header, incoming, length, bytes_max)
        except TimeoutError as error:
            raise Unread(Fault.MALFORMED, what="body_incomplete") from error
        if length is not None and len(data) != length:
            raise Unread(Fault.MALFORMED, what="body_incomplete")
        return data

    def _seconds(self, length: int | None) -> float:
        expected = min(length or 0, self._config.drained_bytes_max)
        return self._config.body_seconds_max + expected / self._config.body_bytes_per_second_min

    async def _gather(self, header: Header, incoming: Incoming, length: int | None, bytes_max: int) -> bytes:
        too_large = Unread(Fault.TOO_LARGE, bytes_max=bytes_max)
        if length is not None and length > bytes_max:
            if (header("expect") or "").lower() != "100-continue":
                await self._drain(incoming, 0)
            raise too_large
        body, taken = bytearray(), 0
        try:
            async for piece in incoming:
                if len(body) + len(piece) > bytes_max:
                    await self._drain(incoming, len(body))
                    raise too_large
                self._room.take(len(piece))
                taken += len(piece)
                body += piece
        finally:
            self._room.give(taken)
        return bytes(body)

    async def _drain(self, incoming: Incoming, seen: int) -> None:
        """Read on and throw away: whoever writes a whole body before reading would otherwise never see the answer."""
        async for piece in incoming:
            seen += len(piece)
            if seen > self._config.drained_bytes_max:
                return


def _length(header: Header) -> int | None:
    """How long the body is; None for one in chunks, which says so only at its end."""
    if header("transfer-encoding") is not None:
        return None
    return int(header("content-length") or 0)
