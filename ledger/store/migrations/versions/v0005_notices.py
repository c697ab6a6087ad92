"""The outbox of payment notices, and the webhooks of institutions.

What an earlier ledger recorded before is told to nobody: its outbox begins with the next record, and says so.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, column, table, update
from sqlalchemy.types import BigInteger

from ledger.store.guards import Guards, create_guards
from ledger.store.migrations import tables_0005 as made

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INTEGER = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables, and guard the outbox."""
    connection = op.get_bind()
    op.add_column("log_head", Column("notices_first", _INTEGER, nullable=False, server_default="0"))
    head = table("log_head", column("notices_first"), column("size"))
    connection.execute(update(head).values(notices_first=head.c.size))
    for new in (*made.APPEND_ONLY, *made.ERASABLE):
        new.create(connection)
    create_guards(connection, Guards(made.APPEND_ONLY, (), ()))
