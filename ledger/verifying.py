"""The check of an exported log, with nothing but the file: no database, no ledger, no network.

Genesis, every signature, every rule decided again, the tree, and the signed checkpoint that ends the file. The replay
is the audit's own (`ledger.rules.history`). The first wrong line is named.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ledger.exports.log_lines import LINE_BYTES_MAX, read_checkpoint_line
from ledger.faults import Fault, LedgerFault
from ledger.proofs.checkpoint import Checkpoint
from ledger.rules.audit import Replay
from ledger.rules.history import History, Outside

_LAST_LINE_BYTES_MAX = 256 * 1024
_BEGINNING = b'{"'


class VerifiedLog(NamedTuple):
    """What a log says, all of which holds."""

    records: int
    run: Replay
    checkpoint: Checkpoint


def verify_log(path: Path, *, outside_checkpoint: str | None = None) -> VerifiedLog:
    """Verify the log in a file.

    Raises:
        LedgerFault: LINE_WRONG naming the first wrong `line` and `what` is wrong; COPY_OLDER or
            ANOTHER_HISTORY if the log does not contain the checkpoint from outside; FILE_UNUSABLE, also for a file that
            is no log at all.
    """
    try:
        with path.open("rb") as file:
            return _verify(file, outside_checkpoint)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise LedgerFault(Fault.FILE_UNUSABLE, path=str(path), why=why) from error


def _verify(file: BinaryIO, outside_text: str | None) -> VerifiedLog:
    ending = _last_line(file)
    file.seek(0)
    if ending is None and not file.read(len(_BEGINNING)).startswith(_BEGINNING):
        # It neither begins nor ends as a log: no damaged log, which would be evidence, but another file.
        raise LedgerFault(Fault.FILE_UNUSABLE, path=file.name, why="no_exported_log")
    lines = _Lines(file)
    first = lines.record()
    if first is None:
        raise _wrong(1, "no_record")
    try:
        history = History(first)
    except LedgerFault as fault:
        raise _of_line(fault) from fault
    origin, _, _ = (ending or "").partition("\n")
    if ending is not None and origin != f"daftari/{history.genesis.ledger_id}":
        # The checkpoint names the ledger by the hash of record 0, so an edit of record 0 shows at once.
        raise _wrong(1, "ledger")
    outside = None if outside_text is None else Outside(outside_text)
    _follow(history, lines, outside)
    checkpoint = _end(history, lines)
    if outside is not None:
        outside.require_contained(history)
    return VerifiedLog(history.size, history.run, checkpoint)


def _follow(history: History, lines: _Lines, outside: Outside | None) -> None:
    """Every record after the first; the tree is looked at where the checkpoint from outside was taken."""
    wanted = -1 if outside is None else outside.size
    try:
        if outside is not None:
            outside.look(history)
        for _ in history.follow(iter(lines.record, None)):
            if outside is not None and history.size == wanted:
                outside.look(history)
    except LedgerFault as fault:
        raise _of_line(fault) from fault


def _end(history: History, lines: _Lines) -> Checkpoint:
    """The checkpoint after the last record states this size and this root, is signed, and nothing follows it."""
    line, text = lines.number, lines.checkpoint
    if text is None:
        raise _wrong(line, "checkpoint_missing")
    try:
        checkpoint = history.open(text)
    except LedgerFault as fault:
        raise _wrong(line, fault.details.get("what", "checkpoint")) from fault
    if checkpoint.size != history.size:
        raise _wrong(line, "checkpoint_size")
    if checkpoint.root != history.root():
        raise _wrong(line, "checkpoint_root")
    if lines.more():
        raise _wrong(line + 1, "after_the_checkpoint")
    return checkpoint


class _Lines:
    """The lines of a log: records, then the checkpoint. `number` is that of the line read last, from 1."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file
        self.number = 0
        self.checkpoint: str | None = None

    def record(self) -> bytes | None:
        """The next record without its newline; None at the checkpoint, or at the end.

        Raises:
            LedgerFault: LINE_WRONG for a line that is too long or was cut off.
        """
        line = self._file.readline(LINE_BYTES_MAX + 1)
        self.number += 1
        if not line:
            return None
        if not line.endswith(b"\n"):
            raise _wrong(self.number, "cut_off" if len(line) <= LINE_BYTES_MAX else "too_long")
        self.checkpoint = read_checkpoint_line(line[:-1])
        return line[:-1] if self.checkpoint is None else None

    def more(self) -> bool:
        """Whether anything follows the line read last."""
        return bool(self._file.read(1))


def _last_line(file: BinaryIO) -> str | None:
    """The checkpoint in the last line, if that is what it is."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - _LAST_LINE_BYTES_MAX))
    lines = file.read(_LAST_LINE_BYTES_MAX).splitlines()
    return read_checkpoint_line(lines[-1]) if lines else None


def _of_line(fault: LedgerFault) -> LedgerFault:
    """The fault of a record as the fault of its line; others as they are."""
    if fault.fault is not Fault.RECORD_WRONG:
        return fault
    return _wrong(int(fault.details["sequence"]) + 1, fault.details["what"])


def _wrong(line: int, what: str) -> LedgerFault:
    return LedgerFault(Fault.LINE_WRONG, line=line, what=what)
