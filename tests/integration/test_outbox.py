"""The outbox: written with the payment or not at all, complete, and recomputed by the audit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ledger.auditing import audit_ledger
from ledger.bookkeeper import CommitUncertain
from ledger.faults import Fault, LedgerFault
from ledger.notices import BEFORE_ALL, Notices
from ledger.proofs.receipt import parse_receipt, verify_receipt
from ledger.store.engine import connect_writer
from ledger.strict_json import dumps
from tests.stored import MONEY, StoredLedger


@pytest.fixture
def ledger(database_url: str, tmp_path: Path) -> Iterator[StoredLedger]:
    """A ledger with a payer and an agency."""
    made = StoredLedger.create(database_url, tmp_path / "keys")
    made.person("asha", money=MONEY)
    made.institution("agency")
    yield made
    made.close()


def party_of(ledger: StoredLedger, name: str) -> str:
    """The party behind a name."""
    view = ledger.enquiries.account(ledger.accounts[name])
    assert view is not None
    return view.account.party


def test_every_way_of_the_money_is_told_once(ledger: StoredLedger) -> None:
    """Paid, given back, that taken back, paid wrongly: one event each, in order, with its proof and its own amount."""
    _, number = ledger.bill("agency", "B/1", 500)
    payment = ledger.paying_bill("asha", number, 500)
    refund = ledger.refunding("agency", payment, 200)
    ledger.settle(payment, refund, ledger.reversing(refund))
    ledger.settle(ledger.reversing(payment))
    reader = Notices(ledger.enquiries.engine, ledger.world.genesis)
    view = reader.events(party_of(ledger, "agency"), after=BEFORE_ALL, limit=10)
    assert [event["type"] for event in view.events] == [
        "bill.paid",
        "bill.refunded",
        "bill.refund_reversed",
        "bill.payment_reversed",
    ]
    told: list[dict[str, Any]] = [event["data"] for event in view.events]  # type: ignore[misc]
    assert [data["amount"] for data in told] == ["5.00", "2.00", "2.00", "5.00"]
    assert {data["control_number"] for data in told} == {number}
    assert {data["payment"] for data in told} == {payment.order.order_id}
    assert {data["counterparty"] for data in told} == {ledger.accounts["asha"]}
    assert len({data["event"] for data in told}) == 4
    genesis = ledger.world.genesis
    for data in told:
        receipt = parse_receipt(dumps(data["receipt"]))
        proved = verify_receipt(receipt, ledger_id=genesis.ledger_id, log_keys=[genesis.log_key])
        assert proved.sequence == data["sequence"]
    assert view.events == reader.events(party_of(ledger, "agency"), after=BEFORE_ALL, limit=10).events
    assert reader.events(party_of(ledger, "asha"), after=BEFORE_ALL, limit=10).events == []
    page = reader.events(party_of(ledger, "agency"), after=BEFORE_ALL, limit=3)
    assert (page.events, page.more) == (view.events[:3], True)
    audit_ledger(ledger.url)


def test_a_payment_without_its_notice_is_not_written(ledger: StoredLedger) -> None:
    """The outbox lies in the payment's own database transaction: where it cannot be written, nothing is."""
    _, number = ledger.bill("agency", "B/1", 500)
    size = ledger.enquiries.head().size
    with connect_writer(ledger.url) as connection:
        connection.execute(text("ALTER TABLE notices RENAME TO elsewhere"))
        connection.commit()
    with pytest.raises(CommitUncertain):
        ledger.bookkeeper.settle([ledger.paying_bill("asha", number, 500)], now_us=ledger.world.now_us)
    assert ledger.enquiries.head().size == size
    with connect_writer(ledger.url) as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO notices"))
        connection.commit()


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM notices",
        "UPDATE notices SET amount = amount + 1",
        "UPDATE notices SET party = 'other'",
        "INSERT INTO notices SELECT party, sequence, n + 1, kind, bill, payment, amount FROM notices",
    ],
)
def test_the_audit_finds_a_changed_outbox(sqlite_url: str, tmp_path: Path, tampering: str) -> None:
    """A notice that is missing, one too many, and one that says something else."""
    ledger = StoredLedger.create(sqlite_url, tmp_path / "keys")
    ledger.person("asha", money=MONEY)
    ledger.institution("agency")
    _, number = ledger.bill("agency", "B/1", 500)
    ledger.settle(ledger.paying_bill("asha", number, 500))
    ledger.close()
    with connect_writer(sqlite_url) as connection:
        query = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'notices'")
        for name in connection.execute(query).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        assert connection.execute(text(tampering)).rowcount == 1
        connection.commit()
    with pytest.raises(LedgerFault) as caught:
        audit_ledger(sqlite_url)
    assert caught.value.fault is Fault.PROJECTION_WRONG
    assert caught.value.details["table"] == "notices"
