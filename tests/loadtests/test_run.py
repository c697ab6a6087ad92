"""A load test from end to end: real generator, real server, real audit, and each way in which it can end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from loadtests.budgets import Verdict
from loadtests.generator import generate
from loadtests.run import USAGE_ERROR, main
from loadtests.served import free_port, stop
from tests.loadtests.conftest import Ready, Sandbox
from tests.servers import _children_of, _module_of

ROOT = Path(__file__).parents[2]


def load(*arguments: str, out: Path) -> int:
    """Run a load test; its exit code."""
    return main([*arguments, "--out", str(out), "--lang", "en"])


def test_a_short_load_passes(tmp_path: Path, lenient: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --host a sandbox is made, loaded, audited and gone; the report is one page in both languages."""
    code = load("--rate", "50", "--seconds", "3", "--budgets", str(lenient), out=tmp_path)
    told = capsys.readouterr().out
    assert code == Verdict.PASS, told
    assert "PASS" in told
    assert "150 records" in told
    assert re.search(r"= \d\.\d+ × the national", told)
    (report,) = tmp_path.glob("load-spread-*.html")
    page = report.read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert "IMEFAULU" in page
    assert "PASS" in page
    assert not re.search(r"https?://|<script|<link|@import|url\(", page)
    assert len(page) < 80_000


def test_a_hot_payee_on_a_running_sandbox_passes(sandbox: Sandbox, tmp_path: Path, lenient: Path) -> None:
    """With --host a running sandbox is loaded; its own keys fund the payers and read the log."""
    key = sandbox.served.keys / "faucet.key"
    code = load(
        "--scenario", "hot-payee", "--rate", "50", "--seconds", "2", "--budgets", str(lenient), "--host",
        sandbox.served.url, "--faucet-key", str(key), out=tmp_path,
    )  # fmt: skip
    assert code == Verdict.PASS


def test_a_missed_budget_ends_with_1(sandbox: Sandbox, tmp_path: Path, lenient: Path) -> None:
    """A latency that no ledger can keep is said to be missed."""
    strict = tmp_path / "strict.toml"
    strict.write_text(re.sub("p50_ms_max = .*", "p50_ms_max = 0.001", lenient.read_text()), encoding="utf-8")
    code = load(*host(sandbox), "--rate", "50", "--seconds", "2", "--budgets", str(strict), out=tmp_path)
    assert code == Verdict.BUDGET_MISSED


def test_a_full_generator_ends_with_3(
    sandbox: Sandbox, tmp_path: Path, lenient: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A generator that may have one order under way cannot send 400 a second: the run says nothing, and says so."""
    arguments = ("--rate", "400", "--seconds", "1", "--pool", "1", "--budgets", str(lenient))
    assert load(*host(sandbox), *arguments, out=tmp_path) == Verdict.RUN_INVALID
    assert "RUN INVALID" in capsys.readouterr().out


def test_a_stall_is_not_left_out(sandbox: Sandbox, ready: Ready, tmp_path: Path) -> None:
    """The loop is open: orders leave while the sequencer stands still, and wait as long as its customers would."""
    case = ready(count=150)
    (pid,) = [child for child in _children_of(sandbox.served.pid) if _module_of(child) == "ledger.sequencer"]
    stalls = threading.Thread(target=stall, args=(pid, tmp_path / "plan-0.json"))
    stalls.start()
    measured = generate(
        sandbox.target.url, case.payments, tmp_path, seconds=3.0, pool=500, processes=1, seed=1
    )
    stalls.join()
    assert measured.posted_count == 150
    assert measured.posted.percentile(0.99) > 700
    assert measured.posted.percentile(0.05) < 500
    assert measured.lateness.percentile(0.5) < 500


def stall(pid: int, plan: Path) -> None:
    """Stop a process for a second, in the middle of a load whose result file is not there yet."""
    while not plan.exists():
        time.sleep(0.05)
    time.sleep(3.0)  # Locust itself takes more than one second to start
    os.kill(pid, signal.SIGSTOP)
    time.sleep(1.0)
    os.kill(pid, signal.SIGCONT)


def test_two_generators_share_a_load(sandbox: Sandbox, ready: Ready, tmp_path: Path) -> None:
    """Every order is sent by exactly one of them, and its answer finds its way back to its place."""
    case = ready(count=101)
    measured = generate(
        sandbox.target.url, case.payments, tmp_path, seconds=1.0, pool=100, processes=2, seed=1
    )
    assert sorted(measured.answers) == list(range(101))
    results = case.ledger.post([payment.data for payment in case.payments])
    assert [answer.sequence for _, answer in sorted(measured.answers.items())] == [
        one.sequence for one in results
    ]
    assert all(one.replayed for one in results)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--rate", "1000000", "--seconds", "3600"),
        ("--rate", "0"),
        ("--host", "http://127.0.0.1:9", "--faucet-key", "no-such-folder/faucet.key"),
        ("--budgets", "no-such-file.toml"),
    ],
)
def test_trouble_before_the_run_has_its_own_code(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """What cannot be run ends with a code that no verdict has."""
    assert load(*arguments, out=tmp_path) == USAGE_ERROR
    assert not list(tmp_path.iterdir())


def test_locust_serves_its_own_page(sandbox: Sandbox, tmp_path: Path) -> None:
    """`locust -f loadtests/locustfile.py` loads a running sandbox by itself and shows what it sees."""
    port = free_port()
    command = [
        sys.executable, "-m", "locust", "-f", str(ROOT / "loadtests" / "locustfile.py"), "--host", sandbox.served.url,
        "--faucet-key", str(sandbox.served.keys / "faucet.key"), "--web-host", "127.0.0.1", "--web-port", str(port),
        "--autostart", "--users", "1", "--rate", "20",
    ]  # fmt: skip
    with (tmp_path / "locust.log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path)
    try:
        seen = wait_for_requests(f"http://127.0.0.1:{port}/stats/requests")
    finally:
        stop(child)
    assert '"name":"POST /v1/orders"' in seen.replace('": "', '":"'), (tmp_path / "locust.log").read_text()
    assert '"num_failures":0' in seen.replace('": ', '":')


def wait_for_requests(url: str) -> str:
    """What Locust's page counts, as soon as it has counted ten orders."""
    deadline = time.monotonic() + 30
    seen = ""
    while time.monotonic() < deadline and not re.search(r'"num_requests": ?[1-9][0-9]', seen):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                seen = answer.read().decode("utf-8")
        except (OSError, urllib.error.URLError):
            pass
        time.sleep(0.2)
    return seen


def host(sandbox: Sandbox) -> tuple[str, ...]:
    """The arguments that name a running sandbox."""
    return "--host", sandbox.served.url, "--faucet-key", str(sandbox.served.keys / "faucet.key")
