"""The directory of people's data: wrapped keys, sealed data, keyed hashes, and the list of look-ups.

Names that are there in plain text stay where they are: a migration has no keys. Whoever opens the ledger for writing
next has the directory's key, seals them and takes them away (`ledger.people`).
"""

from __future__ import annotations

from alembic import op

from ledger.store.guards import Guards, create_guards
from ledger.store.migrations import tables_0004 as made

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and guard the list of look-ups."""
    connection = op.get_bind()
    for new in (*made.APPEND_ONLY, *made.ERASABLE):
        new.create(connection)
    create_guards(connection, Guards(made.APPEND_ONLY, (), ()))
