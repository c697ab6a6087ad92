"""The log as the writer finds it: head, right-most tiles, single records, and how many holders there are."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from ledger.faults import Fault, LedgerFault
from ledger.proofs.merkle import Frontier, TileReader
from ledger.store.schema import log_head, log_tiles, parties, records


class LogHead(NamedTuple):
    """Where the log ends."""

    size: int
    root: bytes
    term: int
    checkpoint: str


def read_head(connection: Connection) -> LogHead:
    """The one row of `log_head`.

    Raises:
        LedgerFault: STORE_EMPTY.
    """
    columns = (log_head.c.size, log_head.c.root, log_head.c.term, log_head.c.checkpoint)
    row = connection.execute(select(*columns)).one_or_none()
    if row is None:
        raise LedgerFault(Fault.STORE_EMPTY)
    return LogHead(row.size, bytes(row.root), row.term, row.checkpoint)


def read_tile(connection: Connection, level: int, index: int) -> bytes:
    """The stored hashes of a tile; none for one that is not there."""
    where = (log_tiles.c.level == level, log_tiles.c.tile_index == index)
    return bytes(connection.execute(select(log_tiles.c.hashes).where(*where)).scalar() or b"")


def tile_reader(connection: Connection) -> TileReader:
    """The stored tiles, as proofs read them."""
    return lambda level, index: read_tile(connection, level, index)


def load_frontier(connection: Connection) -> Frontier:
    """The right-most edge of the stored tree."""
    return Frontier.load(read_head(connection).size, tile_reader(connection))


def records_end(connection: Connection) -> int:
    """The sequence after the last record; that none is missing before it is for the audit to find."""
    last = connection.execute(select(func.max(records.c.sequence))).scalar()
    return 0 if last is None else int(last) + 1


def load_record(connection: Connection, sequence: int) -> bytes:
    """The bytes of one record.

    Raises:
        LedgerFault: LOG_HEAD_WRONG if it is not there.
    """
    record = connection.execute(select(records.c.record).where(records.c.sequence == sequence)).scalar()
    if record is None:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="record_missing", sequence=sequence)
    return bytes(record)


def count_holders(connection: Connection) -> int:
    """How many parties an order registered."""
    return int(connection.execute(select(func.count()).where(parties.c.registered > 0)).scalar_one())
