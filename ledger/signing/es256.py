"""ES256: ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4), for the keys that agencies already have.

For every valid (r, s) the pair (r, n - s) is valid too, and both are accepted: nothing in the ledger is named
by signature bytes, so a second spelling of a signature changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.faults import Fault, LedgerFault
from ledger.signing.algorithm import Algorithm, require_key, require_signature

NAME = "ES256"

_COORDINATE_BYTES = 32
_PUBLIC_BYTES = 1 + 2 * _COORDINATE_BYTES
_SIGNATURE_BYTES = 2 * _COORDINATE_BYTES
_UNCOMPRESSED = b"\x04"
_KEYS_REMEMBERED_MAX = 4_096

# The curve of FIPS 186-5 and SP 800-186: y^2 = x^3 - 3x + b modulo p. Its cofactor is 1: every point but
# infinity, which has no such encoding, generates the whole group.
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def require_registrable(raw: bytes) -> None:
    """The key rule: 65 bytes, an uncompressed point (SEC 1) with reduced coordinates, on the curve.

    Raises:
        LedgerFault: KEY_UNACCEPTABLE; `why` is `length`, `not_canonical` or `not_on_curve`.
    """
    require_key(len(raw) == _PUBLIC_BYTES, "length")
    x = int.from_bytes(raw[1 : 1 + _COORDINATE_BYTES], "big")
    y = int.from_bytes(raw[1 + _COORDINATE_BYTES :], "big")
    require_key(raw[:1] == _UNCOMPRESSED and x < _P and y < _P, "not_canonical")
    require_key((y * y - x * x * x + 3 * x - _B) % _P == 0, "not_on_curve")


def verify(raw: bytes, message: bytes, signature: bytes) -> None:
    """Check a signature of 64 bytes, r then s.

    Raises:
        LedgerFault: SIGNATURE_INVALID; `what` is `length` or `signature`.
    """
    require_signature(len(signature) == _SIGNATURE_BYTES, "length")
    r = int.from_bytes(signature[:_COORDINATE_BYTES], "big")
    s = int.from_bytes(signature[_COORDINATE_BYTES:], "big")
    try:
        _parsed(raw).verify(encode_dss_signature(r, s), message, _ECDSA)
    except InvalidSignature as error:
        raise LedgerFault(Fault.SIGNATURE_INVALID, what="signature") from error


@lru_cache(maxsize=_KEYS_REMEMBERED_MAX)
def _parsed(raw: bytes) -> ec.EllipticCurvePublicKey:
    """The library's form of a key, held to the rule again: making it costs as much as a verification."""
    require_registrable(raw)
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, raw)


def _generate() -> bytes:
    return ec.generate_private_key(_CURVE).private_numbers().private_value.to_bytes(_COORDINATE_BYTES, "big")


def _private(secret: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        return ec.derive_private_key(int.from_bytes(secret, "big"), _CURVE)
    except ValueError as error:
        raise LedgerFault(Fault.KEY_UNACCEPTABLE, why="range") from error


def _public(secret: bytes) -> bytes:
    return _private(secret).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _signer(secret: bytes) -> Callable[[bytes], bytes]:
    key = _private(secret)

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, _ECDSA))
        return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")

    return sign


_CURVE = ec.SECP256R1()
_ECDSA = ec.ECDSA(SHA256())

ES256 = Algorithm(
    name=NAME,
    aliases=(),
    jwk_kind={"kty": "EC", "crv": "P-256"},
    jwk_values=("x", "y"),
    jwk_prefix=_UNCOMPRESSED,
    public_bytes=_PUBLIC_BYTES,
    private_bytes=_COORDINATE_BYTES,
    require_registrable=require_registrable,
    verify=verify,
    generate=_generate,
    public=_public,
    signer=_signer,
)
"""The row of the table: raw public keys are uncompressed points (SEC 1), private ones big-endian scalars."""
