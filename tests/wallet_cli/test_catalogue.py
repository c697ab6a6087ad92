"""The catalogue: two languages as equals, and every sentence that the code names exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import wallet_cli
from ledger.faults import BrokenPromise
from wallet_cli.locale.catalogue import SENTENCES, say
from wallet_cli.locale.helps import SWAHILI_NAMES
from wallet_cli.screen import WIDTH

ROOM = Path(wallet_cli.__file__).parent
MARK_COLUMNS = 2


def places(template: str) -> list[str]:
    """The names in braces, in alphabetical order."""
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name is not None)


KEY_AT = {"say": 0, "WalletFault": 0, "LedgerSaidNo": 1}
"""Calls that name a sentence, and which of their arguments is its key."""


def keys_named_in_code() -> Iterator[tuple[str, str]]:
    """Every key of a sentence that stands as a constant in one of those calls, with its file."""
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            at = KEY_AT.get(name, len(node.args))
            key = node.args[at] if at < len(node.args) else None
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield path.name, key.value if name == "say" else f"fault.{key.value}"


def test_both_languages_are_there_and_differ_where_they_have_words() -> None:
    """No sentence is empty, and none that has a word of its own is the same in both languages."""
    same = {key for key, (english, swahili) in SENTENCES.items() if english == swahili}
    assert all(english.strip() and swahili.strip() for english, swahili in SENTENCES.values())
    # Commands of the shell and names that both languages share.
    assert same <= {
        "fault.folder_open_to_others.next",
        "fault.file_open_to_others.next",
        "fault.file_not_read.next",
        "label.url",
        "restore.account",
    }


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_have_the_same_places(key: str) -> None:
    """A value that one language shows, the other shows too; places are plain names, nothing to look up."""
    english, swahili = SENTENCES[key]
    assert places(english) == places(swahili)
    assert all(name.isidentifier() for name in places(english))
    for template in (english, swahili):
        assert all(not spec and not how for _, _, spec, how in Formatter().parse(template))


@pytest.mark.parametrize("key", SENTENCES)
def test_every_line_fits_the_terminal(key: str) -> None:
    """78 columns, with room for the mark or the indent of a fault, before the values are filled in."""
    room = WIDTH - (MARK_COLUMNS if key.startswith("fault.") else 0)
    for template in SENTENCES[key]:
        for line in template.split("\n"):
            assert len(line) <= room, line
            assert line == line.rstrip()


def test_every_fault_has_its_next_step() -> None:
    """What happened and what to do stand side by side, for every fault there is."""
    faults = {key for key in SENTENCES if key.startswith("fault.") and not key.endswith(".next")}
    steps = {key.removesuffix(".next") for key in SENTENCES if key.endswith(".next")}
    assert faults == steps
    assert len(faults) > 40


def test_every_key_named_in_the_code_exists() -> None:
    """A sentence that is missing would stop a command in the middle."""
    named = list(keys_named_in_code())
    assert len(named) > 40
    missing = [(path, key) for path, key in named if key not in SENTENCES]
    assert missing == []


def commands_in(text: str, names: set[str]) -> list[tuple[str, ...]]:
    """The commands that a sentence names: one or two words behind `pochi`, as far as they are names."""
    found = re.findall(r"\bpochi ([a-z]+)(?: ([a-z]+))?", text)
    return [tuple(word for word in words if word in names) for words in found if words[0] in names]


def test_hints_name_commands_in_their_language() -> None:
    """`pochi outbox retry` in English is `pochi sanduku rudia` in Swahili, in the same order, throughout."""
    both = set(SWAHILI_NAMES) | set(SWAHILI_NAMES.values())
    seen = 0
    for english, swahili in SENTENCES.values():
        told = commands_in(english, set(SWAHILI_NAMES))
        assert commands_in(swahili, both) == [tuple(SWAHILI_NAMES[word] for word in words) for words in told]
        seen += len(told)
    assert seen > 20


def test_swahili_names_are_unambiguous() -> None:
    """No Swahili name stands for two commands, or is another command's English name."""
    assert len(set(SWAHILI_NAMES.values())) == len(SWAHILI_NAMES)
    assert not set(SWAHILI_NAMES.values()) & set(SWAHILI_NAMES)


def test_values_are_filled_in_and_made_harmless() -> None:
    """Texts pass the gate, braces in a value are only text, whole numbers stay as they are."""
    assert say("fault.words_count", "sw", count=3, expected=24) == "Hayo ni maneno 3; yanatakiwa 24."
    said = say("fault.profile_unknown", "en", name="{x.__class__}\x1b[31m\na\u202e")
    assert said == 'There is no profile "{x.__class__}[31m a".'


def test_an_unknown_key_or_a_missing_value_is_a_bug() -> None:
    """Neither ends in a half-said sentence."""
    with pytest.raises(BrokenPromise):
        say("fault.nothing_of_the_kind", "en")
    with pytest.raises(KeyError):
        say("fault.profile_unknown", "en")
