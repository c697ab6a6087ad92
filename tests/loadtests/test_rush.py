"""A rush of payments: what its checks find when notices or bills are wrong."""

from __future__ import annotations

import time

import pytest

from ledger.instants import instant_text
from ledger.signing.notices import signed_headers
from ledger.strict_json import dumps
from loadtests.auditor import Audited
from loadtests.receiver import Receiver, Told
from loadtests.rush import check_told, rush_lines

PAID = {"one": "10.00", "two": "5.50"}
ONE, TWO = Told("evt_1_0", "one", "10.00", 0, 1), Told("evt_2_0", "two", "5.50", 0, 1)


@pytest.mark.parametrize(
    "told,false,kinds",
    [
        ([ONE, TWO, ONE], 0, []),
        ([ONE], 0, ["told"]),
        ([ONE, TWO, TWO._replace(event="evt_3_0")], 0, ["told"]),
        ([ONE, TWO._replace(amount="5.51")], 0, ["told_wrong"]),
        ([ONE, TWO, Told("evt_9_0", "nobody", "1.00", 0, 1)], 0, ["told_wrong"]),
        ([ONE, TWO], 2, ["notice_false"]),
    ],
)
def test_each_payment_is_told_once_in_effect(told: list[Told], false: int, kinds: list[str]) -> None:
    """The same event twice is no fault; a payment untold, told as two, told wrongly or unsigned is one."""
    audited = Audited()
    check_told(PAID, told, false, audited)
    assert [finding.kind for finding in audited.findings] == kinds
    assert [line.kept for line in rush_lines(audited)] == [True, not kinds]


def test_a_receiver_takes_only_what_is_signed() -> None:
    """By its own secret, about these very bytes."""
    data = {"order": "one", "amount": "10.00"}
    body = dumps({"type": "bill.paid", "timestamp": instant_text(1_000_000), "data": data})
    with Receiver() as receiver:
        receiver.secret = b"s" * 32
        headers = signed_headers("evt_1_0", body, now_s=int(time.time()), secrets=[receiver.secret])
        assert receiver.take(headers, body)
        assert not receiver.take(headers, body.replace(b"10.00", b"11.00"))
        receiver.secret = b"t" * 32
        assert not receiver.take(headers, body)
    assert [(one.event, one.order, one.amount) for one in receiver.told] == [("evt_1_0", "one", "10.00")]
    assert receiver.false == 2
