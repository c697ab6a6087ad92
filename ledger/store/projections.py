"""Every stored table, row by row: what the audit compares with its replay."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, select

from ledger.store.schema import log_head, log_tiles, records

ROWS_AT_ONCE = 5_000

Row = tuple[Any, ...]


def dump(connection: Connection, table: Table, *, by: Sequence[Column[Any]] = ()) -> Generator[Row]:
    """All rows of a table, as tuples of its columns, by primary key or by these columns.

    Only so many are in memory at once.
    """
    return _rows(connection, select(table).order_by(*(by or table.primary_key.columns)))


def dump_records(connection: Connection) -> Generator[tuple[int, bytes]]:
    """All records with the sequence under which they are stored."""
    return _rows(connection, select(records.c.sequence, records.c.record).order_by(records.c.sequence))


def dump_leaves(connection: Connection) -> Generator[Row]:
    """The tiles of the lowest level: the leaf hashes as they are stored."""
    return _rows(connection, select(log_tiles).where(log_tiles.c.level == 0).order_by(log_tiles.c.tile_index))


def dump_heads(connection: Connection) -> list[Row]:
    """What stands where the one head of the log should, without the term, of which no record tells."""
    columns = (log_head.c.id, log_head.c.size, log_head.c.root, log_head.c.checkpoint, log_head.c.day_refused)
    return list(_rows(connection, select(*columns).order_by(log_head.c.id)))


def _rows(connection: Connection, query: Select[Any]) -> Generator[Any]:
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as found:
        for part in found.partitions():
            yield from map(tuple, part)


def read_notices_first(connection: Connection) -> int:
    """The first record whose notices lie in the outbox; 0 where the head of the log is not there at all."""
    return int(connection.execute(select(log_head.c.notices_first)).scalar() or 0)
