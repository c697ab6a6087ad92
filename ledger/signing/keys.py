"""Keys: the open table of algorithms, public keys with JWK and thumbprint, private keys that never print.

    key = PrivateKey.generate("Ed25519")
    signature = key.sign(b"bytes")
    verify(key.public, b"bytes", signature)

An algorithm joins by one row in `_TABLE`; nothing else in the house names algorithms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ledger.faults import Fault, LedgerFault, require
from ledger.signing import base64url
from ledger.signing.algorithm import Algorithm
from ledger.signing.ed25519 import ED25519
from ledger.signing.es256 import ES256
from ledger.signing.ml_dsa import ML_DSA_44
from ledger.strict_json import dumps

_TABLE = (ED25519, ES256, ML_DSA_44)

ALGORITHMS: dict[str, Algorithm] = {name: row for row in _TABLE for name in (row.name, *row.aliases)}
"""Every name that a JWS header may say in `alg`, older names included, and what it stands for."""

_KEYS_REMEMBERED_MAX = 16_384


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: the name of its algorithm (never an alias) and its raw bytes.

    Making one checks the length alone; `require_registrable` is the rule that a key must pass before it is
    registered, and `verify` may rely on it.
    """

    algorithm: str
    raw: bytes

    def __post_init__(self) -> None:
        """Hold every key to a name of the table and its length.

        Raises:
            LedgerFault: KEY_UNACCEPTABLE with `why=length`.
        """
        row = ALGORITHMS.get(self.algorithm)
        require(
            row is not None and row.name == self.algorithm, "a public key names an algorithm of the table"
        )
        if row is not None and len(self.raw) != row.public_bytes:
            raise LedgerFault(Fault.KEY_UNACCEPTABLE, why="length")

    @property
    def kid(self) -> str:
        """The RFC 7638 thumbprint with SHA-256, as base64url: the key's name in the ledger."""
        return _thumbprint(self.algorithm, self.raw)

    def jwk(self) -> dict[str, str]:
        """The JSON Web Key (RFC 7517), required members only."""
        row = ALGORITHMS[self.algorithm]
        values = self.raw[len(row.jwk_prefix) :]
        each = len(values) // len(row.jwk_values)
        parts = (values[place : place + each] for place in range(0, len(values), each))
        return row.jwk_kind | {
            name: base64url.encode(part) for name, part in zip(row.jwk_values, parts, strict=True)
        }


@lru_cache(maxsize=_KEYS_REMEMBERED_MAX)
def _thumbprint(algorithm: str, raw: bytes) -> str:
    """SHA-256 of the JWK with its required members in alphabetical order (RFC 7638 section 3)."""
    members = sorted(PublicKey(algorithm, raw).jwk().items())
    return base64url.encode(hashlib.sha256(dumps(dict(members))).digest())


def public_key_from_jwk(jwk: Mapping[str, object]) -> PublicKey:
    """The public key of a JWK that has exactly the required members of its kind.

    No `use`, `kid`, and nothing private (`d`, `priv`); `alg` only where it tells the kind. The form alone is
    checked here; `require_registrable` checks the key.

    Raises:
        LedgerFault: MALFORMED with `what=jwk_members` or `base64url`; KEY_UNACCEPTABLE with `why=algorithm`
            or `length`.
    """
    row = _row_of(jwk)
    if jwk.keys() != row.jwk_kind.keys() | set(row.jwk_values):
        raise LedgerFault(Fault.MALFORMED, what="jwk_members")
    parts = [_decoded(jwk[name]) for name in row.jwk_values]
    if any(len(part) != len(parts[0]) for part in parts):
        raise LedgerFault(Fault.KEY_UNACCEPTABLE, why="length")
    return PublicKey(row.name, row.jwk_prefix + b"".join(parts))


def _row_of(jwk: Mapping[str, object]) -> Algorithm:
    for row in _TABLE:
        if all(jwk.get(name) == value for name, value in row.jwk_kind.items()):
            return row
    raise LedgerFault(Fault.KEY_UNACCEPTABLE, why="algorithm")


def _decoded(value: object) -> bytes:
    if not isinstance(value, str):
        raise LedgerFault(Fault.MALFORMED, what="jwk_members")
    return base64url.decode(value)


def require_registrable(key: PublicKey) -> None:
    """The key rule, once in a key's life, before it may sign anything that counts.

    Raises:
        LedgerFault: KEY_UNACCEPTABLE with `why`.
    """
    ALGORITHMS[key.algorithm].require_registrable(key.raw)


def verify(key: PublicKey, message: bytes, signature: bytes) -> None:
    """Check a signature with a key that passed `require_registrable`: it holds if this returns.

    Raises:
        LedgerFault: SIGNATURE_INVALID with `what`.
    """
    ALGORITHMS[key.algorithm].verify(key.raw, message, signature)


class PrivateKey:
    """A private key. Its text forms show the public key's name and nothing secret."""

    __slots__ = ("_secret", "_sign", "public")

    public: PublicKey

    def __init__(self, algorithm: str, secret: bytes) -> None:
        """Take the raw private key: a seed (Ed25519, ML-DSA-44), or the 32 bytes (big-endian) of a P-256 scalar.

        Raises:
            LedgerFault: KEY_UNACCEPTABLE with `why=length` or `range`.
        """
        row = ALGORITHMS.get(algorithm)
        if row is None:
            raise LedgerFault(Fault.KEY_UNACCEPTABLE, why="algorithm")
        if len(secret) != row.private_bytes:
            raise LedgerFault(Fault.KEY_UNACCEPTABLE, why="length")
        self._secret = secret
        self._sign = row.signer(secret)
        self.public = PublicKey(row.name, row.public(secret))

    @classmethod
    def generate(cls, algorithm: str = ED25519.name) -> PrivateKey:
        """A fresh key from the operating system's randomness."""
        row = ALGORITHMS.get(algorithm)
        if row is None:
            raise LedgerFault(Fault.KEY_UNACCEPTABLE, why="algorithm")
        return cls(row.name, row.generate())

    @classmethod
    def from_seed(cls, seed: bytes, algorithm: str = ED25519.name) -> PrivateKey:
        """The key of a seed of 32 bytes: Ed25519 (RFC 8032 section 5.1.5), or another algorithm that has seeds."""
        return cls(algorithm, seed)

    @property
    def algorithm(self) -> str:
        """The name of its algorithm, as a JWS header says it."""
        return self.public.algorithm

    def sign(self, message: bytes) -> bytes:
        """The signature of the message: 64 bytes, or 2,420 of ML-DSA-44."""
        return self._sign(message)

    def secret_bytes(self) -> bytes:
        """The raw private key, for keystores and for nothing else."""
        return self._secret

    def __repr__(self) -> str:
        """The public key's name."""
        return f"PrivateKey({self.algorithm}, kid={self.public.kid})"

    def __reduce__(self) -> tuple[object, ...]:
        """Refuse to be pickled or copied: a secret leaves only through `secret_bytes`."""
        raise TypeError("a private key is not pickled")
