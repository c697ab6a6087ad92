"""Whole tables out of one database and into another, whichever the two engines are.

A row travels as one line of JSON: its columns in their order, bytes as base64. What is copied is every table that
`schema` knows, so that a new table is copied from the day it is there.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, LargeBinary, Table, insert, select, text, update

from ledger.faults import Fault, LedgerFault, require
from ledger.store.columns import METADATA
from ledger.store.engine import place
from ledger.store.projections import dump
from ledger.store.schema import SCHEMA_VERSION, log_head, records
from ledger.store.version import found_version

ROWS_AT_ONCE = 2_000

TABLES: tuple[Table, ...] = tuple(sorted(METADATA.tables.values(), key=lambda table: table.name))
"""Every table, by name."""


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """The rows of a table as lines, by primary key."""
    for row in dump(connection, table):
        values = [base64.b64encode(value).decode() if isinstance(value, bytes) else value for value in row]
        yield json.dumps(values, separators=(",", ":")).encode("ascii") + b"\n"


def load_lines(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Put rows into an empty table, inside the transaction at hand. Returns how many.

    The one row of `log_head` is there from the start and only goes forward.

    Raises:
        LedgerFault: BACKUP_INVALID for a line that is no row of this table.
    """
    rows = (_row(table, line) for line in lines)
    count = 0
    while some := list(islice(rows, ROWS_AT_ONCE)):
        if table is log_head:
            for row in some:
                connection.execute(update(table).values(**row))
        else:
            connection.execute(insert(table), some)
        count += len(some)
    return count


def _row(table: Table, line: bytes) -> dict[str, object]:
    try:
        values = json.loads(line)
        row = dict(zip([column.name for column in table.columns], values, strict=True))
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                row[column.name] = base64.b64decode(row[column.name], validate=True)
    except (ValueError, TypeError, binascii.Error) as error:
        raise LedgerFault(Fault.BACKUP_INVALID, what=f"row_of_{table.name}") from error
    return row


def require_no_ledger(connection: Connection) -> None:
    """Refuse a database in which anything was recorded. Tables of ours without a record are as good as none.

    Raises:
        LedgerFault: ALREADY_EXISTS; SCHEMA_FOREIGN for tables of somebody else or of another version.
    """
    found = found_version(connection)
    if found is None:
        return
    if found != SCHEMA_VERSION:
        raise LedgerFault(Fault.SCHEMA_FOREIGN, found=found, expected=SCHEMA_VERSION)
    if connection.execute(select(records.c.sequence).limit(1)).scalar() is not None:
        raise LedgerFault(Fault.ALREADY_EXISTS, path=place(connection.engine.url))


def take_tables_away(connection: Connection) -> None:
    """Leave a PostgreSQL database as empty as it was before tables were made in it, and commit."""
    METADATA.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))
    connection.execute(text("DROP FUNCTION daftari_refuse()"))
    connection.commit()


def put_in_place(copy: Path, path: Path) -> None:
    """Give a closed SQLite database its name: without a write-ahead log, flushed, and never over another."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        require(mode == "delete", "nobody else has the copy open")
    flush(copy)
    try:
        os.link(copy, path)
    except FileExistsError as error:
        raise LedgerFault(Fault.ALREADY_EXISTS, path=path.name) from error
    copy.unlink()
    flush(path.parent)


def flush(path: Path) -> None:
    """Make sure that a file, or the names in a folder, are on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
