"""The lease: who may write. One sequencer at a time, and a fence behind it that holds when the lock is lost.

1. A lock is the sign of life: on SQLite `flock` on a file beside the database, on PostgreSQL an advisory lock held by
   the very connection that writes. Whoever dies lets go of it.
2. Whoever gets the lock raises `log_head.term` by one and commits, and only then loads anything.
3. Every batch begins by writing its own term to the row of `log_head` that has this term and the size that the writer
   knows. A writer that was deposed finds no such row, and can commit nothing, whatever it believes about its lock.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from sqlalchemy import Connection, bindparam, func, literal, select, update

from ledger.faults import Fault, LedgerFault
from ledger.store.columns import INTEGER
from ledger.store.engine import place, sqlite_path
from ledger.store.schema import log_head
from ledger.store.version import require_schema

POLL_SECONDS = 0.05

_LOCK_NAMESPACE = 0x6461667461726900
"""`daftari` and a zero byte, to which the hash of database and schema is added: other advisory locks are not met."""


class Lease:
    """The right to write, of one `term`; `size` and `root` are the head of the log when it was taken."""

    def __init__(self, *, term: int, size: int, root: bytes, lock: int | None) -> None:
        self.term = term
        self.size = size
        self.root = root
        self._lock = lock

    def release(self) -> None:
        """Let go of the sign of life. PostgreSQL's goes with the connection; a second call does nothing."""
        lock, self._lock = self._lock, None
        if lock is not None:
            unlock_file(lock)


def take_lease(connection: Connection, *, wait_seconds: float) -> Lease:
    """Take the lease for the one connection that writes, waiting for whoever holds it.

    Raises:
        LedgerFault: ALREADY_RUNNING if somebody held it all that time; STORE_EMPTY, SCHEMA_FOREIGN.
    """
    require_schema(connection)
    connection.rollback()
    lock = _wait_for_lock(connection, wait_seconds)
    try:
        term = log_head.c.term
        raised = update(log_head).values(term=term + 1).returning(term, log_head.c.size, log_head.c.root)
        row = connection.execute(raised).one()
        connection.commit()
    except BaseException:
        connection.rollback()
        if lock is not None:
            unlock_file(lock)
        raise
    return Lease(term=row.term, size=row.size, root=row.root, lock=lock)


_HOLD = (
    update(log_head)
    .where(log_head.c.size == bindparam("old"), log_head.c.term == bindparam("mine"))
    .values(term=bindparam("mine"))
)


def hold(connection: Connection, lease: Lease, *, size: int) -> None:
    """The fence, at the beginning of each batch: the head is still at `size`, under our own term.

    Until the end of the transaction nobody else gets past it.

    Raises:
        LedgerFault: LEASE_LOST; whoever gets it must not go on with what it has in memory.
    """
    if connection.execute(_HOLD, {"old": size, "mine": lease.term}).rowcount != 1:
        raise LedgerFault(Fault.LEASE_LOST, term=lease.term)


def _wait_for_lock(connection: Connection, wait_seconds: float) -> int | None:
    path = sqlite_path(connection.engine.url)
    deadline = time.monotonic() + wait_seconds
    while True:
        lock = None if path is None else lock_file(path)
        if lock is not None or (path is None and lock_server(connection)):
            return lock
        if time.monotonic() >= deadline:
            raise LedgerFault(Fault.ALREADY_RUNNING, run_dir=place(connection.engine.url))
        time.sleep(POLL_SECONDS)


def lock_file(database: Path) -> int | None:
    """The lock of a SQLite database, held as long as the returned descriptor is open; None while somebody has it.

    The file stays when the lock is gone: to remove it would let two hold locks on two files of one name.
    """
    number = os.open(database.with_name(f"{database.name}.lease"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        return None
    return number


def unlock_file(lock: int) -> None:
    """Let go of a lock from `lock_file`."""
    os.close(lock)


def lock_server(connection: Connection) -> bool:
    """Whether this connection has the lock of its PostgreSQL database now; it holds it until it is closed."""
    name = func.current_database() + "." + func.current_schema()
    number = literal(_LOCK_NAMESPACE, INTEGER) + func.hashtext(name, type_=INTEGER)
    locked = connection.execute(select(func.pg_try_advisory_lock(number))).scalar_one()
    connection.commit()
    return bool(locked)
