"""`make check-long`: it goes on with new seeds, stops when the time is over, and tells what broke and how to see it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.architecture.house import ROOT
from tests.long.run import NEXT_SEED, SEEDS, STEPS, TEST_SEED, Step, go_on, main
from tests.simulator.test_simulator import SEEDS as SEEDS_OF_EVERY_RUN

_PYTHON = (sys.executable, "-S", "-c")
HOLDS = Step("holds", (*_PYTHON, ""))
WAITS = Step("waits", (*_PYTHON, "import time; time.sleep(600)"))
BREAKS = Step(
    "breaks",
    (*_PYTHON, "import os, sys; print('told', os.environ['HERE']); sys.exit({seed} > 100)"),
    {"HERE": "at {seed}"},
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A counter of this test's own."""
    path = tmp_path / "next_seed"
    path.write_text("90\n")
    return path


def test_it_stops_when_the_time_is_over(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A step that is under way is ended, and has not broken anything; what has held is told."""
    started = time.monotonic()
    assert go_on([HOLDS, WAITS], file, until=started + 0.5) == 0
    assert time.monotonic() - started < 30
    assert file.read_text() == f"{90 + SEEDS}\n"
    assert "The time is over. holds: 1 held, waits: 0 held" in capsys.readouterr().out
    assert go_on([BREAKS], file, until=time.monotonic()) == 0  # no time, no step
    assert file.read_text() == f"{90 + SEEDS}\n"


def test_what_breaks_is_told_and_its_seeds_come_again(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two rounds hold; the third breaks: its output, what to type, exit code 1, and the counter stays there."""
    assert go_on([BREAKS, HOLDS], file, until=time.monotonic() + 60) == 1
    told = capsys.readouterr().out
    broken = 90 + 2 * SEEDS
    assert f"told at {broken}" in told
    assert f"BROKEN: breaks, seed {broken}" in told
    assert file.read_text() == f"{broken}\n"
    again = subprocess.run(told.splitlines()[-1], shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    assert (again.returncode, again.stdout) == (1, f"told at {broken}\n")


def test_a_real_round_in_short(file: Path) -> None:
    """The worlds of the simulator with fewer steps, from the seed that the counter says."""
    worlds = STEPS[0]
    assert worlds.name == "worlds"
    words = worlds.words(90)
    words[words.index("500")] = "20"
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=True, timeout=120)
    assert done.stdout.startswith(f"{SEEDS} seeds: every promise held.")


def test_the_tests_take_the_seed() -> None:
    """What pytest would run for the kills is the campaign with the seed that it is told, on both engines."""
    words = {step.name: step.words(77) for step in STEPS}
    collected = subprocess.run(
        [*words["kills"], "--collect-only"], capture_output=True, text=True, cwd=ROOT, check=True, timeout=120,
        env=os.environ | {TEST_SEED: "77"},
    ).stdout  # fmt: skip
    for engine in ("sqlite", "postgresql"):
        assert f"test_kills_at_any_moment_lose_nothing[{engine}-77]" in collected
    assert "--hypothesis-seed=77" in words["laws"]
    assert ROOT.joinpath(words["laws"][-1]).is_dir()


def test_the_counter_goes_on_from_every_run() -> None:
    """The seeds of `make test` are not tried again."""
    assert int(NEXT_SEED.read_text()) >= SEEDS_OF_EVERY_RUN.stop


@pytest.mark.parametrize("minutes", ["0", "-1", "soon", "nan"])
def test_minutes_that_there_are_not(minutes: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Told as it was typed, in both languages."""
    with pytest.raises(SystemExit) as ended:
        main([f"--minutes={minutes}"])
    assert ended.value.code == 2
    assert repr(minutes) in capsys.readouterr().err
