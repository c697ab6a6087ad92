"""A working session, *kikao kazi*: each person opens a wallet, gets test money, pays a bill and checks the receipt.

Keys are made and orders signed beforehand, as on the people's own machines; how long that took is part of the report.
Then a person makes one request after another and goes on only when it was answered as it should be.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.books.accounts import AccountClass
from ledger.books.parties import PartyKind
from ledger.instants import Clock, MachineClock
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Leg, OpenAccount, Pay, PayBill, RegisterParty
from ledger.sandbox import FAUCET_CODE
from ledger.signing.keys import PrivateKey
from loadtests.figures import Histogram
from loadtests.http_ledger import HttpLedger
from loadtests.institution import Bill, approved_bills, open_institution
from loadtests.scenarios import Script, Tokens, Wish
from loadtests.shapes import Scenario, arrivals
from loadtests.visits import CREATED, OK, Ask, Visit
from loadtests.workload import (
    AMOUNT_MINOR_UNITS_MAX,
    CURRENCY,
    OUTSIDE,
    Payer,
    Payment,
    Workload,
    address_of_opening,
    sign_body,
)

WALLET = "wallet"
STEPS = ("register", "open_account", "fund", "bill", "pay_bill", "receipt")
"""What a person does, in this order; each is a kind of request."""

ORDERS_EACH = 4
GIVEN_MINOR_UNITS = 2 * AMOUNT_MINOR_UNITS_MAX


@dataclass(frozen=True)
class Session:
    """What all people share: the ledger, the faucet that gives them money, and the institution's place among payers."""

    genesis: Genesis
    faucet: PrivateKey
    office: int
    tokens: Tokens
    clock: Clock


def write_session(ledger: HttpLedger, faucet: PrivateKey, wish: Wish) -> Script:
    """An institution with one approved bill for each person, and everything that the people will send.

    Raises:
        LedgerUnusable: the ledger refused something of the preparation.
    """
    genesis, clock = ledger.genesis(), MachineClock()
    institution = open_institution(ledger, genesis, clock)
    bills = approved_bills(ledger, institution, genesis, clock, count=wish.people, seed=wish.seed)
    starts = arrivals(count=wish.people, seconds=wish.seconds, seed=wish.seed)
    session = Session(genesis, faucet, wish.people, Tokens(genesis.ledger_id), clock)
    payers, orders, visits, made = list[Payer](), list[Payment](), list[Visit](), Histogram()
    for place, (bill, start) in enumerate(zip(bills, starts, strict=True)):
        before = time.perf_counter()
        payer, own = _person(session, place, bill)
        made.add((time.perf_counter() - before) * 1e3)
        visits.append(Visit(start, _asks(session, payer, own, bill, start)))
        payers.append(payer)
        orders += own
    payers.append(Payer(institution.key, institution.account, 0))
    workload = Workload(genesis, Scenario.KIKAO_KAZI, tuple(payers))
    return Script(workload, orders, visits, beforehand={WALLET: made})


def _person(session: Session, place: int, bill: Bill) -> tuple[Payer, list[Payment]]:
    """A key, and the four orders by which its owner comes to have paid a bill."""
    genesis, clock, key = session.genesis, session.clock, PrivateKey.generate("Ed25519")
    registering = sign_body(RegisterParty(PartyKind.PERSON, key.public), key, genesis, clock)
    opening = sign_body(OpenAccount(CURRENCY, AccountClass.WALLET), key, genesis, clock)
    account = address_of_opening(genesis, key, opening[0])
    source = genesis.address_of(FAUCET_CODE)
    giving = Pay(source, CURRENCY, (Leg(account, GIVEN_MINOR_UNITS),))
    funding = sign_body(giving, session.faucet, genesis, clock)
    paying = sign_body(PayBill(account, bill.control_number, CURRENCY, bill.minor_units), key, genesis, clock)
    payer = Payer(key, account, 0, opening=place * ORDERS_EACH + 1)
    return payer, [
        Payment(registering[0], place, place, 0, registering[1]),
        Payment(opening[0], place, place, 0, opening[1]),
        Payment(funding[0], OUTSIDE, place, GIVEN_MINOR_UNITS, funding[1]),
        Payment(paying[0], place, session.office, bill.minor_units, paying[1]),
    ]


def _asks(
    session: Session, payer: Payer, own: Sequence[Payment], bill: Bill, start: float
) -> tuple[Ask, ...]:
    first = (payer.opening or 1) - 1
    token = session.tokens.of(payer.key, start)
    registering, opening, funding, paying = (
        Ask(kind, (CREATED,), first + place, own[place].data)
        for place, kind in enumerate(("register", "open_account", "fund", "pay_bill"))
    )
    looking = Ask("bill", (OK,), None, b"", f"/v1/bills/{bill.control_number}", token)
    path = f"/v1/orders/{own[3].order_id}/receipt"
    checking = Ask("receipt", (OK,), None, own[3].data, path, token)
    return registering, opening, funding, looking, paying, checking
