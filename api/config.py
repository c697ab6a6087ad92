"""Every limit of the API, named, with its unit last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ledger.intake import Pace
from ledger.signing.jws import JWS_BYTES_MAX
from ledger.wire import ANSWER_SECONDS_MAX, ORDERS_PER_FRAME_MAX

LOOKUPS_PER_KEY = Pace(orders_per_second=10, orders_burst=200)
LOOKUPS_PER_ADDRESS = Pace(orders_per_second=50, orders_burst=1_000)
READS_PER_KEY = Pace(orders_per_second=200, orders_burst=5_000)
READS_PER_ADDRESS = Pace(orders_per_second=1_000, orders_burst=20_000)
NEW_KEYS_PER_ADDRESS = Pace(orders_per_second=20, orders_burst=10_000)


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
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    directory_key: Path | None = None
    """The file of the key to people's data; without it there is no directory."""

    # What may come in.
    order_bytes_max: int = JWS_BYTES_MAX
    body_bytes_max: int = 8 * 1024 * 1024
    bulk_orders_max: int = ORDERS_PER_FRAME_MAX
    name_bytes_max: int = 512
    person_bytes_max: int = 2_048
    lookups_shown_max: int = 100
    receipt_bytes_max: int = 1024 * 1024

    # How slowly it may come in. A body has so long, and as much longer as it is large.
    header_milliseconds_max: int = 10_000
    body_seconds_max: float = 10.0
    body_bytes_per_second_min: int = 64 * 1024
    drained_bytes_max: int = 64 * 1024 * 1024
    """How much of a body that is too large is read and thrown away, so that its sender gets to read why."""
    large_bodies_bytes_max: int = 256 * 1024 * 1024
    """Bodies beyond one order's size that are in memory at one time, together."""
    connections_max: int = 8_192
    requests_waiting_max: int = 1_024
    orders_waiting_max: int = 20_000

    # What goes out.
    page_rows_max: int = 100
    statement_rows_max: int = 1_000
    records_max: int = 1_000
    answer_seconds_max: float = ANSWER_SECONDS_MAX

    # Callers.
    keys_remembered_max: int = 200_000
    token_seconds_max: int = 300
    clock_skew_seconds_max: int = 60
    lookups_per_key: Pace = LOOKUPS_PER_KEY
    lookups_per_address: Pace = LOOKUPS_PER_ADDRESS
    reads_per_key: Pace = READS_PER_KEY
    reads_per_address: Pace = READS_PER_ADDRESS
    new_keys_per_address: Pace = NEW_KEYS_PER_ADDRESS
    """Keys that register themselves in a sandbox: without it new keys would go round the bound on each key."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks whose `X-Forwarded-For` is believed."""
    limits_times: int = 1

    def wider(self) -> Config:
        """The same with its bounds per key and address so many times as wide: for a load generator on one address."""
        return replace(
            self,
            **{name: getattr(self, name).times(self.limits_times) for name in _WIDENED},
        )


_WIDENED = (
    "lookups_per_key",
    "lookups_per_address",
    "reads_per_key",
    "reads_per_address",
    "new_keys_per_address",
)
