"""Alembic's environment: runs on the connection that `ledger.store.migrations.migrate` hands in, and on no other."""

from __future__ import annotations

from alembic import context

from ledger.store.columns import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
