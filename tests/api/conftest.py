"""One served sandbox for all tests of the API in this process; two for what reads the database in many ways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.world import DAYS_OLD, World, settled
from tests.servers import RunningLedger

ENGINES = ("sqlite", "postgresql")
ON_BOTH_ENGINES = (
    "test_bad_input",
    "test_billing",
    "test_bills_in_full",
    "test_days",
    "test_log",
    "test_reading",
    "test_views",
    "test_who_may",
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which engines the world of a test stands on."""
    if "world" in metafunc.fixturenames:
        module = metafunc.module.__name__.rpartition(".")[2]
        engines = ENGINES if module in ON_BOTH_ENGINES else ENGINES[:1]
        metafunc.parametrize("world", engines, indirect=True, scope="session")


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A sandbox with two funded people and an institution."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    url = server.database_url() if server is not None else ""
    with RunningLedger(tmp_path_factory.mktemp("api") / "var", url, threads=4, days_old=DAYS_OLD) as ledger:
        yield settled(ledger)
    if server is not None:
        server.drop_database(url)
