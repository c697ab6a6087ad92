"""An invented institution that raises bills: registered through the ledger's own door, with a maker and a checker."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger.addresses import new_order_id
from ledger.books.accounts import AccountClass
from ledger.books.bills import PayOption
from ledger.books.parties import BillService, PartyKind, Scope, Title
from ledger.instants import MICROSECONDS_PER_DAY, Clock
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import AddKey, ApproveBill, OpenAccount, RaiseBill, RegisterParty
from ledger.orders.signed import prove_possession
from ledger.signing.keys import PrivateKey
from loadtests.http_ledger import HttpLedger, LedgerUnusable
from loadtests.workload import AMOUNT_MINOR_UNITS_MAX, CURRENCY, accepted, address_of_opening, sign_body

_TITLE = Title("Load Test Office", "Ofisi ya Jaribio la Mzigo")
_SERVICE = BillService("LESENI", Title("Test licence", "Leseni ya majaribio"))
PAYABLE_DAYS = 7


class Bill(NamedTuple):
    """An approved bill, ready to be paid in full."""

    control_number: str
    minor_units: int


@dataclass(frozen=True)
class Institution:
    """Its first key, the keys of two people who must both agree to a bill, and the account that collects."""

    key: PrivateKey
    maker: PrivateKey
    checker: PrivateKey
    account: str


def open_institution(ledger: HttpLedger, genesis: Genesis, clock: Clock) -> Institution:
    """Register one and open its account.

    Raises:
        LedgerUnusable: the ledger refused something.
    """
    key, maker, checker = (PrivateKey.generate("Ed25519") for _ in range(3))
    registering = RegisterParty(PartyKind.INSTITUTION, key.public, _TITLE, (_SERVICE,))
    opening_id, opening = sign_body(OpenAccount(CURRENCY, AccountClass.COLLECTION), key, genesis, clock)
    orders = [sign_body(registering, key, genesis, clock)[1], opening]
    for clerk, scope in ((maker, Scope.MAKE), (checker, Scope.CHECK)):
        order_id = new_order_id(clock.wall_us())
        proof = prove_possession(clerk, genesis=genesis, order_id=order_id, registrant=key.public.kid)
        body = AddKey(clerk.public, (scope,), proof)
        orders.append(sign_body(body, key, genesis, clock, order_id=order_id)[1])
    accepted(ledger, orders)
    return Institution(key, maker, checker, address_of_opening(genesis, key, opening_id))


def approved_bills(
    ledger: HttpLedger,
    institution: Institution,
    genesis: Genesis,
    clock: Clock,
    *,
    count: int,
    seed: int,
    options: Sequence[PayOption | None] = (None,),
) -> list[Bill]:
    """So many bills, raised by the maker, approved by the checker; how they may be paid takes turns.

    Raises:
        LedgerUnusable: the ledger refused something.
    """
    chance, run = random.Random(seed), PrivateKey.generate("Ed25519").public.kid[:8].replace("_", "-")
    until_us = clock.wall_us() // 1_000 * 1_000 + PAYABLE_DAYS * MICROSECONDS_PER_DAY
    amounts = [chance.randint(2, AMOUNT_MINOR_UNITS_MAX) for _ in range(count)]
    raised = [
        sign_body(
            RaiseBill(
                f"{run}-{place}", _SERVICE.code, institution.account, CURRENCY, amount, until_us,
                option,
            ),
            institution.maker, genesis, clock,
        )
        for place, (amount, option) in enumerate(zip(amounts, itertools.cycle(options), strict=False))
    ]  # fmt: skip
    accepted(ledger, [data for _, data in raised])
    approving = [
        sign_body(ApproveBill(order_id), institution.checker, genesis, clock)[1] for order_id, _ in raised
    ]
    results = accepted(ledger, approving)
    return [
        Bill(_control_number(result.members), amount) for result, amount in zip(results, amounts, strict=True)
    ]


def _control_number(members: dict[str, object]) -> str:
    result = members.get("result")
    number = result.get("control_number") if isinstance(result, dict) else None
    if not isinstance(number, str):
        raise LedgerUnusable(f"control_number: {result}")
    return number
