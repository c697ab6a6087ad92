"""The kinds of version 2 of the rules in the naive ledger: given back, corrected, stopped; roles and rules."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone

from ledger.money import MINOR_UNITS_MAX
from ledger.orders.kinds import (
    AdoptRules,
    AttestBacking,
    CloseAccount,
    FreezeAccount,
    GrantRole,
    Redeem,
    Refund,
    Reverse,
    RotateLogKey,
    Unfreeze,
    WithdrawRole,
)
from ledger.orders.signed import VerifiedOrder
from ledger.refusals import Reason
from tests.naive_books import NaiveBooks, Plain


class NaiveCorrections(NaiveBooks):
    """Reasons, all that apply, and what is done."""

    def _overpays(self, body: Reverse) -> bool:
        raise NotImplementedError

    def _take(self, bill: Plain, payee: str, amount: int) -> None:
        raise NotImplementedError

    def _redeem(self, body: Redeem, key: Plain, party: object, now_us: int) -> set[Reason]:
        payer, amount = self.accounts.get(body.payer), body.amount_minor_units
        if payer is None:
            return {Reason.PAYER_UNKNOWN}
        found = self._payer_stopped(body.payer, now_us)
        found |= {Reason.PAYER_NOT_YOURS} if payer["party"] != key["party"] else set()
        found |= {Reason.PAYER_NOT_DISTRIBUTION} if payer["class"] != "distribution" else set()
        found |= {Reason.CURRENCY_DIFFERS} if payer["currency"] != body.currency else set()
        found |= {Reason.INSUFFICIENT_FUNDS} if self.balance(body.payer) < amount else set()
        backing = self.accounts[self.world.genesis.backing[body.currency]]
        full = max(payer["out"], backing["in"]) + amount > MINOR_UNITS_MAX
        return found | ({Reason.COUNTER_FULL} if full else set())

    def _refund(self, body: Refund, key: Plain, party: object, now_us: int) -> set[Reason]:
        entry, amount = self.entries.get(body.payment), body.amount_minor_units
        if entry is None:
            return {Reason.ENTRY_UNKNOWN}
        found = {Reason.ENTRY_NOT_REFUNDABLE} if entry["kind"] not in ("Pay", "PayBill") else set()
        found |= {Reason.ENTRY_REVERSED} if entry["reversed"] else set()
        got = sum(moved for _, target, moved in entry["moves"] if target == body.payer)
        found |= {Reason.REFUND_NOT_FROM_PAYEE} if not got else set()
        payer, back_to = self.accounts.get(body.payer), entry["moves"][0][0]
        if found or payer is None:
            return found  # what is asked below has no answer for such an entry
        found |= {Reason.PAYER_NOT_YOURS} if payer["party"] != key["party"] else set()
        found |= {Reason.CURRENCY_DIFFERS} if payer["currency"] != body.currency else set()
        found |= self._payer_stopped(body.payer, now_us) | self._payee_stopped(back_to, now_us)
        given = entry["back"].get(body.payer, 0)
        found |= {Reason.REFUND_EXCEEDS_PAYMENT} if given + amount > got else set()
        found |= {Reason.INSUFFICIENT_FUNDS} if self.balance(body.payer) < amount else set()
        full = max(payer["out"], self.accounts[back_to]["in"]) + amount > MINOR_UNITS_MAX
        return found | ({Reason.COUNTER_FULL} if full else set())

    def _reverse(self, body: Reverse, key: object, party: object, now_us: int) -> set[Reason]:
        entry, genesis = self.entries.get(body.entry), self.world.genesis
        if entry is None:
            return {Reason.ENTRY_UNKNOWN}
        found = {Reason.ENTRY_NOT_REVERSIBLE} if entry["kind"] == "Reverse" else set()
        found |= {Reason.ENTRY_REVERSED} if entry["reversed"] else set()
        found |= {Reason.ENTRY_REFUNDED} if sum(entry["back"].values()) else set()
        if not entry["reversed"]:
            found |= {Reason.BILL_OVERPAID} if self._overpays(body) else set()
        for address in {end for source, target, _ in entry["moves"] for end in (source, target)}:
            account = self.accounts[address]
            gives = sum(moved for _, target, moved in entry["moves"] if target == address)
            takes = sum(moved for source, _, moved in entry["moves"] if source == address)
            found |= {Reason.ACCOUNT_CLOSED} if account["closed"] else set()
            stopped = self._stopped(address, now_us, "all") or (
                gives and self._stopped(address, now_us, "debits")
            )
            found |= {Reason.ACCOUNT_FROZEN} if stopped else set()
            if account["class"] == "backing":
                over = self.balance(address) + gives - takes > genesis.supply_max[account["currency"]]
                found |= {Reason.SUPPLY_MAX_EXCEEDED} if over else set()
            else:
                found |= {Reason.INSUFFICIENT_FUNDS} if self.balance(address) + takes < gives else set()
            full = max(account["out"] + gives, account["in"] + takes) > MINOR_UNITS_MAX
            found |= {Reason.COUNTER_FULL} if full else set()
        return found

    def _freezeaccount(self, body: FreezeAccount, key: object, party: object, now_us: int) -> set[Reason]:
        account, until = self.accounts.get(body.account), body.frozen_until_us
        if account is None:
            return {Reason.ACCOUNT_UNKNOWN}
        found = {Reason.ACCOUNT_RESERVED} if account["class"] == "backing" else set()
        found |= {Reason.FREEZE_EXPIRED} if until is not None and until <= now_us else set()
        return found | ({Reason.ACCOUNT_CLOSED} if account["closed"] else set())

    def _unfreeze(self, body: Unfreeze, key: object, party: object, now_us: int) -> set[Reason]:
        if body.account not in self.accounts:
            return {Reason.ACCOUNT_UNKNOWN}
        named = [f for f in self.freezes if (f["account"], f["id"]) == (body.account, body.freeze)]
        if not named:
            return {Reason.FREEZE_UNKNOWN}
        return {Reason.FREEZE_LIFTED} if named[0]["lifted"] else set()

    def _closeaccount(self, body: CloseAccount, key: Plain, party: object, now_us: int) -> set[Reason]:
        account = self.accounts.get(body.account)
        if account is None:
            return {Reason.ACCOUNT_UNKNOWN}
        found = {Reason.ACCOUNT_NOT_YOURS} if account["party"] != key["party"] else set()
        found |= {Reason.ACCOUNT_RESERVED} if account["class"] in ("backing", "distribution") else set()
        found |= {Reason.ACCOUNT_CLOSED} if account["closed"] else set()
        found |= {Reason.ACCOUNT_FROZEN} if self._stopped(body.account, now_us, "debits", "all") else set()
        return found | ({Reason.ACCOUNT_NOT_EMPTY} if self.balance(body.account) else set())

    def _grantrole(self, body: GrantRole, key: object, party: object, now_us: int) -> set[Reason]:
        named = self.parties.get(body.party)
        if named is None:
            return {Reason.PARTY_UNKNOWN}
        return {Reason.ROLE_ALREADY_HELD} if body.role.value in named["roles"] else set()

    def _withdrawrole(self, body: WithdrawRole, key: object, party: object, now_us: int) -> set[Reason]:
        named = self.parties.get(body.party)
        if named is None:
            return {Reason.PARTY_UNKNOWN}
        found = {Reason.ROLE_YOUR_OWN} if named is party else set()
        return found | ({Reason.ROLE_NOT_HELD} if body.role.value not in named["roles"] else set())

    def _adoptrules(self, body: AdoptRules, key: object, party: object, now_us: int) -> set[Reason]:
        return {Reason.RULES_NOT_NEWER} if body.rules <= self.rules else set()

    def _rotatelogkey(self, body: RotateLogKey, key: object, party: object, now_us: int) -> set[Reason]:
        found = {Reason.LOG_KEY_IN_USE} if body.key.kid in self.log_keys else set()
        vouching = json.loads(_decoded(body.endorsement, 0))["kid"]
        claims = json.loads(_decoded(body.endorsement, 1))
        right = (self.log_keys[-1], self.world.genesis.ledger_id, body.key.kid)
        told = (vouching, claims["ledger"], claims["log_key"])
        return found | ({Reason.ENDORSEMENT_INVALID} if told != right else set())

    def _attestbacking(self, body: AttestBacking, key: object, party: object, now_us: int) -> set[Reason]:
        return {Reason.DATE_IN_FUTURE} if body.date > eat_date(now_us) else set()

    def _carry_out_later(self, order: VerifiedOrder) -> None:
        body, name = order.order.body, order.order.order_id
        if isinstance(body, Redeem):
            backing = self.world.genesis.backing[body.currency]
            self._enter(order, [(body.payer, backing, body.amount_minor_units)])
        elif isinstance(body, Refund):
            payment = self.entries[body.payment]
            self._enter(order, [(body.payer, payment["moves"][0][0], body.amount_minor_units)])
            self.entries[name]["about"] = payment
            self._give_back(payment, body.payer, body.amount_minor_units)
        elif isinstance(body, Reverse):
            self._carry_out_reversal(order, self.entries[body.entry])
        elif isinstance(body, FreezeAccount):
            self.freezes.append(
                {"account": body.account, "id": name, "scope": body.scope.value, "until": body.frozen_until_us,
                 "lifted": False}
            )  # fmt: skip
        elif isinstance(body, Unfreeze):
            next(f for f in self.freezes if f["id"] == body.freeze)["lifted"] = True
        elif isinstance(body, CloseAccount):
            self.accounts[body.account]["closed"] = True
        elif isinstance(body, GrantRole):
            self.parties[body.party]["roles"].append(body.role.value)
        elif isinstance(body, WithdrawRole):
            self.parties[body.party]["roles"].remove(body.role.value)
        elif isinstance(body, AdoptRules):
            self.rules = body.rules
        elif isinstance(body, RotateLogKey):
            self.log_keys.append(body.key.kid)

    def _carry_out_reversal(self, order: VerifiedOrder, entry: Plain) -> None:
        self._enter(order, [(target, source, moved) for source, target, moved in entry["moves"]])
        entry["reversed"] = True
        if entry["about"] is not None:
            ((source, _, moved),) = entry["moves"]
            self._give_back(entry["about"], source, -moved)
        elif entry["bill"] is not None:
            for _, target, moved in entry["moves"]:
                self._take(entry["bill"], target, moved)

    def books(self) -> dict[str, object]:
        """What the close of a day must say: sums per class and currency, and the money per currency."""
        sums: dict[tuple[str, str], list[int]] = {}
        for account in self.accounts.values():
            line = sums.setdefault((account["currency"], account["class"]), [0, 0, 0])
            for place, amount in enumerate((1, account["out"], account["in"])):
                line[place] += amount
        lines, supply = [], []
        for (currency, account_class), (count, debits, credits_in) in sorted(sums.items()):
            balance = abs(debits - credits_in)
            lines.append(
                {"currency": currency, "class": account_class, "accounts": count, "debits": _text(debits),
                 "credits": _text(credits_in), "balance": _text(balance)}
            )  # fmt: skip
            if account_class == "backing":
                supply.append(
                    {"currency": currency, "issued": _text(debits), "redeemed": _text(credits_in),
                     "outstanding": _text(balance)}
                )  # fmt: skip
        return {"trial_balance": lines, "supply": supply}


def eat_date(instant_us: int) -> str:
    """The date in Dar es Salaam, three hours ahead of UTC."""
    moment = datetime.fromtimestamp(instant_us // 1_000_000, tz=timezone(timedelta(hours=3)))
    return moment.date().isoformat()


def _text(minor_units: int) -> str:
    return f"{minor_units // 100}.{minor_units % 100:02}"


def _decoded(token: bytes, part: int) -> bytes:
    text = token.split(b".")[part]
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
