"""The ledger as a whole, on both databases: log keys that change hands, attestations, and days that are closed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.auditing import audit_ledger
from ledger.bookkeeper import Bookkeeper
from ledger.faults import Fault, LedgerFault
from ledger.instants import day_text, eat_day
from ledger.keys_folder import LOG_KEY, key_path, log_key_name, write_private_key
from ledger.opening import open_bookkeeper
from ledger.orders.kinds import AttestBacking, Leg
from ledger.proofs.receipt import verify_receipt
from ledger.refusals import Reason
from ledger.rules.audit import begin, replay
from ledger.rules.days import CLOSE_DAY
from ledger.rules.records import read_record
from ledger.sequencer import Limits, Sequencer
from ledger.signing.log_keys import key_at
from ledger.wire import AnswerStatus
from tests.stored import MONEY, StoredLedger
from tests.strategies import HOUR_US, NOW_US, key_of

DAY_US = 24 * HOUR_US


class Standing(StoredLedger):
    """A stored ledger that is closed and opened again."""

    keys: Path

    def reopen(self) -> None:
        """As after a restart."""
        self.bookkeeper.close()
        self.bookkeeper = self.opened()

    def opened(self) -> Bookkeeper:
        """Open it for writing."""
        return open_bookkeeper(self.url, self.keys, lease_seconds=5).bookkeeper


@pytest.fixture
def ledger(database_url: str, tmp_path: Path) -> Iterator[Standing]:
    """Asha with money, on each engine. It is audited when the test is over."""
    made = Standing.create(database_url, tmp_path / "keys")
    made.keys = tmp_path / "keys"
    made.person("asha", money=MONEY)
    yield made
    made.close()
    audit_ledger(database_url)


def paid(ledger: Standing) -> str:
    """A payment; its order id."""
    order = ledger.paying("asha", Leg(ledger.world.genesis.address_of("2900"), 5))
    ledger.settle(order)
    return order.order.order_id


def test_a_log_key_hands_over_to_the_next(ledger: Standing) -> None:
    """Receipts of both eras verify, each with the key of its era and with no other."""
    world, before = ledger.world, paid(ledger)
    write_private_key(ledger.keys, log_key_name(key_of("log-2").public.kid), key_of("log-2"))
    rotation = world.rotating("log-2")
    (answer,) = ledger.settle(rotation)
    after = paid(ledger)
    ledger.reopen()
    later = paid(ledger)
    log_keys, genesis = ledger.enquiries.log_keys(), world.genesis
    assert [row.key for row in log_keys] == [key_of("log").public, key_of("log-2").public]
    assert log_keys[1].first_size == answer.sequence + 1
    for order_id, right, wrong in (
        (before, "log", "log-2"), (rotation.order.order_id, "log-2", "log"), (after, "log-2", "log"),
        (later, "log-2", "log"),
    ):  # fmt: skip
        receipt = ledger.enquiries.receipt(order_id)
        assert receipt is not None
        assert key_at(log_keys, receipt.size) == key_of(right).public
        verify_receipt(receipt, ledger_id=genesis.ledger_id, log_keys=[key_of(right).public])
        with pytest.raises(LedgerFault):
            verify_receipt(receipt, ledger_id=genesis.ledger_id, log_keys=[key_of(wrong).public])
    key_path(ledger.keys, LOG_KEY).unlink()
    ledger.reopen()
    paid(ledger)


def test_a_log_key_whose_private_part_is_not_here_is_not_taken(ledger: Standing) -> None:
    """No record, and the same bytes are accepted once the file lies there; without it the ledger does not start."""
    rotation, size = ledger.world.rotating("log-2"), ledger.bookkeeper.head.size
    (fault,) = ledger.bookkeeper.settle([rotation], now_us=ledger.world.now_us)
    assert (fault.fault().fault, ledger.bookkeeper.head.size) == (Fault.LOG_KEY_MISSING, size)
    name = log_key_name(key_of("log-2").public.kid)
    write_private_key(ledger.keys, name, key_of("log-2"))
    ledger.settle(rotation)
    ledger.bookkeeper.close()
    kept = key_path(ledger.keys, name).rename(ledger.keys / "elsewhere")
    with pytest.raises(LedgerFault) as caught:
        ledger.opened()
    assert caught.value.fault is Fault.KEY_FILE_INVALID
    kept.rename(key_path(ledger.keys, name))
    ledger.bookkeeper = ledger.opened()


def test_a_log_key_needs_the_word_of_the_one_in_force(ledger: Standing) -> None:
    """Not vouched for, vouched for by another, or used before: refused, each by its reason."""
    write_private_key(ledger.keys, log_key_name(key_of("log-2").public.kid), key_of("log-2"))
    orders = [ledger.world.rotating("log-2", vouching="issuer"), ledger.world.rotating("log")]
    answers = ledger.bookkeeper.settle(orders, now_us=ledger.world.now_us)
    for answer, reason in zip(answers, (Reason.ENDORSEMENT_INVALID, Reason.LOG_KEY_IN_USE), strict=True):
        assert answer.status is AnswerStatus.REFUSED
        assert f'"reason":"{reason.value}"'.encode() in answer.record
    paid(ledger)


def test_an_auditor_attests_the_backing(ledger: Standing) -> None:
    """Kept by currency in the order in which it was stated; nothing at all may be stated too."""
    today = day_text(eat_day(ledger.world.now_us))
    stated = [
        AttestBacking("TZS", 400, today, "BOT/1"),
        AttestBacking("TZS", 0, today, "BOT/2"),
        AttestBacking("USD", 7, today, "BOT/3"),
    ]
    ledger.settle(*[ledger.world.verified(body, "auditor") for body in stated])
    found = [
        (row.date, row.amount_minor_units, row.reference, row.party)
        for row in ledger.enquiries.attestations("TZS")
    ]
    assert found == [(today, 400, "BOT/1", "auditor"), (today, 0, "BOT/2", "auditor")]


def test_each_day_is_closed_once_before_the_next(ledger: Standing) -> None:
    """With orders and without, several missed ones in a row, across restarts; each with the books of its day."""
    today, size = eat_day(NOW_US), ledger.bookkeeper.head.size
    paid(ledger)
    late = ledger.world.now_us = (today + 1) * DAY_US - 3 * HOUR_US  # midnight in East Africa
    assert not ledger.bookkeeper.day_is_over(late - 1)
    assert ledger.bookkeeper.settle([], now_us=late - 1) == []
    assert (ledger.bookkeeper.head.size, ledger.bookkeeper.day_is_over(late)) == (size + 1, True)
    assert ledger.bookkeeper.settle([], now_us=late) == []
    assert ledger.bookkeeper.settle([], now_us=late) == []
    assert ledger.bookkeeper.head.size == size + 2
    refused = ledger.paying("asha", Leg(ledger.accounts["asha"], 5))
    assert ledger.bookkeeper.settle([refused], now_us=ledger.world.now_us)[0].status is AnswerStatus.REFUSED
    ledger.reopen()
    ledger.world.now_us += 3 * DAY_US
    paid(ledger)
    closes = [ledger.enquiries.day_close(today + number) for number in range(5)]
    assert closes[4] is None
    told = [json.loads(record) for record in closes[:4] if record is not None]
    assert [row["result"]["day"] for row in told] == [day_text(today + number) for number in range(4)]
    assert [row["cause"] for row in told] == [
        {"due": {"order": CLOSE_DAY, "run": today + number}} for number in range(4)
    ]
    assert [row["result"]["records"] for row in told] == [
        {"accepted": size + 1, "refused": 0}, {"accepted": 0, "refused": 1}, {"accepted": 0, "refused": 0},
        {"accepted": 0, "refused": 0},
    ]  # fmt: skip
    money = {row["currency"]: row["outstanding"] for row in told[3]["result"]["supply"]}
    assert money == {"TZS": "400000.00", "USD": "0.00"}
    ledger.reopen()
    ledger.world.now_us += DAY_US
    ledger.bookkeeper.settle([], now_us=ledger.world.now_us)
    assert ledger.enquiries.day_close(today + 4) is not None


def test_an_old_ledger_closes_days_from_adoption_on(database_url: str, tmp_path: Path) -> None:
    """Under version 1 no day is closed; the first is the one on which version 2 was adopted."""
    made = Standing.create(database_url, tmp_path / "keys", rules=1)
    made.keys = tmp_path / "keys"
    made.person("asha", money=MONEY)
    made.world.now_us += 3 * DAY_US
    paid(made)
    adopted = eat_day(made.world.now_us)
    made.settle(made.adopting())
    made.reopen()
    made.world.now_us += DAY_US
    paid(made)
    assert made.enquiries.day_close(adopted - 1) is None
    assert made.enquiries.day_close(adopted) is not None
    made.close()
    audit_ledger(database_url)


def test_an_idle_sequencer_closes_the_day(sqlite_url: str, tmp_path: Path) -> None:
    """Nobody sends anything; midnight passes in East Africa; the record is there."""
    made = Standing.create(sqlite_url, tmp_path / "keys")
    made.bookkeeper.close()
    clock = BeforeMidnight()
    running: list[Sequencer] = []

    def serve() -> None:
        opened = open_bookkeeper(sqlite_url, tmp_path / "keys", lease_seconds=5)
        running.append(Sequencer(opened.bookkeeper, opened.genesis, clock, Limits(), tmp_path))
        running[0].run()
        opened.bookkeeper.close()

    thread = threading.Thread(target=serve)
    thread.start()
    deadline = time.monotonic() + 120
    try:
        while made.enquiries.day_close(eat_day(NOW_US)) is None and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        for sequencer in running:
            sequencer.stop()
        thread.join(timeout=60)
    assert made.enquiries.day_close(eat_day(NOW_US)) is not None
    made.enquiries.close()
    assert audit_ledger(sqlite_url).records == 2


class BeforeMidnight:
    """A clock that stands a second before midnight in East Africa when it is made."""

    def __init__(self) -> None:
        self._ahead_us = (eat_day(NOW_US) + 1) * DAY_US - 3 * HOUR_US - 1_000_000 - self.monotonic_us()

    def monotonic_us(self) -> int:
        """The machine's."""
        return time.monotonic_ns() // 1_000

    def wall_us(self) -> int:
        """The day of the test ledger."""
        return self.monotonic_us() + self._ahead_us


@pytest.mark.parametrize("wrong", ["left out", "twice", "early", "other sums", "day before"])
def test_the_audit_demands_each_close(sqlite_url: str, tmp_path: Path, wrong: str) -> None:
    """A close that is missing, doubled, early or says something else stops the replay at that record."""
    made = Standing.create(sqlite_url, tmp_path / "keys")
    made.person("asha", money=MONEY)
    made.world.now_us += DAY_US
    paid(made)
    records = made.enquiries.records(0, 100)
    made.close()
    (place,) = [number for number, record in enumerate(records) if read_record(record).due is not None]
    close, day = records[place], eat_day(NOW_US)
    before = close.replace(b'"run":%d' % day, b'"run":%d' % (day - 1))
    changed = {
        "left out": records[:place] + [_moved(record, -1) for record in records[place + 1 :]],
        "twice": [*records[: place + 1], _moved(close, 1), *[_moved(row, 1) for row in records[place + 1 :]]],
        "early": [
            *records[: place - 1],
            _moved(close, -1),
            _moved(records[place - 1], 1),
            *records[place + 1 :],
        ],
        "other sums": [*records[:place], close.replace(b"400000.00", b"400000.01"), *records[place + 1 :]],
        "day before": [*records[:place], before, *records[place + 1 :]],
    }[wrong]
    assert list(replay(begin(records[0]), records[1:], first=1))
    with pytest.raises(LedgerFault) as caught:
        list(replay(begin(changed[0]), changed[1:], first=1))
    at = place + {"twice": 1, "early": -1}.get(wrong, 0)
    assert (caught.value.fault, caught.value.details["sequence"]) == (Fault.RECORD_WRONG, str(at))


def _moved(record: bytes, by: int) -> bytes:
    sequence = read_record(record).sequence
    return record.replace(b'{"sequence":%d,' % sequence, b'{"sequence":%d,' % (sequence + by), 1)
