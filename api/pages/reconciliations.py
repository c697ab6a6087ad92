"""A day to reconcile as a page to print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from api.pages.frame import page
from api.routes.accounts import shown_name
from ledger.books.parties import Party
from ledger.instants import eat_text, parse_instant


def page_of(day: Mapping[str, Any], party: Party) -> Response:
    """The page, in the language of whoever asks; times are those of East Africa."""
    times = [eat_text(parse_instant(line["recorded_at"]))[11:] for line in day["lines"]]
    rows = list(zip(times, day["lines"], strict=True))
    response = page("reconciliation.html", day=day, rows=rows, institution=shown_name(party.title, None))
    response.headers["Cache-Control"] = "private, no-cache"
    return response
