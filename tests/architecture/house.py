"""Reads the house: every module, its tree and its imports. Nothing of the house is imported to read it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("ledger", "api", "wallet_cli", "loadtests")
TESTS = "tests"


@dataclass(frozen=True)
class Import:
    """One name that a module imports: `module` in full, `name` if it came by `from`, and where."""

    module: str
    name: str | None
    line: int
    local: bool
    level: int = 0

    @property
    def library(self) -> str:
        """The top-level package."""
        return self.module.split(".")[0]


@dataclass(frozen=True)
class Module:
    """A module by its dotted name, with its text. A package is called like its folder."""

    name: str
    text: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @property
    def is_test(self) -> bool:
        """Whether it belongs to the tests."""
        return self.name.split(".")[0] == TESTS

    def within(self, *rooms: str) -> bool:
        """Whether it is one of these rooms or lies inside one."""
        return any(self.name == room or self.name.startswith(f"{room}.") for room in rooms)

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Every import, wherever it stands."""
        return tuple(_imports(self.tree, local=False))

    @cached_property
    def functions(self) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
        """Every function and method, at any depth."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        return tuple(node for node in ast.walk(self.tree) if isinstance(node, kinds))


def _imports(node: ast.AST, *, local: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, None, child.lineno, local)
        elif isinstance(child, ast.ImportFrom):
            for alias in child.names:
                yield Import(child.module or "", alias.name, child.lineno, local, child.level)
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _imports(child, local=local or inside)


def module_at(path: Path, root: Path = ROOT) -> Module:
    """The module in a file below `root`."""
    parts = path.relative_to(root).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    return Module(".".join(parts[:-1] if is_package else parts), path.read_text(encoding="utf-8"), is_package)


@cache
def product_modules() -> tuple[Module, ...]:
    """Every module that we ship."""
    paths = (path for room in PRODUCT for path in sorted((ROOT / room).rglob("*.py")))
    return tuple(module_at(path) for path in paths)


@cache
def test_modules() -> tuple[Module, ...]:
    """Every module of the tests."""
    return tuple(module_at(path) for path in sorted((ROOT / TESTS).rglob("*.py")))


test_modules.__test__ = False  # type: ignore[attr-defined]  # pytest takes the name for a test


def edges(modules: tuple[Module, ...]) -> dict[str, set[str]]:
    """Who imports whom, among `modules`: `from package import module` counts as the module."""
    names = {module.name for module in modules}
    found: dict[str, set[str]] = {}
    for module in modules:
        targets = {f"{one.module}.{one.name}" if f"{one.module}.{one.name}" in names else one.module
                   for one in module.imports}  # fmt: skip
        found[module.name] = targets & names
    return found


def pyproject() -> dict[str, object]:
    """The project's settings."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
