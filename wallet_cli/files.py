"""Private files: written whole or not at all, durable once the call returns, readable by their owner only.

Folders have mode 0700 and files 0600. A file is first written under a hidden name in the same folder and
flushed, then takes its own name in one step, then the folder is flushed: after a power cut there is the old
file, the new one, or none, and never half of one.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wallet_cli.faults import ExitCode, WalletFault

FOLDER_MODE = 0o700
FILE_MODE = 0o600
TEMPORARY_PREFIX = ".new-"
"""How the hidden name of a half-written file begins. What is called so may be deleted."""

_OTHERS = 0o077


def make_private_folder(folder: Path) -> None:
    """Make the folder, and the parents that are missing, with mode 0700; refuse one that others may enter.

    Raises:
        WalletFault: `folder_open_to_others`, or `file_not_written` if it cannot be made.
    """
    try:
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        for place in reversed(missing):
            place.mkdir(mode=FOLDER_MODE, exist_ok=True)
        mode = stat.S_IMODE(folder.stat().st_mode)
    except OSError as error:
        raise _not_written(folder, error) from error
    if mode & _OTHERS:
        raise WalletFault(
            "folder_open_to_others", ExitCode.NOT_AUTHORISED, path=str(folder), mode=f"{mode:04o}"
        )


def write_new(path: Path, data: bytes) -> None:
    """Write a file that does not exist yet; of several writers at once exactly one succeeds.

    Raises:
        FileExistsError: there is such a file. It has not been touched.
        WalletFault: `file_not_written`, `folder_open_to_others`.
    """
    temporary = _write_temporary(path, data)
    try:
        # A hard link, unlike a rename, never replaces what is there.
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)
    _flush_folder(path.parent)


def replace(path: Path, data: bytes) -> None:
    """Write a file, in place of the one that may be there.

    Raises:
        WalletFault: `file_not_written`, `folder_open_to_others`.
    """
    temporary = _write_temporary(path, data)
    try:
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _not_written(path, error) from error
    _flush_folder(path.parent)


def move(path: Path, to: Path) -> None:
    """Give a file another name on the same file system, and flush both folders."""
    path.rename(to)
    _flush_folder(to.parent)
    _flush_folder(path.parent)


def remove(path: Path) -> None:
    """Delete a file if it is there, and flush its folder."""
    path.unlink(missing_ok=True)
    _flush_folder(path.parent)


def read_private(path: Path, *, bytes_max: int) -> bytes:
    """All of a file that nobody else may read.

    Raises:
        FileNotFoundError: there is none.
        WalletFault: `file_open_to_others`, `file_not_regular`, `file_too_large`, `file_not_read`.
    """
    try:
        # Without O_NONBLOCK, opening a pipe would wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise WalletFault(
            "file_not_read", ExitCode.NOT_AUTHORISED, path=str(path), why=error.strerror or ""
        ) from error
    try:
        _check_private(path, os.fstat(descriptor), bytes_max)
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(bytes_max + 1)
    finally:
        os.close(descriptor)
    if len(data) > bytes_max:
        raise WalletFault("file_too_large", ExitCode.UNEXPECTED, path=str(path), bytes_max=bytes_max)
    return data


def path_text(path: Path) -> str:
    """A path as short as it can be typed from here."""
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):
        return str(path)
    return relative if not relative.startswith("../..") and len(relative) < len(str(path)) else str(path)


def _check_private(path: Path, found: os.stat_result, bytes_max: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise WalletFault("file_not_regular", ExitCode.UNEXPECTED, path=str(path))
    mode = stat.S_IMODE(found.st_mode)
    if mode & _OTHERS:
        raise WalletFault("file_open_to_others", ExitCode.NOT_AUTHORISED, path=str(path), mode=f"{mode:04o}")
    if found.st_size > bytes_max:
        raise WalletFault("file_too_large", ExitCode.UNEXPECTED, path=str(path), bytes_max=bytes_max)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: one `pochi` at a time. It ends with the process, too."""
    make_private_folder(folder)
    try:
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    except OSError as error:
        raise _not_written(folder, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write_temporary(path: Path, data: bytes) -> Path:
    make_private_folder(path.parent)
    temporary = path.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _not_written(path, error) from error
    return temporary


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_written(path: Path, error: OSError) -> WalletFault:
    return WalletFault("file_not_written", ExitCode.UNEXPECTED, path=str(path), why=error.strerror or "")
