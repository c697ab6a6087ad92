"""Time, handed in: it goes on by what a step takes, and the ledger's clock may be set back."""

from __future__ import annotations

from ledger.instants import MICROSECONDS_PER_SECOND
from tests.strategies import NOW_US


class SimulatedClock:
    """True time, and how far the ledger's clock is behind it."""

    def __init__(self) -> None:
        self.true_us = NOW_US + MICROSECONDS_PER_SECOND
        self.behind_us = 0

    def wall_us(self) -> int:
        """What a wallet's clock shows."""
        return self.true_us

    def ledger_us(self) -> int:
        """What the ledger's clock shows."""
        return self.true_us - self.behind_us

    def advance(self, seconds: float) -> None:
        """Let time go by; the time daemon mends the ledger's clock little by little."""
        passed_us = int(seconds * MICROSECONDS_PER_SECOND)
        self.true_us += passed_us
        self.behind_us = max(0, self.behind_us - passed_us // 2)
