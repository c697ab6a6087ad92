"""The charts of a report's page, each with the same figures in a table beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ledger.words.languages import Language
from loadtests.charts import Axis, Series, decades, line_chart, linear
from loadtests.figures import Histogram, milliseconds
from loadtests.generator import SLICES
from loadtests.report import Report
from loadtests.words import say

_SHARES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
_LINES = (("p50_short", 0.5, "one"), ("p95", 0.95, "two"), ("p99", 0.99, "three"))
ROWS_MAX = 120
"""A table beneath a chart has so many rows at most: of a long run not each second."""


def rate_chart(report: Report, language: Language) -> str:
    """Requests sent and orders answered, second by second."""
    measured = report.measured
    last = max([0, *measured.sent_in_second, *measured.posted_in_second])
    if last + 1 > measured.seconds and last > 1:
        last -= 1  # a second that was cut off would look like a fall
    seconds = range(last + 1)
    sent = [(float(second), float(measured.sent_in_second[second])) for second in seconds]
    posted = [(float(second), float(measured.posted_in_second[second])) for second in seconds]
    high = max([1.0, *(count for _, count in sent + posted)])
    series = [
        Series(say("chart.sent", language), "two", sent),
        Series(say("chart.posted", language), "one", posted),
    ]
    title = say("chart.rate", language)
    chart = line_chart(title, linear(float(max(1, last)), " s"), linear(high), series)
    rows = [[f"{second:.0f}", f"{count:,.0f}", f"{posted[int(second)][1]:,.0f}"] for second, count in sent]
    return _chart(title, chart, ("chart.second", "chart.sent", "chart.posted"), rows, language)


def percentiles_chart(report: Report, language: Language) -> str:
    """How the times of orders went on over the run: percentiles of each part of it, on a logarithmic scale."""
    title, slices = say("chart.percentiles", language), report.measured.slices
    width = report.setting.seconds / SLICES
    parts = [part for part in sorted(slices) if slices[part].count]
    if not parts:
        return ""
    values = {name: [slices[part].percentile(share) for part in parts] for name, share, _ in _LINES}
    together = [value for column in values.values() for value in column]
    starts = [part * width for part in parts]
    series = [
        Series(say(name, language), style, list(zip(starts, values[name], strict=True)))
        for name, _, style in _LINES
    ]
    vertical = decades(min(together), max(together), " ms")
    chart = line_chart(title, linear(report.setting.seconds, " s"), vertical, series)
    rows = [
        [f"{part * width:.1f}", *(milliseconds(values[name][place]) for name, _, _ in _LINES)]
        for place, part in enumerate(parts)
    ]
    return _chart(title, chart, ("chart.second", *(name for name, _, _ in _LINES)), rows, language)


def latency_chart(posted: Histogram, language: Language) -> str:
    """The share of orders that were answered within a time."""
    title = say("chart.latency", language)
    total, seen, points = max(1, posted.count), 0, list[tuple[float, float]]()
    for time_ms in sorted(posted.counts):
        seen += posted.counts[time_ms]
        points.append((time_ms, 100.0 * seen / total))
    span = [time_ms for time_ms, _ in points] or [1.0]
    vertical = Axis(0.0, 100.0, tuple((float(tick), f"{tick} %") for tick in (0, 25, 50, 75, 100)))
    chart = line_chart(title, decades(span[0], span[-1], " ms"), vertical, [Series("", "one", points)])
    rows = [[f"{share:.1%}", milliseconds(posted.percentile(share))] for share in _SHARES]
    return _chart(title, chart, ("chart.posted", "within"), rows, language)


def memory_chart(report: Report, language: Language) -> str:
    """The memory of the server, all of it and its sequencer's; nothing if nobody looked."""
    memory = report.measured.memory
    if len(memory) < 2:
        return ""
    title, began = say("chart.memory", language), memory[0].seconds
    every = [(one.seconds - began, one.megabytes) for one in memory]
    sequencer = [(one.seconds - began, one.by_process.get("sequencer", 0.0)) for one in memory]
    series = [
        Series(say("chart.memory.all", language), "one", every),
        Series(say("chart.memory.sequencer", language), "two", sequencer),
    ]
    high = max(megabytes for _, megabytes in every)
    chart = line_chart(title, linear(every[-1][0], " s"), linear(high), series)
    rows = [
        [f"{second:.0f}", f"{megabytes:.1f}", f"{other:.1f}"]
        for (second, megabytes), (_, other) in zip(every, sequencer, strict=True)
    ]
    return _chart(
        title, chart, ("chart.second", "chart.memory.all", "chart.memory.sequencer"), rows, language
    )


def knee_chart(report: Report, language: Language) -> str:
    """p99 of each step: flat, and then the knee."""
    title = say("chart.knee", language)
    points = [(step.rate, max(step.p99_ms, 0.001)) for step in report.steps]
    vertical = decades(min(time for _, time in points), max(time for _, time in points), " ms")
    series = [Series(say("p99", language), "one", points)]
    return f"<h2>{escape(title)}</h2>" + line_chart(title, linear(points[-1][0], " /s"), vertical, series)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], language: Language) -> str:
    """A table; `columns` are names of sentences."""
    head = "".join(f'<th scope="col">{escape(say(name, language))}</th>' for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _chart(
    title: str, chart: str, columns: Sequence[str], rows: Sequence[Sequence[str]], language: Language
) -> str:
    each = -(-len(rows) // ROWS_MAX) or 1
    summary = escape(say("chart.table", language))
    shown = table(columns, rows[::each], language)
    return f"<h2>{escape(title)}</h2>{chart}<details><summary>{summary}</summary>{shown}</details>"
