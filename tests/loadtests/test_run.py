"""A load test from end to end: real generator, real server, real audit, and each way in which it can end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadtests.baselines import fingerprint
from loadtests.budgets import Verdict
from loadtests.generator import generate
from loadtests.http_ledger import HttpLedger
from loadtests.options import USAGE_ERROR
from loadtests.people import STEPS, WALLET
from loadtests.run import main
from loadtests.scenarios import MIXED_SHARES
from loadtests.served import free_port, stop
from loadtests.shapes import Scenario
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
    assert page.count("<svg") == 8
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


SHORT: dict[Scenario, tuple[str, ...]] = {
    Scenario.RETRY_STORM: ("--rate", "40", "--seconds", "3"),
    Scenario.MIXED: ("--rate", "40", "--seconds", "3"),
    Scenario.CAPACITY: ("--rate", "30", "--seconds", "1", "--steps", "2", "--payers", "10"),
    Scenario.SOAK: ("--rate", "30", "--seconds", "5"),
    Scenario.KIKAO_KAZI: ("--people", "15", "--seconds", "4"),
    Scenario.BILL_RUSH: ("--people", "15", "--seconds", "2"),
}
"""The short form of each scenario that has more to it than payments."""


@pytest.mark.parametrize("scenario", SHORT)
def test_a_scenario_in_short(
    sandbox: Sandbox, tmp_path: Path, lenient: Path, capsys: pytest.CaptureFixture[str], scenario: Scenario
) -> None:
    """Each runs, the money is right, and the report has what belongs to it, for people and for programs."""
    code = load(
        *host(sandbox), "--server-pid", str(sandbox.served.pid), "--scenario", scenario, *SHORT[scenario],
        "--budgets", str(lenient), out=tmp_path,
    )  # fmt: skip
    told = capsys.readouterr().out
    assert code == Verdict.PASS, told
    (page,) = tmp_path.glob("load-*.html")
    members = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert members["exit_code"] == code
    assert members["findings"] == []
    assert all(line["kept"] for line in members["lines"]["money"])
    assert members["orders_ms"]["count"] > 0
    OWN[scenario](members)
    assert not re.search(r"<script|<link|<img|href=|src=|@import|url\(", page.read_text(encoding="utf-8"))


def storm_members(members: dict[str, Any]) -> None:
    """120 requests, of which each sixth was new."""
    assert members["orders_ms"]["count"] == 120
    assert round(members["rates"]["accepted_per_second"] * 3) <= 20


def mixed_members(members: dict[str, Any]) -> None:
    """Every kind of a mixed day was sent and answered as it should be."""
    assert members["kinds_ms"].keys() == MIXED_SHARES.keys()
    assert members["errors"] == []


def capacity_members(members: dict[str, Any]) -> None:
    """Each step is faster than the one before; as none broke, the last is the knee, as far as anybody knows."""
    assert [(step["rate"], step["kept"], step["valid"]) for step in members["steps"]] == [
        (30.0, True, True),
        (45.0, True, True),
    ]
    (knee,) = [line for line in members["lines"]["budget"] if line["name"] == "knee"]
    assert knee["measured"] == "≥ 45.00 /s"


def soak_members(members: dict[str, Any]) -> None:
    """The memory of all processes was looked at."""
    assert len(members["memory_mb"]) >= 3
    assert all(megabytes > 30 for _, megabytes in members["memory_mb"])
    assert {"memory", "memory_growth", "drift"} <= {line["name"] for line in members["lines"]["budget"]}


def session_members(members: dict[str, Any]) -> None:
    """Everybody went every step."""
    assert {kind: times["count"] for kind, times in members["kinds_ms"].items()} == dict.fromkeys(
        (*STEPS, WALLET), 15
    )


def rush_members(members: dict[str, Any]) -> None:
    """Five of 15 paid in two parts, three tried once too often, and everything was told."""
    assert {kind: times["count"] for kind, times in members["kinds_ms"].items()} == {
        "pay_bill": 20, "pay_again": 3, "receipt": 15,
    }  # fmt: skip
    assert {"notices_p99", "drained"} <= {line["name"] for line in members["lines"]["budget"]}
    assert {"bills", "notices"} <= {line["name"] for line in members["lines"]["money"]}


OWN: dict[Scenario, Callable[[dict[str, Any]], None]] = {
    Scenario.RETRY_STORM: storm_members,
    Scenario.MIXED: mixed_members,
    Scenario.CAPACITY: capacity_members,
    Scenario.SOAK: soak_members,
    Scenario.KIKAO_KAZI: session_members,
    Scenario.BILL_RUSH: rush_members,
}


def test_a_session_on_postgresql(tmp_path: Path, lenient: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The other engine, from an empty database to the audit."""
    code = load(
        "--database", "postgresql", "--scenario", "kikao-kazi", "--people", "10", "--seconds", "3",
        "--budgets", str(lenient), out=tmp_path,
    )  # fmt: skip
    told = capsys.readouterr().out
    assert code == Verdict.PASS, told
    assert "PostgreSQL" in told


def test_runs_are_compared_on_this_machine(
    sandbox: Sandbox, tmp_path: Path, lenient: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run is kept; when there are three, the next stands beside them; what another machine measured is refused."""
    folder = tmp_path / "kept"
    short = (*host(sandbox), "--rate", "40", "--seconds", "1", "--budgets", str(lenient), "--baselines")
    assert load(*short, str(folder), "--record-baseline", out=tmp_path) == Verdict.PASS
    told = capsys.readouterr().out
    assert "Kept as a baseline" in told
    assert "vs baseline" not in told
    (file,) = folder.glob("*.json")
    members = json.loads(file.read_text())
    ((setting, (one,)),) = members["runs"].items()
    members["runs"] = {setting: [one, one, {name: value * 1.1 for name, value in one.items()}]}
    file.write_text(json.dumps(members))
    assert load(*short, str(folder), out=tmp_path) == Verdict.PASS
    told = capsys.readouterr().out
    assert re.search(r"posted rate .*[+-]\d+\.\d%", told)
    assert "inside the noise of 3 earlier runs" in told
    file.write_text(file.read_text().replace(fingerprint(), "0123456789ab"))
    reports = len(list(tmp_path.glob("load-*.html")))
    assert load(*short, str(file), out=tmp_path) == USAGE_ERROR
    assert "another machine" in capsys.readouterr().err
    file.write_text("{")
    assert load(*short, str(folder), out=tmp_path) == USAGE_ERROR
    assert len(list(tmp_path.glob("load-*.html"))) == reports


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
    prepared = ready(count=150)
    visits = [visit._replace(start=visit.start * 3.0) for visit in prepared.script.visits]
    (pid,) = [child for child in _children_of(sandbox.served.pid) if _module_of(child) == "ledger.sequencer"]
    size = prepared.case.before.log_size + 20
    stalls = threading.Thread(target=stall, args=(pid, prepared.case.ledger, size))
    stalls.start()
    genesis = prepared.script.workload.genesis
    measured = generate(sandbox.target.url, genesis, visits, tmp_path, seconds=3.0, pool=500, processes=1)
    stalls.join()
    assert measured.posted.count == 150
    assert measured.posted.percentile(0.99) > 700
    assert measured.posted.percentile(0.05) < 500
    assert measured.lateness.percentile(0.5) < 500


def stall(pid: int, ledger: HttpLedger, size: int) -> None:
    """Stop a process for a second as soon as the log has grown beyond a size: the load is under way."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and int(str(ledger.get("/v1/ledger")["log_size"])) < size:
        time.sleep(0.05)
    os.kill(pid, signal.SIGSTOP)
    time.sleep(1.0)
    os.kill(pid, signal.SIGCONT)


def test_two_generators_share_a_load(sandbox: Sandbox, ready: Ready, tmp_path: Path) -> None:
    """Every order is sent by exactly one of them, and its answer finds its way back to its place."""
    prepared = ready(count=101)
    script = prepared.script
    measured = generate(
        sandbox.target.url,
        script.workload.genesis,
        script.visits,
        tmp_path,
        seconds=1.0,
        pool=100,
        processes=2,
    )
    assert sorted(measured.answers) == list(range(101))
    assert {len(answers) for answers in measured.answers.values()} == {1}
    results = prepared.case.ledger.post([payment.data for payment in script.orders])
    places = [answers[0].sequence for _, answers in sorted(measured.answers.items())]
    assert places == [one.sequence for one in results]
    assert all(one.replayed for one in results)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--rate", "1000000", "--seconds", "3600"),
        ("--rate", "0"),
        ("--rate", "nan"),
        ("--seconds", "inf"),
        ("--scenario", "kikao-kazi", "--people", "-1"),
        ("--host", "http://127.0.0.1:9", "--faucet-key", "no-such-folder/faucet.key"),
        ("--budgets", "no-such-file.toml"),
    ],
)
def test_trouble_before_the_run_has_its_own_code(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """What cannot be run ends with a code that no verdict has."""
    assert load(*arguments, out=tmp_path) == USAGE_ERROR
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments", [("--rate", "fast"), ("--scenario", "unheard-of"), ("--no-such-option",)]
)
def test_what_is_not_understood_is_no_wrong_money(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Argparse would end with 2, which says something else here."""
    with pytest.raises(SystemExit) as ended:
        load(*arguments, out=tmp_path)
    assert ended.value.code == USAGE_ERROR
    assert arguments[-1] in capsys.readouterr().err


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
