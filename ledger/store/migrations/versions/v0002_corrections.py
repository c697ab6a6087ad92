"""Refunds, reversals, freezes, closed accounts, roles that change, and the version of the rules.

A ledger of version 0001 goes on as it is: nothing in its rows changes, and its rules are those of its genesis.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer
from sqlalchemy.types import BigInteger

from ledger.store.guards import Guards, create_guards, drop_guard
from ledger.store.migrations import tables_0002 as made

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INTEGER = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Add columns and tables, and put guards that know of them in the place of those that do not."""
    connection = op.get_bind()
    op.add_column("accounts", Column("freezes", _INTEGER, nullable=False, server_default="0"))
    op.add_column("accounts", Column("closed", _INTEGER, nullable=True))
    op.add_column("bills", Column("refunded", _INTEGER, nullable=False, server_default="0"))
    for table in (*made.APPEND_ONLY, *made.KEPT):
        table.create(connection)
    for name, table_name in made.GUARDS_REPLACED:
        drop_guard(connection, name, table_name)
    create_guards(connection, Guards(made.APPEND_ONLY, made.KEPT, made.RULES))
