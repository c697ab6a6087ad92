"""Notices over HTTP: who may, what is listed, and a notice of a real payment at a real receiver."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest

from api.notice_schemas import EventsSchema, NoticesSchema, WebhooksSchema
from ledger.instants import MachineClock
from ledger.signing.keys import PrivateKey
from tests.api.world import Got, World, ask, writing
from tests.receiving import Receiving

PATH = "/v1/webhooks"


def change(
    world: World, method: str, path: str, body: object = None, *, key: PrivateKey | None = None, **named: str
) -> Got:
    """A change of webhooks by the council's full key, or another."""
    data = b"" if body is None else json.dumps(body).encode()
    token = writing(world.genesis, key or world.council.full, method, path, data, **named)
    headers = {"Authorization": token, "Content-Type": "application/json"}
    return ask(world.url, method, path, body=data, headers=headers)


def last_event(world: World) -> str | None:
    """The id of the council's newest event."""
    after = ""
    while True:
        page = world.get(f"/v1/events?limit=100{after}", world.council.full).json
        if not page["more"]:
            return page["next"]  # type: ignore[no-any-return]
        after = f"&after={page['next']}"


def test_a_payment_is_told_to_its_institution(world: World) -> None:
    """Served as an operator serves it: the notice arrives, verifies with the published library, and is listed."""
    before = last_event(world)
    with Receiving() as receiving:
        made = change(world, "POST", PATH, {"url": receiving.url})
        assert made.status == 201, made.text
        assert made.headers["cache-control"] == "no-store"
        for pid in world.ledger.children()["ledger.notifying"]:
            os.kill(pid, signal.SIGKILL)  # another one takes its place
        number = world.new_bill()
        order_id = world.paid(world.asha, number)
        receiving.wait(lambda: len(receiving.got) == 1)
        notice = receiving.got[0].verified(made.json["secret"])
    after = "" if before is None else f"?after={before}"
    events = world.get(f"/v1/events{after}", world.council.full)
    assert not EventsSchema().validate(events.json)
    assert events.json["events"] == [notice], "who cannot be called gets the very same"
    data = notice["data"]
    assert (notice["type"], data["order"], data["payment"]) == ("bill.paid", order_id, order_id)
    assert (data["control_number"], data["amount"], data["counterparty"]) == (
        number,
        "15000.00",
        world.asha.account,
    )
    receipt = world.get(f"/v1/orders/{order_id}/receipt", world.asha.key)
    assert data["receipt"] == receipt.json, "never unproved"
    assert world.get("/v1/events", world.asha.key).json["events"] == [], "and nobody else's"
    _is_listed(world, made.json["webhook"], data["event"], after)
    path = f"{PATH}/{made.json['webhook']}"
    assert change(world, "DELETE", path).status == 204
    assert change(world, "DELETE", path).status == 404


def _is_listed(world: World, webhook: str, event: str, after: str) -> None:
    """Delivered, as soon as the notifying process said so."""
    deadline = MachineClock().wall_us() + 30_000_000
    while True:
        listed: dict[str, Any] = world.get(f"/v1/notices{after}", world.council.full).json
        assert not NoticesSchema().validate(listed)
        (row,) = listed["notices"]
        states = {one["webhook"]: one["state"] for one in row["deliveries"]}
        if states[webhook] == "delivered":
            break
        assert MachineClock().wall_us() < deadline
    assert row["event"] == event
    found = world.get(PATH, world.council.full).json
    assert not WebhooksSchema().validate(found)
    mine = next(one for one in found["webhooks"] if one["webhook"] == webhook)
    assert (mine["backlog"], mine["delivered"], mine["last_status"]) == (0, event, 204)


def test_who_may_change_webhooks(world: World) -> None:
    """An institution's full key, its own, each token once; a person has none."""
    body = {"url": "http://127.0.0.1:9/"}
    for key in (world.council.maker, world.council.checker):
        assert change(world, "POST", PATH, body, key=key).json["code"] == "caller_token_invalid"
    assert change(world, "POST", PATH, body, key=world.asha.key).status == 404
    token = "0123456789abcdefghij"
    made = change(world, "POST", PATH, body, jti=token)
    assert made.status == 201
    assert change(world, "POST", PATH, body, jti=token).json["details"] == {"what": "jti"}
    path = f"{PATH}/{made.json['webhook']}"
    assert change(world, "POST", f"{path}/rotate").json["secret"] != made.json["secret"]
    assert change(world, "POST", f"{path}/send", {"event": "evt_0_0"}).status == 404
    assert change(world, "POST", f"{path}/send", {"event": "test"}).status == 202
    assert change(world, "POST", f"{PATH}/wh_0123456789abcdef/send", {"event": "test"}).status == 404
    assert change(world, "DELETE", path, key=world.asha.key).status == 404
    assert change(world, "DELETE", path).status == 204


def test_there_are_bounds(world: World) -> None:
    """So many webhooks an institution, and no more."""
    mine = [one["webhook"] for one in world.get(PATH, world.council.full).json["webhooks"]]
    while (made := change(world, "POST", PATH, {"url": "http://127.0.0.1:9/"})).status == 201:
        mine.append(made.json["webhook"])
    assert (made.json["details"], len(mine)) == ({"what": "webhooks"}, 8)
    for name in mine:
        assert change(world, "DELETE", f"{PATH}/{name}").status == 204


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "https://10.0.0.1/", "https://169.254.169.254/latest", "ftp://a.example/", "", 5],
)
def test_urls_that_are_refused(world: World, url: object) -> None:
    """At once, where it can be seen from the URL; what a name stands for is looked at each time that it is called."""
    got = change(world, "POST", PATH, {"url": url})
    assert (got.status, got.json["details"]) == (400, {"what": "webhook_url"})
