"""The pace of a key and the watch on the clock."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND
from ledger.intake import REFUSAL_COST, ClockWatch, Pace, TokenBuckets

SECOND = MICROSECONDS_PER_SECOND


@dataclass
class HandClock:
    """A clock whose two hands a test moves."""

    wall: int = 1_000 * SECOND
    monotonic: int = 5 * SECOND

    def wall_us(self) -> int:
        """The wall."""
        return self.wall

    def monotonic_us(self) -> int:
        """The other."""
        return self.monotonic


def taken(buckets: TokenBuckets, kid: str, *, now_us: int, most: int = 1_000) -> int:
    """How many tokens can be taken at once."""
    count = 0
    for _ in range(most):
        try:
            buckets.take(kid, now_us=now_us)
        except LedgerFault:
            break
        count += 1
    return count


def test_a_bucket_gives_its_burst_and_then_its_pace() -> None:
    """Five at once, then two a second, never more than the burst after a long pause."""
    buckets = TokenBuckets(Pace(orders_per_second=2, orders_burst=5))
    assert taken(buckets, "a", now_us=0) == 5
    with pytest.raises(LedgerFault) as caught:
        buckets.take("a", now_us=0)
    assert caught.value.fault is Fault.TOO_MANY_REQUESTS
    assert taken(buckets, "a", now_us=SECOND) == 2
    assert taken(buckets, "a", now_us=SECOND + SECOND // 2) == 1
    assert taken(buckets, "a", now_us=1_000 * SECOND) == 5


def test_one_key_does_not_slow_another() -> None:
    """Each key has a bucket of its own."""
    buckets = TokenBuckets(Pace(1, 3))
    assert taken(buckets, "a", now_us=0) == 3
    assert taken(buckets, "b", now_us=0) == 3


def test_a_refusal_drains_ten_times_as_fast() -> None:
    """After one refused order a bucket of twenty has ten left."""
    buckets = TokenBuckets(Pace(1, 20))
    buckets.take("a", now_us=0)
    buckets.charge_refusal("a", now_us=0)
    assert taken(buckets, "a", now_us=0) == 20 - REFUSAL_COST


def test_the_wait_that_is_told_is_long_enough() -> None:
    """After the told seconds one more order is taken."""
    buckets = TokenBuckets(Pace(1, 1))
    buckets.take("a", now_us=0)
    buckets.charge_refusal("a", now_us=0)
    with pytest.raises(LedgerFault) as caught:
        buckets.take("a", now_us=0)
    seconds = int(caught.value.details["retry_after_seconds"])
    buckets.take("a", now_us=seconds * SECOND)


def test_a_clock_that_jumps_is_noticed_until_it_is_back() -> None:
    """A jump of more than two seconds stops; two clocks that move together do not."""
    clock = HandClock()
    watch = ClockWatch(clock)
    clock.wall += 60 * SECOND
    clock.monotonic += 60 * SECOND
    assert watch.now_us() == clock.wall
    clock.wall += 3 * SECOND
    for _ in range(2):
        with pytest.raises(LedgerFault) as caught:
            watch.now_us()
        assert caught.value.fault is Fault.CLOCK_JUMPED
    clock.wall -= 3 * SECOND
    assert watch.now_us() == clock.wall


def test_a_clock_that_is_slowly_corrected_is_no_jump() -> None:
    """A second at a time, over a minute."""
    clock = HandClock()
    watch = ClockWatch(clock)
    for _ in range(60):
        clock.wall += SECOND
        assert watch.now_us() == clock.wall
