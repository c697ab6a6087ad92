"""Every fault that the simulator injects. A new one joins by one decorated function in `strikes`; nothing else to do.

A test compares the registry with the table in `docs/explanation/how-we-test.md`, and another wants each fault to have
struck in the 60 seeds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any, TypeVar

Strike = TypeVar("Strike", bound=Callable[..., Any])


class Place(StrEnum):
    """Where a fault strikes, and so what its function is handed."""

    REQUEST = "request"
    """A message on its way to the ledger: (network, message)."""
    ANSWER = "answer"
    """A message on its way back: (network, message)."""
    BEGIN = "begin"
    """The beginning of a batch's database transaction: (connection)."""
    COMMIT = "commit"
    """The COMMIT of a batch: (connection)."""
    STEP = "step"
    """Between two steps: (simulation)."""


@dataclass(frozen=True)
class FaultForm:
    """One fault: its name, where it strikes, how often in 1,000 chances, and what it does."""

    name: str
    place: Place
    per_mille: int
    strike: Callable[..., Any]


FAULTS: dict[str, FaultForm] = {}


def fault(place: Place, *, per_mille: int) -> Callable[[Strike], Strike]:
    """Register a fault under the name of its function."""

    def register(strike: Strike) -> Strike:
        if strike.__name__ in FAULTS:
            raise ValueError(strike.__name__)
        FAULTS[strike.__name__] = FaultForm(strike.__name__, place, per_mille, strike)
        return strike

    return register


class Fate:
    """Draws which faults strike, and counts them. Switched off, nothing strikes any more."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.on = True
        self.struck: Counter[str] = Counter()

    def draw(self, place: Place) -> FaultForm | None:
        """The fault that strikes at this place now, if one does."""
        if not self.on:
            return None
        lot = self._chance.randrange(1_000)
        for form in FAULTS.values():
            if form.place is place:
                if lot < form.per_mille:
                    self.struck[form.name] += 1
                    return form
                lot -= form.per_mille
        return None
