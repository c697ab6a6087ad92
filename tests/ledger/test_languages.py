"""Which of the two languages somebody is answered in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.words.languages import LANGUAGES, choose_language, language_of


@pytest.mark.parametrize(
    "header,expected",
    [
        (None, "en"),
        ("", "en"),
        ("sw", "sw"),
        ("SW-tz", "sw"),
        ("sw-TZ,en;q=0.8", "sw"),
        ("en;q=0.5, sw;q=0.9", "sw"),
        ("sw;q=0.5,en;q=0.5", "sw"),
        ("en, sw", "en"),
        ("fr, de;q=0.9", "en"),
        ("fr, sw;q=0.001", "sw"),
        ("*", "en"),
        ("en;q=0", "en"),
        ("en;q=0, *", "sw"),
        ("en;q=0.2, *;q=0.1", "en"),
        ("sw;q=0, *;q=1", "en"),
        ("sw;q=1.5, en;q=0.1", "en"),
        ("sw;q=nan", "en"),
        ("swa-TZ", "en"),
        ("sw; q=0.3 , en ; q=0.2", "sw"),
        ("x" * 5_000 + ",sw", "en"),
        (",".join(["fr"] * 40) + ",sw", "en"),
    ],
)
def test_the_header_chooses(header: str | None, expected: str) -> None:
    """Weights, order, the star, exclusion, and what cannot be read or is too long."""
    assert choose_language(header) == expected


@given(st.text(alphabet=st.sampled_from("enswfr-*;q=01.9, \x00é"), max_size=60))
def test_no_header_makes_it_fail(header: str) -> None:
    """Whatever stands in the header, the answer is one of the two languages."""
    assert choose_language(header) in LANGUAGES


@pytest.mark.parametrize(
    "tag,expected",
    [
        ("sw", "sw"),
        ("sw_TZ.UTF-8", "sw"),
        ("en_GB", "en"),
        ("C", None),
        ("POSIX", None),
        ("", None),
        ("swahili", None),
    ],
)
def test_a_locale_names_its_language(tag: str, expected: str | None) -> None:
    """Locales and language tags alike, by what they begin with."""
    assert language_of(tag) == expected
