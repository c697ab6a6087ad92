"""The one catalogue: every sentence that the wallet says, by its key, in both languages."""

from __future__ import annotations

from ledger.faults import require
from ledger.words.languages import Language
from wallet_cli.locale import (
    asking,
    checking,
    command_line,
    common,
    directory,
    examples,
    faults,
    guarding,
    helps,
    keys,
    log_checking,
    notices,
    paying,
    reading,
    sandboxes,
    starting,
    web_faults,
)
from wallet_cli.printable import printable

Pair = tuple[str, str]
"""A sentence in English and in Swahili. `{name}` marks the place of a value."""

_TABLES = (
    common.SENTENCES,
    faults.SENTENCES,
    web_faults.SENTENCES,
    starting.SENTENCES,
    paying.SENTENCES,
    reading.SENTENCES,
    checking.SENTENCES,
    log_checking.SENTENCES,
    helps.SENTENCES,
    command_line.SENTENCES,
    guarding.SENTENCES,
    keys.SENTENCES,
    asking.SENTENCES,
    directory.SENTENCES,
    examples.SENTENCES,
    notices.SENTENCES,
    sandboxes.SENTENCES,
)


def _gather(tables: tuple[dict[str, Pair], ...]) -> dict[str, Pair]:
    gathered: dict[str, Pair] = {}
    for sentences in tables:
        require(gathered.keys().isdisjoint(sentences), "a sentence has one place")
        gathered |= sentences
    return gathered


SENTENCES: dict[str, Pair] = _gather(_TABLES)


def say(key: str, language: Language, **values: str | int) -> str:
    """The sentence with its values in place.

    Texts among the values pass `printable`, so that a value from elsewhere can neither break the line nor
    begin another. A key that is not in the catalogue, or a value that is missing, is a bug.
    """
    require(key in SENTENCES, f"the catalogue has a sentence for {key}")
    template = SENTENCES[key][0 if language == "en" else 1]
    safe = {name: printable(value) if isinstance(value, str) else value for name, value in values.items()}
    return template.format(**safe)


def has_sentence(key: str) -> bool:
    """Whether the catalogue has this key: not every command has everything."""
    return key in SENTENCES
