"""How the sequencer cuts what waits into batches: by the most postings that an order may bring."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ledger.books.journal import ReversalReason
from ledger.instants import MachineClock
from ledger.orders.forms import LEGS_MAX
from ledger.orders.kinds import Leg, Reverse
from ledger.orders.signed import VerifiedOrder
from ledger.sequencer import Limits, Sequencer, _Caller, _Request, _Waiting
from tests.stored import MONEY, StoredLedger

REASON = next(iter(ReversalReason))


def batches(sequencer: Sequencer, orders: list[VerifiedOrder]) -> list[int]:
    """How many orders each batch takes, until none waits."""
    request = _Request(_Caller(sequencer._listener), [None] * len(orders), len(orders))
    sequencer._queue.extend(_Waiting(request, place, order) for place, order in enumerate(orders))
    sizes = list[int]()
    while sequencer._queue:
        sizes.append(len(sequencer._next_batch()))
    return sizes


def test_a_reversal_counts_as_the_largest_entry(sqlite_url: str, tmp_path: Path) -> None:
    """What it undoes may hold LEGS_MAX postings: so many reversals never bring more than the bound of a batch."""
    ledger = StoredLedger.create(sqlite_url, tmp_path / "keys")
    ledger.person("asha", money=MONEY)
    payment = ledger.paying("asha", Leg(ledger.world.genesis.address_of("2900"), 5))
    reversals = [
        ledger.world.verified(Reverse(payment.order.order_id, REASON, f"R/{number}"), "supervisor")
        for number in range(5)
    ]
    limits = Limits(batch_postings_max=2 * LEGS_MAX)
    sequencer = Sequencer(ledger.bookkeeper, ledger.world.genesis, MachineClock(), limits, tmp_path)
    try:
        assert batches(sequencer, reversals) == [2, 2, 1]
        assert batches(sequencer, [payment, *reversals[:2]]) == [2, 1]
        assert batches(sequencer, [payment] * 5) == [5]
    finally:
        sequencer._listener.close()
        ledger.close()


def test_a_stop_wakes_whoever_waits_for_a_caller(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without anything to do it looks up once in half a minute here; told to stop, it does not wait for that."""
    monkeypatch.setattr("ledger.sequencer.IDLE_SECONDS", 30)
    ledger = StoredLedger.create(sqlite_url, tmp_path / "keys")
    sequencer = Sequencer(ledger.bookkeeper, ledger.world.genesis, MachineClock(), Limits(), tmp_path)
    started = time.monotonic()
    threading.Timer(0.05, sequencer.stop).start()
    sequencer.run()
    assert time.monotonic() - started < 20
    ledger.close()
