"""The report as one self-contained page: no script, nothing fetched, both languages in it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from ledger.words.languages import LANGUAGES, Language
from loadtests import report as content
from loadtests.baselines import compared
from loadtests.budgets import Line, Verdict
from loadtests.page_charts import (
    knee_chart,
    latency_chart,
    memory_chart,
    percentiles_chart,
    rate_chart,
    table,
)
from loadtests.report import Report
from loadtests.words import say

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
polyline.three{stroke:var(--bad);stroke-dasharray:2 3}svg text.three{fill:var(--bad)}
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
    noise = content.compared_with(report, language)
    parts = [
        f'<main lang="{language}"><p class="banner">{escape(say("test_money", language))}</p>',
        f"<h1>{escape(say('title', language))}: {escape(say(f'scenario.{scenario}', language))}</h1>",
        f"<p>{escape(content.headline(report.setting, language))}</p>",
        f'<p class="verdict {style}">{mark} {escape(content.verdict_word(report, language))}</p>',
        f"<p>{escape(content.multiple(report.measured, language))}</p>",
        _remarks(report, language),
        _lines("budget", report.budget, report, language),
        f"<p>{escape(noise)}</p>" if noise else "",
        _steps(report, language),
        _kinds(report, language),
        rate_chart(report, language),
        percentiles_chart(report, language),
        latency_chart(report.measured.posted, language),
        memory_chart(report, language),
        _lines("money", report.money, report, language),
        _lines("validity", report.validity, report, language),
        _facts(report, language),
    ]
    return "".join([*parts, "</main>"])


def _lines(heading: str, lines: Sequence[Line], report: Report, language: Language) -> str:
    with_bands = heading == "budget" and bool(report.bands)
    rows = "".join(
        f'<tr><th scope="row">{escape(content.line_name(line, language))}</th><td>{escape(line.bound)}</td>'
        f"<td>{escape(line.measured)}</td>"
        + (f"<td>{escape(compared(line, report.bands))}</td>" if with_bands else "")
        + f'<td class="{"good" if line.kept else "bad"}">{"✓" if line.kept else "✗"}</td></tr>'
        for line in lines
    )
    names = ("limit", "measured", "baseline") if with_bands else ("limit", "measured")
    columns = "".join(f'<th scope="col">{escape(say(name, language))}</th>' for name in names)
    head = f"<thead><tr><td></td>{columns}<td></td></tr></thead>"
    return f"<h2>{escape(say(heading, language))}</h2><table>{head}<tbody>{rows}</tbody></table>"


def _steps(report: Report, language: Language) -> str:
    if not report.steps:
        return ""
    return (
        f"<h2>{escape(say('steps', language))}</h2>"
        f"{table(content.STEP_COLUMNS, content.step_rows(report), language)}{knee_chart(report, language)}"
    )


def _kinds(report: Report, language: Language) -> str:
    if len(report.measured.times) <= 1:
        return ""
    rows = content.kind_rows(report, language)
    return f"<h2>{escape(say('kinds', language))}</h2>{table(content.KIND_COLUMNS, rows, language)}"


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
