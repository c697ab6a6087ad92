"""The pages about load tests: every command is one that can be typed, and their tables are those of the code."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from loadtests.options import DEFAULTS, Options, read_options
from loadtests.shapes import Scenario
from tests.architecture.house import ROOT

PAGES = (
    ROOT / "docs" / "how-to" / "load-test.md",
    ROOT / "docs" / "sw" / "how-to" / "jaribio-la-mzigo.md",
)
RUN = "loadtests.run"


def commands(page: Path) -> list[str]:
    """What a page says that one can type, without its comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


def asked(command: str) -> Options | None:
    """What a command asks of a load test; None if it starts something else. `make` says itself what it would run."""
    if command.startswith("make load"):
        done = subprocess.run(
            ["make", "-n", *shlex.split(command)[1:]],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        command = done.stdout.replace("\\\n", " ")
    words = shlex.split(command)
    return read_options(words[words.index(RUN) + 1 :]) if RUN in words else None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_can_be_typed(page: Path) -> None:
    """Each is understood as it stands and asks for something possible; together they show every scenario."""
    found = [options for command in commands(page) if (options := asked(command))]
    assert len(found) >= 12
    assert all(options.possible for options in found)
    assert {options.scenario for options in found} == set(Scenario)
    assert any(options.record_baseline for options in found)
    assert [options.host for options in found if options.host] == ["http://127.0.0.1:8470"] * 2
    assert {options.wish.people for options in found if options.scenario is Scenario.KIKAO_KAZI} == {
        60,
        1_000,
    }


def test_both_languages_type_the_same() -> None:
    """The same commands in the same order."""
    english, swahili = (commands(page) for page in PAGES)
    assert english == swahili


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_defaults_are_those_of_the_code(page: Path) -> None:
    """Rate and seconds of each scenario, as the table says."""
    rows = re.findall(
        r"^\| `([a-z-]+)` \|.*\| ([\d–]+)[^|]*\| (\d+)[^|]*\|$", page.read_text("utf-8"), re.MULTILINE
    )
    told = {name: (0.0 if rate == "–" else float(rate), float(seconds)) for name, rate, seconds in rows}
    assert told == {scenario.value: tuple(default) for scenario, default in DEFAULTS.items()}


def test_the_files_that_are_named_are_there() -> None:
    """Paths of the checkout in the commands."""
    for command in commands(PAGES[0]):
        for word in shlex.split(command):
            if word.startswith("loadtests/"):
                assert (ROOT / word).exists()
