"""JWS in compact serialisation (RFC 7515), narrowed until there is one way to read it.

The header has exactly `alg`, `kid` and `typ`. No `jwk`, `jku`, `x5c`, `crit` or `b64`: nothing in a message
chooses the key or how it is checked. The order of trust: `split_compact` reads the form, the caller looks up
the registered key of `kid`, `verify_compact` holds the message to that key and its algorithm, and only then
does the payload mean anything.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

from ledger.faults import Fault, LedgerFault
from ledger.signing import base64url
from ledger.signing.algorithm import require_signature
from ledger.signing.keys import ALGORITHMS, PrivateKey, PublicKey, verify
from ledger.strict_json import dumps, loads_object

JWS_BYTES_MAX = 128 * 1024
"""The longest text that is read at all: a payload of 64 KiB, its header and signature fit."""

_HEADER_BYTES_MAX = 512
_HEADER_MEMBERS = frozenset({"alg", "kid", "typ"})
_HEADERS_REMEMBERED_MAX = 8_192
_THUMBPRINT_BYTES = 32


class Jws(NamedTuple):
    """A JWS that was read and not yet verified.

    Attributes:
        algorithm: the algorithm's own name, whichever alias the header used.
        kid: the RFC 7638 thumbprint of the key that it claims to be signed by.
        payload: the payload's bytes.
        signing_input: the very bytes that are signed, `header.payload` as they came.
        signature: the signature's bytes.
    """

    algorithm: str
    kid: str
    payload: bytes
    signing_input: bytes
    signature: bytes

    @property
    def content(self) -> bytes:
        """SHA-256 of the signing input: what the message is, whatever its signature's bytes (32 bytes)."""
        return hashlib.sha256(self.signing_input).digest()


def sign_compact(key: PrivateKey, *, typ: str, payload: bytes) -> bytes:
    """The compact JWS of `payload`, signed with `key`, of the type `typ`."""
    header = dumps({"alg": key.algorithm, "kid": key.public.kid, "typ": typ})
    signing_input = base64url.encode_bytes(header) + b"." + base64url.encode_bytes(payload)
    return signing_input + b"." + base64url.encode_bytes(key.sign(signing_input))


def split_compact(data: bytes, *, typ: str, bytes_max: int = JWS_BYTES_MAX) -> Jws:
    """Read a compact JWS of the type `typ`. Nothing in it is true before `verify_compact`.

    Raises:
        LedgerFault: MALFORMED; `what` is `too_long`, `jws_parts`, `base64url`, `header_members`, `typ`,
            `alg`, `kid`, or what strict JSON says of the header.
    """
    if len(data) > bytes_max:
        raise LedgerFault(Fault.MALFORMED, what="too_long")
    parts = data.split(b".", 3)
    if len(parts) != 3:
        raise LedgerFault(Fault.MALFORMED, what="jws_parts")
    header, payload, signature = parts
    algorithm, kid, header_typ = _read_header(header)
    if header_typ != typ:
        raise LedgerFault(Fault.MALFORMED, what="typ")
    return Jws(
        algorithm=algorithm,
        kid=kid,
        payload=base64url.decode(payload),
        signing_input=data[: len(header) + 1 + len(payload)],
        signature=base64url.decode(signature),
    )


def verify_compact(jws: Jws, key: PublicKey) -> bytes:
    """The payload, once the signature holds under this registered key.

    Raises:
        LedgerFault: SIGNATURE_INVALID; `what` is `kid` or `alg` if the message names another key or algorithm
            than this one, else what `verify` says.
    """
    require_signature(jws.kid == key.kid, "kid")
    require_signature(jws.algorithm == key.algorithm, "alg")
    verify(key, jws.signing_input, jws.signature)
    return jws.payload


@lru_cache(maxsize=_HEADERS_REMEMBERED_MAX)
def _read_header(header: bytes) -> tuple[str, str, str]:
    """Algorithm, kid and typ. Remembered: all that one key signs begins with the same bytes."""
    members = loads_object(base64url.decode(header), bytes_max=_HEADER_BYTES_MAX, depth_max=1)
    if members.keys() != _HEADER_MEMBERS:
        raise LedgerFault(Fault.MALFORMED, what="header_members")
    alg, kid, typ = members["alg"], members["kid"], members["typ"]
    if not isinstance(typ, str):
        raise LedgerFault(Fault.MALFORMED, what="typ")
    row = ALGORITHMS.get(alg) if isinstance(alg, str) else None
    if row is None:
        raise LedgerFault(Fault.MALFORMED, what="alg")
    if not isinstance(kid, str) or not _is_thumbprint(kid):
        raise LedgerFault(Fault.MALFORMED, what="kid")
    return row.name, kid, typ


def _is_thumbprint(kid: str) -> bool:
    try:
        return len(base64url.decode(kid)) == _THUMBPRINT_BYTES
    except LedgerFault:
        return False
