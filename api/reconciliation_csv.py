"""A day to reconcile for a spreadsheet (RFC 4180). No cell of text is ever taken for a formula; amounts are numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from api.statement_csv import safe

COLUMNS = (
    "kind", "control_number", "bill_id", "service", "amount", "currency", "recorded_at", "order", "payment", "account",
    "channel", "provider_receipt", "gfs_codes", "sequence",
)  # fmt: skip


def text_of(day: Mapping[str, Any]) -> str:
    """The lines of a day, one row each; `gfs_codes` as `code=amount` divided by spaces."""
    written = io.StringIO()
    rows = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n", extrasaction="ignore")
    rows.writeheader()
    for line in day["lines"]:
        codes = " ".join(f"{part['gfs_code']}={part['amount']}" for part in line["parts"] if part["gfs_code"])
        texts = {name: safe(line[name]) for name in ("kind", "control_number", "bill_id", "service", "recorded_at",
                 "order", "payment", "account", "channel", "provider_receipt")}  # fmt: skip
        numbers = {"amount": line["amount"], "currency": line["currency"], "sequence": str(line["sequence"])}
        rows.writerow({**texts, **numbers, "gfs_codes": safe(codes)})
    return written.getvalue()
