"""A child that dies is started again: at once if it had lived, after a growing pause if it keeps dying."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from ledger import supervisor
from ledger.supervisor import PAUSE_SECONDS_MAX, Child

ENDS = [sys.executable, "-S", "-c", "raise SystemExit(3)"]
SLEEPS = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]


def child(command: list[str]) -> Child:
    """A child with a lifeline of its own."""
    return Child("test", command, "sqlite:///nowhere.db", os.pipe()[0])


def wait_for(what: Callable[[], bool]) -> None:
    """Until it holds, and not for ever."""
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def died(one: Child) -> bool:
    """Whether it has been noticed that it died."""
    one.look()
    return one.running is None


def test_the_pause_grows_to_its_bound() -> None:
    """Six quick deaths in a row: a tenth of a second at first, seconds at last, never more than the bound."""
    one, pauses = child(ENDS), list[float]()
    for _ in range(6):
        one.start()
        wait_for(lambda: died(one))
        pauses.append(round(one._pause_seconds, 1))
    assert pauses == [0.1, 0.3, 0.7, 1.5, 3.1, PAUSE_SECONDS_MAX]
    assert one.running is None
    one.stop()


def test_whoever_has_lived_is_started_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it died before."""
    one = child(SLEEPS)
    one._pause_seconds = 4.0
    one.start()
    assert one.running is not None
    first = one.running
    monkeypatch.setattr(supervisor, "STEADY_SECONDS", 0.0)
    first.kill()
    wait_for(lambda: first.poll() is not None)
    one.look()
    assert one.running is not None
    assert one.running.pid != first.pid
    one.stop()
    assert one.running.poll() is not None


def test_the_database_is_told_in_the_environment_alone(capfd: pytest.CaptureFixture[str]) -> None:
    """A child gets the one database that is its own."""
    words = "import os; print(os.environ['DAFTARI_DATABASE'], 'DAFTARI_READER_DATABASE' in os.environ)"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAFTARI_READER_DATABASE", "sqlite:///other.db")
        one = child([sys.executable, "-S", "-c", words])
        one.start()
    assert one.running is not None
    assert one.running.wait(60) == 0
    assert capfd.readouterr().out.split() == ["sqlite:///nowhere.db", "False"]


def test_a_sequencer_carries_no_migrations() -> None:
    """Alembic is 10 MB that whoever only serves never needs."""
    words = "import sys, ledger.sequencer; print('alembic' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False"]
