"""What enquiries read beyond single rows: pages, lists, ranges."""

from __future__ import annotations

from sqlalchemy import Connection, select, tuple_

from ledger.books.accounts import Account, Side
from ledger.books.bills import Bill
from ledger.books.journal import AccountEntry
from ledger.books.parties import Key, Party
from ledger.faults import Fault, LedgerFault
from ledger.store.rows import account_of, bill_of, key_of, party_of
from ledger.store.schema import accounts, bills, checkpoints, entries as entries_table, keys, parties
from ledger.store.schema import records as records_table

__all__ = [
    "Connection",
    "accounts_of",
    "bills_of",
    "checkpoint_after",
    "entries",
    "institutions",
    "keys_of",
    "records",
]


def accounts_of(connection: Connection, party: str) -> list[Account]:
    """The accounts of a party, oldest first."""
    query = select(accounts).where(accounts.c.party == party).order_by(accounts.c.opened, accounts.c.address)
    return [account_of(row) for row in connection.execute(query)]


def keys_of(connection: Connection, party: str) -> list[Key]:
    """The keys of a party, oldest first."""
    query = select(keys).where(keys.c.party == party).order_by(keys.c.added, keys.c.kid)
    return [key_of(row) for row in connection.execute(query)]


def institutions(connection: Connection) -> list[Party]:
    """The institutions that orders registered, oldest first."""
    query = select(parties).where(parties.c.roles == "institution").order_by(parties.c.registered)
    return [party_of(row) for row in connection.execute(query)]


def bills_of(connection: Connection, party: str, *, limit: int) -> list[Bill]:
    """An institution's bills, newest first."""
    query = select(bills).where(bills.c.party == party).order_by(bills.c.raised.desc()).limit(limit)
    return [bill_of(row) for row in connection.execute(query)]


def entries(
    connection: Connection, address: str, *, before: tuple[int, int] | None, limit: int
) -> list[tuple[AccountEntry, bytes]]:
    """An account's entries, newest first, each with its record."""
    table = entries_table
    query = (
        select(table, records_table.c.record)
        .join(records_table, records_table.c.sequence == table.c.sequence)
        .where(table.c.address == address)
        .order_by(table.c.sequence.desc(), table.c.n.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(tuple_(table.c.sequence, table.c.n) < before)
    return [(_entry_of(tuple(row)[:-1]), bytes(row.record)) for row in connection.execute(query)]


def _entry_of(row: tuple[object, ...]) -> AccountEntry:
    address, sequence, n, side, amount, balance_after, counterparty = row
    return AccountEntry(
        str(address), int(str(sequence)), int(str(n)), Side(side), int(str(amount)), int(str(balance_after)),
        str(counterparty),
    )  # fmt: skip


def checkpoint_after(connection: Connection, sequence: int) -> tuple[int, str]:
    """Size and text of the checkpoint of the batch that a record came in.

    Raises:
        LedgerFault: LOG_HEAD_WRONG if there is none.
    """
    query = select(checkpoints).where(checkpoints.c.size > sequence).order_by(checkpoints.c.size).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="checkpoint")
    return int(row.size), str(row.checkpoint)


def records(connection: Connection, first: int, limit: int) -> list[bytes]:
    """Records from sequence `first` on, at most `limit`."""
    table = records_table
    query = select(table.c.record).where(table.c.sequence >= first).order_by(table.c.sequence).limit(limit)
    return [bytes(record) for record in connection.execute(query).scalars()]
