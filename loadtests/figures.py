"""Figures: latencies in three significant figures, percentiles out of their histogram, and how figures are written."""

from __future__ import annotations

import math
import os
import platform
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NATIONAL_PAYMENTS_PER_SECOND = 14.4
"""Tanzania's instant payment system TIPS, the average of 2024."""


def three_figures(value: float) -> float:
    """A positive number rounded to three significant figures: 0.6243 to 0.624, 147.4 to 147.

    Locust's own rounding makes whole milliseconds of everything below 100 ms, and so hides a fast ledger.
    """
    if value <= 0:
        return 0.0
    return round(value, 2 - math.floor(math.log10(value)))


@dataclass
class Histogram:
    """Milliseconds in three significant figures, and how often each was measured."""

    counts: Counter[float] = field(default_factory=Counter)

    def add(self, milliseconds: float) -> None:
        """Count one measurement."""
        self.counts[three_figures(milliseconds)] += 1

    def add_all(self, counts: Mapping[str, int]) -> None:
        """Count what another process counted (JSON makes texts of the keys)."""
        self.counts.update({float(milliseconds): count for milliseconds, count in counts.items()})

    @property
    def count(self) -> int:
        """How many measurements."""
        return sum(self.counts.values())

    def percentile(self, share: float) -> float:
        """The smallest measurement that at least this share of all does not exceed; 0.0 if there is none."""
        wanted, seen = math.ceil(self.count * share), 0
        for milliseconds in sorted(self.counts):
            seen += self.counts[milliseconds]
            if seen >= wanted:
                return milliseconds
        return 0.0

    def to_json(self) -> dict[str, int]:
        """As JSON keeps it."""
        return {repr(milliseconds): count for milliseconds, count in self.counts.items()}


def number(value: float) -> str:
    """A figure with three significant digits and no exponent: 5,420 · 199.8 · 6.31 · 0.624."""
    if value >= 1_000:
        return f"{value:,.0f}"
    if value >= 100:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def milliseconds(value: float) -> str:
    """A time with three significant digits and its unit: 1,470 ms · 147 ms · 21.7 ms · 6.31 ms · 0.624 ms."""
    for least, decimals in ((100.0, 0), (10.0, 1), (1.0, 2)):
        if value >= least:
            return f"{value:,.{decimals}f} ms"
    return f"{value:.3f} ms"


def machine() -> str:
    """What this ran on: processor, cores, kernel and interpreter."""
    return f"{_processor()}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
