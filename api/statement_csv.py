"""A statement for a spreadsheet (RFC 4180). No cell of it is ever taken for a formula; amounts stay numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet compute: OWASP's list of first characters."""

COLUMNS = (
    "kind", "recorded_at", "sequence", "n", "debit", "credit", "balance", "currency", "counterparty",
    "counterparty_title", "reference", "purpose", "control_number", "order",
)  # fmt: skip


def text_of(statement: Mapping[str, Any], *, first: bool) -> str:
    """A statement's members as CSV: what was brought forward, the entries, what is carried forward.

    On the `first` page the one is called `opening_balance`, on the last the other `closing_balance`: a file that ends
    with `carried_forward` is not the whole of it.
    """
    last = statement["next"] is None
    written = io.StringIO()
    rows = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n")
    rows.writeheader()
    rows.writerow(
        _balance(statement, "opening_balance" if first else "brought_forward", "from", "brought_forward")
    )
    rows.writerows(_entry(entry, str(statement["currency"])) for entry in statement["entries"])
    rows.writerow(
        _balance(statement, "closing_balance" if last else "carried_forward", "to", "carried_forward")
    )
    return written.getvalue()


def safe(text: str | None) -> str:
    """A cell of text that a spreadsheet shows and never computes: an apostrophe before what would begin a formula."""
    return f"'{text}" if text is not None and text.startswith(_FORMULA) else text or ""


def _balance(statement: Mapping[str, Any], kind: str, moment: str, amount: str) -> dict[str, str]:
    return {
        "kind": kind,
        "recorded_at": statement[moment],
        "balance": statement[amount],
        "currency": statement["currency"],
    }


def _entry(entry: Mapping[str, Any], currency: str) -> dict[str, str]:
    texts = ("kind", "recorded_at", "counterparty", "counterparty_title", "reference", "purpose", "control_number",
             "order")  # fmt: skip
    numbers = {
        "sequence": str(entry["sequence"]),
        "n": str(entry["n"]),
        entry["side"]: entry["amount"],
        "balance": entry["balance_after"],
        "currency": currency,
    }
    return numbers | {name: safe(entry[name]) for name in texts}
