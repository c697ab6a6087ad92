"""Many rows in one go, inside the transaction at hand.

SQLite takes rows, one prepared statement for all of them. PostgreSQL takes columns, and all that a batch writes travels
as one pipeline: one wait for the network, however many tables there are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ledger.faults import require
from ledger.store.arrays import COLUMN_TYPES, Texts
from ledger.store.sql import SQLITE, LookUp, Write


class Writing(NamedTuple):
    """A statement and the rows that it writes. `each`: every row must be inserted, or found and changed."""

    statement: Write
    rows: Sequence[Sequence[Any]]
    each: bool = True


def look_up(connection: Connection, statement: LookUp, *names: Sequence[str]) -> Sequence[Any]:
    """The rows that go by these names; for a name of several parts one sequence a part."""
    if not names[0]:
        return ()
    if connection.dialect.name == SQLITE:
        wanted = names[0] if len(names) == 1 else list(zip(*names, strict=True))
        return connection.exec_driver_sql(statement.sqlite, (json.dumps(wanted),)).all()
    return connection.exec_driver_sql(statement.postgresql, tuple(Texts(part) for part in names)).all()


def write(connection: Connection, writings: Sequence[Writing]) -> None:
    """Carry out the writings that have rows, in their order.

    Raises:
        BrokenPromise: what a row was to change is not there.
    """
    due = [writing for writing in writings if writing.rows]
    if not connection.in_transaction():
        connection.begin()
    driver: Any = connection.connection.driver_connection
    counts = _write_rows(driver, due) if connection.dialect.name == SQLITE else _write_columns(driver, due)
    for writing, count in zip(due, counts, strict=True):
        require(count == len(writing.rows) or not writing.each, "what is to be changed is there")


def _write_rows(driver: Any, due: Sequence[Writing]) -> list[int]:  # noqa: ANN401 - the driver's own connection
    return [driver.executemany(writing.statement.sqlite, writing.rows).rowcount for writing in due]


def _write_columns(driver: Any, due: Sequence[Writing]) -> list[int]:  # noqa: ANN401 - the driver's own connection
    columns = [_columns(writing) for writing in due]
    with driver.pipeline():
        cursors = [
            driver.execute(writing.statement.postgresql, arrays)
            for writing, arrays in zip(due, columns, strict=True)
        ]
    return [cursor.rowcount for cursor in cursors]


def _columns(writing: Writing) -> list[Any]:
    kinds = (COLUMN_TYPES[letter] for letter in writing.statement.types)
    return [kind(column) for kind, column in zip(kinds, zip(*writing.rows, strict=True), strict=True)]
