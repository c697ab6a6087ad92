"""From a scenario to what is sent: every order signed, every request with its time, before the load begins."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ledger.instants import MachineClock
from ledger.orders.kinds import PayBill
from ledger.signing.keys import PrivateKey
from loadtests.figures import Histogram
from loadtests.http_ledger import TOKEN_SECONDS, HttpLedger, caller_token
from loadtests.institution import Institution, approved_bills, open_institution
from loadtests.shapes import Scenario, arrivals
from loadtests.visits import CONFLICT, CREATED, FORGED, OK, UNAUTHORISED, Ask, Visit, order_visit
from loadtests.workload import CURRENCY, Payer, Payment, Workload, payers_for, prepare, sign_body

TOKEN_EACH_SECONDS = TOKEN_SECONDS // 3
"""A token made for a part of the run so long is good in all of it, and if the load begins a little late."""

STORM_COPIES = 6
"""So often each order of a retry storm is sent."""

STORM_DELAYS_SECONDS = (0.0, 0.0, 0.005, 0.05, 0.5, 1.0)
"""When the copies leave after the first: at the very same time, as an impatient person, as an outbox."""

STORM_RIVALS_EVERY = 3
"""Each third order of a storm has a rival: other content under the same id."""

MIXED_SHARES: Mapping[str, int] = {
    "pay": 45, "pay_bill": 15, FORGED: 10, "balance": 10, "entries": 10, "receipt": 10,
}  # fmt: skip
"""Of a hundred requests of a mixed day."""


@dataclass(frozen=True)
class Wish:
    """How much of a scenario: requests a second, for how long; for a working session, how many people."""

    rate: float
    seconds: float
    payers: int
    people: int
    seed: int

    @property
    def count(self) -> int:
        """How many requests."""
        return round(self.rate * self.seconds)


@dataclass(frozen=True)
class Script:
    """What will be sent: the orders, each once, and the visits that send them. `forged` must leave no trace.

    `beforehand`: milliseconds of what a person's own machine did already, by kind.
    """

    workload: Workload
    orders: list[Payment]
    visits: list[Visit]
    forged: frozenset[bytes] = frozenset()
    beforehand: dict[str, Histogram] = field(default_factory=dict)


def write_script(scenario: Scenario, ledger: HttpLedger, faucet: PrivateKey, wish: Wish) -> Script:
    """Prepare the ledger for a scenario and write down what will be sent.

    Raises:
        LedgerUnusable: the ledger refused something of the preparation.
    """
    writer = _WRITERS.get(scenario, _payments)
    return writer(payers_ready(scenario, ledger, faucet, wish, orders=wish.count), ledger, wish)


def payers_ready(
    scenario: Scenario, ledger: HttpLedger, faucet: PrivateKey, wish: Wish, *, orders: int
) -> Workload:
    """Payers with enough money for so many orders together."""
    payers = wish.payers or payers_for(wish.rate)
    return prepare(ledger, scenario, payers=payers, orders=orders, faucet=faucet, clock=MachineClock())


def _payments(workload: Workload, _: HttpLedger, wish: Wish) -> Script:
    orders = list(workload.payments(MachineClock(), count=wish.count, seed=wish.seed))
    return Script(workload, orders, payment_visits(orders, wish, first=0))


def payment_visits(orders: list[Payment], wish: Wish, *, first: int) -> list[Visit]:
    """Each order once; `first` is the number of the first of them in the run."""
    starts = arrivals(count=len(orders), seconds=wish.seconds, seed=wish.seed)
    return [
        order_visit(start, first + place, order.data)
        for place, (start, order) in enumerate(zip(starts, orders, strict=True))
    ]


def _storm(workload: Workload, _: HttpLedger, wish: Wish) -> Script:
    """Each order several times, some at the very same moment; each third with a rival of other content."""
    clock, chance = MachineClock(), random.Random(wish.seed)
    orders: list[Payment] = []
    visits: list[Visit] = []
    last = max(0.0, wish.seconds - max(STORM_DELAYS_SECONDS))
    firsts = workload.payments(clock, count=max(1, wish.count // STORM_COPIES), seed=wish.seed)
    for place, payment in enumerate(firsts):
        contents = [payment]
        if place % STORM_RIVALS_EVERY == 0:
            other = payment.minor_units - 1 if payment.minor_units > 1 else 2
            rival = workload.payment(payment.payer, payment.payee, other, clock, order_id=payment.order_id)
            contents.append(rival)
        start = chance.uniform(0.0, last)
        for copy, delay in enumerate(STORM_DELAYS_SECONDS):
            which = copy % len(contents)
            expects = (CREATED, OK) if len(contents) == 1 else (CREATED, OK, CONFLICT)
            ask = Ask("again", expects, len(orders) + which, contents[which].data)
            visits.append(Visit(start + delay, (ask,)))
        orders += contents
    return Script(workload, orders, sorted(visits, key=lambda visit: visit.start))


def _mixed(workload: Workload, ledger: HttpLedger, wish: Wish) -> Script:
    """An ordinary day. Kinds are drawn by their shares; each payer pays its turn, whatever it pays."""
    clock, chance = MachineClock(), random.Random(wish.seed)
    kinds = chance.choices(list(MIXED_SHARES), list(MIXED_SHARES.values()), k=wish.count)
    institution = open_institution(ledger, workload.genesis, clock)
    bills = iter(
        approved_bills(
            ledger, institution, workload.genesis, clock, count=Counter(kinds)["pay_bill"], seed=wish.seed
        )
    )
    office, payments = len(workload.payers), workload.payments(clock, count=wish.count, seed=wish.seed)
    starts = arrivals(count=wish.count, seconds=wish.seconds, seed=wish.seed)
    tokens, orders, visits, forged = (
        Tokens(workload.genesis.ledger_id),
        list[Payment](),
        list[Visit](),
        set[bytes](),
    )
    for kind, start, payment in zip(kinds, starts, payments, strict=True):
        payer = workload.payers[payment.payer]
        if kind == "pay_bill":
            bill = next(bills)
            body = PayBill(payer.account, bill.control_number, CURRENCY, bill.minor_units)
            order_id, data = sign_body(body, payer.key, workload.genesis, clock)
            ask = Ask(kind, (CREATED,), len(orders), data)
            orders.append(Payment(order_id, payment.payer, office, bill.minor_units, data))
        elif kind == "pay":
            ask = Ask(kind, (CREATED,), len(orders), payment.data)
            orders.append(payment)
        elif kind == FORGED:
            data = forge(payment.data)
            ask = Ask(kind, (UNAUTHORISED,), None, data)
            forged.add(data)
        else:
            ask = _reading(kind, payer, tokens.of(payer.key, start))
        visits.append(Visit(start, (ask,)))
    return Script(with_institution(workload, institution), orders, visits, frozenset(forged))


def with_institution(workload: Workload, institution: Institution) -> Workload:
    """The same workload with an institution's account as its last, which was given nothing."""
    office = Payer(institution.key, institution.account, 0)
    return Workload(workload.genesis, workload.scenario, (*workload.payers, office))


def forge(order: bytes) -> bytes:
    """The same order under a signature of the right form that does not fit: one letter in it is another."""
    signed, _, signature = order.rpartition(b".")
    place = (
        len(signature) // 2 + 5
    )  # within S, far from its last bytes, which must stay below the group's order
    other = b"A" if signature[place : place + 1] != b"A" else b"B"
    return signed + b"." + signature[:place] + other + signature[place + 1 :]


def _reading(kind: str, payer: Payer, token: str) -> Ask:
    if kind == "receipt" and payer.funding is not None:
        path = f"/v1/orders/{payer.funding.order_id}/receipt"
        return Ask(kind, (OK,), None, payer.funding.data, path, token)
    path = f"/v1/accounts/{payer.account}"
    return Ask(kind, (OK,), None, b"", f"{path}/entries?limit=20" if kind == "entries" else path, token)


class Tokens:
    """Caller tokens made beforehand, each for a part of the run."""

    def __init__(self, ledger_id: str) -> None:
        self._ledger_id = ledger_id
        self._now = int(time.time())
        self._made: dict[tuple[str, int], str] = {}

    def of(self, key: PrivateKey, start: float) -> str:
        """A token of this key that is good at `start`, in seconds from the beginning of the load."""
        part = int(start // TOKEN_EACH_SECONDS)
        place = key.public.kid, part
        if place not in self._made:
            issued = self._now + part * TOKEN_EACH_SECONDS
            self._made[place] = caller_token(key, self._ledger_id, issued=issued)
        return self._made[place]


Writer = Callable[[Workload, HttpLedger, Wish], Script]

_WRITERS: Mapping[Scenario, Writer] = {
    Scenario.RETRY_STORM: _storm,
    Scenario.MIXED: _mixed,
    Scenario.SOAK: _mixed,
}
