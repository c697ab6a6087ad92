"""A statement as a page to print: whole in one file, its style within it, without a script."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from flask import Response
from markupsafe import Markup

from api.house import House
from api.pages.frame import figures, grouped, moment, page, symbol, words
from api.pages.words import SENTENCES, say
from api.routes.accounts import shown_name
from api.web import language
from ledger.books.accounts import Side
from ledger.entry_views import EntryView
from ledger.instants import parse_instant
from ledger.money import Currency
from ledger.statements import StatementView


class ShownEntry(NamedTuple):
    """An entry as a line of the page; one of `debit` and `credit` is empty."""

    time: str
    what: str
    other: str
    reference: str
    debit: str
    credit: str
    balance: str


def page_of(house: House, view: StatementView, following: str | None, *, first: bool) -> Response:
    """The page, in the language of whoever asks."""
    currency = house.genesis.currencies[view.account.currency]
    style, digest = _style()
    response = page(
        "statement.html",
        style=Markup(style),  # noqa: S704 - a file of our own
        view=view,
        symbol=symbol(currency),
        first=first,
        following=following,
        begins=moment(view.period.from_us),
        ends=moment(view.period.to_us),
        opening=figures(view.opening, currency),
        closing=figures(view.closing, currency),
        closing_words=words(view.closing, currency),
        debits=figures(view.totals.debits, currency),
        credits=figures(view.totals.credits, currency),
        brought=_plain(view.brought_forward, currency),
        carried=_plain(view.carried_forward, currency),
        rows=[_shown(row, view, currency) for row in view.entries],
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src '{digest}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return response


def _shown(row: EntryView, view: StatementView, currency: Currency) -> ShownEntry:
    entry, holder = row.entry, view.others.get(row.entry.counterparty)
    amount, key = _plain(entry.amount_minor_units, currency), f"kind_{row.kind}"
    return ShownEntry(
        time=moment(parse_instant(row.recorded_at)),
        what=say(key, language()) if key in SENTENCES else row.kind,
        other=(shown_name(holder.title, holder.name) if holder is not None else "") or entry.counterparty,
        reference=grouped(row.control_number) if row.control_number else row.reference or "",
        debit=amount if entry.side is Side.DEBIT else "",
        credit=amount if entry.side is Side.CREDIT else "",
        balance=_plain(entry.balance_after, currency),
    )


def _plain(minor_units: int, currency: Currency) -> str:
    """`15,000.00`: the currency stands at the head of the page."""
    return figures(minor_units, currency).removeprefix(f"{symbol(currency)} ")


@lru_cache(maxsize=1)
def _style() -> tuple[str, str]:
    """The style sheet of all pages, and its hash as the page's policy names it: a saved page keeps its looks."""
    text = resources.files("api.pages").joinpath("static", "daftari.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return text, f"sha256-{digest}"
