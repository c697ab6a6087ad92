"""What enquiries read beyond single rows: pages, lists, ranges."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select, tuple_

from ledger.books.accounts import Account
from ledger.books.bills import Bill
from ledger.books.journal import AccountEntry
from ledger.books.parties import Key, Party, Role
from ledger.faults import Fault, LedgerFault
from ledger.store import schema
from ledger.store.rows import account_of, bill_of, entry_of, key_of, party_of


def accounts_of(connection: Connection, party: str) -> list[Account]:
    """The accounts of a party, oldest first."""
    table = schema.accounts
    query = select(table).where(table.c.party == party).order_by(table.c.opened, table.c.address)
    return [account_of(row) for row in connection.execute(query)]


def keys_of(connection: Connection, party: str) -> list[Key]:
    """The keys of a party, oldest first."""
    table = schema.keys
    query = select(table).where(table.c.party == party).order_by(table.c.added, table.c.kid)
    return [key_of(row) for row in connection.execute(query)]


def institutions(connection: Connection) -> list[Party]:
    """The institutions that orders registered, oldest first."""
    table = schema.parties
    institution = table.c.roles.like(
        f"{Role.INSTITUTION.value}%"
    )  # its first role, whatever was granted later
    query = select(table).where(institution, table.c.registered > 0).order_by(table.c.registered)
    return [party_of(row) for row in connection.execute(query)]


def bills_of(connection: Connection, party: str, *, limit: int) -> list[Bill]:
    """An institution's bills, newest first."""
    table = schema.bills
    query = select(table).where(table.c.party == party).order_by(table.c.raised.desc()).limit(limit)
    return [bill_of(row) for row in connection.execute(query)]


def entries(
    connection: Connection, address: str, *, before: tuple[int, int] | None, limit: int
) -> list[tuple[AccountEntry, bytes]]:
    """An account's entries, newest first, older than the place `before` (sequence, n), each with its record."""
    table, records_table = schema.entries, schema.records
    place = tuple_(table.c.sequence, table.c.n)
    query = (
        select(table, records_table.c.record)
        .join(records_table, records_table.c.sequence == table.c.sequence)
        .where(table.c.address == address, *(() if before is None else (place < before,)))
        .order_by(table.c.sequence.desc(), table.c.n.desc())
        .limit(limit)
    )
    return [(entry_of(row[:-1]), row.record) for row in connection.execute(query)]


def checkpoint_after(connection: Connection, sequence: int) -> tuple[int, str]:
    """Size and text of the checkpoint of the batch that a record came in.

    Raises:
        LedgerFault: LOG_HEAD_WRONG if there is none.
    """
    table = schema.checkpoints
    query = select(table).where(table.c.size > sequence).order_by(table.c.size).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="checkpoint")
    return row.size, row.checkpoint


def records(connection: Connection, first: int, limit: int) -> list[bytes]:
    """Records from sequence `first` on, at most `limit`."""
    table = schema.records
    query = select(table.c.record).where(table.c.sequence >= first).order_by(table.c.sequence).limit(limit)
    return list(connection.execute(query).scalars())


def records_at(connection: Connection, sequences: Collection[int]) -> dict[int, bytes]:
    """The records at these sequences."""
    table = schema.records
    query = select(table.c.sequence, table.c.record).where(table.c.sequence.in_(sequences))
    return {row.sequence: row.record for row in connection.execute(query)}
