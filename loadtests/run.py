"""`python -m loadtests.run`: prepare, load, audit, judge, report.

    python -m loadtests.run --scenario spread --rate 200 --seconds 20
    python -m loadtests.run --host http://127.0.0.1:8470 --faucet-key var/keys/faucet.key

Without --host a fresh sandbox is made in a temporary folder, served on a free port, and gone afterwards.
Exit code: 0 pass, 1 a budget was missed, 2 the money is wrong, 3 the run says nothing (the generator was the limit).
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from ledger.faults import LedgerFault
from ledger.instants import MachineClock
from ledger.keys_folder import read_private_key
from ledger.sandbox import FAUCET
from ledger.signing.keys import PrivateKey
from ledger.words.languages import LANGUAGES
from loadtests import budgets
from loadtests.auditor import Case, audit, stand
from loadtests.generator import Measured, generate, processes_for
from loadtests.http_ledger import HttpLedger, LedgerUnusable
from loadtests.page import write_page
from loadtests.report import Report, Setting, terminal_text
from loadtests.served import DidNotStart, served_sandbox, stop_on_signals, store, temporary_folder
from loadtests.shapes import Scenario
from loadtests.words import language_of_terminal, say
from loadtests.workload import payers_for, prepare

ORDERS_MAX = 500_000
SECONDS_MAX = 3_600.0
AUDITOR = "auditor"
FAUCET_KEY = Path("var/keys/faucet.key")
"""Where `make run` keeps it."""

USAGE_ERROR = 64
"""Trouble before there was a run; no verdict has this number."""


@dataclass(frozen=True)
class Target:
    """A ledger to be loaded. `alone`: nobody else uses it. Empty `database`: it is somewhere else."""

    url: str
    database: str
    faucet: PrivateKey
    auditor: PrivateKey | None
    alone: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one load test and report it. Returns the exit code."""
    chosen = _parser().parse_args(arguments)
    language = language_of_terminal(chosen.lang)
    count = round(chosen.rate * chosen.seconds)
    if not 1 <= count <= ORDERS_MAX or not 0 < chosen.seconds <= SECONDS_MAX:
        return _trouble(say("too_many", language, most=f"{ORDERS_MAX:,}", seconds=f"{SECONDS_MAX:g}"))
    if chosen.host and not chosen.faucet_key.exists():
        return _trouble(say("faucet_needed", language))
    try:
        wanted = budgets.read_budgets(chosen.budgets, chosen.scenario)
        with temporary_folder() as folder, _target(chosen, folder) as target:
            report = run(chosen, target, wanted, folder)
    except (
        LedgerUnusable,
        LedgerFault,
        DidNotStart,
        budgets.BudgetsInvalid,
        OSError,
        HTTPException,
    ) as error:
        return _trouble(say("unusable", language, why=str(error)))
    path = chosen.out / f"load-{chosen.scenario}-{time.strftime('%Y%m%d-%H%M%S')}.html"
    write_page(report, path, language)
    print(terminal_text(report, language, str(path)))
    return report.verdict.value


def run(chosen: argparse.Namespace, target: Target, wanted: budgets.Budgets, folder: Path) -> Report:
    """Everything between the arguments and the report."""
    language = language_of_terminal(chosen.lang)
    setting = Setting(
        scenario=Scenario(chosen.scenario),
        rate=chosen.rate,
        seconds=chosen.seconds,
        url=target.url,
        database=target.database,
        workers=chosen.workers,
        threads=chosen.threads,
        processes=processes_for(chosen.rate),
    )
    payers, count = chosen.payers or payers_for(chosen.rate), round(chosen.rate * chosen.seconds)
    _tell(say("preparing", language, payers=payers, orders=f"{count:,}"))
    with contextlib.closing(HttpLedger(target.url)) as ledger:
        case = make_ready(ledger, target, setting.scenario, payers=payers, count=count, seed=chosen.seed)
        _tell(say("loading", language, seconds=f"{chosen.seconds:g}"))
        measured = generate(
            target.url, case.payments, folder, seconds=chosen.seconds, pool=chosen.pool, processes=setting.processes,
            seed=chosen.seed,
        )  # fmt: skip
        _tell(say("auditing", language))
        return examine(case, measured, wanted, setting)


def make_ready(
    ledger: HttpLedger, target: Target, scenario: Scenario, *, payers: int, count: int, seed: int
) -> Case:
    """Register and fund payers, sign every order, and note how the ledger stands."""
    clock = MachineClock()
    workload = prepare(ledger, scenario, payers=payers, orders=count, faucet=target.faucet, clock=clock)
    payments = list(workload.payments(clock, count=count, seed=seed))
    return Case(ledger, workload, payments, stand(ledger), target.auditor, target.alone)


def examine(case: Case, measured: Measured, wanted: budgets.Budgets, setting: Setting) -> Report:
    """Audit, judge, and put the report together."""
    audited = audit(case, measured.answers)
    budget = budgets.budget_lines(wanted, measured, rate=setting.rate)
    validity = budgets.validity_lines(wanted, measured)
    verdict = budgets.judge(budget, validity, audited)
    return Report(setting, measured, audited, budget, validity, budgets.money_lines(audited), verdict)


@contextlib.contextmanager
def _target(chosen: argparse.Namespace, folder: Path) -> Iterator[Target]:
    """The ledger that was named, or a sandbox of our own for as long as the block lasts."""
    if chosen.host:
        faucet = read_private_key(chosen.faucet_key.parent, chosen.faucet_key.stem)
        key = chosen.auditor_key or chosen.faucet_key.with_name(f"{AUDITOR}.key")
        auditor = read_private_key(key.parent, key.stem) if key.exists() else None
        yield Target(chosen.host.rstrip("/"), "", faucet, auditor, alone=False)
        return
    with (
        store(chosen.database, folder) as where,
        served_sandbox(where, folder / "sandbox", workers=chosen.workers, threads=chosen.threads) as served,
    ):
        faucet, auditor = read_private_key(served.keys, FAUCET), read_private_key(served.keys, AUDITOR)
        yield Target(served.url, where.name, faucet, auditor, alone=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="loadtests.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenario", choices=[one.value for one in Scenario], default=Scenario.SPREAD.value)
    parser.add_argument("--rate", type=float, default=200.0, help="orders a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--host", default="", help="URL of a running sandbox; without it one is made")
    parser.add_argument(
        "--faucet-key", type=Path, default=FAUCET_KEY, help="with --host: the sandbox's faucet key"
    )
    parser.add_argument(
        "--auditor-key", type=Path, help="with --host: to read the log; else the one beside the faucet's"
    )
    parser.add_argument(
        "--database", default="sqlite", help="sqlite, postgresql, or the URL of an empty database"
    )
    parser.add_argument("--workers", type=int, default=1, help="API processes of the sandbox")
    parser.add_argument("--threads", type=int, default=16, help="request threads of each")
    parser.add_argument("--payers", type=int, default=0, help="0: as the rate needs")
    parser.add_argument("--pool", type=int, default=2_000, help="orders under way at once, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budgets", type=Path, default=budgets.BUDGETS)
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--lang", choices=LANGUAGES)
    return parser


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _trouble(words: str) -> int:
    _tell(words)
    return USAGE_ERROR


if __name__ == "__main__":
    stop_on_signals()
    sys.exit(main())
