"""The operator's private keys on disk: one JSON Web Key a file, mode 0600, in a folder of mode 0700."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ledger.faults import Fault, LedgerFault
from ledger.signing import base64url
from ledger.signing.keys import PrivateKey
from ledger.strict_json import dumps, loads_object

LOG_KEY = "log"
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
