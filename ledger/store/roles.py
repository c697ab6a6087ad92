"""PostgreSQL roles: the owner migrates, the writer serves, the reader answers enquiries; each can do just that.

The writer adds records and never changes or removes one; the reader changes nothing at all. The grants are written down
here, table by table, from the lists by which `guards` protects the same tables.
"""

from __future__ import annotations

from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Connection

from ledger.faults import Fault, LedgerFault
from ledger.store.engine import connect_writer, place, told_as_faults
from ledger.store.schema import APPEND_ONLY, ERASABLE, KEPT, log_head
from ledger.store.version import require_schema

WRITES: dict[str, str] = (
    {table.name: "SELECT, INSERT" for table in APPEND_ONLY}
    | {table.name: "SELECT, INSERT, UPDATE" for table in KEPT}
    | {table.name: "SELECT, INSERT, DELETE" for table in ERASABLE}
    | {log_head.name: "SELECT, UPDATE", "alembic_version": "SELECT"}
)
"""What the writer may do with each table. There is no TRUNCATE, and no DELETE where a row is a fact."""

READS: dict[str, str] = dict.fromkeys(WRITES, "SELECT")
"""What the reader may."""


def grant_roles(url: str, *, writer: str, reader: str) -> None:
    """Make both roles if they are not there, and let each do what it must and nothing else. Repeating it is harmless.

    Raises:
        LedgerFault: STORE_FORBIDDEN if the role of the URL does not own the tables or may not make roles;
            QUERY_INVALID for SQLite, or for one name given twice; STORE_EMPTY, SCHEMA_FOREIGN.
    """
    if writer == reader:
        raise LedgerFault(Fault.QUERY_INVALID, parameter="--reader")
    connection = connect_writer(url)
    try:
        if connection.dialect.name != "postgresql":
            raise LedgerFault(Fault.QUERY_INVALID, parameter="--database")
        with told_as_faults(connection.engine.url):
            require_schema(connection)
        try:
            _grant(connection, {writer: WRITES, reader: READS})
        except psycopg.errors.InsufficientPrivilege as error:
            raise LedgerFault(Fault.STORE_FORBIDDEN, database=place(connection.engine.url)) from error
        connection.commit()
    finally:
        connection.close()
        connection.engine.dispose()


def _grant(connection: Connection, roles: dict[str, dict[str, str]]) -> None:
    raw = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    where = raw.execute("SELECT current_database(), current_schema()").fetchone()
    database, schema = (sql.Identifier(str(name)) for name in where or ())
    for role, rights in roles.items():
        known = raw.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
        name = sql.Identifier(role)
        if known is None:
            raw.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        raw.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, name))
        raw.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, name))
        for table, verbs in rights.items():
            raw.execute(
                sql.SQL("REVOKE ALL ON {}.{} FROM {}, PUBLIC").format(schema, sql.Identifier(table), name)
            )
            granted = sql.SQL(verbs)  # written down above
            raw.execute(
                sql.SQL("GRANT {} ON {}.{} TO {}").format(granted, schema, sql.Identifier(table), name)
            )
