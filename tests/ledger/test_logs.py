"""Logs: one event a line, whatever a stranger sent, as JSON or as text."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.logs import LOG_FORMAT_VARIABLE, JsonLines, TextLines, chosen_format, one_line

HOSTILE = [
    "a\n2026-11-26 00:00:00 daftari.api ERROR forged",
    "a\r\nforged",
    "\x1b[2J\x1b[1;1Hforged",
    "a\u2028forged",
    "a\u202eforged",
    "a\x00\x85\x9bforged",
]


def record(words: str, error: BaseException | None = None, **extra: str) -> logging.LogRecord:
    """An event with these words."""
    trace = None if error is None else (type(error), error, error.__traceback__)
    made = logging.LogRecord("daftari.api", logging.ERROR, "", 0, "%s", (words,), trace)
    for name, value in extra.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize("words", HOSTILE)
def test_no_event_forges_another(words: str) -> None:
    """One line, without a control character, in both forms."""
    for lines in (JsonLines(), TextLines()):
        told = lines.format(record(words))
        assert told.isprintable()
        assert len(told.splitlines()) == 1


@given(st.text())
def test_any_text_is_one_line(text: str) -> None:
    """And text that was harmless stays as it was."""
    told = one_line(text)
    assert len(told.splitlines()) <= 1
    if text.isprintable() and not any(0x200E <= ord(one) <= 0x2069 for one in text):
        assert told == text


def test_an_event_as_json() -> None:
    """Time in UTC, level, room, words, and the id of the request."""
    told = json.loads(JsonLines().format(record("a word", request_id="r-1", code="internal_error")))
    assert told["time"].endswith("Z")
    assert (told["level"], told["room"], told["event"]) == ("error", "daftari.api", "a word")
    assert (told["request_id"], told["code"]) == ("r-1", "internal_error")
    assert "trace" not in told


def test_a_traceback_is_part_of_its_event() -> None:
    """In text every line of it is indented, so that none looks like an event."""
    with pytest.raises(RuntimeError) as caught:
        raise RuntimeError("first\n2026-11-26 00:00:00 daftari.api ERROR forged")
    event = record("a bug", caught.value, request_id="r-2")
    first, *rest = TextLines().format(event).splitlines()
    assert first.endswith("a bug request_id=r-2")
    assert rest
    assert all(line.startswith("  | ") for line in rest)
    trace = json.loads(JsonLines().format(event))["trace"]
    assert any("RuntimeError: first" in line for line in trace)
    assert len(JsonLines().format(event).splitlines()) == 1


def test_which_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for, else what the parent said, else JSON where there is no terminal."""
    monkeypatch.delenv(LOG_FORMAT_VARIABLE, raising=False)
    assert (chosen_format("text"), chosen_format("json"), chosen_format(None)) == ("text", "json", "json")
    monkeypatch.setenv(LOG_FORMAT_VARIABLE, "text")
    assert (chosen_format(None), chosen_format("json")) == ("text", "json")
