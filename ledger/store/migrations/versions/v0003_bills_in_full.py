"""Bills in full: options, items, instalments, changes, numbers used again, bulk approvals, providers' receipts.

A ledger of version 0002 goes on as it is: its bills are exact ones without items, and its rules are those it adopted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from alembic import op
from sqlalchemy import Column, Connection, Integer, Text, column, insert, select, table, update
from sqlalchemy.types import BigInteger, TypeEngine

from ledger.store.guards import Guards, create_guards, drop_guard
from ledger.store.migrations import tables_0001
from ledger.store.migrations import tables_0003 as made

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INTEGER = BigInteger().with_variant(Integer(), "sqlite")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_ROWS_AT_ONCE = 5_000

_MAY_BE_EMPTY: tuple[tuple[str, TypeEngine[Any]], ...] = (
    ("reuses", _TEXT), ("approved", _INTEGER), ("cancelled", _TEXT), ("cancel_reason", _TEXT), ("pending", _TEXT),
    ("content", _TEXT),
)  # fmt: skip


def upgrade() -> None:
    """Add columns and tables, fill in what earlier payments were, and put guards in place that know of them."""
    connection = op.get_bind()
    for name, table_name in made.GUARDS_REPLACED:
        drop_guard(connection, name, table_name)
    _add_columns()
    for new in (*made.APPEND_ONLY, *made.KEPT):
        new.create(connection)
    _enter_payments(connection)
    kept = (*made.KEPT, tables_0001.control_numbers) if connection.dialect.name == "postgresql" else made.KEPT
    create_guards(connection, Guards(made.APPEND_ONLY, kept, made.RULES))


def _add_columns() -> None:
    """In the order of today's table."""
    op.add_column("bills", Column("option", _TEXT, nullable=False, server_default="exact"))
    op.add_column("bills", Column("minimum", _INTEGER, nullable=True))
    op.add_column("bills", Column("paid", _INTEGER, nullable=False, server_default="0"))
    op.add_column("bills", Column("items", _TEXT, nullable=False, server_default="[]"))
    op.add_column("bills", Column("reusable", _INTEGER, nullable=False, server_default="0"))
    for name, kind in _MAY_BE_EMPTY:
        op.add_column("bills", Column(name, kind, nullable=True))
    op.add_column("bills", Column("changes", _TEXT, nullable=False, server_default="[]"))


def _enter_payments(connection: Connection) -> None:
    """Which record gave each number and which paid each bill: found in the records themselves."""
    names = ("control_number", "paid_by", "amount", "paid", "approved")
    bills = table("bills", *(column(name) for name in names))
    connection.execute(update(bills).where(bills.c.paid_by.is_not(None)).values(paid=bills.c.amount))
    for sequence, result in _results(connection):
        if result.keys() == {"control_number"}:
            known = bills.c.control_number == result["control_number"]
            connection.execute(update(bills).where(known).values(approved=sequence))
        elif result.keys() == {"bill", "bill_id", "payee"}:
            _enter_payment(connection, sequence, result)


def _results(connection: Connection) -> Iterator[tuple[int, dict[str, str]]]:
    """The result of every record that has something to do with a control number or a bill."""
    records = tables_0001.records
    query = select(records.c.sequence, records.c.record).order_by(records.c.sequence)
    with connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}) as found:
        yield from [
            (row.sequence, json.loads(bytes(row.record))["result"])
            for row in found
            if b'"outcome":"accepted"' in bytes(row.record)
            and any(
                word in bytes(row.record) for word in (b'"result":{"bill":', b'"result":{"control_number":')
            )
        ]


def _enter_payment(connection: Connection, sequence: int, result: dict[str, str]) -> None:
    entries, outcomes = tables_0001.entries.c, tables_0001.outcomes
    query = (
        select(entries.amount, entries.counterparty, outcomes.c.order_id)
        .join(outcomes, outcomes.c.sequence == entries.sequence)
        .where(entries.address == result["payee"], entries.sequence == sequence, entries.side == "credit")
    )
    amount, payer, order_id = connection.execute(query).one()
    connection.execute(
        insert(made.bill_payments).values(
            bill=result["bill"],
            sequence=sequence,
            order_id=order_id,
            amount=amount,
            parts=json.dumps([["", result["payee"], amount]], separators=(",", ":")),
            payer=payer,
        )
    )
