"""A child that dies is started again: at once if it had lived, after a growing pause if it keeps dying."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger import supervisor
from ledger.faults import Fault, LedgerFault
from ledger.intake import Pace
from ledger.keys_folder import LOG_KEY, key_path
from ledger.supervisor import PAUSE_SECONDS_MAX, Child, Serving, Supervisor
from ledger.words.sentences import sentence
from tests.servers import RunningLedger, free_port

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


@pytest.mark.parametrize("beside", ["ledger.sequencer", "api.server"])
def test_a_sequencer_that_dies_before_the_api_is_ready_is_started_again(tmp_path: Path, beside: str) -> None:
    """Killed while it starts, or while the API server starts beside it: the ledger is served all the same."""
    ledger = RunningLedger(tmp_path / "ledger", threads=2)
    killed: list[int] = []

    def strike() -> None:
        deadline = time.monotonic() + 60
        while not killed and time.monotonic() < deadline:
            children = ledger.children() if ledger.process is not None else {}
            if children.get(beside) and (pids := children.get("ledger.sequencer")):
                os.kill(pids[0], signal.SIGKILL)
                killed.append(pids[0])
            time.sleep(0.01)

    striking = threading.Thread(target=strike)
    striking.start()
    with ledger:
        striking.join()
        assert ledger.children()["ledger.sequencer"] != killed
        assert len(killed) == 1
    assert "sequencer ended with -9" in ledger.log.read_text()


@pytest.mark.parametrize(
    "language, words",
    [("en", "Restore it from your backup"), ("sw", "Lirejeshe kutoka nakala yako")],
    ids=["English", "Swahili"],
)
def test_a_ledger_that_must_not_be_served_ends_at_once(tmp_path: Path, language: str, words: str) -> None:
    """The sequencer is not started again: exit 1, with the fault and what to do, in the operator's language."""
    ledger = RunningLedger(tmp_path / "ledger", threads=2)
    key_path(ledger.keys, LOG_KEY).unlink()
    done = subprocess.run(
        ledger.command(),
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        env=os.environ | {"DAFTARI_LANG": language},
    )
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "ended with" not in done.stderr


def test_a_second_instance_says_that_another_one_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has a run folder of its own, and waits for the lease in vain: ALREADY_RUNNING, with what to do."""
    first = RunningLedger(tmp_path / "first", threads=2)
    impatient = Serving.sequencer_command
    monkeypatch.setattr(
        Serving, "sequencer_command", lambda serving: [*impatient(serving), "--lease-seconds", "0.2"]
    )
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    with first:
        serving = Serving(
            database=first.database,
            reader_database=first.database,
            keys=first.keys,
            run_dir=tmp_path / "second",
            host="127.0.0.1",
            port=free_port(),
            workers=1,
            threads=2,
            pace=Pace(10, 10),
            metrics_port=0,
        )
        try:
            with pytest.raises(LedgerFault) as caught:
                Supervisor(serving).run(lambda: None)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        assert first.ready()
    assert caught.value.fault is Fault.ALREADY_RUNNING
    for language, words in (("en", "Only one may write"), ("sw", "Mwandishi ni mmoja tu")):
        assert (
            words
            in sentence(Fault.ALREADY_RUNNING, "sw" if language == "sw" else "en", caught.value.details)[1]
        )
