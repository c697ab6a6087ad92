"""One served sandbox for all tests of the API in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.world import World, settled
from tests.servers import RunningLedger


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A sandbox with two funded people and an institution."""
    with RunningLedger(tmp_path_factory.mktemp("api") / "var", threads=4) as ledger:
        yield settled(ledger)
