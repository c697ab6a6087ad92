"""What version 0002 adds: its tables, and the guards on tables old and new, as that migration makes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from ledger.store.guards import Rule, differs, set_once
from ledger.store.migrations import tables_0001

INTEGER = BigInteger().with_variant(Integer(), "sqlite")
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
BYTES = LargeBinary()

METADATA = MetaData()


def _table(name: str, *parts: Column[Any] | CheckConstraint, rowid: bool = False) -> Table:
    """A STRICT table; without a rowid, SQLite keeps rows in their primary key and saves a second tree."""
    return Table(name, METADATA, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


def _key(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _need(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _may(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    return Column(name, kind, nullable=True)


def _check(name: str, rule: str) -> CheckConstraint:
    return CheckConstraint(rule, name=name)


refunds = _table(
    "refunds",
    _key("payment", TEXT),
    _key("payee", TEXT),
    _need("refunded", INTEGER),
    _check("refunds_refunded", "refunded >= 0"),
)
"""What each payee gave back of a payment in sum, in minor units; a reversed refund takes it down again."""

reversals = _table("reversals", _key("entry", TEXT), _need("reversal", TEXT))
"""Which order reversed the entry of which other one."""

freezes = _table(
    "freezes",
    _key("account", TEXT),
    _key("freeze_order", TEXT),
    _need("scope", TEXT),
    _need("reason", TEXT),
    _need("order_number", TEXT),
    _need("authority", TEXT),
    _may("frozen_until_us", INTEGER),
    _need("placed", INTEGER),
    _may("lifted", INTEGER),
    _check("freezes_scope", "scope IN ('debits', 'all')"),
    _check("freezes_lifted", "lifted IS NULL OR lifted > placed"),
)
"""Every freeze of every account, those that were lifted too."""

rules_adopted = _table(
    "rules_adopted",
    _key("sequence", INTEGER),
    _need("rules", INTEGER),
    _check("rules_adopted_later", "rules > 1"),
    rowid=True,
)
"""The record by which a version of the rules was adopted; before the first, what genesis says."""

log_keys = _table(
    "log_keys",
    _key("first_size", INTEGER),
    _need("jwk", TEXT),
    _need("order_id", TEXT),
    _need("endorsement", BYTES),
    _check("log_keys_first_size", "first_size > 1"),
    rowid=True,
)
"""The keys that orders brought for the log, by the first size of it that they sign; before them, that of genesis."""

attestations = _table(
    "attestations",
    _key("currency", TEXT),
    _key("sequence", INTEGER),
    _need("date", TEXT),
    _need("amount", INTEGER),
    _need("reference", TEXT),
    _need("party", TEXT),
    _check("attestations_amount", "amount >= 0"),
)
"""What auditors stated of settlement balances, in minor units."""

day_closes = _table("day_closes", _key("day", INTEGER), _need("sequence", INTEGER), rowid=True)
"""Which record closed a day in East Africa Time, in days since 1970-01-01."""

APPEND_ONLY = (reversals, rules_adopted, log_keys, attestations, day_closes)
KEPT = (refunds, freezes)

GUARDS_REPLACED = (("parties_identity", "parties"), ("bills_forward", "bills"))
"""Guards of version 0001 that forbid what may happen now: name and table."""

RULES = (
    Rule(
        "parties_identity",
        tables_0001.parties,
        differs("party", "registered", "title_en", "title_sw", "services"),
    ),
    Rule("bills_forward", tables_0001.bills, set_once("checker", "control_number")),
    Rule(
        "accounts_closed_still",
        tables_0001.accounts,
        "OLD.closed IS NOT NULL AND (" + differs("debits_posted", "credits_posted", "closed") + ")",
    ),
    Rule("refunds_identity", refunds, differs("payment", "payee")),
    Rule(
        "freezes_identity",
        freezes,
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
    Rule("freezes_lifted_once", freezes, set_once("lifted")),
)
"""What an UPDATE may not do to a row that stays."""
