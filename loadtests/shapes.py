"""When orders arrive and who pays whom: plain data, made before the load begins."""

from __future__ import annotations

import random
from collections.abc import Iterator
from enum import StrEnum


class Scenario(StrEnum):
    """What is sent."""

    SPREAD = "spread"
    """Everybody pays everybody: no account is warmer than another."""
    HOT_PAYEE = "hot-payee"
    """Everybody pays one account, as on the last day of a tax: what hurts a ledger that locks rows."""
    RETRY_STORM = "retry-storm"
    """The same orders again and again, in parallel, some of them with other content under the same id."""
    MIXED = "mixed"
    """Payments, paid bills and reads, with a share of invalid signatures: an ordinary day."""
    CAPACITY = "capacity"
    """Payments in steps, each faster than the one before, until a budget breaks."""
    SOAK = "soak"
    """The mixed day for a long time, with an eye on the server's memory and on answers that become slower."""
    KIKAO_KAZI = "kikao-kazi"
    """A working session: people arrive, and each opens a wallet, gets money, pays a bill and checks the receipt."""
    BILL_RUSH = "bill-rush"
    """The last day of payment: everybody pays a bill of one institution, which is told of each payment."""


WEB_SCENARIOS = (Scenario.SPREAD, Scenario.HOT_PAYEE)
"""Those that have no end, as Locust's own page wants them."""


def arrivals(*, count: int, seconds: float, seed: int) -> list[float]:
    """The intended starts of `count` orders, in seconds from the beginning, in order.

    Uniform and sorted: a Poisson process, given its count. People do not wait for one another, so arrivals come in
    clusters; and the rate asked for is the rate sent, which a free Poisson count would miss by its own chance.
    """
    chance = random.Random(seed)
    return sorted(chance.uniform(0.0, seconds) for _ in range(count))


def endless_arrivals(*, rate: float, seed: int) -> Iterator[float]:
    """The intended starts of orders without an end, `rate` a second on average: a Poisson process."""
    chance, start = random.Random(seed), 0.0
    while True:
        start += chance.expovariate(rate)
        yield start


def pairs(scenario: Scenario, *, payers: int, count: int, seed: int) -> Iterator[tuple[int, int]]:
    """The places of payer and payee of each order. The hot payee's place is `payers`: it pays nobody.

    Payers take turns in a shuffled order, so that none pays more than one order above its share.
    """
    chance = random.Random(seed)
    turn = list(range(payers))
    for number in range(count):
        place = number % payers
        if place == 0:
            chance.shuffle(turn)
        payer = turn[place]
        if scenario is Scenario.HOT_PAYEE:
            yield payer, payers
        else:
            yield payer, (payer + chance.randrange(1, payers)) % payers
