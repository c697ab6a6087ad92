"""A naive ledger: dictionaries and the plainest code, written from the design's words and not from the rules' code.

For an order it lists *every* reason that applies, so that a test can hold the rules to giving the first one.
"""

from __future__ import annotations

from ledger.money import MINOR_UNITS_MAX
from ledger.orders.kinds import (
    AddKey,
    AdoptRules,
    ApproveBill,
    ApproveBulk,
    AttestBacking,
    Body,
    CancelBill,
    ChangeBill,
    FreezeAccount,
    GrantRole,
    Issue,
    OpenAccount,
    Pay,
    PayBill,
    RaiseBill,
    RegisterParty,
    Reverse,
    RevokeKey,
    RotateLogKey,
    Unfreeze,
    WithdrawRole,
)
from ledger.orders.signed import VerifiedOrder
from ledger.refusals import CHECKING_ORDER, Reason
from tests.naive_bills import NaiveBills, content_of
from tests.naive_books import Plain

OLD_KINDS = {
    "RegisterParty", "AddKey", "RevokeKey", "OpenAccount", "Issue", "Pay", "RaiseBill", "ApproveBill", "PayBill",
    "AdoptRules",
}  # fmt: skip
HALVES = {
    RaiseBill: "make",
    ChangeBill: "make",
    CancelBill: "make",
    ApproveBill: "check",
    ApproveBulk: "check",
}
ROLE_OF_KIND = {
    ChangeBill: "institution", CancelBill: "institution", ApproveBulk: "institution",
    RegisterParty: "registrar", Issue: "issuer", RaiseBill: "institution", ApproveBill: "institution",
    Reverse: "supervisor", FreezeAccount: "authority", Unfreeze: "authority", GrantRole: "authority",
    WithdrawRole: "authority", RotateLogKey: "authority", AttestBacking: "auditor", AdoptRules: "authority",
}  # fmt: skip


class NaiveLedger(NaiveBills):
    """Everything in plain dictionaries of plain values."""

    def expected(self, order: VerifiedOrder, now_us: int) -> Reason | None:
        """The first of all reasons that apply."""
        return min(self.reasons(order, now_us), key=CHECKING_ORDER.__getitem__, default=None)

    def reasons(self, order: VerifiedOrder, now_us: int) -> set[Reason]:
        """Every reason that applies to this order now."""
        found: set[Reason] = set()
        if now_us >= order.order.expires_us:
            found.add(Reason.ORDER_EXPIRED)
        key = self.keys.get(order.kid)
        if key is not None and key["revoked"]:
            found.add(Reason.KEY_REVOKED)
        party = self.parties.get(key["party"]) if key else None
        body, self.content = order.order.body, content_of(order)
        if self.rules < 3 and self.needs_third_rules(body):
            found.add(Reason.RULES_NOT_ADOPTED)
        if self.rules < 2 and (
            type(body).__name__ not in OLD_KINDS or (isinstance(body, Issue) and body.backing_reference)
        ):
            found.add(Reason.RULES_NOT_ADOPTED)
        found |= self._authority(body, order.kid, key, party)
        check = getattr(self, "_" + type(body).__name__.lower())
        more: set[Reason] = check(body, key, party, now_us)
        return found | more

    def _authority(self, body: Body, kid: str, key: Plain | None, party: Plain | None) -> set[Reason]:
        found: set[Reason] = set()
        if isinstance(body, RegisterParty) and body.key.kid == kid:
            return found  # this ledger is a sandbox
        assert key is not None
        assert party is not None
        half = HALVES.get(type(body), "all")
        if not {"all", half} & set(key["scopes"]):
            found.add(Reason.SCOPE_INSUFFICIENT)
        role = ROLE_OF_KIND.get(type(body))
        if isinstance(body, OpenAccount) and body.party not in (None, key["party"]):
            role = "registrar"
        if isinstance(body, PayBill) and (body.channel or body.provider_receipt or body.customer):
            role = "provider"
        if role is not None and role not in party["roles"]:
            found.add(Reason.ROLE_INSUFFICIENT)
        return found

    def _registerparty(self, body: RegisterParty, key: object, party: object, now_us: int) -> set[Reason]:
        found = {Reason.KEY_ALREADY_REGISTERED} if body.key.kid in self.keys else set()
        return found | (
            {Reason.HOLDERS_MAX_REACHED} if self.registered >= self.world.genesis.holders_max else set()
        )

    def _addkey(self, body: AddKey, key: object, party: object, now_us: int) -> set[Reason]:
        return {Reason.KEY_ALREADY_REGISTERED} if body.key.kid in self.keys else set()

    def _revokekey(self, body: RevokeKey, key: Plain, party: object, now_us: int) -> set[Reason]:
        wanted = self.keys.get(body.kid)
        if wanted is None:
            return {Reason.KEY_UNKNOWN}
        found = {Reason.KEY_NOT_YOURS} if wanted["party"] != key["party"] else set()
        found |= {Reason.KEY_ALREADY_REVOKED} if wanted["revoked"] else set()
        full = [
            k
            for k in self.keys.values()
            if k["party"] == key["party"] and "all" in k["scopes"] and not k["revoked"]
        ]
        return found | ({Reason.LAST_KEY} if full == [wanted] else set())

    def _openaccount(self, body: OpenAccount, key: Plain, party: Plain, now_us: int) -> set[Reason]:
        owner = self.parties.get(body.party) if body.party else party
        if owner is None:
            return {Reason.PARTY_UNKNOWN}
        collects = body.account_class.value == "collection"
        return (
            {Reason.ACCOUNT_CLASS_NOT_ALLOWED} if collects and "institution" not in owner["roles"] else set()
        )

    def _issue(self, body: Issue, key: object, party: object, now_us: int) -> set[Reason]:
        genesis, found = self.world.genesis, set[Reason]()
        payee = self.accounts.get(body.payee)
        if payee is None:
            found.add(Reason.PAYEE_UNKNOWN)
        else:
            found |= {Reason.PAYEE_NOT_PAYABLE} if payee["class"] == "backing" else set()
            found |= {Reason.CURRENCY_DIFFERS} if payee["currency"] != body.currency else set()
            found |= self._payee_stopped(body.payee, now_us)
            found |= (
                {Reason.COUNTER_FULL} if payee["in"] + body.amount_minor_units > MINOR_UNITS_MAX else set()
            )
        if (
            self.balance(genesis.backing[body.currency]) + body.amount_minor_units
            > genesis.supply_max[body.currency]
        ):
            found.add(Reason.SUPPLY_MAX_EXCEEDED)
        return found

    def _pay(self, body: Pay, key: Plain, party: object, now_us: int) -> set[Reason]:
        legs = [(leg.payee, leg.amount_minor_units) for leg in body.legs]
        return self._transfer(body.payer, legs, body.currency, key, now_us)

    def _transfer(
        self, payer_address: str, legs: list[tuple[str, int]], currency: str, key: Plain, now_us: int
    ) -> set[Reason]:
        found: set[Reason] = set()
        payer = self.accounts.get(payer_address)
        if payer is None:
            found.add(Reason.PAYER_UNKNOWN)
        elif payer["party"] != key["party"] or payer["class"] == "backing":
            found.add(Reason.PAYER_NOT_YOURS)
        for payee_address, _ in legs:
            payee = self.accounts.get(payee_address)
            if payee is None:
                found.add(Reason.PAYEE_UNKNOWN)
            elif payee["class"] == "backing":
                found.add(Reason.PAYEE_NOT_PAYABLE)
            if payee is not None:
                found |= {Reason.CURRENCY_DIFFERS} if payee["currency"] != currency else set()
                found |= self._payee_stopped(payee_address, now_us)
            if payee_address == payer_address:
                found.add(Reason.PAYER_IS_PAYEE)
        if payer is not None:
            found |= {Reason.CURRENCY_DIFFERS} if payer["currency"] != currency else set()
            found |= self._payer_stopped(payer_address, now_us)
            total = sum(amount for _, amount in legs)
            found |= {Reason.INSUFFICIENT_FUNDS} if self.balance(payer_address) < total else set()
            found |= {Reason.COUNTER_FULL} if payer["out"] + total > MINOR_UNITS_MAX else set()
        for address in {address for address, _ in legs if address in self.accounts}:
            received = sum(amount for payee_address, amount in legs if payee_address == address)
            found |= (
                {Reason.COUNTER_FULL} if self.accounts[address]["in"] + received > MINOR_UNITS_MAX else set()
            )
        return found

    def carry_out(self, order: VerifiedOrder, result: dict[str, str]) -> None:
        """Do what an accepted order asks. The control number is the rules' choice and taken from the result."""
        body, name = order.order.body, order.order.order_id
        owner = self.keys[order.kid]["party"] if order.kid in self.keys else name
        if isinstance(body, RegisterParty):
            roles = ["institution"] if body.kind.value == "institution" else []
            self.parties[name] = {"roles": roles, "services": [s.code for s in body.services]}
            self.keys[body.key.kid] = {"party": name, "scopes": ["all"], "revoked": False}
            self.registered += 1
        elif isinstance(body, AddKey):
            scopes = [s.value for s in body.scopes]
            self.keys[body.key.kid] = {"party": owner, "scopes": scopes, "revoked": False}
        elif isinstance(body, RevokeKey):
            self.keys[body.kid]["revoked"] = True
        elif isinstance(body, OpenAccount):
            self.accounts[result["account"]] = {
                "party": body.party or owner, "class": body.account_class.value, "currency": body.currency,
                "in": 0, "out": 0, "closed": False,
            }  # fmt: skip
        else:
            self._carry_out_money(order, owner, result)

    def _carry_out_money(self, order: VerifiedOrder, owner: str, result: dict[str, str]) -> None:
        body = order.order.body
        if isinstance(body, Issue):
            backing = self.world.genesis.backing[body.currency]
            self._enter(order, [(backing, body.payee, body.amount_minor_units)])
        elif isinstance(body, Pay):
            self._enter(order, [(body.payer, leg.payee, leg.amount_minor_units) for leg in body.legs])
        elif not self._carry_out_bills(order, owner, result):
            self._carry_out_later(order)
