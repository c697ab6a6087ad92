"""What is sent: payers registered and funded through the ledger's own door, and their orders, signed beforehand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger.addresses import account_address, new_order_id
from ledger.books.accounts import AccountClass
from ledger.books.parties import PartyKind
from ledger.instants import MICROSECONDS_PER_SECOND, Clock
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, Leg, OpenAccount, Order, Pay, RegisterParty
from ledger.orders.signed import sign_order
from ledger.sandbox import FAUCET_CODE
from ledger.signing.keys import PrivateKey
from loadtests.http_ledger import HttpLedger, LedgerUnusable
from loadtests.shapes import Scenario, pairs

CURRENCY = "TZS"
EXPIRES_AFTER_SECONDS = 6 * 3_600
AMOUNT_MINOR_UNITS_MAX = 50_00
LEGS_MAX = 100
PAYERS_MIN = 2
PAYERS_MAX = 5_000


@dataclass(frozen=True)
class Payer:
    """A registered person with one funded account: its address, and how much it was given."""

    key: PrivateKey
    account: str
    funded_minor_units: int


class Payment(NamedTuple):
    """One signed payment: its bytes, and what it must do to two accounts if it is accepted."""

    order_id: str
    payer: int
    payee: int
    minor_units: int
    data: bytes


@dataclass(frozen=True)
class Workload:
    """A ledger, its payers (in a scenario with a hot payee that one comes last), and who pays whom."""

    genesis: Genesis
    scenario: Scenario
    payers: tuple[Payer, ...]

    @property
    def paying(self) -> int:
        """How many of the payers pay."""
        return len(self.payers) - (self.scenario is Scenario.HOT_PAYEE)

    def payments(self, clock: Clock, *, count: int, seed: int) -> Iterator[Payment]:
        """Payments, signed as they are taken."""
        chance = random.Random(seed)
        for payer, payee in pairs(self.scenario, payers=self.paying, count=count, seed=seed):
            minor_units = chance.randint(1, AMOUNT_MINOR_UNITS_MAX)
            leg = Leg(self.payers[payee].account, minor_units)
            body = Pay(self.payers[payer].account, CURRENCY, (leg,))
            order_id, data = sign_body(body, self.payers[payer].key, self.genesis, clock)
            yield Payment(order_id, payer, payee, minor_units, data)


def payers_for(rate: float) -> int:
    """How many payers share a rate, so that each stays far below a ledger's usual bound for one key."""
    return max(20, min(1_000, int(rate)))


def sign_body(body: Body, key: PrivateKey, genesis: Genesis, clock: Clock) -> tuple[str, bytes]:
    """A fresh order around the body: its id and its signed bytes."""
    now_us = clock.wall_us()
    order_id = new_order_id(now_us)
    expires_us = now_us // 1_000 * 1_000 + EXPIRES_AFTER_SECONDS * MICROSECONDS_PER_SECOND
    return order_id, sign_order(Order(order_id, expires_us, body), key, genesis)


def prepare(
    ledger: HttpLedger, scenario: Scenario, *, payers: int, orders: int, faucet: PrivateKey, clock: Clock
) -> Workload:
    """Register so many payers, open an account for each, and fund them from the faucet for so many orders together.

    Raises:
        LedgerUnusable: the ledger refused something, or it is no sandbox.
    """
    genesis = ledger.genesis()
    count = max(PAYERS_MIN, min(PAYERS_MAX, payers))
    keys = [PrivateKey.generate("Ed25519") for _ in range(count + (scenario is Scenario.HOT_PAYEE))]
    _accepted(
        ledger,
        [sign_body(RegisterParty(PartyKind.PERSON, key.public), key, genesis, clock)[1] for key in keys],
    )
    openings = [sign_body(OpenAccount(CURRENCY, AccountClass.WALLET), key, genesis, clock) for key in keys]
    _accepted(ledger, [data for _, data in openings])
    accounts = [_address(genesis, key, order_id) for key, (order_id, _) in zip(keys, openings, strict=True)]
    each = (orders // count + 1) * AMOUNT_MINOR_UNITS_MAX
    funded = [each if place < count else 0 for place in range(len(keys))]
    _accepted(ledger, list(_fundings(genesis, accounts[:count], each, faucet, clock)))
    return Workload(
        genesis, scenario, tuple(Payer(*three) for three in zip(keys, accounts, funded, strict=True))
    )


def _address(genesis: Genesis, key: PrivateKey, order_id: str) -> str:
    return account_address(
        prefix=genesis.prefix, ledger_id=genesis.ledger_id, kid=key.public.kid, order_id=order_id
    )


def _fundings(
    genesis: Genesis, accounts: Sequence[str], minor_units: int, faucet: PrivateKey, clock: Clock
) -> Iterator[bytes]:
    """Ordinary payments from the faucet's account, as many legs in one order as it may have."""
    source = genesis.address_of(FAUCET_CODE)
    for start in range(0, len(accounts), LEGS_MAX):
        legs = tuple(Leg(account, minor_units) for account in accounts[start : start + LEGS_MAX])
        yield sign_body(Pay(source, CURRENCY, legs), faucet, genesis, clock)[1]


def _accepted(ledger: HttpLedger, orders: Sequence[bytes]) -> None:
    for result in ledger.post(orders):
        if result.status not in (200, 201):
            raise LedgerUnusable(
                f"{result.status} {result.members.get('code')} {result.members.get('detail')}"
            )
