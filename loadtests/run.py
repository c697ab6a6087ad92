"""`python -m loadtests.run`: prepare, load, audit, judge, report.

    python -m loadtests.run --scenario spread --rate 200 --seconds 20
    python -m loadtests.run --host http://127.0.0.1:8470 --faucet-key var/keys/faucet.key

Without --host a fresh sandbox is made in a temporary folder, served on a free port, and gone afterwards.
Exit code: 0 pass, 1 a budget was missed, 2 the money is wrong, 3 the run says nothing (the generator was the limit).
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path

from ledger.faults import LedgerFault
from ledger.keys_folder import read_private_key
from ledger.sandbox import FAUCET
from ledger.signing.keys import PrivateKey
from ledger.words.languages import Language
from loadtests import budgets, capacity
from loadtests.auditor import Case, audit, stand
from loadtests.baselines import AnotherMachine, BaselineBroken, Baselines
from loadtests.figures import number
from loadtests.generator import Measured, Memory, generate, processes_for
from loadtests.http_ledger import HttpLedger, LedgerUnusable
from loadtests.memory import soak_lines, watched
from loadtests.options import REQUESTS_MAX, SECONDS_MAX, USAGE_ERROR, Options, read_options
from loadtests.page import write_page
from loadtests.people import STEPS, write_session
from loadtests.report import Report, Setting, terminal_text
from loadtests.report_json import write_json
from loadtests.rush import Rush, rush_lines, rushing
from loadtests.scenarios import Script, payers_ready, write_script
from loadtests.served import DidNotStart, served_sandbox, stop_on_signals, store, temporary_folder
from loadtests.shapes import Scenario
from loadtests.visits import NOT_PROVED
from loadtests.words import language_of_terminal, say
from loadtests.workload import payers_for

AUDITOR = "auditor"
CAPACITY_PAYERS_FACTOR = 20
"""A climb ends far above the rate that it begins with."""


@dataclass(frozen=True)
class Target:
    """A ledger to be loaded. `alone`: nobody else uses it. Empty `database`: it is somewhere else.

    `pid`: the process whose memory is watched, with its children; None if it is not on this machine.
    """

    url: str
    database: str
    faucet: PrivateKey
    auditor: PrivateKey | None
    alone: bool
    pid: int | None = None


@dataclass(frozen=True)
class Loaded:
    """What was sent and seen. `climbed`: how far a climb went; `rush`: who was told of what."""

    case: Case
    measured: Measured
    climbed: capacity.Climb | None = None
    rush: Rush | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one load test and report it. Returns the exit code."""
    chosen = read_options(arguments)
    language = language_of_terminal(chosen.lang)
    if not chosen.possible:
        return _trouble(say("too_many", language, most=f"{REQUESTS_MAX:,}", seconds=f"{SECONDS_MAX:g}"))
    if chosen.host and not chosen.faucet_key.exists():
        return _trouble(say("faucet_needed", language))
    baselines = Baselines(chosen.baselines)
    try:
        baselines.count("")  # a stranger's file is refused before the load, not after it
        wanted = budgets.read_budgets(chosen.budgets, chosen.scenario)
        with temporary_folder() as folder, _target(chosen, folder) as target:
            report = run(chosen, target, wanted, folder, language)
        report = _beside_baseline(report, chosen, baselines)
    except AnotherMachine as error:
        return _trouble(say("another_machine", language, path=str(error)))
    except BaselineBroken as error:
        return _trouble(say("baseline_broken", language, why=str(error)))
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
    write_json(report, path.with_suffix(".json"))
    print(terminal_text(report, language, str(path)))
    return report.verdict.value


def run(chosen: Options, target: Target, wanted: budgets.Budgets, folder: Path, language: Language) -> Report:
    """Everything between the options and the report."""
    wish = chosen.wish
    setting = Setting(
        scenario=chosen.scenario,
        rate=wish.rate,
        seconds=wish.seconds,
        url=target.url,
        database=target.database,
        workers=chosen.workers,
        threads=chosen.threads,
        processes=processes_for(wish.rate),
        people=wish.people,
    )
    with contextlib.closing(HttpLedger(target.url)) as ledger:
        running = Running(chosen, target, wanted, folder, ledger, language)
        _tell(say("preparing", language))
        with _rush(chosen.scenario, ledger) as rush:
            with watched(target.pid) as memory:
                climbs = chosen.scenario is Scenario.CAPACITY
                loaded = running.climb() if climbs else running.load(memory, rush)
            _tell(say("auditing", language))
            return examine(loaded, wanted, setting)


def _rush(scenario: Scenario, ledger: HttpLedger) -> contextlib.AbstractContextManager[Rush | None]:
    """Whoever is told of payments, if somebody is."""
    return rushing(ledger) if scenario is Scenario.BILL_RUSH else contextlib.nullcontext()


@dataclass(frozen=True)
class Running:
    """One run: what was asked, where, and into which folder."""

    chosen: Options
    target: Target
    wanted: budgets.Budgets
    folder: Path
    ledger: HttpLedger
    language: Language

    def load(self, memory: list[Memory], rush: Rush | None) -> Loaded:
        """Prepare, send, and bring back what was seen. What the preparation took of the memory is another story."""
        script, target, seconds = (
            written(self.chosen, self.target, self.ledger, rush),
            self.target,
            self.chosen.wish.seconds,
        )
        before, asks = stand(self.ledger), sum(len(visit.asks) for visit in script.visits)
        _tell(say("loading", self.language, requests=f"{asks:,}", seconds=f"{seconds:g}"))
        memory.clear()
        measured = self.send(script, seconds, processes_for(asks / seconds))
        measured.memory = list(memory)
        if rush is not None:
            rush.drain()
        for kind, times in script.beforehand.items():
            measured.times[kind].counts.update(times.counts)
        case = Case(
            self.ledger, script.workload, script.orders, before, target.auditor, target.alone, script.forged
        )
        return Loaded(case, measured, rush=rush)

    def climb(self) -> Loaded:
        """The same step by step; what is sent is written as it goes."""
        chosen, target = self.chosen, self.target
        payers = chosen.wish.payers or payers_for(chosen.wish.rate * CAPACITY_PAYERS_FACTOR)
        wish = replace(chosen.wish, payers=payers)
        workload = payers_ready(
            chosen.scenario, self.ledger, target.faucet, wish, orders=capacity.ORDERS_FUNDED
        )
        before = stand(self.ledger)
        climbed = capacity.climb(
            workload, wish, self.wanted, self.send, tell=self._tell_step, steps_max=chosen.steps_max
        )
        case = Case(self.ledger, workload, climbed.script.orders, before, target.auditor, target.alone)
        return Loaded(case, climbed.measured, climbed)

    def send(self, script: Script, seconds: float, processes: int) -> Measured:
        """The visits of a script, from a folder of their own."""
        part = self.folder / f"load-{sum(1 for _ in self.folder.glob('load-*'))}"
        return generate(
            self.target.url, script.workload.genesis, script.visits, part, seconds=seconds, pool=self.chosen.pool,
            processes=processes,
        )  # fmt: skip

    def _tell_step(self, rate: float) -> None:
        _tell(say("step", self.language, rate=number(rate)))


def written(chosen: Options, target: Target, ledger: HttpLedger, rush: Rush | None) -> Script:
    """The script of any scenario but a climb, which writes as it goes."""
    if rush is not None:
        return rush.write(target.faucet, chosen.wish)
    if chosen.scenario is Scenario.KIKAO_KAZI:
        return write_session(ledger, target.faucet, chosen.wish)
    return write_script(chosen.scenario, ledger, target.faucet, chosen.wish)


def examine(loaded: Loaded, wanted: budgets.Budgets, setting: Setting) -> Report:
    """Audit, judge, and put the report together."""
    measured, climbed = loaded.measured, loaded.climbed
    audited = audit(loaded.case, measured.answers)
    false_receipts = measured.wrong["receipt", NOT_PROVED]
    if false_receipts:
        audited.wrong("receipts_false", count=false_receipts)
    if loaded.rush is not None:
        loaded.rush.check(audited)
    budget = budgets.budget_lines(wanted, measured, seconds=setting.seconds, scenario=setting.scenario)
    validity = budgets.validity_lines(wanted, measured)
    if climbed is not None:
        budget.append(capacity.knee_line(wanted, climbed))
        validity.append(capacity.break_line(climbed))
    if setting.scenario is Scenario.SOAK:
        budget += soak_lines(wanted, measured)
    if setting.scenario is Scenario.KIKAO_KAZI:
        budget += budgets.step_lines(wanted, measured, STEPS)
    money = budgets.money_lines(audited)
    if loaded.rush is not None:
        budget += loaded.rush.lines(wanted)
        money += rush_lines(audited)
    return Report(
        setting, measured, audited, budget, validity, money,
        budgets.judge(budget, validity, audited), climbed.steps if climbed else [],
        notes=_notes(loaded, setting),
    )  # fmt: skip


def _notes(loaded: Loaded, setting: Setting) -> list[tuple[str, dict[str, str]]]:
    """What a reader should know beside the figures."""
    notes: list[tuple[str, dict[str, str]]] = []
    if setting.scenario is Scenario.SOAK and not loaded.measured.memory:
        notes.append(("memory_unseen", {}))
    climbed = loaded.climbed
    if climbed is not None:
        broken, knee = climbed.broken, number(climbed.knee)
        kind = "knee_open" if broken is None else "knee_at" if broken.valid else "knee_generator"
        notes.append((kind, {"knee": knee, "broken": number(broken.rate) if broken else ""}))
    return notes


def _beside_baseline(report: Report, chosen: Options, baselines: Baselines) -> Report:
    """Put earlier runs beside the figures, and keep this one if that was wished and it was a measurement."""
    key, bands = report.setting.key, baselines.bands(report.setting.key)
    notes = list(report.notes)
    if chosen.record_baseline:
        if report.verdict in (budgets.Verdict.PASS, budgets.Verdict.BUDGET_MISSED):
            kept = baselines.keep(key, report.budget)
            notes.append(("baseline_kept", {"runs": str(kept), "path": str(baselines.path)}))
        else:
            notes.append(("baseline_not_kept", {}))
    return replace(report, bands=bands, notes=notes)


@contextlib.contextmanager
def _target(chosen: Options, folder: Path) -> Iterator[Target]:
    """The ledger that was named, or a sandbox of our own for as long as the block lasts."""
    if chosen.host:
        faucet = read_private_key(chosen.faucet_key.parent, chosen.faucet_key.stem)
        key = chosen.auditor_key
        auditor = read_private_key(key.parent, key.stem) if key.exists() else None
        yield Target(chosen.host, "", faucet, auditor, alone=False, pid=chosen.server_pid)
        return
    with (
        store(chosen.database, folder) as where,
        served_sandbox(where, folder / "sandbox", workers=chosen.workers, threads=chosen.threads) as served,
    ):
        faucet, auditor = read_private_key(served.keys, FAUCET), read_private_key(served.keys, AUDITOR)
        yield Target(served.url, where.name, faucet, auditor, alone=True, pid=served.pid)


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _trouble(words: str) -> int:
    _tell(words)
    return USAGE_ERROR


if __name__ == "__main__":
    stop_on_signals()
    sys.exit(main())
