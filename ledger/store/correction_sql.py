"""The SQL of refunds, reversals, freezes and rules: like `ledger.store.sql`, each statement by hand for each engine."""

from __future__ import annotations

from ledger.store.sql import LookUp, Write

REFUNDS = LookUp(
    "SELECT r.payment, r.payee, r.refunded FROM json_each(?) AS j JOIN refunds AS r ON r.payment = j.value",
    "SELECT payment, payee, refunded FROM refunds WHERE payment = ANY(%s)",
)
REVERSALS = LookUp(
    "SELECT r.entry, r.reversal FROM json_each(?) AS j JOIN reversals AS r ON r.entry = j.value",
    "SELECT entry, reversal FROM reversals WHERE entry = ANY(%s)",
)
FREEZES = LookUp(
    "SELECT f.account, f.freeze_order, f.scope, f.reason, f.order_number, f.authority, f.frozen_until_us, f.placed,"
    " f.lifted FROM json_each(?) AS j JOIN freezes AS f ON f.account = j.value ORDER BY f.account, f.placed",
    "SELECT account, freeze_order, scope, reason, order_number, authority, frozen_until_us, placed, lifted"
    " FROM freezes WHERE account = ANY(%s) ORDER BY account, placed",
)

STOP_ACCOUNTS = Write(
    "iit",
    "UPDATE accounts SET freezes = ?, closed = ? WHERE address = ?",
    "UPDATE accounts AS a SET freezes = j.freezes, closed = j.closed"
    " FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS j(freezes, closed, address) WHERE a.address = j.address",
)
CHANGE_REFUNDS = Write(
    "tti",
    "UPDATE refunds SET refunded = ?3 WHERE payment = ?1 AND payee = ?2",
    "UPDATE refunds AS r SET refunded = j.refunded FROM unnest(%s::text[], %s::text[], %s::bigint[])"
    " AS j(payment, payee, refunded) WHERE r.payment = j.payment AND r.payee = j.payee",
)
INSERT_REFUNDS = Write(
    "tti",
    "INSERT INTO refunds SELECT ?1, ?2, ?3"
    " WHERE NOT EXISTS (SELECT 1 FROM refunds WHERE payment = ?1 AND payee = ?2)",
    "INSERT INTO refunds SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[])"
    " AS j(payment, payee, refunded) WHERE NOT EXISTS"
    " (SELECT 1 FROM refunds AS r WHERE r.payment = j.payment AND r.payee = j.payee)",
)
INSERT_REVERSALS = Write(
    "tt",
    "INSERT INTO reversals VALUES (?, ?)",
    "INSERT INTO reversals SELECT * FROM unnest(%s::text[], %s::text[])",
)
INSERT_FREEZES = Write(
    "ttttttiii",
    "INSERT INTO freezes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO freezes SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
    " %s::bigint[], %s::bigint[], %s::bigint[])",
)
LIFT_FREEZES = Write(
    "itt",
    "UPDATE freezes SET lifted = ? WHERE account = ? AND freeze_order = ?",
    "UPDATE freezes AS f SET lifted = j.lifted FROM unnest(%s::bigint[], %s::text[], %s::text[])"
    " AS j(lifted, account, freeze_order) WHERE f.account = j.account AND f.freeze_order = j.freeze_order",
)
INSERT_RULES = Write(
    "ii",
    "INSERT INTO rules_adopted VALUES (?, ?)",
    "INSERT INTO rules_adopted SELECT * FROM unnest(%s::bigint[], %s::bigint[])",
)
INSERT_LOG_KEYS = Write(
    "ittb",
    "INSERT INTO log_keys VALUES (?, ?, ?, ?)",
    "INSERT INTO log_keys SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bytea[])",
)
INSERT_ATTESTATIONS = Write(
    "tititt",
    "INSERT INTO attestations VALUES (?, ?, ?, ?, ?, ?)",
    "INSERT INTO attestations SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::bigint[], %s::text[],"
    " %s::text[])",
)
INSERT_DAY_CLOSES = Write(
    "ii",
    "INSERT INTO day_closes VALUES (?, ?)",
    "INSERT INTO day_closes SELECT * FROM unnest(%s::bigint[], %s::bigint[])",
)
