"""The directory's rows, beside the log: wrapped keys, sealed data, keyed hashes, and the list of look-ups.

Nothing here can read what it stores; what is a row of whom is all that shows.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, Row, and_, delete, select, text

from ledger.directory.kinds import Kind, Lookup, LookupReason, Note, opened_note
from ledger.directory.sealing import DirectoryKey, PersonKey
from ledger.store import beside_schema
from ledger.store.beside_schema import (
    directory_entries,
    directory_hashes,
    directory_keys,
    directory_lookups,
    names,
    used_tokens,
)


class Found(NamedTuple):
    """Who is found by a hash, and the account that it stands for, if it stands for one."""

    party: str
    account: str | None


def use_token(connection: Connection, *, token_id: str, expires_us: int, now_us: int) -> bool:
    """Note that a caller's token was used. False, and nothing noted, if it was used before."""
    connection.execute(delete(used_tokens).where(used_tokens.c.expires_us < now_us))
    used = select(used_tokens.c.jti).where(used_tokens.c.jti == token_id)
    if connection.execute(used).scalar() is not None:
        return False
    connection.execute(used_tokens.insert().values(jti=token_id, expires_us=expires_us))
    return True


def person_key(connection: Connection, key: DirectoryKey, party: str) -> PersonKey | None:
    """The key of a person's data; None if there is none, or another directory key wrapped it."""
    table = directory_keys
    query = select(table.c.wrapped).where(table.c.party == party, table.c.key_id == key.key_id)
    wrapped = connection.execute(query).scalar()
    return None if wrapped is None else key.open_person(party, bytes(wrapped))


def ensure_person(connection: Connection, key: DirectoryKey, party: str, now_us: int) -> PersonKey:
    """The key of a person's data, made if there is none. What a lost key had sealed is cleared away."""
    found = person_key(connection, key, party)
    if found is not None:
        return found
    erase_person(connection, party)
    made, wrapped = key.new_person(party)
    row = {"party": party, "key_id": key.key_id, "wrapped": wrapped, "made_us": now_us}
    connection.execute(directory_keys.insert().values(row))
    return made


def erase_person(connection: Connection, party: str) -> None:
    """Destroy a person's key, and with it everything that it sealed; the hashes and the sealed rows go too."""
    for table in (directory_keys, directory_hashes, directory_entries, names):
        connection.execute(delete(table).where(table.c.party == party))


def put_entry(
    connection: Connection,
    person: PersonKey,
    *,
    party: str,
    kind: Kind,
    value: str,
    now_us: int,
    about: str = "",
) -> None:
    """Keep a value in the place of the one before."""
    drop_entry(connection, party, kind, about=about)
    sealed = person.seal(kind, about, value)
    row = {"party": party, "kind": kind.value, "about": about, "sealed": sealed, "updated_us": now_us}
    connection.execute(directory_entries.insert().values(row))


def drop_entry(connection: Connection, party: str, kind: Kind, *, about: str = "") -> None:
    """Forget one value and by what it was found."""
    entries, hashes = directory_entries, directory_hashes
    of_it = and_(entries.c.party == party, entries.c.kind == kind.value, entries.c.about == about)
    connection.execute(delete(entries).where(of_it))
    connection.execute(delete(hashes).where(and_(hashes.c.party == party, hashes.c.kind == kind.value)))


def forget_if_empty(connection: Connection, party: str) -> None:
    """Destroy the key of a person of whom nothing is kept any more."""
    kept = select(directory_entries.c.party).where(directory_entries.c.party == party).limit(1)
    if connection.execute(kept).scalar() is None:
        erase_person(connection, party)


def put_hash(connection: Connection, digest: bytes, kind: Kind, *, party: str, account: str | None) -> None:
    """By what a person is found, and an account is paid."""
    row = {"hash": digest, "kind": kind.value, "party": party, "account": account}
    connection.execute(directory_hashes.insert().values(row))


def find_hash(connection: Connection, digest: bytes, kind: Kind) -> Found | None:
    """Whom a hash stands for."""
    table = directory_hashes
    query = select(table.c.party, table.c.account).where(table.c.hash == digest, table.c.kind == kind.value)
    row = connection.execute(query).one_or_none()
    return None if row is None else Found(row.party, row.account)


def alias_account(connection: Connection, party: str, kind: Kind) -> str | None:
    """The account that a person's alias of this kind stands for."""
    table = directory_hashes
    query = select(table.c.account).where(table.c.party == party, table.c.kind == kind.value)
    return connection.execute(query).scalar()


def read_person(connection: Connection, key: DirectoryKey, party: str) -> dict[Kind, str]:
    """Everything that is kept of a person."""
    person = person_key(connection, key, party)
    if person is None:
        return {}
    table, values = directory_entries, dict[Kind, str]()
    query = select(table.c.kind, table.c.sealed).where(table.c.party == party, table.c.about == "")
    for row in connection.execute(query):
        kind = Kind(row.kind)
        value = person.open(kind, "", bytes(row.sealed))
        if value is not None:
            values[kind] = value
    return values


def read_names(connection: Connection, key: DirectoryKey | None, parties: Collection[str]) -> dict[str, str]:
    """The display names of those who gave one, in one query. Without a key nobody has a name."""
    if key is None or not parties:
        return {}
    keys, entries = directory_keys, directory_entries
    query = (
        select(keys.c.party, keys.c.wrapped, entries.c.sealed)
        .join(entries, and_(entries.c.party == keys.c.party, entries.c.kind == Kind.NAME.value))
        .where(keys.c.party.in_(parties), keys.c.key_id == key.key_id)
    )
    told = {}
    for row in connection.execute(query):
        person = key.open_person(row.party, bytes(row.wrapped))
        name = person.open(Kind.NAME, "", bytes(row.sealed)) if person is not None else None
        if name is not None:
            told[row.party] = name
    return told


def read_notes(connection: Connection, key: DirectoryKey, parties: Collection[str], order: str) -> list[Note]:
    """What these parties wrote about an order, in one query, oldest first."""
    keys, entries = directory_keys, directory_entries
    of_it = and_(entries.c.party == keys.c.party, entries.c.kind == Kind.NOTE.value, entries.c.about == order)
    query = (
        select(keys.c.party, keys.c.wrapped, entries.c.sealed, entries.c.updated_us)
        .join(entries, of_it)
        .where(keys.c.party.in_(parties), keys.c.key_id == key.key_id)
        .order_by(entries.c.updated_us, keys.c.party)
    )
    notes = []
    for row in connection.execute(query):
        person = key.open_person(row.party, bytes(row.wrapped))
        content = person.open(Kind.NOTE, order, bytes(row.sealed)) if person is not None else None
        if content is not None:
            notes.append(opened_note(row.party, content, row.updated_us))
    return notes


def holds_data(connection: Connection) -> bool:
    """Whether anybody's data are sealed here."""
    return connection.execute(select(directory_keys.c.party).limit(1)).scalar() is not None


def take_plain_names(connection: Connection) -> list[tuple[str, str, int]]:
    """The names that version 0002 kept in plain text, with their party and when they were given; they are taken away.

    SQLite fills what is deleted with zeros here, so that no plain name stays in a page that nobody uses.
    """
    rows = [(row.party, row.name, row.updated_us) for row in connection.execute(select(names))]
    if rows:
        connection.execute(delete(names))
    return rows


def forget_thoroughly(connection: Connection) -> None:
    """Have SQLite overwrite what it deletes on this connection; PostgreSQL leaves that to VACUUM."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))


def record_lookup(connection: Connection, lookup: Lookup) -> None:
    """Write down who looked at whose data, and why."""
    row = lookup._asdict()
    row["case_number"] = row.pop("case")
    connection.execute(directory_lookups.insert().values(row | {"reason": lookup.reason.value}))


def lookups_of(connection: Connection, party: str, *, limit: int) -> list[Lookup]:
    """The newest look-ups of one person's data."""
    table = beside_schema.directory_lookups
    query = select(table).where(table.c.party == party).order_by(table.c.lookup.desc()).limit(limit)
    return [_lookup(row) for row in connection.execute(query)]


def lookups(connection: Connection, *, before: str | None, limit: int) -> list[Lookup]:
    """The newest look-ups of anybody's data, older than the one with the id `before`."""
    table = beside_schema.directory_lookups
    query = select(table).order_by(table.c.lookup.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.lookup < before)
    return [_lookup(row) for row in connection.execute(query)]


def _lookup(row: Row[tuple[object, ...]]) -> Lookup:
    reason = LookupReason(row.reason)
    return Lookup(row.lookup, row.party, row.official, row.kid, reason, row.case_number, row.looked_us)
