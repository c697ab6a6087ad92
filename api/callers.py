"""Who is asking, and what they may see. A caller token is a short-lived JWT signed by a registered key; it only reads.

What changes something beside the log also carries the method (`htm`), the path (`htu`), a hash of the body (`bsh`)
and an id used once (`jti`), so that a stolen token repeats nothing.

Each rule about who may see what is one function here, named `seen_...` or `require_...`. What is not there and what is
not the caller's to see end in the very same fault, so that nobody learns what exists.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import NamedTuple

from flask import request

from api.house import House
from api.limits import READS_PER_KEY
from api.web import count
from ledger.addresses import parse_address, parse_order_id
from ledger.bill_views import BillView
from ledger.books.bills import BillPayment, control_number_holds
from ledger.books.parties import Key, Party, Role, Scope
from ledger.directory.wishes import Token
from ledger.enquiries import AccountView, KeyView, OutcomeView
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND
from ledger.orders.fields import KID
from ledger.signing import base64url
from ledger.signing.jws import split_compact, verify_compact
from ledger.strict_json import loads_object

TOKEN_TYPE = "daftari-caller+jwt"  # noqa: S105 - a media type
_BEARER = "bearer"
_TOKEN_BYTES_MAX = 8_192  # a signature of ML-DSA-44 alone takes 3,227 characters
SANDBOX_TOKEN_SECONDS_MAX = 86_400
"""Of a token that only reads test money: a day, for people who try requests by hand."""
_READING = frozenset({"aud", "iat", "exp"})
_WRITING = _READING | {"htm", "htu", "bsh", "jti"}
_TOKEN_ID = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_OVERSEERS = frozenset({Role.AUDITOR, Role.SUPERVISOR})
_OFFICIALS = _OVERSEERS | {Role.AUTHORITY}


class Claims(NamedTuple):
    """What a token says, once it is known to be well-formed and of its time. The last four are empty for reading."""

    issued: int
    expires: int
    method: str = ""
    path: str = ""
    body_hash: str = ""
    token_id: str = ""


class Caller(NamedTuple):
    """A party that proved who it is, and the key it used."""

    key: Key
    party: Party
    claims: Claims

    @property
    def oversees(self) -> bool:
        """Whether it may see everything."""
        return not _OVERSEERS.isdisjoint(self.party.roles)

    def may_see(self, *parties: str) -> bool:
        """Whether it may see what belongs to any of these parties."""
        return self.oversees or self.party.party in parties


def seen_account(house: House, caller: Caller, address: str) -> AccountView:
    """An account of the caller's own party; any account for an auditor or supervisor.

    Raises:
        LedgerFault: NOT_FOUND.
    """
    view = _account(house, address)
    if view is None or not caller.may_see(view.account.party):
        raise LedgerFault(Fault.NOT_FOUND)
    return view


def seen_payee(house: House, address: str) -> tuple[AccountView, Party]:
    """The account at an address and its party, for any caller who would pay it: they see its class and a masked name.

    Raises:
        LedgerFault: NOT_FOUND.
    """
    view = _account(house, address)
    party = house.enquiries.party(view.account.party) if view is not None else None
    if view is None or party is None:
        raise LedgerFault(Fault.NOT_FOUND)
    return view, party


def seen_key(house: House, caller: Caller, kid: str) -> KeyView:
    """A key of the caller's own party; any key for an auditor or supervisor.

    Raises:
        LedgerFault: NOT_FOUND.
    """
    view = house.enquiries.key_view(kid) if KID.fullmatch(kid) else None
    if view is None or not caller.may_see(view.party.party):
        raise LedgerFault(Fault.NOT_FOUND)
    return view


def seen_outcome(house: House, caller: Caller, order_id: str) -> OutcomeView:
    """The outcome of an order that the caller's party signed or is named in; any outcome for an auditor or supervisor.

    Raises:
        LedgerFault: NOT_FOUND.
    """
    try:
        outcome = house.enquiries.outcome(parse_order_id(order_id))
    except LedgerFault as fault:
        raise LedgerFault(Fault.NOT_FOUND) from fault
    if outcome is None or not caller.may_see(*outcome.parties):
        raise LedgerFault(Fault.NOT_FOUND)
    return outcome


def seen_bill(house: House, control_number: str) -> BillView:
    """The bill behind a control number, for whoever holds the number.

    Raises:
        LedgerFault: NOT_FOUND.
    """
    view = house.enquiries.bill(control_number) if control_number_holds(control_number) else None
    if view is None:
        raise LedgerFault(Fault.NOT_FOUND)
    return view


def biller(house: House) -> Caller:
    """A caller that bills: any key of an institution that may read for it.

    Raises:
        LedgerFault: NOT_FOUND for whoever is no institution; what `reader` raises.
    """
    caller = reader(house)
    if Role.INSTITUTION not in caller.party.roles:
        raise LedgerFault(Fault.NOT_FOUND)
    return caller


def seen_payments(
    house: House, caller: Caller, control_number: str
) -> tuple[BillView, Callable[[BillPayment], bool]]:
    """A bill, and which of its payments the caller may see: all for whom it bills and pays, the own ones for a payer.

    Raises:
        LedgerFault: NOT_FOUND.
    """
    view = seen_bill(house, control_number)
    if caller.may_see(view.bill.party, *(party.party for party in view.payees.values())):
        return view, lambda _: True
    own = {account.address for account in house.enquiries.accounts_of(caller.party.party)}
    return view, lambda payment: payment.payer in own


def require_overseer(caller: Caller) -> None:
    """Whole records are for an auditor or supervisor.

    Raises:
        LedgerFault: NOT_FOUND.
    """
    if not caller.oversees:
        raise LedgerFault(Fault.NOT_FOUND)


def require_official(caller: Caller) -> None:
    """People are looked up by an auditor, a supervisor or an authority.

    Raises:
        LedgerFault: NOT_FOUND.
    """
    if _OFFICIALS.isdisjoint(caller.party.roles):
        raise LedgerFault(Fault.NOT_FOUND)


def require_sees_books(house: House) -> None:
    """The trial balance is for an auditor, a supervisor or the issuer; in a sandbox for everybody.

    Raises:
        LedgerFault: CALLER_UNKNOWN, CALLER_TOKEN_INVALID, NOT_FOUND.
    """
    if house.genesis.sandbox:
        return
    caller = reader(house)
    if not caller.oversees and Role.ISSUER not in caller.party.roles:
        raise LedgerFault(Fault.NOT_FOUND)


def require_sandbox(house: House) -> None:
    """The pages of institutions and bills are for everybody, and so exist in a sandbox only.

    Raises:
        LedgerFault: NOT_FOUND.
    """
    if not house.genesis.sandbox:
        raise LedgerFault(Fault.NOT_FOUND)


def reader(house: House) -> Caller:
    """The caller of a request that reads: any unrevoked key, of any scope.

    Raises:
        LedgerFault: CALLER_UNKNOWN, CALLER_TOKEN_INVALID.
    """
    return _caller(house, _READING)


def writer(house: House) -> Caller:
    """The caller of a request that changes something beside the log: a full key, with a token for this very request.

    Raises:
        LedgerFault: CALLER_UNKNOWN, CALLER_TOKEN_INVALID.
    """
    caller = _caller(house, _WRITING)
    claims, body = caller.claims, base64url.encode(hashlib.sha256(request.get_data()).digest())
    if claims.method != request.method or claims.path != request.path:
        raise _invalid("request")
    if not hmac.compare_digest(claims.body_hash.encode("utf-8", "replace"), body.encode("ascii")):
        raise _invalid("body")
    if _TOKEN_ID.fullmatch(claims.token_id) is None:
        raise _invalid("jti")
    if not caller.key.may():
        raise _invalid("scope")
    return caller


def token_of(house: House, caller: Caller) -> Token:
    """The token of a `writer`, which is used up by what it does; it is remembered until nobody would take it again."""
    expires = caller.claims.expires + house.config.clock_skew_seconds_max
    return Token(caller.claims.token_id, expires * MICROSECONDS_PER_SECOND)


def _account(house: House, address: str) -> AccountView | None:
    try:
        parse_address(address, prefix=house.genesis.prefix)
    except LedgerFault as fault:
        raise LedgerFault(Fault.NOT_FOUND) from fault
    return house.enquiries.account(address)


def _caller(house: House, names: frozenset[str]) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != _BEARER or not token:
        raise LedgerFault(Fault.CALLER_UNKNOWN)
    kid, members = _open_token(house, token.strip())
    claims = _read_claims(house, members, names)
    key = house.enquiries.key(kid)
    party = house.enquiries.party(key.party) if key is not None else None
    if key is None or party is None:
        raise LedgerFault(Fault.CALLER_UNKNOWN)
    if key.revoked is not None or not key.may(Scope.READ, Scope.MAKE, Scope.CHECK):
        raise _invalid("key")
    count(house.quotas.count(READS_PER_KEY, kid))
    return Caller(key, party, claims)


def _open_token(house: House, token: str) -> tuple[str, dict[str, object]]:
    """The kid and members of a token whose signature holds."""
    try:
        jws = split_compact(token.encode("utf-8", "replace"), typ=TOKEN_TYPE, bytes_max=_TOKEN_BYTES_MAX)
    except LedgerFault as fault:
        raise _invalid("form") from fault
    public = house.public_key(jws.kid)
    if public is None:
        raise LedgerFault(Fault.CALLER_UNKNOWN)
    try:
        return jws.kid, loads_object(verify_compact(jws, public), bytes_max=_TOKEN_BYTES_MAX)
    except LedgerFault as fault:
        raise _invalid("signature" if fault.fault is Fault.SIGNATURE_INVALID else "form") from fault


def _read_claims(house: House, members: dict[str, object], names: frozenset[str]) -> Claims:
    if members.keys() != names:
        raise _invalid("claims")
    if members["aud"] != house.genesis.ledger_id:
        raise _invalid("aud")
    issued, expires = members["iat"], members["exp"]
    if type(issued) is not int or type(expires) is not int:
        raise _invalid("time")
    config, now = house.config, house.clock.wall_us() // MICROSECONDS_PER_SECOND
    skew = config.clock_skew_seconds_max
    most = (
        SANDBOX_TOKEN_SECONDS_MAX if names == _READING and house.genesis.sandbox else config.token_seconds_max
    )
    if not 0 < expires - issued <= most or not issued - skew <= now <= expires + skew:
        raise _invalid("time")
    bound = [members.get(name, "") for name in ("htm", "htu", "bsh", "jti")]
    if not all(isinstance(value, str) for value in bound):
        raise _invalid("claims")
    return Claims(issued, expires, *(str(value) for value in bound))


def _invalid(what: str) -> LedgerFault:
    return LedgerFault(Fault.CALLER_TOKEN_INVALID, what=what)
