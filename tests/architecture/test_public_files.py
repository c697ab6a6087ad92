"""Files that anyone may read speak of the project, never of the machine on which they were written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

# The brackets keep this file from finding itself.
MACHINE = re.compile(
    r"(?<![\w.])/[w]ork/|(?<![\w.])/[r]oot/|(?<![\w.])/[h]ome/\w|/[o]pt/(pypi|wheels)"
    r"|[p]ypi\.org|[p]ythonhosted|[i]ndex-url [hf]|[f]ind-links [/hf]|[f]ile:///\w"
)
SKIPPED_FOLDERS = frozenset({".git", ".venv", "var", "out", "build", "dist", "__pycache__", "htmlcov"})
CACHES = re.compile(r"^\.(mypy|pytest|ruff)_cache$|^\.hypothesis$|\.egg-info$|^\.coverage")
BINARY = frozenset({".png", ".jpg", ".pdf", ".woff2", ".ico"})


def public_files(root: Path) -> list[Path]:
    """Every file of the project that is text and is not made by `make`."""
    found: list[Path] = []
    for path in sorted(root.iterdir()):
        if path.name in SKIPPED_FOLDERS or CACHES.search(path.name):
            continue
        if path.is_dir():
            found += public_files(path)
        elif path.suffix not in BINARY:
            found.append(path)
    return found


def traces(path: Path) -> list[str]:
    """Lines of a file that name a machine's folder or a registry's host."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        f"{path}:{number}: {line.strip()[:80]}"
        for number, line in enumerate(lines, 1)
        if MACHINE.search(line)
    ]


def test_no_file_names_a_machine() -> None:
    """No path of a developer's machine, no host of a registry, anywhere."""
    files = public_files(ROOT)
    assert ROOT / "requirements.lock" in files
    found = [line for path in files for line in traces(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "see /w~ork/main/ledger",
        "--index-u~rl https://mirror.example/simple",
        "--find-l~inks /srv/wheels",
        "https://files.p~ythonhosted.org/x",
        "daftari @ f~ile:///srv/daftari",
        'KEYS = "/r~oot/keys"',
        "/h~ome/asha/daftari",
    ],
)
def test_a_trace_is_seen(line: str, tmp_path: Path) -> None:
    """Each kind of trace is found (the tilde keeps this file from being one)."""
    (tmp_path / "page.md").write_text(f"First line.\n{line.replace('~', '')}\n", encoding="utf-8")
    assert len(traces(tmp_path / "page.md")) == 1


def test_ordinary_words_are_not_traces(tmp_path: Path) -> None:
    """Addresses and paths of the project itself are left alone."""
    words = "http://127.0.0.1:8470/work, docs/root/x, sqlite:///var/ledger.sqlite, ~/.config\n"
    (tmp_path / "page.md").write_text(words, encoding="utf-8")
    assert traces(tmp_path / "page.md") == []


def test_what_make_makes_is_not_read(tmp_path: Path) -> None:
    """Virtual environment and caches are no part of the project."""
    for name in (".venv/pip.conf", "ledger/__pycache__/a.pyc", "var/ledger", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert public_files(tmp_path) == [tmp_path / "README.md"]
