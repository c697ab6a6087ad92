"""Refunds, reversals, freezes, closed accounts, roles that change, log keys, attestations, day closes, rules.

A ledger of version 0001 goes on as it is: nothing in its rows changes, and its rules are those of its genesis.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Connection, Integer, column, select, table, update
from sqlalchemy.types import BigInteger

from ledger.store.guards import Guards, create_guards, drop_guard
from ledger.store.migrations import tables_0001
from ledger.store.migrations import tables_0002 as made

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_REFUSED = b'"},"outcome":"refused",'
_ROWS_AT_ONCE = 5_000
_INTEGER = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Add columns and tables, and put guards that know of them in the place of those that do not."""
    connection = op.get_bind()
    op.add_column("accounts", Column("freezes", _INTEGER, nullable=False, server_default="0"))
    op.add_column("accounts", Column("closed", _INTEGER, nullable=True))
    op.add_column("bills", Column("refunded", _INTEGER, nullable=False, server_default="0"))
    op.add_column("log_head", Column("day_refused", _INTEGER, nullable=False, server_default="0"))
    _count_refused(connection)
    for new in (*made.APPEND_ONLY, *made.KEPT):
        new.create(connection)
    for name, table_name in made.GUARDS_REPLACED:
        drop_guard(connection, name, table_name)
    create_guards(connection, Guards(made.APPEND_ONLY, made.KEPT, made.RULES))


def _count_refused(connection: Connection) -> None:
    """Under rules that close no day the counter holds every refusal since genesis."""
    query = select(tables_0001.records.c.record)
    with connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}) as found:
        refused = sum(_REFUSED in bytes(row.record) for row in found)
    connection.execute(update(table("log_head", column("day_refused"))).values(day_refused=refused))
