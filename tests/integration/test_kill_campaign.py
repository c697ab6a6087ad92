"""kill -9 of any process at any moment: nothing acknowledged is lost, nothing is doubled, no orphan stays."""

from __future__ import annotations

import http.client
import os
import random
import signal
import subprocess
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from ledger.auditing import audit_ledger
from ledger.enquiries import Enquiries
from ledger.store.engine import reading_engine
from tests.payers import Payer, funded_payers, post, settle
from tests.servers import RunningLedger, alive

KILLS = 8
PAYERS = 6
PAUSE_SECONDS = 0.02
SEED = int(os.environ.get("DAFTARI_TEST_SEED", "1"))
"""`make check-long` gives it new ones."""


class Traffic(threading.Thread):
    """One payer who pays the next one, again and again, and writes down what was acknowledged."""

    def __init__(self, ledger: RunningLedger, payer: Payer, payee: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.ledger, self.payer, self.payee, self.stop = ledger, payer, payee, stop
        self.acknowledged: dict[str, int] = {}

    def run(self) -> None:
        """Pay until told to stop; an order without an answer is kept for later."""
        while not self.stop.wait(PAUSE_SECONDS):
            order_id, data = self.payer.payment(self.payee, 100)
            self.payer.sent[order_id] = data
            try:
                answered = post(self.ledger.url, data, timeout=5)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if answered.status == 201:
                self.acknowledged[order_id] = int(str(answered.body["sequence"]))


@pytest.mark.parametrize("seed", [SEED])
def test_kills_at_any_moment_lose_nothing(database_url: str, tmp_path: Path, seed: int) -> None:
    """Sequencer, API workers and API server are killed in turn under load; then every order is settled and audited."""
    chance = random.Random(seed)
    ledger = RunningLedger(tmp_path / "ledger", database_url, workers=2, threads=4)
    with ledger:
        payers = funded_payers(ledger, PAYERS, 1_000_000)
        stop = threading.Event()
        pairs = zip(payers, payers[1:] + payers[:1], strict=True)
        traffic = [Traffic(ledger, payer, payee.account, stop) for payer, payee in pairs]
        for thread in traffic:
            thread.start()
        killed = []
        for turn in range(KILLS):
            time.sleep(chance.uniform(0.1, 0.5))
            module = ("ledger.sequencer", "api.server")[turn % 2]
            victims = ledger.children().get(module, [])
            if victims:
                killed.append(module)
                os.kill(chance.choice(victims), signal.SIGKILL)
            ledger.wait_until_ready()
        stop.set()
        for thread in traffic:
            thread.join(30)
        check_every_order(ledger, traffic)
    assert killed.count("ledger.sequencer") >= KILLS // 2 - 1
    report = audit_ledger(database_url)
    with closing(Enquiries(reading_engine(database_url, connections=1))) as enquiries:
        balances = enquiries.trial_balance().balance
    assert report.records > PAYERS * 3
    assert not balances.differences()


def check_every_order(ledger: RunningLedger, traffic: list[Traffic]) -> None:
    """Sent again, every order has one outcome, the acknowledged ones the very same."""
    sequences: dict[int, str] = {}
    for thread in traffic:
        assert thread.acknowledged, "no payment got through at all"
        for order_id, data in thread.payer.sent.items():
            answered = settle(ledger.url, data)
            sequence = int(str(answered.body["sequence"]))
            assert answered.status in (200, 201), answered.body
            assert thread.acknowledged.get(order_id, sequence) == sequence
            assert sequences.setdefault(sequence, order_id) == order_id


def test_a_killed_supervisor_leaves_no_process_behind(database_url: str, tmp_path: Path) -> None:
    """Kill -9 of the supervisor ends sequencer, API server and workers, and it can be started again at once."""
    ledger = RunningLedger(tmp_path / "ledger", database_url, workers=2).start()
    payer, payee = funded_payers(ledger, 2, 10_000)
    order_id, data = payer.payment(payee.account, 100)
    before = post(ledger.url, data)
    pids = [pid for pids in ledger.children().values() for pid in pids]
    assert len(pids) >= 4
    assert ledger.process is not None
    os.kill(ledger.process.pid, signal.SIGKILL)
    ledger.process.wait()
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if alive(pid)]
    with ledger:
        again = post(ledger.url, data)
    assert (again.status, again.body["sequence"]) == (200, before.body["sequence"])
    assert again.headers["order-replayed"] == "true"
    assert order_id == again.body["order"]


def test_serve_refuses_to_start_beside_a_running_instance(sqlite_url: str, tmp_path: Path) -> None:
    """A second `daftari serve` on the same folder ends at once and says why; the first goes on."""
    with RunningLedger(tmp_path / "ledger", sqlite_url) as ledger:
        second = subprocess.run(ledger.command(), capture_output=True, text=True, timeout=30, check=False)
        assert second.returncode == 1
        assert "--run-dir" in second.stderr or "run" in second.stderr
        assert ledger.ready()
