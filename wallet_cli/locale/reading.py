"""Looking at money: balance, history, and the raw call."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "balance.as_of": (
        "as of log entry {size}, {moment}",
        "kufikia ingizo la leja {size}, {moment}",
    ),
    "history.none": (
        "Nothing has been posted to this account yet.",
        "Bado hakuna kilichoandikwa kwenye akaunti hii.",
    ),
    "history.in": ("in", "ndani"),
    "history.out": ("out", "nje"),
    "history.kind_refund": ("Refund", "Marejesho"),
    "history.kind_reverse": ("Correction", "Marekebisho"),
    "history.kind_redeem": ("Redeemed", "Imekombolewa"),
    "history.more": (
        "There is more: pochi history --before {cursor}",
        "Yapo zaidi: pochi miamala --before {cursor}",
    ),
    "history.heading_amount": ("Amount", "Kiasi"),
    "history.heading_balance": ("Balance", "Salio"),
    "history.heading_other": ("To or from", "Kwa au kutoka"),
    "history.heading_time": ("Time", "Wakati"),
}
