"""What every page shares: its language, its sentences, its headers, and how money, time and numbers are shown."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Response, render_template
from markupsafe import Markup, escape

from api.pages.words import TEST_MONEY, say
from api.web import language, tagged
from ledger.instants import eat_text
from ledger.money import Currency
from ledger.words.amounts import amount_in_words
from ledger.words.languages import Language

PAGE_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HTML = "text/html; charset=utf-8"
_GROUP = 4
_SYMBOLS = {"TZS": "TSh"}
_MONTHS: dict[Language, list[str]] = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "sw": "Jan Feb Mac Apr Mei Jun Jul Ago Sep Okt Nov Des".split(),
}
"""Symbols and months as a wallet writes them."""
_CODE = re.compile(r"`([^`]+)`")


def page(template: str, status: int = 200, **values: object) -> Response:
    """A page in the language of whoever asks."""
    wanted = language()
    text = render_template(
        template,
        language=wanted,
        other="en" if wanted == "sw" else "sw",
        say=_sayer(),
        title_of=lambda title: title.sw if wanted == "sw" else title.en,
        test_money=TEST_MONEY,
        **values,
    )
    response = Response(text, status, content_type=HTML)
    response.headers["Content-Security-Policy"] = PAGE_CSP
    response.headers["Cache-Control"] = "no-cache"
    return response


def turning_page(template: str, **values: object) -> Response:
    """A page that its reader asks for again and again: an empty 304 while nothing changed."""
    return tagged(page(template, 200, **values))


def _sayer() -> Callable[..., str]:
    wanted = language()

    def sentence(key: str, **details: object) -> str:
        return say(key, wanted).format(**details)

    return sentence


def coded(sentence: str) -> Markup:
    """A sentence in which what stands between backticks is code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 - escaped on this very line


def symbol(currency: Currency) -> str:
    """`TSh`; for a currency without a symbol its code."""
    return _SYMBOLS.get(currency.code, currency.code)


def moment(instant_us: int) -> str:
    """`26 Dec 2026, 06:12 EAT`: the time in Dar es Salaam, its month in the language of whoever asks."""
    day, clock, zone = eat_text(instant_us).split(" ")
    year, month, date = day.split("-")
    return f"{int(date)} {_MONTHS[language()][int(month) - 1]} {year}, {clock} {zone}"


def figures(minor_units: int, currency: Currency) -> str:
    """`TSh 15,000.00`."""
    whole, point, cents = currency.text(minor_units).partition(".")
    return f"{symbol(currency)} {int(whole):,}{point}{cents}"


def words(minor_units: int, currency: Currency) -> str:
    """`fifteen thousand shillings`, in the language of whoever asks."""
    return amount_in_words(
        minor_units,
        decimals=currency.decimals,
        currency=currency.code,
        language=language(),
    )


def grouped(control_number: str) -> str:
    """`8812 3456 7890`: as one reads it out."""
    return " ".join(control_number[place : place + _GROUP] for place in range(0, len(control_number), _GROUP))
