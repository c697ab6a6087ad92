"""What nobody may do, one at a time: each of these checks, left out, is a way to take money or to hide it."""

from __future__ import annotations

import pytest

from ledger.books.accounts import AccountClass
from ledger.books.parties import PartyKind, Scope
from ledger.orders.kinds import ApproveBill, Issue, Leg, OpenAccount, Pay, RaiseBill, RevokeKey
from ledger.orders.signed import VerifiedOrder
from ledger.refusals import Reason, Refusal
from ledger.rules.changes import Decision, apply
from ledger.rules.decide import decide
from ledger.rules.state import State, opening_state
from tests.strategies import HOUR_US, World, key_of


class Town:
    """Asha with money, Juma, and an institution with one key for everything."""

    def __init__(self) -> None:
        self.world = World()
        self.state: State = opening_state(self.world.genesis)
        self._sequence = 0
        self.accounts = {}
        for name in ("asha", "juma"):
            self.carry_out(self.world.registering(name))
            order, self.accounts[name] = self.world.opening(name)
            self.carry_out(order)
        self.carry_out(self.world.verified(Issue(self.accounts["asha"], "TZS", 1_000), "issuer"))
        self.carry_out(self.world.registering("wakala", PartyKind.INSTITUTION))
        order, self.collection = self.world.opening("wakala", AccountClass.COLLECTION)
        self.carry_out(order)

    def carry_out(self, order: VerifiedOrder) -> Decision:
        """An order that must be accepted."""
        outcome = decide(order, self.state, self.world.now_us)
        assert isinstance(outcome, Decision), outcome
        self._sequence += 1
        apply(outcome, self.state, sequence=self._sequence)
        return outcome

    def refused(self, order: VerifiedOrder) -> Reason:
        """Why an order is refused."""
        outcome = decide(order, self.state, self.world.now_us)
        assert isinstance(outcome, Refusal), outcome
        return outcome.reason


@pytest.fixture
def town() -> Town:
    """A fresh one."""
    return Town()


def test_the_key_that_raised_a_bill_does_not_approve_it(town: Town) -> None:
    """Although it may do everything; another key of the same institution does."""
    until_us = town.world.now_us + HOUR_US
    raising = RaiseBill("A/1", "LIC", town.collection, "TZS", 500, until_us)
    bill = town.carry_out(town.world.verified(raising, "wakala")).result["bill"]
    assert town.refused(town.world.verified(ApproveBill(bill), "wakala")) is Reason.APPROVER_IS_MAKER
    town.carry_out(town.world.adding_key("checker", (Scope.CHECK,), "wakala"))
    town.carry_out(town.world.verified(ApproveBill(bill), "checker"))


def test_a_revoked_key_acts_no_more(town: Town) -> None:
    """Neither pays nor opens; what it did before stays, and the other key goes on."""
    town.carry_out(town.world.adding_key("asha-2", (Scope.ALL,), "asha"))
    pay = Pay(town.accounts["asha"], "TZS", (Leg(town.accounts["juma"], 100),))
    town.carry_out(town.world.verified(pay, "asha-2"))
    town.carry_out(town.world.verified(RevokeKey(key_of("asha-2").public.kid), "asha"))
    assert town.refused(town.world.verified(pay, "asha-2")) is Reason.KEY_REVOKED
    opening = OpenAccount("TZS", AccountClass.WALLET)
    assert town.refused(town.world.verified(opening, "asha-2")) is Reason.KEY_REVOKED
    town.carry_out(town.world.verified(pay, "asha"))


def test_the_legs_of_a_payment_are_held_against_the_money_in_sum(town: Town) -> None:
    """Two legs of which each could be paid alone, and both to one payee: to the last minor unit and not beyond."""
    asha, juma = town.accounts["asha"], town.accounts["juma"]

    def paying(*amounts: int) -> VerifiedOrder:
        payees = (juma, town.collection)
        legs = tuple(Leg(payees[place % 2], amount) for place, amount in enumerate(amounts))
        return town.world.verified(Pay(asha, "TZS", legs), "asha")

    assert town.refused(paying(600, 401)) is Reason.INSUFFICIENT_FUNDS
    assert town.refused(paying(400, 1, 600)) is Reason.INSUFFICIENT_FUNDS
    town.carry_out(paying(400, 1, 599))
