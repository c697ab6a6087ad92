"""Earlier runs on this very machine, to be compared with: their median, and how far they lie apart.

One file per machine, named by its fingerprint. Figures of another machine say nothing about this one, so a file that
was made elsewhere is refused, whatever its name.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from loadtests.budgets import Line
from loadtests.figures import cores, machine

RUNS_MIN = 3
"""Of fewer runs nobody knows how far they lie apart."""

RUNS_KEPT_MAX = 20
_GIBIBYTE = 1 << 30


class AnotherMachine(Exception):
    """A baseline that was not measured here; the text names the file."""


class BaselineBroken(Exception):
    """A file that is no baseline; the text names it and what is wrong."""


class Band(NamedTuple):
    """What earlier runs measured: their median, how far the largest is from the smallest, and how many they are."""

    median: float
    spread: float
    runs: int

    def change(self, value: float) -> float:
        """How far a value is from the median, as a share of it."""
        return (value - self.median) / self.median if self.median else 0.0

    def is_noise(self, value: float) -> bool:
        """Whether a value is no farther from the median than earlier runs were from one another."""
        return abs(value - self.median) <= self.spread


@dataclass(frozen=True)
class Baselines:
    """The runs of this machine: a file, or this machine's own file in a folder that may be shared by several.

    `setting` is what must be the same for runs to be compared.
    """

    where: Path

    @property
    def path(self) -> Path:
        """The file."""
        return self.where if self.where.suffix == ".json" else self.where / f"{fingerprint()}.json"

    def bands(self, setting: str) -> dict[str, Band]:
        """By the name of the line; empty while there are too few runs.

        Raises:
            AnotherMachine: the file was made elsewhere.
            BaselineBroken: it cannot be read.
        """
        runs = self._runs().get(setting, [])
        if len(runs) < RUNS_MIN:
            return {}
        names = set.intersection(*(set(run) for run in runs))
        columns = {name: [run[name] for run in runs] for name in names}
        return {
            name: Band(statistics.median(values), max(values) - min(values), len(values))
            for name, values in columns.items()
        }

    def count(self, setting: str) -> int:
        """How many runs are kept.

        Raises:
            AnotherMachine, BaselineBroken: as `bands`.
        """
        return len(self._runs().get(setting, []))

    def keep(self, setting: str, lines: Sequence[Line]) -> int:
        """Add a run; how many there are now. The oldest are let go.

        Raises:
            AnotherMachine, BaselineBroken: as `bands`.
        """
        runs = self._runs()
        added = {line.name: line.value for line in lines if line.value is not None}
        runs[setting] = [*runs.get(setting, []), added][-RUNS_KEPT_MAX:]
        members = {"fingerprint": fingerprint(), "machine": machine(), "runs": runs}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(members, indent=1) + "\n", encoding="utf-8")
        fresh.replace(self.path)
        return len(runs[setting])

    def _runs(self) -> dict[str, list[dict[str, float]]]:
        return _read(self.path) if self.path.exists() else {}


def _read(path: Path) -> dict[str, list[dict[str, float]]]:
    try:
        members = json.loads(path.read_text(encoding="utf-8"))
        made_by, rows = members["fingerprint"], members["runs"]
        runs = {
            str(setting): [{str(name): float(value) for name, value in run.items()} for run in kept]
            for setting, kept in rows.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BaselineBroken(f"{path}: {error!r}") from error
    if made_by != fingerprint():
        raise AnotherMachine(str(path))
    return runs


def fingerprint() -> str:
    """Twelve letters that stand for this machine: its name, processor, cores, memory, kernel and interpreter."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _GIBIBYTE
    parts = (platform.node(), machine(), platform.machine(), str(cores()), str(memory))
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()[:12]


def compared(line: Line, bands: Mapping[str, Band]) -> str:
    """A line beside earlier runs: `+4.0 % ~`, where `~` says that it is noise. Empty if there is nothing to compare."""
    band = bands.get(line.name)
    if band is None or line.value is None:
        return ""
    noise = " ~" if band.is_noise(line.value) else "  "
    return f"{band.change(line.value):+.1%}{noise}"
