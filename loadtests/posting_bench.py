"""`python -m loadtests.posting_bench`: how fast the ledger posts, each figure beside a yardstick of the same minutes.

(a) One order per request at 32 connections, durable, on SQLite and on PostgreSQL, beside the same web server that only
    verifies the same bodies with the same functions.
(b) 100 orders per request, beside signature checks alone on all cores.

The machine is never quiet, so yardstick and figure take turns in short slices, and medians are shown. A lower ratio
with a higher rate is no failure. Exit code: 0, 1 if requests failed, 2 if the money is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ledger.faults import LedgerFault
from ledger.instants import MachineClock
from ledger.keys_folder import read_private_key
from ledger.orders.signed import ORDER_TYPE
from ledger.sandbox import FAUCET
from ledger.signing.jws import split_compact
from ledger.strict_json import dumps
from ledger.words.languages import LANGUAGES, Language
from loadtests import verify_only
from loadtests.auditor import Audited, Case, Place, audit_totals, stand
from loadtests.bench_client import BenchClient, ClientTrouble, Slice, body_of, post_request
from loadtests.figures import cores, machine, number
from loadtests.http_ledger import HttpLedger, LedgerUnusable
from loadtests.rooms import RoomTime, room_times
from loadtests.served import (
    DidNotStart,
    Served,
    free_port,
    served_sandbox,
    started,
    stop_on_signals,
    store,
    temporary_folder,
)
from loadtests.shapes import Scenario
from loadtests.signature_checks import Check, SignatureChecks
from loadtests.words import language_of_terminal, say
from loadtests.workload import Payment, Workload, prepare

SINGLE_CONNECTIONS = 32
SINGLE_GOAL = 0.45
BULK_ORDERS = 100
BULK_CONNECTIONS = 4
BULK_GOAL = 0.50
PAYERS = 200
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
class Figure:
    """One line of the bench: rates of all slices, in orders a second, and latencies of the ledger's."""

    name: str
    goal: float
    figures: list[float] = field(default_factory=list)
    yardsticks: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)

    @property
    def figure(self) -> float:
        """The median rate."""
        return statistics.median(self.figures)

    @property
    def yardstick(self) -> float:
        """The median of the yardstick."""
        return statistics.median(self.yardsticks)

    @property
    def ratio(self) -> float:
        """The one by the other."""
        return self.figure / self.yardstick


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
        keys = folder / "sandbox" / "keys"
        with served_sandbox(where, folder / "sandbox", workers=workers, threads=threads) as served:
            ledger = HttpLedger(served.url)
            faucet = read_private_key(keys, FAUCET)
            workload = prepare(
                ledger, Scenario.SPREAD, payers=PAYERS, orders=1_000_000, faucet=faucet, clock=MachineClock()
            )
            before, sender = stand(ledger), Sender(served, workload)
            with _verifier(folder / "verify", workload, workers=workers, threads=threads) as port:
                single = _bench_single(sender, port, effort)
            bulk = _bench_bulk(sender, workload, effort)
            # The orders of requests that were never sent are no part of the case.
            case = Case(ledger, workload, sender.payments, before, None, alone=not sender.failed)
            audited = audit_totals(case, sender.places)
            ledger.close()
        rooms = _rooms(where.url, keys, workload)
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
    ledger, yardstick = (
        BenchClient(port, SINGLE_CONNECTIONS) for port in (sender.ledger_port, yardstick_port)
    )

    def one_slice(count: int, seconds: float) -> tuple[float, float]:
        places = sender.fresh(count)
        here, there = (
            [post_request(body, port=port, media_type=_JOSE) for body in sender.bodies(places)]
            for port in (sender.ledger_port, yardstick_port)
        )
        checked = yardstick.repeat(there, seconds=seconds)
        if set(checked.statuses) != {b"201"}:
            raise ClientTrouble(f"the verifying server: {checked.statuses}")
        done = ledger.run(here, seconds=seconds)
        sender.note_single(places, done)
        _note_latency(figure, done)
        return done.rate, checked.rate

    _alternate(figure, effort, one_slice)
    ledger.close()
    yardstick.close()
    return figure


def _bench_bulk(sender: Sender, workload: Workload, effort: Effort) -> Figure:
    """Many orders per request, and the same signatures checked alone, in turn."""
    figure = Figure("bulk", BULK_GOAL)
    client = BenchClient(sender.ledger_port, BULK_CONNECTIONS)
    checks = _checks(sender.bodies(sender.fresh(effort.warm_up_orders)), workload)

    with SignatureChecks(checks, cores()) as yardstick:

        def one_slice(count: int, seconds: float) -> tuple[float, float]:
            places = sender.fresh(-(-count // BULK_ORDERS) * BULK_ORDERS)
            requests = [
                post_request(body, port=sender.ledger_port, media_type=_JSON)
                for body in _bulk_bodies(sender.bodies(places))
            ]
            checked = yardstick.run(seconds)
            done = client.run(requests, seconds=seconds)
            sender.note_bulk(places, done)
            _note_latency(figure, done)
            return done.rate * BULK_ORDERS, checked

        _alternate(figure, effort, one_slice)
    client.close()
    return figure


def _bulk_bodies(orders: Sequence[bytes]) -> list[bytes]:
    texts = [order.decode("ascii") for order in orders]
    return [
        dumps({"orders": texts[start : start + BULK_ORDERS]}) for start in range(0, len(texts), BULK_ORDERS)
    ]


def _note_latency(figure: Figure, done: Slice) -> None:
    figure.p50_ms.append(done.latency.percentile(0.5))
    figure.p99_ms.append(done.latency.percentile(0.99))


def _alternate(
    figure: Figure, effort: Effort, one_slice: Callable[[int, float], tuple[float, float]]
) -> None:
    """A slice to warm up and to learn the rate, then the slices that count."""
    rate, _ = one_slice(effort.warm_up_orders, effort.seconds)
    figure.p50_ms.clear()
    figure.p99_ms.clear()
    for _ in range(effort.slices):
        count = max(effort.warm_up_orders, int(max([rate, *figure.figures]) * effort.seconds * HEADROOM))
        rate, checked = one_slice(count, effort.seconds)
        figure.figures.append(rate)
        figure.yardsticks.append(checked)


def _checks(orders: Sequence[bytes], workload: Workload) -> list[Check]:
    keys = {payer.key.public.kid: payer.key.public for payer in workload.payers}
    split = [split_compact(data, typ=ORDER_TYPE) for data in orders]
    return [Check(keys[jws.kid], jws.signing_input, jws.signature) for jws in split]


def _rooms(database: str, keys: Path, workload: Workload) -> list[RoomTime]:
    payments = workload.payments(MachineClock(), count=ROOM_ORDERS, seed=time.time_ns())
    public_keys = {payer.key.public.kid: payer.key.public for payer in workload.payers}
    return room_times(database, keys, [payment.data for payment in payments], public_keys, batch=ROOM_BATCH)


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


def table(engines: Sequence[Engine], effort: Effort, *, workers: int, language: Language) -> str:
    """The bench as a terminal shows it."""
    lines = [
        f"{say('bench.title', language)}  {machine()}, {say('cores', language, cores=cores())}",
        f"  {say('durability', language)}: {say('durable', language)}",
        f"  {say('bench.note', language, slices=effort.slices, seconds=f'{effort.seconds:g}')}",
        f"  {say('server', language)}: {say('bench.workers', language, workers=workers)}",
    ]
    for name in ("single", "bulk"):
        connections = SINGLE_CONNECTIONS if name == "single" else BULK_CONNECTIONS
        heading = say(f"bench.{name}", language, connections=connections, orders=BULK_ORDERS, cores=cores())
        columns = [
            say(f"bench.{column}", language) for column in ("figure", "yardstick", "ratio", "goal", "latency")
        ]
        lines += ["", f"  {heading}", f"    {'':<18}" + "".join(f"{column:>16}" for column in columns)]
        lines += [
            _figure_row(engine, engine.single if name == "single" else engine.bulk, language)
            for engine in engines
        ]
    return "\n".join([*lines, "", *_room_rows(engines, language)])


def _figure_row(engine: Engine, figure: Figure, language: Language) -> str:
    mark = "✓" if figure.ratio >= figure.goal else " "
    times = f"{number(statistics.median(figure.p50_ms))} / {number(statistics.median(figure.p99_ms))} ms"
    cells = [
        number(figure.figure),
        number(figure.yardstick),
        f"{figure.ratio:.2f} {mark}",
        f"{figure.goal:.2f}",
        times,
    ]
    slices = " ".join(f"{rate:,.0f}" for rate in figure.figures)
    row = f"    {engine.database:<18}" + "".join(f"{cell:>16}" for cell in cells)
    return f"{row}\n      {say('bench.spread', language)}: {slices}"


def _room_rows(engines: Sequence[Engine], language: Language) -> list[str]:
    width = 62
    lines = [
        f"  {say('bench.rooms', language)}",
        f"    {'':<{width}}" + "".join(f"{engine.database:>18}" for engine in engines),
    ]
    for place, room in enumerate(engines[0].rooms):
        cells = "".join(f"{engine.rooms[place].microseconds:>18.1f}" for engine in engines)
        lines.append(f"    {say(f'room.{room.name}', language, batch=ROOM_BATCH):<{width}}{cells}")
    sums = "".join(f"{sum(room.microseconds for room in engine.rooms):>18.1f}" for engine in engines)
    return [*lines, f"    {say('room.sum', language):<{width}}{sums}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench and print it. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="loadtests.posting_bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--short", action="store_true", help="a look at whether it runs, not at the figures")
    parser.add_argument(
        "--database", action="append", help="sqlite, postgresql, or a URL; both if none is named"
    )
    parser.add_argument("--workers", type=int, default=1, help="API processes")
    parser.add_argument("--threads", type=int, default=16, help="request threads of each")
    parser.add_argument("--lang", choices=LANGUAGES)
    chosen = parser.parse_args(arguments)
    language, effort = language_of_terminal(chosen.lang), SHORT if chosen.short else FULL
    stop_on_signals()
    try:
        engines = [
            bench_engine(database, effort, workers=chosen.workers, threads=chosen.threads)
            for database in chosen.database or ("sqlite", "postgresql")
        ]
    except (LedgerUnusable, LedgerFault, DidNotStart, ClientTrouble) as error:
        print(say("unusable", language, why=str(error)), file=sys.stderr)
        return 1
    print(table(engines, effort, workers=chosen.workers, language=language))
    return _verdict(engines, language)


def _verdict(engines: Sequence[Engine], language: Language) -> int:
    failed = sum((engine.failed for engine in engines), Counter[str]())
    findings = [finding for engine in engines for finding in engine.audited.findings]
    print()
    if findings:
        for kind, values in findings[:20]:
            print(say("bench.wrong", language, what=say(f"found.{kind}", language, **values)))
        return 2
    if failed:
        kinds = ", ".join(f"{count} × {kind}" for kind, count in failed.most_common(5))
        print(say("bench.failed", language, count=f"{failed.total():,}", kinds=kinds))
        return 1
    orders = sum(engine.orders for engine in engines)
    print(say("bench.well", language, orders=f"{orders:,}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
