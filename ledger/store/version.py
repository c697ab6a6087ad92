"""Which version of the tables a database has; nothing here needs Alembic, which takes its time to import."""

from __future__ import annotations

from sqlalchemy import Connection, column, inspect, select, table

from ledger.faults import Fault, LedgerFault
from ledger.store.engine import place
from ledger.store.schema import SCHEMA_VERSION

UNVERSIONED = "unversioned"
"""Found in place of a version: tables that no migration of ours made."""

_ALEMBIC_VERSION = table("alembic_version", column("version_num"))


def found_version(connection: Connection) -> str | None:
    """The version of the tables in this database, UNVERSIONED for tables of somebody else, None if it is empty."""
    found = inspect(connection).get_table_names()
    if _ALEMBIC_VERSION.name not in found:
        return UNVERSIONED if found else None
    return connection.execute(select(_ALEMBIC_VERSION.c.version_num)).scalar()


def require_schema(connection: Connection) -> None:
    """Refuse a database whose tables are not the ones that this software was written for.

    Raises:
        LedgerFault: STORE_EMPTY; SCHEMA_FOREIGN with the version `found` and the one `expected`.
    """
    found = found_version(connection)
    if found is None:
        raise LedgerFault(Fault.STORE_EMPTY, database=place(connection.engine.url))
    if found != SCHEMA_VERSION:
        raise LedgerFault(Fault.SCHEMA_FOREIGN, found=found, expected=SCHEMA_VERSION)
