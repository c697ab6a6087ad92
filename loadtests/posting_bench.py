"""`python -m loadtests.posting_bench`: how fast the ledger posts, each figure beside a yardstick of the same minutes.

(a) One order per request at 32 connections, durable, on SQLite and on PostgreSQL, beside the same web server that only
    verifies the same bodies with the same functions.
(b) 100 orders per request, beside signature checks alone on all cores.

The machine is never quiet, so yardstick and figure take turns in short slices, and medians are shown. A lower ratio
with a higher rate is no failure. Exit code: 0, 1 if requests failed, 2 if the money is wrong.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Sequence

from ledger.faults import LedgerFault
from ledger.words.languages import LANGUAGES, Language
from loadtests.bench_client import ClientTrouble
from loadtests.bench_engine import (
    BULK_CONNECTIONS,
    BULK_ORDERS,
    FULL,
    ROOM_BATCH,
    SHORT,
    SINGLE_CONNECTIONS,
    Effort,
    Engine,
    Figure,
    bench_engine,
)
from loadtests.figures import cores, machine, number
from loadtests.http_ledger import LedgerUnusable
from loadtests.served import DidNotStart, stop_on_signals
from loadtests.words import language_of_terminal, say

_CELL = 18


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
        lines += [
            "",
            f"  {heading}",
            f"    {'':<{_CELL}}" + "".join(f"{column:>{_CELL}}" for column in columns),
        ]
        lines += [
            _figure_row(engine, engine.single if name == "single" else engine.bulk, language)
            for engine in engines
        ]
    return "\n".join([*lines, "", *_room_rows(engines, language)])


def _figure_row(engine: Engine, figure: Figure, language: Language) -> str:
    times = f"{number(statistics.median(figure.p50_ms))} / {number(statistics.median(figure.p99_ms))} ms"
    cells = [
        number(figure.figure),
        number(figure.yardstick),
        figure.text,
        f"{figure.goal:.2f}",
        times,
    ]
    slices = " ".join(f"{rate:,.0f}" for rate in figure.figures)
    row = f"    {engine.database:<{_CELL}}" + "".join(f"{cell:>{_CELL}}" for cell in cells)
    return f"{row}\n      {say('bench.spread', language)}: {slices}"


def _room_rows(engines: Sequence[Engine], language: Language) -> list[str]:
    width = 62
    lines = [
        f"  {say('bench.rooms', language)}",
        f"    {'':<{width}}" + "".join(f"{engine.database:>{_CELL}}" for engine in engines),
    ]
    for place, room in enumerate(engines[0].rooms):
        cells = "".join(f"{engine.rooms[place].microseconds:>{_CELL}.1f}" for engine in engines)
        lines.append(f"    {say(f'room.{room.name}', language, batch=ROOM_BATCH):<{width}}{cells}")
    sums = "".join(f"{sum(room.microseconds for room in engine.rooms):>{_CELL}.1f}" for engine in engines)
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
    stop_on_signals()
    sys.exit(main())
