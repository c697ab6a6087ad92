"""The report of a load test: one content, shown in the terminal here and as a page by `loadtests.page`."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.words.languages import Language
from loadtests.auditor import FINDINGS_TOLD_MAX, Audited
from loadtests.budgets import Line, Verdict
from loadtests.figures import NATIONAL_PAYMENTS_PER_SECOND, cores, machine, number
from loadtests.generator import NO_ANSWER, Measured
from loadtests.shapes import Scenario
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


@dataclass(frozen=True)
class Report:
    """Everything that a run has to say."""

    setting: Setting
    measured: Measured
    audited: Audited
    budget: list[Line]
    validity: list[Line]
    money: list[Line]
    verdict: Verdict


def headline(setting: Setting, language: Language) -> str:
    """What was asked for, in one line."""
    parts = [
        setting.scenario.value,
        say("shape", language, rate=f"{setting.rate:g}"),
        say("seconds", language, seconds=f"{setting.seconds:g}"),
        say("cores", language, cores=cores()),
    ]
    return " · ".join([*parts, setting.database] if setting.database else parts)


def multiple(measured: Measured, language: Language) -> str:
    """The rate beside the country's."""
    rate = measured.posted_rate
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


def remarks(report: Report, language: Language) -> list[str]:
    """What else was found: kinds of errors, orders settled late, and what is wrong with the money."""
    told = []
    for status, count in sorted(report.measured.kinds_of_error().items()):
        key = "error_none" if status == NO_ANSWER else "error_status"
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
    return say(line.name, language)


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
        lines.append(f"  {say(heading, language):<{_NAME_WIDTH}}{columns}")
        lines += [_row(line, language) for line in table]
        lines.append("")
    lines.append(f"  {multiple(report.measured, language)}")
    lines += [f"  {name}: {value}" for name, value in environment(report, language)]
    lines += [f"  ! {remark}" for remark in remarks(report, language)]
    mark = "✓" if report.verdict is Verdict.PASS else "✗"
    lines += ["", f"{mark} {verdict_word(report, language)}    {say('report', language, path=path)}"]
    return "\n".join(lines)


def _row(line: Line, language: Language) -> str:
    mark = "✓" if line.kept else "✗"
    return f"    {line_name(line, language):<{_NAME_WIDTH - 2}}{line.bound:>16}{line.measured:>18}  {mark}"
