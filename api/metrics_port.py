"""`python -m api.metrics_port`: /metrics on a port of its own on 127.0.0.1, for all workers and the sequencer.

A process of its own, started by the server: the numbers of the workers come from their files, the sequencer is asked.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from api.names import METRICS_FOLDER
from api.sequencer_metrics import SequencerCollector
from ledger.lifeline import end_with_parent, watch_lifeline
from ledger.logs import start_logs
from ledger.sandbox_clock import SandboxClock
from ledger.wire import SequencerClient

_ANSWER_SECONDS_MAX = 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the server ends."""
    parser = argparse.ArgumentParser(prog="api.metrics_port")
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    chosen = parser.parse_args(arguments)
    start_logs()
    end_with_parent(chosen.parent)
    watch_lifeline()
    registry = CollectorRegistry()
    collector: Any = MultiProcessCollector  # its constructor has no types
    collector(registry, path=str(chosen.run_dir / METRICS_FOLDER))
    client = SequencerClient(chosen.run_dir, answer_seconds_max=_ANSWER_SECONDS_MAX)
    registry.register(SequencerCollector(client, SandboxClock(chosen.run_dir)))
    start_http_server(chosen.port, addr="127.0.0.1", registry=registry)
    threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
