"""The wallet starts at once: its rooms import nothing heavy until it is needed."""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import wallet_cli

ROOMS = [
    "faults",
    "figures",
    "files",
    "home",
    "keystore",
    "locale.catalogue",
    "log_memory",
    "outbox",
    "printable",
    "profile",
    "recovery",
    "screen",
    "toml_text",
]
HEAVY = [
    "cryptography",
    "segno",
    "sqlalchemy",
    "flask",
    "marshmallow",
    "alembic",
    "nacl",
    "psycopg",
    "http.client",
    "ssl",
    "asyncio",
    "email",
    "difflib",
    "importlib.resources",
    "getpass",
]

NEAR_MISSES = {"difflib"}
"""What finds the command that was meant, when there is none like it."""

MODULES_MAX = 220
"""What the interpreter, click and our own rooms for help, words and files take; half of it is Python's own."""

_MODULES = "; import json; print(json.dumps(list(sys.modules)), file=sys.stderr)"
ROOMS_SCRIPT = (
    "import importlib, sys; "
    "[importlib.import_module('wallet_cli.' + room) for room in sys.argv[1:]]" + _MODULES
)
COMMAND_SCRIPT = "import sys; from wallet_cli.main import run; run(sys.argv[1:])" + _MODULES


def imported(script: str, *words: str, home: Path) -> set[str]:
    """The modules that a fresh interpreter holds after this script. How fast it is belongs in a benchmark."""
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        check=True,
        text=True,
        env=os.environ | {"POCHI_HOME": str(home)},
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_the_rooms_import_nothing_heavy(tmp_path: Path) -> None:
    """No cryptography, database, server or network."""
    assert {room.split(".")[0] for room in ROOMS} <= {
        module.name for module in pkgutil.iter_modules(wallet_cli.__path__)
    }
    modules = imported(ROOMS_SCRIPT, *ROOMS, home=tmp_path)
    assert {f"wallet_cli.{room}" for room in ROOMS} <= modules
    assert not set(HEAVY) & modules
    assert len(modules) <= MODULES_MAX, sorted(modules)


@pytest.mark.parametrize(
    "words", [(), ("--help",), ("balance",), ("help",), ("no-such-command",)], ids=" ".join
)
def test_help_and_mistakes_are_told_without_heavy_libraries(words: tuple[str, ...], tmp_path: Path) -> None:
    """`pochi --help` imports so few modules, and no command but the one that was typed."""
    modules = imported(COMMAND_SCRIPT, *words, home=tmp_path)
    assert not (set(HEAVY) - NEAR_MISSES) & modules
    assert len(modules) <= MODULES_MAX, sorted(modules)
    assert ("difflib" in modules) == (words == ("no-such-command",))
    commands = {name for name in modules if name.startswith("wallet_cli.commands.")}
    assert commands <= {f"wallet_cli.commands.{words[0]}" if words else ""}


@pytest.mark.parametrize(
    "words", [("pay", "--help"), ("send", "--help"), ("receipt", "--help")], ids=" ".join
)
def test_the_help_of_a_command_brings_no_server(words: tuple[str, ...], tmp_path: Path) -> None:
    """A command that signs may bring the libraries of signing; no network, database, server or picture."""
    modules = imported(COMMAND_SCRIPT, *words, home=tmp_path)
    allowed = {"cryptography", "nacl"}
    assert not ((set(HEAVY) | {"granian", "locust"}) - allowed) & modules
