"""Money that goes back and accounts that stop, on both databases: across batches and restarts, audited at the end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.auditing import audit_ledger
from ledger.books.bills import BillStatus
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.journal import EntryKind, ReversalReason
from ledger.books.parties import Role
from ledger.opening import open_bookkeeper
from ledger.orders.kinds import (
    CloseAccount,
    FreezeAccount,
    GrantRole,
    Issue,
    Leg,
    Pay,
    Redeem,
    Refund,
    Reverse,
    Unfreeze,
)
from ledger.orders.signed import VerifiedOrder, open_order, vouched
from ledger.refusals import Reason
from ledger.rules.audit import begin, replay
from ledger.rules.entries import entry_of
from ledger.rules.records import read_record
from ledger.strict_json import loads_object
from ledger.wire import Answer, AnswerStatus
from tests.naive_model import NaiveLedger
from tests.stored import MONEY, StoredLedger
from tests.strategies import HOUR_US


class Corrected(StoredLedger):
    """A stored ledger that is closed and opened again, and of which orders are refused."""

    keys: Path

    def reopen(self) -> None:
        """As after a restart: nothing is in memory."""
        self.bookkeeper.close()
        self.bookkeeper = open_bookkeeper(self.url, self.keys, lease_seconds=5).bookkeeper

    def outcomes(self, *orders: VerifiedOrder) -> list[str]:
        """One batch: per order the reason why it was refused, or nothing."""
        return [_reason(answer) for answer in self.bookkeeper.settle(orders, now_us=self.world.now_us)]

    def refused(self, order: VerifiedOrder, reason: Reason) -> None:
        """The order is refused for this reason."""
        assert self.outcomes(order) == [reason.value]

    def balance(self, name: str) -> int:
        """What an account holds."""
        view = self.enquiries.account(self.accounts[name])
        assert view is not None
        return view.account.balance


def _reason(answer: Answer) -> str:
    assert answer.status is not AnswerStatus.FAULT, answer
    if answer.status is AnswerStatus.ACCEPTED:
        return ""
    return answer.record.decode().split('"reason":"')[1].split('"')[0]


@pytest.fixture
def ledger(database_url: str, tmp_path: Path) -> Iterator[Corrected]:
    """Asha with money, Juma and an institution without, on each engine. It is audited when the test is over."""
    made = Corrected.create(database_url, tmp_path / "keys")
    made.keys = tmp_path / "keys"
    made.person("asha", money=MONEY)
    made.person("juma")
    made.institution("agency")
    yield made
    made.close()
    audit_ledger(database_url)


def test_money_never_comes_back_twice(ledger: Corrected) -> None:
    """Refunds in parts, one of them reversed, then the whole reversed: across batches and restarts."""
    payment = ledger.paying("asha", Leg(ledger.accounts["juma"], 600), Leg(ledger.accounts["agency"], 50))
    first = ledger.refunding("juma", payment, 200)
    assert ledger.outcomes(payment, first) == ["", ""]
    ledger.reopen()
    ledger.refused(ledger.refunding("juma", payment, 401), Reason.REFUND_EXCEEDS_PAYMENT)
    ledger.refused(ledger.reversing(payment), Reason.ENTRY_REFUNDED)
    ledger.refused(ledger.refunding("juma", first, 1), Reason.ENTRY_NOT_REFUNDABLE)
    second = ledger.refunding("juma", payment, 400)
    ledger.settle(second)
    ledger.reopen()
    ledger.refused(ledger.refunding("juma", payment, 1), Reason.REFUND_EXCEEDS_PAYMENT)
    assert (ledger.balance("asha"), ledger.balance("juma")) == (MONEY - 50, 0)
    ledger.refused(ledger.reversing(payment), Reason.ENTRY_REFUNDED)
    ledger.settle(ledger.reversing(second))
    ledger.reopen()
    assert ledger.outcomes(ledger.reversing(second), ledger.reversing(first), ledger.reversing(payment)) == [
        "entry_reversed", "", "",
    ]  # fmt: skip
    ledger.reopen()
    ledger.refused(ledger.refunding("juma", payment, 1), Reason.ENTRY_REVERSED)
    ledger.refused(ledger.reversing(payment), Reason.ENTRY_REVERSED)
    assert (ledger.balance("asha"), ledger.balance("juma"), ledger.balance("agency")) == (MONEY, 0, 0)


def test_a_reversal_is_refused_if_it_would_overdraw(ledger: Corrected) -> None:
    """What the payee has spent cannot be taken back; nor can what an issue brought, once it is gone."""
    payment = ledger.paying("asha", Leg(ledger.accounts["juma"], 600))
    ledger.settle(payment, ledger.paying("juma", Leg(ledger.accounts["agency"], 1)))
    ledger.refused(ledger.reversing(payment), Reason.INSUFFICIENT_FUNDS)
    issue = ledger.world.verified(Issue(ledger.accounts["juma"], "TZS", 700, "RTGS/1"), "issuer")
    ledger.settle(issue)
    reversal = ledger.reversing(issue)
    ledger.settle(reversal)
    ledger.refused(ledger.reversing(reversal), Reason.ENTRY_NOT_REVERSIBLE)
    assert ledger.balance("juma") == 599


def test_a_bill_refunded_ends_and_a_bill_reversed_opens_again(ledger: Corrected) -> None:
    """In part: still paid. In full: refunded, and never payable again. Reversed: open, and payable by another."""
    _, number = ledger.bill("agency", "B/1", 500)
    payment = ledger.paying_bill("asha", number, 500)
    ledger.settle(payment, ledger.refunding("agency", payment, 100))
    assert _status(ledger, number) is BillStatus.PAID
    ledger.reopen()
    ledger.refused(ledger.paying_bill("asha", number, 500), Reason.BILL_PAID)
    rest = ledger.refunding("agency", payment, 400)
    ledger.settle(rest)
    assert _status(ledger, number) is BillStatus.REFUNDED
    ledger.refused(ledger.paying_bill("asha", number, 500), Reason.BILL_REFUNDED)
    ledger.reopen()
    ledger.settle(ledger.reversing(rest))
    assert _status(ledger, number) is BillStatus.PAID
    _, other = ledger.bill("agency", "B/2", 300)
    wrong, again = ledger.paying_bill("asha", other, 300), ledger.paying_bill("asha", other, 300)
    assert ledger.outcomes(wrong, ledger.reversing(wrong), again) == ["", "", ""]
    assert _status(ledger, other) is BillStatus.PAID
    ledger.reopen()
    ledger.settle(ledger.reversing(again))
    assert _status(ledger, other) is BillStatus.OPEN


def _status(ledger: Corrected, number: str) -> BillStatus:
    view = ledger.enquiries.bill(number)
    assert view is not None
    return view.bill.status(ledger.world.now_us)


def test_several_freezes_on_one_account(ledger: Corrected) -> None:
    """Each is lifted by itself; one ends by time; the holder sees them; afterwards the account works again."""
    court = ledger.freezing("asha", FreezeScope.DEBITS)
    tax = ledger.freezing("asha", FreezeScope.ALL, until_us=ledger.world.now_us + HOUR_US)
    ledger.settle(court, tax)
    ledger.reopen()
    paying = ledger.paying("asha", Leg(ledger.accounts["juma"], 5))
    ledger.refused(paying, Reason.PAYER_FROZEN)
    coming = ledger.world.verified(Issue(ledger.accounts["asha"], "TZS", 5), "issuer")
    ledger.refused(coming, Reason.PAYEE_FROZEN)
    view = ledger.enquiries.account(ledger.accounts["asha"])
    assert view is not None
    assert [freeze.order_number for freeze in view.freezes] == ["HC/12/2026", "HC/12/2026"]
    ledger.world.now_us += HOUR_US
    ledger.settle(ledger.world.verified(Issue(ledger.accounts["asha"], "TZS", 5), "issuer"))
    ledger.refused(ledger.paying("asha", Leg(ledger.accounts["juma"], 5)), Reason.PAYER_FROZEN)
    ledger.reopen()
    ledger.settle(ledger.unfreezing("asha", court), ledger.paying("asha", Leg(ledger.accounts["juma"], 5)))
    ledger.refused(ledger.unfreezing("asha", court), Reason.FREEZE_LIFTED)
    ledger.settle(ledger.unfreezing("asha", tax))


def test_a_closed_account_is_closed_for_ever(ledger: Corrected) -> None:
    """Not while it holds money; then neither debits nor credits, not even a refund or a reversal."""
    juma = ledger.accounts["juma"]
    payment = ledger.paying("juma", Leg(ledger.accounts["agency"], 40))
    ledger.settle(ledger.paying("asha", Leg(juma, 100)), payment)
    ledger.refused(ledger.world.verified(CloseAccount(juma), "juma"), Reason.ACCOUNT_NOT_EMPTY)
    ledger.refused(ledger.world.verified(CloseAccount(juma), "asha"), Reason.ACCOUNT_NOT_YOURS)
    ledger.settle(
        ledger.paying("juma", Leg(ledger.accounts["asha"], 60)),
        ledger.world.verified(CloseAccount(juma), "juma"),
    )
    ledger.reopen()
    ledger.refused(ledger.paying("asha", Leg(juma, 1)), Reason.PAYEE_CLOSED)
    ledger.refused(ledger.paying("juma", Leg(ledger.accounts["asha"], 1)), Reason.PAYER_CLOSED)
    ledger.refused(ledger.refunding("agency", payment, 1), Reason.PAYEE_CLOSED)
    ledger.refused(ledger.reversing(payment), Reason.ACCOUNT_CLOSED)
    ledger.refused(ledger.freezing("juma"), Reason.ACCOUNT_CLOSED)


def test_a_granted_role_acts_and_a_withdrawn_one_does_not(ledger: Corrected) -> None:
    """The institution becomes auditor too and stays on the list of institutions."""
    agency = ledger.enquiries.account(ledger.accounts["agency"])
    assert agency is not None
    party = agency.account.party
    grant = ledger.world.verified(GrantRole(party, Role.AUTHORITY), "authority")
    ledger.settle(grant)
    ledger.reopen()
    freeze = FreezeAccount(ledger.accounts["juma"], FreezeScope.DEBITS, FreezeReason.FRAUD, "N/1", "AGENCY")
    ledger.settle(ledger.world.verified(freeze, "agency"))
    assert [row.party for row in ledger.enquiries.institutions()] == [party]
    outcome = ledger.enquiries.outcome(grant.order.order_id)
    assert outcome is not None
    assert party in outcome.parties


def test_who_may_read_a_refund(ledger: Corrected) -> None:
    """The payee that gave and the payer that got, and nobody else whom the payment named."""
    payment = ledger.paying("asha", Leg(ledger.accounts["juma"], 600), Leg(ledger.accounts["agency"], 50))
    refund = ledger.refunding("juma", payment, 200)
    ledger.settle(payment, refund)
    outcome = ledger.enquiries.outcome(refund.order.order_id)
    assert outcome is not None
    views = [ledger.enquiries.account(ledger.accounts[name]) for name in ("asha", "juma")]
    assert outcome.parties == {view.account.party for view in views if view is not None}
    entry = ledger.enquiries.entries(ledger.accounts["asha"], before=None, limit=1).entries[0]
    assert (entry.kind, entry.reference, entry.entry.amount_minor_units) == ("refund", "R/1", 200)


def test_an_old_ledger_refuses_the_new_kinds_until_it_adopts_them(database_url: str, tmp_path: Path) -> None:
    """Under version 1 each new kind is refused by its own reason; after `adopt_rules`, in one batch, it is not."""
    made = Corrected.create(database_url, tmp_path / "keys", rules=1)
    made.keys = tmp_path / "keys"
    made.person("asha", money=MONEY)
    made.person("juma")
    payment = made.paying("asha", Leg(made.accounts["juma"], 600))
    made.settle(payment)
    made.refused(made.refunding("juma", payment, 1), Reason.RULES_NOT_ADOPTED)
    backed = Issue(made.accounts["juma"], "TZS", 5, "RTGS/1")
    made.refused(made.world.verified(backed, "issuer"), Reason.RULES_NOT_ADOPTED)
    made.refused(made.adopting(1), Reason.RULES_NOT_NEWER)
    made.refused(made.world.verified(made.adopting().order.body, "asha"), Reason.ROLE_INSUFFICIENT)
    made.settle(made.adopting(), made.refunding("juma", payment, 1))
    assert made.enquiries.rules() == 2
    made.reopen()
    made.settle(made.refunding("juma", payment, 1))
    made.close()
    audit_ledger(database_url)


def test_random_batches_of_corrections_agree_with_the_naive_ledger(ledger: Corrected) -> None:
    """Small batches in which earlier and fresh entries are given back, corrected, frozen; restarts between them."""
    chance, world = random.Random(11), ledger.world
    model = NaiveLedger(world)
    for record in ledger.enquiries.records(1, 100):
        line = read_record(record)
        result = loads_object(record, bytes_max=100_000, depth_max=12)["result"]
        model.carry_out(vouched(open_order(line.order or b"", world.genesis)), result)  # type: ignore[arg-type]
    names, accepted = ("asha", "juma"), 0
    for turn in range(14):
        orders = [_anything(chance, ledger, model, names) for _ in range(chance.randint(1, 12))]
        expected = []
        for order in orders:
            reason = model.expected(order, world.now_us)
            expected.append(reason.value if reason else "")
            if reason is None:
                model.carry_out(order, {})
        assert ledger.outcomes(*orders) == expected
        accepted += expected.count("")
        if turn % 3 == 2:
            ledger.reopen()
    assert accepted > 20
    for name in names:
        assert ledger.balance(name) == model.balance(ledger.accounts[name])


def _anything(
    chance: random.Random, ledger: Corrected, model: NaiveLedger, names: tuple[str, ...]
) -> VerifiedOrder:
    world, entries = ledger.world, list(model.entries)
    payer, payee = chance.sample(names, 2)
    mine, theirs = ledger.accounts[payer], ledger.accounts[payee]
    match chance.randint(0, 9):
        case 0:
            freeze = chance.choice(model.freezes)["id"] if model.freezes else entries[0]
            return world.verified(Unfreeze(mine, freeze, "HC/9", "HIGH-COURT"), "authority")
        case 1 if chance.random() < 0.3:
            stop = FreezeAccount(
                mine, chance.choice(list(FreezeScope)), FreezeReason.TAX, "T/1", "TAX-OFFICE"
            )
            return world.verified(stop, "authority")
        case 2 | 3:
            entry = chance.choice(entries[-8:])
            return world.verified(Reverse(entry, ReversalReason.FRAUD, "CASE/2"), "supervisor")
        case 4 | 5:
            body = Refund(chance.choice(entries[-8:]), mine, "TZS", chance.randint(1, 400))
            return world.verified(body, payer)
        case 6:
            faucet = world.genesis.address_of("2900")
            return world.verified(Redeem(faucet, "TZS", chance.randint(1, 50)), "faucet")
        case _:
            return world.verified(Pay(mine, "TZS", (Leg(theirs, chance.randint(1, 900)),)), payer)


def test_entries_read_back_are_those_that_were_posted(ledger: Corrected) -> None:
    """What a restart reads from a record is what the rules had in memory, for every kind that moves money."""
    _, number = ledger.bill("agency", "B/1", 500)
    payment, bill = (
        ledger.paying("asha", Leg(ledger.accounts["juma"], 600)),
        ledger.paying_bill("asha", number, 500),
    )
    refund = ledger.refunding("juma", payment, 200)
    faucet = ledger.world.genesis.address_of("2900")
    issue = ledger.world.verified(Issue(faucet, "TZS", 70), "issuer")
    redeem = ledger.world.verified(Redeem(faucet, "TZS", 50), "faucet")
    ledger.settle(payment, bill, refund, issue, redeem, ledger.reversing(refund))
    records = ledger.enquiries.records(0, 100)
    run = begin(records[0])
    for done in replay(run, records[1:], first=1):
        entry = run.state.journal.get(done.order_id)
        assert entry_of(done.record, run.genesis) == entry
    assert {entry.kind for entry in run.state.journal.values() if entry is not None} == set(EntryKind)
