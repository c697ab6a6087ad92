"""What version 0005 adds: the outbox of notices, and where institutions want them, as that migration makes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

INTEGER = BigInteger().with_variant(Integer(), "sqlite")
TEXT = Text().with_variant(Text(collation="C"), "postgresql")

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


notices = _table(
    "notices",
    _key("party", TEXT),
    _key("sequence", INTEGER),
    _key("n", INTEGER),
    _need("kind", TEXT),
    _need("bill", TEXT),
    _need("payment", TEXT),
    _need("amount", INTEGER),
    _check(
        "notices_kind",
        "kind IN ('bill.paid', 'bill.refunded', 'bill.payment_reversed', 'bill.refund_reversed')",
    ),
    _check("notices_amount", "amount > 0"),
)
"""The outbox: whom a record must be told to, in minor units, written in the record's own database transaction."""

webhooks = _table(
    "webhooks",
    _key("party", TEXT),
    _key("webhook", TEXT),
    _need("url", TEXT),
    _need("generation", INTEGER),
    _may("rotated_us", INTEGER),
    _need("created_us", INTEGER),
)
"""Where institutions want their notices: beside the log. `generation` counts the secrets, which are stored nowhere."""

webhook_states = _table(
    "webhook_states",
    _key("party", TEXT),
    _key("webhook", TEXT),
    _need("sequence", INTEGER),
    _need("n", INTEGER),
    _need("attempts", INTEGER),
    _need("next_us", INTEGER),
    _need("last_status", INTEGER),
    _need("last_us", INTEGER),
    _need("why", TEXT),
)
"""The last notice that a receiver took, how often the next one was tried in vain, why, and when it is tried again."""

webhook_wishes = _table(
    "webhook_wishes",
    _key("party", TEXT),
    _key("webhook", TEXT),
    _key("event", TEXT),
    _need("asked_us", INTEGER),
)
"""Events that an institution asked to be sent once more, and test events."""

APPEND_ONLY = (notices,)
ERASABLE = (webhooks, webhook_states, webhook_wishes)
