"""Earlier runs: their median and spread, what is noise, and whose they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.baselines import (
    RUNS_KEPT_MAX,
    AnotherMachine,
    Band,
    BaselineBroken,
    Baselines,
    compared,
    fingerprint,
)
from loadtests.budgets import Line

TIMES = st.lists(st.floats(min_value=0.01, max_value=1e5), min_size=3, max_size=RUNS_KEPT_MAX)


def line(value: float | None, name: str = "p99") -> Line:
    """A measured line."""
    return Line(name, "≤ 500 ms", "", kept=True, value=value)


def test_two_runs_are_too_few(tmp_path: Path) -> None:
    """Nobody knows how far they lie apart; with the third there is a band."""
    kept = Baselines(tmp_path / "of this machine")
    for count, value in enumerate((30.0, 34.0, 31.0), 1):
        assert kept.bands("spread") == {}
        assert kept.keep("spread", [line(value), line(None, "errors")]) == count
    assert kept.bands("spread") == {"p99": Band(median=31.0, spread=4.0, runs=3)}
    assert kept.bands("mixed") == {}
    assert kept.count("spread") == 3


@given(TIMES)
def test_every_earlier_run_is_noise(values: list[float]) -> None:
    """None of them is farther from the median than they are from one another, and what is twice as far is told."""
    ordered = sorted(values)
    band = Band(ordered[len(ordered) // 2], ordered[-1] - ordered[0], len(values))
    assert all(band.is_noise(value) for value in values)
    assert not band.is_noise(band.median + band.spread * 2 + 1.0)


def test_a_line_beside_its_band() -> None:
    """The change from the median, and `~` for noise; nothing where there is nothing to compare with."""
    bands = {"p99": Band(median=30.0, spread=3.0, runs=5)}
    assert compared(line(31.2), bands) == "+4.0% ~"
    assert compared(line(45.0), bands).strip() == "+50.0%"
    assert compared(line(29.3), bands) == "-2.3% ~"
    assert compared(line(31.2, "p50"), bands) == compared(line(None), bands) == ""


def test_the_oldest_runs_are_let_go(tmp_path: Path) -> None:
    """A file does not grow for ever, and follows a machine that changes."""
    kept = Baselines(tmp_path)
    for value in range(RUNS_KEPT_MAX + 5):
        kept.keep("spread", [line(float(value))])
    band = kept.bands("spread")["p99"]
    assert (band.runs, band.spread) == (RUNS_KEPT_MAX, RUNS_KEPT_MAX - 1)


def test_another_machine_is_refused(tmp_path: Path) -> None:
    """A file that was made elsewhere is never compared with, nor added to, whatever it is called."""
    kept = Baselines(tmp_path)
    for _ in range(3):
        kept.keep("spread", [line(30.0)])
    members = json.loads(kept.path.read_text(encoding="utf-8"))
    assert members["fingerprint"] == fingerprint() == kept.path.stem
    kept.path.write_text(json.dumps(members | {"fingerprint": "0123456789ab"}), encoding="utf-8")
    for again in (kept, Baselines(kept.path)):
        with pytest.raises(AnotherMachine, match=kept.path.name):
            again.bands("spread")
        with pytest.raises(AnotherMachine):
            again.keep("spread", [line(30.0)])


def test_a_shared_folder_keeps_machines_apart(tmp_path: Path) -> None:
    """Another machine's file beside ours is left alone."""
    (tmp_path / "0123456789ab.json").write_text("{}", encoding="utf-8")
    kept = Baselines(tmp_path)
    assert kept.bands("spread") == {}
    assert kept.keep("spread", [line(30.0)]) == 1
    assert (tmp_path / "0123456789ab.json").read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"fingerprint": "x", "runs": {"spread": [{"p99": "fast"}]}}']
)
def test_a_broken_file_is_told(tmp_path: Path, text: str) -> None:
    """It is neither read as nothing nor written over."""
    path = tmp_path / "mine.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineBroken, match=r"mine\.json"):
        Baselines(path).keep("spread", [line(1.0)])
    assert path.read_text(encoding="utf-8") == text
