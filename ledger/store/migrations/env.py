"""What Alembic runs: the migrations on the connection that `migrate` opened, inside its transaction."""

from __future__ import annotations

from alembic import context

from ledger.store.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
