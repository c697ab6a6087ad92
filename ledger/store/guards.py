"""Guards: triggers by which the database itself refuses what the ledger never does, whoever asks.

Rows of the log are never changed and never deleted. Counters of accounts only grow, and not at all once one is closed.
A bill gets its number once, a key is revoked once, a tile only gets longer, the log never gets shorter. Whoever owns
the tables can take triggers away: that is what the audit is for. Against a slip of the hand, a bug or a wrong script
they hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, Table

from ledger.store import schema


class Rule(NamedTuple):
    """A change of a row that is refused: SQL over `OLD` and `NEW`, the same on both engines but for "differs"."""

    name: str
    table: Table
    refused_if: str


def differs(*columns: str) -> str:
    """SQL: one of the columns is not what it was. `IS DISTINCT FROM` is PostgreSQL's; see `_for_sqlite`."""
    return " OR ".join([f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns])


def set_once(*columns: str) -> str:
    """SQL: one of the columns had a value and is not that any more."""
    return " OR ".join(
        [f"OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns]
    )


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
        differs("party", "registered", "title_en", "title_sw", "services"),
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
            "maker",
            "raised",
            "option",
            "reusable",
            "reuses",
        ),
    ),
    Rule(
        "bills_forward",
        schema.bills,
        set_once("checker", "control_number", "approved", "cancelled", "content"),
    ),
    Rule("bills_amount", schema.bills, "OLD.paid > OLD.refunded AND (" + differs("amount") + ")"),
    Rule(
        "bills_changed",
        schema.bills,
        "NEW.content IS NULL AND (" + differs("amount", "payable_until_us") + ")",
    ),
    Rule("bills_collected", schema.bills, "NEW.paid - NEW.refunded > NEW.amount OR NEW.refunded > NEW.paid"),
    Rule(
        "bills_changed",
        schema.bills,
        "NEW.content IS NULL AND (" + differs("amount", "payable_until_us") + ")",
    ),
    Rule("control_numbers_identity", schema.control_numbers, differs("control_number")),
    Rule(
        "bulks_identity",
        schema.bulks,
        differs("bulk", "party", "checker", "currency", "total", "lines", "approved"),
    ),
    Rule("bulks_forward", schema.bulks, "NEW.raised < OLD.raised OR NEW.raised_total < OLD.raised_total"),
    Rule(
        "accounts_closed_still",
        schema.accounts,
        "OLD.closed IS NOT NULL AND (" + differs("debits_posted", "credits_posted", "closed") + ")",
    ),
    Rule("refunds_identity", schema.refunds, differs("payment", "payee")),
    Rule(
        "freezes_identity",
        schema.freezes,
        differs(
            "account",
            "freeze_order",
            "scope",
            "reason",
            "order_number",
            "authority",
            "frozen_until_us",
            "placed",
        ),
    ),
    Rule("freezes_lifted_once", schema.freezes, set_once("lifted")),
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


class Guards(NamedTuple):
    """Tables whose rows never change, tables whose rows change as the rules allow, and those rules."""

    append_only: tuple[Table, ...]
    kept: tuple[Table, ...]
    rules: tuple[Rule, ...]


GUARDS = Guards(schema.APPEND_ONLY, schema.KEPT, RULES)
"""Every guard of today's tables."""


def create_guards(connection: Connection, guards: Guards) -> None:
    """Put guards in place, on tables that have none of these yet."""
    make = _for_postgresql if connection.dialect.name == "postgresql" else _for_sqlite
    for statement in make(guards):
        connection.exec_driver_sql(statement)


def create_refusal(connection: Connection) -> None:
    """On PostgreSQL, the function by which every guard refuses."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "CREATE FUNCTION daftari_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'restrict_violation',"
            " MESSAGE = 'daftari guard: ' || TG_NAME; END $$"
        )


def drop_guard(connection: Connection, name: str, table: str) -> None:
    """Take one guard away, for a migration that puts another in its place."""
    on_table = f" ON {table}" if connection.dialect.name == "postgresql" else ""
    connection.exec_driver_sql(f"DROP TRIGGER {name}{on_table}")


def _for_sqlite(guards: Guards) -> Iterable[str]:
    for table in (*guards.append_only, *guards.kept):
        yield _sqlite_trigger(f"{table.name}_kept", "DELETE", table, None)
        # INSERT OR REPLACE deletes the row in its way without asking the trigger above.
        same_key = " AND ".join([f"{column.name} = NEW.{column.name}" for column in table.primary_key])
        there = f"EXISTS (SELECT 1 FROM {table.name} WHERE {same_key})"  # noqa: S608 - names of our own tables
        yield _sqlite_trigger(f"{table.name}_once", "INSERT", table, there)
    for table in guards.append_only:
        yield _sqlite_trigger(f"{table.name}_append_only", "UPDATE", table, None)
    for rule in guards.rules:
        yield _sqlite_trigger(
            rule.name, "UPDATE", rule.table, rule.refused_if.replace("IS DISTINCT FROM", "IS NOT")
        )


def _sqlite_trigger(name: str, verb: str, table: Table, refused_if: str | None) -> str:
    condition = "" if refused_if is None else f" WHEN {refused_if}"
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table.name} FOR EACH ROW{condition}"
        f" BEGIN SELECT RAISE(ABORT, 'daftari guard: {name}'); END"
    )


def _for_postgresql(guards: Guards) -> Iterable[str]:
    for table in guards.append_only:
        yield _postgresql_trigger(f"{table.name}_append_only", "UPDATE OR DELETE OR TRUNCATE", table, None)
    for table in guards.kept:
        yield _postgresql_trigger(f"{table.name}_kept", "DELETE OR TRUNCATE", table, None)
    for rule in guards.rules:
        yield _postgresql_trigger(rule.name, "UPDATE", rule.table, rule.refused_if)


def _postgresql_trigger(name: str, verbs: str, table: Table, refused_if: str | None) -> str:
    rows = "FOR EACH STATEMENT" if refused_if is None else f"FOR EACH ROW WHEN ({refused_if})"
    return f"CREATE TRIGGER {name} BEFORE {verbs} ON {table.name} {rows} EXECUTE FUNCTION daftari_refuse()"
