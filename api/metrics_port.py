"""`python -m api.metrics_port`: /metrics on a port of its own on 127.0.0.1, for all workers and the sequencer.

A process of its own, started by the server: the numbers of the workers come from their files, the sequencer is asked.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from api.names import METRICS_FOLDER
from ledger.faults import LedgerFault
from ledger.lifeline import end_with_parent, watch_lifeline
from ledger.wire import SequencerClient

_ANSWER_SECONDS_MAX = 2.0


class SequencerCollector(Collector):
    """What the sequencer says of itself, asked at each scrape."""

    def __init__(self, run_dir: Path) -> None:
        self._client = SequencerClient(run_dir, answer_seconds_max=_ANSWER_SECONDS_MAX)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Up or not, and if it is up, where it stands."""
        try:
            status = self._client.status()
        except LedgerFault:
            yield GaugeMetricFamily("daftari_sequencer_up", "Whether the sequencer answers.", 0)
            return
        yield GaugeMetricFamily("daftari_sequencer_up", "Whether the sequencer answers.", 1)
        for name, told, member in (
            ("daftari_log_size", "Records in the log.", "size"),
            ("daftari_lease_term", "The term of the lease under which the ledger is written.", "term"),
            ("daftari_orders_waiting", "Orders in the sequencer's queue.", "waiting"),
            ("daftari_orders_held_off", "Orders that met a bug and wait for a restart.", "held_off"),
        ):
            yield GaugeMetricFamily(name, told, int(str(status[member])))
        yield GaugeMetricFamily(
            "daftari_clock_ok",
            "Whether the clock can be trusted.",
            int(status["clock"] == "ok"),
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the server ends."""
    parser = argparse.ArgumentParser(prog="api.metrics_port")
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    chosen = parser.parse_args(arguments)
    end_with_parent(chosen.parent)
    watch_lifeline()
    registry = CollectorRegistry()
    collector: Any = MultiProcessCollector  # its constructor has no types
    collector(registry, path=str(chosen.run_dir / METRICS_FOLDER))
    registry.register(SequencerCollector(chosen.run_dir))
    start_http_server(chosen.port, addr="127.0.0.1", registry=registry)
    threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
