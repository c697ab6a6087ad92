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
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import gevent
import gevent.pool
import locust.stats
from locust import FastHttpUser, constant, events, task
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.exception import StopUser

from ledger.instants import MachineClock
from ledger.keys_folder import read_private_key
from ledger.signing.keys import public_key_from_jwk
from ledger.signing.log_keys import LogKey, chain_from_rows
from loadtests.figures import Histogram, three_figures
from loadtests.generator import SLICES, Brought, Plan, read_plan
from loadtests.http_ledger import HttpLedger
from loadtests.proving import NotProved, prove
from loadtests.shapes import WEB_SCENARIOS, Scenario, endless_arrivals
from loadtests.visits import CREATED, NO_ANSWER, NOT_PROVED, Ask, Visit, order_visit, read_visits
from loadtests.workload import payers_for, prepare

POOL = 2_000
ANSWER_SECONDS_MAX = 20.0
ORDERS_FUNDED = 1_000_000
DEFAULT_FAUCET_KEY = Path("var/keys/faucet.key")
_POSTED = "POST /v1/orders"
_HEADERS = {"Content-Type": "application/jose", "Accept-Encoding": "identity"}

# Sub-millisecond answers stay visible, and so do those between 100 ms and 1 s (documented since Locust 2.43.4).
locust.stats.bucket_response_time = three_figures  # type: ignore[assignment]


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def add_options(parser: LocustArgumentParser) -> None:
    """Our options; those of the web page can be changed on it before each test."""
    parser.add_argument("--plan", default="", include_in_web_ui=False, help="what loadtests.run prepared")
    parser.add_argument("--faucet-key", default=str(DEFAULT_FAUCET_KEY), include_in_web_ui=False)
    parser.add_argument(
        "--scenario", default=Scenario.SPREAD.value, choices=[one.value for one in WEB_SCENARIOS]
    )
    parser.add_argument(
        "--rate", type=float, default=50.0, help="orders a second, whatever the number of users says"
    )
    parser.add_argument("--pool", type=int, default=POOL, help="orders under way at once, at most")


class OpenLoop(FastHttpUser):
    """One user who never waits for an answer before the next visit begins."""

    fixed_count = 1
    wait_time = constant(0)
    network_timeout = ANSWER_SECONDS_MAX
    connection_timeout = ANSWER_SECONDS_MAX

    def __init__(self, environment: Environment) -> None:
        """Read the plan before the connections are made: it says how many there may be."""
        self.options = cast("Any", environment.parsed_options)
        self.plan: Plan | None = read_plan(Path(self.options.plan)) if self.options.plan else None
        pool_size = self.plan.pool if self.plan else int(self.options.pool)
        self.log_keys: Sequence[LogKey] = _log_keys(self.plan) if self.plan else []
        self.concurrency = pool_size
        self.pool = gevent.pool.Pool(pool_size)
        self.seen = Seen(self.plan.seconds if self.plan else 0.0)
        super().__init__(environment)

    @task
    def arrivals(self) -> None:
        """All visits of the run, each at its time; then, with a plan, the end."""
        source = read_visits(Path(self.plan.visits)) if self.plan else self._signing()
        first = next(source, None)
        self.seen.begin()
        for visit in itertools.chain((first,) if first else (), source):
            gevent.sleep(max(0.0, self.seen.started + visit.start - time.perf_counter()))
            if self.pool.full():
                self._pool_is_full()
                if self.plan:
                    break
                continue
            self.seen.leaves(visit.start)
            self.pool.spawn(self.one, visit)
        self.pool.join(ANSWER_SECONDS_MAX * 2)
        self._end()

    def one(self, visit: Visit) -> None:
        """Make one visit. Its first request counts from when it was meant to leave, so that a stall is not left out."""
        since = visit.start
        for place, ask in enumerate(visit.asks):
            if place:
                since = self.seen.now()
                self.seen.leaves(since)
            status = self._ask(ask, since)
            if status not in ask.expects:
                self.seen.brought.skipped += len(visit.asks) - place - 1
                return

    def _ask(self, ask: Ask, since: float) -> int:
        """One request and its answer; a receipt is checked before it counts as answered."""
        headers = {"Accept-Encoding": "identity", "Authorization": f"Bearer {ask.token}"}
        method, data = ("POST", ask.data) if ask.posts else ("GET", None)
        with self.client.request(
            method, ask.path, data=cast("str | None", data), headers=_HEADERS if ask.posts else headers,
            name=_POSTED if ask.posts else f"GET {ask.kind}", catch_response=True,
        ) as response:  # fmt: skip
            status = int(response.status_code or NO_ANSWER)
            sequence = _sequence(response.content) if ask.posts and status else None
            if ask.kind == "receipt" and status in ask.expects and not self._proves(response.content, ask):
                status = NOT_PROVED
            seconds = self.seen.now() - since
            response.request_meta["response_time"] = seconds * 1e3
            self.seen.answered(ask, status, sequence, since=since, seconds=seconds)
            if status not in ask.expects:
                response.failure(f"{status}")
            else:
                response.success()
        return status

    def _proves(self, content: bytes | None, ask: Ask) -> bool:
        plan = cast("Plan", self.plan)
        try:
            prove(content or b"", ask.data, ledger_id=plan.ledger_id, log_keys=self.log_keys)
        except NotProved:
            return False
        return True

    def _signing(self) -> Iterator[Visit]:
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
            yield order_visit(start, place, payment.data)

    def _pool_is_full(self) -> None:
        """Nothing queues in silence: the web page shows it as a failure, a run with a plan is invalid."""
        self.seen.brought.pool_full += 1
        self.environment.events.request.fire(
            request_type="-", name="generator full", response_time=0, response_length=0, context={},
            exception=RuntimeError("more orders under way than the generator may have"),
        )  # fmt: skip

    def _end(self) -> None:
        if self.plan is None:
            raise StopUser
        Path(self.plan.result).write_text(json.dumps(asdict(self.seen.end())), encoding="ascii")
        runner = self.environment.runner
        if runner is not None:
            gevent.spawn(runner.quit)
        raise StopUser


class Seen:
    """What this process saw, written down as it happens. `seconds`: how long the load lasts; 0.0, without an end."""

    def __init__(self, seconds: float) -> None:
        self.brought = Brought()
        self.started = 0.0
        self._seconds = seconds
        self._last = 0.0
        self._cpu_before = 0.0
        self._cpu_seconds = 0.0
        self._times: defaultdict[str, Histogram] = defaultdict(Histogram)
        self._slices: defaultdict[str, Histogram] = defaultdict(Histogram)
        self._wrong: Counter[tuple[str, int]] = Counter()
        self._lateness = Histogram()

    def begin(self) -> None:
        """The load begins now."""
        self.started = time.perf_counter()
        self._cpu_before = _cpu_seconds()

    def now(self) -> float:
        """Seconds since the load began."""
        return time.perf_counter() - self.started

    def leaves(self, start: float) -> None:
        """A request that was meant for this time is on its way."""
        self.brought.sent += 1
        self._lateness.add((self.now() - start) * 1e3)
        _count(self.brought.sent_in_second, start)

    def answered(self, ask: Ask, status: int, sequence: int | None, *, since: float, seconds: float) -> None:
        """An answer came, or will not come."""
        if ask.order is not None and self._seconds:
            self.brought.answers.append((ask.order, status, sequence))
        now = self.now()
        self._last = max(self._last, now)
        self._cpu_seconds = _cpu_seconds() - self._cpu_before
        if status not in ask.expects:
            self._wrong[ask.kind, status] += 1
            return
        self._times[ask.kind].add(seconds * 1e3)
        if ask.counted:
            self.brought.accepted += status == CREATED
            self._slices[str(self._slice(since))].add(seconds * 1e3)
            _count(self.brought.posted_in_second, now)

    def _slice(self, since: float) -> int:
        return min(SLICES - 1, int(since / self._seconds * SLICES)) if self._seconds else 0

    def end(self) -> Brought:
        """All of it. The load lasted as long as was meant, and longer if answers came later."""
        brought = self.brought
        brought.seconds = max(self._seconds, self._last)
        brought.cpu_share = self._cpu_seconds / self._last if self._last else 0.0
        brought.lateness = self._lateness.to_json()
        brought.times = {kind: times.to_json() for kind, times in self._times.items()}
        brought.slices = {part: times.to_json() for part, times in self._slices.items()}
        brought.wrong = [(kind, status, count) for (kind, status), count in self._wrong.items()]
        return brought


def _log_keys(plan: Plan) -> tuple[LogKey, ...]:
    """The chain of log keys out of a plan, as it was when the load was prepared."""
    first = public_key_from_jwk(cast("dict[str, object]", plan.log_keys[0]["key"]))
    return chain_from_rows(first, plan.log_keys, ledger_id=plan.ledger_id)


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
