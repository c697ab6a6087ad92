"""Backups: the whole ledger, as it was at one moment, in a folder that can be checked and carried anywhere.

A backup is taken through one snapshot of the database while the ledger is served, and needs no program of the
database's own. It holds one file for each table and a manifest: which ledger, how many records, the signed checkpoint
over them, and the SHA-256 of every file. Either engine's backup is restored to either engine.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sqlalchemy import Connection, Table

from ledger.faults import Fault, LedgerFault
from ledger.instants import Clock, instant_text
from ledger.orders.genesis import read_genesis
from ledger.store import copying
from ledger.store.checks import check_head
from ledger.store.engine import reading, reading_engine
from ledger.store.head import load_record, read_head
from ledger.store.schema import SCHEMA_VERSION
from ledger.store.version import require_schema
from ledger.strict_json import dumps, loads_object

MANIFEST = "manifest.json"
FORMAT = "daftari-backup/1"
MANIFEST_BYTES_MAX = 256 * 1024
_MEMBERS = {"format", "ledger", "size", "checkpoint", "schema", "made_at", "tables"}
_COMPRESSION = 1  # what a faster disk would not make quicker


class TableFile(NamedTuple):
    """One table in a backup."""

    rows: int
    sha256: str


class Manifest(NamedTuple):
    """What a backup says of itself."""

    ledger: str
    size: int
    checkpoint: str
    schema: str
    made_at: str
    tables: Mapping[str, TableFile]


def make_backup(url: str, to: Path, clock: Clock) -> Manifest:
    """Write a backup. It has its name only when it is whole and on the disk.

    Raises:
        LedgerFault: ALREADY_EXISTS; what is wrong with the ledger, which is then not backed up over a good one.
    """
    if to.exists():
        raise LedgerFault(Fault.ALREADY_EXISTS, path=str(to))
    if not to.absolute().parent.is_dir():
        raise LedgerFault(Fault.BACKUP_INVALID, what="no_such_folder")
    unfinished = Path(tempfile.mkdtemp(prefix=f".{to.name}.unfinished-", dir=to.absolute().parent))
    engine = reading_engine(url, connections=1)
    try:
        with reading(engine) as connection:
            manifest = _write_tables(connection, unfinished, instant_text(clock.wall_us()))
        _write(unfinished.joinpath(MANIFEST), _manifest_bytes(manifest))
        copying.flush(unfinished)
        unfinished.rename(to)
        copying.flush(to.absolute().parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    finally:
        engine.dispose()
    return manifest


def _write_tables(connection: Connection, folder: Path, made_at: str) -> Manifest:
    require_schema(connection)
    check_head(connection)
    head = read_head(connection)
    ledger = read_genesis(load_record(connection, 0)).ledger_id
    tables = {table.name: _write_table(connection, table, folder) for table in copying.TABLES}
    if tables["records"].rows != head.size:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="size", head=head.size, found=tables["records"].rows)
    return Manifest(ledger, head.size, head.checkpoint, SCHEMA_VERSION, made_at, tables)


def _write_table(connection: Connection, table: Table, folder: Path) -> TableFile:
    path, rows = table_path(folder, table), 0
    with _private(path) as file, gzip.GzipFile("", "wb", _COMPRESSION, file, mtime=0) as packed:
        for line in copying.lines_of(connection, table):
            packed.write(line)
            rows += 1
    copying.flush(path)
    return TableFile(rows, _sha256(path))


def _manifest_bytes(manifest: Manifest) -> bytes:
    tables = {name: {"rows": file.rows, "sha256": file.sha256} for name, file in manifest.tables.items()}
    return dumps({"format": FORMAT} | manifest._asdict() | {"tables": tables}) + b"\n"


def read_manifest(folder: Path) -> Manifest:
    """What a backup says of itself; its files are not looked at.

    Raises:
        LedgerFault: BACKUP_INVALID; SCHEMA_FOREIGN for a backup of another version's tables.
    """
    try:
        content = (folder.joinpath(MANIFEST)).read_bytes()
        members = loads_object(content.strip(), bytes_max=MANIFEST_BYTES_MAX)
        found = _manifest(members)
    except (OSError, LedgerFault, KeyError, TypeError, ValueError, AttributeError) as error:
        raise LedgerFault(Fault.BACKUP_INVALID, what="manifest") from error
    if found.schema != SCHEMA_VERSION:
        raise LedgerFault(Fault.SCHEMA_FOREIGN, found=found.schema, expected=SCHEMA_VERSION)
    if found.tables.keys() != {table.name for table in copying.TABLES}:
        raise LedgerFault(Fault.BACKUP_INVALID, what="manifest_tables")
    return found


def _manifest(members: Mapping[str, object]) -> Manifest:
    size, tables = members["size"], members["tables"]
    known = members.keys() == _MEMBERS and members["format"] == FORMAT
    if not known or not isinstance(size, int) or not isinstance(tables, dict):
        raise TypeError
    files = {str(name): TableFile(int(file["rows"]), str(file["sha256"])) for name, file in tables.items()}
    texts = [str(members[name]) for name in ("ledger", "checkpoint", "schema", "made_at")]
    return Manifest(texts[0], size, texts[1], texts[2], texts[3], files)


def check_files(folder: Path, manifest: Manifest) -> None:
    """Hold every file against the manifest.

    Raises:
        LedgerFault: BACKUP_INVALID naming the first file that is not what was written.
    """
    for table in copying.TABLES:
        path = table_path(folder, table)
        try:
            found = _sha256(path)
        except OSError as error:
            raise LedgerFault(Fault.BACKUP_INVALID, what=path.name) from error
        if found != manifest.tables[table.name].sha256:
            raise LedgerFault(Fault.BACKUP_INVALID, what=path.name)


def table_path(folder: Path, table: Table) -> Path:
    """The file of a table."""
    return folder / f"{table.name}.jsonl.gz"


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _write(path: Path, content: bytes) -> None:
    with _private(path) as file:
        file.write(content)
    copying.flush(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
