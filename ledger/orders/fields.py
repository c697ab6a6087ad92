"""The members of payloads: one strict reader for each form that a member can have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from ledger.books.bills import control_number_holds
from ledger.books.parties import BillService, Title
from ledger.faults import Fault, LedgerFault
from ledger.signing.keys import PublicKey, public_key_from_jwk, require_registrable

SERVICES_MAX = 100

REFERENCE = re.compile(r"[A-Za-z0-9./-]{1,35}", re.ASCII)
PURPOSE = re.compile(r"[A-Z]{4}", re.ASCII)
GFS_CODE = re.compile(r"[0-9]{6}(?:[0-9]{6})?", re.ASCII)
CHANNEL = re.compile(r"[A-Z0-9_]{2,16}", re.ASCII)
CUSTOMER = re.compile(r"[A-Za-z0-9_-]{16,43}", re.ASCII)
CONTENT_HASH = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", re.ASCII)
SERVICE_CODE = re.compile(r"[A-Z0-9]{2,12}", re.ASCII)
KID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
PARTY = re.compile(r"[a-z0-9-]{1,36}", re.ASCII)
# Public titles are names of institutions and services: plain letters, so that nothing hides in them.
TITLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .,'&()/-]{0,58}[A-Za-z0-9.)])?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
CHART_CODE = re.compile(r"[A-Z0-9-]{1,12}", re.ASCII)
NONCE = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
TOKEN = re.compile(r"[A-Za-z0-9_.-]{1,4096}", re.ASCII)  # a signature of ML-DSA-44 alone takes 3,227

Choice = TypeVar("Choice", bound=StrEnum)
Members = Mapping[str, object]


def malformed(what: str) -> LedgerFault:
    """The fault for a member that is not what it should be."""
    return LedgerFault(Fault.MALFORMED, what=what)


def exact(
    value: object, *, required: frozenset[str], optional: frozenset[str] = frozenset(), what: str
) -> Members:
    """An object with exactly these members."""
    if not isinstance(value, dict):
        raise malformed(what)
    names = value.keys()
    if missing := required - names:
        raise LedgerFault(Fault.MALFORMED, what="member_missing", member=min(missing))
    if len(names) > len(required) and names - required - optional:
        raise LedgerFault(Fault.MALFORMED, what="member_unknown")
    return value


def matching(pattern: re.Pattern[str], what: str) -> Callable[[object], str]:
    """A reader for texts of one form."""

    def read(value: object) -> str:
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            raise malformed(what)
        return value

    return read


reference = matching(REFERENCE, "reference")
purpose = matching(PURPOSE, "purpose")
bill_id = matching(REFERENCE, "bill_id")
backing_reference = matching(REFERENCE, "backing_reference")
order_number = matching(REFERENCE, "order_number")
authority = matching(REFERENCE, "authority")
provider_receipt = matching(REFERENCE, "provider_receipt")
gfs_code = matching(GFS_CODE, "gfs_code")
channel = matching(CHANNEL, "channel")
customer = matching(CUSTOMER, "customer")
content_hash = matching(CONTENT_HASH, "lines")
service_code = matching(SERVICE_CODE, "service")
kid = matching(KID, "kid")
party_id = matching(PARTY, "party")
title_text = matching(TITLE, "title")


def control_number(value: object) -> str:
    """Twelve digits whose last one is right."""
    if not isinstance(value, str) or not control_number_holds(value):
        raise malformed("control_number")
    return value


def choice(options: type[Choice], value: object, what: str) -> Choice:
    """One of the words of an enumeration."""
    try:
        return options(value if isinstance(value, str) else "")
    except ValueError as error:
        raise malformed(what) from error


def title(value: object) -> Title:
    """A public name in both languages."""
    members = exact(value, required=frozenset({"en", "sw"}), what="title")
    return Title(title_text(members["en"]), title_text(members["sw"]))


def services(value: object) -> tuple[BillService, ...]:
    """Up to 100 services, each with a code of its own."""
    if not isinstance(value, list) or not 1 <= len(value) <= SERVICES_MAX:
        raise malformed("services")
    rows = [exact(row, required=frozenset({"code", "title"}), what="services") for row in value]
    read = tuple(BillService(service_code(row["code"]), title(row["title"])) for row in rows)
    if len({service.code for service in read}) < len(read):
        raise malformed("services")
    return read


def registrable_key(value: object) -> PublicKey:
    """A public key that keeps the key rule: checked here, once, when it asks to be registered."""
    if not isinstance(value, dict):
        raise LedgerFault(Fault.KEY_UNACCEPTABLE, why="not_an_object")
    key = public_key_from_jwk(value)
    require_registrable(key)
    return key


def token(what: str) -> Callable[[object], bytes]:
    """A reader for a compact JWS; what it must say is checked where its key is known."""
    read = matching(TOKEN, what)
    return lambda value: read(value).encode()


possession = token("possession")
endorsement = token("endorsement")
