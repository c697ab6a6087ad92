"""Migrations: from whatever version the tables have to the one that this software knows.

PostgreSQL migrates inside one transaction. SQLite migrates a copy, checks it, and puts it in the place of the old file,
since a migration that fails half-way there would leave its first tables behind.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from ledger.faults import Fault, LedgerFault
from ledger.store.engine import parse_url
from ledger.store.sql import SQLITE


def migrate(url: str) -> None:
    """Bring the tables to the newest version. Running it again changes nothing.

    Raises:
        LedgerFault: STORE_UNREACHABLE, SCHEMA_FOREIGN.
    """
    made = parse_url(url)
    if made.get_backend_name() == SQLITE:
        _migrate_file(Path(str(made.database)))
        return
    engine = create_engine(made, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            _upgrade(connection)
    except OSError as error:
        raise LedgerFault(Fault.STORE_UNREACHABLE, why=type(error).__name__) from None
    finally:
        engine.dispose()


def _migrate_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    copy = path.with_name(f"{path.name}.migrating")
    copy.unlink(missing_ok=True)
    if path.exists():
        with sqlite3.connect(path) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        source.close()
    engine = create_engine(parse_url(f"sqlite:///{copy}"), poolclass=NullPool)
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        _upgrade(connection)
    engine.dispose()
    _check_file(copy)
    for leftover in ("-wal", "-shm"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)
    os.replace(copy, path)
    _flush_folder(path.parent)


def _check_file(path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    finally:
        connection.close()
    if said != "ok":
        raise LedgerFault(Fault.SCHEMA_FOREIGN, found="damaged", expected="ok")
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
