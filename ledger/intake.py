"""What stands before the queue: a bound on each key's pace, and a watch on the machine's clock."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND, Clock

KEYS_REMEMBERED_MAX = 100_000
REFUSAL_COST = 10
"""A refusal is recorded for ever, so it drains the bucket ten times as fast as an accepted order."""

ORDERS_PER_KEY = "orders-per-key"
"""The name of the bound on what one key posts, as `RateLimit-Policy` says it."""

CLOCK_DRIFT_MAX_US = 2 * MICROSECONDS_PER_SECOND


class Pace(NamedTuple):
    """How fast one key may send: so many orders a second for ever, and so many at once."""

    orders_per_second: int
    orders_burst: int

    def times(self, factor: int) -> Pace:
        """So many times as fast."""
        return Pace(self.orders_per_second * factor, self.orders_burst * factor)

    @property
    def window_seconds(self) -> int:
        """So long takes an empty bucket to be full again."""
        return -(-self.orders_burst // self.orders_per_second)


class TokenBuckets:
    """One token bucket per key, the longest unused forgotten first (a forgotten bucket is a full one)."""

    def __init__(self, pace: Pace, policy: str = ORDERS_PER_KEY) -> None:
        self._pace = pace
        self._policy = policy
        self._buckets: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def take(self, kid: str, *, now_us: int) -> int:
        """Take one token; how many whole ones are left.

        Raises:
            LedgerFault: TOO_MANY_REQUESTS with `retry_after_seconds`, `policy`, `quota` and `window_seconds`.
        """
        tokens = self._refilled(kid, now_us)
        if tokens < MICROSECONDS_PER_SECOND:
            self._keep(kid, tokens, now_us)
            missing = MICROSECONDS_PER_SECOND - tokens
            seconds = -(-missing // (self._pace.orders_per_second * MICROSECONDS_PER_SECOND))
            raise LedgerFault(
                Fault.TOO_MANY_REQUESTS,
                retry_after_seconds=max(1, seconds),
                policy=self._policy,
                quota=self._pace.orders_burst,
                window_seconds=self._pace.window_seconds,
            )
        self._keep(kid, tokens - MICROSECONDS_PER_SECOND, now_us)
        return tokens // MICROSECONDS_PER_SECOND - 1

    def charge_refusal(self, kid: str, *, now_us: int) -> None:
        """Take the rest of what a refusal costs; the bucket may go below zero."""
        tokens = self._refilled(kid, now_us) - (REFUSAL_COST - 1) * MICROSECONDS_PER_SECOND
        self._keep(kid, tokens, now_us)

    def _refilled(self, kid: str, now_us: int) -> int:
        """Tokens in millionths: each microsecond brings `orders_per_second` of them."""
        full = self._pace.orders_burst * MICROSECONDS_PER_SECOND
        tokens, since_us = self._buckets.get(kid, (full, now_us))
        return min(full, tokens + max(0, now_us - since_us) * self._pace.orders_per_second)

    def _keep(self, kid: str, tokens: int, now_us: int) -> None:
        self._buckets[kid] = (tokens, now_us)
        self._buckets.move_to_end(kid)
        if len(self._buckets) > KEYS_REMEMBERED_MAX:
            self._buckets.popitem(last=False)


class ClockWatch:
    """Notices when the wall clock jumps against the monotonic one; deciding stops until it is back or restarted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset_us = clock.wall_us() - clock.monotonic_us()

    def now_us(self) -> int:
        """The wall clock.

        Raises:
            LedgerFault: CLOCK_JUMPED.
        """
        wall_us = self._clock.wall_us()
        offset_us = wall_us - self._clock.monotonic_us()
        drift_us = offset_us - self._offset_us
        if abs(drift_us) > CLOCK_DRIFT_MAX_US:
            raise LedgerFault(Fault.CLOCK_JUMPED, seconds=drift_us // MICROSECONDS_PER_SECOND)
        self._offset_us = offset_us  # what a time daemon corrects little by little is no jump
        return wall_us
