"""A figure of a bench beside its yardstick: rates of slices that took turns, their medians, and the goal."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field


@dataclass
class Ratio:
    """One line of a bench; rates are in orders a second."""

    name: str
    goal: float
    figures: list[float] = field(default_factory=list)
    yardsticks: list[float] = field(default_factory=list)

    def note(self, figure: float, yardstick: float) -> None:
        """Add a slice and its yardstick."""
        self.figures.append(figure)
        self.yardsticks.append(yardstick)

    @property
    def figure(self) -> float:
        """The median rate."""
        return statistics.median(self.figures)

    @property
    def yardstick(self) -> float:
        """The median of the yardstick."""
        return statistics.median(self.yardsticks)

    @property
    def ratio(self) -> float:
        """The one by the other."""
        return self.figure / self.yardstick

    @property
    def text(self) -> str:
        """The ratio, with a mark if it reaches the goal."""
        return f"{self.ratio:.2f} {'✓' if self.ratio >= self.goal else ' '}"
