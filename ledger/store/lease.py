"""The lease: who may write, and the fence that stops whoever no longer may.

A sign of life tells a standby when to take over: on SQLite `flock` on a file beside the database, on PostgreSQL an
advisory lock of the writing connection. Neither is the fence. The fence is the term in `log_head`: each batch begins by
moving that row under its own term, so a deposed writer that wakes up again cannot commit.
"""

from __future__ import annotations

import fcntl
import time
from dataclasses import dataclass
from typing import IO

from sqlalchemy import Connection, text, update

from ledger.faults import Fault, LedgerFault
from ledger.store.sql import SQLITE
from ledger.store.head import read_head
from ledger.store.schema import log_head

ADVISORY_LOCK = 0x6461667461726900
_LOOK_SECONDS = 0.05


@dataclass
class Lease:
    """The right to write, as of `size`, under `term`."""

    term: int
    size: int
    root: bytes
    _file: IO[str] | None = None

    def release(self) -> None:
        """Give the sign of life up. The advisory lock ends with its connection."""
        if self._file is not None:
            self._file.close()
            self._file = None


def take_lease(connection: Connection, *, wait_seconds: float) -> Lease:
    """Wait for the sign of life to be free, then begin a new term.

    Raises:
        LedgerFault: LEASE_LOST if another writer lives on; STORE_EMPTY.
    """
    file = _wait(connection, time.monotonic() + wait_seconds)
    with connection.begin():
        connection.execute(update(log_head).values(term=log_head.c.term + 1))
        head = read_head(connection)
    return Lease(head.term, head.size, head.root, file)


def hold(connection: Connection, lease: Lease, *, size: int) -> None:
    """Move the row under this term: the first statement of each batch.

    Raises:
        LedgerFault: LEASE_LOST.
    """
    mine = (log_head.c.id == 1, log_head.c.size == size, log_head.c.term == lease.term)
    if connection.execute(update(log_head).where(*mine).values(term=lease.term)).rowcount != 1:
        raise LedgerFault(Fault.LEASE_LOST)


def _wait(connection: Connection, deadline: float) -> IO[str] | None:
    file = open(f"{connection.engine.url.database}.lease", "a+") if connection.dialect.name == SQLITE else None  # noqa: SIM115
    while not (_lock_file(file) if file is not None else _lock_row(connection)):
        if time.monotonic() > deadline:
            if file is not None:
                file.close()
            raise LedgerFault(Fault.LEASE_LOST)
        time.sleep(_LOOK_SECONDS)
    return file


def _lock_file(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock_row(connection: Connection) -> bool:
    with connection.begin():
        query = text("SELECT pg_try_advisory_lock(:name)")
        return bool(connection.execute(query, {"name": ADVISORY_LOCK}).scalar())
