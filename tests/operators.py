"""`daftari` as an operator types it: the real command in a process of its own (`tests.warm`), and what it said."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.warm import run_warm, usual

PROGRAM = "ledger.cli"
COMMAND = [sys.executable, "-m", PROGRAM]
"""A cold start."""

SECONDS_MAX = 120


@dataclass(frozen=True)
class Told:
    """What one run of `daftari` left behind."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Both streams."""
        return self.out + self.err


def daftari(*words: str | Path, folder: Path | None = None, **env: str) -> Told:
    """`daftari` with these words, in English unless the environment says otherwise."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAFTARI_", "LC_"))}
    env = kept | {"LANG": "C.UTF-8", "PYTHONUTF8": "1"} | env
    typed = [*map(str, words)]
    if usual(env):
        return Told(*run_warm(PROGRAM, typed, env=env, folder=folder, seconds=SECONDS_MAX))
    done = subprocess.run(
        [*COMMAND, *typed],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    return Told(done.returncode, done.stdout, done.stderr)


def done(*words: str | Path, folder: Path | None = None, **env: str) -> Told:
    """The same, which must succeed."""
    told = daftari(*words, folder=folder, **env)
    assert told.code == 0, told.text
    return told
