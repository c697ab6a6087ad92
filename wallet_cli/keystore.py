"""Keys at rest: the order key sealed under a passphrase, the read key as it is.

A sealed file has two lines of ASCII. The first is a JSON header: what this is, its version, how the
passphrase becomes a key (Argon2id, RFC 9106), and public facts about the key. The second is the secret under
ChaCha20-Poly1305 (RFC 8439), in base64url. The exact bytes of the first line are the associated data: whoever
changes one of them has a file that opens with no passphrase.

The cost may be raised file by file, since each header names its own, but is bounded on both sides: below the
floor nothing is sealed or opened, and above the ceiling nothing is tried, so that a file from elsewhere
cannot take the machine's memory.

The read key opens no order. It lies in a file of mode 0600 without a passphrase, so that looking at a balance
asks for none.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.faults import require
from wallet_cli import files
from wallet_cli.faults import ExitCode, WalletFault

PASSPHRASE_CHARACTERS_MIN = 12
FILE_BYTES_MAX = 16_384
SECRET_BYTES_MAX = 1_024

_SEALED_FORMAT = "pochi-key"
_READ_FORMAT = "pochi-read-key"
_VERSION = 1
_SALT_BYTES = 16
_NONCE_BYTES = 12
_KEY_BYTES = 32
_READ_SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyCost:
    """What trying one passphrase costs: memory, passes and lanes of Argon2id. The default takes 0.15 s."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4

    def within_bounds(self) -> bool:
        """Whether this wallet seals with it, and dares to open what claims to be sealed with it."""
        return all(
            type(value) is int and least <= value <= most
            for value, least, most in zip(self._values(), COST_MIN._values(), COST_MAX._values(), strict=True)
        )

    def _values(self) -> tuple[int, int, int]:
        return self.memory_kib, self.passes, self.lanes


COST_MIN = KeyCost()
COST_MAX = KeyCost(memory_kib=524_288, passes=10, lanes=16)


@dataclass(frozen=True, slots=True)
class ReadKey:
    """The seed of the key that only reads, and public facts about it."""

    seed: bytes
    about: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Sealed:
    header: bytes
    ciphertext: bytes
    cost: KeyCost
    salt: bytes
    nonce: bytes
    about: dict[str, str]


def check_passphrase(passphrase: str) -> None:
    """Refuse a new passphrase that is too short to protect money.

    Raises:
        WalletFault: `passphrase_short`.
    """
    if len(unicodedata.normalize("NFKC", passphrase).strip()) < PASSPHRASE_CHARACTERS_MIN:
        raise WalletFault("passphrase_short", ExitCode.USAGE, characters_min=PASSPHRASE_CHARACTERS_MIN)


def seal(secret: bytes, passphrase: str, *, about: Mapping[str, str], cost: KeyCost = COST_MIN) -> bytes:
    """The content of a key file that holds `secret` (1 to 1,024 bytes) under the passphrase.

    `about` is public: it can be read without the passphrase, but not changed.
    """
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    require(0 < len(secret) <= SECRET_BYTES_MAX, "a secret has 1 to 1,024 bytes")
    require(cost.within_bounds(), "a key is sealed at a cost that this wallet also opens")
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    header = json.dumps(
        {
            "format": _SEALED_FORMAT,
            "version": _VERSION,
            "kdf": "argon2id",
            "memory_kib": cost.memory_kib,
            "passes": cost.passes,
            "lanes": cost.lanes,
            "salt": _base64url(salt),
            "cipher": "chacha20-poly1305",
            "nonce": _base64url(nonce),
            "about": dict(about),
        }
    ).encode("ascii")
    ciphertext = ChaCha20Poly1305(_stretch(passphrase, salt, cost)).encrypt(nonce, secret, header)
    sealed = header + b"\n" + _base64url(ciphertext).encode("ascii") + b"\n"
    require(len(sealed) <= FILE_BYTES_MAX, "a key file stays small")
    return sealed


def open_sealed(sealed: bytes, passphrase: str) -> bytes:
    """The secret in the content of a key file.

    Raises:
        WalletFault: `key_file_damaged`, `key_file_cost`, or `passphrase_wrong`; the last also when the file
            was changed, which cannot be told apart.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    parts = _parse_sealed(sealed)
    try:
        key = _stretch(passphrase, parts.salt, parts.cost)
    except MemoryError as error:
        raise WalletFault("key_file_cost", ExitCode.NOT_AUTHORISED) from error
    try:
        return ChaCha20Poly1305(key).decrypt(parts.nonce, parts.ciphertext, parts.header)
    except InvalidTag as error:
        raise WalletFault("passphrase_wrong", ExitCode.NOT_AUTHORISED) from error


def about_sealed(sealed: bytes) -> dict[str, str]:
    """The public facts in the header. They are proven only once the file has been opened with its passphrase.

    Raises:
        WalletFault: `key_file_damaged`, `key_file_cost`.
    """
    return _parse_sealed(sealed).about


def save_key_file(path: Path, content: bytes) -> None:
    """Write a key file, mode 0600 in a folder of mode 0700, and never over another key.

    Raises:
        WalletFault: `key_file_exists`, and what `files.write_new` raises.
    """
    try:
        files.write_new(path, content)
    except FileExistsError as error:
        raise WalletFault("key_file_exists", ExitCode.CONFLICT, path=str(path)) from error


def load_key_file(path: Path) -> bytes:
    """The content of a key file that nobody else may read.

    Raises:
        WalletFault: `key_file_missing`, and what `files.read_private` raises.
    """
    try:
        return files.read_private(path, bytes_max=FILE_BYTES_MAX)
    except FileNotFoundError as error:
        raise WalletFault("key_file_missing", ExitCode.NOT_FOUND, path=str(path)) from error


def pack_read_key(seed: bytes, *, about: Mapping[str, str]) -> bytes:
    """The content of a read key's file: its seed of 32 bytes as it is, and public facts."""
    require(len(seed) == _READ_SEED_BYTES, "the seed of a key has 32 bytes")
    told = {"format": _READ_FORMAT, "version": _VERSION, "seed": _base64url(seed), "about": dict(about)}
    return json.dumps(told).encode("ascii") + b"\n"


def unpack_read_key(content: bytes) -> ReadKey:
    """Read what `pack_read_key` made.

    Raises:
        WalletFault: `key_file_damaged`.
    """
    members = _json_object(content)
    _check_kind(members, _READ_FORMAT, {"seed", "about"})
    seed = _bytes_of(members["seed"])
    if len(seed) != _READ_SEED_BYTES:
        raise _damaged()
    return ReadKey(seed, _about_of(members["about"]))


def read_passphrase_file(path: Path) -> str:
    """The passphrase in a private file: its first line, without the line's end.

    Raises:
        WalletFault: `passphrase_file_missing`, `passphrase_file_unreadable`, and what `files.read_private`
            raises.
    """
    try:
        text = files.read_private(path, bytes_max=FILE_BYTES_MAX).decode("utf-8")
    except FileNotFoundError as error:
        raise WalletFault("passphrase_file_missing", ExitCode.NOT_FOUND, path=str(path)) from error
    except UnicodeDecodeError:
        text = ""
    passphrase = text.split("\n", 1)[0].removesuffix("\r")
    if not passphrase:
        raise WalletFault("passphrase_file_unreadable", ExitCode.USAGE, path=str(path))
    return passphrase


def _stretch(passphrase: str, salt: bytes, cost: KeyCost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    stretcher = Argon2id(
        salt=salt, length=_KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    # The same passphrase typed on another keyboard may come as other code points.
    return stretcher.derive(unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass"))


def _parse_sealed(sealed: bytes) -> _Sealed:
    header, _, rest = sealed.partition(b"\n")
    members = _json_object(header)
    _check_kind(
        members,
        _SEALED_FORMAT,
        {"kdf", "memory_kib", "passes", "lanes", "salt", "cipher", "nonce", "about"},
    )
    if (members["kdf"], members["cipher"]) != ("argon2id", "chacha20-poly1305"):
        raise _damaged()
    cost = KeyCost(memory_kib=members["memory_kib"], passes=members["passes"], lanes=members["lanes"])
    if not cost.within_bounds():
        raise WalletFault("key_file_cost", ExitCode.NOT_AUTHORISED)
    salt, nonce = _bytes_of(members["salt"]), _bytes_of(members["nonce"])
    if len(salt) != _SALT_BYTES or len(nonce) != _NONCE_BYTES or not rest.endswith(b"\n"):
        raise _damaged()
    ciphertext = _bytes_of(rest[:-1].decode("ascii", "replace"))
    return _Sealed(header, ciphertext, cost, salt, nonce, _about_of(members["about"]))


def _json_object(text: bytes) -> dict[str, Any]:
    try:
        members = json.loads(text.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise _damaged() from error
    if not isinstance(members, dict):
        raise _damaged()
    return members


def _check_kind(members: dict[str, Any], kind: str, expected: set[str]) -> None:
    """The format, the version and exactly the expected members; a later version gets its own sentence."""
    if members.get("format") != kind:
        raise _damaged()
    if members.get("version") != _VERSION:
        raise WalletFault(
            "key_file_version", ExitCode.NOT_AUTHORISED, version=str(members.get("version"))[:20]
        )
    if set(members) != expected | {"format", "version"}:
        raise _damaged()


def _about_of(about: object) -> dict[str, str]:
    if not isinstance(about, dict) or not all(isinstance(value, str) for value in about.values()):
        raise _damaged()
    return about


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _bytes_of(text: object) -> bytes:
    """Strict base64url without padding: one spelling for one sequence of bytes."""
    try:
        data = base64.b64decode(str(text) + "=" * (-len(str(text)) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _damaged() from error
    if not isinstance(text, str) or _base64url(data) != text:
        raise _damaged()
    return data


def _damaged() -> WalletFault:
    return WalletFault("key_file_damaged", ExitCode.NOT_AUTHORISED)
