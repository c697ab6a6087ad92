"""How often one caller may look at what others own, and how much may be in memory at one time.

Each API process counts for itself: with several workers the bounds are so many times as wide.
"""

from __future__ import annotations

import threading

from api.config import Config
from ledger.faults import Fault, LedgerFault
from ledger.instants import Clock
from ledger.intake import Pace, TokenBuckets


class Lookups:
    """Look-ups of bills and payees, counted per key and per network address, so that nobody walks through them."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._clock = clock
        self._per_key = _SharedBuckets(config.lookups_per_key)
        self._per_address = _SharedBuckets(config.lookups_per_address)

    def count(self, *, kid: str, address: str) -> None:
        """Count one look-up.

        Raises:
            LedgerFault: TOO_MANY_REQUESTS.
        """
        now_us = self._clock.monotonic_us()
        self._per_key.take(kid, now_us)
        self._per_address.take(address, now_us)


class _SharedBuckets:
    """Token buckets that several threads take from."""

    def __init__(self, pace: Pace) -> None:
        self._buckets = TokenBuckets(pace)
        self._lock = threading.Lock()

    def take(self, name: str, now_us: int) -> None:
        with self._lock:
            self._buckets.take(name, now_us=now_us)


class Room:
    """So much of something at one time, together: bytes in memory, requests that wait. For one thread's use."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0

    def take(self, amount: int) -> None:
        """Take some; give it back with `give`.

        Raises:
            LedgerFault: BUSY if there is not so much left.
        """
        if self._taken + amount > self._most:
            raise LedgerFault(Fault.BUSY, retry_after_seconds=1)
        self._taken += amount

    def give(self, amount: int) -> None:
        """Give some back."""
        self._taken -= amount
