"""Sealing: AES-256-GCM with one key a person, wrapped by the directory's key, and HMAC-SHA256 to find a person again.

Every sealed text is bound to whom and what it belongs to, so that one row cannot stand in another's place. The keys for
wrapping and for hashing are derived from the directory's secret (HKDF, RFC 5869), so that neither tells of the other.
"""

from __future__ import annotations

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.directory.kinds import Kind
from ledger.faults import require
from ledger.signing import base64url

SECRET_BYTES = 32
HASH_BYTES = 32
_NONCE_BYTES, _TAG_BYTES = 12, 16
WRAPPED_BYTES = _NONCE_BYTES + SECRET_BYTES + _TAG_BYTES
_BLOCK = 64
"""Texts are filled up to whole blocks, so that the length of a name does not show."""

_ID_BYTES = 12


class PersonKey:
    """The key of one person's data. Whoever has it can read them; when it is gone nobody can."""

    def __init__(self, party: str, secret: bytes) -> None:
        require(len(secret) == SECRET_BYTES, "a person's key has 32 bytes")
        self._party = party
        self._secret = secret

    def seal(self, kind: Kind, about: str, text: str) -> bytes:
        """A text of this person, closed. `about` tells several texts of one kind apart."""
        content = text.encode("utf-8")
        require(b"\x00" not in content, "a text has no NUL")
        filled = content + bytes(-len(content) % _BLOCK)
        return _close(self._secret, filled, _bound("entry", self._party, kind.value, about))

    def open(self, kind: Kind, about: str, sealed: bytes) -> str | None:
        """The text again; None if it is not what this key sealed for this place."""
        content = _open(self._secret, sealed, _bound("entry", self._party, kind.value, about))
        return None if content is None else content.rstrip(b"\x00").decode("utf-8")


class DirectoryKey:
    """The directory's own key, from its 32 secret bytes. It opens every person's key that there still is."""

    def __init__(self, secret: bytes) -> None:
        require(len(secret) == SECRET_BYTES, "the directory's key has 32 bytes")
        self._wrapping = _derived(secret, "wrap")
        self._hashing = _derived(secret, "hash")
        self.key_id = base64url.encode(_derived(secret, "id")[:_ID_BYTES])
        """Which key this is; tells nothing of it."""

    def new_person(self, party: str) -> tuple[PersonKey, bytes]:
        """A fresh key for a person, and the same wrapped, to be stored."""
        secret = secrets.token_bytes(SECRET_BYTES)
        return PersonKey(party, secret), _close(self._wrapping, secret, _bound("key", party))

    def open_person(self, party: str, wrapped: bytes) -> PersonKey | None:
        """A person's key again; None if this is not what this key wrapped for this person."""
        secret = _open(self._wrapping, wrapped, _bound("key", party))
        return None if secret is None else PersonKey(party, secret)

    def hash_of(self, kind: Kind, value: str) -> bytes:
        """By what a value is found: equal for equal values, and to be had from a value only by whoever has the key."""
        return hmac.digest(self._hashing, _bound(kind.value, value), "sha256")


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), SECRET_BYTES, salt=None, info=f"daftari directory {purpose}".encode()).derive(
        secret
    )


def _bound(*parts: str) -> bytes:
    """Parts one after the other, each with its length before it, so that no two lists of parts give the same bytes."""
    encoded = [part.encode("utf-8") for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _close(key: bytes, content: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, bound)


def _open(key: bytes, sealed: bytes, bound: bytes) -> bytes | None:
    if len(sealed) < _NONCE_BYTES + _TAG_BYTES:
        return None
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
    except InvalidTag:
        return None
