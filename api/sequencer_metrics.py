"""The sequencer's figures as Prometheus wants them: asked of the sequencer at each scrape, and kept nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ledger.faults import LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND, Clock
from ledger.wire import SequencerClient

_CHECKPOINT_SIZE = re.compile(r"[^\n]+\n([0-9]+)\n")
_UP = ("daftari_sequencer_up", "Whether the sequencer answers.")
_GAUGES = (
    ("daftari_log_size", "Records in the log.", "size"),
    ("daftari_lease_term", "The term of the lease under which the ledger is written.", "term"),
    ("daftari_orders_waiting", "Orders in the sequencer's queue.", "waiting"),
    ("daftari_orders_held_off", "Orders that met a bug and wait for a restart.", "held_off"),
)


class SequencerCollector(Collector):
    """What the sequencer says of itself."""

    def __init__(self, client: SequencerClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Up or not, and if it is up, where it stands and what it has done."""
        try:
            status: dict[str, Any] = self._client.status()
        except LedgerFault:
            yield GaugeMetricFamily(*_UP, 0)
            return
        yield GaugeMetricFamily(*_UP, 1)
        for name, told, member in _GAUGES:
            yield GaugeMetricFamily(name, told, status[member])
        yield GaugeMetricFamily(
            "daftari_clock_ok", "Whether the clock can be trusted.", int(status["clock"] == "ok")
        )
        backlog = GaugeMetricFamily(
            "daftari_notices_backlog", "Payment notices that wait, by institution.", labels=("party",)
        )
        for party, count in status["notices"].items():
            backlog.add_metric((party,), count)
        yield backlog
        yield from self._checkpoint(status)
        yield from _counters(status["tallies"])
        yield from _histograms(status["tallies"])

    def _checkpoint(self, status: dict[str, Any]) -> Iterator[Metric]:
        found = _CHECKPOINT_SIZE.match(status["checkpoint"])
        signed = int(found[1]) if found is not None else 0
        yield GaugeMetricFamily(
            "daftari_checkpoint_lag_records",
            "Records beyond the newest signed checkpoint.",
            status["size"] - signed,
        )
        age_us = max(0, self._clock.wall_us() - status["signed_us"])
        yield GaugeMetricFamily(
            "daftari_checkpoint_age_seconds",
            "Seconds since the newest checkpoint was signed, or since the sequencer began.",
            age_us / MICROSECONDS_PER_SECOND,
        )


def _counters(tallies: dict[str, Any]) -> Iterator[Metric]:
    orders = CounterMetricFamily("daftari_orders", "Orders by kind and outcome.", labels=("kind", "outcome"))
    for kind, outcome, count in tallies["orders"]:
        orders.add_metric((kind, outcome), count)
    yield orders
    for name, told, label, member in (
        ("daftari_refusals", "Recorded refusals by reason.", "reason", "reasons"),
        ("daftari_orders_turned_away", "Orders that were not decided, by fault.", "code", "turned_away"),
    ):
        family = CounterMetricFamily(name, told, labels=(label,))
        for word, count in tallies[member].items():
            family.add_metric((word,), count)
        yield family


def _histograms(tallies: dict[str, Any]) -> Iterator[Metric]:
    for name, told, member, unit in (
        ("daftari_batch_orders", "Orders a batch.", "batch_orders", 1),
        ("daftari_batch_seconds", "Seconds to settle a batch.", "settle_us", MICROSECONDS_PER_SECOND),
        (
            "daftari_commit_seconds",
            "Seconds of it to write the batch and commit.",
            "commit_us",
            MICROSECONDS_PER_SECOND,
        ),
    ):
        spread = tallies[member]
        family = HistogramMetricFamily(name, told)
        buckets = _buckets(spread["bounds"], spread["counts"], unit)
        family.add_metric((), buckets, spread["sum"] / unit)
        yield family


def _buckets(bounds: Sequence[int], counts: Sequence[int], unit: int) -> list[tuple[str, float]]:
    """Prometheus counts everything up to a bound, not only what lies between two."""
    buckets: list[tuple[str, float]] = []
    total = 0
    ends = [*(str(bound / unit) if unit > 1 else str(bound) for bound in bounds), "+Inf"]
    for end, count in zip(ends, counts, strict=True):
        total += count
        buckets.append((end, total))
    return buckets
