"""Many bills raised in bulk while the sequencer is killed: each exists once, with a control number of its own."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from ledger.auditing import audit_ledger
from ledger.orders.bill_forms import BULK_LINES_MAX
from ledger.orders.kinds import ApproveBulk, RaiseBill
from ledger.orders.signed import open_order
from ledger.signing import base64url
from tests.api.world import SERVICE, Council, ask, bearer, signed
from tests.payers import bulk
from tests.servers import RunningLedger

LINES = int(os.environ.get("DAFTARI_BULK_LINES", "600"))
"""The campaign over ten thousand is `DAFTARI_BULK_LINES=10000`."""
AT_ONCE = 200
PATIENCE_SECONDS = 240.0


def lines_of(ledger: RunningLedger, council: Council, until_us: int) -> list[bytes]:
    """Signed orders, each raising one bill."""
    asked = [
        RaiseBill(f"BULK/{n:05}", SERVICE.code, council.account, "TZS", 1_000 + n, until_us)
        for n in range(LINES)
    ]
    return [signed(ledger.genesis, council.maker, body)[1] for body in asked]


def approve(ledger: RunningLedger, council: Council, lines: list[bytes], totals: list[int]) -> None:
    """The checker's yes, a thousand lines an order."""
    for first in range(0, len(lines), BULK_LINES_MAX):
        part = lines[first : first + BULK_LINES_MAX]
        hashes = tuple(base64url.encode(open_order(data, ledger.genesis).jws.content) for data in part)
        total = sum(totals[first : first + BULK_LINES_MAX])
        (result,) = bulk(
            ledger.url, [signed(ledger.genesis, council.checker, ApproveBulk("TZS", total, hashes))[1]]
        )
        assert result["status"] == 201, result


def sent(url: str, lines: list[bytes], deadline: float) -> list[str]:
    """Send until each line is answered; the same bytes again and again. Their control numbers."""
    numbers: list[str | None] = [None] * len(lines)
    while (
        waiting := [place for place, number in enumerate(numbers) if number is None]
    ) and time.monotonic() < deadline:
        part = waiting[:AT_ONCE]
        try:
            results = bulk(url, [lines[place] for place in part])
        except (OSError, RuntimeError, ValueError):
            time.sleep(0.1)
            continue
        for place, result in zip(part, results, strict=True):
            if result["status"] in {200, 201}:
                numbers[place] = str(result["result"]["control_number"])  # type: ignore[index]
            elif result["status"] not in {429, 503, 504}:
                raise AssertionError(result)
    return [number for number in numbers if number is not None]


@pytest.mark.slow
def test_bills_in_bulk_survive_a_kill(database_url: str, tmp_path: Path) -> None:
    """The sequencer is killed twice in the middle; afterwards every line has its bill, and the audit agrees."""
    url = "" if database_url.startswith("sqlite") else database_url
    with RunningLedger(tmp_path / "var", url, threads=4) as ledger:
        council = Council(ledger.genesis)
        assert {result["status"] for result in bulk(ledger.url, council.opening_orders())} == {201}
        until_us = (time.time_ns() // 1_000_000_000 + 86_400) * 1_000_000
        lines = lines_of(ledger, council, until_us)
        approve(ledger, council, lines, [1_000 + n for n in range(LINES)])
        killed = threading.Event()

        def kill_twice() -> None:
            for _ in range(2):
                time.sleep(0.25)
                for pid in ledger.children().get("ledger.sequencer", []):
                    os.kill(pid, signal.SIGKILL)
                    killed.set()

        killer = threading.Thread(target=kill_twice)
        killer.start()
        numbers = sent(ledger.url, lines, time.monotonic() + PATIENCE_SECONDS)
        killer.join()
        assert killed.is_set()
        ledger.wait_until_ready()
        assert len(numbers) == len(set(numbers)) == LINES
        token = {"Authorization": bearer(ledger.genesis, council.maker)}
        seen, before = set[str](), ""
        while True:
            page = ask(ledger.url, "GET", f"/v1/bills?limit=100{before}", headers=token).json
            seen |= {row["control_number"] for row in page["bills"]}
            if page["next"] is None:
                break
            before = f"&before={page['next']}"
        assert seen == set(numbers)
        database = ledger.database
    audit_ledger(database)
