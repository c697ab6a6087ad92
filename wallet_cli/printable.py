"""Text from elsewhere made harmless: nothing that a server says may steer the terminal or hide on it.

A payee's title could otherwise hold an escape sequence that repaints the screen, a line break that forges a
line of ours, or a mark that turns `gnp.exe` around. What is dropped: control characters (C0, C1, ESC among
them), bidirectional controls, zero-width and other invisible characters, lone surrogates, private and
unassigned code points, and marks stacked on one letter by the dozen. Line breaks and odd spaces become one
space each.
"""

from __future__ import annotations

import unicodedata

COMBINING_MARKS_MAX = 3
"""On one letter. No living orthography needs more; a hundred of them paint over the neighbouring lines."""

# Characters that Unicode calls letters, marks or symbols, but that show as nothing at all.
_INVISIBLE = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),  # combining grapheme joiner
        (0x115F, 0x1160),  # Hangul fillers
        (0x17B4, 0x17B5),  # Khmer inherent vowels
        (0x180B, 0x180F),  # Mongolian selectors
        (0x2800, 0x2800),  # blank Braille pattern
        (0x3164, 0x3164),  # Hangul filler
        (0xFE00, 0xFE0F),  # variation selectors
        (0xFFA0, 0xFFA0),  # half-width Hangul filler
        (0xE0100, 0xE01EF),  # more variation selectors
    )
    for code in range(first, last + 1)
)
# Becomes a space: what separates words or lines.
_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")


def printable(text: str) -> str:
    """The text in one harmless line. Ordinary text of any script comes back unchanged."""
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        shown = _shown(character)
        marks = marks + 1 if shown and unicodedata.category(shown) in ("Mn", "Me") else 0
        if shown and marks <= COMBINING_MARKS_MAX:
            kept.append(shown)
    return "".join(kept)


def _shown(character: str) -> str:
    """The character itself, a space in its place, or nothing."""
    if character in _INVISIBLE:
        return ""
    if character.isprintable():
        return character
    return " " if character in _SPACES or unicodedata.category(character) == "Zs" else ""


def columns(text: str) -> int:
    """How many columns of a terminal a printable text takes: wide East Asian characters two, marks none."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def pad(text: str, width: int) -> str:
    """The text with spaces behind it, up to this width in columns."""
    return text + " " * (width - columns(text))


def clip(text: str, width: int) -> str:
    """The text within this width (at least one column), with an ellipsis for what does not fit."""
    if columns(text) <= width:
        return text
    while columns(text) >= width:
        text = text[:-1]
    return f"{text}…"


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most this width, broken at spaces; a longer word has a line to itself."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if columns(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
