"""The operator's private keys on disk: one JSON Web Key a file, mode 0600, in a folder of mode 0700."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from ledger.faults import Fault, LedgerFault
from ledger.signing import base64url
from ledger.signing.keys import PrivateKey, PublicKey
from ledger.strict_json import dumps, loads_object

LOG_KEY = "log"
NOTICE_KEY = "notice"
"""The key that signs notices, and from which the secrets of webhooks are made."""

_FILE_BYTES_MAX = 4_096


def key_path(folder: Path, name: str) -> Path:
    """Where the key of that name lies."""
    return folder / f"{name}.key"


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner enters."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private_key(folder: Path, name: str, key: PrivateKey) -> None:
    """Write an Ed25519 private key, never over another.

    Raises:
        LedgerFault: ALREADY_EXISTS.
    """
    make_folder(folder)
    path = key_path(folder, name)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise LedgerFault(Fault.ALREADY_EXISTS, path=str(path)) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(dumps(key.public.jwk() | {"d": base64url.encode(key.secret_bytes())}) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_private_key(folder: Path, name: str) -> PrivateKey:
    """Read a private key back.

    Raises:
        LedgerFault: KEY_FILE_INVALID, naming the file and why, never what is in it.
    """
    path = key_path(folder, name)
    try:
        mode, content = stat.S_IMODE(path.stat().st_mode), path.read_bytes()
    except OSError as error:
        raise LedgerFault(Fault.KEY_FILE_INVALID, path=str(path), why="unreadable") from error
    if mode & 0o077:
        raise LedgerFault(Fault.KEY_FILE_INVALID, path=str(path), why="mode_wider_than_0600")
    try:
        secret = loads_object(content.strip(), bytes_max=_FILE_BYTES_MAX).get("d")
        return PrivateKey.from_seed(base64url.decode(secret if isinstance(secret, str) else ""))
    except LedgerFault as fault:
        # What is in the file is not repeated: it may be most of a secret.
        raise LedgerFault(Fault.KEY_FILE_INVALID, path=str(path), why="form") from fault


def notice_key(folder: Path, *, make: bool) -> PrivateKey:
    """The key that signs notices. With `make` it is made if it is not there.

    Raises:
        LedgerFault: KEY_FILE_INVALID.
    """
    if make and not key_path(folder, NOTICE_KEY).exists():
        try:
            write_private_key(folder, NOTICE_KEY, PrivateKey.generate())
        except OSError as error:
            path = str(key_path(folder, NOTICE_KEY))
            raise LedgerFault(Fault.KEY_FILE_INVALID, path=path, why="unreadable") from error
    return read_private_key(folder, NOTICE_KEY)


def log_key_name(kid: str) -> str:
    """Under which name the file of a later log key lies: any that begins with `log` is found."""
    return f"{LOG_KEY}-{kid}"


def find_log_key(folder: Path, public: PublicKey) -> PrivateKey:
    """The private part of a log key, from whichever file in the folder begins with `log` and holds it.

    Raises:
        LedgerFault: KEY_FILE_INVALID if no file does, or why `log.key` cannot be read if it is the only one.
    """
    named = {path.stem for path in folder.glob(f"{LOG_KEY}-*.key")} | {LOG_KEY}
    why: LedgerFault | None = None
    for name in sorted(named):
        try:
            key = read_private_key(folder, name)
        except LedgerFault as fault:
            why = fault
        else:
            if key.public == public:
                return key
    path = str(key_path(folder, LOG_KEY))
    raise why or LedgerFault(Fault.KEY_FILE_INVALID, path=path, why=f"not_the_log_key_{public.kid}")


class LogKeyring:
    """The private log keys that a writer holds: the one in force, and one to come as soon as an order brings it."""

    def __init__(self, key: PrivateKey, find: Callable[[PublicKey], PrivateKey] | None) -> None:
        self._keys = {key.public.kid: key}
        self._find = find

    def fetch(self, public: PublicKey) -> LedgerFault | None:
        """Hold the private part of this key, or say that it is missing: no checkpoint could be signed without it."""
        try:
            if self._find is not None:
                self._keys[public.kid] = self._find(public)
        except LedgerFault:
            return LedgerFault(Fault.LOG_KEY_MISSING)
        return None if public.kid in self._keys else LedgerFault(Fault.LOG_KEY_MISSING)

    def private(self, public: PublicKey) -> PrivateKey:
        """The private part of a key that is held."""
        return self._keys[public.kid]
