"""What people see, written down and replayed: every line of every screen, in both languages, at most 78 columns."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import Town
from tests.wallets import COMMAND, SECONDS_MAX, Wallet
from wallet_cli.printable import columns

TRANSCRIPTS = Path(__file__).parent / "transcripts"
WIDTH = 78

PLACES = {
    "number": r"[0-9,]+",
    "moment": r"[0-9]{1,2} \w{3} [0-9]{4}, [0-9:]{8}",
    "day": r"[0-9]{1,2} \w{3} [0-9]{4}",
    "when": r"[0-9]{1,2} \w{3}, [0-9:]{5}",
    "clock": r"[0-9]{2}:[0-9]{2}",
    "control": r"[0-9]{4} [0-9]{4} [0-9]{4}",
    "order": r"[0-9a-f-]{36}",
    "tail": r"[0-9a-f]{8}",
    "address": r"tzst1[0-9a-z]{38}",
    "short": r"tzst1[0-9a-z]{3}…[0-9a-z]{6}",
    "mark": r"[a-z]+(?:-[a-z]+){3}",
    "path": r"\S+",
    "text": r"\S+",
}


def scenes(transcript: Path) -> Iterator[tuple[str, list[str], int]]:
    """Each command with the lines it must print and its exit code."""
    command, lines, code = "", list[str](), 0
    for line in transcript.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("$ "):
            if command:
                yield command, lines, code
            command, lines, code = line[2:], [], 0
        elif line.startswith("exit "):
            code = int(line[5:])
        else:
            lines.append(line)
    yield command, lines, code


def matches(expected: str, line: str) -> bool:
    """Whether a printed line is the expected one, with its places filled somehow."""
    parts = re.split(r"<(\w+)>", expected)
    pattern = "".join(PLACES[part] if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.fullmatch(re.sub(r"(?:\\ ){2,}", r" {2,}", pattern), line) is not None


def without_overflow(expected: list[str], printed: list[str]) -> list[str]:
    """The printed lines; one that is too long with what fills its places gets back what was carried over."""
    lines = list(printed)
    for place, wanted in enumerate(expected):
        following = "".join(lines[place + 1 : place + 2])
        if re.match(" {12,}", following) and not matches(wanted, lines[place]):
            lines[place : place + 2] = [f"{lines[place]} {following.lstrip()}"]
    return lines


def both_streams(wallet: Wallet, words: list[str], typed: str, **env: str) -> tuple[int, str]:
    """What a terminal shows: both streams in the order in which they were written."""
    done = subprocess.run(
        [*COMMAND, *words],
        input=typed,
        env=wallet.environment() | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("transcript", sorted(TRANSCRIPTS.glob("*.txt")), ids=lambda path: path.stem)
def test_screens_are_as_written_down(town: Town, tmp_path: Path, transcript: Path) -> None:
    """Run every command of the transcript and compare line by line."""
    wallet = town.newcomer(tmp_path / "neema")
    wallet.ok("contact", "add", "juma", town.juma.account)
    wallet.env["POCHI_LANG"] = transcript.stem.rpartition(".")[2]
    bill = town.new_bill()
    for command, lines, code in scenes(transcript):
        words = shlex.split(command.replace("{bill}", bill))
        typed = "".join(f"{line.partition(' < ')[2]}\n" for line in lines if " < " in line)
        found_code, text = both_streams(wallet, words[1:], typed)
        # What was typed is not echoed into a pipe, so that the next line follows the question directly.
        expected = "\n".join(lines).replace("{bill}", bill)
        expected = re.sub(r" < \w+\n", " ", expected)
        assert found_code == code, text
        wanted_lines = expected.split("\n")
        printed = without_overflow(wanted_lines, text.rstrip("\n").split("\n"))
        assert len(printed) == len(wanted_lines), text
        for wanted, line in zip(wanted_lines, printed, strict=True):
            assert matches(wanted, line), f"expected: {wanted}\nprinted:  {line}\n\n{text}"
        for line in text.split("\n"):
            if os.sep + "data" + os.sep not in line:
                assert columns(line) <= WIDTH, line
