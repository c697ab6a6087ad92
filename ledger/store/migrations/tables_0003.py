"""What version 0003 adds: its tables, and the guards on tables old and new, as that migration makes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from ledger.store.guards import Rule, differs, set_once
from ledger.store.migrations import tables_0001

INTEGER = BigInteger().with_variant(Integer(), "sqlite")
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
BYTES = LargeBinary()

METADATA = MetaData()


def _table(name: str, *parts: Column[Any] | CheckConstraint | Index, rowid: bool = False) -> Table:
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


bill_payments = _table(
    "bill_payments",
    _key("bill", TEXT),
    _key("sequence", INTEGER),
    _need("order_id", TEXT),
    _need("amount", INTEGER),
    _need("parts", TEXT),
    _need("payer", TEXT),
    _may("channel", TEXT),
    _may("provider_receipt", TEXT),
    _may("customer", TEXT),
    _check("bill_payments_amount", "amount > 0"),
    Index("bill_payments_by_record", "sequence"),
)
"""Every payment of every bill, in minor units. `parts`: compact JSON, `[[code, payee, amount], ...]` per item."""

provider_receipts = _table(
    "provider_receipts", _key("party", TEXT), _key("receipt", TEXT), _need("order_id", TEXT)
)
"""Which order a payment provider's own number for a payment stands for."""

bulks = _table(
    "bulks",
    _key("bulk", TEXT),
    _need("party", TEXT),
    _need("checker", TEXT),
    _need("currency", TEXT),
    _need("total", INTEGER),
    _need("lines", INTEGER),
    _need("approved", INTEGER),
    _need("raised", INTEGER),
    _need("raised_total", INTEGER),
    _check("bulks_raised", "raised BETWEEN 0 AND lines"),
    _check("bulks_total", "raised_total BETWEEN 0 AND total"),
)
"""Approvals of many bills before they are raised, amounts in minor units."""

bulk_lines = _table("bulk_lines", _key("party", TEXT), _key("line", TEXT), _need("bulk", TEXT))
"""Which bulk approval holds the content hash of an order that raises a bill."""

APPEND_ONLY = (bill_payments, provider_receipts, bulk_lines)
KEPT = (bulks,)

GUARDS_REPLACED = (
    ("bills_identity", "bills"),
    ("bills_forward", "bills"),
    ("control_numbers_append_only", "control_numbers"),
)
"""Guards of earlier versions that forbid what may happen now: name and table."""

RULES = (
    Rule(
        "bills_identity",
        tables_0001.bills,
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
        tables_0001.bills,
        set_once("checker", "control_number", "approved", "cancelled", "content"),
    ),
    Rule("bills_amount", tables_0001.bills, "OLD.paid > OLD.refunded AND (" + differs("amount") + ")"),
    Rule(
        "bills_collected",
        tables_0001.bills,
        "NEW.paid - NEW.refunded > NEW.amount OR NEW.refunded > NEW.paid",
    ),
    Rule(
        "bills_changed",
        tables_0001.bills,
        "NEW.content IS NULL AND (" + differs("amount", "payable_until_us") + ")",
    ),
    Rule("control_numbers_identity", tables_0001.control_numbers, differs("control_number")),
    Rule(
        "bulks_identity",
        bulks,
        differs("bulk", "party", "checker", "currency", "total", "lines", "approved"),
    ),
    Rule("bulks_forward", bulks, "NEW.raised < OLD.raised OR NEW.raised_total < OLD.raised_total"),
)
"""What an UPDATE may not do to a row that stays."""
