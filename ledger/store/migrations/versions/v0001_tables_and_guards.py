"""The first tables, their guards, and the head of an empty log.

While this is the only version it takes the tables from `ledger.store.schema`. Whoever writes the second one puts a copy
of today's tables here first, so that this one goes on making what it always made.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import insert

from ledger.proofs.merkle import EMPTY_ROOT
from ledger.store import schema
from ledger.store.guards import create_guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make everything in an empty database."""
    connection = op.get_bind()
    schema.METADATA.create_all(connection, checkfirst=False)
    create_guards(connection)
    connection.execute(insert(schema.log_head).values(id=1, size=0, root=EMPTY_ROOT, term=0, checkpoint=""))
