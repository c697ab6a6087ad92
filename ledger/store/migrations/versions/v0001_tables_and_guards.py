"""The first tables, their guards, and the head of an empty log.

All of it from the copies beside this folder, so that this migration goes on making what it always made.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import insert

from ledger.proofs.merkle import EMPTY_ROOT
from ledger.store.guards import create_guards, create_refusal
from ledger.store.migrations import tables_0001
from ledger.store.migrations.guards_0001 import GUARDS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make everything in an empty database."""
    connection = op.get_bind()
    tables_0001.METADATA.create_all(connection, checkfirst=False)
    create_refusal(connection)
    create_guards(connection, GUARDS)
    connection.execute(
        insert(tables_0001.log_head).values(id=1, size=0, root=EMPTY_ROOT, term=0, checkpoint="")
    )
