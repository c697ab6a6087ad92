"""The generator seen from outside: what it is told, what it brings back, and how it is started and ended for sure."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from ledger.orders.genesis import Genesis
from ledger.signing.log_keys import log_key_row
from loadtests.figures import Histogram
from loadtests.served import stop
from loadtests.visits import READS, Visit, write_visits

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
RATE_PER_PROCESS_MAX = 1_500.0
"""What one process sends with ease on an ordinary core, judging by its processor time."""

START_SECONDS_MAX = 60.0
DRAIN_SECONDS_MAX = 60.0
SLICES = 20
"""Into so many parts a run is cut, to see whether it became slower."""


@dataclass(frozen=True)
class Plan:
    """What one generator process is told. `visits` is a file; the other two say what a receipt must prove."""

    visits: str
    result: str
    seconds: float
    pool: int
    ledger_id: str
    log_keys: list[dict[str, object]]


class Answer(NamedTuple):
    """What the ledger said about one order during the load: HTTP status (or `NO_ANSWER`) and place in the log."""

    status: int
    sequence: int | None


@dataclass
class Brought:
    """What generators bring back. Times are milliseconds from the intended start; a second counts from the first one.

    `answers`: number of the order, status, place in the log; as often as it was answered. `times`: by kind of request,
    those that were answered as they should. `wrong`: by kind and status, the others. `slices`: times of orders by part
    of the run. `skipped`: requests that were given up because an earlier one of their visit had failed.
    """

    sent: int = 0
    skipped: int = 0
    pool_full: int = 0
    accepted: int = 0
    seconds: float = 0.0
    cpu_share: float = 0.0
    lateness: dict[str, int] = field(default_factory=dict)
    times: dict[str, dict[str, int]] = field(default_factory=dict)
    slices: dict[str, dict[str, int]] = field(default_factory=dict)
    wrong: list[tuple[str, int, int]] = field(default_factory=list)
    sent_in_second: dict[str, int] = field(default_factory=dict)
    posted_in_second: dict[str, int] = field(default_factory=dict)
    answers: list[tuple[int, int, int | None]] = field(default_factory=list)


class Memory(NamedTuple):
    """Memory of a server at one time: seconds from the first look, megabytes of all processes, and by process."""

    seconds: float
    megabytes: float
    by_process: dict[str, float]


@dataclass
class Measured:
    """All generators together. `planned` and `planned_orders` are requests, and those among them that send orders."""

    planned: int
    planned_orders: int
    sent: int = 0
    skipped: int = 0
    pool_full: int = 0
    accepted: int = 0
    ended_well: bool = True
    seconds: float = 0.0
    cpu_share: float = 0.0
    lateness: Histogram = field(default_factory=Histogram)
    times: defaultdict[str, Histogram] = field(default_factory=lambda: defaultdict(Histogram))
    slices: defaultdict[int, Histogram] = field(default_factory=lambda: defaultdict(Histogram))
    wrong: Counter[tuple[str, int]] = field(default_factory=Counter)
    sent_in_second: Counter[int] = field(default_factory=Counter)
    posted_in_second: Counter[int] = field(default_factory=Counter)
    answers: defaultdict[int, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    memory: list[Memory] = field(default_factory=list)

    @property
    def posted(self) -> Histogram:
        """The times of all orders that were answered as they should."""
        together = Histogram()
        for one in self.slices.values():
            together.counts.update(one.counts)
        return together

    @property
    def reads(self) -> Histogram:
        """The times of all requests that only look."""
        together = Histogram()
        for kind in READS & self.times.keys():
            together.counts.update(self.times[kind].counts)
        return together

    @property
    def posted_rate(self) -> float:
        """Orders answered as they should, a second, from the first intended start until the last answer."""
        return self.posted.count / self.seconds if self.seconds else 0.0

    @property
    def accepted_rate(self) -> float:
        """Orders accepted for the first time, a second."""
        return self.accepted / self.seconds if self.seconds else 0.0

    @property
    def errors(self) -> int:
        """Requests that were not answered as they should, and those that were given up because of it."""
        return self.wrong.total() + self.skipped

    def kinds_of_error(self) -> Counter[int]:
        """How many requests got which status that was not right."""
        kinds: Counter[int] = Counter()
        for (_, status), count in self.wrong.items():
            kinds[status] += count
        return kinds


def processes_for(rate: float) -> int:
    """How many generator processes share a rate."""
    return max(1, -int(-rate // RATE_PER_PROCESS_MAX))


def generate(
    url: str,
    genesis: Genesis,
    visits: Sequence[Visit],
    folder: Path,
    *,
    seconds: float,
    pool: int,
    processes: int,
) -> Measured:
    """Make the visits within so many seconds, open loop, from Locust processes of their own, and wait for them."""
    folder.mkdir(parents=True, exist_ok=True)
    plans = [
        _write_plan(visits[part::processes], genesis, folder, part, seconds=seconds, pool=pool)
        for part in range(processes)
    ]
    asks = [ask for visit in visits for ask in visit.asks]
    measured = Measured(planned=len(asks), planned_orders=sum(ask.counted for ask in asks))
    children = [_start(url, plan, folder / f"locust-{part}.log") for part, plan in enumerate(plans)]
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
    for plan in plans:
        _merge(measured, Path(plan.result))
    return measured


def _write_plan(
    visits: Sequence[Visit], genesis: Genesis, folder: Path, part: int, *, seconds: float, pool: int
) -> Plan:
    path = folder / f"visits-{part}.jsonl"
    write_visits(path, visits)
    log_keys = [log_key_row(row) for row in genesis.log_keys]
    plan = Plan(str(path), str(folder / f"result-{part}.json"), seconds, pool, genesis.ledger_id, log_keys)
    plan_path(folder, part).write_text(json.dumps(asdict(plan)), encoding="ascii")
    return plan


def plan_path(folder: Path, part: int) -> Path:
    """Where the plan of one generator lies."""
    return folder / f"plan-{part}.json"


def read_plan(path: Path) -> Plan:
    """A plan, as it was written."""
    return Plan(**json.loads(path.read_text(encoding="ascii")))


def _start(url: str, plan: Plan, log: Path) -> subprocess.Popen[bytes]:
    path = Path(plan.result.replace("result-", "plan-"))
    command = [
        sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--only-summary", "--host", url,
        "--users", "1", "--spawn-rate", "1", "--loglevel", "WARNING", "--exit-code-on-error", "0",
        "--plan", str(path),
    ]  # fmt: skip
    with log.open("wb") as output:
        return subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)  # noqa: S603


def _merge(measured: Measured, path: Path) -> None:
    """Add what one generator brought. One that brought nothing makes the run invalid."""
    if not path.exists():
        measured.ended_well = False
        return
    brought = Brought(**json.loads(path.read_text(encoding="ascii")))
    measured.sent += brought.sent
    measured.skipped += brought.skipped
    measured.pool_full += brought.pool_full
    measured.accepted += brought.accepted
    measured.seconds = max(measured.seconds, brought.seconds)
    measured.cpu_share = max(measured.cpu_share, brought.cpu_share)
    measured.lateness.add_all(brought.lateness)
    for kind, counts in brought.times.items():
        measured.times[kind].add_all(counts)
    for part, counts in brought.slices.items():
        measured.slices[int(part)].add_all(counts)
    for kind, status, count in brought.wrong:
        measured.wrong[kind, status] += count
    measured.sent_in_second.update({int(second): count for second, count in brought.sent_in_second.items()})
    measured.posted_in_second.update(
        {int(second): count for second, count in brought.posted_in_second.items()}
    )
    for order, status, sequence in brought.answers:
        measured.answers[order].append(Answer(status, sequence))
