"""Capacity: payments in steps, each faster than the last, until a budget breaks; the last good one is the knee."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from ledger.instants import MachineClock
from loadtests.budgets import Budgets, Line, budget_lines, validity_lines
from loadtests.figures import number
from loadtests.generator import Measured, processes_for
from loadtests.scenarios import Script, Wish, payment_visits
from loadtests.shapes import Scenario
from loadtests.workload import Workload

GROWTH = 1.5
"""How much faster each step is than the one before."""

STEPS_MAX = 16
SAMPLES_MIN = 100
ORDERS_FUNDED = 1_000_000
"""Payers are given money for so many orders: how far the climb goes is what nobody knows before."""


class Step(NamedTuple):
    """One step: the rate asked for, the rate reached, two percentiles in milliseconds, and how it was judged."""

    rate: float
    posted_rate: float
    p50_ms: float
    p99_ms: float
    kept: bool
    valid: bool


@dataclass(frozen=True)
class Climb:
    """All steps, what the knee's step measured (the first one's, if that broke already), and all that was sent."""

    steps: list[Step]
    measured: Measured
    script: Script

    @property
    def knee(self) -> float:
        """The rate of the last step of which every budget was kept; 0.0 if the first broke."""
        return max((step.rate for step in self.steps if step.kept and step.valid), default=0.0)

    @property
    def broken(self) -> Step | None:
        """The step that broke a budget; None if the steps ended before."""
        return next((step for step in self.steps if not (step.kept and step.valid)), None)


Sender = Callable[[Script, float, int], Measured]
"""Sends the visits of a script within so many seconds from so many processes."""


def climb(
    workload: Workload,
    wish: Wish,
    wanted: Budgets,
    send: Sender,
    *,
    tell: Callable[[float], None],
    steps_max: int,
) -> Climb:
    """Go up until a step breaks. `tell` is called with the rate of each step before it begins."""
    steps: list[Step] = []
    whole, best = Script(workload, [], []), None
    answers: Measured | None = None
    for place in range(steps_max):
        step_wish = replace(wish, rate=wish.rate * GROWTH**place, seed=wish.seed + place)
        tell(step_wish.rate)
        first = len(whole.orders)
        whole.orders.extend(workload.payments(MachineClock(), count=step_wish.count, seed=step_wish.seed))
        visits = payment_visits(whole.orders[first:], step_wish, first=first)
        measured = send(
            Script(workload, whole.orders, visits), step_wish.seconds, processes_for(step_wish.rate)
        )
        step = _judged(step_wish, wanted, measured)
        steps.append(step)
        if answers is not None:
            measured.answers.update(answers.answers)
        answers = measured
        if best is None or (step.kept and step.valid):
            best = measured
        if not (step.kept and step.valid):
            break
    if best is None or answers is None:
        raise ValueError(steps_max)
    best.answers.update(answers.answers)
    return Climb(steps, best, whole)


def _judged(wish: Wish, wanted: Budgets, measured: Measured) -> Step:
    lines = budget_lines(wanted, measured, seconds=wish.seconds, scenario=Scenario.CAPACITY)
    posted = measured.posted
    return Step(
        rate=wish.rate,
        posted_rate=measured.posted_rate,
        p50_ms=posted.percentile(0.50),
        p99_ms=posted.percentile(0.99),
        kept=all(line.kept for line in lines),
        valid=all(line.kept for line in validity_lines(wanted, measured)),
    )


def knee_line(wanted: Budgets, climbed: Climb) -> Line:
    """The knee beside the least that it must be."""
    bound, knee = wanted.special["knee_rate_min"], climbed.knee
    more = "" if climbed.broken else "≥ "
    return Line("knee", f"≥ {number(bound)} /s", f"{more}{number(knee)} /s", knee >= bound, knee)


def break_line(climbed: Climb) -> Line:
    """Whether it was the ledger that broke: a step that the generator could not send says nothing about a knee."""
    broken = climbed.broken
    said = "–" if broken is None else f"{number(broken.rate)} /s"
    return Line("broke_at", "–", said, broken is None or broken.valid)
