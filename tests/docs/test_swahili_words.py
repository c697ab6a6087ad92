"""One Swahili word for one thing, wherever a person may read it: leja for a ledger, ufunguo for a key."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import ROOT
from wallet_cli.locale.catalogue import SENTENCES

REJECTED = (
    # The common noun. As the name of the command it stands before one of its words, a dot or a hyphen.
    re.compile(
        r"\bdaftari\b(?![-./+_\"'`)]| (?:init|serve|run|migrate|audit|verify|trial-balance|checkpoint|export"
        r"|keys|backup|restore|bench|notify|\{command\}|--)|$)"
    ),
    re.compile(r"\bDaftari (?:li|hali|hili|jingine|lina|lime|la |lako|lenye)\w*"),
    # The plural in the place of the singular.
    re.compile(r"\b[Ff]unguo (?:hii|hiyo|ya|yako|yake|ime\w+|haina|haiku\w+|ina\w+)\b"),
)
_CODE = re.compile(r"^```.*?^```$|`[^`]*`", re.DOTALL | re.MULTILINE)
"""Blocks and words of code, in which `daftari` is the command or a database."""

TABLES = (
    "ledger/words/sw.py",
    "ledger/cli_words.py",
    "api/pages/words.py",
    "api/openapi.py",
    "loadtests/words.py",
    "loadtests/scenario_words.py",
    *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("wallet_cli/locale/*.py"))),
)
PAGES = tuple(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs" / "sw").rglob("*.md")))


def texts_in(path: Path) -> Iterator[str]:
    """Every sentence in a module, or every line of a page."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        yield from _CODE.sub("", text).splitlines()
        return
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module) and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def rejected_in(texts: Iterator[str]) -> list[str]:
    """The texts that hold a word which was rejected."""
    return [text for text in texts if any(pattern.search(text) for pattern in REJECTED)]


@pytest.mark.parametrize("place", [*TABLES, *PAGES])
def test_the_rejected_words_are_nowhere(place: str) -> None:
    """Neither in a table of sentences nor on a Swahili page."""
    assert rejected_in(texts_in(ROOT / place)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Daftari halijajibu.",
        "jibu la daftari hili",
        "Daftari jingine linajibu",
        "Funguo hii haina akaunti",
        "nenosiri la funguo yako",
    ],
)
def test_a_rejected_word_is_found(text: str) -> None:
    """As they were said before."""
    assert rejected_in(iter([text])) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "Leja ya Daftari",
        "Tengeneza kwa: daftari init.",
        "daftari-order+jws",
        "funguo zako zote",
        "Ufunguo huu umebatilishwa.",
        "pochi funguo orodha",
    ],
)
def test_a_right_word_is_left_alone(text: str) -> None:
    """The name of the software, its command, the plural."""
    assert rejected_in(iter([text])) == []


def test_the_chosen_words_are_used() -> None:
    """Otherwise the test above would hold for a table that says nothing."""
    swahili = " ".join(pair[1] for pair in SENTENCES.values()).lower()
    assert swahili.count("leja") > 30
    assert swahili.count("ufunguo") > 10
