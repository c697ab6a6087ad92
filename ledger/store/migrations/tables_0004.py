"""What version 0004 adds: the directory's tables, as that migration makes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

INTEGER = BigInteger().with_variant(Integer(), "sqlite")
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
BYTES = LargeBinary()

METADATA = MetaData()


def _table(name: str, *parts: Column[Any] | CheckConstraint | Index) -> Table:
    """A STRICT table; without a rowid, SQLite keeps rows in their primary key and saves a second tree."""
    return Table(name, METADATA, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _key(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _need(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    return Column(name, kind, nullable=False)


directory_keys = _table(
    "directory_keys",
    _key("party", TEXT),
    _need("key_id", TEXT),
    _need("wrapped", BYTES),
    _need("made_us", INTEGER),
    CheckConstraint("length(wrapped) = 60", name="directory_keys_wrapped"),
)

directory_entries = _table(
    "directory_entries",
    _key("party", TEXT),
    _key("kind", TEXT),
    _key("about", TEXT),
    _need("sealed", BYTES),
    _need("updated_us", INTEGER),
)

directory_hashes = _table(
    "directory_hashes",
    _key("hash", BYTES),
    _key("kind", TEXT),
    _need("party", TEXT),
    Column("account", TEXT, nullable=True),
    CheckConstraint("length(hash) = 32", name="directory_hashes_hash"),
    Index("directory_hashes_by_party", "party", "kind"),
)

directory_lookups = _table(
    "directory_lookups",
    _key("party", TEXT),
    _key("lookup", TEXT),
    _need("official", TEXT),
    _need("kid", TEXT),
    _need("reason", TEXT),
    _need("case_number", TEXT),
    _need("looked_us", INTEGER),
    Index("directory_lookups_by_time", "lookup"),
)

APPEND_ONLY = (directory_lookups,)
ERASABLE = (directory_keys, directory_entries, directory_hashes)
