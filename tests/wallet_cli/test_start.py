"""The wallet starts at once: its rooms import nothing heavy until it is needed."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys

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

SCRIPT = """
import importlib, json, sys, time
before = time.process_time()
for room in sys.argv[1:]:
    importlib.import_module("wallet_cli." + room)
print(json.dumps({"s": time.process_time() - before, "modules": list(sys.modules)}))
"""


def test_the_rooms_import_nothing_heavy_and_do_so_quickly() -> None:
    """No cryptography, database, server or network; and all rooms within a tenth of a second of CPU."""
    assert {room.split(".")[0] for room in ROOMS} <= {
        module.name for module in pkgutil.iter_modules(wallet_cli.__path__)
    }
    best = 1.0
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, *ROOMS], capture_output=True, check=True, timeout=30, text=True
        )
        found = json.loads(done.stdout)
        assert not set(HEAVY) & set(found["modules"])
        best = min(best, found["s"])
    assert best < 0.1
