"""The report for programs: every figure as a number, beside the page."""

from __future__ import annotations

import json
import platform
from pathlib import Path

from loadtests.baselines import fingerprint
from loadtests.budgets import Line
from loadtests.figures import NATIONAL_PAYMENTS_PER_SECOND, Histogram, cores, machine
from loadtests.report import Report

_SHARES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99_9": 0.999, "max": 1.0}


def write_json(report: Report, path: Path) -> None:
    """Write it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(members(report), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def members(report: Report) -> dict[str, object]:
    """All of it. Times are milliseconds from the intended start, memory is megabytes."""
    setting, measured = report.setting, report.measured
    return {
        "format": "daftari-load-report/1",
        "test_money": True,
        "verdict": report.verdict.name.lower(),
        "exit_code": report.verdict.value,
        "scenario": setting.scenario.value,
        "asked": {"rate": setting.rate, "seconds": setting.seconds, "people": setting.people},
        "where": {
            "machine": machine(),
            "fingerprint": fingerprint(),
            "cores": cores(),
            "python": platform.python_version(),
            "database": setting.database,
            "workers": setting.workers,
            "threads": setting.threads,
            "generators": setting.processes,
        },
        "rates": {
            "answered_per_second": measured.posted_rate,
            "accepted_per_second": measured.accepted_rate,
            "times_national_average": measured.accepted_rate / NATIONAL_PAYMENTS_PER_SECOND,
        },
        "orders_ms": times(measured.posted),
        "kinds_ms": {kind: times(histogram) for kind, histogram in sorted(measured.times.items())},
        "sent_in_second": _by_second(measured.sent_in_second),
        "posted_in_second": _by_second(measured.posted_in_second),
        "memory_mb": [[round(one.seconds, 2), round(one.megabytes, 2)] for one in measured.memory],
        "steps": [step._asdict() for step in report.steps],
        "lines": {
            "budget": [_line(line, report) for line in report.budget],
            "validity": [_line(line, report) for line in report.validity],
            "money": [_line(line, report) for line in report.money],
        },
        "errors": [
            {"kind": kind, "status": status, "count": count}
            for (kind, status), count in sorted(measured.wrong.items())
        ],
        "findings": [finding._asdict() for finding in report.audited.findings],
    }


def times(histogram: Histogram) -> dict[str, float]:
    """How many, and the percentiles out of the histogram."""
    figures = {name: histogram.percentile(share) for name, share in _SHARES.items()}
    return {"count": histogram.count, **figures}


def _by_second(counts: dict[int, int]) -> list[int]:
    return [counts.get(second, 0) for second in range(max(counts, default=-1) + 1)]


def _line(line: Line, report: Report) -> dict[str, object]:
    band = report.bands.get(line.name)
    told: dict[str, object] = {
        "name": line.name, "bound": line.bound, "measured": line.measured, "kept": line.kept,
    }  # fmt: skip
    if band is not None and line.value is not None:
        told["baseline"] = {
            **band._asdict(), "change": band.change(line.value), "noise": band.is_noise(line.value),
        }  # fmt: skip
    return told
