"""A stored ledger changed behind its back, as somebody can who owns the tables: guards and checks are gone.

`Tamperer` makes one random change at a time: an edit of any column, a row deleted, doubled under another key, two
values or two records exchanged, the end of the log cut off. It says which table it touched, and the first record that
the change concerns, so that a test can hold the audit to it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    NullPool,
    Table,
    and_,
    create_engine,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from ledger.audit_walk import NOT_CHECKED
from ledger.store.columns import METADATA
from ledger.store.engine import parse_url
from ledger.store.schema import records

Row = tuple[Any, ...]

TRIES_MAX = 60


@contextmanager
def without_guards(url: str) -> Iterator[Connection]:
    """A connection that may change anything; what it did is committed when the block ends."""
    engine = create_engine(parse_url(url), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            drop_guards(connection)
            yield connection
    finally:
        engine.dispose()


def drop_guards(connection: Connection) -> None:
    """Take every trigger and every CHECK constraint away; SQLite forgets the latter for this connection only."""
    if connection.dialect.name == "sqlite":
        names = (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        )
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        return
    guards = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    for name, table in connection.execute(text(guards)).all():
        connection.execute(text(f"DROP TRIGGER {name} ON {table}"))
    checks = (
        "SELECT conname, conrelid::regclass::text FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
    )
    for name, table in connection.execute(text(checks)).all():
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))


def checked_tables() -> list[Table]:
    """The tables of records and projections."""
    return [table for table in METADATA.sorted_tables if table.name not in NOT_CHECKED]


def checked_columns() -> list[Column[Any]]:
    """Every column of them that the records tell of."""
    columns = [column for table in checked_tables() for column in table.columns]
    return [column for column in columns if f"{column.table.name}.{column.name}" not in NOT_CHECKED]


class Done(NamedTuple):
    """What was changed: where, in words, and the first record that it concerns; None where rows belong to none."""

    table: str
    words: str
    first: int | None


@dataclass
class Tamperer:
    """Changes one ledger, once, with chances from a seed."""

    connection: Connection
    chance: random.Random

    def edit(self, column: Column[Any]) -> Done:
        """Another value in one row of this column."""
        table = column.table
        assert isinstance(table, Table)
        for _ in range(TRIES_MAX):
            row = self._row(table)
            place = list(table.columns).index(column)
            value = self._other_value(column, row[place])
            changed = (*row[:place], value, *row[place + 1 :])
            changing = update(table).where(self._is(table, row)).values({column: value})
            if value == row[place] or not self._carried_out(changing):
                continue
            return Done(table.name, f"edit {column} {row[place]!r} -> {value!r}", _first(table, row, changed))
        raise RuntimeError(f"no row of {table.name} could be edited in {column.name}")

    def delete(self, table: Table) -> Done:
        """One row less."""
        row = self._row(table)
        self.connection.execute(delete(table).where(self._is(table, row)))
        return Done(table.name, f"delete {row[:3]!r}", _first(table, row))

    def insert(self, table: Table) -> Done:
        """One row more: like another one, under a key that nobody has."""
        for _ in range(TRIES_MAX):
            row = list(self._row(table))
            place = self.chance.randrange(len(table.primary_key.columns))
            row[place] = self._other_value(list(table.columns)[place], row[place])
            if self._carried_out(insert(table).values(tuple(row))):
                return Done(table.name, f"insert {row[:3]!r}", _first(table, tuple(row)))
        raise RuntimeError(f"no row could be put into {table.name}")

    def swap(self, column: Column[Any]) -> Done:
        """The values of two rows, exchanged."""
        table, place = column.table, list(column.table.columns).index(column)
        assert isinstance(table, Table)
        for _ in range(TRIES_MAX):
            one, other = self._row(table), self._row(table)
            if one[place] != other[place]:
                for row, value in ((one, other[place]), (other, one[place])):
                    self.connection.execute(update(table).where(self._is(table, row)).values({column: value}))
                return Done(table.name, f"swap {column}", _first(table, one, other))
        return self.edit(column)

    def cut(self) -> Done:
        """The end of the log, gone."""
        size = len(self._rows(records))
        first = self.chance.randrange(1, size)
        self.connection.execute(delete(records).where(records.c.sequence >= first))
        return Done("records", f"cut at {first}", first)

    def anything(self) -> Done:
        """One of these, at random."""
        tables = checked_tables()
        columns = checked_columns()
        values = [column for column in columns if not column.primary_key]
        kind = self.chance.choices(("edit", "delete", "insert", "swap", "cut"), (50, 15, 15, 15, 5))[0]
        if kind == "edit":
            return self.edit(self.chance.choice(columns))
        if kind == "swap":
            return self.swap(self.chance.choice(values))
        if kind == "cut":
            return self.cut()
        return getattr(self, kind)(self.chance.choice(tables))  # type: ignore[no-any-return]

    def _rows(self, table: Table) -> list[Row]:
        return [
            tuple(row) for row in self.connection.execute(select(table).order_by(*table.primary_key.columns))
        ]

    def _row(self, table: Table) -> Row:
        rows = self._rows(table)
        assert rows, f"{table.name} is empty: let tests/busy_ledger.py put rows into it"
        return self.chance.choice(rows)

    def _is(self, table: Table, row: Row) -> Any:
        return and_(
            *(column == row[place] for place, column in enumerate(table.columns) if column.primary_key)
        )

    def _carried_out(self, statement: Any) -> bool:
        """Whether it could be done: a key that is there already is the one thing that stands in the way."""
        try:
            with self.connection.begin_nested():
                self.connection.execute(statement)
        except IntegrityError:
            return False
        return True

    def _other_value(self, column: Column[Any], value: Any) -> Any:
        """Another value of the same type, a near one more often than a far one."""
        place = list(column.table.columns).index(column)
        others = [row[place] for row in self._rows(column.table) if row[place] != value]
        wishes: list[Any] = [self.chance.choice(others)] if others and not column.primary_key else []
        if column.nullable and value is not None:
            wishes.append(None)
        if isinstance(value, int):
            wishes += [value + 1, value - 1, 0, self.chance.getrandbits(40)]
        elif isinstance(value, str):
            at = self.chance.randrange(len(value) + 1)
            wishes += [value[:at] + self.chance.choice("aZ0- ") + value[at + 1 :], value[:-1], f"{value}x"]
        elif isinstance(value, bytes):
            at = self.chance.randrange(len(value))
            flipped = bytes((value[at] ^ 1 << self.chance.randrange(8),))
            wishes += [value[:at] + flipped + value[at + 1 :], value[:-32], value + bytes(32)]
        return self.chance.choice(wishes or ["x" if column.type.python_type is str else 1])


def _first(table: Table, *rows: Row) -> int | None:
    """The first of the records that these rows of a table belong to."""
    names = table.columns.keys()
    return min(int(row[names.index("sequence")]) for row in rows) if "sequence" in names else None
