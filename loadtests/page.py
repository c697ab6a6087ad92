"""The report as one self-contained page: no script, nothing fetched, both languages in it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from ledger.words.languages import LANGUAGES, Language
from loadtests import report as content
from loadtests.budgets import Line, Verdict
from loadtests.charts import Axis, Series, decades, line_chart, linear
from loadtests.figures import Histogram, number
from loadtests.report import Report
from loadtests.words import say

_SHARES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
_NAMES: dict[Language, str] = {"en": "English", "sw": "Kiswahili"}
_STYLE = """
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--faint:#6b6b6b;--line:#d9d9d9;
--good:#0a7a33;--bad:#b00020;--one:#0b57d0;--two:#b35300}
@media (prefers-color-scheme:dark){:root{--ink:#eee;--paper:#161616;--faint:#a0a0a0;--line:#3a3a3a;
--good:#5bd088;--bad:#ff8a80;--one:#8ab4f8;--two:#ffb270}}
body{font:16px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);
max-width:46rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.05rem;margin:1.6rem 0 .3rem}
.banner{font-weight:700;border:2px solid;padding:.2rem .6rem;display:inline-block}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
td,th{padding:.25rem .4rem;border-bottom:1px solid var(--line);text-align:right;font-weight:400}
td:first-child,th:first-child{text-align:left}thead th{color:var(--faint)}
.verdict{font-size:1.3rem;font-weight:700}.good{color:var(--good)}.bad{color:var(--bad)}
svg{width:100%;height:auto}svg text{font-size:12px;fill:var(--faint)}
.up,.legend{text-anchor:end}.along{text-anchor:middle}
.grid{stroke:var(--line)}polyline{fill:none;stroke-width:2}
polyline.one{stroke:var(--one)}svg text.one{fill:var(--one)}
polyline.two{stroke:var(--two);stroke-dasharray:5 4}svg text.two{fill:var(--two)}
main{display:none}#en:checked~main:lang(en),#sw:checked~main:lang(sw){display:block}
label{padding:.2rem .4rem;text-decoration:underline;cursor:pointer}input{margin:.6rem 0 .6rem .6rem}
@media print{input,label{display:none}}
"""


def write_page(report: Report, path: Path, language: Language) -> None:
    """Write the page; it opens in `language` and can be switched to the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(report, language), encoding="utf-8")


def page(report: Report, language: Language) -> str:
    """The whole page."""
    choices = "".join(
        f'<input type="radio" name="language" id="{one}"{" checked" if one == language else ""}>'
        f'<label for="{one}" lang="{one}">{_NAMES[one]}</label>'
        for one in LANGUAGES
    )
    title = f"{say('title', language)} · {content.headline(report.setting, language)}"
    bodies = "".join(_body(report, one) for one in LANGUAGES)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{choices}{bodies}</body></html>\n"
    )


def _body(report: Report, language: Language) -> str:
    good = report.verdict is Verdict.PASS
    style, mark = ("good", "✓") if good else ("bad", "✗")
    scenario = report.setting.scenario.value
    parts = [
        f'<main lang="{language}"><p class="banner">{escape(say("test_money", language))}</p>',
        f"<h1>{escape(say('title', language))}: {escape(say(f'scenario.{scenario}', language))}</h1>",
        f"<p>{escape(content.headline(report.setting, language))}</p>",
        f'<p class="verdict {style}">{mark} {escape(content.verdict_word(report, language))}</p>',
        f"<p>{escape(content.multiple(report.measured, language))}</p>",
        _lines("budget", report.budget, language),
        _rate_chart(report, language),
        _latency_chart(report.measured.posted, language),
        _lines("money", report.money, language),
        _lines("validity", report.validity, language),
        _remarks(report, language),
        _facts(report, language),
    ]
    return "".join([*parts, "</main>"])


def _lines(heading: str, lines: Sequence[Line], language: Language) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(content.line_name(line, language))}</th><td>{escape(line.bound)}</td>'
        f"<td>{escape(line.measured)}</td>"
        f'<td class="{"good" if line.kept else "bad"}">{"✓" if line.kept else "✗"}</td></tr>'
        for line in lines
    )
    columns = "".join(f'<th scope="col">{escape(say(name, language))}</th>' for name in ("limit", "measured"))
    head = f"<thead><tr><td></td>{columns}<td></td></tr></thead>"
    return f"<h2>{escape(say(heading, language))}</h2><table>{head}<tbody>{rows}</tbody></table>"


def _rate_chart(report: Report, language: Language) -> str:
    measured = report.measured
    last = max([0, *measured.sent_in_second, *measured.posted_in_second])
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
    return _chart(title, chart, ["chart.second", "chart.sent", "chart.posted"], rows, language)


def _latency_chart(posted: Histogram, language: Language) -> str:
    title = say("chart.latency", language)
    total, seen, points = max(1, posted.count), 0, list[tuple[float, float]]()
    for milliseconds in sorted(posted.counts):
        seen += posted.counts[milliseconds]
        points.append((milliseconds, 100.0 * seen / total))
    span = [milliseconds for milliseconds, _ in points] or [1.0]
    vertical = Axis(0.0, 100.0, tuple((float(tick), f"{tick} %") for tick in (0, 25, 50, 75, 100)))
    chart = line_chart(title, decades(span[0], span[-1], " ms"), vertical, [Series("", "one", points)])
    rows = [[f"{share:.1%}", f"{number(posted.percentile(share))} ms"] for share in _SHARES]
    return _chart(title, chart, ["chart.posted", "measured"], rows, language)


def _chart(title: str, chart: str, columns: list[str], rows: list[list[str]], language: Language) -> str:
    head = "".join(f'<th scope="col">{escape(say(name, language))}</th>' for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    summary = escape(say("chart.table", language))
    return f"<h2>{escape(title)}</h2>{chart}<details><summary>{summary}</summary>{table}</details>"


def _remarks(report: Report, language: Language) -> str:
    told = content.remarks(report, language)
    if not told:
        return ""
    items = "".join(f"<li>{escape(remark)}</li>" for remark in told)
    return f"<h2>{escape(say('what_happened', language))}</h2><ul>{items}</ul>"


def _facts(report: Report, language: Language) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in content.environment(report, language)
    )
    return f"<h2>{escape(say('environment', language))}</h2><table><tbody>{rows}</tbody></table>"
