"""How often one caller may ask, and how much may be in memory at one time.

Each API process counts for itself: with several workers the bounds are so many times as wide. The headers are those of
the draft standard draft-ietf-httpapi-ratelimit-headers: a policy has a quota `q` and the seconds `w` in which an empty
quota is full again; `r` is what remains and `t` the seconds until it is full.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.config import Config
from ledger.faults import Fault, LedgerFault
from ledger.instants import Clock
from ledger.intake import Pace, TokenBuckets

LOOKUPS_PER_KEY, LOOKUPS_PER_ADDRESS = "lookups-per-key", "lookups-per-address"
READS_PER_KEY, READS_PER_ADDRESS = "reads-per-key", "reads-per-address"
NEW_KEYS_PER_ADDRESS = "new-keys-per-address"
_POLICY, _LIMIT = "RateLimit-Policy", "RateLimit"


class Counted(NamedTuple):
    """A request that a policy let through, and what remains of its quota."""

    policy: str
    pace: Pace
    remaining: int


def counted_headers(counted: Sequence[Counted]) -> list[tuple[str, str]]:
    """What remains, per policy that counted the request."""
    policies = [f'"{one.policy}";q={one.pace.orders_burst};w={one.pace.window_seconds}' for one in counted]
    limits = [f'"{one.policy}";r={one.remaining};t={_seconds_until_full(one)}' for one in counted]
    return [(_POLICY, ", ".join(policies)), (_LIMIT, ", ".join(limits))] if counted else []


def _seconds_until_full(one: Counted) -> int:
    return -(-(one.pace.orders_burst - one.remaining) // one.pace.orders_per_second)


def exceeded(details: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers of a request that went beyond a quota, from the details of its fault."""
    policy, wait = details["policy"], details["retry_after_seconds"]
    return [
        (_POLICY, f'"{policy}";q={details["quota"]};w={details["window_seconds"]}'),
        (_LIMIT, f'"{policy}";r=0;t={wait}'),
    ]


class Quotas:
    """The bounds of one API process, each with a bucket per key or network address."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._clock = clock
        self._paces = {
            LOOKUPS_PER_KEY: config.lookups_per_key,
            LOOKUPS_PER_ADDRESS: config.lookups_per_address,
            READS_PER_KEY: config.reads_per_key,
            READS_PER_ADDRESS: config.reads_per_address,
            NEW_KEYS_PER_ADDRESS: config.new_keys_per_address,
        }
        self._buckets = {policy: _SharedBuckets(pace, policy) for policy, pace in self._paces.items()}

    def count(self, policy: str, name: str) -> Counted:
        """Count one request of this key or address.

        Raises:
            LedgerFault: TOO_MANY_REQUESTS.
        """
        remaining = self._buckets[policy].take(name, self._clock.monotonic_us())
        return Counted(policy, self._paces[policy], remaining)

    def count_lookup(self, *, kid: str, address: str) -> list[Counted]:
        """Count one look-up of a bill or a payee, so that nobody walks through them.

        Raises:
            LedgerFault: TOO_MANY_REQUESTS.
        """
        return [self.count(LOOKUPS_PER_KEY, kid), self.count(LOOKUPS_PER_ADDRESS, address)]


class _SharedBuckets:
    """Token buckets that several threads take from."""

    def __init__(self, pace: Pace, policy: str) -> None:
        self._buckets = TokenBuckets(pace, policy)
        self._lock = threading.Lock()

    def take(self, name: str, now_us: int) -> int:
        with self._lock:
            return self._buckets.take(name, now_us=now_us)


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
