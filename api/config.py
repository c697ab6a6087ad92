"""Every limit of the API, named, with its unit last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ledger.intake import Pace


@dataclass(frozen=True)
class Config:
    """What an API process is told. `metrics_port` 0: none."""

    database: str
    run_dir: Path
    host: str = "127.0.0.1"
    port: int = 8470
    workers: int = 1
    threads: int = 16
    metrics_port: int = 0
    body_bytes_max: int = 8 * 1024 * 1024
    name_bytes_max: int = 512
    bulk_orders_max: int = 1_000
    page_rows_max: int = 100
    records_max: int = 1_000
    keys_remembered_max: int = 200_000
    token_seconds_max: int = 300
    clock_skew_seconds_max: int = 60
    answer_seconds_max: float = 10.0
    lookups_per_key: Pace = Pace(orders_per_second=10, orders_burst=200)
    lookups_per_address: Pace = Pace(orders_per_second=50, orders_burst=1_000)
