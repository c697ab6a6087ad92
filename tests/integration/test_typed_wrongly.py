"""What is typed wrongly after `make`: a line or two say so, and nothing is begun."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.architecture.house import ROOT


def said(*words: str, language: str = "en") -> tuple[int, list[str]]:
    """The exit code of a module of ours, and its lines."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, env=os.environ | {"LANG": f"{language}_TZ.UTF-8", "LC_ALL": ""},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).splitlines()


@pytest.mark.parametrize("words", [("--seed", "1", "--steps", "0"), ("--seed", "x", "--steps", "9"),
                                   ("--seed", "1", "--steps", "9", "--seeds", "0")])  # fmt: skip
def test_simulate(words: tuple[str, ...]) -> None:
    """No steps are no simulation."""
    code, lines = said("tests.simulator.run", *words)
    assert (code, len(lines)) == (2, 2), lines
    assert lines[1].strip().startswith("make simulate SEED=")


@pytest.mark.parametrize("words", [("--scenario", "nope"), ("--rate", "abc")])
@pytest.mark.parametrize("language, see", [("en", "docs/how-to/"), ("sw", "docs/sw/how-to/")])
def test_load(words: tuple[str, ...], language: str, see: str) -> None:
    """What was not understood, and the page that tells what is; the page is there."""
    code, lines = said("loadtests.run", *words, language=language)
    assert (code, len(lines)) == (64, 2), lines
    assert words[1] in lines[0]
    page = re.search(r"docs/\S+", lines[1])
    assert page is not None
    assert page[0].startswith(see)
    assert (ROOT / page[0]).is_file()


def test_the_commands_of_the_house_stand_in_columns() -> None:
    """Every text of `make` begins in the same column, a space or more behind the longest name."""
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    starts = {found.end() for line in done.stdout.splitlines() if (found := re.match(r"\S+\s+", line))}
    assert len(starts) == 1
