"""The sequencer's figures reach the metrics port, and the reference page lists just what is there."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Iterator

import pytest

from ledger.instants import MachineClock
from ledger.orders.kinds import Leg, Order, Pay
from ledger.orders.signed import sign_order
from tests.api.world import World, settled
from tests.architecture.house import ROOT
from tests.payers import EXPIRES_AFTER_US
from tests.servers import RunningLedger, free_port

PAGE = ROOT / "docs" / "reference" / "metrics.md"
NAME = re.compile(r"daftari_[a-z_]+[a-z]")
PARTS = re.compile(r"_(bucket|sum|count)$")


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger with a metrics port."""
    port = free_port()
    folder = tmp_path_factory.mktemp("counted")
    with RunningLedger(folder / "var", threads=2, options=("--metrics-port", str(port))) as ledger:
        yield settled(ledger)


def scraped(world: World) -> str:
    """What Prometheus would read."""
    url = f"http://127.0.0.1:{world.ledger.options[1]}/metrics"
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def figure(text: str, series: str) -> float:
    """The number of a series; 0 while it is not there."""
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def grown(before: str, after: str, series: str) -> float:
    """By how much a series has grown."""
    return figure(after, series) - figure(before, series)


def test_orders_by_kind_outcome_and_reason(counted: World) -> None:
    """One accepted, sent again; one refused, sent again: each counted once for what it was."""
    before = scraped(counted)
    paying = counted.asha.payment(counted.juma.account, 1)[1]
    assert [counted.post(paying).status for _ in range(2)] == [201, 200]
    too_much = counted.asha.payment(counted.juma.account, 10**12)[1]
    assert [counted.post(too_much).status for _ in range(2)] == [422, 422]
    after = scraped(counted)
    for outcome, count in (("accepted", 1), ("refused", 1), ("replayed", 2)):
        assert grown(before, after, f'daftari_orders_total{{kind="pay",outcome="{outcome}"}}') == count
    assert grown(before, after, 'daftari_refusals_total{reason="insufficient_funds"}') == 1
    assert grown(before, after, "daftari_log_size") == 2
    assert figure(after, "daftari_checkpoint_lag_records") == 0
    assert 0 <= figure(after, "daftari_checkpoint_age_seconds") < 3600


def test_batches_and_commits(counted: World) -> None:
    """A batch that writes nothing counts as a batch and not as a commit; the largest bucket holds all."""
    paying = counted.asha.payment(counted.juma.account, 1)[1]
    before = scraped(counted)
    for _ in range(3):
        counted.post(paying)
    after = scraped(counted)
    assert grown(before, after, "daftari_batch_orders_count") == 3
    assert grown(before, after, "daftari_batch_orders_sum") == 3
    assert grown(before, after, 'daftari_batch_orders_bucket{le="1"}') == 3
    assert grown(before, after, "daftari_commit_seconds_count") == 1
    assert grown(before, after, "daftari_commit_seconds_sum") > 0
    batches, commits = (figure(after, f"daftari_{name}_seconds_sum") for name in ("batch", "commit"))
    assert commits < batches
    assert figure(after, 'daftari_batch_seconds_bucket{le="+Inf"}') == figure(
        after, "daftari_batch_seconds_count"
    )


def test_orders_that_are_not_decided(counted: World) -> None:
    """The same id with another content is turned away, not refused."""
    order_id, paying = counted.asha.payment(counted.juma.account, 1)
    before = scraped(counted)
    counted.post(paying)
    now_us = MachineClock().wall_us()
    other = Order(
        order_id,
        now_us // 1_000 * 1_000 + EXPIRES_AFTER_US,
        Pay(counted.asha.account, "TZS", (Leg(counted.juma.account, 2),)),
    )
    assert counted.post(sign_order(other, counted.asha.key, counted.genesis)).status == 409
    after = scraped(counted)
    assert grown(before, after, 'daftari_orders_turned_away_total{code="id_in_use"}') == 1


def test_the_page_lists_what_there_is(counted: World) -> None:
    """Every family of a running ledger stands on the page, with its type, and nothing else; alerts use these alone."""
    counted.post(counted.asha.payment(counted.juma.account, 1)[1])
    told = dict(re.findall(r"^# TYPE (daftari_\w+) (\w+)$", scraped(counted), re.MULTILINE))
    page = PAGE.read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(daftari_\w+)` \| (\w+) \|", page, re.MULTILINE))
    assert listed == told
    alerts = page[page.index("```yaml") :]
    used = {PARTS.sub("", name) for name in NAME.findall(alerts)} - {"daftari"}
    assert used <= set(listed)
    assert used
