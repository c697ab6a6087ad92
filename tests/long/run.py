"""`make check-long MINUTES=`: what `make test` does in short goes on with new seeds until the time is over.

A round takes the next ten seeds from `next_seed`, a file that is committed, so that every run begins where the one
before it ended: ten worlds of the simulator, the campaign of kills, the laws on freshly generated inputs. The file is
written when the worlds of a round have held; commit it, and nobody tries the same worlds again.

What breaks ends it with 1, the output, and what to type to see the same again. A step that the end of the time cuts
short has neither held nor broken.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.architecture.house import ROOT

NEXT_SEED = Path(__file__).with_name("next_seed")
SEEDS = 10
"""So many seeds a round takes."""

STOP_SECONDS_MAX = 60.0
TAIL_BYTES = 20_000
TEST_SEED = "DAFTARI_TEST_SEED"
"""The environment variable that gives a test another seed than its own."""

_SEED = "{seed}"


@dataclass(frozen=True)
class Step:
    """A command of a round, with `{seed}` where the first seed of the round stands. `environment` is added to ours."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)

    def words(self, seed: int) -> list[str]:
        """What is run."""
        return [word.replace(_SEED, str(seed)) for word in self.command]

    def told(self, seed: int) -> dict[str, str]:
        """What its environment holds beside ours."""
        return {name: value.replace(_SEED, str(seed)) for name, value in self.environment.items()}

    def again(self, seed: int) -> str:
        """What to type to see the same again."""
        told = [f"{name}={shlex.quote(value)}" for name, value in self.told(seed).items()]
        return " ".join([*told, shlex.join(self.words(seed))])


_PYTEST = (sys.executable, "-m", "pytest", "--quiet", "--exitfirst", "-p", "no:cacheprovider")
STEPS = (
    Step(
        "worlds",
        (
            sys.executable, "-m", "tests.simulator.run", "--seed", _SEED, "--steps", "500", "--seeds", str(SEEDS),
        ),
    ),
    Step("kills", (*_PYTEST, "tests/integration/test_kill_campaign.py"), {TEST_SEED: _SEED}),
    Step("laws", (*_PYTEST, f"--hypothesis-seed={_SEED}", "tests/property")),
)  # fmt: skip


def go_on(steps: Sequence[Step], file: Path, *, until: float) -> int:
    """Round after round until the monotonic clock says `until`; 1 if a step broke.

    `file` holds the next seed. The first step uses up the seeds of a round: the file goes on when it has held.
    """
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # in the background of a script; what is started here heeds it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    held = dict.fromkeys((step.name for step in steps), 0)
    while True:
        seed = int(file.read_text(encoding="ascii"))
        for step in steps:
            with tempfile.TemporaryFile() as said:
                code = _run(step, seed, said, until)
                if code is None:
                    _tell("The time is over. " + ", ".join(f"{name}: {held[name]} held" for name in held))
                    return 0
                if code != 0:
                    _tell(f"{_end_of(said)}\nBROKEN: {step.name}, seed {seed}. Again:\n  {step.again(seed)}")
                    return 1
            held[step.name] += 1
            _tell(f"{step.name} held, from seed {seed} on")
            if step is steps[0]:
                file.write_text(f"{seed + SEEDS}\n", encoding="ascii")


def _run(step: Step, seed: int, said: IO[bytes], until: float) -> int | None:
    """The exit code of a step; None if the time was over first. It and all that it started are ended then."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        return None
    child = subprocess.Popen(
        step.words(seed), cwd=ROOT, env=os.environ | step.told(seed), stdin=subprocess.DEVNULL, stdout=said,
        stderr=said, start_new_session=True,
    )  # fmt: skip
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C does, so that servers and databases are stopped in good order; for good if that is not enough."""
    if child.poll() is not None:
        return
    child.send_signal(signal.SIGINT)
    try:
        child.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _end_of(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read()[-TAIL_BYTES:].decode(errors="replace")


def _tell(words: str) -> None:
    print(words, flush=True)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes < 100_000:
        raise argparse.ArgumentTypeError(
            f"{text!r}: a number of minutes above 0 / idadi ya dakika zaidi ya 0"
        )
    return minutes


def main(arguments: Sequence[str] | None = None) -> int:
    """Go on for so many minutes; 1 if something broke."""
    parser = argparse.ArgumentParser(prog="make check-long")
    parser.add_argument("--minutes", type=_minutes, required=True)
    chosen = parser.parse_args(arguments)
    return go_on(STEPS, NEXT_SEED, until=time.monotonic() + 60 * chosen.minutes)


if __name__ == "__main__":
    sys.exit(main())
