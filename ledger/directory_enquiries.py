"""The directory's reader: a person's own data, whom an alias pays, and the list of look-ups."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Engine

from ledger.directory.kinds import Kind, Lookup, Note
from ledger.directory.sealing import DirectoryKey
from ledger.store import directory as rows
from ledger.store.engine import reading


class DirectoryEnquiries:
    """Answers from a reading engine, with the directory's key."""

    def __init__(self, engine: Engine, key: DirectoryKey) -> None:
        self._engine = engine
        self._key = key

    def person(self, party: str) -> dict[Kind, str]:
        """Everything that is kept of a person."""
        with reading(self._engine) as connection:
            return rows.read_person(connection, self._key, party)

    def paid_by(self, party: str, kind: Kind) -> str | None:
        """The account that a person's own alias stands for."""
        with reading(self._engine) as connection:
            return rows.alias_account(connection, party, kind)

    def account_of(self, kind: Kind, value: str) -> str | None:
        """The account that an alias stands for."""
        with reading(self._engine) as connection:
            found = rows.find_hash(connection, self._key.hash_of(kind, value), kind)
        return None if found is None else found.account

    def notes(self, parties: Collection[str], order: str) -> list[Note]:
        """What these parties wrote about an order."""
        with reading(self._engine) as connection:
            return rows.read_notes(connection, self._key, parties, order)

    def lookups_of(self, party: str, *, limit: int) -> list[Lookup]:
        """The newest look-ups of one person."""
        with reading(self._engine) as connection:
            return rows.lookups_of(connection, party, limit=limit)

    def lookups(self, *, before: str | None, limit: int) -> list[Lookup]:
        """The newest look-ups of anybody, older than `before`."""
        with reading(self._engine) as connection:
            return rows.lookups(connection, before=before, limit=limit)
