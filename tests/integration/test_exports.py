"""Exports that outsiders check: Beancount, hledger and the log itself, against the ledger's own counters."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction
from sqlalchemy import select

from ledger.auditing import audit_ledger
from ledger.exporting import FORMATS, export_to_file, export_to_stream
from ledger.faults import Fault, LedgerFault
from ledger.keys_folder import LOG_KEY, write_private_key
from ledger.opening import create_ledger
from ledger.store import schema
from ledger.store.engine import reading, reading_engine
from ledger.verifying import verify_log
from tests.busy_ledger import BusyLedger, busy_ledger
from tests.strategies import NOW_US, genesis_document, key_of
from tests.tampering import without_guards

HLEDGER = shutil.which("hledger")
needs_hledger = pytest.mark.skipif(
    HLEDGER is None, reason="hledger is not installed (apt-get install hledger)"
)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> BusyLedger:
    """One ledger for all tests that only read it."""
    folder = tmp_path_factory.mktemp("busy")
    return busy_ledger(f"sqlite:///{folder / 'ledger.sqlite'}", folder / "keys")


@pytest.fixture
def empty_url(tmp_path: Path) -> str:
    """A ledger with nothing but its genesis."""
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    write_private_key(tmp_path / "keys", LOG_KEY, key_of("log"))
    create_ledger(url, genesis_document(), key_of("log"), now_us=NOW_US)
    return url


def in_the_ledger(url: str) -> dict[str, Decimal]:
    """Debits less credits of every account, read from the table of accounts, by the address in upper case."""
    engine, table = reading_engine(url, connections=1), schema.accounts
    with reading(engine) as connection:
        rows = connection.execute(
            select(table.c.address, table.c.debits_posted - table.c.credits_posted)
        ).all()
    engine.dispose()
    return {address.upper(): Decimal(difference) / 100 for address, difference in rows}


def bean_check(path: Path) -> subprocess.CompletedProcess[str]:
    """What `bean-check` says."""
    command = [str(Path(sys.executable).parent / "bean-check"), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def in_beancount(path: Path) -> tuple[dict[str, Decimal], int]:
    """What Beancount makes of a journal: every account's sum, and how many transactions there are."""
    entries, errors, _ = loader.load_file(str(path))
    assert errors == []
    sums: dict[str, Decimal] = defaultdict(Decimal)
    moved = [entry for entry in entries if isinstance(entry, Transaction)]
    for entry in moved:
        for posting in entry.postings:
            assert posting.units is not None
            assert posting.units.number is not None
            sums[posting.account.rpartition(":")[2]] += posting.units.number
    return sums, len(moved)


def in_hledger(path: Path) -> dict[str, Decimal]:
    """What hledger makes of a journal."""
    command = [str(HLEDGER), "-f", str(path), "balance", "--flat", "--empty", "--no-total", "-O", "csv"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = list(csv.reader(io.StringIO(told)))[1:]
    return {name.rpartition(":")[2]: Decimal(amount.split()[0].replace(",", "")) for name, amount in rows}


def test_beancount_accepts_the_books_and_agrees_to_the_cent(busy: BusyLedger, tmp_path: Path) -> None:
    """Every account, chart and dollars included; one transaction for each record that moved money."""
    path = tmp_path / "books.beancount"
    report = export_to_file(busy.url, "beancount", path)
    said = bean_check(path)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")
    sums, moved = in_beancount(path)
    ledger = in_the_ledger(busy.url)
    assert {address: sums[address] for address in ledger} == ledger
    assert set(sums) <= set(ledger)
    assert len(ledger) == report.accounts
    assert moved == len(_records_that_moved(busy, tmp_path))


def _records_that_moved(busy: BusyLedger, folder: Path) -> list[bytes]:
    path = folder / "moved.jsonl"
    export_to_file(busy.url, "jsonl", path)
    return [line for line in path.read_bytes().splitlines() if b'"postings":[{' in line]


@needs_hledger
def test_hledger_accepts_the_books_and_agrees_to_the_cent(busy: BusyLedger, tmp_path: Path) -> None:
    """Strictly: accounts and currencies are declared, and every balance is asserted."""
    path = tmp_path / "books.journal"
    export_to_file(busy.url, "hledger", path)
    subprocess.run([str(HLEDGER), "-f", str(path), "check", "--strict"], check=True)
    assert in_hledger(path) == in_the_ledger(busy.url)


@pytest.mark.parametrize("cent", ["0.01", "-0.01"])
def test_beancount_refuses_books_that_are_a_cent_off(busy: BusyLedger, tmp_path: Path, cent: str) -> None:
    """The assertion at the end forgives nothing: what the export says is what the checker checked."""
    path = tmp_path / "books.beancount"
    export_to_file(busy.url, "beancount", path)
    text = path.read_text()
    name, amount = re.findall(r" balance (Liabilities:Wallet:\S+)  (-[0-9.]+) ~ 0 TZS", text)[0]
    wrong = text.replace(f"balance {name}  {amount} ", f"balance {name}  {Decimal(amount) + Decimal(cent)} ")
    assert wrong != text
    path.write_text(wrong)
    assert bean_check(path).returncode != 0


@needs_hledger
def test_hledger_refuses_books_that_are_a_cent_off(busy: BusyLedger, tmp_path: Path) -> None:
    """The same there."""
    path = tmp_path / "books.journal"
    export_to_file(busy.url, "hledger", path)
    text = path.read_text()
    amount = re.findall(r"  0.00 TZS = (-[0-9.]+) TZS", text)[-1]
    path.write_text(text.replace(f"= {amount} TZS", f"= {Decimal(amount) - Decimal('0.01')} TZS"))
    done = subprocess.run(
        [str(HLEDGER), "-f", str(path), "check", "--strict"], capture_output=True, check=False
    )
    assert done.returncode != 0


def test_an_empty_ledger_is_exported(empty_url: str, tmp_path: Path) -> None:
    """Genesis only: its accounts with nothing in them, and a log of one record that verifies."""
    for name in FORMATS:
        assert export_to_file(empty_url, name, tmp_path / name).records == 1
    assert bean_check(tmp_path / "beancount").returncode == 0
    assert in_beancount(tmp_path / "beancount") == ({}, 0)
    assert verify_log(tmp_path / "jsonl").records == 1
    assert (tmp_path / "jsonl").read_bytes().count(b"\n") == 2


@needs_hledger
def test_hledger_takes_an_empty_ledger(empty_url: str, tmp_path: Path) -> None:
    """Accounts that are declared and hold nothing."""
    export_to_file(empty_url, "hledger", tmp_path / "books.journal")
    subprocess.run([str(HLEDGER), "-f", str(tmp_path / "books.journal"), "check", "--strict"], check=True)
    assert in_hledger(tmp_path / "books.journal") == in_the_ledger(empty_url)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_damaged_ledger_is_refused_as_the_audit_refuses_it(
    busy: BusyLedger, tmp_path: Path, name: str
) -> None:
    """The very fault of the audit; no file, no part of one, an older export as it was, nothing on the stream."""
    source = Path(busy.url.removeprefix("sqlite:///"))
    copy = tmp_path / "damaged.sqlite"
    shutil.copy(source, copy)
    url, older = f"sqlite:///{copy}", tmp_path / "books" / "older"
    older.parent.mkdir()
    export_to_file(url, name, older)
    before = older.read_bytes()
    with without_guards(url) as connection:
        connection.execute(
            schema.accounts.update()
            .where(schema.accounts.c.code.is_(None), schema.accounts.c.credits_posted > 100)
            .values(credits_posted=schema.accounts.c.credits_posted + 1)
        )
    with pytest.raises(LedgerFault) as found:
        audit_ledger(url)
    assert found.value.fault is Fault.PROJECTION_WRONG
    stream = io.BytesIO()
    attempts: tuple[Callable[[], object], ...] = (
        lambda: export_to_file(url, name, older),
        lambda: export_to_file(url, name, older.with_name("new")),
        lambda: export_to_stream(url, name, stream),
    )
    for export in attempts:
        with pytest.raises(LedgerFault) as refused:
            export()
        assert (refused.value.fault, refused.value.details) == (found.value.fault, found.value.details)
    assert stream.getvalue() == b""
    assert older.read_bytes() == before
    assert list(older.parent.iterdir()) == [older]


def test_the_stream_gets_what_the_file_gets(busy: BusyLedger, tmp_path: Path) -> None:
    """`daftari export` without --to, byte for byte."""
    for name in FORMATS:
        export_to_file(busy.url, name, tmp_path / name)
        command = [sys.executable, "-m", "ledger.cli", "export", "--database", busy.url, "--format", name]
        done = subprocess.run(command, capture_output=True, check=True)
        assert done.stdout == (tmp_path / name).read_bytes()


def test_a_place_that_cannot_be_written(busy: BusyLedger, tmp_path: Path) -> None:
    """A fault that names the file."""
    with pytest.raises(LedgerFault) as found:
        export_to_file(busy.url, "jsonl", tmp_path / "nowhere" / "log.jsonl")
    assert found.value.fault is Fault.FILE_UNUSABLE
