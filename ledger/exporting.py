"""Exports: the books of a stored ledger as a file that outsiders check, made while the ledger is audited.

What an export says was therefore audited, in the one snapshot that it was made from. It is written beside its place and
put there when the audit has ended well: a damaged ledger leaves no file, and an older file stays as it was.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from ledger.auditing import AuditReport, audit_ledger
from ledger.exports.journals import BeancountJournal, HledgerJournal
from ledger.exports.log_lines import LogLines
from ledger.faults import Fault, LedgerFault
from ledger.rules.audit import Replayed
from ledger.rules.history import History
from ledger.rules.state import State


class Format(Protocol):
    """One way to write the books down: lines of bytes, in the order of the records."""

    def begin(self, history: History) -> Iterator[bytes]:
        """What record 0 makes."""

    def note(self, replayed: Replayed) -> Iterator[bytes]:
        """What one more record makes."""

    def end(self, state: State, checkpoint: str, recorded_us: int) -> Iterator[bytes]:
        """What stands after the last record."""


FORMATS: Mapping[str, type[Format]] = {
    "hledger": HledgerJournal,
    "beancount": BeancountJournal,
    "jsonl": LogLines,
}
"""The formats by the names that `--format` takes."""


def export_to_file(url: str, name: str, path: Path) -> AuditReport:
    """Write the books of a stored ledger into a file, whole or not at all.

    Raises:
        LedgerFault: FILE_UNUSABLE, and whatever the audit finds.
    """
    place = path.parent
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=place)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            report = _export(url, name, file, path)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        raise _unusable(path, error) from error
    finally:
        Path(temporary).unlink(missing_ok=True)
    return report


def export_to_stream(url: str, name: str, stream: BinaryIO) -> AuditReport:
    """Write the books to a stream, such as standard output: not a byte of it before the audit has ended well.

    Raises:
        LedgerFault: FILE_UNUSABLE if there is no room to keep them meanwhile, and whatever the audit finds.
    """
    kept = Path(tempfile.gettempdir())
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed below; only its opening is told as a fault
    except OSError as error:
        raise _unusable(kept, error) from error
    with file:
        report = _export(url, name, file, kept)
        file.seek(0)
        shutil.copyfileobj(file, stream, 1024 * 1024)
        stream.flush()
    return report


def _export(url: str, name: str, file: IO[bytes], path: Path) -> AuditReport:
    writer = _Writer(FORMATS[name](), file, path)
    report = audit_ledger(url, listener=writer)
    writer.end(report)
    return report


class _Writer:
    """Hears what the audit reads and writes it down."""

    def __init__(self, form: Format, file: IO[bytes], path: Path) -> None:
        self._form = form
        self._file = file
        self._path = path

    def begin(self, history: History) -> None:
        """Record 0."""
        self._write(self._form.begin(history))

    def note(self, replayed: Replayed) -> None:
        """One more record."""
        self._write(self._form.note(replayed))

    def end(self, report: AuditReport) -> None:
        """The end, once everything was audited."""
        self._write(self._form.end(report.run.state, report.checkpoint, report.run.recorded_us))
        self._write(iter(()), flush=True)

    def _write(self, lines: Iterator[bytes], *, flush: bool = False) -> None:
        try:
            self._file.writelines(lines)
            if flush:
                self._file.flush()
        except OSError as error:
            raise _unusable(self._path, error) from error


def _unusable(path: Path, error: OSError) -> LedgerFault:
    return LedgerFault(Fault.FILE_UNUSABLE, path=str(path), why=error.strerror or type(error).__name__)
