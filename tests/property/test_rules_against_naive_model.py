"""The rules against a naive model, over every kind of order: the same outcome, the first reason, the same balances."""

from __future__ import annotations

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    initialize,
    invariant,
    multiple,
    rule,
)

from ledger.books.accounts import AccountClass
from ledger.books.parties import PartyKind, Scope
from ledger.books.trial_balance import trial_balance
from ledger.orders.kinds import (
    ApproveBill,
    Issue,
    Leg,
    OpenAccount,
    Pay,
    PayBill,
    RaiseBill,
    RegisterParty,
    RevokeKey,
)
from ledger.orders.signed import VerifiedOrder
from ledger.refusals import Refusal
from ledger.rules.audit import begin, replay
from ledger.rules.changes import apply
from ledger.rules.days import apply_close, balance_of, close_record, day_is_over
from ledger.rules.decide import FAMILIES, decide
from ledger.rules.records import record_of
from ledger.rules.state import opening_state
from tests.naive_corrections import eat_date
from tests.naive_model import NaiveLedger
from tests.property.bill_orders import BillOrders
from tests.strategies import HOUR_US, World, key_of, make_genesis

Drawn = MultipleResults[str] | str

NAMES = ("asha", "juma", "neema", "wakala", "maker", "checker", "reader")
SIGNERS = st.sampled_from((*NAMES, "issuer", "registrar", "faucet"))
AMOUNTS = st.one_of(st.integers(1, 5_000), st.sampled_from((100_000, 99_999_999, 2**63 - 1)))
CURRENCIES = st.sampled_from(("TZS", "TZS", "TZS", "USD"))


class RulesAgainstNaiveModel(BillOrders):
    """Draws orders that are often wrong, and asks both what becomes of them."""

    begins_with = 3
    accounts: Bundle[str] = Bundle("accounts")
    bills: Bundle[str] = Bundle("bills")
    numbers: Bundle[str] = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.world = World(make_genesis(rules=self.begins_with))
        self.model = NaiveLedger(self.world)
        self.state = opening_state(self.world.genesis)
        self.records = [self.world.genesis.record]
        self.day_first = 0

    def settle(self, order: VerifiedOrder) -> dict[str, str] | None:
        """Ask both; they must agree. The result if it was accepted."""
        now_us = self.world.now_us
        self.close_days(now_us)
        if order.kid not in self.model.keys and not isinstance(order.order.body, RegisterParty):
            return None  # never reaches the rules
        expected = self.model.expected(order, now_us)
        outcome = decide(order, self.state, now_us)
        sequence = len(self.records)
        self.records.append(
            record_of(
                order.data,
                outcome,
                sequence=sequence,
                recorded_us=now_us,
                rules=self.state.rules,
                genesis=self.world.genesis,
            )
        )
        if isinstance(outcome, Refusal):
            self.state.day_refused += 1
            assert outcome.reason == expected, f"{outcome.reason} but the first that applies is {expected}"
            return None
        assert expected is None, f"accepted, although {expected}"
        apply(outcome, self.state, sequence=sequence)
        self.model.carry_out(order, outcome.result)
        return outcome.result

    def close_days(self, now_us: int) -> None:
        """What the bookkeeper does first of all in a batch; the naive ledger adds the books up in its own way."""
        while self.state.day is not None and day_is_over(self.state, now_us):
            day, sequence = self.state.day, len(self.records)
            record = close_record(
                self.state, balance_of(self.state), day=day, sequence=sequence, recorded_us=now_us
            )
            result = json.loads(record)["result"]
            since = self.records[self.day_first :]
            refused = sum(b'"outcome":"refused"' in earlier for earlier in since)
            counted = {"accepted": len(since) - refused, "refused": refused}
            assert result == {**self.model.books(), "records": counted, "day": result["day"]}
            assert result["day"] < eat_date(now_us)
            apply_close(self.state, day=day, sequence=sequence)
            self.records.append(record)
            self.day_first = len(self.records)

    @initialize(target=accounts)
    def a_small_town(self) -> Drawn:
        """Two people with wallets, an institution with maker, checker and collection account, and some money."""
        opened = [self.world.genesis.address_of(code) for code in ("1000", "2900", "2901", "nowhere")]
        for name in ("asha", "juma"):
            self.settle(self.world.registering(name))
            order, address = self.world.opening(name)
            self.settle(order)
            self.settle(self.world.verified(Issue(address, "TZS", 50_000), "issuer"))
            opened.append(address)
        self.settle(self.world.registering("wakala", PartyKind.INSTITUTION))
        self.settle(self.world.adding_key("maker", (Scope.MAKE,), "wakala"))
        self.settle(self.world.adding_key("checker", (Scope.CHECK,), "wakala"))
        order, self.collection = self.world.opening("wakala", AccountClass.COLLECTION)
        self.settle(order)
        self.settle(self.world.registering("bandari", PartyKind.INSTITUTION))
        order, self.other = self.world.opening("bandari", AccountClass.COLLECTION)
        self.settle(order)
        order, dollars = self.world.opening("asha", currency="USD")
        self.settle(order)
        self.settle(self.world.verified(Issue(dollars, "USD", 20_000), "issuer"))
        return multiple(*opened, self.collection, self.other, dollars)

    @rule(name=st.sampled_from(NAMES), kind=st.sampled_from(PartyKind))
    def register(self, name: str, kind: PartyKind) -> None:
        """A key registers itself, perhaps for the second time."""
        self.settle(self.world.registering(name, kind))

    @rule(
        name=st.sampled_from(NAMES),
        signer=SIGNERS,
        scopes=st.sampled_from(((Scope.ALL,), (Scope.READ,), (Scope.MAKE, Scope.CHECK))),
    )
    def add_key(self, name: str, signer: str, scopes: tuple[Scope, ...]) -> None:
        """A key is added by whoever."""
        self.settle(self.world.adding_key(name, scopes, signer))

    @rule(name=SIGNERS, signer=SIGNERS)
    def revoke_key(self, name: str, signer: str) -> None:
        """A key is revoked by whoever."""
        self.settle(self.world.verified(RevokeKey(key_of(name).public.kid), signer))

    @rule(
        target=accounts, signer=SIGNERS, account_class=st.sampled_from((AccountClass.WALLET, AccountClass.COLLECTION)),
        currency=CURRENCIES,
    )  # fmt: skip
    def open_account(self, signer: str, account_class: AccountClass, currency: str) -> Drawn:
        """An account is opened by whoever."""
        order, address = self.world.opening(signer, account_class, currency)
        return address if self.settle(order) else multiple()

    @rule(target=accounts, party=st.sampled_from(("asha", "nobody")), signer=SIGNERS)
    def open_account_for(self, party: str, signer: str) -> Drawn:
        """An account is opened for somebody else."""
        key = self.model.keys.get(key_of(party).public.kid)
        body = OpenAccount("TZS", AccountClass.WALLET, key["party"] if key else "nobody")
        result = self.settle(self.world.verified(body, signer))
        return result["account"] if result else multiple()

    @rule(
        payee=accounts,
        amount=AMOUNTS,
        currency=CURRENCIES,
        signer=st.sampled_from(("issuer", "issuer", "asha")),
    )
    def issue(self, payee: str, amount: int, currency: str, signer: str) -> None:
        """Money is issued, perhaps too much or by the wrong one."""
        self.settle(self.world.verified(Issue(payee, currency, amount), signer))

    @rule(
        payer=accounts, legs=st.lists(st.tuples(accounts, st.integers(1, 3_000)), min_size=1, max_size=4),
        currency=CURRENCIES, signer=SIGNERS, late=st.sampled_from((False, False, False, True)),
    )  # fmt: skip
    def pay(self, payer: str, legs: list[tuple[str, int]], currency: str, signer: str, late: bool) -> None:
        """A payment with one to four legs, now and then signed too long ago."""
        body = Pay(payer, currency, tuple(Leg(payee, amount) for payee, amount in legs))
        order = self.world.verified(body, signer)
        self.world.now_us += HOUR_US if late else 0
        self.settle(order)

    @rule(payer=accounts, payee=accounts, amount=AMOUNTS)
    def pay_as_owner(self, payer: str, payee: str, amount: int) -> None:
        """A payment signed by somebody who may."""
        account = self.model.accounts.get(payer, {"party": None})
        kids = {key_of(name).public.kid: name for name in (*NAMES, "issuer", "faucet")}
        owners = [
            kids[kid]
            for kid, key in self.model.keys.items()
            if key["party"] == account["party"] and kid in kids
        ]
        if owners:
            self.settle(self.world.verified(Pay(payer, "TZS", (Leg(payee, amount),)), owners[0]))

    @rule(
        target=bills, payee=accounts, bill_id=st.sampled_from(("A/1", "A/2", "A/3")), amount=st.integers(1, 20_000),
        service=st.sampled_from(("LIC", "LIC", "LIC", "TAX")), hours=st.integers(-1, 30),
        signer=st.sampled_from(("maker", "wakala", "checker", "asha")),
    )  # fmt: skip
    def raise_bill(
        self, *, payee: str, bill_id: str, amount: int, service: str, signer: str, hours: int
    ) -> Drawn:
        """A bill is raised."""
        until = self.world.now_us + hours * HOUR_US
        order = self.world.verified(RaiseBill(bill_id, service, payee, "TZS", amount, until), signer)
        return order.order.order_id if self.settle(order) else multiple()

    @rule(target=numbers, bill=bills, signer=st.sampled_from(("checker", "wakala", "maker", "asha")))
    def approve_bill(self, bill: str, signer: str) -> Drawn:
        """A bill is approved by whoever."""
        result = self.settle(self.world.verified(ApproveBill(bill), signer))
        return result["control_number"] if result else multiple()

    @rule(target=numbers, amount=st.integers(1, 20_000), hours=st.integers(1, 30))
    def open_a_bill(self, amount: int, hours: int) -> Drawn:
        """The institution's maker and checker do what they should."""
        until = self.world.now_us + hours * HOUR_US
        name = f"B/{len(self.records)}"
        raised = self.settle(
            self.world.verified(RaiseBill(name, "LIC", self.collection, "TZS", amount, until), "maker")
        )
        approved = (
            self.settle(self.world.verified(ApproveBill(raised["bill"]), "checker")) if raised else None
        )
        return approved["control_number"] if approved else multiple()

    @rule(number=numbers, name=st.sampled_from(("asha", "juma")), off=st.sampled_from((0, 0, 0, 1)))
    def pay_bill_as_citizen(self, number: str, name: str, off: int) -> None:
        """Somebody with a wallet pays a bill."""
        party = self.model.keys[key_of(name).public.kid]["party"]
        wallets = [a for a, row in self.model.accounts.items() if row["party"] == party]
        billed = next(b["amount"] for b in self.model.bills.values() if b["number"] == number)
        self.settle(self.world.verified(PayBill(wallets[0], number, "TZS", billed + off), name))

    @rule(number=numbers, payer=accounts, signer=SIGNERS, right=st.booleans(), amount=AMOUNTS)
    def pay_bill(self, number: str, payer: str, signer: str, right: bool, amount: int) -> None:
        """A bill is paid, often with the right amount."""
        billed = next(b["amount"] for b in self.model.bills.values() if b["number"] == number)
        body = PayBill(payer, number, "TZS", billed if right else amount)
        self.settle(self.world.verified(body, signer))

    @rule(hours=st.integers(1, 12))
    def time_passes(self, hours: int) -> None:
        """Bills come nearer to their end."""
        self.world.now_us += hours * HOUR_US

    @invariant()
    def same_balances(self) -> None:
        """Every account holds what the naive ledger says, nothing is below zero, and the books balance."""
        accounts = [account for account in self.state.accounts.values() if account is not None]
        for account in accounts:
            assert account.balance == self.model.balance(account.address) >= 0
        assert not trial_balance(accounts).differences()
        assert self.state.holders == self.model.registered

    def teardown(self) -> None:
        """What was recorded decides again to the same bytes and the same state."""
        run = begin(self.records[0])
        replayed = list(replay(run, self.records[1:], first=1))
        assert len(replayed) == len(self.records) - 1
        assert {a: v for a, v in run.state.accounts.items() if v} == {
            a: v for a, v in self.state.accounts.items() if v
        }
        assert run.state.bills == self.state.bills
        assert run.state.bulks == self.state.bulks
        assert run.state.control_numbers == self.state.control_numbers
        assert run.state.freezes == self.state.freezes
        assert run.state.journal == self.state.journal
        assert run.state.rules == self.state.rules
        assert run.state.log_keys == self.state.log_keys
        assert (run.state.day, run.state.day_first, run.state.day_refused) == (
            self.state.day, self.state.day_first, self.state.day_refused,
        )  # fmt: skip
        assert run.state.keys == self.state.keys
        assert run.state.parties == self.state.parties


TestRulesAgainstNaiveModel = RulesAgainstNaiveModel.TestCase
TestRulesAgainstNaiveModel.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)


class SecondRulesAgainstNaiveModel(RulesAgainstNaiveModel):
    """The same town in a ledger that began under version 2 of the rules and may adopt the next."""

    begins_with = 2


TestSecondRulesAgainstNaiveModel = SecondRulesAgainstNaiveModel.TestCase
TestSecondRulesAgainstNaiveModel.settings = settings(max_examples=15, stateful_step_count=40, deadline=None)


class OldRulesAgainstNaiveModel(RulesAgainstNaiveModel):
    """The same town in a ledger that began under version 1 of the rules and may adopt the next ones."""

    begins_with = 1


TestOldRulesAgainstNaiveModel = OldRulesAgainstNaiveModel.TestCase
TestOldRulesAgainstNaiveModel.settings = settings(max_examples=15, stateful_step_count=40, deadline=None)


def test_every_kind_of_order_is_decided_and_modelled() -> None:
    """A kind of order that nobody decides, or that the naive model does not know, does not get by."""
    for body in FAMILIES:
        assert hasattr(NaiveLedger, f"_{body.__name__.lower()}")
