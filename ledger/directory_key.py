"""The directory's key on disk: a symmetric JSON Web Key (RFC 7518, 6.4) among the operator's keys, mode 0600."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from ledger.directory.sealing import SECRET_BYTES, DirectoryKey
from ledger.faults import Fault, LedgerFault
from ledger.signing import base64url
from ledger.strict_json import dumps, loads_object

DIRECTORY_KEY = "directory"
_FILE_BYTES_MAX = 1_024


def directory_key_path(folder: Path) -> Path:
    """Where it lies, among the other keys."""
    return folder / f"{DIRECTORY_KEY}.key"


def make_directory_key(folder: Path) -> DirectoryKey:
    """A new key, written and flushed, never over another.

    Raises:
        LedgerFault: ALREADY_EXISTS.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, secret = directory_key_path(folder), secrets.token_bytes(SECRET_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise LedgerFault(Fault.ALREADY_EXISTS, path=str(path)) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(dumps({"kty": "oct", "k": base64url.encode(secret)}) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return DirectoryKey(secret)


def read_directory_key(path: Path) -> DirectoryKey:
    """The key in a file.

    Raises:
        LedgerFault: KEY_FILE_INVALID, naming the file and why, never what is in it.
    """
    try:
        mode, content = stat.S_IMODE(path.stat().st_mode), path.read_bytes()
    except OSError as error:
        raise LedgerFault(Fault.KEY_FILE_INVALID, path=str(path), why="unreadable") from error
    if mode & 0o077:
        raise LedgerFault(Fault.KEY_FILE_INVALID, path=str(path), why="mode_wider_than_0600")
    try:
        members = loads_object(content.strip(), bytes_max=_FILE_BYTES_MAX)
        k = members.get("k")
        secret = base64url.decode(k if isinstance(k, str) else "")
    except LedgerFault as fault:
        raise LedgerFault(Fault.KEY_FILE_INVALID, path=str(path), why="form") from fault
    if members.get("kty") != "oct" or len(secret) != SECRET_BYTES:
        raise LedgerFault(Fault.KEY_FILE_INVALID, path=str(path), why="form")
    return DirectoryKey(secret)
