"""Who is asking, and what they may see. A caller token is a short-lived JWT signed by a registered key; it only reads.

What changes something beside the log also carries the method (`htm`), the path (`htu`), a hash of the body (`bsh`) and an
id used once (`jti`), so that a stolen token repeats nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import NamedTuple

from flask import request

from api.house import House
from ledger.books.parties import Key, Party, Role, Scope
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND
from ledger.signing import base64url
from ledger.signing.jws import split_compact, verify_compact
from ledger.strict_json import loads

TOKEN_TYPE = "daftari-caller+jwt"  # noqa: S105 - a media type
_TOKEN_BYTES_MAX = 4_096
_READING = frozenset({"aud", "iat", "exp"})
_WRITING = _READING | {"htm", "htu", "bsh", "jti"}
_TOKEN_ID = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_OVERSEERS = frozenset({Role.AUDITOR, Role.SUPERVISOR})


class Caller(NamedTuple):
    """A party that proved who it is, and the key it used."""

    key: Key
    party: Party
    claims: dict[str, object]

    @property
    def oversees(self) -> bool:
        """Whether it may see everything."""
        return not _OVERSEERS.isdisjoint(self.party.roles)

    def may_see(self, *parties: str) -> bool:
        """Whether it may see what belongs to any of these parties."""
        return self.oversees or self.party.party in parties


def reader(house: House) -> Caller:
    """The caller of a request that reads.

    Raises:
        LedgerFault: CALLER_UNKNOWN, CALLER_TOKEN_INVALID.
    """
    return _caller(house, _READING)


def writer(house: House) -> Caller:
    """The caller of a request that changes something beside the log: the token is bound to this very request.

    Raises:
        LedgerFault: CALLER_UNKNOWN, CALLER_TOKEN_INVALID.
    """
    caller = _caller(house, _WRITING)
    body = base64url.encode(hashlib.sha256(request.get_data()).digest())
    claims = caller.claims
    if claims["htm"] != request.method or claims["htu"] != request.path:
        raise _invalid("request")
    if not isinstance(claims["bsh"], str) or not hmac.compare_digest(claims["bsh"].encode(), body.encode()):
        raise _invalid("body")
    if not isinstance(claims["jti"], str) or _TOKEN_ID.fullmatch(claims["jti"]) is None:
        raise _invalid("jti")
    if not caller.key.may():
        raise _invalid("scope")
    return caller


def limit_lookup(house: House, kid: str) -> None:
    """Count one look-up of somebody else's public facts, per key and per network address.

    Raises:
        LedgerFault: TOO_MANY_REQUESTS.
    """
    now_us = house.clock.monotonic_us()
    house.lookups_per_key.take(kid, now_us=now_us)
    house.lookups_per_address.take(request.remote_addr or "", now_us=now_us)


def _caller(house: House, names: frozenset[str]) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise LedgerFault(Fault.CALLER_UNKNOWN)
    key, claims = _open_token(house, token.strip())
    _check_claims(house, claims, names)
    registered = house.enquiries.key(key)
    party = house.enquiries.party(registered.party) if registered is not None else None
    if registered is None or party is None:
        raise LedgerFault(Fault.CALLER_UNKNOWN)
    if registered.revoked is not None or not registered.may(Scope.READ, Scope.MAKE, Scope.CHECK):
        raise _invalid("key")
    return Caller(registered, party, claims)


def _open_token(house: House, token: str) -> tuple[str, dict[str, object]]:
    try:
        jws = split_compact(token.encode("ascii"), typ=TOKEN_TYPE, bytes_max=_TOKEN_BYTES_MAX)
        public = house.public_key(jws.kid)
        if public is None:
            raise LedgerFault(Fault.CALLER_UNKNOWN)
        claims = loads(verify_compact(jws, public), bytes_max=_TOKEN_BYTES_MAX)
    except UnicodeEncodeError as error:
        raise _invalid("form") from error
    except LedgerFault as fault:
        if fault.fault is Fault.CALLER_UNKNOWN:
            raise
        raise _invalid("signature" if fault.fault is Fault.SIGNATURE_INVALID else "form") from fault
    if not isinstance(claims, dict):
        raise _invalid("form")
    return jws.kid, claims


def _check_claims(house: House, claims: dict[str, object], names: frozenset[str]) -> None:
    if claims.keys() != names:
        raise _invalid("claims")
    if claims["aud"] != house.enquiries.genesis().ledger_id:
        raise _invalid("aud")
    issued, expires = claims["iat"], claims["exp"]
    if type(issued) is not int or type(expires) is not int:
        raise _invalid("time")
    config, now = house.config, house.clock.wall_us() // MICROSECONDS_PER_SECOND
    skew = config.clock_skew_seconds_max
    if not 0 < expires - issued <= config.token_seconds_max or not issued - skew <= now <= expires + skew:
        raise _invalid("time")


def _invalid(what: str) -> LedgerFault:
    return LedgerFault(Fault.CALLER_TOKEN_INVALID, what=what)
