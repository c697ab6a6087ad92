"""The guards as version 0001 put them on its tables."""

from __future__ import annotations

from ledger.store.guards import Guards, Rule, differs, set_once
from ledger.store.migrations import tables_0001 as schema

RULES: tuple[Rule, ...] = (
    Rule(
        "accounts_identity",
        schema.accounts,
        differs("address", "party", "account_class", "currency", "opened", "code"),
    ),
    Rule(
        "accounts_counters_grow",
        schema.accounts,
        "NEW.debits_posted < OLD.debits_posted OR NEW.credits_posted < OLD.credits_posted",
    ),
    Rule(
        "parties_identity",
        schema.parties,
        differs("party", "roles", "registered", "title_en", "title_sw", "services"),
    ),
    Rule("keys_identity", schema.keys, differs("kid", "party", "jwk", "scopes", "added")),
    Rule("keys_revoked_once", schema.keys, set_once("revoked")),
    Rule(
        "bills_identity",
        schema.bills,
        differs(
            "bill",
            "party",
            "bill_id",
            "service",
            "payee",
            "currency",
            "amount",
            "payable_until_us",
            "maker",
            "raised",
        ),
    ),
    Rule("bills_forward", schema.bills, set_once("checker", "control_number", "paid_by")),
    Rule(
        "log_tiles_extend",
        schema.log_tiles,
        differs("level", "tile_index") + " OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes",
    ),
    Rule(
        "log_head_forward",
        schema.log_head,
        "NEW.id <> OLD.id OR NEW.size < OLD.size OR NEW.term < OLD.term"
        " OR (NEW.size = OLD.size AND NEW.root <> OLD.root)",
    ),
)
"""What an UPDATE may not do to a row that stays."""

GUARDS = Guards(schema.APPEND_ONLY, schema.KEPT, RULES)
