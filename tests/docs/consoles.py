"""The consoles in our pages: each ```console block is a promise about what a person sees, and can be replayed.

In a block a line that begins with `$ ` is typed at a shell; the lines after it are what the terminal shows, questions
and typed answers included. In a shown line `…` stands for anything; a line that is only `…` stands for any lines, or
none.

Two things differ from the page and are put in their place on both sides: the control number (`SAMPLE_NUMBER`, also in
the groups of a printed bill) and the ledger's URL (`SAMPLE_URL`). From `<!-- the server is stopped -->` on, it is.
Questions are answered by `Reader`, as the page says that one should.
"""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.warm import warm_commands

SAMPLE_NUMBER = "886926308989"
SAMPLE_URL = "http://127.0.0.1:8470"
SAMPLE_PHONE = "0754 000 777"
STOPPED = "<!-- the server is stopped -->"
COMMAND_SECONDS_MAX = 120.0

_FENCE = re.compile(r"^\s*```(\S*)\s*$")
_NUMBERED_WORD = re.compile(r"\b(\d{1,2}) ([a-z]{3,8})\b")


@dataclass(frozen=True)
class Shown:
    """One command of a page, its line there, and what the page says that it shows."""

    line: int
    command: str
    expected: tuple[str, ...]
    server_stopped: bool


def shown_in(page: str) -> Iterator[Shown]:
    """Every command of a page's console blocks, in their order.

    Raises:
        ValueError: a block begins with something else than a command, or is never closed.
    """
    language, stopped = "", False
    command, expected, at = "", list[str](), 0
    for number, line in enumerate(page.splitlines(), 1):
        stopped = stopped or line.strip() == STOPPED
        fence = _FENCE.match(line)
        if language != "console":
            language = _after(fence, language)
            continue
        if (fence or line.startswith("$ ")) and command:
            yield Shown(at, command, tuple(expected), stopped)
            command, expected = "", []
        if fence:
            language = ""
        elif line.startswith("$ "):
            command, at = line[2:], number
        elif command:
            expected.append(line)
        else:
            raise ValueError(f"line {number}: a console begins with a command")
    if language:
        raise ValueError("a block is never closed")


def _after(fence: re.Match[str] | None, language: str) -> str:
    """The language of the block that we are in after a fence; empty outside."""
    if fence is None:
        return language
    return "" if language else fence[1] or "text"


def differences(expected: tuple[str, ...], printed: list[str]) -> str:
    """What a terminal shows against what a page says: the first line that differs, or nothing."""
    ways = {0}  # how many printed lines may have been used up so far
    for wanted in expected:
        if wanted.strip() == "…":
            ways = set(range(min(ways), len(printed) + 1))
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.rstrip().split("…")))
        reached = {way + 1 for way in ways if way < len(printed) and pattern.fullmatch(printed[way])}
        if not reached:
            found = printed[max(ways)] if max(ways) < len(printed) else "(nothing more)"
            return f"the page says: {wanted}\nthe terminal: {found}"
        ways = reached
    return "" if len(printed) in ways else f"the page ends, the terminal goes on: {printed[max(ways)]}"


@dataclass
class Reader:
    """Somebody who types what a page says, in a folder of their own, and answers what is asked."""

    folder: Path
    environment: dict[str, str]
    passphrase: str
    words: dict[str, str] = field(default_factory=dict)

    def answer(self, shown: str) -> str | None:
        """What to type when the terminal waits with `shown` on its last line; None when it asks nothing."""
        if re.search(r"\[y/N\] $", shown):
            return "y"
        if re.search(r"ndiyo[^:]*: $", shown):
            return "ndiyo"
        if re.search(r"(passphrase|nenosiri|The same again)[^:]*: $", shown, re.IGNORECASE):
            return self.passphrase
        if re.search(r"(?:telephone number|ya simu): $", shown):
            return SAMPLE_PHONE
        if re.search(r"(?:or|au) Enter: $", shown):
            return ""
        word = re.search(r"(?:Word|Neno la) (\d+)\? $", shown)
        return self.words.get(word[1]) if word else None

    def types(self, command: str) -> tuple[int, list[str]]:
        """Run one command at a terminal of its own. Returns its exit code and the lines shown.

        Raises:
            TimeoutError: it waits for something that the page does not mention.
        """
        ours, theirs = pty.openpty()
        quick = {"PATH": f"{warm_commands()}{os.pathsep}{self.environment['PATH']}"}
        shell = subprocess.Popen(
            ["/bin/bash", "-c", command], cwd=self.folder, env=self.environment | quick,
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        try:
            text = self._attend(ours, command)
        finally:
            os.close(ours)
            if shell.poll() is None:
                shell.terminate()
        return shell.wait(COMMAND_SECONDS_MAX), [line.rstrip() for line in text.rstrip("\n").splitlines()]

    def _attend(self, terminal: int, command: str) -> str:
        text, answered, deadline = "", -1, time.monotonic() + COMMAND_SECONDS_MAX
        raw = b""
        while time.monotonic() < deadline:
            if not select.select([terminal], [], [], 0.2)[0]:
                continue
            try:
                piece = os.read(terminal, 65_536)
            except OSError:  # how Linux says that nobody holds the other end any more
                piece = b""
            if not piece:
                return text
            raw += piece
            text = raw.decode(errors="replace").replace("\r\n", "\n")
            self.words |= dict(_NUMBERED_WORD.findall(text))
            start = text.rfind("\n") + 1
            answer = self.answer(text[start:])
            if answer is not None and answered != start:
                answered = start
                os.write(terminal, answer.encode() + b"\n")
        raise TimeoutError(f"{command}: no end\n{text}")


def terminal_environment(wallets: Path, *, language: str) -> dict[str, str]:
    """The environment of a plain terminal: our commands first, nobody's own settings, no colours."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("POCHI_", "XDG_", "LC_"))
    }
    kept.pop("FORCE_COLOR", None)
    return kept | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "POCHI_HOME": str(wallets),
        "LANG": "C.UTF-8",
        "POCHI_LANG": language,
        "DAFTARI_LANG": language,
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
        "COLUMNS": "80",
    }


def in_place(text: str, *, number: str, url: str) -> str:
    """A line of a page with the samples replaced by what this ledger has."""
    return (
        text.replace(SAMPLE_NUMBER, number)
        .replace(_grouped(SAMPLE_NUMBER), _grouped(number))
        .replace(SAMPLE_URL, url)
    )


def _grouped(number: str) -> str:
    return " ".join((number[:4], number[4:8], number[8:]))
