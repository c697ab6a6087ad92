"""Budgets: what a run must reach, read from `budgets.toml`, and the verdict as an exit code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from loadtests.auditor import Audited
from loadtests.figures import milliseconds, number
from loadtests.generator import Measured
from loadtests.shapes import Scenario

BUDGETS = Path(__file__).with_name("budgets.toml")

SPECIAL: Mapping[Scenario, frozenset[str]] = {
    Scenario.MIXED: frozenset({"reads_p99_ms_max"}),
    Scenario.CAPACITY: frozenset({"knee_rate_min"}),
    Scenario.SOAK: frozenset(
        {
            "reads_p99_ms_max",
            "memory_mb_max",
            "memory_growth_mb_max",
            "drift_share_max",
            "drift_free_ms",
        }
    ),
    Scenario.KIKAO_KAZI: frozenset({"step_ms_max"}),
    Scenario.BILL_RUSH: frozenset({"reads_p99_ms_max", "notices_p99_ms_max", "drained_ms_max"}),
}
"""What a scenario promises beyond what all do; its section says all of it."""


class Verdict(IntEnum):
    """How a run ended; the value is the exit code. The worst comes first in `judge`: wrong money outranks all."""

    PASS = 0
    BUDGET_MISSED = 1
    MONEY_WRONG = 2
    RUN_INVALID = 3


class BudgetsInvalid(Exception):
    """A budgets file that does not say all that is needed, and nothing else; the text names what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Budgets:
    """The budgets of one scenario, and what makes a run valid. Shares are of 1, times are milliseconds."""

    posted_rate_share_min: float
    p50_ms_max: float
    p95_ms_max: float
    p99_ms_max: float
    errors_share_max: float
    generator_cpu_share_max: float
    lateness_p99_ms_max: float
    samples_min: float
    special: Mapping[str, float] = field(default_factory=dict)
    """Those that only this scenario has."""


class Line(NamedTuple):
    """One line of the report: its name in `loadtests.words`, the bound and the measurement as they are shown.

    `value`: the measurement where it is one that may be compared with other runs of the same kind.
    """

    name: str
    bound: str
    measured: str
    kept: bool
    value: float | None = None


def read_budgets(path: Path, scenario: str) -> Budgets:
    """The budgets of a scenario.

    Raises:
        BudgetsInvalid: a section, a name or a number is missing or strange.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        values = {**tables[scenario], **tables["valid"]}
        wrong = {name for name, value in values.items() if type(value) not in (int, float) or value < 0}
        if wrong:
            raise BudgetsInvalid(f"{path}: {', '.join(sorted(wrong))}")
        special = {name: values.pop(name) for name in SPECIAL.get(Scenario(scenario), ())}
        return Budgets(**values, special=special)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BudgetsInvalid(f"{path} [{scenario}]: {error}") from error


def budget_lines(budgets: Budgets, measured: Measured, *, seconds: float, scenario: Scenario) -> list[Line]:
    """Each budget that all scenarios have beside what was measured."""
    wanted = measured.planned_orders / seconds * budgets.posted_rate_share_min
    found, posted = measured.posted_rate, measured.posted
    rate = "answered_rate" if scenario is Scenario.RETRY_STORM else "posted_rate"
    lines = [Line(rate, f"≥ {number(wanted)} /s", f"{number(found)} /s", found >= wanted, found)]
    lines += [
        time_line(name, posted.percentile(share), bound)
        for name, share, bound in (
            ("p50", 0.50, budgets.p50_ms_max),
            ("p95", 0.95, budgets.p95_ms_max),
            ("p99", 0.99, budgets.p99_ms_max),
        )
    ]
    if "reads_p99_ms_max" in budgets.special:
        lines.append(
            time_line("reads_p99", measured.reads.percentile(0.99), budgets.special["reads_p99_ms_max"])
        )
    errors = measured.errors / max(1, measured.sent)
    kept = errors <= budgets.errors_share_max
    return [*lines, Line("errors", f"≤ {budgets.errors_share_max:.1%}", f"{errors:.2%}", kept)]


def step_lines(budgets: Budgets, measured: Measured, steps: tuple[str, ...]) -> list[Line]:
    """Nobody waits longer: the slowest of all at each step."""
    bound = budgets.special["step_ms_max"]
    return [time_line(f"slowest.{step}", measured.times[step].percentile(1.0), bound) for step in steps]


def time_line(name: str, found_ms: float, bound_ms: float) -> Line:
    """A time beside its bound; nothing measured keeps none."""
    bound, shown = f"≤ {milliseconds(bound_ms)}", milliseconds(found_ms)
    return Line(name, bound, shown, 0 < found_ms <= bound_ms, found_ms)


def validity_lines(budgets: Budgets, measured: Measured) -> list[Line]:
    """What makes the run a measurement."""
    cpu, cpu_max = measured.cpu_share, budgets.generator_cpu_share_max
    late, late_max = measured.lateness.percentile(0.99), budgets.lateness_p99_ms_max
    samples = sum(times.count for times in measured.times.values()) + measured.wrong.total()
    unsent = measured.planned - measured.sent - measured.skipped
    return [
        Line("generator_cpu", f"≤ {cpu_max:.0%}", f"{cpu:.0%}", cpu <= cpu_max),
        Line("lateness", f"≤ {milliseconds(late_max)}", milliseconds(late), late <= late_max),
        Line("pool_full", "= 0", f"{measured.pool_full:,}", measured.pool_full == 0),
        Line("unsent", "= 0", f"{unsent:,}", unsent == 0 and measured.ended_well),
        Line("samples", f"≥ {budgets.samples_min:,.0f}", f"{samples:,}", samples >= budgets.samples_min),
    ]


def money_lines(audited: Audited) -> list[Line]:
    """What the auditor found, each line zero or wrong."""
    asked, findings = f"{audited.asked_again:,}", audited.count
    lost = findings("lost", "moved", "missing")
    doubled = findings("doubled", "shared", "misplaced", "strange", "log_grew", "twice", "both", "rival")
    conflicts, forged = findings("conflict"), findings("forged")
    balances, receipts, books = (
        findings("balance", "sum"),
        findings("receipt", "receipts_false"),
        findings("books", "supply"),
    )
    overdrawn, unreadable = findings("overdrawn"), findings("unreadable")
    return [
        Line("books", "= 0.00", audited.books_difference or "–", not books),
        Line("balances", "= 0", f"{balances:,} / {audited.balances:,}", not balances),
        Line("overdrawn", "= 0", f"{overdrawn:,} / {audited.balances:,}", not overdrawn),
        Line("lost", "= 0", f"{lost:,} / {asked}", not lost),
        Line("doubled", "= 0", f"{doubled:,} / {asked}", not doubled),
        Line("conflicts", "= 0", f"{conflicts:,}", not conflicts),
        Line("forged", "= 0", f"{forged:,}", not forged),
        Line("receipts", "= 0", f"{receipts:,} / {audited.receipts + receipts:,}", not receipts),
        Line("unaudited", "= 0", f"{unreadable:,}", not unreadable),
    ]


def judge(budget: list[Line], validity: list[Line], audited: Audited) -> Verdict:
    """The verdict: wrong money before everything, then whether it was a measurement, then the budgets."""
    if audited.findings:
        return Verdict.MONEY_WRONG
    if not all(line.kept for line in validity):
        return Verdict.RUN_INVALID
    if not all(line.kept for line in budget):
        return Verdict.BUDGET_MISSED
    return Verdict.PASS
