"""A served sandbox for the load tests' own tests, and small cases on it: payments, sent and answered."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from ledger.keys_folder import read_private_key
from ledger.sandbox import FAUCET
from loadtests.auditor import Case
from loadtests.generator import Answer, Measured
from loadtests.http_ledger import HttpLedger
from loadtests.run import AUDITOR, Target, make_ready
from loadtests.served import Served, served_sandbox, store
from loadtests.shapes import Scenario

LENIENT = """
[spread]
posted_rate_share_min = 0.5
p50_ms_max = 5000.0
p95_ms_max = 10000.0
p99_ms_max = 20000.0
errors_share_max = 0.0
[hot-payee]
posted_rate_share_min = 0.5
p50_ms_max = 5000.0
p95_ms_max = 10000.0
p99_ms_max = 20000.0
errors_share_max = 0.0
[valid]
generator_cpu_share_max = 0.9
lateness_p99_ms_max = 5000.0
samples_min = 50
"""
"""Whether the machinery works, not whether this machine is quick while many tests share it."""


@dataclass(frozen=True)
class Sandbox:
    """A sandbox that is being served, and the file that it is stored in."""

    served: Served
    target: Target
    file: Path


@contextmanager
def running(folder: Path) -> Iterator[Sandbox]:
    """A fresh sandbox on SQLite, served until the block ends."""
    with (
        store("sqlite", folder) as where,
        served_sandbox(where, folder / "sandbox", workers=1, threads=4) as served,
    ):
        faucet, auditor = read_private_key(served.keys, FAUCET), read_private_key(served.keys, AUDITOR)
        target = Target(served.url, where.name, faucet, auditor, alone=True)
        yield Sandbox(served, target, folder / "daftari.db")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for the tests of a module that leave it in order."""
    with running(tmp_path_factory.mktemp("sandbox")) as made:
        yield made


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox that one test may damage."""
    with running(tmp_path) as made:
        yield made


@pytest.fixture
def lenient(tmp_path: Path) -> Path:
    """A file of budgets that every working ledger keeps."""
    path = tmp_path / "lenient.toml"
    path.write_text(LENIENT, encoding="utf-8")
    return path


class Ready(Protocol):
    """Makes a case on the sandbox of the test: payers, and so many signed payments."""

    def __call__(self, *, count: int) -> Case:
        """Make it."""
        ...


@pytest.fixture
def ready(request: pytest.FixtureRequest) -> Iterator[Ready]:
    """Cases whose connections are closed afterwards, on the test's own sandbox if it has one."""
    name = "own_sandbox" if "own_sandbox" in request.fixturenames else "sandbox"
    sandbox: Sandbox = request.getfixturevalue(name)
    with ExitStack() as stack:

        def make(*, count: int) -> Case:
            ledger = stack.enter_context(closing(HttpLedger(sandbox.target.url)))
            return make_ready(ledger, sandbox.target, Scenario.SPREAD, payers=5, count=count, seed=1)

        yield make


def sent_case(ready: Ready, *, count: int = 60) -> tuple[Case, Measured]:
    """Payments, really sent in one bulk and answered, and the measurement that a generator would bring of them."""
    case = ready(count=count)
    measured = Measured(planned=count, sent=count, seconds=1.0)
    for place, result in enumerate(case.ledger.post([payment.data for payment in case.payments])):
        measured.answers[place] = Answer(result.status, result.sequence)
        measured.posted.add(1.0)
        measured.lateness.add(0.1)
    return case, measured


Damage = Callable[[sqlite3.Connection, Case, Measured], None]


def damage(file: Path, how: Damage, case: Case, measured: Measured) -> None:
    """Change a stored ledger behind its back, as its operator could: the guards are taken away first."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=10)
    try:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        how(connection, case, measured)
    finally:
        connection.close()
