"""Fixtures that every room's tests share, and what is said at the end: nothing is left out in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import BorrowedServer, PostgresServer, start_or_borrow

# How long an example takes says nothing about what must hold, and machines are busy: no test fails for its time.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer | BorrowedServer]:
    """A running PostgreSQL, one for each worker: its own, or the one that DAFTARI_TEST_POSTGRES names."""
    server = start_or_borrow()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer | BorrowedServer) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database of this test's own."""
    url = postgres_server.database_url()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The SQLAlchemy URL of a SQLite database of this test's own, whose file is not there yet."""
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The SQLAlchemy URL of a fresh, empty database: the test runs once on each engine."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(fixture)
    return url


class WhatRan:
    """Counts outcomes by folder, lists what was skipped with its reason, and fails a run that left PostgreSQL out."""

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.skipped: list[tuple[str, str]] = []

    @property
    def forbidden(self) -> list[tuple[str, str]]:
        """Skipped tests that concern PostgreSQL: they count as failed."""
        return [pair for pair in self.skipped if "postgres" in " ".join(pair).lower()]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note one phase of one test; a test counts once, by its call or by what ended it earlier."""
        if report.when != "call" and report.outcome == "passed":
            return
        folder = report.nodeid.split("::")[0].rpartition("/")[0]
        self.outcomes[folder, report.outcome] += 1
        if report.skipped:
            words = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.skipped.append((report.nodeid, words))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A run that skipped a PostgreSQL test has not passed."""
        if self.forbidden and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print what ran, and what did not and why."""
        write = terminalreporter.write_line
        terminalreporter.section("what ran")
        for folder in sorted({folder for folder, _ in self.outcomes}):
            counts = [
                (self.outcomes[folder, outcome], outcome) for outcome in ("passed", "failed", "skipped")
            ]
            write(f"{folder:32} " + ", ".join(f"{count} {outcome}" for count, outcome in counts if count))
        for nodeid, words in self.skipped:
            write(f"NOT RUN  {nodeid}: {words}", yellow=True)
        for nodeid, _ in self.forbidden:
            write(f"ERROR    {nodeid}: a PostgreSQL test must not be skipped", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """Only the process that the person sees keeps count; xdist's workers report to it."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(WhatRan(), "what_ran")
