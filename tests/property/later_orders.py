"""Rules of the state machine for what is given back, corrected or stopped; the machine itself is in the test."""

from __future__ import annotations

from abc import abstractmethod

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule

from ledger.addresses import new_order_id
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.journal import ReversalReason
from ledger.books.parties import Role
from ledger.orders.kinds import (
    AdoptRules,
    ApproveBill,
    AttestBacking,
    Body,
    CloseAccount,
    FreezeAccount,
    GrantRole,
    Issue,
    Leg,
    Pay,
    PayBill,
    RaiseBill,
    Redeem,
    Refund,
    Reverse,
    Unfreeze,
    WithdrawRole,
)
from ledger.orders.signed import VerifiedOrder
from tests.naive_corrections import eat_date
from tests.naive_model import NaiveLedger
from tests.strategies import HOUR_US, World, key_of

PEOPLE = ("asha", "juma", "wakala", "faucet", "issuer")
AUTHORITIES = st.sampled_from(("authority", "authority", "authority", "asha"))
SUPERVISORS = st.sampled_from(("supervisor", "supervisor", "supervisor", "asha"))
PICKS = st.integers(0, 10**6)
STEPS = st.sampled_from(
    ("refund a third", "refund all", "refund too much", "reverse the payment", "reverse the last")
)
BILL_STEPS = st.sampled_from(("pay", "refund one", "refund all", "reverse"))
GRANTED = (Role.AUDITOR, Role.SUPERVISOR, Role.AUTHORITY, Role.ISSUER)


class LaterOrders(RuleBasedStateMachine):
    """Draws orders that are often wrong. Earlier entries are picked from all that the naive ledger knows."""

    accounts: Bundle[str] = Bundle("accounts")
    world: World
    model: NaiveLedger
    collection: str

    @abstractmethod
    def settle(self, order: VerifiedOrder) -> dict[str, str] | None:
        """Ask both; they must agree. The result if it was accepted."""

    def owner(self, address: str) -> str:
        """The name of a key that speaks for an account, or somebody else's if there is none."""
        party = self.model.accounts.get(address, {"party": None})["party"]
        for name in PEOPLE:
            key = self.model.keys.get(key_of(name).public.kid)
            if key is not None and key["party"] == party:
                return name
        return "faucet"

    def entry(self, pick: int) -> str:
        """The id of an earlier entry, or of nothing."""
        names = [*self.model.entries, new_order_id(self.world.now_us)]
        return names[pick % len(names)]

    @rule(payee=accounts, amount=st.integers(1, 100_000), currency=st.sampled_from(("TZS", "USD")))
    def issue_with_backing(self, payee: str, amount: int, currency: str) -> None:
        """Money is issued against a settlement that is named."""
        self.settle(self.world.verified(Issue(payee, currency, amount, "RTGS/17"), "issuer"))

    @rule(
        payer=st.sampled_from(("2900", "2901", "1000", "nowhere")), amount=st.integers(1, 100_000),
        currency=st.sampled_from(("TZS", "USD")), signer=st.sampled_from(("faucet", "faucet", "issuer")),
    )  # fmt: skip
    def redeem(self, payer: str, amount: int, currency: str, signer: str) -> None:
        """Money goes out of circulation, from a distribution account or not."""
        address = self.world.genesis.address_of(payer)
        self.settle(self.world.verified(Redeem(address, currency, amount, "RTGS/18"), signer))

    @rule(payer=accounts, amount=st.integers(1, 1_000))
    def redeem_a_wallet(self, payer: str, amount: int) -> None:
        """The owner of any account tries to redeem."""
        self.settle(self.world.verified(Redeem(payer, "TZS", amount), self.owner(payer)))

    @rule(pick=PICKS, share=st.integers(1, 3), more=st.sampled_from((0, 0, 0, 1)), signer=st.booleans())
    def refund(self, pick: int, share: int, more: int, signer: bool) -> None:
        """A payee gives back a part of a payment, all of it, or more."""
        name = self.entry(pick)
        entry = self.model.entries.get(name)
        moves = entry["moves"] if entry else [("", self.world.genesis.address_of("2900"), 10)]
        _, payer, amount = moves[pick % len(moves)]
        account = self.model.accounts.get(payer, {"currency": "TZS"})
        body = Refund(name, payer, account["currency"], max(1, amount // share) + more, "R/1")
        self.settle(self.world.verified(body, self.owner(payer) if signer else "juma"))

    @rule(pick=PICKS, payer=accounts, currency=st.sampled_from(("TZS", "USD")), amount=st.integers(1, 2_000))
    def refund_from_anywhere(self, pick: int, payer: str, currency: str, amount: int) -> None:
        """Somebody gives back what they never got."""
        body = Refund(self.entry(pick), payer, currency, amount)
        self.settle(self.world.verified(body, self.owner(payer)))

    @rule(pick=PICKS, signer=SUPERVISORS)
    def reverse(self, pick: int, signer: str) -> None:
        """An entry is corrected, perhaps for the second time."""
        body = Reverse(self.entry(pick), ReversalReason.DUPLICATE, "CASE/7")
        self.settle(self.world.verified(body, signer))

    @rule(
        account=accounts, scope=st.sampled_from(FreezeScope), hours=st.sampled_from((None, None, -1, 1, 5)),
        signer=AUTHORITIES,
    )  # fmt: skip
    def freeze(self, account: str, scope: FreezeScope, hours: int | None, signer: str) -> None:
        """An account is frozen, for ever, for a while, or too late."""
        until = None if hours is None else self.world.now_us + hours * HOUR_US
        body = FreezeAccount(account, scope, FreezeReason.COURT_ORDER, "HC/12/2026", "HIGH-COURT", until)
        self.settle(self.world.verified(body, signer))

    @rule(pick=PICKS, signer=AUTHORITIES, elsewhere=st.sampled_from((False, False, False, True)))
    def unfreeze(self, pick: int, signer: str, elsewhere: bool) -> None:
        """A freeze is lifted, perhaps for the second time, or where there is none."""
        if not self.model.freezes:
            return
        freeze = self.model.freezes[pick % len(self.model.freezes)]
        account = self.world.genesis.address_of("2900") if elsewhere else freeze["account"]
        body = Unfreeze(account, freeze["id"], "HC/13/2026", "HIGH-COURT")
        self.settle(self.world.verified(body, signer))

    @rule(signer=AUTHORITIES)
    def unfreeze_everything(self, signer: str) -> None:
        """All that stands is lifted, so that the town goes on."""
        for freeze in self.model.freezes:
            if not freeze["lifted"]:
                body = Unfreeze(freeze["account"], freeze["id"], "HC/14/2026", "HIGH-COURT")
                self.settle(self.world.verified(body, signer))

    @rule(account=accounts, own=st.booleans())
    def close_account(self, account: str, own: bool) -> None:
        """An account is closed by its owner or by somebody else."""
        self.settle(self.world.verified(CloseAccount(account), self.owner(account) if own else "juma"))

    @rule(party=st.sampled_from(("auditor", "authority", "faucet", "nobody")), role=st.sampled_from(GRANTED),
          signer=AUTHORITIES)  # fmt: skip
    def grant_role(self, party: str, role: Role, signer: str) -> None:
        """A role is given."""
        self.settle(self.world.verified(GrantRole(party, role), signer))

    @rule(party=st.sampled_from(("auditor", "authority", "faucet", "nobody")), role=st.sampled_from(GRANTED),
          signer=AUTHORITIES)  # fmt: skip
    def withdraw_role(self, party: str, role: Role, signer: str) -> None:
        """A role is taken back."""
        self.settle(self.world.verified(WithdrawRole(party, role), signer))

    @rule(rules=st.sampled_from((1, 2, 3)), signer=AUTHORITIES)
    def adopt_rules(self, rules: int, signer: str) -> None:
        """A version of the rules is adopted, or one that is in force already."""
        self.settle(self.world.verified(AdoptRules(rules), signer))

    @rule(
        name=st.sampled_from(("log", "log-2", "log-3")), vouching=st.sampled_from(("log", "log-2", "log-3")),
        signer=AUTHORITIES,
    )  # fmt: skip
    def rotate_log_key(self, name: str, vouching: str, signer: str) -> None:
        """Another key for the log, vouched for by the one in force or by another."""
        self.settle(self.world.rotating(name, vouching=vouching, signer=signer))

    @rule(currency=st.sampled_from(("TZS", "USD")), amount=st.integers(0, 10**6), days=st.integers(-2, 2),
          signer=st.sampled_from(("auditor", "auditor", "asha")))  # fmt: skip
    def attest_backing(self, currency: str, amount: int, days: int, signer: str) -> None:
        """The auditor states a balance of a day that is over, of today, or of one to come."""
        date = eat_date(self.world.now_us + 24 * days * HOUR_US)
        self.settle(self.world.verified(AttestBacking(currency, amount, date, "BOT/1"), signer))

    def wallet_of(self, name: str) -> str:
        """The first wallet in shillings of somebody in the town."""
        party = self.model.keys[key_of(name).public.kid]["party"]
        rows = self.model.accounts.items()
        return next(a for a, row in rows if row["party"] == party and row["currency"] == "TZS")

    @rule(
        amount=st.integers(3, 900), steps=st.lists(STEPS, min_size=1, max_size=6),
        pair=st.permutations(("asha", "juma")), twice=st.booleans(),
    )  # fmt: skip
    def a_payment_comes_back(self, amount: int, steps: list[str], pair: list[str], twice: bool) -> None:
        """A payment that could be made, and then refunds and reversals of it and of each other, in any order."""
        (payer, payee), legs = pair, [amount] * (2 if twice else 1)
        there = self.wallet_of(payee)
        payment = self.world.verified(
            Pay(self.wallet_of(payer), "TZS", tuple(Leg(there, part) for part in legs)), payer
        )
        self.settle(payment)
        named = [payment.order.order_id]
        for step in steps:
            body: Body = Reverse(
                named[-1 if step == "reverse the last" else 0], ReversalReason.FRAUD, "CASE/1"
            )
            if step.startswith("refund"):
                given = {"refund a third": max(1, amount // 3), "refund all": sum(legs)}.get(
                    step, sum(legs) + 1
                )
                body = Refund(named[0], there, "TZS", given)
            order = self.world.verified(body, payee if isinstance(body, Refund) else "supervisor")
            self.settle(order)
            named.append(order.order.order_id)

    @rule(amount=st.integers(2, 900), steps=st.lists(BILL_STEPS, min_size=1, max_size=5))
    def a_bill_comes_back(self, amount: int, steps: list[str]) -> None:
        """A bill is paid, refunded in part or whole, reversed, and paid again."""
        until, name = self.world.now_us + HOUR_US, f"C/{self.world.now_us}"
        collection = self.collection
        raising = self.world.verified(RaiseBill(name, "LIC", collection, "TZS", amount, until), "maker")
        if self.settle(raising) is None:
            return
        approved = self.settle(self.world.verified(ApproveBill(raising.order.order_id), "checker"))
        if approved is None:
            return
        last = ""
        for step in ("pay", *steps):
            body: Body = PayBill(self.wallet_of("asha"), approved["control_number"], "TZS", amount)
            if step.startswith("refund"):
                body = Refund(last, collection, "TZS", amount if step == "refund all" else 1)
            elif step == "reverse":
                body = Reverse(last, ReversalReason.FRAUD, "CASE/2")
            signer = {"pay": "asha", "reverse": "supervisor"}.get(step, "wakala")
            order = self.world.verified(body, signer)
            accepted = self.settle(order) is not None
            last = order.order.order_id if step == "pay" and accepted else last or order.order.order_id

    @rule(amount=st.integers(1, 50), freeze=st.booleans(), scope=st.sampled_from(FreezeScope))
    def an_account_comes_to_its_end(self, amount: int, freeze: bool, scope: FreezeScope) -> None:
        """Opened, paid into, emptied, perhaps frozen, closed; afterwards everybody tries to move it again."""
        asha = self.wallet_of("asha")
        opening, address = self.world.opening("asha")
        if self.settle(opening) is None:
            return
        coming = self.world.verified(Pay(asha, "TZS", (Leg(address, amount),)), "asha")
        going = self.world.verified(Pay(address, "TZS", (Leg(asha, amount),)), "asha")
        closing = CloseAccount(address)
        stop = FreezeAccount(address, scope, FreezeReason.TAX, "T/1", "TAX-OFFICE")
        for order in (coming, self.world.verified(closing, "asha"), going):
            self.settle(order)
        if freeze:
            frozen = self.world.verified(stop, "authority")
            self.settle(frozen)
            tried = Pay(asha, "TZS", (Leg(address, 1),)), Pay(address, "TZS", (Leg(asha, 1),)), closing
            for body in tried:
                self.settle(self.world.verified(body, "asha"))
            lifting = Unfreeze(address, frozen.order.order_id, "T/2", "TAX-OFFICE")
            self.settle(self.world.verified(lifting, "authority"))
        self.settle(self.world.verified(closing, "asha"))
        for again in (Pay(asha, "TZS", (Leg(address, 1),)), Pay(address, "TZS", (Leg(asha, 1),)), closing):
            self.settle(self.world.verified(again, "asha"))
        self.settle(self.world.verified(Refund(going.order.order_id, asha, "TZS", 1), "asha"))
        self.settle(self.world.verified(stop, "authority"))
        for entry in (coming, going):
            correction = Reverse(entry.order.order_id, ReversalReason.WRONG_ACCOUNT, "CASE/3")
            self.settle(self.world.verified(correction, "supervisor"))
