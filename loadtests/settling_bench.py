"""`python -m loadtests.settling_bench`: what the sequencer alone can do, each figure beside its yardstick.

(a) Verified orders settled in batches of 1,000, beside the very same rows written into a twin by bare bulk SQL.
(b) Every payment to one account, beside payments over 10,000 accounts.
(c) Posting after many records, beside posting after 10,000.
(d) The memory of a process that has settled payments of 1,000,000 accounts.

All of it is durable, in this process, without HTTP and without signatures being checked. Figure and yardstick take
turns, and medians are shown.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ledger.addresses import account_address
from ledger.bookkeeper import Bookkeeper
from ledger.books.accounts import Account as LedgerAccount
from ledger.books.accounts import AccountClass
from ledger.garbage import search_rarely
from ledger.orders.kinds import Leg, Pay
from ledger.orders.signed import VerifiedOrder
from ledger.store import batch as rows
from ledger.store import sql
from ledger.store.bulk import Writing, write
from ledger.store.engine import connect_writer
from ledger.store.rows import account_row
from ledger.words.languages import LANGUAGES, Language
from loadtests.figures import machine, number
from loadtests.inner_ledger import BATCH, Beginning, InnerLedger
from loadtests.ratios import Ratio
from loadtests.served import store, temporary_folder
from loadtests.words import language_of_terminal, say
from loadtests.workload import CURRENCY, LEGS_MAX

SETTLING_GOAL, HOT_GOAL, LATE_GOAL = 0.5, 0.9, 0.85
MEMORY_ACCOUNTS = 1_000_000
MEMORY_MEGABYTES_MAX = 400
_GROWN_AT_ONCE = 20_000


class Effort(NamedTuple):
    """How much to do: slices, batches in each, accounts, and the records before the late figure."""

    slices: int
    batches: int
    people: int
    accounts_each: int
    late_records: int
    memory_accounts: int


FULL = Effort(
    slices=5,
    batches=5,
    people=100,
    accounts_each=100,
    late_records=1_000_000,
    memory_accounts=MEMORY_ACCOUNTS,
)
SHORT = Effort(slices=1, batches=1, people=10, accounts_each=10, late_records=3_000, memory_accounts=2_000)


class _NotingBookkeeper(Bookkeeper):
    """A bookkeeper that keeps the rows it writes, for the twin."""

    noted: list[rows.BatchRows]

    def _rows(self, batch: Any) -> rows.BatchRows:  # noqa: ANN401 - handed on as it is
        made = super()._rows(batch)
        self.noted.append(made)
        return made


@dataclass
class Settled:
    """What was measured on one database."""

    database: str
    ratios: list[Ratio]
    late_records: int


def bench_settling(database: str, effort: Effort) -> Settled:
    """Measure one database."""
    with temporary_folder() as folder, store(database, folder) as where:
        beginning = Beginning.make(folder / "keys", people=effort.people)
        with (
            _opened(where.url, beginning) as ledger,
            _opened(where.another(), beginning) as twin,
        ):
            ledger.fill(accounts_each=effort.accounts_each)
            twin.fill_like(ledger)
            search_rarely()
            ratios = [_beside_bare_sql(ledger, twin, effort), _hot(ledger, effort)]
        with (
            _opened(where.another(), beginning) as early,
            _opened(where.another(), beginning) as late,
        ):
            ratios.append(_late(early, late, effort))
        return Settled(where.name, ratios, effort.late_records)


@contextlib.contextmanager
def _opened(url: str, beginning: Beginning) -> Iterator[InnerLedger]:
    ledger = InnerLedger.create(url, beginning)
    try:
        yield ledger
    finally:
        ledger.keeper.close()


def _alternate(
    ratio: Ratio, effort: Effort, figure: Callable[[], float], yardstick: Callable[[], float]
) -> Ratio:
    """A slice of each to warm up, then those that count, in turns."""
    for counts in (False, *[True] * effort.slices):
        rates = figure(), yardstick()
        if counts:
            ratio.note(*rates)
    return ratio


def _rate(ledger: InnerLedger, orders: Sequence[VerifiedOrder]) -> float:
    return len(orders) / ledger.settle(orders)


def _beside_bare_sql(ledger: InnerLedger, twin: InnerLedger, effort: Effort) -> Ratio:
    """The twin's rows are those that the bookkeeper has just written, statement by statement the same."""
    keeper, count = ledger.keeper, BATCH * effort.batches
    keeper.__class__ = _NotingBookkeeper
    noted: list[rows.BatchRows] = []
    keeper.noted = noted  # type: ignore[attr-defined]
    connection = twin.keeper._connection  # noqa: SLF001 - the one connection that may write there

    def bare() -> float:
        started = time.perf_counter()
        for batch in noted:
            rows.save(connection, batch)
            connection.commit()
        seconds = time.perf_counter() - started
        noted.clear()
        return count / seconds

    ratio = _alternate(
        Ratio("settling", SETTLING_GOAL), effort, lambda: _rate(ledger, ledger.payments(count)), bare
    )
    keeper.__class__ = Bookkeeper
    return ratio


def _hot(ledger: InnerLedger, effort: Effort) -> Ratio:
    count = BATCH * effort.batches
    return _alternate(
        Ratio("hot", HOT_GOAL),
        effort,
        lambda: _rate(ledger, ledger.payments(count, hot=True)),
        lambda: _rate(ledger, ledger.payments(count)),
    )


def _late(early: InnerLedger, late: InnerLedger, effort: Effort) -> Ratio:
    early.fill(accounts_each=effort.accounts_each)
    late.fill_like(early)
    while late.keeper.head.size < effort.late_records:
        missing = effort.late_records - late.keeper.head.size
        late.settle(late.payments(min(missing, _GROWN_AT_ONCE)))
    count = BATCH * effort.batches
    return _alternate(
        Ratio("late", LATE_GOAL),
        effort,
        lambda: _rate(late, late.payments(count)),
        lambda: _rate(early, early.payments(count)),
    )


def settled_memory(accounts: int) -> float:
    """Megabytes that a process of its own needed at most to settle a payment to each of so many accounts."""
    command = [sys.executable, "-m", "loadtests.settling_bench", "--memory-of", str(accounts)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
    return float(said.stdout)


def _settle_many_accounts(accounts: int) -> None:
    """Accounts are put in place by bare SQL; the payments to them are settled as always."""
    with temporary_folder() as folder, store("sqlite", folder) as where:
        beginning = Beginning.make(folder / "keys", people=1)
        with _opened(where.url, beginning) as ledger:
            search_rarely()
            ledger.fill(accounts_each=1)
            addresses = list(_put_in_place(where.url, ledger, accounts))
            (rich,) = ledger.accounts
            for start in range(0, len(addresses), LEGS_MAX * 100):
                part = addresses[start : start + LEGS_MAX * 100]
                legs = [
                    tuple(Leg(address, 1) for address in part[first : first + LEGS_MAX])
                    for first in range(0, len(part), LEGS_MAX)
                ]
                ledger.settle([ledger.verified(Pay(rich.address, CURRENCY, each), rich.key) for each in legs])


def _put_in_place(url: str, ledger: InnerLedger, count: int) -> Iterator[str]:
    """Insert so many accounts of the first person; their addresses."""
    genesis, (rich,) = ledger.genesis, ledger.accounts
    kid = rich.key.public.kid
    party = ledger.settled[0][0][0].order.order_id
    connection = connect_writer(url)
    for start in range(0, count, BATCH):
        made = [
            LedgerAccount(
                account_address(prefix=genesis.prefix, ledger_id=genesis.ledger_id, kid=kid, order_id=str(place)),
                party, AccountClass.WALLET, CURRENCY, 1,
            )
            for place in range(start, min(start + BATCH, count))
        ]  # fmt: skip
        write(connection, [Writing(sql.INSERT_ACCOUNTS, [account_row(account) for account in made])])
        connection.commit()
        yield from (account.address for account in made)
    connection.close()
    connection.engine.dispose()


def table(settled: Sequence[Settled], memory: tuple[int, float] | None, language: Language) -> str:
    """The figures as a terminal shows them."""
    width, cell = 62, 18
    columns = [say(f"bench.{column}", language) for column in ("figure", "yardstick", "ratio", "goal")]
    lines = [f"  {say('settling.title', language, batch=BATCH)}"]
    for one in settled:
        lines.append(f"    {one.database:<{width}}" + "".join(f"{column:>{cell}}" for column in columns))
        for ratio in one.ratios:
            cells = [number(ratio.figure), number(ratio.yardstick), ratio.text, f"{ratio.goal:.2f}"]
            text = say(f"settling.{ratio.name}", language, late=f"{one.late_records:,}")
            lines.append(f"      {text:<{width - 2}}" + "".join(f"{one_cell:>{cell}}" for one_cell in cells))
    if memory is not None:
        accounts, megabytes = memory
        lines += ["", "  " + say(
            "settling.memory", language, accounts=f"{accounts:,}", megabytes=number(megabytes),
            most=MEMORY_MEGABYTES_MAX, mark="✓" if megabytes < MEMORY_MEGABYTES_MAX else "✗",
        )]  # fmt: skip
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="loadtests.settling_bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--short", action="store_true", help="a look at whether it runs, not at the figures")
    parser.add_argument(
        "--database", action="append", help="sqlite, postgresql, or a URL; both if none is named"
    )
    parser.add_argument("--late-records", type=int, help="records before the late figure (1,000,000)")
    parser.add_argument("--lang", choices=LANGUAGES)
    parser.add_argument("--memory-of", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.memory_of is not None:
        _settle_many_accounts(chosen.memory_of)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return 0
    language, effort = language_of_terminal(chosen.lang), SHORT if chosen.short else FULL
    if chosen.late_records is not None:
        effort = effort._replace(late_records=chosen.late_records)
    settled = [bench_settling(database, effort) for database in chosen.database or ("sqlite", "postgresql")]
    memory = effort.memory_accounts, settled_memory(effort.memory_accounts)
    print(machine())
    print(table(settled, memory, language))
    return 0


if __name__ == "__main__":
    sys.exit(main())
