"""The memory of a server's processes and whether its answers become slower: what a long run is for."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from loadtests.budgets import Budgets, Line
from loadtests.figures import Histogram, number
from loadtests.generator import SLICES, Measured, Memory

LOOK_EACH_SECONDS = 1.0
_MEGABYTE = 1_000_000
_ROLES = (("ledger.sequencer", "sequencer"), ("api.server", "api"))
"""What stands on a process's command line, and what it is; the rest is the supervisor."""


@contextmanager
def watched(pid: int | None, *, each: float = LOOK_EACH_SECONDS) -> Iterator[list[Memory]]:
    """Look at a process and its children until the block ends; the list grows meanwhile. Nothing without a `pid`."""
    seen: list[Memory] = []
    if pid is None:
        yield seen
        return
    stopped = threading.Event()
    watcher = threading.Thread(target=_watch, args=(pid, seen, stopped, each), daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        stopped.set()
        watcher.join()


def _watch(pid: int, seen: list[Memory], stopped: threading.Event, each: float) -> None:
    started = time.monotonic()
    while not stopped.is_set():
        by_role = memory_of(pid)
        if by_role:
            seen.append(Memory(time.monotonic() - started, sum(by_role.values()), by_role))
        stopped.wait(each)


def memory_of(pid: int) -> dict[str, float]:
    """Megabytes of a process and all below it, by what they are; a shared page counts once, in parts. Linux only."""
    found: dict[str, float] = {}
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        waiting += _children(one)
        bytes_held = _bytes_held(one)
        if bytes_held:
            role = _role(one)
            found[role] = found.get(role, 0.0) + bytes_held / _MEGABYTE
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in _text(task).split()]
    return found


def _bytes_held(pid: int) -> int:
    for line in _text(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1_024
    return 0


def _role(pid: int) -> str:
    words = _text(Path(f"/proc/{pid}/cmdline")).split("\0")
    return next((role for module, role in _ROLES if module in words), "supervisor")


def _text(path: Path) -> str:
    """What the kernel says of a process; nothing if it has ended meanwhile."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def soak_lines(budgets: Budgets, measured: Measured) -> list[Line]:
    """The memory at its largest, its growth, and the drift of p95; no line of memory if nobody looked at it."""
    lines: list[Line] = []
    if measured.memory:
        most, bound = max(one.megabytes for one in measured.memory), budgets.special["memory_mb_max"]
        lines.append(Line("memory", f"≤ {number(bound)} MB", f"{number(most)} MB", most <= bound, most))
        grown, bound = growth(measured.memory), budgets.special["memory_growth_mb_max"]
        shown = f"{grown:+.1f} MB"
        lines.append(Line("memory_growth", f"≤ {number(bound)} MB", shown, grown <= bound))
    early, late = (_p95(measured, quarter) for quarter in (1, 3))
    share, free = budgets.special["drift_share_max"], budgets.special["drift_free_ms"]
    multiple = late / early if early else 0.0
    kept = 0 < late <= max(early * share, early + free)
    return [*lines, Line("drift", f"≤ {share:g} ×", f"{multiple:.2f} ×", kept)]


def growth(memory: Sequence[Memory]) -> float:
    """Megabytes from the median of the second quarter to the median of the last: warming up is not leaking."""
    early, late = (_quarter(memory, quarter) for quarter in (1, 3))
    return statistics.median(late) - statistics.median(early)


def _quarter(memory: Sequence[Memory], quarter: int) -> list[float]:
    first, last = len(memory) * quarter // 4, len(memory) * (quarter + 1) // 4
    return [one.megabytes for one in memory[first : max(last, first + 1)]]


def _p95(measured: Measured, quarter: int) -> float:
    together = Histogram()
    for part in range(SLICES * quarter // 4, SLICES * (quarter + 1) // 4):
        if part in measured.slices:
            together.counts.update(measured.slices[part].counts)
    return together.percentile(0.95)
