"""Ed25519 under one stated rule, so that every library gives the same verdict about the same bytes.

RFC 8032 leaves room and libraries use it: some accept keys of small order, under which one signature fits
every message. So a key must be the canonical encoding of a point of the prime-order subgroup other than the
identity (checked once, at registration), and a signature's R must be canonical and not of small order
(checked every time). What then remains, S < L and the cofactorless equation, both libraries used here decide
alike. Which of them verifies is chosen in this module and nowhere else: libsodium takes half the time of
OpenSSL and frees the interpreter.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from ledger.faults import Fault, LedgerFault, require
from ledger.signing import ed25519_points
from ledger.signing.algorithm import Algorithm, require_key, require_signature

NAME = "Ed25519"

_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_R_REFUSED = ed25519_points.SMALL_ORDER | ed25519_points.NON_CANONICAL


def require_registrable(raw: bytes) -> None:
    """The key rule, about a millisecond: steps 1 to 5, each with its own `why`.

    Raises:
        LedgerFault: KEY_UNACCEPTABLE; `why` is `length`, `small_order`, `not_canonical`, `not_on_curve` or
            `not_in_prime_order_subgroup`.
    """
    require_key(len(raw) == _KEY_BYTES, "length")
    require_key(raw not in ed25519_points.SMALL_ORDER, "small_order")
    require_key(raw not in ed25519_points.NON_CANONICAL, "not_canonical")
    point = ed25519_points.decompress(raw)
    require_key(point is not None, "not_on_curve")
    require_key(point and ed25519_points.in_prime_order_subgroup(point), "not_in_prime_order_subgroup")


def verify(raw: bytes, message: bytes, signature: bytes) -> None:
    """Check a signature of 64 bytes with a key that is registered, hence passed the key rule.

    Raises:
        LedgerFault: SIGNATURE_INVALID; `what` is `length`, `point_refused` or `signature`.
    """
    require(len(raw) == _KEY_BYTES, "an Ed25519 key has 32 bytes")  # libsodium reads 32, whatever it is given
    require_signature(len(signature) == _SIGNATURE_BYTES, "length")
    require_signature(signature[:_KEY_BYTES] not in _R_REFUSED, "point_refused")
    try:
        crypto_sign_open(signature + message, raw)
    except BadSignatureError as error:
        raise LedgerFault(Fault.SIGNATURE_INVALID, what="signature") from error


def _public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _signer(seed: bytes) -> Callable[[bytes], bytes]:
    return Ed25519PrivateKey.from_private_bytes(seed).sign


ED25519 = Algorithm(
    name=NAME,
    aliases=("EdDSA",),
    jwk_kind={"kty": "OKP", "crv": "Ed25519"},
    jwk_values=("x",),
    jwk_prefix=b"",
    public_bytes=_KEY_BYTES,
    private_bytes=_KEY_BYTES,
    require_registrable=require_registrable,
    verify=verify,
    generate=lambda: secrets.token_bytes(_KEY_BYTES),
    public=_public,
    signer=_signer,
)
"""The row of the table: RFC 8032, RFC 8037 (whose `EdDSA` is the older name), RFC 9864."""
