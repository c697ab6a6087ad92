"""Restoring: a backup into an empty database, audited as a whole before it is said to be fit for service.

Whatever goes wrong on the way, the database is left as it was. A checkpoint that was held outside says whether this
backup is the newest history there is: what is missing is told, never dropped in silence.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from ledger.auditing import AuditReport, audit_ledger
from ledger.backups import Manifest, check_files, read_manifest, table_path
from ledger.faults import Fault, LedgerFault
from ledger.keys_folder import LOG_KEY, read_private_key
from ledger.opening import open_bookkeeper
from ledger.orders.genesis import read_genesis
from ledger.proofs.checkpoint import origin_of
from ledger.store import copying
from ledger.store.checks import check_head
from ledger.store.engine import (
    connect_writer,
    parse_url,
    place,
    reading,
    reading_engine,
    sqlite_path,
    told_as_faults,
)
from ledger.store.head import load_record, read_head
from ledger.store.lease import lock_file, lock_server, unlock_file
from ledger.store.migrations import migrate

_SIZE = re.compile(r"(daftari/[A-Za-z0-9_-]+)\n([0-9]{1,19})\n")


class Restored(NamedTuple):
    """What was restored, and how many records a checkpoint from outside has beyond it."""

    manifest: Manifest
    report: AuditReport
    missing: int


def restore_backup(
    folder: Path, url: str, keys: Path, *, outside: str | None = None, accept_older: bool = False
) -> Restored:
    """Put a backup into an empty database, audit all of it, and open it once as the sequencer would.

    If anything is wrong the database is left as it was.

    Raises:
        LedgerFault: ALREADY_RUNNING or ALREADY_EXISTS for a database that is not free; BACKUP_INVALID; BACKUP_OLDER if
            the checkpoint from outside is newer and that was not accepted; whatever the audit finds.
    """
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    if not any(keys.glob(f"{LOG_KEY}*.key")):
        read_private_key(
            keys, LOG_KEY
        )  # says that there is none; whether one is the right one shows at the end
    missing = _missing(manifest, outside)
    if missing and not accept_older:
        raise LedgerFault(
            Fault.BACKUP_OLDER, size=manifest.size, outside=manifest.size + missing, missing=missing
        )
    known = None if missing else outside
    path = sqlite_path(parse_url(url))
    if path is None:
        report = _restore_postgresql(folder, manifest, url, keys, known)
    else:
        report = _restore_sqlite(folder, manifest, path, keys, known)
    return Restored(manifest, report, missing)


def _missing(manifest: Manifest, outside: str | None) -> int:
    """How many records the checkpoint from outside has beyond the backup."""
    if outside is None:
        return 0
    found = _SIZE.match(outside)
    if found is None or found[1] != origin_of(manifest.ledger):
        raise LedgerFault(Fault.ANOTHER_HISTORY, what="outside_checkpoint_of_another_ledger")
    return max(0, int(found[2]) - manifest.size)


def _restore_sqlite(
    folder: Path, manifest: Manifest, path: Path, keys: Path, outside: str | None
) -> AuditReport:
    """Into a file beside it, which gets its name when everything holds."""
    if not path.absolute().parent.is_dir():
        raise LedgerFault(Fault.STORE_UNREACHABLE, database=path.name, why="no_such_folder")
    lock = lock_file(path)
    if lock is None:
        raise LedgerFault(Fault.ALREADY_RUNNING, run_dir=path.name)
    copy = path.with_name(f"{path.name}.restoring")
    try:
        for there in _with_logs(path):
            if there.exists():
                raise LedgerFault(Fault.ALREADY_EXISTS, path=str(there))
        _remove(copy)
        url = f"sqlite:///{copy}"
        migrate(url)
        with _writing(url) as connection:
            _load(connection, folder, manifest)
            connection.commit()
        report = audit_ledger(url, outside_checkpoint=outside)
        _require_same(report, manifest)
        _open_once(url, keys)
        copying.put_in_place(copy, path)
        return report
    finally:
        _remove(copy)
        unlock_file(lock)


def _restore_postgresql(
    folder: Path, manifest: Manifest, url: str, keys: Path, outside: str | None
) -> AuditReport:
    """Into the empty database itself, in one transaction; if the audit objects, it is emptied again."""
    with _writing(url) as connection:
        copying.require_no_ledger(connection)
    migrate(url)
    with _writing(url) as connection:
        if not lock_server(connection):
            raise LedgerFault(Fault.ALREADY_RUNNING, run_dir=place(connection.engine.url))
        copying.require_no_ledger(connection)
        _load(connection, folder, manifest)
        connection.commit()
        with _or_taken_away(connection):
            report = audit_ledger(url, outside_checkpoint=outside)
            _require_same(report, manifest)
    try:
        _open_once(url, keys)
    except LedgerFault:
        with _writing(url) as connection:
            copying.take_tables_away(connection)
        raise
    return report


@contextmanager
def _or_taken_away(connection: Connection) -> Iterator[None]:
    """Leave nothing in the database that did not stand the audit."""
    try:
        yield
    except BaseException:
        copying.take_tables_away(connection)
        raise


def _require_same(report: AuditReport, manifest: Manifest) -> None:
    if report.records != manifest.size:
        raise LedgerFault(Fault.BACKUP_INVALID, what="size")


def _open_once(url: str, keys: Path) -> None:
    """As the sequencer will: durability, tables, head, books, and the log key."""
    open_bookkeeper(url, keys, lease_seconds=5).bookkeeper.close()


def _load(connection: Connection, folder: Path, manifest: Manifest) -> None:
    for table in copying.TABLES:
        with gzip.open(table_path(folder, table), "rb") as lines:
            rows = copying.load_lines(connection, table, lines)
        if rows != manifest.tables[table.name].rows:
            raise LedgerFault(Fault.BACKUP_INVALID, what=f"rows_of_{table.name}")
    check_head(connection)
    head, ledger = read_head(connection), read_genesis(load_record(connection, 0)).ledger_id
    if (ledger, head.size, head.checkpoint) != (manifest.ledger, manifest.size, manifest.checkpoint):
        raise LedgerFault(Fault.BACKUP_INVALID, what="manifest_differs")


@contextmanager
def _writing(url: str) -> Iterator[Connection]:
    parsed = parse_url(url)
    connection = connect_writer(url)
    try:
        with told_as_faults(parsed):
            yield connection
    finally:
        connection.close()
        connection.engine.dispose()


def _with_logs(path: Path) -> list[Path]:
    """A SQLite database and what lies beside it while it is open, or was when it was killed."""
    return [path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", "-journal"))]


def _remove(copy: Path) -> None:
    for path in (*_with_logs(copy), copy.with_name(f"{copy.name}.lease")):
        path.unlink(missing_ok=True)


class ReceiptsHeld(NamedTuple):
    """Receipts against a ledger: in it, missing from it (they are of a time after it), or at odds with it."""

    held: int
    missing: list[str]
    differing: list[str]


def compare_receipts(url: str, receipts: Mapping[str, tuple[int, bytes]]) -> ReceiptsHeld:
    """Look each receipt's record up, by `name -> (index, record)`."""
    engine = reading_engine(url, connections=1)
    held, missing, differing = 0, list[str](), list[str]()
    try:
        with reading(engine) as connection:
            size = read_head(connection).size
            for name, (index, record) in sorted(receipts.items()):
                if index >= size:
                    missing.append(name)
                elif load_record(connection, index) != record:
                    differing.append(name)
                else:
                    held += 1
    finally:
        engine.dispose()
    return ReceiptsHeld(held, missing, differing)
