"""Charts as SVG text: no script, no library, readable by a screen reader through their title and the table beside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 14, 34
_TICKS = 5


class Series(NamedTuple):
    """One line of a chart: its name, its class in the page's style, its points."""

    name: str
    style: str
    points: Sequence[tuple[float, float]]


class Axis(NamedTuple):
    """One axis: the span, where its ticks are, and how they are written. A logarithmic one spans decades."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Where a value lies, 0.0 to 1.0."""
        if self.logarithmic:
            span = math.log10(self.high) - math.log10(self.low)
            return (math.log10(max(value, self.low)) - math.log10(self.low)) / span
        return (value - self.low) / (self.high - self.low)


def linear(high: float, unit: str = "") -> Axis:
    """An axis from zero to a round number at or above `high`."""
    step = _round_step(max(high, 1e-9) / _TICKS)
    top = step * math.ceil(max(high, 1e-9) / step)
    ticks = [step * place for place in range(round(top / step) + 1)]
    return Axis(0.0, top, tuple((tick, f"{tick:,.10g}{unit}") for tick in ticks))


def decades(low: float, high: float, unit: str = "") -> Axis:
    """A logarithmic axis over whole decades that hold both values."""
    first = math.floor(math.log10(max(low, 1e-3)))
    last = max(first + 1, math.ceil(math.log10(max(high, 1e-3))))
    ticks = [float(f"1e{power}") for power in range(first, last + 1)]
    return Axis(ticks[0], ticks[-1], tuple((tick, f"{tick:,.10g}{unit}") for tick in ticks), logarithmic=True)


def line_chart(title: str, horizontal: Axis, vertical: Axis, series: Sequence[Series]) -> str:
    """A chart with one line per series and a legend."""
    lines = [_grid(horizontal, vertical)]
    for place, one in enumerate(series):
        points = " ".join(f"{_x(horizontal, x):.1f},{_y(vertical, y):.1f}" for x, y in one.points)
        lines.append(f'<polyline class="{one.style}" points="{points}"/>')
        corner = f'x="{WIDTH - _RIGHT - 6}" y="{_TOP + 14 + 16 * place}"'
        lines.append(f'<text class="{one.style} legend" {corner}>{escape(one.name)}</text>')
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH} {HEIGHT}"><title>{escape(title)}</title>{"".join(lines)}</svg>'
    )


def _grid(horizontal: Axis, vertical: Axis) -> str:
    parts = []
    for value, text in vertical.ticks:
        y = _y(vertical, value)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="up" x="{_LEFT - 6}" y="{y + 4:.1f}">{escape(text)}</text>')
    for value, text in horizontal.ticks:
        x = _x(horizontal, value)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{HEIGHT - _BOTTOM}"/>')
        place = "along" if x < WIDTH - _LEFT / 2 else "up"  # the last one would stick out
        x_text = x if place == "along" else WIDTH
        parts.append(
            f'<text class="{place}" x="{x_text:.1f}" y="{HEIGHT - _BOTTOM + 18}">{escape(text)}</text>'
        )
    return "".join(parts)


def _x(axis: Axis, value: float) -> float:
    return _LEFT + min(1.0, max(0.0, axis.share(value))) * (WIDTH - _LEFT - _RIGHT)


def _y(axis: Axis, value: float) -> float:
    return HEIGHT - _BOTTOM - min(1.0, max(0.0, axis.share(value))) * (HEIGHT - _TOP - _BOTTOM)


def _round_step(step: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if step <= power * factor)
