"""ML-DSA-44 (FIPS 204): signatures that a quantum computer does not forge, as RFC 9964 writes them in JOSE.

A private key is its seed of 32 bytes, never the expanded form, so that it fits the same recovery words and
keystores as every other. Signing is hedged: the same message gets other signature bytes each time, which
changes nothing, since nothing in the ledger is named by signature bytes. The context string is empty.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from ledger.faults import Fault, LedgerFault
from ledger.signing.algorithm import Algorithm, require_key, require_signature

NAME = "ML-DSA-44"

SIGNATURE_BYTES = 2_420

_SEED_BYTES = 32
_RHO_BYTES = 32
_COEFFICIENTS = 1_024
_COEFFICIENT_BITS = 10
_PUBLIC_BYTES = _RHO_BYTES + _COEFFICIENTS * _COEFFICIENT_BITS // 8
_SMALL = 64
# The library's form of a key holds the matrix A, 16 KiB: few are kept.
_KEYS_REMEMBERED_MAX = 512


def require_registrable(raw: bytes) -> None:
    """The key rule: 1,312 bytes, whose vector t1 is not short.

    Every text of that length is a public key by FIPS 204 (algorithm 23), and all libraries read it alike. But
    where t1 is zero, or nearly, anybody can sign: the equation then holds for a z that is simply chosen. An honest
    t1 is spread evenly over 0 to 1,023, and seven of eight coefficients are not small; half are asked for, which
    no honest key misses (36 standard deviations).

    Raises:
        LedgerFault: KEY_UNACCEPTABLE; `why` is `length` or `short_vector`.
    """
    require_key(len(raw) == _PUBLIC_BYTES, "length")
    packed, mask = int.from_bytes(raw[_RHO_BYTES:], "little"), (1 << _COEFFICIENT_BITS) - 1
    large = sum(
        _SMALL <= packed >> place * _COEFFICIENT_BITS & mask <= mask - _SMALL
        for place in range(_COEFFICIENTS)
    )
    require_key(large >= _COEFFICIENTS // 2, "short_vector")


def verify(raw: bytes, message: bytes, signature: bytes) -> None:
    """Check a signature of 2,420 bytes, of the whole message, with the empty context.

    Raises:
        LedgerFault: SIGNATURE_INVALID; `what` is `length` or `signature`.
    """
    require_signature(len(signature) == SIGNATURE_BYTES, "length")
    try:
        _parsed(raw).verify(signature, message)
    except InvalidSignature as error:
        raise LedgerFault(Fault.SIGNATURE_INVALID, what="signature") from error


@lru_cache(maxsize=_KEYS_REMEMBERED_MAX)
def _parsed(raw: bytes) -> MLDSA44PublicKey:
    """The library's form of a key; making it costs nearly as much as a verification."""
    return MLDSA44PublicKey.from_public_bytes(raw)


def _public(seed: bytes) -> bytes:
    return MLDSA44PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()


def _signer(seed: bytes) -> Callable[[bytes], bytes]:
    return MLDSA44PrivateKey.from_seed_bytes(seed).sign


ML_DSA_44 = Algorithm(
    name=NAME,
    aliases=(),
    jwk_kind={"kty": "AKP", "alg": NAME},
    jwk_values=("pub",),
    jwk_prefix=b"",
    public_bytes=_PUBLIC_BYTES,
    private_bytes=_SEED_BYTES,
    require_registrable=require_registrable,
    verify=verify,
    generate=lambda: secrets.token_bytes(_SEED_BYTES),
    public=_public,
    signer=_signer,
)
"""The row of the table: `kty` AKP, whose thumbprint covers `alg`, `kty` and `pub` (RFC 9964 section 6)."""
