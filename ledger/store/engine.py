"""Connections: the one that writes, and the pool of those that read one state at a time.

A database is named by `sqlite:///path` or `postgresql://user@host/name`; the driver is chosen here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ledger.faults import Fault, LedgerFault
from ledger.store.arrays import register_arrays

BUSY_SECONDS = 10
"""How long SQLite waits for another connection's lock."""

CONNECT_SECONDS = 10
"""How long PostgreSQL may take to let us in."""

POOL_SECONDS = 10
"""How long an enquiry waits for a free connection."""

_REASON_CHARACTERS_MAX = 200

# A writer whose machine is gone, or that stands still in the middle of a batch, loses its lease within a minute.
_LET_GO_OF_THE_LOST = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 4",
    "SET idle_in_transaction_session_timeout = '60s'",
)


def parse_url(url: str) -> URL:
    """The database that a text names, with the driver that we use.

    Raises:
        LedgerFault: STORE_UNREACHABLE for anything else; the text, which may hold a password, is not repeated.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise LedgerFault(Fault.STORE_UNREACHABLE, why="not_a_database_url") from None
    engine, database = parsed.get_backend_name(), parsed.database or ""
    if engine == "postgresql" and database:
        return parsed.set(drivername="postgresql+psycopg")
    if engine == "sqlite" and database not in {"", ":memory:"} and not parsed.query:
        return parsed.set(drivername="sqlite+pysqlite")
    raise LedgerFault(Fault.STORE_UNREACHABLE, why="not_a_database_url")


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def connect_writer(url: str) -> Connection:
    """The one connection that writes: no pool, every commit flushed to the disk.

    `connection.close()` ends it for good. On SQLite a transaction takes the write lock when it begins.

    Raises:
        LedgerFault: STORE_UNREACHABLE; STORE_EMPTY if there is no such SQLite file.
    """
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    if path is not None and not path.exists():
        raise LedgerFault(Fault.STORE_EMPTY, database=path.name)
    engine = _engine(parsed, poolclass=NullPool)
    if path is None:
        event.listen(engine, "connect", _prepare_postgresql_writer)
    else:
        event.listen(engine, "connect", _prepare_sqlite_writer)
        event.listen(engine, "begin", _begin_immediate)
    with told_as_faults(parsed):
        return engine.connect()


def reading_engine(url: str, *, connections: int) -> Engine:
    """A pool of up to `connections` that cannot write. Each transaction sees the database as it was at one moment.

    Make it after a fork, never before. Nothing is connected yet; use it through `reading`.

    Raises:
        LedgerFault: STORE_UNREACHABLE for a text that names no database.
    """
    parsed = parse_url(url)
    engine = _engine(
        parsed, pool_size=connections, max_overflow=0, pool_timeout=POOL_SECONDS, pool_pre_ping=True
    )
    if sqlite_path(parsed) is None:
        event.listen(engine, "connect", _prepare_postgresql_reader)
    else:
        event.listen(engine, "connect", _prepare_sqlite_reader)
        event.listen(engine, "begin", _begin_deferred)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One short transaction that sees one state.

    Raises:
        LedgerFault: STORE_UNREACHABLE if the database does not answer; BUSY if no connection came free in time.
    """
    with told_as_faults(engine.url), engine.connect() as connection:
        yield connection


@contextmanager
def told_as_faults(url: URL) -> Iterator[None]:
    """Tell what goes wrong with the connection itself as faults that an operator can act on, without a password."""
    try:
        yield
    except PoolTimeoutError as error:
        raise LedgerFault(Fault.BUSY, retry_after_seconds=1) from error
    except OperationalError as error:
        raise LedgerFault(Fault.STORE_UNREACHABLE, database=place(url), why=_reason(error, url)) from error
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise LedgerFault(Fault.STORE_FORBIDDEN, database=place(url)) from error
        if not error.connection_invalidated and type(error.orig) is not sqlite3.DatabaseError:
            raise  # a damaged file, or one that is no database, is the bare class at SQLite
        raise LedgerFault(Fault.STORE_UNREACHABLE, database=place(url), why=_reason(error, url)) from error


def place(url: URL) -> str:
    """Which database, in words for an operator: no user, no password."""
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "").name
    return f"{url.host or url.query.get('host', 'localhost')}/{url.database}"


def _reason(error: DBAPIError, url: URL) -> str:
    lines = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    reason = lines[0] if not url.password else lines[0].replace(str(url.password), "***")
    return reason[:_REASON_CHARACTERS_MAX]


def _engine(url: URL, **options: Any) -> Engine:  # noqa: ANN401 - SQLAlchemy's own open-ended options
    path = sqlite_path(url)
    options["hide_parameters"] = True  # an error is logged; the row that caused it may be about a person
    if path is None:
        return create_engine(url, connect_args={"connect_timeout": CONNECT_SECONDS}, **options)
    # A file that is not there must not be made by looking at it. Transactions begin where we say, not where the
    # driver guesses.
    arguments = {"isolation_level": None, "timeout": BUSY_SECONDS, "uri": True, "check_same_thread": False}
    location = f"{path.absolute().as_uri()}?mode=rw"
    return create_engine(url, creator=lambda: sqlite3.connect(location, **arguments), **options)  # type: ignore[call-overload]


def _prepare_sqlite_writer(connection: sqlite3.Connection, _: object) -> None:
    """A commit returns when it is on the disk; readers in other processes are never shut out."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # 64 MB of pages in memory, and the log folded back every 32 MB: batches touch pages all over the place.
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA wal_autocheckpoint = 8192")


def _prepare_sqlite_reader(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _prepare_postgresql_writer(connection: psycopg.Connection[Any], _: object) -> None:
    # What the writer decided is fenced by the lease, so that each statement may see the newest rows.
    connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
    register_arrays(connection)
    for setting in _LET_GO_OF_THE_LOST:
        connection.execute(setting)
    connection.commit()


def _prepare_postgresql_reader(connection: psycopg.Connection[Any], _: object) -> None:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    register_arrays(connection)
