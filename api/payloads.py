"""The payload of each kind of order as a JSON Schema: what stands inside the JWS that `POST /v1/orders` takes.

The members of a kind are those of its form (`ledger.orders.forms`); the form of a member stands here, once. Tests hold
every kind to this table, and every test vector and generated order to its schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from ledger.addresses import ORDER_ID
from ledger.books.accounts import OPENABLE
from ledger.books.bills import CancelReason, PayOption
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.journal import ReversalReason
from ledger.books.parties import PartyKind, Role, Scope
from ledger.orders import fields
from ledger.orders.bill_forms import BULK_LINES_MAX, ITEMS_MAX
from ledger.orders.form import Form
from ledger.orders.forms import FORMS, LEGS_MAX
from ledger.orders.genesis import RULES_KNOWN
from ledger.orders.signed import ORDER_TYPE

JsonSchema = dict[str, Any]

ADDRESS_PATTERN = "^[a-z]{2,8}1[02-9ac-hj-np-z]{38}$"
_AMOUNT_PATTERN = r"^(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,8})?$"
_INSTANT_PATTERN = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$"
CONTROL_NUMBER_PATTERN = "^[0-9]{12}$"
_COMPACT = "[A-Za-z0-9_-]+"
COMPACT_PATTERN = rf"^{_COMPACT}\.{_COMPACT}\.{_COMPACT}$"


def whole(pattern: re.Pattern[str]) -> str:
    """A pattern of ours as JSON Schema writes it, for the whole text."""
    return f"^(?:{pattern.pattern})$" if "|" in pattern.pattern else f"^{pattern.pattern}$"


def _text(pattern: str, description: str) -> JsonSchema:
    return {"type": "string", "pattern": pattern, "description": description}


def _choice(options: Iterable[StrEnum], description: str) -> JsonSchema:
    return {"type": "string", "enum": sorted(option.value for option in options), "description": description}


def _object(required: Iterable[str], members: dict[str, JsonSchema]) -> JsonSchema:
    return {
        "type": "object",
        "required": sorted(required),
        "properties": members,
        "additionalProperties": False,
    }


def _reference(name: str) -> JsonSchema:
    return {"$ref": f"#/components/schemas/{name}"}


_ADDRESS = _text(ADDRESS_PATTERN, "An account's address: Bech32m, with the ledger's prefix.")
_AMOUNT = _text(_AMOUNT_PATTERN, "In major units, more than zero, at most the currency's decimals.")
_ID = _text(whole(ORDER_ID), "A UUIDv7 in lower case.")
_KEY = _reference("Jwk") | {"description": "A public key as a JWK."}
_CODE = _text(whole(fields.SERVICE_CODE), "What an institution raises bills for.")
_LEG = _object(
    ("payee", "amount"),
    {
        "payee": _ADDRESS,
        "amount": _AMOUNT,
        "reference": _text(whole(fields.REFERENCE), "The payer's reference."),
    },
)

_ITEMS: JsonSchema = {
    "type": "array",
    "minItems": 1,
    "maxItems": ITEMS_MAX,
    "description": "They come to the bill's amount.",
    "items": _object(
        ("gfs_code", "amount"),
        {
            "gfs_code": _text(whole(fields.GFS_CODE), "The revenue's code: 6 or 12 digits."),
            "amount": _AMOUNT,
            "payee": _ADDRESS,
        },
    ),
}

MEMBERS: dict[str, JsonSchema] = {
    "kind": _choice(PartyKind, "What the new party is."),
    "key": _KEY,
    "title": _object(
        ("en", "sw"),
        {name: _text(whole(fields.TITLE), "A public title.") for name in ("en", "sw")},
    ),
    "services": {
        "type": "array",
        "minItems": 1,
        "maxItems": fields.SERVICES_MAX,
        "items": _object(("code", "title"), {"code": _CODE, "title": _reference("Title")}),
    },
    "possession": _text(whole(fields.TOKEN), "A compact JWS by the new key, typ `daftari-key+jws`."),
    "currency": _text(whole(fields.CURRENCY), "ISO 4217."),
    "class": _choice(OPENABLE, "The account's class."),
    "party": _text(whole(fields.PARTY), "A party's id."),
    "scopes": {
        "type": "array",
        "minItems": 1,
        "maxItems": len(Scope),
        "uniqueItems": True,
        "items": _choice(Scope, "What the key may do."),
    },
    "kid": _text(whole(fields.KID), "RFC 7638 thumbprint of a public key."),
    "payee": _ADDRESS,
    "payer": _ADDRESS,
    "amount": _AMOUNT,
    "legs": {"type": "array", "minItems": 1, "maxItems": LEGS_MAX, "items": _LEG},
    "purpose": _text(whole(fields.PURPOSE), "ISO 20022 purpose code."),
    "bill_id": _text(whole(fields.REFERENCE), "The institution's own number."),
    "service": _CODE,
    "payable_until": _text(_INSTANT_PATTERN, "UTC."),
    "option": _choice(PayOption, "How it may be paid; without it `exact`."),
    "minimum": _AMOUNT | {"description": "The least that an instalment may be; with `partial` only."},
    "items": _ITEMS,
    "equivalent": _object(
        ("currency", "amount"), {"currency": _text(whole(fields.CURRENCY), "ISO 4217."), "amount": _AMOUNT}
    ),
    "reusable": {
        "const": True,
        "type": "boolean",
        "description": "A later bill may have its control number.",
    },
    "reuse": _text(CONTROL_NUMBER_PATTERN, "The control number of an earlier bill, which is over."),
    "change": _text(whole(ORDER_ID), "The id of the order that asked for the change."),
    "channel": _text(whole(fields.CHANNEL), "How the customer paid the provider."),
    "provider_receipt": _text(
        whole(fields.REFERENCE), "The provider's own number, unique within the provider."
    ),
    "customer": _text(whole(fields.CUSTOMER), "A reference into a directory; never a name or a number."),
    "cancel_bill.reason": _choice(CancelReason, "Why the bill is taken back."),
    "total": _AMOUNT | {"description": "What the bills come to."},
    "count": {"type": "integer", "minimum": 1, "maximum": BULK_LINES_MAX, "description": "How many lines."},
    "lines": {
        "type": "array",
        "minItems": 1,
        "maxItems": BULK_LINES_MAX,
        "uniqueItems": True,
        "items": _text(whole(fields.CONTENT_HASH), "SHA-256 of an order's signing input, base64url."),
    },
    "bill": _text(whole(ORDER_ID), "The id of the order that raised it."),
    "control_number": _text(CONTROL_NUMBER_PATTERN, "Twelve digits, the last of which checks the others."),
    "account": _ADDRESS,
    "backing_reference": _text(whole(fields.REFERENCE), "The settlement system's reference of the backing."),
    "reference": _text(whole(fields.REFERENCE), "The signer's reference."),
    "payment": _text(whole(ORDER_ID), "The id of the order that paid."),
    "entry": _text(whole(ORDER_ID), "The id of the order whose journal entry is corrected."),
    "freeze": _text(whole(ORDER_ID), "The id of the order that froze the account."),
    "scope": _choice(FreezeScope, "What stops: money going out, or everything."),
    "order_number": _text(whole(fields.REFERENCE), "The number of the authority's written order."),
    "authority": _text(whole(fields.REFERENCE), "Whose written order it is."),
    "frozen_until": _text(_INSTANT_PATTERN, "UTC; without it the freeze stands until it is lifted."),
    "endorsement": _text(whole(fields.TOKEN), "A compact JWS by the log key of today, which hands over."),
    "date": _text(r"^\d{4}-\d\d-\d\d$", "The day in East Africa whose settlement balance is stated."),
    "freeze.reason": _choice(FreezeReason, "Why the account is frozen."),
    "reverse.reason": _choice(ReversalReason, "Why the entry is corrected."),
    "role": _choice(Role, "The role that is given or taken back."),
    "rules": {"type": "integer", "enum": list(RULES_KNOWN), "description": "The version of the rules."},
}
"""The form of each member, by its name; where two kinds mean different things, by `kind.member`."""

_OF_ALL: dict[str, JsonSchema] = {
    "id": _text(whole(ORDER_ID), "A UUIDv7 chosen by the signer, at most two minutes ahead of the ledger."),
    "ledger": _text(whole(fields.KID), "The ledger's id."),
    "expires": _text(_INSTANT_PATTERN, "UTC; after the time inside `id`, at most 24 hours after it."),
}


def name_of(form: Form) -> str:
    """`PayBillPayload` for `pay_bill`."""
    return f"{form.name.title().replace('_', '')}Payload"


def member_of(kind: str, name: str) -> JsonSchema:
    """The form of a member of a kind."""
    return MEMBERS.get(f"{kind}.{name}") or MEMBERS[name]


def payload_schema(form: Form) -> JsonSchema:
    """The schema of a kind's payload."""
    optional = form.optional
    own = {name: member_of(form.name, name) for name in sorted(form.required | optional)}
    kind: JsonSchema = {"const": form.name, "type": "string"}
    return {"description": f"The payload of `{form.name}`."} | _object(
        {"order", *_OF_ALL, *form.required},
        {"order": kind} | _OF_ALL | own,
    )


def schemas() -> dict[str, JsonSchema]:
    """By name: each kind's payload, one of them, and the protected header."""
    named = {name_of(form): payload_schema(form) for form in FORMS}
    header = _object(
        ("alg", "kid", "typ"),
        {
            "alg": {
                "type": "string",
                "description": "`Ed25519` (older name `EdDSA`) or `ES256`: the registered key's.",
            },
            "kid": MEMBERS["kid"],
            "typ": {"const": ORDER_TYPE, "type": "string"},
        },
    )
    either = {
        "description": "Strict JSON: no member twice, none unknown, nothing deeper than eight.",
        "oneOf": [_reference(name) for name in named],
        "discriminator": {
            "propertyName": "order",
            "mapping": {form.name: f"#/components/schemas/{name_of(form)}" for form in FORMS},
        },
    }
    return named | {"OrderHeader": header, "OrderPayload": either}


def signed_order() -> JsonSchema:
    """A compact JWS, with what is inside it: protected header, payload."""
    return {
        "type": "string",
        "pattern": COMPACT_PATTERN,
        "description": "base64url(header).base64url(payload).base64url(signature), without padding (RFC 7515).",
        "contentMediaType": "application/jose",
        "contentSchema": {
            "type": "array",
            "minItems": 2,
            "prefixItems": [_reference("OrderHeader"), _reference("OrderPayload")],
        },
    }
