"""Every stored table, row by row in the order of its primary key: what the audit compares with its replay."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sqlalchemy import Connection, Table, select

from ledger.store.schema import records

ROWS_AT_ONCE = 5_000


def dump(connection: Connection, table: Table) -> Generator[tuple[Any, ...]]:
    """All rows of a table, as tuples of its columns, by primary key; only so many are in memory at once."""
    query = select(table).order_by(*table.primary_key.columns)
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as found:
        for row in found:
            yield tuple(row)


def dump_records(connection: Connection) -> Generator[tuple[int, bytes]]:
    """All records with the sequence under which they are stored."""
    query = select(records.c.sequence, records.c.record).order_by(records.c.sequence)
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as found:
        for sequence, record in found:
            yield int(sequence), bytes(record)
