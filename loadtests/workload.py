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
from loadtests.http_ledger import HttpLedger, LedgerUnusable, Result
from loadtests.shapes import Scenario, pairs

CURRENCY = "TZS"
EXPIRES_AFTER_SECONDS = 6 * 3_600
AMOUNT_MINOR_UNITS_MAX = 50_00
LEGS_MAX = 100
PAYERS_MIN = 2
PAYERS_MAX = 5_000


OUTSIDE = -1
"""The place of an account that is not among the payers: the faucet's."""


class Funding(NamedTuple):
    """The order that gave a payer its money."""

    order_id: str
    data: bytes


@dataclass(frozen=True)
class Payer:
    """Whoever has an account: its key, its address, and how much it was given before the load.

    `opening`: the number of the order that opens the account during the load; None if it was there before.
    """

    key: PrivateKey
    account: str
    funded_minor_units: int
    funding: Funding | None = None
    opening: int | None = None


class Payment(NamedTuple):
    """One signed order: its bytes, and what it must do to two accounts if it is accepted.

    `payer` and `payee` are places among the payers, or `OUTSIDE`. An order that moves no money moves 0 minor units.
    """

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
            yield self.payment(payer, payee, minor_units, clock)

    def payment(
        self, payer: int, payee: int, minor_units: int, clock: Clock, *, order_id: str | None = None
    ) -> Payment:
        """One signed payment between two of the payers; with an `order_id`, a rival of the order that has it."""
        body = Pay(self.payers[payer].account, CURRENCY, (Leg(self.payers[payee].account, minor_units),))
        signed_id, data = sign_body(body, self.payers[payer].key, self.genesis, clock, order_id=order_id)
        return Payment(signed_id, payer, payee, minor_units, data)


def payers_for(rate: float) -> int:
    """How many payers share a rate, so that each stays far below a ledger's usual bound for one key."""
    return max(20, min(1_000, int(rate)))


def sign_body(
    body: Body, key: PrivateKey, genesis: Genesis, clock: Clock, *, order_id: str | None = None
) -> tuple[str, bytes]:
    """An order around the body, fresh unless its id is given: its id and its signed bytes."""
    now_us = clock.wall_us()
    order_id = order_id or new_order_id(now_us)
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
    accepted(
        ledger,
        [sign_body(RegisterParty(PartyKind.PERSON, key.public), key, genesis, clock)[1] for key in keys],
    )
    openings = [sign_body(OpenAccount(CURRENCY, AccountClass.WALLET), key, genesis, clock) for key in keys]
    accepted(ledger, [data for _, data in openings])
    accounts = [
        address_of_opening(genesis, key, order_id) for key, (order_id, _) in zip(keys, openings, strict=True)
    ]
    each = (orders // count + 1) * AMOUNT_MINOR_UNITS_MAX
    funded = [each if place < count else 0 for place in range(len(keys))]
    fundings = list(_fundings(genesis, accounts[:count], each, faucet, clock))
    accepted(ledger, [funding.data for funding in fundings])
    by_payer = [fundings[place // LEGS_MAX] if place < count else None for place in range(len(keys))]
    payers_made = (Payer(*four) for four in zip(keys, accounts, funded, by_payer, strict=True))
    return Workload(genesis, scenario, tuple(payers_made))


def address_of_opening(genesis: Genesis, key: PrivateKey, order_id: str) -> str:
    """The address of the account that an order of this key and id opens."""
    return account_address(
        prefix=genesis.prefix, ledger_id=genesis.ledger_id, kid=key.public.kid, order_id=order_id
    )


def _fundings(
    genesis: Genesis, accounts: Sequence[str], minor_units: int, faucet: PrivateKey, clock: Clock
) -> Iterator[Funding]:
    """Ordinary payments from the faucet's account, as many legs in one order as it may have."""
    source = genesis.address_of(FAUCET_CODE)
    for start in range(0, len(accounts), LEGS_MAX):
        legs = tuple(Leg(account, minor_units) for account in accounts[start : start + LEGS_MAX])
        yield Funding(*sign_body(Pay(source, CURRENCY, legs), faucet, genesis, clock))


def accepted(ledger: HttpLedger, orders: Sequence[bytes]) -> list[Result]:
    """Send orders of the preparation; their results.

    Raises:
        LedgerUnusable: one of them was refused.
    """
    results = ledger.post(orders)
    for result in results:
        if result.status not in (200, 201):
            raise LedgerUnusable(
                f"{result.status} {result.members.get('code')} {result.members.get('detail')}"
            )
    return results
