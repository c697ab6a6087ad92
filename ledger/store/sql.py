"""The hot path's SQL, word for word, once for each engine.

Whole batches go in at once: on PostgreSQL as arrays through `unnest`, on SQLite as rows of one prepared statement.
Look-ups take a whole set of names: `= ANY(array)` there, `json_each` here. Nothing is put together at run time.
"""

from __future__ import annotations

from typing import NamedTuple

SQLITE = "sqlite"
"""The name of the embedded engine's dialect; the other one is PostgreSQL."""


class LookUp(NamedTuple):
    """Rows by a set of names: as a JSON array for SQLite, as an array for each part of the name for PostgreSQL."""

    sqlite: str
    postgresql: str


class Write(NamedTuple):
    """Rows to be inserted or changed. `types` has a letter a column: `i`nteger, `t`ext, `b`ytes."""

    types: str
    sqlite: str
    postgresql: str


RECALL = LookUp(
    "SELECT o.order_id, o.sequence, o.content, r.record FROM json_each(?) AS j"
    " JOIN outcomes AS o ON o.order_id = j.value JOIN records AS r ON r.sequence = o.sequence",
    "SELECT o.order_id, o.sequence, o.content, r.record FROM outcomes AS o"
    " JOIN records AS r ON r.sequence = o.sequence WHERE o.order_id = ANY(%s)",
)
KEYS = LookUp(
    "SELECT k.kid, k.party, k.jwk, k.scopes, k.added, k.revoked"
    " FROM json_each(?) AS j JOIN keys AS k ON k.kid = j.value",
    "SELECT kid, party, jwk, scopes, added, revoked FROM keys WHERE kid = ANY(%s)",
)
PARTIES = LookUp(
    "SELECT p.party, p.roles, p.registered, p.title_en, p.title_sw, p.services, p.full_keys"
    " FROM json_each(?) AS j JOIN parties AS p ON p.party = j.value",
    "SELECT party, roles, registered, title_en, title_sw, services, full_keys FROM parties WHERE party = ANY(%s)",
)
ACCOUNTS = LookUp(
    "SELECT a.address, a.party, a.account_class, a.currency, a.opened, a.code, a.debits_posted, a.credits_posted,"
    " a.freezes, a.closed FROM json_each(?) AS j JOIN accounts AS a ON a.address = j.value",
    "SELECT address, party, account_class, currency, opened, code, debits_posted, credits_posted,"
    " freezes, closed FROM accounts WHERE address = ANY(%s)",
)

INSERT_RECORDS = Write(
    "ib",
    "INSERT INTO records VALUES (?, ?)",
    "INSERT INTO records SELECT * FROM unnest(%s::bigint[], %s::bytea[])",
)
INSERT_OUTCOMES = Write(
    "tib",
    "INSERT INTO outcomes VALUES (?, ?, ?)",
    "INSERT INTO outcomes SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bytea[])",
)
INSERT_ENTRIES = Write(
    "tiitiit",
    "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO entries SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[],"
    " %s::bigint[], %s::text[])",
)
INSERT_ACCOUNTS = Write(
    "ttttitiiii",
    "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO accounts SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],"
    " %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])",
)
MOVE_ACCOUNTS = Write(
    "iit",
    "UPDATE accounts SET debits_posted = ?, credits_posted = ? WHERE address = ?",
    "UPDATE accounts AS a SET debits_posted = j.debits, credits_posted = j.credits"
    " FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS j(debits, credits, address) WHERE a.address = j.address",
)
INSERT_PARTIES = Write(
    "ttittti",
    "INSERT INTO parties VALUES (?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO parties SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[],"
    " %s::text[], %s::bigint[])",
)
CHANGE_PARTIES = Write(
    "itt",
    "UPDATE parties SET full_keys = ?, roles = ? WHERE party = ?",
    "UPDATE parties AS p SET full_keys = j.full_keys, roles = j.roles"
    " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS j(full_keys, roles, party) WHERE p.party = j.party",
)
INSERT_KEYS = Write(
    "ttttii",
    "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?)",
    "INSERT INTO keys SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])",
)
CHANGE_KEYS = Write(
    "it",
    "UPDATE keys SET revoked = ? WHERE kid = ?",
    "UPDATE keys AS k SET revoked = j.revoked FROM unnest(%s::bigint[], %s::text[]) AS j(revoked, kid)"
    " WHERE k.kid = j.kid",
)
GROW_TILES = Write(
    "iib",
    "UPDATE log_tiles SET hashes = ?3 WHERE level = ?1 AND tile_index = ?2",
    "UPDATE log_tiles AS t SET hashes = j.hashes FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[])"
    " AS j(level, tile_index, hashes) WHERE t.level = j.level AND t.tile_index = j.tile_index",
)
INSERT_TILES = Write(
    "iib",
    "INSERT INTO log_tiles SELECT ?1, ?2, ?3"
    " WHERE NOT EXISTS (SELECT 1 FROM log_tiles WHERE level = ?1 AND tile_index = ?2)",
    "INSERT INTO log_tiles SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[])"
    " AS j(level, tile_index, hashes) WHERE NOT EXISTS"
    " (SELECT 1 FROM log_tiles AS t WHERE t.level = j.level AND t.tile_index = j.tile_index)",
)
INSERT_CHECKPOINTS = Write(
    "it",
    "INSERT INTO checkpoints VALUES (?, ?)",
    "INSERT INTO checkpoints SELECT * FROM unnest(%s::bigint[], %s::text[])",
)
SET_HEAD = Write(
    "ibti",
    "UPDATE log_head SET size = ?, root = ?, checkpoint = ?, day_refused = ? WHERE id = 1",
    "UPDATE log_head AS h SET size = j.size, root = j.root, checkpoint = j.checkpoint, day_refused = j.day_refused"
    " FROM unnest(%s::bigint[], %s::bytea[], %s::text[], %s::bigint[]) AS j(size, root, checkpoint, day_refused)"
    " WHERE h.id = 1",
)
