"""The outbox's one statement on the hot path, word for word, once for each engine."""

from __future__ import annotations

from ledger.store.sql import Write

INSERT_NOTICES = Write(
    "tiittti",
    "INSERT INTO notices VALUES (?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO notices SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],"
    " %s::text[], %s::bigint[])",
)
