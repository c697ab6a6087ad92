"""The gate to the terminal, on whatever text Unicode allows."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet_cli.printable import COMBINING_MARKS_MAX, clip, columns, pad, printable, wrap

# Every code point there is, lone surrogates included, and the dangerous ones more often than by chance.
DANGEROUS = (
    "\x00\x07\x08\x1b\x7f\x9b\x9d\r\n\t\u200b\u200d\u200e\u202a\u202e\u2066\u2069\u061c\ufeff\u2028"
    "\ud800\udfff"
)
texts = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cf", "Cc", "Co", "Mn", "Zs"]),
        st.sampled_from(DANGEROUS),
    ),
    max_size=60,
)
ordinary = st.text(alphabet=st.characters(categories=["L", "N", "P", "S"], max_codepoint=0x24F), max_size=40)


@given(texts)
def test_only_visible_characters_pass(text: str) -> None:
    """No control, format, surrogate, private or unassigned character, no separator but the plain space."""
    out = printable(text)
    assert not {unicodedata.category(character) for character in out} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    }
    assert all(character == " " for character in out if unicodedata.category(character) == "Zs")
    out.encode("utf-8")


@given(texts)
def test_it_only_takes_away(text: str) -> None:
    """What remains is the text in its order, with things left out or made a space; once is enough."""
    out = printable(text)
    assert printable(out) == out
    rest = iter(text)
    for character in out:
        found = next(
            (mine for mine in rest if mine == character or (character == " " and mine.isspace())), None
        )
        assert found is not None


@given(ordinary.filter(lambda text: "\xad" not in text))
def test_ordinary_text_is_untouched(text: str) -> None:
    """Letters, digits, punctuation and signs come back as they were."""
    assert printable(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Mamlaka ya Mapato (TRA)",
        "Ada ya ng'ombe",
        "Zoë Müller–Łukasz",
        "東京 太郎",
        "محمد علي",
        "ሰላም",
        "Tiếng Việt",
    ],
)
def test_names_of_people_are_untouched(text: str) -> None:
    """In any script, composed or decomposed."""
    assert printable(text) == text
    assert printable(unicodedata.normalize("NFD", text)) == unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    "hostile,shown",
    [
        ("\x1b[2J\x1b[31mAsha", "[2J[31mAsha"),
        ("\x9b31mAsha", "31mAsha"),
        ("Asha\r✓ Sent", "Asha ✓ Sent"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\u200bb\u2060c\ufeffd\u00ade", "abcde"),
        ("a\u3164b\u2800c\u034fd\ufe0fe", "abcde"),
        ("\U000e0041\U000e0042x", "x"),
        ("\ud800\udfffx", "x"),
        ("a\u00a0b\u2003c", "a b c"),
        ("x" + "\u0301" * 50, "x" + "\u0301" * COMBINING_MARKS_MAX),
    ],
)
def test_known_tricks(hostile: str, shown: str) -> None:
    """Escape sequences, forged lines, turned words, hidden letters, tags, and fifty accents on one letter."""
    assert printable(hostile) == shown


@given(texts, st.integers(1, 30))
def test_clipping_keeps_within_the_width(text: str, width: int) -> None:
    """Never wider than asked, and unchanged if it fitted already."""
    text = printable(text)
    assert columns(clip(text, width)) <= width
    assert columns(text) > width or clip(text, width) == text
    assert columns(pad(clip(text, width), width)) == width


@given(st.lists(st.sampled_from(["elfu", "na", "東京", "x" * 12]), max_size=30), st.integers(12, 40))
def test_wrapping_loses_no_word(words: list[str], width: int) -> None:
    """All words in their order, and no line wider than asked where the words themselves are not."""
    lines = wrap(" ".join(words), width)
    assert " ".join(lines).split() == words
    assert all(columns(line) <= width for line in lines)
