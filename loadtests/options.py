"""What can be asked of a load test on the command line, and what is meant when it is not said.

    python -m loadtests.run --scenario mixed --rate 50 --seconds 20
    python -m loadtests.run --host http://127.0.0.1:8470 --faucet-key var/keys/faucet.key
    python -m loadtests.run --scenario kikao-kazi --people 60 --seconds 18

Exit code: 0 pass, 1 a budget was missed, 2 the money is wrong, 3 the run says nothing (the generator was the limit),
64 there was no run.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, NoReturn

from ledger.words.languages import LANGUAGES
from loadtests.budgets import BUDGETS
from loadtests.capacity import STEPS_MAX
from loadtests.people import ORDERS_EACH
from loadtests.rush import ORDERS_EACH_MAX
from loadtests.scenarios import Wish
from loadtests.shapes import Scenario
from loadtests.words import language_of_terminal, say

USAGE_ERROR = 64
"""Trouble before there was a run; no verdict has this number."""

REQUESTS_MAX = 500_000
SECONDS_MAX = 3_600.0
FAUCET_KEY = Path("var/keys/faucet.key")
"""Where `make run` keeps it."""

PEOPLE: Mapping[Scenario, int] = {Scenario.KIKAO_KAZI: 1_000, Scenario.BILL_RUSH: 500}
"""How many arrive, in scenarios of people."""

ORDERS: Mapping[Scenario, int] = {
    Scenario.KIKAO_KAZI: ORDERS_EACH,
    Scenario.BILL_RUSH: ORDERS_EACH_MAX,
}
"""How many orders each of them sends at most."""


class Default(NamedTuple):
    """Requests a second and seconds; of a climb, the first step's."""

    rate: float
    seconds: float


DEFAULTS: Mapping[Scenario, Default] = {
    Scenario.SPREAD: Default(50.0, 30.0),
    Scenario.HOT_PAYEE: Default(50.0, 30.0),
    Scenario.RETRY_STORM: Default(60.0, 30.0),
    Scenario.MIXED: Default(50.0, 30.0),
    Scenario.CAPACITY: Default(100.0, 8.0),
    Scenario.SOAK: Default(50.0, 300.0),
    Scenario.KIKAO_KAZI: Default(0.0, 300.0),
    Scenario.BILL_RUSH: Default(0.0, 10.0),
}


@dataclass(frozen=True)
class Options:
    """What was asked."""

    scenario: Scenario
    wish: Wish
    host: str
    faucet_key: Path
    auditor_key: Path
    server_pid: int | None
    database: str
    workers: int
    threads: int
    pool: int
    steps_max: int
    budgets: Path
    baselines: Path
    record_baseline: bool
    out: Path
    lang: str | None

    @property
    def possible(self) -> bool:
        """Whether there is something to send, and not too much of it."""
        wish = self.wish
        if not (math.isfinite(wish.rate) and math.isfinite(wish.seconds)):
            return False
        count = wish.people * ORDERS[self.scenario] if self.scenario in PEOPLE else wish.count
        return 1 <= count <= REQUESTS_MAX and 0 < wish.seconds <= SECONDS_MAX


def read_options(arguments: Sequence[str] | None) -> Options:
    """The options of a command line; argparse ends the program when they make no sense."""
    chosen = _parser().parse_args(arguments)
    scenario = Scenario(chosen.scenario)
    default = DEFAULTS[scenario]
    wish = Wish(
        rate=default.rate if chosen.rate is None else chosen.rate,
        seconds=default.seconds if chosen.seconds is None else chosen.seconds,
        payers=chosen.payers,
        people=_people(scenario, chosen.people),
        seed=chosen.seed,
    )
    return Options(
        scenario=scenario,
        wish=wish,
        host=chosen.host.rstrip("/"),
        faucet_key=chosen.faucet_key,
        auditor_key=chosen.auditor_key or chosen.faucet_key.with_name("auditor.key"),
        server_pid=chosen.server_pid,
        database=chosen.database,
        workers=chosen.workers,
        threads=chosen.threads,
        pool=chosen.pool,
        steps_max=max(1, min(STEPS_MAX, chosen.steps)),
        budgets=chosen.budgets,
        baselines=chosen.baselines or chosen.out / "baselines",
        record_baseline=chosen.record_baseline,
        out=chosen.out,
        lang=chosen.lang,
    )


def _people(scenario: Scenario, asked: int | None) -> int:
    """How many arrive; 0 where nobody is counted."""
    return PEOPLE.get(scenario, 0) if asked is None or scenario not in PEOPLE else asked


class _Parser(argparse.ArgumentParser):
    """argparse ends with 2 when it does not understand, which is how a run with wrong money ends."""

    def error(self, message: str) -> NoReturn:
        """Say what was not understood and where to read on, and end as all trouble before a run does."""
        language = language_of_terminal(None)
        self.exit(USAGE_ERROR, f"✗ {message}\n  {say('usage_see', language)}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="loadtests.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--scenario", choices=[one.value for one in Scenario], default=Scenario.SPREAD.value)
    add("--rate", type=float, help="requests a second; of capacity, in the first step")
    add("--seconds", type=float, help="how long; of capacity, each step")
    add("--people", type=int, help="of kikao-kazi and bill-rush: how many arrive within the seconds")
    add("--steps", type=int, default=STEPS_MAX, help="of capacity: at most so many")
    add("--host", default="", help="URL of a running sandbox; without it one is made")
    add("--faucet-key", type=Path, default=FAUCET_KEY, help="with --host: the sandbox's faucet key")
    add("--auditor-key", type=Path, help="with --host: to read the log; else the one beside the faucet's")
    add("--server-pid", type=int, help="with --host: the process whose memory is watched, children included")
    add("--database", default="sqlite", help="sqlite, postgresql, or the URL of an empty database")
    add("--workers", type=int, default=1, help="API processes of the sandbox")
    add("--threads", type=int, default=16, help="request threads of each")
    add("--payers", type=int, default=0, help="0: as the rate needs")
    add("--pool", type=int, default=2_000, help="visits under way at once, at most")
    add("--seed", type=int, default=1)
    add("--budgets", type=Path, default=BUDGETS)
    add("--baselines", type=Path, help="folder or file of earlier runs here; else baselines/ under --out")
    add(
        "--record-baseline",
        action="store_true",
        help="keep this run, so that later ones are compared with it",
    )
    add("--out", type=Path, default=Path("out"))
    add("--lang", choices=LANGUAGES)
    return parser
