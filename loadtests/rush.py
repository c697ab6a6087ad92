"""The last day of payment: everybody pays an open bill of one institution, which is told of each payment.

The notices go where they would go in earnest: the ledger's own notifying process delivers them to a receiver, which
checks each signature. In the end every bill is paid to the cent and once, and each payment was told, as one event.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from ledger.books.bills import PayOption
from ledger.instants import Clock, MachineClock
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import PayBill
from ledger.signing.keys import PrivateKey
from ledger.signing.notices import read_secret
from loadtests.auditor import TROUBLE, Audited
from loadtests.budgets import Budgets, Line, time_line
from loadtests.figures import Histogram
from loadtests.http_ledger import HttpLedger
from loadtests.institution import Bill, Institution, approved_bills, open_institution
from loadtests.receiver import Receiver, Told
from loadtests.scenarios import Script, Tokens, Wish, payers_ready, with_institution
from loadtests.shapes import Scenario, arrivals
from loadtests.visits import CREATED, OK, REFUSED, Ask, Visit
from loadtests.workload import CURRENCY, Payment, Workload, sign_body

ORDERS_EACH_MAX = 3
INSTALMENTS_EVERY = 3
"""Each third bill is paid in two parts; all others at once, to the cent."""

AGAIN_EVERY = 5
"""Each fifth payer pays once more, by a new order: the ledger must refuse it, for the bill is paid."""

DRAIN_SECONDS_MAX = 60.0
_WEBHOOKS = "/v1/webhooks"


@dataclass
class Rush:
    """What is known of a rush: who listens, and once it is written the institution, its bills and its payments."""

    receiver: Receiver
    ledger: HttpLedger
    genesis: Genesis
    institution: Institution
    webhook: str
    bills: list[Bill] = field(default_factory=list)
    due: list[Payment] = field(default_factory=list)
    """The payments that the ledger must accept."""

    def write(self, faucet: PrivateKey, wish: Wish) -> Script:
        """One payer and one approved bill for each person, and everything that they will send.

        Raises:
            LedgerUnusable: the ledger refused something of the preparation.
        """
        clock, people = MachineClock(), wish.people
        workload = payers_ready(
            Scenario.BILL_RUSH, self.ledger, faucet, replace(wish, payers=people), orders=people
        )
        options = (PayOption.PARTIAL, *[PayOption.EXACT] * (INSTALMENTS_EVERY - 1))
        self.bills = approved_bills(
            self.ledger, self.institution, self.genesis, clock, count=people, seed=wish.seed, options=options
        )
        starts = arrivals(count=people, seconds=wish.seconds, seed=wish.seed)
        random.Random(wish.seed).shuffle(starts)
        tokens, orders, visits = Tokens(self.genesis.ledger_id), list[Payment](), list[Visit]()
        for place, (bill, start) in enumerate(zip(self.bills, starts, strict=True)):
            payer = workload.payers[place % len(workload.payers)]
            own = self._payments(workload, place, bill, clock)
            visits.append(Visit(start, _asks(own, len(orders), tokens.of(payer.key, start), place)))
            orders += own
            self.due += own[:-1] if _again(place) else own
        visits.sort(key=lambda visit: visit.start)
        return Script(with_institution(workload, self.institution), orders, visits)

    def _payments(self, workload: Workload, place: int, bill: Bill, clock: Clock) -> list[Payment]:
        """Of one bill: all at once or in two parts, and perhaps once too often."""
        payers, whole = workload.payers, bill.minor_units
        parts = [whole // 2, whole - whole // 2] if place % INSTALMENTS_EVERY == 0 else [whole]
        payments = []
        for amount in [*parts, whole] if _again(place) else parts:
            payer = payers[place % len(payers)]
            body = PayBill(payer.account, bill.control_number, CURRENCY, amount)
            order_id, data = sign_body(body, payer.key, self.genesis, clock)
            payments.append(Payment(order_id, place % len(payers), len(payers), amount, data))
        return payments

    def drain(self) -> None:
        """Wait until nothing is left to tell, for a bounded time."""
        deadline = time.monotonic() + DRAIN_SECONDS_MAX
        while self._backlog() and time.monotonic() < deadline:
            time.sleep(0.2)

    def _backlog(self) -> int:
        found = self._get(_WEBHOOKS)["webhooks"]
        rows = found if isinstance(found, list) else []
        return sum(int(row["backlog"]) for row in rows)

    def _get(self, path: str) -> dict[str, object]:
        return self.ledger.get(path, key=self.institution.key, ledger_id=self.genesis.ledger_id)

    def check(self, audited: Audited) -> None:
        """Each bill is paid to the cent, and each payment that the ledger has was told as one event."""
        try:
            self.drain()
            paid = {order: amount for bill in self.bills for order, amount in self._paid(bill, audited)}
        except TROUBLE as error:
            audited.wrong("unreadable", what=error)
            return
        for payment in self.due:
            if payment.order_id not in paid:
                audited.wrong("unpaid", order=payment.order_id)
        check_told(paid, self.receiver.told, self.receiver.false, audited)

    def _paid(self, bill: Bill, audited: Audited) -> list[tuple[str, str]]:
        """The orders that paid a bill, with their amounts as the ledger writes them."""
        found = self._get(f"/v1/bills/{bill.control_number}/payments")["payments"]
        rows = found if isinstance(found, list) else []
        total = sum(int(str(row["amount"]).replace(".", "")) for row in rows)
        if total != bill.minor_units:
            currency = self.genesis.currencies[CURRENCY]
            wanted = currency.text(bill.minor_units)
            audited.wrong("bill", number=bill.control_number, found=currency.text(total), expected=wanted)
        return [(str(row["order"]), str(row["amount"])) for row in rows]

    def lines(self, wanted: Budgets) -> list[Line]:
        """How soon payments were told, and how soon after the last of them there was nothing left to tell."""
        firsts = {one.event: one for one in reversed(self.receiver.told)}.values()
        waits = Histogram()
        for one in firsts:
            waits.add(max(0.001, (one.arrived_us - one.recorded_us) / 1e3))
        ended = max((one.arrived_us for one in firsts), default=0)
        drained = (ended - max((one.recorded_us for one in firsts), default=0)) / 1e3
        return [
            time_line("notices_p99", waits.percentile(0.99), wanted.special["notices_p99_ms_max"]),
            time_line("drained", drained, wanted.special["drained_ms_max"]),
        ]


def check_told(paid: Mapping[str, str], told: Sequence[Told], false: int, audited: Audited) -> None:
    """Each payment was told, under one id, with its amount; nothing else was; and every signature held."""
    if false:
        audited.wrong("notice_false", count=false)
    events = {(one.order, one.event, one.amount) for one in told}
    by_order = Counter(order for order, _, _ in events)
    for order in paid:
        if by_order[order] != 1:
            audited.wrong("told", order=order, count=by_order[order])
    for order, event, amount in sorted(events):
        if paid.get(order) != amount:
            audited.wrong("told_wrong", event=event, found=amount, expected=paid.get(order, "–"))


def rush_lines(audited: Audited) -> list[Line]:
    """What must be right about bills and notices, each line zero or wrong."""
    bills = audited.count("bill", "unpaid")
    notices = audited.count("notice_false", "told", "told_wrong")
    return [
        Line("bills", "= 0", f"{bills:,}", not bills),
        Line("notices", "= 0", f"{notices:,}", not notices),
    ]


@contextmanager
def rushing(ledger: HttpLedger) -> Iterator[Rush]:
    """An institution with a webhook, to whose receiver the ledger delivers until the block ends.

    Raises:
        LedgerUnusable: the ledger refused something.
    """
    genesis = ledger.genesis()
    institution = open_institution(ledger, genesis, MachineClock())
    key, ledger_id = institution.key, genesis.ledger_id
    with Receiver() as receiver:
        made = ledger.change("POST", _WEBHOOKS, {"url": receiver.url}, key=key, ledger_id=ledger_id)
        receiver.secret = read_secret(str(made["secret"]))
        webhook = str(made["webhook"])
        try:
            yield Rush(receiver, ledger, genesis, institution, webhook)
        finally:
            ledger.change("DELETE", f"{_WEBHOOKS}/{webhook}", None, key=key, ledger_id=ledger_id)


def _again(place: int) -> bool:
    return place % AGAIN_EVERY == 0


def _asks(own: Sequence[Payment], first: int, token: str, place: int) -> tuple[Ask, ...]:
    asks = [Ask("pay_bill", (CREATED,), first + number, one.data) for number, one in enumerate(own)]
    if _again(place):
        asks[-1] = Ask("pay_again", (REFUSED,), first + len(own) - 1, own[-1].data)
    path = f"/v1/orders/{own[0].order_id}/receipt"
    return (*asks, Ask("receipt", (OK,), None, own[0].data, path, token))
