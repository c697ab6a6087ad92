"""The generator seen from outside: what it is told, what it brings back, and how it is started and ended for sure."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from loadtests import shapes
from loadtests.figures import Histogram
from loadtests.served import stop
from loadtests.workload import Payment

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
RATE_PER_PROCESS_MAX = 1_500.0
"""What one process sends with ease on an ordinary core, judging by its processor time."""

START_SECONDS_MAX = 60.0
DRAIN_SECONDS_MAX = 60.0
NO_ANSWER = 0
"""The status of an order to which no HTTP answer came."""


@dataclass(frozen=True)
class Plan:
    """What one generator process is told. `orders` is a file with one signed order a line."""

    orders: str
    result: str
    seconds: float
    seed: int
    pool: int


class Answer(NamedTuple):
    """What the ledger said about one order during the load: HTTP status (or `NO_ANSWER`) and place in the log."""

    status: int
    sequence: int | None


@dataclass
class Brought:
    """What generators bring back. Times are milliseconds from the intended start; a second counts from the first one.

    `answers` maps the order's place to its answer; an order that was never sent is not in it.
    """

    sent: int = 0
    pool_full: int = 0
    seconds: float = 0.0
    cpu_share: float = 0.0
    posted: dict[str, int] = field(default_factory=dict)
    lateness: dict[str, int] = field(default_factory=dict)
    sent_in_second: dict[str, int] = field(default_factory=dict)
    posted_in_second: dict[str, int] = field(default_factory=dict)
    answers: dict[str, tuple[int, int | None]] = field(default_factory=dict)


@dataclass
class Measured:
    """All generators together."""

    planned: int
    sent: int = 0
    pool_full: int = 0
    ended_well: bool = True
    seconds: float = 0.0
    cpu_share: float = 0.0
    posted: Histogram = field(default_factory=Histogram)
    lateness: Histogram = field(default_factory=Histogram)
    sent_in_second: Counter[int] = field(default_factory=Counter)
    posted_in_second: Counter[int] = field(default_factory=Counter)
    answers: dict[int, Answer] = field(default_factory=dict)

    @property
    def posted_count(self) -> int:
        """How many orders were accepted while they were waited for."""
        return self.posted.count

    @property
    def posted_rate(self) -> float:
        """Accepted orders a second, from the first intended start until the last answer."""
        return self.posted.count / self.seconds if self.seconds else 0.0

    @property
    def errors(self) -> int:
        """Orders that were sent and not accepted: refused, turned away, or without an answer."""
        return self.sent - self.posted.count

    def kinds_of_error(self) -> Counter[int]:
        """How many orders got which status other than 201."""
        return Counter(answer.status for answer in self.answers.values() if answer.status != 201)


def processes_for(rate: float) -> int:
    """How many generator processes share a rate."""
    return max(1, -int(-rate // RATE_PER_PROCESS_MAX))


def generate(
    url: str,
    payments: Sequence[Payment],
    folder: Path,
    *,
    seconds: float,
    pool: int,
    processes: int,
    seed: int,
) -> Measured:
    """Send the payments within so many seconds, open loop, from Locust processes of their own, and wait for them."""
    plans = [
        _write_plan(payments[part::processes], folder, part, seconds=seconds, pool=pool, seed=seed + part)
        for part in range(processes)
    ]
    children = [_start(url, plan, folder / f"locust-{part}.log") for part, plan in enumerate(plans)]
    measured = Measured(planned=len(payments))
    try:
        deadline = time.monotonic() + START_SECONDS_MAX + seconds + DRAIN_SECONDS_MAX
        for child in children:
            try:
                code = child.wait(max(1.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                code = -1
            measured.ended_well &= code == 0
    finally:
        for child in children:
            stop(child)
    for part, plan in enumerate(plans):
        _merge(measured, Path(plan.result), part, processes)
    return measured


def _write_plan(
    payments: Sequence[Payment], folder: Path, part: int, *, seconds: float, pool: int, seed: int
) -> Plan:
    orders = folder / f"orders-{part}.txt"
    orders.write_bytes(b"".join(payment.data + b"\n" for payment in payments))
    plan = Plan(str(orders), str(folder / f"result-{part}.json"), seconds, seed, pool)
    plan_path(folder, part).write_text(json.dumps(asdict(plan)), encoding="ascii")
    return plan


def plan_path(folder: Path, part: int) -> Path:
    """Where the plan of one generator lies."""
    return folder / f"plan-{part}.json"


def read_plan(path: Path) -> tuple[Plan, list[bytes], list[float]]:
    """A plan, its orders, and their intended starts."""
    plan = Plan(**json.loads(path.read_text(encoding="ascii")))
    orders = Path(plan.orders).read_bytes().splitlines()
    return plan, orders, shapes.arrivals(count=len(orders), seconds=plan.seconds, seed=plan.seed)


def _start(url: str, plan: Plan, log: Path) -> subprocess.Popen[bytes]:
    path = Path(plan.result.replace("result-", "plan-"))
    command = [
        sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--only-summary", "--host", url,
        "--users", "1", "--spawn-rate", "1", "--loglevel", "WARNING", "--exit-code-on-error", "0",
        "--plan", str(path),
    ]  # fmt: skip
    with log.open("wb") as output:
        return subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)  # noqa: S603


def _merge(measured: Measured, path: Path, part: int, processes: int) -> None:
    """Add what one generator brought. One that brought nothing makes the run invalid."""
    if not path.exists():
        measured.ended_well = False
        return
    brought = Brought(**json.loads(path.read_text(encoding="ascii")))
    measured.sent += brought.sent
    measured.pool_full += brought.pool_full
    measured.seconds = max(measured.seconds, brought.seconds)
    measured.cpu_share = max(measured.cpu_share, brought.cpu_share)
    measured.posted.add_all(brought.posted)
    measured.lateness.add_all(brought.lateness)
    measured.sent_in_second.update({int(second): count for second, count in brought.sent_in_second.items()})
    measured.posted_in_second.update(
        {int(second): count for second, count in brought.posted_in_second.items()}
    )
    for place, (status, sequence) in brought.answers.items():
        measured.answers[int(place) * processes + part] = Answer(status, sequence)
