"""The report of a load test: one content, shown in the terminal here, as a page by `loadtests.page`, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.words.languages import Language
from loadtests.auditor import FINDINGS_TOLD_MAX, Audited
from loadtests.baselines import Band, compared
from loadtests.budgets import Line, Verdict
from loadtests.capacity import Step
from loadtests.figures import NATIONAL_PAYMENTS_PER_SECOND, cores, machine, milliseconds, number
from loadtests.generator import Measured
from loadtests.shapes import Scenario
from loadtests.visits import NO_ANSWER, NOT_PROVED
from loadtests.words import say

_NAME_WIDTH = 40


@dataclass(frozen=True)
class Setting:
    """What was asked for, and where it ran. Empty `database`: a ledger elsewhere, which does not say."""

    scenario: Scenario
    rate: float
    seconds: float
    url: str
    database: str
    workers: int
    threads: int
    processes: int
    people: int = 0

    @property
    def key(self) -> str:
        """What must be the same for two runs to be compared."""
        amount = f"{self.people} people" if self.people else f"{self.rate:g}/s"
        place = f"{self.database} {self.workers}x{self.threads}" if self.database else self.url
        return f"{self.scenario.value} {amount} {self.seconds:g}s {place}"


@dataclass(frozen=True)
class Report:
    """Everything that a run has to say. `bands`: earlier runs here; `steps`: those of a climb; `notes`: sentences."""

    setting: Setting
    measured: Measured
    audited: Audited
    budget: list[Line]
    validity: list[Line]
    money: list[Line]
    verdict: Verdict
    steps: list[Step] = field(default_factory=list)
    bands: Mapping[str, Band] = field(default_factory=dict)
    notes: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def headline(setting: Setting, language: Language) -> str:
    """What was asked for, in one line."""
    if setting.people:
        shape = say("people", language, people=f"{setting.people:,}")
    elif setting.scenario is Scenario.CAPACITY:
        shape = say("steps_from", language, rate=f"{setting.rate:g}")
    else:
        shape = say("shape", language, rate=f"{setting.rate:g}")
    parts = [
        setting.scenario.value,
        shape,
        say("seconds", language, seconds=f"{setting.seconds:g}"),
        say("cores", language, cores=cores()),
    ]
    return " · ".join([*parts, setting.database] if setting.database else parts)


def multiple(measured: Measured, language: Language) -> str:
    """The rate beside the country's."""
    rate = measured.accepted_rate
    times = number(rate / NATIONAL_PAYMENTS_PER_SECOND)
    return say(
        "multiple", language, rate=number(rate), multiple=times, national=f"{NATIONAL_PAYMENTS_PER_SECOND}"
    )


def environment(report: Report, language: Language) -> list[tuple[str, str]]:
    """Where it was measured, name by name."""
    setting, read = report.setting, report.audited.records_read
    log_read = (
        say("log_not_read", language) if read is None else say("log_read_count", language, count=f"{read:,}")
    )
    database = setting.database or say("elsewhere", language, url=setting.url)
    rows = [
        ("machine", f"{machine()}, {say('cores', language, cores=cores())}"),
        ("database", database),
        ("durability", say("durable", language)),
        ("generators", say("generator_processes", language, count=setting.processes)),
        ("log_read", log_read),
    ]
    if setting.database:
        rows.insert(
            2, ("server", say("server_threads", language, workers=setting.workers, threads=setting.threads))
        )
    return [(say(name, language), value) for name, value in rows]


def kind_rows(report: Report, language: Language) -> list[list[str]]:
    """By kind of request: how many were answered as they should be, three percentiles, the slowest, the others."""
    measured = report.measured
    wrong: dict[str, int] = {}
    for (kind, _), count in measured.wrong.items():
        wrong[kind] = wrong.get(kind, 0) + count
    rows = []
    for kind in sorted(measured.times.keys() | wrong.keys()):
        times = measured.times[kind]
        figures = [milliseconds(times.percentile(share)) for share in (0.5, 0.95, 0.99, 1.0)]
        rows.append([say(f"kind.{kind}", language), f"{times.count:,}", *figures, f"{wrong.get(kind, 0):,}"])
    return rows


KIND_COLUMNS = ("kind", "good", "p50_short", "p95", "p99", "slowest", "not_good")


def step_rows(report: Report) -> list[list[str]]:
    """The steps of a climb: asked, reached, p50, p99, and whether the budgets were kept."""
    return [
        [
            f"{number(step.rate)} /s",
            f"{number(step.posted_rate)} /s",
            milliseconds(step.p50_ms),
            milliseconds(step.p99_ms),
            "✓" if step.kept and step.valid else "✗",
        ]
        for step in report.steps
    ]


STEP_COLUMNS = ("step.rate", "step.posted", "p50_short", "p99", "step.kept")


def remarks(report: Report, language: Language) -> list[str]:
    """What else was found: kinds of errors, orders settled late, and what is wrong with the money."""
    told = [say(key, language, **values) for key, values in report.notes]
    for status, count in sorted(report.measured.kinds_of_error().items()):
        key = {NO_ANSWER: "error_none", NOT_PROVED: "error_proof"}.get(status, "error_status")
        told.append(say(key, language, count=f"{count:,}", status=status))
    if report.audited.settled_late:
        told.append(say("settled_late", language, count=f"{report.audited.settled_late:,}"))
    findings = report.audited.findings
    told += [
        say(f"found.{finding.kind}", language, **finding.values) for finding in findings[:FINDINGS_TOLD_MAX]
    ]
    if len(findings) > FINDINGS_TOLD_MAX:
        told.append(say("found.more", language, count=len(findings) - FINDINGS_TOLD_MAX))
    return told


def line_name(line: Line, language: Language) -> str:
    """How a line is called."""
    if line.name.startswith("slowest."):
        return say("slowest_at", language, step=say(f"kind.{line.name.partition('.')[2]}", language))
    return say(line.name, language)


def compared_with(report: Report, language: Language) -> str:
    """What the last column is compared with; empty if with nothing."""
    runs = max((band.runs for band in report.bands.values()), default=0)
    return say("noise", language, runs=runs) if runs else ""


def verdict_word(report: Report, language: Language) -> str:
    """The verdict in words."""
    return say(f"verdict.{report.verdict.value}", language)


def terminal_text(report: Report, language: Language, path: str) -> str:
    """The report as a terminal shows it."""
    lines = [
        f"{say('title', language)}  {headline(report.setting, language)}  ({say('test_money', language)})",
        "",
    ]
    for heading, table in (("budget", report.budget), ("validity", report.validity), ("money", report.money)):
        columns = f"{say('limit', language):>16}{say('measured', language):>18}"
        if report.bands and heading == "budget":
            columns += f"{say('baseline', language):>16}"
        lines.append(f"  {say(heading, language):<{_NAME_WIDTH}}{columns}")
        lines += [_row(line, report, language, with_bands=heading == "budget") for line in table]
        lines.append("")
    if report.steps:
        lines += [*_table(STEP_COLUMNS, step_rows(report), language), ""]
    if len(report.measured.times) > 1:
        lines += [*_table(KIND_COLUMNS, kind_rows(report, language), language), ""]
    lines.append(f"  {multiple(report.measured, language)}")
    lines += [f"  {name}: {value}" for name, value in environment(report, language)]
    lines += [f"  ! {remark}" for remark in remarks(report, language)]
    mark = "✓" if report.verdict is Verdict.PASS else "✗"
    noise = compared_with(report, language)
    said = verdict_word(report, language) + (f"   ({noise})" if noise else "")
    lines += ["", f"{mark} {said}    {say('report', language, path=path)}"]
    return "\n".join(lines)


def _row(line: Line, report: Report, language: Language, *, with_bands: bool) -> str:
    mark = "✓" if line.kept else "✗"
    beside = f"{compared(line, report.bands):>16}" if report.bands and with_bands else ""
    name = line_name(line, language)
    return f"    {name:<{_NAME_WIDTH - 2}}{line.bound:>16}{line.measured:>18}{beside}  {mark}"


def _table(columns: tuple[str, ...], rows: list[list[str]], language: Language) -> list[str]:
    """A table whose columns are as wide as what stands in them."""
    shown = [[say(name, language) for name in columns], *rows]
    widths = [max(len(row[place]) for row in shown) for place in range(len(columns))]
    lines = []
    for row in shown:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        lines.append("    " + "  ".join(cells))
    return lines
