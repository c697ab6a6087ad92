"""Every reason and every fault has its sentence, in English and in Swahili, with the same places to fill."""

from __future__ import annotations

import string

import pytest

from ledger.faults import Fault
from ledger.refusals import Reason
from ledger.words import en, sw
from ledger.words.sentences import sentence

CODES: list[Reason | Fault] = [*Reason, *Fault]


def places(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_are_total() -> None:
    """No code without words, no words without a code."""
    for words in (en, sw):
        assert set(words.REASONS) == set(Reason)
        assert set(words.FAULTS) == set(Fault)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.value)
def test_sentences_are_equal_in_what_they_tell(code: Reason | Fault) -> None:
    """Both languages fill the same places, differ in words, and end as sentences do."""
    english = (en.REASONS | en.FAULTS)[code]
    swahili = (sw.REASONS | sw.FAULTS)[code]
    for one, other in zip(english, swahili, strict=True):
        assert places(one) == places(other)
        assert one != other
        assert one.endswith(".")
        assert other.endswith(".")


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.value)
def test_a_missing_detail_leaves_no_brace(code: Reason | Fault) -> None:
    """Whatever is not known becomes a dash."""
    for language in ("en", "sw"):
        for part in sentence(code, language, {}):
            assert "{" not in part
            assert "}" not in part
