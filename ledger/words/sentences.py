"""The sentence for a reason or a fault, in the language of whoever reads it, from this one place."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.faults import Fault
from ledger.refusals import Reason
from ledger.words import en, sw
from ledger.words.languages import Language

_UNKNOWN = "–"


class _Filled(dict[str, str]):
    """The details, with a dash for one that is not known."""

    def __missing__(self, name: str) -> str:
        return _UNKNOWN


def sentence(code: Reason | Fault, language: Language, details: Mapping[str, str]) -> tuple[str, str]:
    """Title and detail: what it is, and what to do next."""
    words = sw if language == "sw" else en
    title, detail = words.REASONS[code] if isinstance(code, Reason) else words.FAULTS[code]
    filled = _Filled(details)
    return title.format_map(filled), detail.format_map(filled)
