"""What enquiries read beyond single rows: pages, lists, ranges."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, func, select, tuple_

from ledger.books.accounts import Account, Side
from ledger.books.bills import Bill
from ledger.books.journal import AccountEntry
from ledger.books.parties import Holder, Key, Party, Role, Title
from ledger.directory.sealing import DirectoryKey
from ledger.faults import Fault, LedgerFault
from ledger.instants import parse_instant
from ledger.store import schema
from ledger.store.directory import read_names
from ledger.store.rows import account_of, bill_of, entry_of, key_of, party_of

# A record begins `{"sequence":18 digits,"recorded_at":"27 characters"`: enough of its bytes to read the time.
_HEAD_BYTES = 96
_RECORDED_AT = re.compile(rb'\{"sequence":[0-9]+,"recorded_at":"([0-9TZ:.-]+)"')


class Movements(NamedTuple):
    """What was debited and credited over a range of records, in minor units, and by how many entries."""

    debits: int
    credits: int
    entries: int


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


def entries_after(
    connection: Connection, address: str, *, after: tuple[int, int], until: int, limit: int
) -> list[tuple[AccountEntry, bytes]]:
    """An account's entries, oldest first, newer than the place `after`, of records before `until`, with records."""
    table, records_table = schema.entries, schema.records
    place = tuple_(table.c.sequence, table.c.n)
    query = (
        select(table, records_table.c.record)
        .join(records_table, records_table.c.sequence == table.c.sequence)
        .where(table.c.address == address, place > after, table.c.sequence < until)
        .order_by(table.c.sequence, table.c.n)
        .limit(limit)
    )
    return [(entry_of(row[:-1]), row.record) for row in connection.execute(query)]


def entry_at(connection: Connection, address: str, place: tuple[int, int]) -> AccountEntry | None:
    """The account's entry at exactly this place (sequence, n)."""
    table = schema.entries
    where = (table.c.address == address, table.c.sequence == place[0], table.c.n == place[1])
    row = connection.execute(select(table).where(*where)).one_or_none()
    return None if row is None else entry_of(row)


def last_entry(connection: Connection, address: str, *, until: int) -> AccountEntry | None:
    """The account's newest entry among the records before `until`: one step in the table's own order."""
    table = schema.entries
    query = (
        select(table)
        .where(table.c.address == address, table.c.sequence < until)
        .order_by(table.c.sequence.desc(), table.c.n.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else entry_of(row)


def movements(
    connection: Connection, address: str, *, first: int, until: int, entries_max: int
) -> Movements | None:
    """The sums over an account's entries of the records from `first` to before `until`; None beyond `entries_max`.

    No sum is beyond 64 bits: it is a part of a counter that is not.
    """
    table = schema.entries
    within = (
        select(table.c.side, table.c.amount)
        .where(table.c.address == address, table.c.sequence >= first, table.c.sequence < until)
        .limit(entries_max + 1)
        .subquery()
    )
    query = select(within.c.side, func.sum(within.c.amount), func.count()).group_by(within.c.side)
    sums = {Side(side): (int(total), int(count)) for side, total, count in connection.execute(query)}
    (debits, debited), (credits_, credited) = sums.get(Side.DEBIT, (0, 0)), sums.get(Side.CREDIT, (0, 0))
    count = debited + credited
    return Movements(debits, credits_, count) if count <= entries_max else None


def holders_of(
    connection: Connection, addresses: Collection[str], key: DirectoryKey | None
) -> dict[str, Holder]:
    """Whose the accounts at these addresses are: titles in one query, people's names in another."""
    accounts, parties = schema.accounts, schema.parties
    query = (
        select(accounts.c.address, parties.c.party, parties.c.title_en, parties.c.title_sw)
        .join(parties, parties.c.party == accounts.c.party)
        .where(accounts.c.address.in_(addresses))
    )
    found = connection.execute(query).all()
    names = read_names(connection, key, {row.party for row in found if row.title_en is None})
    return {
        row.address: Holder(
            Title(row.title_en, row.title_sw) if row.title_en is not None else None, names.get(row.party)
        )
        for row in found
    }


def recorded_us(connection: Connection, sequence: int) -> int:
    """When a record was recorded, from the first of its bytes alone.

    Raises:
        LedgerFault: LOG_HEAD_WRONG if it is not there, RECORD_WRONG if it does not begin as records do.
    """
    table = schema.records
    query = select(func.substr(table.c.record, 1, _HEAD_BYTES)).where(table.c.sequence == sequence)
    head = connection.execute(query).scalar()
    if head is None:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="record_missing", sequence=sequence)
    match = _RECORDED_AT.match(bytes(head))
    if match is None:
        raise LedgerFault(Fault.RECORD_WRONG, what="recorded_at", sequence=sequence)
    return parse_instant(match[1].decode("ascii"))


def size_at(connection: Connection, instant_us: int, *, size: int) -> int:
    """How many of the first `size` records were recorded at or before an instant: halving, since times never go back.

    A look at one record a step: 20 of them among a million.
    """
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if recorded_us(connection, middle) <= instant_us:
            low = middle + 1
        else:
            high = middle
    return low


def checkpoint_of(connection: Connection, size: int) -> str | None:
    """The signed checkpoint of exactly this size; None where no batch ended."""
    table = schema.checkpoints
    found = connection.execute(select(table.c.checkpoint).where(table.c.size == size)).scalar()
    return None if found is None else str(found)


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
