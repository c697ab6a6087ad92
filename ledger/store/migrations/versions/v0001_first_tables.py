"""The first tables, their guards, and the empty head of the log."""

from __future__ import annotations

from alembic import op

from ledger.proofs.merkle import EMPTY_ROOT
from ledger.store.guards import create_guards
from ledger.store.schema import METADATA, log_head

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    connection = op.get_bind()
    METADATA.create_all(connection)
    connection.execute(log_head.insert().values(id=1, size=0, root=EMPTY_ROOT, term=0, checkpoint=""))
    create_guards(connection)


def downgrade() -> None:
    """There is nothing before."""
    raise RuntimeError("a ledger is never migrated back; restore the backup that was made before")
