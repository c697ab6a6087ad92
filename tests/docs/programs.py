"""A program from our pages, run in a folder of its own."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

SECONDS_MAX = 60


@dataclass
class Program:
    """The command that starts it, and where."""

    folder: Path
    command: list[str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run it with these words."""
        return subprocess.run(
            [*self.command, *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )

    def told(self, *words: str) -> str:
        """What it prints when all is well."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()
