"""The measurements of the bench on one database: figure and yardstick in turns, then an audit, then room by room."""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ledger.instants import MachineClock
from ledger.keys_folder import read_private_key
from ledger.orders.signed import ORDER_TYPE
from ledger.sandbox import FAUCET
from ledger.signing.jws import split_compact
from ledger.strict_json import dumps
from loadtests import verify_only
from loadtests.auditor import Audited, Case, Place, audit_totals, stand
from loadtests.bench_client import BenchClient, ClientTrouble, Slice, body_of, post_request
from loadtests.figures import cores
from loadtests.http_ledger import HttpLedger
from loadtests.ratios import Ratio
from loadtests.rooms import RoomTime, room_times
from loadtests.served import Served, free_port, served_sandbox, started, store, temporary_folder
from loadtests.shapes import Scenario
from loadtests.signature_checks import Check, SignatureChecks
from loadtests.workload import Payment, Workload, prepare

SINGLE_CONNECTIONS = 32
SINGLE_GOAL = 0.45
BULK_ORDERS = 100
BULK_CONNECTIONS = 4
BULK_GOAL = 0.50
PAYERS = 200
ORDERS_FUNDED = 1_000_000
HEADROOM = 1.3
"""How many more orders are signed for a slice than the fastest slice so far has sent."""

ROOM_ORDERS = 2_000
ROOM_BATCH = 32
_JOSE, _JSON = "application/jose", "application/json"


class Effort(NamedTuple):
    """How long to measure: slices of each kind, the seconds of each, orders for a first look at the rate."""

    slices: int
    seconds: float
    warm_up_orders: int


FULL = Effort(slices=5, seconds=2.5, warm_up_orders=2_000)
SHORT = Effort(slices=1, seconds=0.3, warm_up_orders=200)


@dataclass
class Figure(Ratio):
    """A figure that was measured over HTTP: the rates of its slices, and the ledger's latencies."""

    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)

    def note_slice(self, done: Slice, *, orders: int, yardstick: float) -> None:
        """Add a slice and its yardstick."""
        self.note(orders / done.seconds, yardstick)
        self.p50_ms.append(done.latency.percentile(0.5))
        self.p99_ms.append(done.latency.percentile(0.99))

    def forget(self) -> None:
        """What was measured so far was for warming up."""
        for values in (self.figures, self.yardsticks, self.p50_ms, self.p99_ms):
            values.clear()


@dataclass
class Engine:
    """All that was measured on one database."""

    database: str
    single: Figure
    bulk: Figure
    rooms: list[RoomTime]
    orders: int
    failed: Counter[str]
    audited: Audited


class Sender:
    """Takes fresh payments from the workload, sends them in slices, and remembers where each of them stands."""

    def __init__(self, served: Served, workload: Workload) -> None:
        self.ledger_port = _port(served.url)
        self.payments: list[Payment] = []
        self.places: dict[int, Place] = {}
        self.failed: Counter[str] = Counter()
        self._workload = workload

    def fresh(self, count: int) -> range:
        """Sign so many payments more; their places."""
        first = len(self.payments)
        seed = first + 1
        self.payments += self._workload.payments(MachineClock(), count=count, seed=seed)
        return range(first, len(self.payments))

    def bodies(self, places: range) -> list[bytes]:
        """The orders at these places."""
        return [self.payments[place].data for place in places]

    def note_single(self, places: range, done: Slice) -> None:
        """Write down where the orders of one slice stand; each request was one order."""
        for place, answer in done.answers.items():
            self._note(places[place], int(answer[9:12]), json.loads(body_of(answer)))

    def note_bulk(self, places: range, done: Slice) -> None:
        """The same, for requests of `BULK_ORDERS` orders."""
        for request, answer in done.answers.items():
            results = json.loads(body_of(answer)).get("results", [])
            if len(results) != BULK_ORDERS:
                self.failed[f"HTTP {int(answer[9:12])}"] += BULK_ORDERS
            for place, result in zip(places[request * BULK_ORDERS :], results, strict=False):
                self._note(place, int(result["status"]), result)

    def _note(self, place: int, status: int, members: dict[str, object]) -> None:
        sequence = members.get("sequence")
        if status == 201 and type(sequence) is int:
            self.places[place] = Place(sequence, accepted=True)
        else:
            self.failed[f"{status} {members.get('code')}"] += 1


def bench_engine(database: str, effort: Effort, *, workers: int, threads: int) -> Engine:
    """Measure one database, from a fresh sandbox to the audit."""
    with temporary_folder() as folder, store(database, folder) as where:
        with (
            served_sandbox(where, folder / "sandbox", workers=workers, threads=threads) as served,
            contextlib.closing(HttpLedger(served.url)) as ledger,
        ):
            faucet, clock = read_private_key(served.keys, FAUCET), MachineClock()
            workload = prepare(
                ledger, Scenario.SPREAD, payers=PAYERS, orders=ORDERS_FUNDED, faucet=faucet, clock=clock
            )
            before, sender = stand(ledger), Sender(served, workload)
            with _verifier(folder / "verify", workload, workers=workers, threads=threads) as port:
                single = _bench_single(sender, port, effort)
            bulk = _bench_bulk(sender, workload, effort)
            case = Case(ledger, workload, sender.payments, before, None, alone=not sender.failed)
            audited = audit_totals(case, sender.places)
        rooms = _rooms(where.url, served.keys, workload)
        return Engine(where.name, single, bulk, rooms, len(sender.places), sender.failed, audited)


@contextlib.contextmanager
def _verifier(folder: Path, workload: Workload, *, workers: int, threads: int) -> Iterator[int]:
    """The verifying server, for as long as the block lasts; yields its port."""
    verify_only.write_folder(folder, workload.genesis, [payer.key.public for payer in workload.payers])
    port = free_port()
    command = verify_only.command(folder, port=port, workers=workers, threads=threads)
    with started(command, folder / "verify.log", f"http://127.0.0.1:{port}/"):
        yield port


def _bench_single(sender: Sender, yardstick_port: int, effort: Effort) -> Figure:
    """One order per request: the verifying server and the ledger in turn, on the very same bodies."""
    figure = Figure("single", SINGLE_GOAL)
    with (
        contextlib.closing(BenchClient(sender.ledger_port, SINGLE_CONNECTIONS)) as ledger,
        contextlib.closing(BenchClient(yardstick_port, SINGLE_CONNECTIONS)) as yardstick,
    ):

        def one_slice(count: int) -> None:
            places = sender.fresh(count)
            here, there = (
                [post_request(body, port=port, media_type=_JOSE) for body in sender.bodies(places)]
                for port in (sender.ledger_port, yardstick_port)
            )
            checked = yardstick.repeat(there, seconds=effort.seconds)
            if set(checked.statuses) != {b"201"}:
                raise ClientTrouble(f"the verifying server: {checked.statuses}")
            done = ledger.run(here, seconds=effort.seconds)
            sender.note_single(places, done)
            figure.note_slice(done, orders=done.answered, yardstick=checked.rate)

        _alternate(figure, effort, one_slice)
    return figure


def _bench_bulk(sender: Sender, workload: Workload, effort: Effort) -> Figure:
    """Many orders per request, and signatures checked alone, in turn."""
    figure = Figure("bulk", BULK_GOAL)
    checks = _checks(workload, effort.warm_up_orders)
    with (
        contextlib.closing(BenchClient(sender.ledger_port, BULK_CONNECTIONS)) as client,
        SignatureChecks(checks, cores()) as yardstick,
    ):

        def one_slice(count: int) -> None:
            places = sender.fresh(-(-count // BULK_ORDERS) * BULK_ORDERS)
            requests = [
                post_request(body, port=sender.ledger_port, media_type=_JSON)
                for body in _bulk_bodies(sender.bodies(places))
            ]
            checked = yardstick.run(effort.seconds)
            done = client.run(requests, seconds=effort.seconds)
            sender.note_bulk(places, done)
            figure.note_slice(done, orders=done.answered * BULK_ORDERS, yardstick=checked)

        _alternate(figure, effort, one_slice)
    return figure


def _alternate(figure: Figure, effort: Effort, one_slice: Callable[[int], None]) -> None:
    """A slice to warm up and to learn the rate, then the slices that count."""
    one_slice(effort.warm_up_orders)
    seen = figure.figures.pop()
    figure.forget()
    for _ in range(effort.slices):
        seen = max([seen, *figure.figures])
        one_slice(max(effort.warm_up_orders, int(seen * effort.seconds * HEADROOM)))


def _bulk_bodies(orders: Sequence[bytes]) -> list[bytes]:
    texts = [order.decode("ascii") for order in orders]
    return [
        dumps({"orders": texts[start : start + BULK_ORDERS]}) for start in range(0, len(texts), BULK_ORDERS)
    ]


def _checks(workload: Workload, count: int) -> list[Check]:
    """Signatures of orders like those that are sent; nobody will send these."""
    keys = {payer.key.public.kid: payer.key.public for payer in workload.payers}
    payments = workload.payments(MachineClock(), count=count, seed=0)
    split = [split_compact(payment.data, typ=ORDER_TYPE) for payment in payments]
    return [Check(keys[jws.kid], jws.signing_input, jws.signature) for jws in split]


def _rooms(database: str, keys: Path, workload: Workload) -> list[RoomTime]:
    payments = workload.payments(MachineClock(), count=ROOM_ORDERS, seed=time.time_ns())
    public_keys = {payer.key.public.kid: payer.key.public for payer in workload.payers}
    return room_times(database, keys, [payment.data for payment in payments], public_keys, batch=ROOM_BATCH)


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])
