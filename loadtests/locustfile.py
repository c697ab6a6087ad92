"""Locust's side: an open loop. Whether the ledger is quick or not, the next order leaves at its intended time.

Headless with `--plan` it sends what `loadtests.run` has signed beforehand, writes what it saw into a file and ends.
Without a plan it serves Locust's own web page against a running sandbox:

    locust -f loadtests/locustfile.py --host http://127.0.0.1:8470

Then it registers and funds payers at the start of each test and signs orders as they go, at the rate of that page.
"""

from __future__ import annotations

import itertools
import json
import resource
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple, cast

import gevent
import gevent.pool
import locust.stats
from locust import FastHttpUser, constant, events, task
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.exception import StopUser

from ledger.instants import MachineClock
from ledger.keys_folder import read_private_key
from loadtests.figures import Histogram, three_figures
from loadtests.generator import NO_ANSWER, Brought, read_plan
from loadtests.http_ledger import HttpLedger
from loadtests.shapes import Scenario, endless_arrivals
from loadtests.workload import payers_for, prepare

POOL = 2_000
ANSWER_SECONDS_MAX = 20.0
ORDERS_FUNDED = 1_000_000
DEFAULT_FAUCET_KEY = Path("var/keys/faucet.key")
_ACCEPTED = 201
_NAME = "POST /v1/orders"
_HEADERS = {"Content-Type": "application/jose", "Accept-Encoding": "identity"}

# Sub-millisecond answers stay visible, and so do those between 100 ms and 1 s (documented since Locust 2.43.4).
locust.stats.bucket_response_time = three_figures  # type: ignore[assignment]


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def add_options(parser: LocustArgumentParser) -> None:
    """Our options; those of the web page can be changed on it before each test."""
    parser.add_argument("--plan", default="", include_in_web_ui=False, help="what loadtests.run prepared")
    parser.add_argument("--faucet-key", default=str(DEFAULT_FAUCET_KEY), include_in_web_ui=False)
    parser.add_argument("--scenario", default=Scenario.SPREAD.value, choices=[one.value for one in Scenario])
    parser.add_argument(
        "--rate", type=float, default=50.0, help="orders a second, whatever the number of users says"
    )
    parser.add_argument("--pool", type=int, default=POOL, help="orders under way at once, at most")


class Arrival(NamedTuple):
    """One order: its place among all, when it is meant to leave (seconds from the start), and its bytes."""

    place: int
    start: float
    data: bytes


class OpenLoop(FastHttpUser):
    """One user who never waits for an answer before the next order leaves."""

    fixed_count = 1
    wait_time = constant(0)
    network_timeout = ANSWER_SECONDS_MAX
    connection_timeout = ANSWER_SECONDS_MAX

    def __init__(self, environment: Environment) -> None:
        """Read the plan before the connections are made: it says how many there may be."""
        self.options = cast("Any", environment.parsed_options)
        pool_size = int(self.options.pool)
        self.result: Path | None = None
        self.seconds_min = 0.0
        if self.options.plan:
            plan, self.orders, self.starts = read_plan(Path(self.options.plan))
            pool_size, self.seconds_min = plan.pool, plan.seconds
            self.result = Path(plan.result)
        self.concurrency = pool_size
        self.pool = gevent.pool.Pool(pool_size)
        self.seen = Seen()
        super().__init__(environment)

    @task
    def arrivals(self) -> None:
        """All orders of the run, each at its time; then, with a plan, the end."""
        source = self._planned() if self.result else self._signing()
        first = next(source)
        self.seen.begin()
        for arrival in itertools.chain((first,), source):
            gevent.sleep(max(0.0, self.seen.started + arrival.start - time.perf_counter()))
            if self.pool.full():
                self._pool_is_full()
                if self.result:
                    break
                continue
            self.seen.leaves(arrival)
            self.pool.spawn(self.one, arrival)
        self.pool.join(ANSWER_SECONDS_MAX + 1)
        self._end()

    def one(self, arrival: Arrival) -> None:
        """Send one order. Its time counts from when it was meant to leave, so that a stall is not left out."""
        with self.client.post(
            "/v1/orders", data=cast("str", arrival.data), headers=_HEADERS, name=_NAME, catch_response=True
        ) as response:
            seconds = time.perf_counter() - self.seen.started - arrival.start
            response.request_meta["response_time"] = seconds * 1e3
            status = int(response.status_code or NO_ANSWER)
            sequence = _sequence(response.content) if status else None
            self.seen.answered(arrival, status, sequence, seconds)
            if status != _ACCEPTED:
                response.failure(f"{status}")

    def _planned(self) -> Iterator[Arrival]:
        return (Arrival(*three) for three in zip(itertools.count(), self.starts, self.orders, strict=False))

    def _signing(self) -> Iterator[Arrival]:
        options, clock = self.options, MachineClock()
        key = Path(options.faucet_key)
        ledger = HttpLedger(str(self.host).rstrip("/"))
        workload = prepare(
            ledger, Scenario(options.scenario), payers=payers_for(options.rate), orders=ORDERS_FUNDED,
            faucet=read_private_key(key.parent, key.stem), clock=clock,
        )  # fmt: skip
        seed = time.time_ns()
        payments = workload.payments(clock, count=ORDERS_FUNDED, seed=seed)
        starts = endless_arrivals(rate=options.rate, seed=seed)
        for place, (start, payment) in enumerate(zip(starts, payments, strict=False)):
            yield Arrival(place, start, payment.data)

    def _pool_is_full(self) -> None:
        """Nothing queues in silence: the web page shows it as a failure, a run with a plan is invalid."""
        self.seen.brought.pool_full += 1
        self.environment.events.request.fire(
            request_type="-", name="generator full", response_time=0, response_length=0, context={},
            exception=RuntimeError("more orders under way than the generator may have"),
        )  # fmt: skip

    def _end(self) -> None:
        if self.result is None:
            raise StopUser
        self.result.write_text(json.dumps(asdict(self.seen.end(self.seconds_min))), encoding="ascii")
        runner = self.environment.runner
        if runner is not None:
            gevent.spawn(runner.quit)
        raise StopUser


class Seen:
    """What this process saw, written down as it happens."""

    def __init__(self) -> None:
        self.brought = Brought()
        self.started = 0.0
        self._last = 0.0
        self._cpu_before = 0.0
        self._cpu_seconds = 0.0
        self._posted = Histogram()
        self._lateness = Histogram()

    def begin(self) -> None:
        """The load begins now."""
        self.started = time.perf_counter()
        self._cpu_before = _cpu_seconds()

    def leaves(self, arrival: Arrival) -> None:
        """An order is on its way."""
        self.brought.sent += 1
        self._lateness.add((time.perf_counter() - self.started - arrival.start) * 1e3)
        _count(self.brought.sent_in_second, arrival.start)

    def answered(self, arrival: Arrival, status: int, sequence: int | None, seconds: float) -> None:
        """An answer came, or will not come."""
        self.brought.answers[str(arrival.place)] = (status, sequence)
        now = time.perf_counter() - self.started
        self._last = max(self._last, now)
        self._cpu_seconds = _cpu_seconds() - self._cpu_before
        if status == _ACCEPTED:
            self._posted.add(seconds * 1e3)
            _count(self.brought.posted_in_second, now)

    def end(self, seconds_min: float) -> Brought:
        """All of it. The load lasted `seconds_min`, and longer if answers came later."""
        self.brought.seconds = max(seconds_min, self._last)
        self.brought.cpu_share = self._cpu_seconds / self._last if self._last else 0.0
        self.brought.posted = self._posted.to_json()
        self.brought.lateness = self._lateness.to_json()
        return self.brought


def _count(counts: dict[str, int], seconds: float) -> None:
    name = str(int(seconds))
    counts[name] = counts.get(name, 0) + 1


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _sequence(content: bytes | None) -> int | None:
    """The place in the log that an answer states."""
    try:
        members = json.loads(content or b"")
    except ValueError:
        return None
    value = members.get("sequence") if isinstance(members, dict) else None
    return value if type(value) is int else None
