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
from loadtests.auditor import Case, stand
from loadtests.budgets import SPECIAL
from loadtests.generator import Answer, Measured
from loadtests.http_ledger import HttpLedger
from loadtests.run import AUDITOR, Target
from loadtests.scenarios import Script, Wish, write_script
from loadtests.served import Served, served_sandbox, store
from loadtests.shapes import Scenario

_SPECIAL = {
    "reads_p99_ms_max": 20_000.0,
    "knee_rate_min": 1.0,
    "memory_mb_max": 20_000.0,
    "memory_growth_mb_max": 2_000.0,
    "drift_share_max": 1_000.0,
    "drift_free_ms": 20_000.0,
    "step_ms_max": 20_000.0,
    "notices_p99_ms_max": 60_000.0,
    "drained_ms_max": 60_000.0,
}
_ALL = """
posted_rate_share_min = 0.01
p50_ms_max = 20000.0
p95_ms_max = 20000.0
p99_ms_max = 20000.0
errors_share_max = 0.0
"""
LENIENT = (
    "".join(
        f"[{scenario}]{_ALL}" + "".join(f"{name} = {_SPECIAL[name]}\n" for name in SPECIAL.get(scenario, ()))
        for scenario in Scenario
    )
    + """
[valid]
generator_cpu_share_max = 0.95
lateness_p99_ms_max = 20000.0
samples_min = 20
"""
)
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
        target = Target(served.url, where.name, faucet, auditor, alone=True, pid=served.pid)
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


@dataclass(frozen=True)
class Prepared:
    """A script and the case that the auditor will look at."""

    script: Script
    case: Case


class Ready(Protocol):
    """Prepares a scenario on the sandbox of the test: so many requests, in a second."""

    def __call__(self, *, count: int, scenario: Scenario = Scenario.SPREAD) -> Prepared:
        """Make it."""
        ...


@pytest.fixture
def ready(request: pytest.FixtureRequest) -> Iterator[Ready]:
    """Cases whose connections are closed afterwards, on the test's own sandbox if it has one."""
    name = "own_sandbox" if "own_sandbox" in request.fixturenames else "sandbox"
    sandbox: Sandbox = request.getfixturevalue(name)
    with ExitStack() as stack:

        def make(*, count: int, scenario: Scenario = Scenario.SPREAD) -> Prepared:
            ledger, target = stack.enter_context(closing(HttpLedger(sandbox.target.url))), sandbox.target
            wish = Wish(rate=count, seconds=1.0, payers=5, people=0, seed=1)
            script = write_script(scenario, ledger, target.faucet, wish)
            case = Case(
                ledger,
                script.workload,
                script.orders,
                stand(ledger),
                target.auditor,
                target.alone,
                script.forged,
            )
            return Prepared(script, case)

        yield make


def sent_case(
    ready: Ready, *, count: int = 60, scenario: Scenario = Scenario.SPREAD
) -> tuple[Case, Measured]:
    """A script whose orders are really sent, one after another, and the measurement that a generator would bring."""
    prepared = ready(count=count, scenario=scenario)
    asks = [ask for visit in prepared.script.visits for ask in visit.asks if ask.posts]
    measured = Measured(planned=len(asks), planned_orders=len(asks), sent=len(asks), seconds=1.0)
    # One request for all would not do: of several contents under one id the ledger would see only the last.
    results = [result for ask in asks for result in prepared.case.ledger.post([ask.data])]
    for ask, result in zip(asks, results, strict=True):
        if ask.order is not None:
            measured.answers[ask.order].append(Answer(result.status, result.sequence))
        measured.slices[0].add(1.0)
        measured.times[ask.kind].add(1.0)
        measured.lateness.add(0.1)
    return prepared.case, measured


Damage = Callable[[sqlite3.Connection, Case, Measured], None]


@contextmanager
def damage(file: Path, how: Damage, case: Case, measured: Measured) -> Iterator[None]:
    """Change a stored ledger behind its back, as its operator could: the guards are taken away first.

    Afterwards everything is as before, so that the next test may use the ledger. Nothing is posted in between.
    """
    with (
        closing(sqlite3.connect(":memory:")) as before,
        closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as connection,
    ):
        connection.backup(before)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        try:
            how(connection, case, measured)
            yield
        finally:
            before.backup(connection)
