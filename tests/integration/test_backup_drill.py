"""The drill: pay, back up while paying, destroy, restore, audit; nothing is lost in silence. On both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ledger.auditing import audit_ledger
from ledger.enquiries import Enquiries
from ledger.proofs.receipt import parse_receipt, verify_receipt
from ledger.store.engine import parse_url, reading_engine, sqlite_path
from tests.operators import daftari, done
from tests.payers import Payer, funded_payers, post
from tests.postgres import BorrowedServer, PostgresServer
from tests.servers import RunningLedger


class Payments(threading.Thread):
    """Pays until told to stop, and keeps the ids of what was accepted."""

    def __init__(self, ledger: RunningLedger, payer: Payer, payee: str) -> None:
        super().__init__(daemon=True)
        self.ledger, self.payer, self.payee = ledger, payer, payee
        self.stop = threading.Event()
        self.enough = threading.Event()
        self.accepted: list[str] = []

    def run(self) -> None:
        """One payment after the other."""
        while not self.stop.wait(0.005):
            self.accepted.append(pay(self.ledger, self.payer, self.payee))
            if len(self.accepted) >= 10:
                self.enough.set()


def pay(ledger: RunningLedger, payer: Payer, payee: str) -> str:
    """One accepted payment; its order id."""
    order_id, data = payer.payment(payee, 100)
    assert post(ledger.url, data).status == 201
    return order_id


def save_receipts(url: str, order_ids: list[str], folder: Path) -> None:
    """The receipts of some orders as files."""
    folder.mkdir(exist_ok=True)
    with closing(Enquiries(reading_engine(url, connections=1))) as enquiries:
        for order_id in order_ids:
            receipt = enquiries.receipt(order_id)
            assert receipt is not None
            (folder / f"{order_id}.json").write_bytes(receipt.to_json())


@pytest.fixture
def destroy(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Destroys a database for good and gives the URL of an empty one in its place."""

    def gone(url: str) -> str:
        path = sqlite_path(parse_url(url))
        if path is not None:
            for left in path.parent.glob(f"{path.name}*"):
                left.unlink()
            return url
        server: PostgresServer | BorrowedServer = request.getfixturevalue("postgres_server")
        server.drop_database(url)
        return server.database_url(parse_url(url).database)

    return gone


@pytest.mark.slow
def test_the_drill(database_url: str, destroy: Callable[[str], str], tmp_path: Path) -> None:
    """Receipts from before the backup verify against what was restored; those from after it are named as missing."""
    backup, receipts = tmp_path / "backup", tmp_path / "receipts"
    older, newer = tmp_path / "older", tmp_path / "newer"
    ledger = RunningLedger(tmp_path / "ledger", database_url, threads=4)
    with ledger:
        payer, payee = funded_payers(ledger, 2, 10_000_00)
        before = [pay(ledger, payer, payee.account) for _ in range(3)]
        done("checkpoint", "--database", database_url, "--to", older)
        payments = Payments(ledger, payer, payee.account)
        payments.start()
        assert payments.enough.wait(60)
        told = done("backup", backup, "--database", database_url)
        payments.stop.set()
        payments.join(60)
        after = [pay(ledger, payer, payee.account) for _ in range(2)]
        done("checkpoint", "--database", database_url, "--to", newer)
    assert ledger.genesis.ledger_id in told.out
    save_receipts(database_url, before + after, receipts)
    url = destroy(database_url)
    words = ("restore", backup, "--database", url, "--keys", ledger.keys)

    refused = daftari(*words, "--checkpoint", newer)
    assert (refused.code, "--accept-older" in refused.err) == (1, True), refused.text

    restored = daftari(*words, "--checkpoint", newer, "--accept-older", "--receipts", receipts)
    assert restored.code == 0, restored.text
    assert "Receipts found in the ledger: 3" in restored.out
    assert all(f"{order_id}.json: its record is newer" in restored.err for order_id in after)
    assert not any(order_id in restored.text for order_id in before)
    assert "are missing" in restored.err
    assert "It may be served once" in restored.err

    report = audit_ledger(url, outside_checkpoint=older.read_text())
    assert report.records > len(before) + 10
    for order_id in before:
        receipt = parse_receipt((receipts / f"{order_id}.json").read_bytes())
        verify_receipt(receipt, ledger_id=ledger.genesis.ledger_id, log_keys=[ledger.genesis.log_key])
    again = daftari(*words)
    assert (again.code, "is there already" in again.err) == (1, True), again.text
    with ledger:
        order_id, data = payer.payment(payee.account, 100)
        assert post(ledger.url, data).status == 201


@pytest.mark.slow
def test_a_backup_from_one_engine_is_restored_to_the_other(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    """There and back again: the same records, the same figures, the same bytes in the backup but for its time."""
    first, second = tmp_path / "first", tmp_path / "second"
    ledger = RunningLedger(tmp_path / "ledger", sqlite_url, threads=4)
    with ledger:
        payer, payee = funded_payers(ledger, 2, 10_000_00)
        pay(ledger, payer, payee.account)
        done("checkpoint", "--database", sqlite_url, "--to", tmp_path / "held")
        done("backup", first, "--database", sqlite_url)
    told = done(
        "restore", first, "--database", postgres_url, "--keys", ledger.keys, "--checkpoint", tmp_path / "held"
    )
    assert told.err == ""
    assert "It may be served." in told.out
    done("backup", second, "--database", postgres_url)
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    same = [name for name in names if (first / name).read_bytes() == (second / name).read_bytes()]
    assert set(names) - set(same) == {"manifest.json", "log_head.jsonl.gz"}  # the time; the term of the lease
    balances = [done("trial-balance", "--database", url).out for url in (sqlite_url, postgres_url)]
    assert balances[0] == balances[1]
