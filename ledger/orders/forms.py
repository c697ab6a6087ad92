"""The kinds of order in their JSON form: per kind, its members, how they are read and how they are written."""

from __future__ import annotations

from ledger.books.accounts import OPENABLE, AccountClass
from ledger.books.parties import PartyKind, Scope, Title
from ledger.money import MINOR_UNITS_MAX, Currency
from ledger.orders import fields
from ledger.orders.bill_forms import BILL_FORMS
from ledger.orders.correction_forms import CORRECTION_FORMS
from ledger.orders.fields import Members, malformed
from ledger.orders.form import address_of, amount_text, currency_of, form
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import (
    AddKey,
    Issue,
    Leg,
    OpenAccount,
    Pay,
    RegisterParty,
    RevokeKey,
)

LEGS_MAX = 100


def _title(title: Title) -> dict[str, object]:
    return {"en": title.en, "sw": title.sw}


def _read_register_party(members: Members, _: Genesis) -> RegisterParty:
    kind = fields.choice(PartyKind, members["kind"], "kind")
    title = fields.title(members["title"]) if "title" in members else None
    services = fields.services(members["services"]) if "services" in members else ()
    if (title is not None) != (kind is PartyKind.INSTITUTION):
        raise malformed("title")  # an institution has a public title; a person's name never enters the log
    if services and kind is not PartyKind.INSTITUTION:
        raise malformed("services")
    possession = fields.possession(members["possession"]) if "possession" in members else None
    return RegisterParty(kind, fields.registrable_key(members["key"]), title, services, possession)


def _write_register_party(body: RegisterParty, _: Genesis) -> dict[str, object]:
    return {
        "kind": body.kind.value,
        "title": _title(body.title) if body.title else None,
        "services": [{"code": service.code, "title": _title(service.title)} for service in body.services]
        or None,
        "key": body.key.jwk(),
        "possession": body.possession.decode() if body.possession else None,
    }


def _read_open_account(members: Members, genesis: Genesis) -> OpenAccount:
    account_class = fields.choice(AccountClass, members["class"], "class")
    if account_class not in OPENABLE:
        raise malformed("class")
    party = fields.party_id(members["party"]) if "party" in members else None
    return OpenAccount(currency_of(members["currency"], genesis).code, account_class, party)


def _write_open_account(body: OpenAccount, _: Genesis) -> dict[str, object]:
    return {"currency": body.currency, "class": body.account_class.value, "party": body.party}


def _read_add_key(members: Members, _: Genesis) -> AddKey:
    words = members["scopes"]
    if not isinstance(words, list) or not 1 <= len(words) <= len(Scope):
        raise malformed("scopes")
    scopes = tuple(fields.choice(Scope, word, "scopes") for word in words)
    if len(set(scopes)) < len(scopes) or (Scope.ALL in scopes and len(scopes) > 1):
        raise malformed("scopes")
    return AddKey(fields.registrable_key(members["key"]), scopes, fields.possession(members["possession"]))


def _write_add_key(body: AddKey, _: Genesis) -> dict[str, object]:
    scopes = [scope.value for scope in body.scopes]
    return {"key": body.key.jwk(), "scopes": scopes, "possession": body.possession.decode()}


def _read_revoke_key(members: Members, _: Genesis) -> RevokeKey:
    return RevokeKey(fields.kid(members["kid"]))


def _write_revoke_key(body: RevokeKey, _: Genesis) -> dict[str, object]:
    return {"kid": body.kid}


def _read_issue(members: Members, genesis: Genesis) -> Issue:
    currency = currency_of(members["currency"], genesis)
    backing = (
        fields.backing_reference(members["backing_reference"]) if "backing_reference" in members else None
    )
    payee = address_of(members["payee"], genesis)
    return Issue(payee, currency.code, currency.parse(members["amount"]), backing)


def _write_issue(body: Issue, genesis: Genesis) -> dict[str, object]:
    return {
        "payee": body.payee,
        "currency": body.currency,
        "amount": amount_text(body.amount_minor_units, body.currency, genesis),
        "backing_reference": body.backing_reference,
    }


def _read_pay(members: Members, genesis: Genesis) -> Pay:
    currency = currency_of(members["currency"], genesis)
    rows = members["legs"]
    if not isinstance(rows, list) or not 1 <= len(rows) <= LEGS_MAX:
        raise malformed("legs")
    legs = tuple(_read_leg(row, currency, genesis) for row in rows)
    if sum(leg.amount_minor_units for leg in legs) > MINOR_UNITS_MAX:
        raise malformed("amount_range")
    purpose = fields.purpose(members["purpose"]) if "purpose" in members else None
    return Pay(address_of(members["payer"], genesis), currency.code, legs, purpose)


_LEG = frozenset({"payee", "amount"})
_LEG_OPTIONAL = frozenset({"reference"})


def _read_leg(value: object, currency: Currency, genesis: Genesis) -> Leg:
    row = fields.exact(value, required=_LEG, optional=_LEG_OPTIONAL, what="legs")
    reference = fields.reference(row["reference"]) if "reference" in row else None
    return Leg(address_of(row["payee"], genesis), currency.parse(row["amount"]), reference)


def _write_pay(body: Pay, genesis: Genesis) -> dict[str, object]:
    legs = []
    for leg in body.legs:
        row = {"payee": leg.payee, "amount": amount_text(leg.amount_minor_units, body.currency, genesis)}
        legs.append(row | ({"reference": leg.reference} if leg.reference else {}))
    return {"payer": body.payer, "currency": body.currency, "legs": legs, "purpose": body.purpose}


FORMS = (
    form(
        "register_party", RegisterParty, "kind key title? services? possession?",
        _read_register_party, _write_register_party,
    ),
    form("open_account", OpenAccount, "currency class party?", _read_open_account, _write_open_account),
    form("add_key", AddKey, "key scopes possession", _read_add_key, _write_add_key),
    form("revoke_key", RevokeKey, "kid", _read_revoke_key, _write_revoke_key),
    form("issue", Issue, "payee currency amount backing_reference?", _read_issue, _write_issue),
    form("pay", Pay, "payer currency legs purpose?", _read_pay, _write_pay),
    *BILL_FORMS,
    *CORRECTION_FORMS,
)  # fmt: skip
"""Every kind of order that there is."""
