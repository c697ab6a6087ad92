"""Languages: the two that the ledger speaks, and how to tell which one somebody wants."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["en", "sw"]
"""English and Swahili, by their ISO 639-1 codes."""

LANGUAGES: tuple[Language, ...] = ("en", "sw")
DEFAULT_LANGUAGE: Language = "en"

_RANGES_MAX = 32
_HEADER_CHARACTERS_MAX = 1_000
# One element of Accept-Language (RFC 9110, 12.5.4): a language range and perhaps its weight.
_RANGE = re.compile(
    r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)(?:\s*;\s*[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?", re.ASCII
)
# What stands before the country in a locale or a language tag: sw-TZ, sw_TZ.UTF-8.
_PRIMARY = re.compile(r"([A-Za-z]{2,3})(?:[-_.@].*)?", re.ASCII)


def language_of(tag: str) -> Language | None:
    """The language of a tag or a locale: `sw` for `sw-TZ` and for `sw_TZ.UTF-8`; None for others."""
    match = _PRIMARY.fullmatch(tag.strip())
    primary = match[1].lower() if match else ""
    return next((language for language in LANGUAGES if language == primary), None)


def choose_language(header: str | None) -> Language:
    """The language that an `Accept-Language` header asks for (RFC 9110, 12.5.4), else English.

    The highest weight wins, then what is named first. `*` stands for every language not named; a weight of 0
    excludes. What cannot be read is passed over: this header never makes a request fail.
    """
    weights = _weights(header or "")
    named = {language for language, _ in weights if language is not None}
    unnamed = [language for language in LANGUAGES if language not in named] or [DEFAULT_LANGUAGE]
    wanted = [
        (unnamed[0] if language is None else language, weight) for language, weight in weights if weight > 0
    ]
    # Of equals `max` gives the first.
    return max(wanted, key=lambda choice: choice[1], default=(DEFAULT_LANGUAGE, 0.0))[0]


def _weights(header: str) -> list[tuple[Language | None, float]]:
    """The ranges that concern us, in their order: a language (None for `*`) and its weight."""
    if len(header) > _HEADER_CHARACTERS_MAX:
        return []
    found: list[tuple[Language | None, float]] = []
    for element in header.split(",")[:_RANGES_MAX]:
        match = _RANGE.fullmatch(element.strip())
        if match is None:
            continue
        language = language_of(match[1])
        if match[1] == "*" or language is not None:
            found.append((language, float(match[2] or 1)))
    return found
