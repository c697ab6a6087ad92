"""`python -m loadtests.audit_bench`: what the audit of a stored ledger costs, signatures and everything else apart.

A sandbox is filled with payments by the real bookkeeper, then audited as `daftari audit` audits it. What is counted is
this process's own CPU time, since the machine is never quiet. The signatures of the same records, and the keys that
they register, are then checked alone; what the audit takes beyond that is reading, deciding, hashing and comparing
every stored row.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ledger.addresses import account_address
from ledger.auditing import audit_ledger
from ledger.bookkeeper import Bookkeeper
from ledger.books.accounts import AccountClass
from ledger.books.parties import PartyKind
from ledger.faults import LedgerFault
from ledger.garbage import search_rarely
from ledger.instants import MachineClock
from ledger.keys_folder import read_private_key
from ledger.opening import open_bookkeeper
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Leg, OpenAccount, Pay, RegisterParty
from ledger.orders.signed import ORDER_TYPE, open_order, vouched
from ledger.sandbox import FAUCET, FAUCET_CODE, create_sandbox
from ledger.signing.jws import split_compact, verify_compact
from ledger.signing.keys import PrivateKey, PublicKey, require_registrable
from ledger.words.languages import LANGUAGES
from loadtests.figures import cores, machine
from loadtests.served import store, temporary_folder
from loadtests.shapes import Scenario
from loadtests.words import language_of_terminal, say
from loadtests.workload import AMOUNT_MINOR_UNITS_MAX, CURRENCY, LEGS_MAX, Payer, Workload, sign_body

RECORDS_GOAL = 30_000
"""Records a second of CPU, signatures apart."""

PAYERS = 200
RECORDS = 20_000
BATCH = 500
ROUNDS = 3


class Measured(NamedTuple):
    """The audit of one ledger: how many records, and microseconds of CPU for each, all in all and for signatures."""

    records: int
    audit_us: float
    signatures_us: float

    @property
    def rest_us(self) -> float:
        """Everything but the signatures."""
        return self.audit_us - self.signatures_us

    @property
    def rate(self) -> float:
        """Records a second, signatures apart."""
        return 1e6 / self.rest_us


class Filled(NamedTuple):
    """A stored ledger, and what was signed in it by whom."""

    url: str
    orders: list[tuple[bytes, PublicKey]]


def fill(url: str, folder: Path, *, payments: int) -> Filled:
    """A sandbox with `PAYERS` payers and so many payments, settled in batches."""
    genesis = create_sandbox(url, folder / "keys", MachineClock())
    keeper = open_bookkeeper(url, folder / "keys", lease_seconds=30).bookkeeper
    signed: list[tuple[bytes, PublicKey]] = []
    try:
        workload = _workload(genesis, keeper, read_private_key(folder / "keys", FAUCET), signed, payments)
        clock = MachineClock()
        batch = [
            (payment.data, workload.payers[payment.payer].key.public)
            for payment in workload.payments(clock, count=payments, seed=1)
        ]
        _settle(keeper, genesis, batch, signed)
    finally:
        keeper.close()
    return Filled(url, signed)


def _workload(
    genesis: Genesis,
    keeper: Bookkeeper,
    faucet: PrivateKey,
    signed: list[tuple[bytes, PublicKey]],
    payments: int,
) -> Workload:
    clock, keys = MachineClock(), [PrivateKey.generate("Ed25519") for _ in range(PAYERS)]
    opening: list[tuple[bytes, PublicKey]] = []
    accounts: list[str] = []
    for key in keys:
        opening.append(
            (sign_body(RegisterParty(PartyKind.PERSON, key.public), key, genesis, clock)[1], key.public)
        )
        order_id, data = sign_body(OpenAccount(CURRENCY, AccountClass.WALLET), key, genesis, clock)
        opening.append((data, key.public))
        kid = key.public.kid
        accounts.append(
            account_address(prefix=genesis.prefix, ledger_id=genesis.ledger_id, kid=kid, order_id=order_id)
        )
    each = payments * AMOUNT_MINOR_UNITS_MAX
    for start in range(0, PAYERS, LEGS_MAX):
        legs = tuple(Leg(account, each) for account in accounts[start : start + LEGS_MAX])
        body = Pay(genesis.address_of(FAUCET_CODE), CURRENCY, legs)
        opening.append((sign_body(body, faucet, genesis, clock)[1], faucet.public))
    _settle(keeper, genesis, opening, signed)
    payers = [Payer(key, account, each) for key, account in zip(keys, accounts, strict=True)]
    return Workload(genesis, Scenario.SPREAD, tuple(payers))


def _settle(
    keeper: Bookkeeper,
    genesis: Genesis,
    orders: Sequence[tuple[bytes, PublicKey]],
    signed: list[tuple[bytes, PublicKey]],
) -> None:
    """Batches of orders that were signed a moment ago, right here."""
    clock = MachineClock()
    for start in range(0, len(orders), BATCH):
        part = orders[start : start + BATCH]
        keeper.settle([vouched(open_order(data, genesis)) for data, _ in part], now_us=clock.wall_us())
    signed += orders


def measure(filled: Filled, *, rounds: int = ROUNDS) -> Measured:
    """Audit it, and check its signatures alone, in turns; the quickest of the rounds counts.

    Raises:
        LedgerFault: the audit found something wrong.
    """
    split = [(split_compact(data, typ=ORDER_TYPE), key) for data, key in filled.orders]
    keys = {key.kid: key for _, key in split}

    def check() -> int:
        for key in keys.values():
            require_registrable(key)
        for jws, key in split:
            verify_compact(jws, key)
        return len(split)

    audits, checks = [], []
    for _ in range(rounds):
        audits.append(_cpu_us(lambda: audit_ledger(filled.url).records))
        checks.append(_cpu_us(check))
    records, audit_us = min(audits, key=lambda pair: pair[1])
    return Measured(records, audit_us / records, min(checks, key=lambda pair: pair[1])[1] / records)


def _cpu_us(work: Callable[[], int]) -> tuple[int, float]:
    """What the work returns, and the microseconds of CPU that this process spent on it."""
    started = time.process_time_ns()
    done = work()
    return done, (time.process_time_ns() - started) / 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Returns the exit code: 1 if the audit found something wrong."""
    parser = argparse.ArgumentParser(
        prog="loadtests.audit_bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--database", default="sqlite", help="sqlite, postgresql, or a URL")
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--lang", choices=LANGUAGES)
    chosen = parser.parse_args(arguments)
    language = language_of_terminal(chosen.lang)
    search_rarely()  # as the command does
    with temporary_folder() as folder, store(chosen.database, folder) as where:
        try:
            measured = measure(fill(where.url, folder / "sandbox", payments=chosen.records))
        except LedgerFault as fault:
            print(say("unusable", language, why=str(fault)), file=sys.stderr)
            return 1
        print(f"{say('audit.title', language)}  {machine()}, {say('cores', language, cores=cores())}")
        told = {
            "database": where.name,
            "records": f"{measured.records:,}",
            "all": f"{measured.audit_us:.1f}",
            "signatures": f"{measured.signatures_us:.1f}",
            "rest": f"{measured.rest_us:.1f}",
            "rate": f"{measured.rate:,.0f}",
            "goal": f"{RECORDS_GOAL:,}",
        }
        for line in ("all", "signatures", "rest"):
            print(f"  {say(f'audit.{line}', language, **told)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
