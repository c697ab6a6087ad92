"""The agencies' clients in PHP, Java and Node: each raises a bill, hears that it was paid, and reconciles the day."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.answers import JSON
from ledger.instants import MachineClock, day_text, eat_day
from ledger.orders.kinds import PayBill
from ledger.signing.notices import signed_headers
from tests.api.world import World, ask, settled
from tests.architecture.house import ROOT
from tests.docs.programs import SECONDS_MAX, Program
from tests.servers import RunningLedger, free_port

CLIENTS = ROOT / "docs" / "how-to" / "clients"
RUNTIMES = {
    "agency.mjs": (["node"], ["node", "--version"], re.compile(r"v(\d+)\."), 20),
    "agency.php": (["php"], ["php", "--version"], re.compile(r"PHP (\d+)\."), 8),
    "Agency.java": (["java"], ["java", "-version"], re.compile(r'version "(\d+)'), 17),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger of this module's own."""
    with RunningLedger(tmp_path_factory.mktemp("agencies") / "var", threads=2) as ledger:
        yield settled(ledger)


def _has(name: str) -> bool:
    _, asking, told, least = RUNTIMES[name]
    if shutil.which(asking[0]) is None:
        return False
    said = subprocess.run(asking, capture_output=True, text=True, timeout=30, check=False)
    found = told.search(said.stdout + said.stderr)
    return found is not None and int(found[1]) >= least


class Client(Program):
    """A client of an agency."""

    def listening(self, port: int) -> subprocess.Popen[str]:
        """The same, waiting for a notice."""
        process = subprocess.Popen(
            [*self.command, "listen", str(port)],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        return process


@pytest.fixture(params=list(RUNTIMES))
def client(request: pytest.FixtureRequest, tmp_path: Path, served: World) -> Client:
    """Each client whose runtime is there; the report says where it is not."""
    if not _has(request.param):
        pytest.skip(f"the runtime of {request.param} is not on this machine: it was not run")
    return Client(tmp_path, [*RUNTIMES[request.param][0], str(CLIENTS / request.param), served.url])


def _forge(port: int) -> None:
    """A notice by somebody who does not know the secret."""
    body = json.dumps({"type": "bill.paid", "data": {"bill_id": "A/1", "amount": "1.00"}}).encode()
    secret = b"s" * 32
    headers = signed_headers("evt_1_0", body, now_s=int(time.time()), secrets=[secret])
    got = ask(f"http://127.0.0.1:{port}", "POST", "/", body=body, headers=headers | {"Content-Type": JSON})
    assert got.status == 401


def test_a_bill_from_raising_to_reconciling(client: Client, served: World) -> None:
    """Open, raise, refuse a forged notice, take the true one, and find the paid bill matched and the other missing."""
    account = client.told("open")
    number, other = (
        client.told("bill", account, "A/1", "1500.00"),
        client.told("bill", account, "A/2", "20.00"),
    )
    port = free_port()
    listening = client.listening(port)
    try:
        _forge(port)
        asha = served.asha
        served.accepted(asha.sign(PayBill(asha.account, number, "TZS", 150_000))[1])
        said, _ = listening.communicate(timeout=SECONDS_MAX)
    finally:
        listening.kill()
    assert [line.split() for line in said.splitlines()][-1] == ["bill.paid", "A/1", "1500.00"]
    assert said.startswith("forged")
    assert listening.returncode == 0
    today = day_text(eat_day(MachineClock().wall_us()))
    assert client.told("reconcile", today).splitlines() == ["A/1 matched", "A/2 missing"]
    bills = client.folder / "bills.txt"
    bills.write_text(bills.read_text().replace("1500.00", "1400.00"))
    assert client.told("reconcile", today).splitlines()[0] == "A/1 amount_differs"
    assert other.isdigit()
    assert all((client.folder / name).stat().st_mode & 0o077 == 0 for name in ("maker.json", "checker.json"))


def test_a_refusal_is_told(client: Client) -> None:
    """The code of the "no", and an exit that is not zero."""
    account = client.told("open")
    done = client.run("bill", account, "A/3", "0.00")
    assert done.returncode != 0
    assert "malformed" in done.stderr
