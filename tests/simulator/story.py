"""What happened, kept so that a broken promise can be told as a short story: the last steps that touched it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

EVENTS_TOLD_MAX = 25


class Event(NamedTuple):
    """One thing that happened: in which step, in words, and the ids and addresses that it touched."""

    step: int
    text: str
    touched: frozenset[str]


class Broken(AssertionError):
    """A promise of the ledger did not hold. `touched` names the orders, accounts or records that it is about."""

    def __init__(self, what: str, *touched: str) -> None:
        self.what = what
        self.touched = touched
        super().__init__(what)


class Story:
    """All events of a run, in order."""

    def __init__(self) -> None:
        self.step = 0
        self.events: list[Event] = []

    def tell(self, text: str, *touched: str) -> None:
        """Note what happened just now."""
        self.events.append(Event(self.step, text, frozenset(touched)))

    def about(self, touched: Iterable[str]) -> list[str]:
        """The last events that touched one of these, and whatever touched what those orders named."""
        wanted = set(touched)
        own = [event for event in self.events if event.touched & wanted]
        for event in own[-EVENTS_TOLD_MAX:]:
            wanted |= event.touched if len(event.touched) <= 4 else set()
        chosen = [event for event in self.events if not event.touched or event.touched & wanted]
        return [f"  step {event.step:>4}  {event.text}" for event in chosen[-EVENTS_TOLD_MAX:]]


def short(order_id: str) -> str:
    """Enough of an order's id to know it again in a story."""
    return f"…{order_id[-8:]}"
