"""A backup file: one wallet's sealed key and the public facts that bring it up again, in one file to carry away.

It is no secret by itself, since the key in it is sealed (Argon2id, ChaCha20-Poly1305); it deserves a good passphrase.
Record 0 travels with it, whose hash is the ledger's id: restoring pins the same ledger, whoever answers at the URL.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.orders.genesis import GENESIS_BYTES_MAX
from wallet_cli import files
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.keystore import FILE_BYTES_MAX
from wallet_cli.recovery import ALGORITHMS

BACKUP_BYTES_MAX = FILE_BYTES_MAX + 2 * GENESIS_BYTES_MAX

_FORMAT = "pochi-backup"
_VERSION = 1
_TEXTS = ("name", "ledger_url", "genesis_record", "algorithm", "kid", "account", "key")


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup file holds. `key` is the content of a key file, sealed; all else is public."""

    name: str
    ledger_url: str
    genesis_record: str
    algorithm: str
    kid: str
    account: str
    key: str


def write_backup(path: Path, backup: Backup) -> None:
    """Write a backup, mode 0600, never over another file.

    Raises:
        WalletFault: `file_exists`, `file_not_written`.
    """
    members = {"format": _FORMAT, "version": _VERSION} | {name: getattr(backup, name) for name in _TEXTS}
    data = json.dumps(members, indent=1).encode("ascii") + b"\n"
    try:
        # Not by `files`: where a backup goes (a stick, a shared folder) need not be private.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, files.FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
    except FileExistsError as error:
        raise WalletFault("backup_exists", ExitCode.CONFLICT, path=str(path)) from error
    except OSError as error:
        why = error.strerror or ""
        raise WalletFault("file_not_written", ExitCode.UNEXPECTED, path=str(path), why=why) from error


def read_backup(path: Path) -> Backup:
    """Read a backup; its key is still sealed.

    Raises:
        WalletFault: `backup_missing`, `backup_unreadable`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(BACKUP_BYTES_MAX + 1)
    except OSError as error:
        raise WalletFault("backup_missing", ExitCode.NOT_FOUND, path=str(path)) from error
    try:
        members: Any = json.loads(data) if len(data) <= BACKUP_BYTES_MAX else None
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, dict) or (members.get("format"), members.get("version")) != (
        _FORMAT,
        _VERSION,
    ):
        raise WalletFault("backup_unreadable", ExitCode.USAGE, path=str(path))
    texts = [members.get(name) for name in _TEXTS]
    if not all(isinstance(text, str) for text in texts) or members.get("algorithm") not in ALGORITHMS:
        raise WalletFault("backup_unreadable", ExitCode.USAGE, path=str(path))
    return Backup(*(str(text) for text in texts))
