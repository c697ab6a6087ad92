"""The end of a test run: what ran, what did not and why, and no PostgreSQL test left out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on one file of its own, with the hooks of our tests."""
    (folder / "test_it.py").write_text(f"import pytest\n\n{text}", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.conftest",
        "-c",
        "none.ini",
        f"--rootdir={folder}",
        *options,
    ]
    (folder / "none.ini").write_text("[pytest]\n", encoding="utf-8")
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", [(), ("--numprocesses=1",)], ids=["alone", "workers"])
def test_a_skip_is_listed_with_its_reason(tmp_path: Path, options: tuple[str, ...]) -> None:
    """A skipped test is named at the end; the run still passes."""
    ended = run(tmp_path, "def test_a(): pass\n\ndef test_b(): pytest.skip('no browser here')", *options)
    assert ended.returncode == 0
    assert "1 passed, 1 skipped" in ended.stdout
    assert "NOT RUN  test_it.py::test_b: Skipped: no browser here" in ended.stdout


@pytest.mark.parametrize("options", [(), ("--numprocesses=1",)], ids=["alone", "workers"])
def test_a_skipped_postgresql_test_fails_the_run(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Leaving PostgreSQL out is an error, however it was left out."""
    mark = "@pytest.mark.skipif(True, reason='PostgreSQL is away')\ndef test_a(): pass\n"
    ended = run(tmp_path, mark, *options)
    assert ended.returncode == 1
    assert "ERROR    test_it.py::test_a: a PostgreSQL test must not be skipped" in ended.stdout


def test_nothing_skipped_is_a_plain_pass(tmp_path: Path) -> None:
    """A run without skips passes, and still says what ran."""
    ended = run(tmp_path, "def test_a(): pass")
    assert ended.returncode == 0
    assert "what ran" in ended.stdout
    assert "NOT RUN" not in ended.stdout
