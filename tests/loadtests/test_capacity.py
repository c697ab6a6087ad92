"""A climb ends at the step that breaks, and says whose limit it was. The ledger is real, the steps' times are given."""

from __future__ import annotations

import pytest

from loadtests.auditor import Audited
from loadtests.budgets import BUDGETS, Verdict, budget_lines, judge, read_budgets, validity_lines
from loadtests.capacity import Climb, break_line, climb, knee_line
from loadtests.generator import Answer, Measured
from loadtests.scenarios import Script, Wish
from loadtests.shapes import Scenario
from tests.loadtests.conftest import Ready, Sandbox

WANTED = read_budgets(BUDGETS, Scenario.CAPACITY)
WISH = Wish(rate=160.0, seconds=1.0, payers=0, people=0, seed=1)


def climbed(ready: Ready, *, breaks_above: float, cpu_share: float = 0.2, steps_max: int = 6) -> Climb:
    """A climb on a ledger that answers in 5 ms up to a rate, and in two seconds beyond it."""
    workload = ready(count=1).script.workload
    told: list[float] = []

    def send(script: Script, seconds: float, processes: int) -> Measured:
        count, late = len(script.visits), len(script.visits) / seconds > breaks_above
        measured = Measured(planned=count, planned_orders=count, sent=count, seconds=seconds)
        measured.cpu_share = cpu_share if late else 0.1
        for visit in script.visits:
            measured.slices[0].add(2_000.0 if late else 5.0)
            measured.times["pay"].add(2_000.0 if late else 5.0)
            measured.answers[visit.asks[0].order or 0].append(Answer(201, 1))
        return measured

    made = climb(workload, WISH, WANTED, send, tell=told.append, steps_max=steps_max)
    assert told == [step.rate for step in made.steps]
    assert sorted(made.measured.answers) == list(range(len(made.script.orders)))
    return made


def verdict(made: Climb) -> Verdict:
    """How such a climb ends."""
    budget = budget_lines(WANTED, made.measured, seconds=WISH.seconds, scenario=Scenario.CAPACITY)
    validity = [*validity_lines(WANTED, made.measured), break_line(made)]
    return judge([*budget, knee_line(WANTED, made)], validity, Audited())


def test_the_knee_is_the_last_good_step(sandbox: Sandbox, ready: Ready) -> None:
    """160, 240 and 360 are good, 540 breaks: the climb ends there, and its figures are those of 360."""
    made = climbed(ready, breaks_above=400.0)
    assert [step.rate for step in made.steps] == [160.0, 240.0, 360.0, 540.0]
    assert made.knee == 360.0
    assert made.measured.posted.percentile(0.99) == 5.0
    assert verdict(made) is Verdict.PASS


def test_a_knee_that_is_too_low_misses_its_budget(sandbox: Sandbox, ready: Ready) -> None:
    """The first step is good and below what the ledger must carry; or not even the first is good."""
    assert verdict(climbed(ready, breaks_above=200.0)) is Verdict.BUDGET_MISSED
    nothing = climbed(ready, breaks_above=1.0)
    assert nothing.knee == 0.0
    assert verdict(nothing) is Verdict.BUDGET_MISSED


@pytest.mark.parametrize("breaks_above", [400.0, 1.0])
def test_a_generator_that_breaks_first_finds_no_knee(
    sandbox: Sandbox, ready: Ready, breaks_above: float
) -> None:
    """Its processor was full at the step that broke: whose limit that was, nobody knows."""
    assert verdict(climbed(ready, breaks_above=breaks_above, cpu_share=0.99)) is Verdict.RUN_INVALID


def test_a_climb_may_end_without_a_break(sandbox: Sandbox, ready: Ready) -> None:
    """As many steps as were allowed: the knee is above the last."""
    made = climbed(ready, breaks_above=1e9, steps_max=3)
    assert made.broken is None
    assert knee_line(WANTED, made).measured.startswith("≥ ")
    assert verdict(made) is Verdict.PASS
