"""A stored ledger with people, money and bills in it, written by the real bookkeeper."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ledger.bookkeeper import Bookkeeper
from ledger.books.accounts import AccountClass
from ledger.books.bills import CancelReason, PayOption
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.journal import ReversalReason
from ledger.books.parties import PartyKind, Role, Scope
from ledger.enquiries import Enquiries
from ledger.keys_folder import LOG_KEY, write_private_key
from ledger.opening import create_ledger, open_bookkeeper
from ledger.orders.genesis import RULES_VERSION
from ledger.orders.kinds import (
    AdoptRules,
    ApproveBill,
    ApproveBulk,
    BillLine,
    CancelBill,
    ChangeBill,
    FreezeAccount,
    GrantRole,
    Issue,
    Leg,
    Pay,
    PayBill,
    RaiseBill,
    Refund,
    Reverse,
    RevokeKey,
    Unfreeze,
)
from ledger.orders.signed import VerifiedOrder
from ledger.signing import base64url
from ledger.store.engine import reading_engine
from ledger.strict_json import loads_object
from ledger.wire import Answer, AnswerStatus
from tests.strategies import HOUR_US, NOW_US, World, genesis_document, key_of

MONEY = 400_000_00
"""Minor units that a rich person begins with; two of them fit under the ledger's bound."""


@dataclass
class StoredLedger:
    """A ledger in a database, open for writing and for enquiries."""

    url: str
    world: World
    bookkeeper: Bookkeeper
    enquiries: Enquiries
    accounts: dict[str, str] = field(default_factory=dict)
    """Name -> address."""
    parties: dict[str, str] = field(default_factory=dict)
    """Name -> party."""

    @classmethod
    def create(cls, url: str, keys: Path, *, rules: int = RULES_VERSION, supply_max: str = "1000000") -> Self:
        """A new ledger whose log key lies under `keys`; at most `supply_max` major units circulate."""
        write_private_key(keys, LOG_KEY, key_of("log"))
        document = genesis_document(supply_max=supply_max)
        genesis = create_ledger(url, document, key_of("log"), now_us=NOW_US, rules=rules)
        opened = open_bookkeeper(url, keys, lease_seconds=5)
        enquiries = Enquiries(reading_engine(url, connections=4))
        return cls(url, World(genesis), opened.bookkeeper, enquiries)

    def close(self) -> None:
        """Let go of everything that is open."""
        self.bookkeeper.close()
        self.enquiries.close()

    def settle(self, *orders: VerifiedOrder) -> list[Answer]:
        """One batch; every order in it is accepted."""
        answers = self.bookkeeper.settle(orders, now_us=self.world.now_us)
        assert [answer.status for answer in answers] == [AnswerStatus.ACCEPTED] * len(orders), answers
        return answers

    def person(self, name: str, *, money: int = 0) -> str:
        """Register a person with a wallet, and give it money of the issuer's. Returns the address."""
        registering = self.world.registering(name)
        opening, address = self.world.opening(name)
        self.settle(registering, opening)
        self.accounts[name], self.parties[name] = address, registering.order.order_id
        if money:
            self.settle(self.world.verified(Issue(address, "TZS", money), "issuer"))
        return address

    def institution(self, name: str) -> str:
        """Register an institution with keys `NAME-maker` and `NAME-checker`. Returns its collection account."""
        registering = self.world.registering(name, PartyKind.INSTITUTION)
        maker = self.world.adding_key(f"{name}-maker", (Scope.MAKE,), name)
        checker = self.world.adding_key(f"{name}-checker", (Scope.CHECK,), name)
        opening, address = self.world.opening(name, AccountClass.COLLECTION)
        self.settle(registering, maker, checker, opening)
        self.accounts[name], self.parties[name] = address, registering.order.order_id
        return address

    def bill(self, institution: str, bill_id: str, amount: int) -> tuple[str, str]:
        """Raise and approve a bill. Returns its id and its control number."""
        payee, until = self.accounts[institution], self.world.now_us + HOUR_US
        raising = self.world.verified(
            RaiseBill(bill_id, "LIC", payee, "TZS", amount, until), f"{institution}-maker"
        )
        bill = raising.order.order_id
        _, answer = self.settle(raising, self.world.verified(ApproveBill(bill), f"{institution}-checker"))
        result = loads_object(answer.record, bytes_max=100_000, depth_max=12)["result"]
        assert isinstance(result, dict)
        return bill, str(result["control_number"])

    def everything_about_bills(self, institution: str, provider: str) -> None:
        """A bill in instalments, one changed, one cancelled, one raised in bulk, and a payment by a provider."""
        payee, until, maker = self.accounts[institution], self.world.now_us + HOUR_US, f"{institution}-maker"

        def raising(bill_id: str, **more: Any) -> VerifiedOrder:
            return self.world.verified(RaiseBill(bill_id, "LIC", payee, "TZS", 1_000, until, **more), maker)

        def approving(bill: VerifiedOrder, change: str | None = None) -> VerifiedOrder:
            approval = ApproveBill(bill.order.order_id, change)
            return self.world.verified(approval, f"{institution}-checker")

        items = (BillLine("140101", 600), BillLine("142201660008", 400))
        whole = raising(
            "ITEMS-1", option=PayOption.PARTIAL, minimum_minor_units=100, items=items, reusable=True
        )
        changed, gone, line = raising("CHANGED-1"), raising("GONE-1"), raising("BULK-1")
        asked = self.world.verified(
            ChangeBill(changed.order.order_id, currency="TZS", amount_minor_units=900), maker
        )
        bulk = ApproveBulk("TZS", 1_000, (base64url.encode(line.content),))
        party = self.parties[provider]
        _, answer, *_ = self.settle(
            whole,
            approving(whole),
            changed,
            asked,
            approving(changed, asked.order.order_id),
            gone,
            self.world.verified(CancelBill(gone.order.order_id, CancelReason.DUPLICATE), maker),
            self.world.verified(bulk, f"{institution}-checker"),
            line,
            self.world.verified(GrantRole(party, Role.PROVIDER), "authority"),
        )
        result = loads_object(answer.record, bytes_max=100_000, depth_max=12)["result"]
        number = str(result["control_number"])  # type: ignore[index]
        told = PayBill(self.accounts[provider], number, "TZS", 250, "USSD", "MP/1", "customer-reference-1")
        self.settle(self.world.verified(told, provider))

    def paying(self, payer: str, *legs: Leg, purpose: str | None = None) -> VerifiedOrder:
        """An order by which one name pays others."""
        return self.world.verified(Pay(self.accounts[payer], "TZS", legs, purpose), payer)

    def paying_bill(self, payer: str, control_number: str, amount: int) -> VerifiedOrder:
        """An order by which one name pays a bill."""
        return self.world.verified(PayBill(self.accounts[payer], control_number, "TZS", amount), payer)

    def revoking(self, name: str, signer: str) -> VerifiedOrder:
        """An order by which one name revokes the key of another."""
        return self.world.verified(RevokeKey(key_of(name).public.kid), signer)

    def adopting(self, rules: int = 2) -> VerifiedOrder:
        """An order by which the authority adopts a version of the rules."""
        return self.world.verified(AdoptRules(rules), "authority")

    def refunding(self, payee: str, payment: VerifiedOrder, amount: int) -> VerifiedOrder:
        """An order by which one name gives back a part of a payment."""
        body = Refund(payment.order.order_id, self.accounts[payee], "TZS", amount, "R/1")
        return self.world.verified(body, payee)

    def reversing(self, entry: VerifiedOrder) -> VerifiedOrder:
        """An order by which the supervisor corrects an entry."""
        body = Reverse(entry.order.order_id, ReversalReason.OPERATOR_ERROR, "CASE/1")
        return self.world.verified(body, "supervisor")

    def freezing(
        self, name: str, scope: FreezeScope = FreezeScope.ALL, *, until_us: int | None = None
    ) -> VerifiedOrder:
        """An order by which the authority freezes an account."""
        body = FreezeAccount(
            self.accounts[name], scope, FreezeReason.COURT_ORDER, "HC/12/2026", "HIGH-COURT", until_us
        )
        return self.world.verified(body, "authority")

    def unfreezing(self, name: str, freeze: VerifiedOrder) -> VerifiedOrder:
        """An order by which the authority lifts a freeze."""
        body = Unfreeze(self.accounts[name], freeze.order.order_id, "HC/13/2026", "HIGH-COURT")
        return self.world.verified(body, "authority")
