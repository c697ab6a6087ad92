"""The terminal: the only room that writes to it or reads from it.

What a command was asked for goes to standard output; everything else (questions, progress, marks, errors) is
talk and goes to standard error, so that output can be piped. With `--json` standard output carries one JSON
object and nothing else, with names that are never translated.

Every line passes `printable` here, whoever wrote it: this is the one gate, and no other module prints. Colour
comes after the gate, only on a terminal, and never alone: each mark has its own shape, and the words say it
too.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TextIO

from ledger.words.languages import Language
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.figures import clock_text, day_text, moment_text, money, parse_amount_input
from wallet_cli.locale.catalogue import say
from wallet_cli.printable import clip, columns, pad, printable, wrap

__all__ = [
    "WIDTH",
    "Row",
    "Screen",
    "clip",
    "clock_text",
    "colour_wanted",
    "day_text",
    "moment_text",
    "money",
    "parse_amount_input",
    "printable",
    "screen_for",
]

WIDTH = 78
"""Columns that every screen keeps within; a terminal has 80."""

Mark = Literal["done", "wrong", "warn"]

_MARKS: dict[Mark, str] = {"done": "✓", "wrong": "✗", "warn": "!"}
_COLOURS: dict[Mark, str] = {"done": "32", "wrong": "31", "warn": "33"}
_INDENT = 2
_GAP = 3
# For a terminal that cannot show them. What is not named here becomes a question mark.
_ASCII = str.maketrans(
    {"✓": "[ok]", "✗": "[x]", "…": "...", "·": "-", "–": "-", "—": "-", "\u2212": "-"}
    | {"→": "->", "‘": "'", "’": "'", "“": '"', "”": '"', "≤": "<=", "≥": ">=", "×": "x"}
)
_NO_ALARM = frozenset({"sandbox_reset"})
"""Faults that stop a command although nothing is wrong."""

_YES: dict[Language, frozenset[str]] = {"en": frozenset({"y", "yes"}), "sw": frozenset({"ndiyo"})}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a screen: what it is, what it says, and a remark behind or below it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """A person's terminal, or a script's three streams.

    `json_only`: standard output carries one JSON object. `assume_yes` (`--yes`) answers every question of
    consent; `no_input` (`--no-input`) forbids to ask anything.
    """

    out: TextIO
    err: TextIO
    keyboard: TextIO
    language: Language
    colour: bool = False
    json_only: bool = False
    assume_yes: bool = False
    no_input: bool = False

    def say(self, key: str, **values: str | int) -> str:
        """A sentence of the catalogue in the person's language."""
        return say(key, self.language, **values)

    def shows(self, text: str) -> bool:
        """Whether the terminal's encoding has these characters."""
        return self._fitting(self.err, text) == text

    # --- what was asked for: standard output ---

    def show(self, text: str) -> None:
        """Lines of output. Silent with `--json`."""
        if not self.json_only:
            self._write(self.out, text)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """A screen of labels and values, as output."""
        self.show("\n".join(aligned(rows)))

    def show_table(
        self, headings: Sequence[str], lines: Sequence[Sequence[str]], *, right: Sequence[int] = ()
    ) -> None:
        """A table, as output; the columns numbered in `right` are aligned to the right."""
        self.show("\n".join(table(headings, lines, right=right)))

    def show_json(self, members: Mapping[str, Any]) -> None:
        """The one JSON object of `--json`. Silent without it."""
        if self.json_only:
            self._write(self.out, json.dumps(members))

    # --- talk: standard error ---

    def tell(self, text: str = "") -> None:
        """Lines of talk."""
        self._write(self.err, text)

    def tell_rows(self, rows: Sequence[Row]) -> None:
        """A screen of labels and values, as talk: what is about to be done."""
        self.tell("\n".join(aligned(rows)))

    def done(self, text: str) -> None:
        """It worked: ✓ and the words."""
        self._marked("done", text)

    def warn(self, text: str) -> None:
        """Take care: ! and the words."""
        self._marked("warn", text)

    def wrong(self, text: str) -> None:
        """It did not work: ✗ and the words."""
        self._marked("wrong", text)

    def fault(self, fault: WalletFault) -> None:
        """What happened and what to type next; with `--json` also one JSON object on standard error."""
        said = self.say(f"fault.{fault.wording}", **fault.details)
        # A detail that the ledger left empty leaves no empty line.
        sentence = "\n".join(line for line in said.split("\n") if line.strip())
        mild = fault.exit_code is ExitCode.OUTCOME_UNKNOWN or fault.key in _NO_ALARM
        self._marked("warn" if mild else "wrong", sentence)
        step = self.say(f"fault.{fault.wording}.next", **fault.details)
        self.tell(_indented(self.say("next", step=step)))
        if self.json_only:
            told = {
                "code": fault.key,
                "exit_code": int(fault.exit_code),
                "title": sentence,
                "details": fault.details,
            }
            self._write(self.err, json.dumps(told))

    # --- questions ---

    def confirm(self, question: str) -> bool:
        """Consent to what has been shown. Anything but a clear yes is no, and so is silence.

        English asks for y or N. Swahili asks for the whole word `ndiyo`, since a single n could mean either.

        Raises:
            WalletFault: `answer_needed` if nothing may be asked and `--yes` was not given.
        """
        if self.assume_yes:
            return True
        answer = self.ask(f"{question} [y/N]" if self.language == "en" else f"{question}:")
        return answer.strip().lower() in _YES[self.language]

    def ask(self, question: str) -> str:
        """One line from the person; empty at the end of the input.

        Raises:
            WalletFault: `answer_needed` if nothing may be asked.
        """
        if self.no_input:
            raise WalletFault("answer_needed", ExitCode.USAGE)
        self._write(self.err, f"{question} ", end="")
        line = self.keyboard.readline()
        if not line.endswith("\n"):
            self._write(self.err, "")
        return line.rstrip("\r\n")

    @property
    def can_ask(self) -> bool:
        """Whether there is somebody to ask who did not ask to be left alone."""
        return not (self.no_input or self.assume_yes or self.json_only) and _has_terminal(self.keyboard)

    def ask_secret(self, question: str) -> str:
        """A passphrase or recovery words, typed without showing.

        Raises:
            WalletFault: `secret_needed` if nothing may be asked or there is no terminal to ask on.
        """
        import getpass

        if self.no_input or not _has_terminal(self.keyboard):
            raise WalletFault("secret_needed", ExitCode.NOT_AUTHORISED)
        try:
            return getpass.getpass(self._fitting(self.err, f"{printable(question)} "))
        except EOFError:
            return ""

    def _marked(self, mark: Mark, text: str) -> None:
        """A mark and the words; the mark alone is coloured, after the words have passed the gate."""
        first, *rest = text.split("\n")
        sign = self._fitting(self.err, _MARKS[mark])
        if self.colour:
            sign = f"\x1b[{_COLOURS[mark]}m{sign}\x1b[0m"
        self.err.write(f"{sign} ")
        self._write(self.err, "\n".join([first, *(f"  {line}" for line in rest)]))

    def _write(self, stream: TextIO, text: str, *, end: str = "\n") -> None:
        """The gate: line by line, nothing that could steer the terminal."""
        lines = [self._fitting(stream, printable(line)) for line in text.split("\n")]
        stream.write("\n".join(lines) + end)
        stream.flush()

    @staticmethod
    def _fitting(stream: TextIO, text: str) -> str:
        """The text in what the stream can encode."""
        encoding = getattr(stream, "encoding", None) or "ascii"
        try:
            text.encode(encoding)
        except (UnicodeEncodeError, LookupError):
            return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")
        return text


def screen_for(
    language: Language,
    *,
    environment: Mapping[str, str],
    json_only: bool = False,
    assume_yes: bool = False,
    no_input: bool = False,
) -> Screen:
    """The screen of this process: its three standard streams."""
    return Screen(
        sys.stdout,
        sys.stderr,
        sys.stdin,
        language,
        colour=colour_wanted(sys.stderr, environment),
        json_only=json_only,
        assume_yes=assume_yes,
        no_input=no_input,
    )


def colour_wanted(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Colour only on a terminal, never with `NO_COLOR` (https://no-color.org) or `TERM=dumb`."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def aligned(rows: Sequence[Row]) -> list[str]:
    """Labels in one column, values in the next, notes behind their value or, if they do not fit, below it."""
    # The gate's work is done before measuring, or what it drops would bend the columns.
    cleaned = [Row(printable(row.label), printable(row.value), printable(row.note)) for row in rows]
    label_width = max((columns(row.label) for row in cleaned), default=0) + _GAP
    room = WIDTH - _INDENT - label_width
    lines: list[str] = []
    for row in cleaned:
        head = f"{' ' * _INDENT}{pad(row.label, label_width)}"
        beside = f"{row.value}{' ' * _GAP}{row.note}" if row.note else row.value
        texts = (
            [beside]
            if columns(beside) <= room
            else [*wrap(row.value, room), *(wrap(row.note, room) if row.note else [])]
        )
        lines += [
            f"{head if place == 0 else ' ' * columns(head)}{text}".rstrip()
            for place, text in enumerate(texts)
        ]
    return lines


def table(headings: Sequence[str], lines: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """A table in aligned columns, two spaces apart. No cell is cut: an amount that lacks a digit is a lie."""
    cells = [[printable(cell) for cell in line] for line in (headings, *lines)]
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    return [
        (
            " " * _INDENT
            + "  ".join(_cell(text, widths[at], to_right=at in right) for at, text in enumerate(line))
        ).rstrip()
        for line in cells
    ]


def _cell(text: str, width: int, *, to_right: bool) -> str:
    return " " * (width - columns(text)) + text if to_right else pad(text, width)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def _has_terminal(keyboard: TextIO) -> bool:
    """Whether a secret can be typed: `getpass` asks the controlling terminal, even if the input is a pipe."""
    if keyboard.isatty():
        return True
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True
