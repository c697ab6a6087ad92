"""A sandbox's clock that is moved ahead, in every process of its ledger; amounts that go wrong; tokens of a day."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.answers import JSON
from api.other_schemas import ClockSchema
from ledger.addresses import new_order_id
from ledger.faults import Fault
from ledger.instants import MICROSECONDS_PER_DAY, MICROSECONDS_PER_SECOND, MachineClock, parse_instant
from ledger.orders.kinds import Leg, Order, Pay, PayBill
from ledger.orders.odd_amounts import SLOW_SECONDS, OddAmount
from ledger.orders.signed import sign_order
from ledger.sandbox_clock import AHEAD_DAYS_MAX, CLOCK_NAME, SandboxClock
from ledger.signing.keys import PrivateKey
from tests.api.test_bills_in_full import Desk, told
from tests.api.world import Got, World, ask, bearer, settled, writing
from tests.refused import refused
from tests.servers import RunningLedger
from tests.stored import StoredLedger

DAY_S = 86_400
PATH = "/v1/sandbox/clock"


@pytest.fixture
def moving(tmp_path: Path) -> Iterator[World]:
    """A world of its own, whose time may pass."""
    with RunningLedger(tmp_path / "var", threads=4) as ledger:
        yield settled(ledger)


def asked(world: World, key: PrivateKey, seconds: object, *, jti: str = "") -> Got:
    """An attempt to move the clock."""
    body = json.dumps({"seconds": seconds}).encode()
    headers = {
        "Content-Type": JSON,
        "Authorization": writing(world.genesis, key, "POST", PATH, body, jti=jti),
    }
    return ask(world.url, "POST", PATH, body=body, headers=headers)


def paying(world: World, *, ahead_s: int) -> bytes:
    """A payment by Asha, signed at the time that a moved clock shows."""
    now_us = MachineClock().wall_us() + ahead_s * MICROSECONDS_PER_SECOND
    body = Pay(world.asha.account, "TZS", (Leg(world.juma.account, 100),))
    order = Order(new_order_id(now_us), now_us + 60 * MICROSECONDS_PER_SECOND, body)
    return sign_order(order, world.asha.key, world.genesis)


def test_time_passes_for_every_process(moving: World) -> None:
    """Three days on: the bill is over, orders are of that day, days are closed, and a restart changes none of it."""
    desk = Desk(moving)
    _, number = desk.open(9_000)
    got = asked(moving, moving.role_key("auditor"), 3 * DAY_S)
    assert (got.status, ClockSchema().validate(got.json)) == (200, {})
    assert got.json["ahead_seconds"] == 3 * DAY_S
    ledger = ask(moving.url, "GET", "/v1/ledger").json
    assert ledger["ahead_seconds"] == 3 * DAY_S
    ahead_us = parse_instant(ledger["time"]) - MachineClock().wall_us()
    assert abs(ahead_us - 3 * MICROSECONDS_PER_DAY) < 30 * MICROSECONDS_PER_SECOND
    assert told(moving.post(paying(moving, ahead_s=0)))[1] == "order_expired"
    assert moving.post(paying(moving, ahead_s=3 * DAY_S)).status == 201
    assert asked(moving, moving.role_key("auditor"), 1).status == 401  # a token of the machine's time
    page = moving.get(f"/bills/{number}", moving.asha.key)
    assert "EXPIRED" in page.text
    deadline = time.monotonic() + 20
    while len(ask(moving.url, "GET", "/v1/days").json["days"]) < 1 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert ask(moving.url, "GET", "/v1/days").json["days"]
    moving.ledger.stop()
    moving.ledger.start()
    assert ask(moving.url, "GET", "/v1/ledger").json["ahead_seconds"] == 3 * DAY_S
    assert moving.post(paying(moving, ahead_s=3 * DAY_S)).status == 201


def test_who_may_let_time_pass_and_how_far(moving: World) -> None:
    """A party of the sandbox's beginning, once per token; nobody backwards, nobody beyond ten years."""
    auditor, token_id = moving.role_key("auditor"), new_order_id(MachineClock().wall_us())
    assert told(asked(moving, moving.asha.key, 1)) == (404, "not_found")
    assert told(asked(moving, moving.council.full, 1)) == (404, "not_found")
    for wrong in (0, -1, 1.5, True, "1", None, AHEAD_DAYS_MAX * DAY_S + 1, 10**30):
        assert told(asked(moving, auditor, wrong)) == (400, "malformed"), wrong
    assert asked(moving, auditor, 1, jti=token_id).json["ahead_seconds"] == 1
    assert told(asked(moving, auditor, 1, jti=token_id)) == (401, "caller_token_invalid")
    assert ask(moving.url, "GET", "/v1/ledger").json["ahead_seconds"] == 1


def test_the_clock_of_real_money_does_not_move(tmp_path: Path) -> None:
    """What a file says is nothing to a ledger that is no sandbox; another sandbox's file is nothing to this one."""
    ledger = StoredLedger.create(f"sqlite:///{tmp_path / 'made.sqlite'}", tmp_path / "keys")
    sandbox = ledger.world.genesis
    assert sandbox.sandbox
    real = replace(sandbox, sandbox=False)
    clock = SandboxClock(tmp_path).kept(sandbox, 0)
    assert clock.move(DAY_S) == DAY_S
    assert (
        SandboxClock(tmp_path).ahead_us
        == SandboxClock(tmp_path).kept(sandbox, 0).ahead_us
        == MICROSECONDS_PER_DAY
    )
    recorded_us = MachineClock().wall_us() + 2 * MICROSECONDS_PER_DAY
    later = SandboxClock(tmp_path).kept(sandbox, recorded_us).ahead_us
    assert abs(later - 2 * MICROSECONDS_PER_DAY) < 30 * MICROSECONDS_PER_SECOND
    file = tmp_path / CLOCK_NAME
    file.write_bytes(file.read_bytes()[:8] + b"another ledger")
    assert SandboxClock(tmp_path).kept(sandbox, 0).ahead_us == 0
    clock.move(DAY_S)
    assert SandboxClock(tmp_path).kept(real, recorded_us).ahead_us == 0
    with refused(Fault.MALFORMED, what="seconds"):
        clock.move(0)
    ledger.close()


def test_a_late_answer_and_a_lost_one(world: World) -> None:
    """The amounts of the sandbox's cases: posted all the same, and the order sent again gets its receipt."""
    desk = Desk(world)
    _, number = desk.open(OddAmount.SLOW)
    started = time.monotonic()
    assert desk.pay(number, OddAmount.SLOW).status == 201
    assert time.monotonic() - started >= SLOW_SECONDS
    _, number = desk.open(OddAmount.DROPPED)
    order, data = world.asha.sign(PayBill(world.asha.account, number, "TZS", OddAmount.DROPPED))
    with pytest.raises(http.client.HTTPException):
        world.post(data)
    assert world.get(f"/v1/orders/{order}", world.asha.key).json["order"] == order
    again = world.post(data)
    assert (again.status, again.json["order"]) == (200, order)
    assert desk.shown(number)["status"] == "paid"


def test_a_token_of_a_day_reads_in_a_sandbox_and_no_longer(world: World) -> None:
    """For people who try requests by hand; a token that writes stays short."""
    now_s = MachineClock().wall_us() // MICROSECONDS_PER_SECOND
    path = f"/v1/accounts/{world.asha.account}"
    for life_s, status in ((DAY_S, 200), (DAY_S + 1, 401)):
        token = bearer(world.genesis, world.asha.key, iat=now_s, exp=now_s + life_s)
        assert ask(world.url, "GET", path, headers={"Authorization": token}).status == status
    token = bearer(
        world.genesis, world.council.full, iat=now_s, exp=now_s + DAY_S,
        htm="DELETE", htu="/v1/webhooks/wh_0000000000000000", bsh="x", jti="y",
    )  # fmt: skip
    got = ask(world.url, "DELETE", "/v1/webhooks/wh_0000000000000000", headers={"Authorization": token})
    assert told(got) == (401, "caller_token_invalid")
