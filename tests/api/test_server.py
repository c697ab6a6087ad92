"""The server's processes: they end together, come back, tell their numbers, and tell of a still sequencer."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.world import Got, World, ask, settled
from tests.servers import RunningLedger, alive, free_port

ENDED_SECONDS_MAX = 10
REFUSED_TO_STOP = "refused to"
"""What the web server says of a worker that it has to kill."""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[World]:
    """A ledger of this test's own, with two workers and a metrics port, to be hurt."""
    port = free_port()
    ledger = RunningLedger(tmp_path / "var", workers=2, threads=2, options=("--metrics-port", str(port)))
    with ledger:
        yield settled(ledger)


def api_pids(ledger: RunningLedger) -> list[int]:
    """The server, then its workers and its metrics process."""
    return ledger.children()["api.server"]


def all_ended(pids: list[int]) -> bool:
    """Whether they are all gone in time."""
    deadline = time.monotonic() + ENDED_SECONDS_MAX
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(alive(pid) for pid in pids)


def metrics(world: World) -> str:
    """What the metrics port says."""
    port = world.ledger.options[1]
    deadline = time.monotonic() + 10
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def value(text: str, series: str) -> float:
    """The number of one series."""
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    assert found is not None, series
    return float(found[1])


def test_numbers_of_all_workers_and_the_sequencer(own: World) -> None:
    """Requests are counted over all workers, by our routes and never by what a stranger typed."""
    own.accepted(own.asha.payment(own.juma.account, 1)[1])
    before = value(metrics(own), 'daftari_requests_total{method="POST",route="/v1/orders",status="201"}')
    for _ in range(20):
        own.accepted(own.asha.payment(own.juma.account, 1)[1])
    own.post(b"x")
    own.get("/a-path-that-somebody-made-up")
    ask(own.url, "BREW", "/v1/ledger")
    text = metrics(own)
    posted = value(text, 'daftari_requests_total{method="POST",route="/v1/orders",status="201"}')
    assert posted == before + 20
    assert value(text, 'daftari_requests_total{method="POST",route="/v1/orders",status="400"}') == 1
    assert value(text, 'daftari_request_seconds_count{route="/v1/orders"}') >= posted
    assert value(text, "daftari_sequencer_up") == value(text, "daftari_clock_ok") == 1
    assert value(text, "daftari_log_size") == own.get("/v1/supply").json["log_size"]
    assert 'method="other"' in text
    assert "BREW" not in text
    assert "made-up" not in text
    assert own.asha.account not in text


ATTEMPTS = 3
"""On a machine that is busy a worker may be late for another reason; one that cannot hear is late every time."""


def test_a_worker_that_dies_comes_back(own: World) -> None:
    """Payments go on while one worker is killed; soon there are two again. A new one ends as soon as it is told."""
    for _ in range(ATTEMPTS):
        said = len(own.ledger.log.read_text())
        _kill_a_worker_and_stop(own)
        if REFUSED_TO_STOP not in own.ledger.log.read_text()[said:]:
            return
        own.ledger.start()
    pytest.fail("a worker that is still loading waits to be killed")


def _kill_a_worker_and_stop(own: World) -> None:
    """The ledger is stopped while the killed worker's successor is still loading."""
    server, *others = api_pids(own.ledger)
    workers = [pid for pid in others if _parent(pid) == server and b"metrics_port" not in _command(pid)]
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    own.ledger.wait_until_ready()
    for _ in range(5):
        _settled_post(own)
    deadline = time.monotonic() + ENDED_SECONDS_MAX
    while time.monotonic() < deadline:
        now = [pid for pid in api_pids(own.ledger) if _parent(pid) == server]
        if workers[0] not in now and len(now) == 2:
            assert own.ledger.stop() == 0
            return
        time.sleep(0.1)
    pytest.fail("the killed worker was not replaced")


def test_a_killed_server_leaves_nothing(own: World) -> None:
    """Workers and metrics process end with it, and the supervisor starts all of them again."""
    everybody = own.ledger.children()
    apart = ("ledger.sequencer", "ledger.notifying")
    pids = [pid for name, found in everybody.items() if name not in apart for pid in found]
    assert len(pids) >= 4
    os.kill(api_pids(own.ledger)[0], signal.SIGKILL)
    assert all_ended(pids)
    own.ledger.wait_until_ready()
    _settled_post(own)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_it_is_told(own: World, number: signal.Signals) -> None:
    """Server, workers, metrics and sequencer end, with requests under way, and the exit code is 0."""
    pids = [pid for found in own.ledger.children().values() for pid in found]
    stop = threading.Event()
    thread = threading.Thread(target=_keep_paying, args=(own, stop), daemon=True)
    thread.start()
    time.sleep(0.3)
    assert own.ledger.process is not None
    own.ledger.process.send_signal(number)
    assert own.ledger.process.wait(30) == 0
    stop.set()
    thread.join(10)
    assert all_ended(pids)


@pytest.mark.slow
def test_a_sequencer_that_stands_still(own: World) -> None:
    """504 for what may have arrived, readyz says no, reading goes on; afterwards the same bytes have one outcome."""
    (sequencer,) = own.ledger.children()["ledger.sequencer"]
    _, order = own.asha.payment(own.juma.account, 1)
    answers: list[Got] = []
    os.kill(sequencer, signal.SIGSTOP)
    try:
        thread = threading.Thread(target=lambda: answers.append(own.post(order)))
        thread.start()
        assert own.get("/v1/ledger").status == 200
        assert own.get("/healthz").status == 200
        ready = own.get("/readyz")
        assert (ready.status, ready.json["retryable"]) == (504, True)
        thread.join(20)
    finally:
        os.kill(sequencer, signal.SIGCONT)
    assert (answers[0].status, answers[0].json["code"]) == (504, "outcome_unknown")
    own.ledger.wait_until_ready()
    settled_answer = own.post(order)
    assert settled_answer.status in (200, 201)
    assert own.post(order).json["sequence"] == settled_answer.json["sequence"]


def test_a_sequencer_that_dies(own: World) -> None:
    """503 or 504 while it is gone, both of which say: send the same bytes again; that settles it."""
    (sequencer,) = own.ledger.children()["ledger.sequencer"]
    _, order = own.asha.payment(own.juma.account, 1)
    os.kill(sequencer, signal.SIGKILL)
    codes = set()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        got = own.post(order)
        if got.status in (200, 201):
            break
        codes.add((got.status, got.json["code"]))
        time.sleep(0.02)
    else:
        pytest.fail(f"never taken: {codes}\n{own.ledger.log.read_text()[-2_000:]}")
    assert codes <= {(503, "not_taken"), (504, "outcome_unknown"), (503, "busy")}


def test_any_wsgi_server_can_import_it(world: World) -> None:
    """`api.wsgi:application` is a whole WSGI application, told by the environment alone what it serves."""
    script = (
        "from api.wsgi import application; "
        "print(application.test_client().get('/readyz').status_code, application.test_client().get('/').status_code)"
    )
    told = {"DAFTARI_DATABASE": world.ledger.database, "DAFTARI_RUN_DIR": str(world.ledger.run_dir)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | told,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout.split()) == (0, ["200", "200"]), done.stderr


def _settled_post(world: World) -> None:
    """One payment, sent again until it has an outcome."""
    _, order = world.asha.payment(world.juma.account, 1)
    deadline = time.monotonic() + ENDED_SECONDS_MAX
    while True:
        try:
            if world.post(order).status in (200, 201):
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, "a payment was not settled in time"
        time.sleep(0.05)


def _keep_paying(world: World, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            world.post(world.asha.payment(world.juma.account, 1)[1])
        except OSError:
            return


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
