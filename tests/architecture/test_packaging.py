"""What is shipped is what was decided to ship, and the lock file is fit for other machines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path, PurePosixPath
from typing import cast

from tests.architecture.house import PRODUCT, ROOT, pyproject

HASHES_MIN = 2
# One wheel that fits every machine, and no source.
SINGLE_FILE = {"certifi"}
REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9._-]*)==\S+ \\$", re.MULTILINE)


def setting(*path: str) -> object:
    """One setting of pyproject.toml."""
    found: object = pyproject()
    for name in path:
        found = cast("Mapping[str, object]", found)[name]
    return found


def listed_packages() -> set[str]:
    """The packages that pyproject.toml lists."""
    return set(cast("Iterable[str]", setting("tool", "setuptools", "packages", "find", "include")))


def unlisted(listed: set[str], present: set[str]) -> set[str]:
    """Packages that are on one side only."""
    return listed ^ present


def unshipped(files: Iterable[Path], data: Mapping[str, Iterable[str]], root: Path) -> list[str]:
    """Files of packages which are no Python and which no pattern of the package data names."""
    found = []
    for file in files:
        owners = [(file.relative_to(root / package.replace(".", "/")), patterns)
                  for package, patterns in data.items()
                  if file.is_relative_to(root / package.replace(".", "/"))]  # fmt: skip
        if not any(
            matches(PurePosixPath(inside), pattern) for inside, patterns in owners for pattern in patterns
        ):
            found.append(str(file.relative_to(root)))
    return found


def matches(inside: PurePosixPath, pattern: str) -> bool:
    """Whether a path within a package fits a pattern, where `folder/**/*` means everything below a folder."""
    folder, deep, _ = pattern.partition("/**/*")
    if deep:
        return folder in {str(parent) for parent in inside.parents}
    return inside.parent == PurePosixPath(pattern).parent and inside.match(pattern)


def test_the_list_of_packages_is_the_list_of_folders() -> None:
    """Each folder with an `__init__.py` is shipped by name, and each name is such a folder."""
    folders = {path.parent for room in PRODUCT for path in (ROOT / room).rglob("__init__.py")}
    assert unlisted(listed_packages(), {".".join(path.relative_to(ROOT).parts) for path in folders}) == set()


def test_every_folder_with_modules_is_a_package() -> None:
    """No module lies in a folder without an `__init__.py`, where it would be left out of the distribution."""
    modules = [path for room in PRODUCT for path in (ROOT / room).rglob("*.py")]
    assert [str(path) for path in modules if not (path.parent / "__init__.py").exists()] == []


def test_every_file_of_a_package_is_shipped() -> None:
    """Templates, word lists and the like are named by the package data."""
    files = [path for room in PRODUCT for path in (ROOT / room).rglob("*")
             if path.is_file() and path.suffix not in {".py", ".pyc"}]  # fmt: skip
    data = cast("Mapping[str, Iterable[str]]", setting("tool", "setuptools", "package-data"))
    assert unshipped(files, data, ROOT) == []


def test_no_pattern_of_the_package_data_is_stale() -> None:
    """Each pattern names at least one file."""
    data = cast("Mapping[str, Iterable[str]]", setting("tool", "setuptools", "package-data"))
    patterns = [(package, pattern) for package, listed in data.items() for pattern in listed]
    assert patterns
    assert [one for one in patterns if not list((ROOT / one[0].replace(".", "/")).glob(one[1]))] == []


def test_a_forgotten_package_or_file_is_seen(tmp_path: Path) -> None:
    """The comparisons above can fail."""
    assert unlisted({"ledger"}, {"ledger", "ledger.words"}) == {"ledger.words"}
    for name in ("api/page.html", "api/templates/a/b.html", "api/templates/c.html", "api/words/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    files = [path for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    data = {"api": ["templates/**/*", "*.txt"]}
    assert unshipped(files, data, tmp_path) == ["api/page.html", "api/words/d.txt"]


def test_the_two_commands_are_installed() -> None:
    """`daftari` and `pochi` lead to functions that exist."""
    for name in ("daftari", "pochi"):
        (point,) = entry_points(group="console_scripts", name=name)
        assert callable(point.load())


def test_every_locked_requirement_has_hashes() -> None:
    """Each line of the lock file names a version and carries the hashes of more than one file of it.

    One hash alone is what this machine downloaded, and would refuse another machine's wheel.
    """
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    parts = REQUIREMENT.split(lock)[1:]
    hashes = {name: text.count("--hash=sha256:") for name, text in zip(parts[::2], parts[1::2], strict=True)}
    assert len(hashes) == len(re.findall(r"^[^\s#]", lock, re.MULTILINE))
    assert {name for name, count in hashes.items() if count < HASHES_MIN} <= SINGLE_FILE


def asked_for() -> set[str]:
    """The libraries that pyproject.toml names, in small letters."""
    extras = cast("Mapping[str, list[str]]", setting("project", "optional-dependencies"))
    asked = [*cast("list[str]", setting("project", "dependencies")), *extras["test"], *extras["dev"]]
    return {re.split(r"[\[<>=~!; ]", one)[0].lower() for one in asked}


def test_every_dependency_has_its_reason() -> None:
    """The decision about dependencies has a line for each of them, and for no other."""
    page = (ROOT / "docs" / "adr" / "0002-dependencies.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| ([\w, -]+) \| ", page, re.MULTILINE)
    named = {name.lower() for line in lines for name in line.split(", ")} - {"library"}
    assert named == asked_for()


def test_every_dependency_is_locked() -> None:
    """Whatever pyproject.toml asks for is in the lock file."""
    locked = set(REQUIREMENT.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    assert asked_for() - locked == set()
