"""The JSON form of what came with version 2 of the rules: money taken back, corrected, stopped; roles and rules."""

from __future__ import annotations

from ledger.addresses import parse_order_id
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.journal import ReversalReason
from ledger.books.parties import Role
from ledger.instants import instant_text, parse_date, parse_instant
from ledger.orders import fields
from ledger.orders.fields import Members, malformed
from ledger.orders.form import address_of, amount_text, currency_of, form
from ledger.orders.genesis import RULES_KNOWN, Genesis
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


def _read_redeem(members: Members, genesis: Genesis) -> Redeem:
    currency = currency_of(members["currency"], genesis)
    backing = (
        fields.backing_reference(members["backing_reference"]) if "backing_reference" in members else None
    )
    payer = address_of(members["payer"], genesis)
    return Redeem(payer, currency.code, currency.parse(members["amount"]), backing)


def _write_redeem(body: Redeem, genesis: Genesis) -> dict[str, object]:
    return {
        "payer": body.payer,
        "currency": body.currency,
        "amount": amount_text(body.amount_minor_units, body.currency, genesis),
        "backing_reference": body.backing_reference,
    }


def _read_refund(members: Members, genesis: Genesis) -> Refund:
    currency = currency_of(members["currency"], genesis)
    return Refund(
        payment=parse_order_id(members["payment"]),
        payer=address_of(members["payer"], genesis),
        currency=currency.code,
        amount_minor_units=currency.parse(members["amount"]),
        reference=fields.reference(members["reference"]) if "reference" in members else None,
    )


def _write_refund(body: Refund, genesis: Genesis) -> dict[str, object]:
    return {
        "payment": body.payment,
        "payer": body.payer,
        "currency": body.currency,
        "amount": amount_text(body.amount_minor_units, body.currency, genesis),
        "reference": body.reference,
    }


def _read_reverse(members: Members, _: Genesis) -> Reverse:
    reason = fields.choice(ReversalReason, members["reason"], "reason")
    return Reverse(parse_order_id(members["entry"]), reason, fields.reference(members["reference"]))


def _write_reverse(body: Reverse, _: Genesis) -> dict[str, object]:
    return {"entry": body.entry, "reason": body.reason.value, "reference": body.reference}


def _read_freeze(members: Members, genesis: Genesis) -> FreezeAccount:
    return FreezeAccount(
        account=address_of(members["account"], genesis),
        scope=fields.choice(FreezeScope, members["scope"], "scope"),
        reason=fields.choice(FreezeReason, members["reason"], "reason"),
        order_number=fields.order_number(members["order_number"]),
        authority=fields.authority(members["authority"]),
        frozen_until_us=parse_instant(members["frozen_until"]) if "frozen_until" in members else None,
    )


def _write_freeze(body: FreezeAccount, _: Genesis) -> dict[str, object]:
    until_us = body.frozen_until_us
    return {
        "account": body.account,
        "scope": body.scope.value,
        "reason": body.reason.value,
        "order_number": body.order_number,
        "authority": body.authority,
        "frozen_until": None if until_us is None else instant_text(until_us),
    }


def _read_unfreeze(members: Members, genesis: Genesis) -> Unfreeze:
    return Unfreeze(
        account=address_of(members["account"], genesis),
        freeze=parse_order_id(members["freeze"]),
        order_number=fields.order_number(members["order_number"]),
        authority=fields.authority(members["authority"]),
    )


def _write_unfreeze(body: Unfreeze, _: Genesis) -> dict[str, object]:
    return body._asdict()


def _read_close_account(members: Members, genesis: Genesis) -> CloseAccount:
    return CloseAccount(address_of(members["account"], genesis))


def _write_close_account(body: CloseAccount, _: Genesis) -> dict[str, object]:
    return {"account": body.account}


def _role(members: Members) -> Role:
    """A role that an authority may give or take: an institution is one by its registration, with its title."""
    role = fields.choice(Role, members["role"], "role")
    if role is Role.INSTITUTION:
        raise malformed("role")
    return role


def _read_grant_role(members: Members, _: Genesis) -> GrantRole:
    return GrantRole(fields.party_id(members["party"]), _role(members))


def _read_withdraw_role(members: Members, _: Genesis) -> WithdrawRole:
    return WithdrawRole(fields.party_id(members["party"]), _role(members))


def _write_role(body: GrantRole | WithdrawRole, _: Genesis) -> dict[str, object]:
    return {"party": body.party, "role": body.role.value}


def _read_adopt_rules(members: Members, _: Genesis) -> AdoptRules:
    """Numbers that this software does not know never reach the rules: a later software may know them."""
    rules = members["rules"]
    if not isinstance(rules, int) or isinstance(rules, bool) or rules not in RULES_KNOWN:
        raise malformed("rules")
    return AdoptRules(rules)


def _write_adopt_rules(body: AdoptRules, _: Genesis) -> dict[str, object]:
    return {"rules": body.rules}


def _read_rotate_log_key(members: Members, _: Genesis) -> RotateLogKey:
    key = fields.registrable_key(members["key"])
    if key.algorithm != "Ed25519":
        raise malformed("key")  # checkpoints are signed with Ed25519
    return RotateLogKey(
        key, fields.possession(members["possession"]), fields.endorsement(members["endorsement"])
    )


def _write_rotate_log_key(body: RotateLogKey, _: Genesis) -> dict[str, object]:
    return {
        "key": body.key.jwk(),
        "possession": body.possession.decode(),
        "endorsement": body.endorsement.decode(),
    }


def _read_attest_backing(members: Members, genesis: Genesis) -> AttestBacking:
    currency = currency_of(members["currency"], genesis)
    amount = members["amount"]
    return AttestBacking(
        currency=currency.code,
        amount_minor_units=0 if amount == currency.text(0) else currency.parse(amount),
        date=parse_date(members["date"]),
        reference=fields.reference(members["reference"]),
    )


def _write_attest_backing(body: AttestBacking, genesis: Genesis) -> dict[str, object]:
    return {
        "currency": body.currency,
        "amount": amount_text(body.amount_minor_units, body.currency, genesis),
        "date": body.date,
        "reference": body.reference,
    }


CORRECTION_FORMS = (
    form("redeem", Redeem, "payer currency amount backing_reference?", _read_redeem, _write_redeem),
    form("refund", Refund, "payment payer currency amount reference?", _read_refund, _write_refund),
    form("reverse", Reverse, "entry reason reference", _read_reverse, _write_reverse),
    form(
        "freeze", FreezeAccount, "account scope reason order_number authority frozen_until?",
        _read_freeze, _write_freeze,
    ),
    form("unfreeze", Unfreeze, "account freeze order_number authority", _read_unfreeze, _write_unfreeze),
    form("close_account", CloseAccount, "account", _read_close_account, _write_close_account),
    form("grant_role", GrantRole, "party role", _read_grant_role, _write_role),
    form("withdraw_role", WithdrawRole, "party role", _read_withdraw_role, _write_role),
    form("adopt_rules", AdoptRules, "rules", _read_adopt_rules, _write_adopt_rules),
    form(
        "rotate_log_key", RotateLogKey, "key possession endorsement", _read_rotate_log_key, _write_rotate_log_key
    ),
    form(
        "attest_backing", AttestBacking, "currency amount date reference",
        _read_attest_backing, _write_attest_backing,
    ),
)  # fmt: skip
"""The kinds that version 2 of the rules brought."""
