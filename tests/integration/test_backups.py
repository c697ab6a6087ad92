"""Backups that are not whole, and databases that are not free: refused, and everything is left as it was."""

from __future__ import annotations

import gzip
import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.auditing import audit_ledger
from ledger.backups import MANIFEST, make_backup, read_manifest
from ledger.directory.kinds import Kind
from ledger.directory.wishes import Change, Token
from ledger.directory_desk import open_desk
from ledger.directory_key import directory_key_path, read_directory_key
from ledger.faults import Fault, LedgerFault
from ledger.instants import MachineClock
from ledger.orders.kinds import Leg
from ledger.restoring import compare_receipts, restore_backup
from ledger.store import copying
from ledger.store.columns import METADATA
from ledger.store.directory import read_names
from ledger.store.engine import connect_writer, parse_url, reading, reading_engine, sqlite_path
from ledger.store.lease import take_lease
from ledger.store.migrations import migrate
from ledger.store.version import found_version
from tests.refused import refused
from tests.stored import StoredLedger

CLOCK = MachineClock()


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredLedger]:
    """A small ledger in SQLite with every kind of row, open for writing."""
    ledger = StoredLedger.create(f"sqlite:///{tmp_path / 'first.sqlite'}", tmp_path / "keys")
    ledger.person("asha", money=10_000)
    ledger.person("juma")
    ledger.institution("bandari")
    _, number = ledger.bill("bandari", "B-1", 500)
    ledger.settle(ledger.paying_bill("asha", number, 500))
    ledger.settle(ledger.paying("asha", Leg(ledger.accounts["juma"], 100)))
    desk = open_desk(ledger.bookkeeper, tmp_path / "keys", CLOCK)
    desk.answer(Change("p", {Kind.NAME: "Asha Mwinyi", Kind.TIN: "121207079"}, None, Token("t", 10**18)))
    yield ledger
    ledger.close()


@pytest.fixture
def backup(stored: StoredLedger, tmp_path: Path) -> Path:
    """Its backup, taken while it is open."""
    make_backup(stored.url, tmp_path / "backup", CLOCK)
    return tmp_path / "backup"


def is_free(url: str) -> bool:
    """Whether nothing is in a database: no file, or no tables, or tables without a record."""
    path = sqlite_path(parse_url(url))
    if path is not None:
        return [left.name for left in path.parent.glob(f"{path.name}*")] in ([], [f"{path.name}.lease"])
    with connect_writer(url) as connection:
        return found_version(connection) is None


def test_everything_comes_back(stored: StoredLedger, backup: Path, database_url: str, tmp_path: Path) -> None:
    """Every row of every table, names beside the log included, on either engine."""
    restored = restore_backup(backup, database_url, tmp_path / "keys", outside=stored.enquiries.checkpoint())
    assert (restored.missing, restored.report.records) == (0, stored.enquiries.head().size)
    first, second = (reading_engine(url, connections=1) for url in (stored.url, database_url))
    for table in copying.TABLES:
        with reading(first) as one, reading(second) as other:
            rows = [list(copying.lines_of(connection, table)) for connection in (one, other)]
        if table.name != "log_head":
            assert rows[0] == rows[1], table.name
    with reading(second) as connection:
        key = read_directory_key(directory_key_path(tmp_path / "keys"))
        assert read_names(connection, key, ["p"]) == {"p": "Asha Mwinyi"}
    first.dispose()
    second.dispose()


def test_a_backup_is_its_owners_alone(backup: Path) -> None:
    """People's names lie in it."""
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in backup.iterdir()} == {0o600}
    assert {path.name for path in backup.iterdir()} == {MANIFEST} | {
        f"{name}.jsonl.gz" for name in METADATA.tables
    }


def test_a_backup_never_takes_a_place_that_is_taken(stored: StoredLedger, backup: Path) -> None:
    """Nor is anything half-written left where the folder does not exist."""
    with refused(Fault.ALREADY_EXISTS, path=str(backup)):
        make_backup(stored.url, backup, CLOCK)
    with refused(Fault.BACKUP_INVALID, what="no_such_folder"):
        make_backup(stored.url, backup.parent / "gone" / "backup", CLOCK)


def test_a_damaged_ledger_is_not_backed_up(stored: StoredLedger, tmp_path: Path) -> None:
    """A backup of it would look like a good one; nothing is left behind."""
    stored.close()
    with connect_writer(stored.url) as connection:
        connection.execute(text("DROP TRIGGER records_kept"))
        connection.execute(text("DELETE FROM records WHERE sequence = 3"))
        connection.commit()
    with pytest.raises(LedgerFault) as caught:
        make_backup(stored.url, tmp_path / "bad", CLOCK)
    assert caught.value.fault is Fault.LOG_HEAD_WRONG
    assert not list(tmp_path.glob("*bad*"))


def _cut_short(backup: Path) -> None:
    path = backup / "entries.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-20])


def _one_bit(backup: Path) -> None:
    path = backup / "records.jsonl.gz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _no_manifest(backup: Path) -> None:
    (backup / MANIFEST).unlink()


def _manifest_of_nonsense(backup: Path) -> None:
    (backup / MANIFEST).write_text('{"format":"daftari-backup/1"}')


def _a_file_less(backup: Path) -> None:
    (backup / "names.jsonl.gz").unlink()


def _another_format(backup: Path) -> None:
    _change_manifest(backup, format="daftari-backup/9")


def _a_table_less(backup: Path) -> None:
    tables = json.loads((backup / MANIFEST).read_text())["tables"]
    del tables["names"]
    _change_manifest(backup, tables=tables)


def _another_ledger(backup: Path) -> None:
    _change_manifest(backup, ledger="x" * 43)


def _another_size(backup: Path) -> None:
    _change_manifest(backup, size=3)


def _change_manifest(backup: Path, **members: object) -> None:
    path = backup / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | members))


@pytest.mark.parametrize(
    "damage",
    [
        _cut_short,
        _one_bit,
        _no_manifest,
        _manifest_of_nonsense,
        _a_file_less,
        _another_format,
        _a_table_less,
        _another_ledger,
        _another_size,
    ],
)
def test_a_damaged_backup_is_refused(
    backup: Path, tmp_path: Path, sqlite_url: str, damage: Callable[[Path], None]
) -> None:
    """And nothing is left of it."""
    damage(backup)
    with pytest.raises(LedgerFault) as caught:
        restore_backup(backup, sqlite_url, tmp_path / "keys")
    assert caught.value.fault is Fault.BACKUP_INVALID
    assert is_free(sqlite_url)


def test_a_backup_of_other_tables_is_refused(backup: Path, tmp_path: Path, sqlite_url: str) -> None:
    """It says of which version they are."""
    _change_manifest(backup, schema="9999")
    with pytest.raises(LedgerFault) as caught:
        restore_backup(backup, sqlite_url, tmp_path / "keys")
    assert (caught.value.fault, caught.value.details["found"]) == (Fault.SCHEMA_FOREIGN, "9999")


def _forge(backup: Path, table: str, change: Callable[[list[object]], None]) -> None:
    """Change the first row of a table and make the manifest agree, as somebody would who means it."""
    path = backup / f"{table}.jsonl.gz"
    lines = gzip.decompress(path.read_bytes()).splitlines()
    row = json.loads(lines[0])
    change(row)
    path.write_bytes(gzip.compress(b"".join(line + b"\n" for line in [json.dumps(row).encode(), *lines[1:]])))
    manifest = json.loads((backup / MANIFEST).read_text())
    manifest["tables"][table]["sha256"] = copying_sha256(path)
    _change_manifest(backup, tables=manifest["tables"])


def copying_sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_forged_backup_does_not_stand_the_audit(backup: Path, tmp_path: Path, database_url: str) -> None:
    """Its sums are right, its content is not; the database is as empty as before."""
    _forge(backup, "keys", lambda row: row.__setitem__(4, 1))
    with pytest.raises(LedgerFault) as caught:
        restore_backup(backup, database_url, tmp_path / "keys")
    assert caught.value.fault in (Fault.PROJECTION_WRONG, Fault.RECORD_WRONG)
    assert is_free(database_url)


def test_a_row_of_another_form_is_refused(backup: Path, tmp_path: Path, sqlite_url: str) -> None:
    """A column too many."""
    _forge(backup, "parties", lambda row: row.append(1))
    with refused(Fault.BACKUP_INVALID, what="row_of_parties"):
        restore_backup(backup, sqlite_url, tmp_path / "keys")
    assert is_free(sqlite_url)


def test_a_database_that_is_not_free_is_left_alone(
    stored: StoredLedger, backup: Path, tmp_path: Path, database_url: str
) -> None:
    """A live ledger, a ledger, a leftover of one, tables of somebody else."""
    keys = tmp_path / "keys"
    with pytest.raises(LedgerFault) as caught:
        restore_backup(backup, stored.url, keys)
    assert caught.value.fault is Fault.ALREADY_RUNNING
    stored.close()
    with pytest.raises(LedgerFault) as caught:
        restore_backup(backup, stored.url, keys)
    assert caught.value.fault is Fault.ALREADY_EXISTS
    audit_ledger(stored.url)
    restore_backup(backup, database_url, keys)
    with pytest.raises(LedgerFault) as caught:
        restore_backup(backup, database_url, keys)
    assert caught.value.fault is Fault.ALREADY_EXISTS
    left = tmp_path / "left.sqlite-wal"
    left.touch()
    with refused(Fault.ALREADY_EXISTS, path=str(left)):
        restore_backup(backup, f"sqlite:///{tmp_path / 'left.sqlite'}", keys)


def test_a_postgresql_database_of_somebody_else_is_left_alone(
    backup: Path, tmp_path: Path, postgres_url: str
) -> None:
    """And one whose empty tables somebody has just taken the lease of."""
    migrate(postgres_url)
    with connect_writer(postgres_url) as connection:
        lease = take_lease(connection, wait_seconds=0)
        with pytest.raises(LedgerFault) as caught:
            restore_backup(backup, postgres_url, tmp_path / "keys")
        assert caught.value.fault is Fault.ALREADY_RUNNING
        lease.release()
    restore_backup(backup, postgres_url, tmp_path / "keys")


def test_the_wrong_log_key_is_told(backup: Path, tmp_path: Path, database_url: str) -> None:
    """A ledger that could not be served is not left there; without any key nothing is begun."""
    with pytest.raises(LedgerFault) as caught:
        restore_backup(backup, database_url, tmp_path / "no-keys")
    assert caught.value.details["why"] == "unreadable"
    other = StoredLedger.create(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "other")
    other.close()
    (tmp_path / "other" / "log.key").write_bytes(_another_key(tmp_path))
    with pytest.raises(LedgerFault) as caught:
        restore_backup(backup, database_url, tmp_path / "other")
    assert caught.value.fault is Fault.KEY_FILE_INVALID
    assert is_free(database_url)


def _another_key(folder: Path) -> bytes:
    from ledger.keys_folder import key_path, write_private_key
    from tests.strategies import key_of

    write_private_key(folder / "another", "log", key_of("another"))
    return key_path(folder / "another", "log").read_bytes()


def test_a_checkpoint_from_outside(
    stored: StoredLedger, backup: Path, tmp_path: Path, sqlite_url: str
) -> None:
    """Of the same history and not newer it is fine; newer, another ledger's or altered, it is not."""
    keys, held = tmp_path / "keys", stored.enquiries.checkpoint()
    stored.settle(stored.paying("asha", Leg(stored.accounts["juma"], 1)))
    newer = stored.enquiries.checkpoint()
    size = read_manifest(backup).size
    with refused(Fault.BACKUP_OLDER, size=str(size), outside=str(size + 1), missing="1"):
        restore_backup(backup, sqlite_url, keys, outside=newer)
    with refused(Fault.ANOTHER_HISTORY, what="outside_checkpoint_of_another_ledger"):
        restore_backup(backup, sqlite_url, keys, outside=held.replace("daftari/", "daftari/x"))
    altered = held.replace("\n", "\n1", 1).replace(f"\n1{size}\n", f"\n{size - 1}\n")
    with pytest.raises(LedgerFault):
        restore_backup(backup, sqlite_url, keys, outside=altered)
    assert is_free(sqlite_url)
    accepted = restore_backup(backup, sqlite_url, keys, outside=newer, accept_older=True)
    assert accepted.missing == 1


def test_receipts_are_looked_up(stored: StoredLedger) -> None:
    """Held, missing, and at odds with the ledger."""
    size, (record,) = stored.enquiries.head().size, stored.enquiries.records(2, 1)
    compared = compare_receipts(
        stored.url, {"a": (2, record), "b": (size, record), "c": (3, record), "d": (1, b"x")}
    )
    assert compared == (1, ["b"], ["c", "d"])
