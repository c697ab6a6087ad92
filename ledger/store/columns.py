"""What tables are made of: three types of our own, and columns by what they promise.

SQLite's STRICT tables refuse what a loosely typed table would turn into a floating-point number without a word. They
also refuse the type names that SQLAlchemy gives by default: hence three types of our own, each with a form per engine.
On PostgreSQL text sorts by code point (`COLLATE "C"`), as in SQLite and in Python, whatever the locale of the server.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

INTEGER = BigInteger().with_variant(Integer(), "sqlite")
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
BYTES = LargeBinary()

METADATA = MetaData()


def table(name: str, *parts: Column[Any] | CheckConstraint | Index, rowid: bool = False) -> Table:
    """A STRICT table; without a rowid, SQLite keeps rows in their primary key and saves a second tree."""
    return Table(name, METADATA, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


def key(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A part of the primary key."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def need(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A column that always has a value."""
    return Column(name, kind, nullable=False)


def may(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A column that may be empty."""
    return Column(name, kind, nullable=True)


def count(name: str) -> Column[Any]:
    """A number that came with a later version: rows from before it begin with nothing."""
    return Column(name, INTEGER, nullable=False, server_default="0")


def check(name: str, rule: str) -> CheckConstraint:
    """A rule that each row keeps, by its name."""
    return CheckConstraint(rule, name=name)
