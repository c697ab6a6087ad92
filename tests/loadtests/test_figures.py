"""Figures, shapes, budgets, charts and words: what a run is measured and told with."""

from __future__ import annotations

import random
import re
import string
import xml.etree.ElementTree as ET
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests import budgets, charts, words
from loadtests.auditor import Audited
from loadtests.budgets import BUDGETS, BudgetsInvalid, Verdict, read_budgets
from loadtests.figures import Histogram, milliseconds, number, three_figures
from loadtests.generator import SLICES, Answer, Measured, Memory, processes_for
from loadtests.memory import soak_lines
from loadtests.people import STEPS, WALLET
from loadtests.report import KIND_COLUMNS, STEP_COLUMNS
from loadtests.rush import rush_lines
from loadtests.scenarios import MIXED_SHARES
from loadtests.shapes import Scenario, arrivals, endless_arrivals, pairs
from loadtests.visits import FORGED, READS

SOURCES = Path(__file__).parents[2] / "loadtests"


def measured(*, milliseconds: float = 5.0, cpu_share: float = 0.1, count: int = 1_000) -> Measured:
    """A run in which everything went well, but for what is said."""
    run = Measured(planned=count, planned_orders=count, sent=count, seconds=10.0, cpu_share=cpu_share)
    for place in range(count):
        run.slices[place % SLICES].add(milliseconds)
        run.times["pay"].add(milliseconds)
        run.lateness.add(0.1)
        run.answers[place].append(Answer(201, place))
    return run


def verdict(run: Measured, audited: Audited | None = None) -> Verdict:
    """The verdict on a run at 100 orders a second, by the budgets that are shipped."""
    wanted = read_budgets(BUDGETS, "spread")
    lines = budgets.budget_lines(wanted, run, seconds=10.0, scenario=Scenario.SPREAD)
    return budgets.judge(lines, budgets.validity_lines(wanted, run), audited or Audited())


@given(st.floats(min_value=1e-3, max_value=1e6))
def test_three_figures_are_near(value: float) -> None:
    """Rounding moves a measurement by at most half a unit of its third figure, below a millisecond too."""
    assert abs(three_figures(value) - value) <= value * 0.005 + 1e-12


@given(
    st.lists(st.floats(min_value=0.01, max_value=1e5), min_size=1, max_size=200),
    st.sampled_from([0.5, 0.95, 0.99, 1.0]),
)
def test_a_percentile_is_a_measurement(values: list[float], share: float) -> None:
    """It is the measurement at its place in the order, rounded, also after a way through JSON."""
    histogram, copy = Histogram(), Histogram()
    for value in values:
        histogram.add(value)
    copy.add_all(histogram.to_json())
    place = max(0, -int(-len(values) * share // 1) - 1)
    assert histogram.percentile(share) == copy.percentile(share) == three_figures(sorted(values)[place])


def test_no_measurement_has_no_percentile() -> None:
    """Nothing measured is 0.0, which no budget takes for quick."""
    assert Histogram().percentile(0.99) == 0.0
    assert verdict(measured(count=0)) is Verdict.RUN_INVALID


@pytest.mark.parametrize(
    "value,text",
    [(12345.6, "12,346"), (199.84, "199.8"), (6.314, "6.31"), (0.62431, "0.624"), (0.0, "0.000")],
)
def test_numbers_are_written_with_three_figures(value: float, text: str) -> None:
    """No exponent, no unit, thousands apart."""
    assert number(value) == text


@given(st.integers(1, 500), st.floats(0.1, 100), st.integers(0, 9))
def test_arrivals_are_as_many_as_asked(count: int, seconds: float, seed: int) -> None:
    """Exactly so many, in order, within the time."""
    starts = arrivals(count=count, seconds=seconds, seed=seed)
    assert len(starts) == count
    assert starts == sorted(starts)
    assert 0 <= starts[0] <= starts[-1] <= seconds


def test_endless_arrivals_keep_their_rate() -> None:
    """A thousand arrivals at 100 a second take about ten seconds."""
    *_, last = islice(endless_arrivals(rate=100, seed=4), 1_000)
    assert 8.5 < last < 11.5


@given(st.sampled_from(Scenario), st.integers(2, 20), st.integers(1, 200), st.integers(0, 9))
def test_nobody_pays_themselves_or_more_than_their_share(
    scenario: Scenario, payers: int, count: int, seed: int
) -> None:
    """Funding for one order above the even share is always enough."""
    chosen = list(pairs(scenario, payers=payers, count=count, seed=seed))
    assert len(chosen) == count
    for payer in range(payers):
        assert sum(one == payer for one, _ in chosen) <= count // payers + 1
    assert all(payer != payee for payer, payee in chosen)
    if scenario is Scenario.HOT_PAYEE:
        assert {payee for _, payee in chosen} == {payers}
    else:
        assert all(0 <= payee < payers for _, payee in chosen)


def test_the_worst_verdict_wins() -> None:
    """Wrong money outranks an invalid run, which outranks a missed budget."""
    wrong = Audited()
    wrong.wrong("books", currency="TZS", difference="0.01")
    assert verdict(measured()) is Verdict.PASS
    assert verdict(measured(milliseconds=5_000)) is Verdict.BUDGET_MISSED
    assert verdict(measured(cpu_share=0.95, milliseconds=5_000)) is Verdict.RUN_INVALID
    assert verdict(measured(cpu_share=0.95, milliseconds=5_000), wrong) is Verdict.MONEY_WRONG


def test_a_saturated_generator_is_no_measurement() -> None:
    """Its processor, its pool, its own lateness, a generator that broke off: each makes a run invalid."""
    late, full, broken = measured(), measured(), measured()
    for _ in range(50):
        late.lateness.add(10_000.0)
    full.pool_full = 1
    broken.ended_well = False
    for run in (late, full, broken, measured(cpu_share=0.91), measured(count=99)):
        assert verdict(run) is Verdict.RUN_INVALID


def test_every_scenario_has_budgets() -> None:
    """The file that is shipped says all that is needed."""
    for scenario in Scenario:
        assert read_budgets(BUDGETS, scenario).p99_ms_max > 0


@pytest.mark.parametrize(
    "change",
    [
        ("p50_ms_max = 50.0", ""),
        ("p50_ms_max = 50.0", "p50_ms_max = -1"),
        ("\np50_ms_max", "\np51_ms_max"),
        ("[spread]", "["),
    ],
)
def test_strange_budgets_are_refused(change: tuple[str, str], tmp_path: Path) -> None:
    """A missing, negative or unknown budget is a mistake, never a pass."""
    path = tmp_path / "budgets.toml"
    path.write_text(BUDGETS.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")
    with pytest.raises(BudgetsInvalid):
        read_budgets(path, "spread")


def test_generators_multiply_with_the_rate() -> None:
    """One process up to its bound, then as many as share the rate."""
    assert [processes_for(rate) for rate in (1, 1_500, 1_501, 6_000)] == [1, 1, 2, 4]


@given(st.floats(0.001, 1e5), st.floats(0.001, 1e5))
def test_charts_are_well_formed(one: float, two: float) -> None:
    """Whatever the figures, the SVG is XML, and every point lies inside it."""
    low, high = sorted((one, two))
    chart = charts.line_chart(
        "a < b",
        charts.decades(low, high),
        charts.linear(high),
        [charts.Series("&", "one", [(low, 0), (high, high)])],
    )
    root = ET.fromstring(chart)  # noqa: S314 - our own text
    assert root.find("title") is not None
    for point in re.findall(r"[-0-9.]+,[-0-9.]+", str(root.find("polyline").get("points"))):  # type: ignore[union-attr]
        x, y = (float(part) for part in point.split(","))
        assert 0 <= x <= charts.WIDTH
        assert 0 <= y <= charts.HEIGHT


def watched_run() -> Measured:
    """A run whose server's memory was looked at: it warms up in the first half and stays."""
    run = measured()
    run.memory = [Memory(float(second), min(100.0 + 10 * second, 150.0), {}) for second in range(40)]
    return run


def kept(run: Measured) -> dict[str, bool]:
    """Which budgets of a soak a run keeps."""
    return {line.name: line.kept for line in soak_lines(read_budgets(BUDGETS, "soak"), run)}


def test_a_soak_sees_a_leak_and_a_drift() -> None:
    """Warming up is no leak; steady growth, too much memory and answers that become slower each break a budget."""
    assert kept(watched_run()) == {"memory": True, "memory_growth": True, "drift": True}
    leaking, slowing, large = watched_run(), watched_run(), watched_run()
    leaking.memory = [Memory(float(second), 100.0 + 5 * second, {}) for second in range(40)]
    assert kept(leaking) == {"memory": True, "memory_growth": False, "drift": True}
    large.memory = [Memory(0.0, 900.0, {})] * 8
    assert kept(large) == {"memory": False, "memory_growth": True, "drift": True}
    for part in range(15, SLICES):
        for _ in range(100):
            slowing.slices[part].add(80.0)
    assert kept(slowing) == {"memory": True, "memory_growth": True, "drift": False}
    unseen = measured()
    assert set(kept(unseen)) == {"drift"}


@pytest.mark.parametrize(
    "value,text",
    [(1_470.0, "1,470 ms"), (147.0, "147 ms"), (21.7, "21.7 ms"), (6.31, "6.31 ms"), (0.624, "0.624 ms")],
)
def test_times_are_written_with_three_figures(value: float, text: str) -> None:
    """As they were measured, no more digits and no fewer."""
    assert milliseconds(value) == text


def places_in(text: str) -> set[str]:
    """The names of the places in a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_sentence_exists_in_both_languages() -> None:
    """Both have words, and the same places for values."""
    for key, (english, swahili) in words.SENTENCES.items():
        assert english.strip(), key
        assert swahili.strip(), key
        assert places_in(english) == places_in(swahili), key


def test_every_name_has_a_sentence() -> None:
    """Each line of the report, each finding, each verdict and each scenario can be said."""
    lines = [
        *(
            line
            for scenario in Scenario
            for line in budgets.budget_lines(
                read_budgets(BUDGETS, scenario), measured(), seconds=1.0, scenario=scenario
            )
        ),
        *soak_lines(read_budgets(BUDGETS, "soak"), watched_run()),
        *budgets.validity_lines(read_budgets(BUDGETS, "spread"), measured()),
        *budgets.money_lines(Audited()),
        *rush_lines(Audited()),
    ]
    found = {
        kind
        for name in ("auditor.py", "run.py", "rush.py")
        for kind in re.findall(r'wrong\("([a-z_]+)"', (SOURCES / name).read_text(encoding="utf-8"))
    } | {"doubled", "missing", "both", "forged", "rival"}
    kinds = {"pay", "again", WALLET, FORGED, *STEPS, *READS, *MIXED_SHARES}
    wanted = {line.name for line in lines} | {f"found.{kind}" for kind in found}
    wanted |= {f"kind.{kind}" for kind in kinds} | {
        *KIND_COLUMNS,
        *STEP_COLUMNS,
        "knee",
        "broke_at",
        "notices_p99",
        "drained",
        "kind.pay_again",
    }
    wanted |= {f"verdict.{verdict.value}" for verdict in Verdict} | {
        f"scenario.{one.value}" for one in Scenario
    }
    assert len(found) > 8
    assert wanted <= words.SENTENCES.keys()


def test_the_seed_gives_the_same_run() -> None:
    """A run can be repeated: same seed, same arrivals, same pairs."""
    seed = random.Random().randrange(1_000)
    assert arrivals(count=50, seconds=1, seed=seed) == arrivals(count=50, seconds=1, seed=seed)
    one, two = (list(pairs(Scenario.SPREAD, payers=9, count=50, seed=seed)) for _ in range(2))
    assert one == two
