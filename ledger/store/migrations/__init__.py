"""Migrations: from any earlier version of the tables to today's, all or nothing.

PostgreSQL takes a whole migration as one transaction. SQLite would leave half of a failed one behind, so there it is
done on a copy, which is checked and then takes the place of the file.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, text

from ledger.faults import Fault, LedgerFault, require
from ledger.store.engine import connect_writer, parse_url, place, sqlite_path, told_as_faults
from ledger.store.lease import lock_file, lock_server, unlock_file
from ledger.store.schema import SCHEMA_VERSION
from ledger.store.version import found_version

_KNOWN_EARLIER: frozenset[str] = frozenset({"0001", "0002", "0003", "0004", "0005"})
"""Versions that a migration starts from."""


def migrate(url: str) -> None:
    """Bring the tables of a database to today's version; make them if it is empty. Repeating it changes nothing.

    Raises:
        LedgerFault: STORE_UNREACHABLE; ALREADY_RUNNING while a ledger is served from it; SCHEMA_FOREIGN for a version
            that this software does not know, or for tables of somebody else.
    """
    path = sqlite_path(parse_url(url))
    if path is None:
        _migrate_postgresql(url)
    else:
        _migrate_sqlite(url, path)


def _migrate_postgresql(url: str) -> None:
    connection = connect_writer(url)
    try:
        if not lock_server(connection):
            raise LedgerFault(Fault.ALREADY_RUNNING, run_dir=place(connection.engine.url))
        with told_as_faults(connection.engine.url):
            if _is_due(connection):
                _upgrade(connection)
            connection.commit()
    finally:
        connection.close()
        connection.engine.dispose()


def _migrate_sqlite(url: str, path: Path) -> None:
    if not path.parent.is_dir():
        raise LedgerFault(Fault.STORE_UNREACHABLE, database=path.name, why="no_such_folder")
    lock = lock_file(path)
    if lock is None:
        raise LedgerFault(Fault.ALREADY_RUNNING, run_dir=path.name)
    try:
        if not path.exists() or _is_due_in_file(url):
            _replace(path, _migrated_copy(path))
    finally:
        unlock_file(lock)


def _is_due_in_file(url: str) -> bool:
    connection = connect_writer(url)
    try:
        return _is_due(connection)
    finally:
        connection.close()


def _is_due(connection: Connection) -> bool:
    found = found_version(connection)
    if found is None or found in _KNOWN_EARLIER:
        return True
    if found != SCHEMA_VERSION:
        raise LedgerFault(Fault.SCHEMA_FOREIGN, found=found, expected=SCHEMA_VERSION)
    return False


def _upgrade(connection: Connection) -> None:
    # Loaded when something is due, not by whoever only asks: Alembic is 10 MB of memory and half a second, which every
    # sequencer would carry for life.
    command, configuring = import_module("alembic.command"), import_module("alembic.config")
    config = configuring.Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _migrated_copy(path: Path) -> Path:
    """A migrated and checked copy of the database beside it, readable by its owner alone."""
    copy = path.with_name(f"{path.name}.migrating")
    copy.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    if path.exists():
        with closing(sqlite3.connect(path, isolation_level=None)) as original:
            original.execute("VACUUM INTO ?", (str(copy),))
    url = parse_url(f"sqlite:///{copy}")
    engine = create_engine(url, poolclass=NullPool)
    with told_as_faults(url), engine.begin() as connection:
        _upgrade(connection)
        wrong = connection.execute(text("PRAGMA integrity_check")).scalar_one()
        require(wrong == "ok", "a migrated copy is whole")
    engine.dispose()
    _flush(copy)
    return copy


def _replace(path: Path, copy: Path) -> None:
    """Put the copy in the place of the database. A write-ahead log left beside it would be taken for the copy's own."""
    if path.exists():
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as original:
            _leave_wal(original, path)
    copy.replace(path)
    _flush(path.parent)


def _leave_wal(original: sqlite3.Connection, path: Path) -> None:
    """Fold the write-ahead log into the file, which SQLite does only for the last connection there is."""
    try:
        (mode,) = original.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise LedgerFault(Fault.ALREADY_RUNNING, run_dir=path.name) from error
    require(mode == "delete", "the database left its write-ahead log")


def _flush(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
