"""Applying a defect to a scratch copy of the project, and running the tests that are named for it there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from tests.architecture.house import ROOT
from tests.defects.registry import Defect

LEFT_OUT = shutil.ignore_patterns(
    ".git",
    ".venv",
    "var",
    "out",
    "build",
    "*.egg-info",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    ".coverage*",
)
RUN_SECONDS_MAX = 600
PYTEST_PASSED, PYTEST_FAILED = 0, 1


class Verdict(StrEnum):
    """What became of a defect."""

    CAUGHT = "caught"
    SURVIVED = "SURVIVED"
    STALE = "NO LONGER APPLIES"
    UNCLEAR = "UNCLEAR"
    """The tests ran into something else than a failed test: the time, an error of their own, no test of that name."""


class Ran(NamedTuple):
    """How a defect fared, how long that took, and the end of what the tests said."""

    verdict: Verdict
    seconds: float
    told: str


def copy_project(folder: Path) -> Path:
    """A copy of the project in which things may be broken."""
    copy = folder / "project"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    return copy


def applies(defect: Defect, root: Path = ROOT) -> bool:
    """Whether the text that the defect replaces stands in its file exactly once."""
    return (root / defect.file).read_text(encoding="utf-8").count(defect.right) == 1


def run_tests(copy: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run tests of a copy against the copy's own modules, with the interpreter at hand."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    # The project is installed as a path of its own; what stands in PYTHONPATH comes before it.
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    environment = {name: value for name, value in environment.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        command,
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS_MAX,
        check=False,
    )


def try_defect(defect: Defect, copy: Path) -> Ran:
    """Apply the defect to the copy, run its tests, and mend the copy again."""
    started = time.monotonic()
    if not applies(defect, copy):
        return Ran(Verdict.STALE, 0, f"{defect.file} does not hold this once:\n{defect.right}")
    file = copy / defect.file
    right = file.read_text(encoding="utf-8")
    file.write_text(right.replace(defect.right, defect.wrong), encoding="utf-8")
    try:
        ended = run_tests(copy, defect.tests)
        verdict = {PYTEST_PASSED: Verdict.SURVIVED, PYTEST_FAILED: Verdict.CAUGHT}.get(
            ended.returncode, Verdict.UNCLEAR
        )
        told = (ended.stdout + ended.stderr)[-2_000:]
    except subprocess.TimeoutExpired:
        verdict, told = Verdict.UNCLEAR, f"not done after {RUN_SECONDS_MAX} s"
    finally:
        file.write_text(right, encoding="utf-8")
    return Ran(verdict, time.monotonic() - started, told)
