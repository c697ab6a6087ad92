"""`dry_run`: the very checks and the very reason, and nothing stays: no record, no id taken, no pace used up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.answer_schemas import AcceptedSchema
from api.other_schemas import PreviewRefusedSchema, PreviewSchema
from ledger.instants import MachineClock
from ledger.money import MINOR_UNITS_MAX
from ledger.orders.kinds import Leg, Order, Pay
from ledger.orders.signed import ORDER_TYPE, sign_order
from ledger.signing.jws import sign_compact, split_compact
from ledger.signing.keys import PrivateKey
from tests.api.world import Got, World, ask, signed
from tests.payers import EXPIRES_AFTER_US, Payer, funded_payers


def dry(world: World, data: bytes, media_type: str = "application/jose", query: str = "dry_run=true") -> Got:
    """Ask what would become of it."""
    return ask(world.url, "POST", f"/v1/orders?{query}", body=data, headers={"Content-Type": media_type})


def log_size(world: World) -> int:
    """How many records there are."""
    return int(world.get("/v1/supply").json["log_size"])


def test_an_accepted_order_shows_what_it_would_do(world: World) -> None:
    """Postings, result and the payer's balance after; then the real order does exactly that."""
    payer, payee = funded_payers(world.ledger, 2, 10_000)
    order_id, data = payer.sign(Pay(payer.account, "TZS", (Leg(payee.account, 2_500), Leg(payee.account, 5))))
    size = log_size(world)
    got = dry(world, data)
    assert (got.status, got.headers["dry-run"], got.headers["cache-control"]) == (200, "true", "no-store")
    assert not PreviewSchema().validate(got.json)
    assert (got.json["order"], got.json["status"], got.json["dry_run"]) == (order_id, 201, True)
    assert got.json["balances"] == [{"account": payer.account, "currency": "TZS", "balance": "74.95"}]
    assert log_size(world) == size
    real = world.post(data)
    assert (real.status, real.headers.get("dry-run")) == (got.json["status"], None)
    record = json.loads(real.json["record"])
    assert (got.json["postings"], got.json["result"]) == (record["postings"], record["result"])
    assert world.get(f"/v1/accounts/{payer.account}", payer.key).json["balance"] == "74.95"


def test_what_is_recorded_is_told_as_it_is(world: World) -> None:
    """The dry run of an order that was accepted is its outcome again; of another content under its id, the conflict."""
    order_id, data = world.asha.payment(world.juma.account, 5)
    world.accepted(data)
    got, again = dry(world, data), world.post(data)
    assert (got.status, got.headers["order-replayed"], got.headers["dry-run"]) == (200, "true", "true")
    assert not AcceptedSchema().validate(got.json)
    assert got.body == again.body
    now_us = MachineClock().wall_us()
    body = Pay(world.asha.account, "TZS", (Leg(world.juma.account, 6),))
    other = sign_order(
        Order(order_id, now_us // 1_000 * 1_000 + EXPIRES_AFTER_US, body), world.asha.key, world.genesis
    )
    got, real = dry(world, other), world.post(other)
    assert (got.status, got.json["code"]) == (real.status, real.json["code"]) == (409, "id_in_use")


def refused_orders(world: World) -> list[tuple[str, bytes]]:
    """Orders that would be refused or not taken, by what is wrong."""
    (poor,) = funded_payers(world.ledger, 1, 100)
    stranger = PrivateKey.generate()
    nobody = Payer(world.genesis, stranger)
    nobody.opening_orders()
    pay = Pay(poor.account, "TZS", (Leg(world.juma.account, 101),))
    good = signed(world.genesis, poor.key, pay)[1]
    payload = split_compact(good, typ=ORDER_TYPE, bytes_max=10_000).payload

    def altered(old: str, new: str) -> bytes:
        return sign_compact(poor.key, typ=ORDER_TYPE, payload=payload.replace(old.encode(), new.encode()))

    return [
        ("no money", good),
        ("not yours", signed(world.genesis, world.juma.key, pay)[1]),
        ("unknown payee", poor.payment(nobody.account, 1)[1]),
        ("unknown key", signed(world.genesis, stranger, pay)[1]),
        ("bad signature", good[:-8] + b"AAAAAAAA"),
        ("an unknown currency", altered('"TZS"', '"XXX"')),
        ("the largest amount", poor.payment(world.juma.account, MINOR_UNITS_MAX)[1]),
        ("more than 64 bits", altered('"1.01"', '"92233720368547758.08"')),
        ("empty", b""),
    ]


def without_request(members: dict[str, Any]) -> dict[str, Any]:
    """A problem without what names the one request or the record."""
    out = {"request_id", "sequence", "recorded_at", "record", "dry_run"}
    return {name: value for name, value in members.items() if name not in out}


def test_the_reason_is_the_real_one(world: World) -> None:
    """Status, code, details and words are those that the real call gives right after."""
    codes: list[str] = []
    for why, data in refused_orders(world):
        size = log_size(world)
        got = dry(world, data)
        assert log_size(world) == size, why
        codes.append(got.json["code"])
        real = world.post(data)
        assert got.headers["dry-run"] == "true", why
        assert (got.status, without_request(got.json)) == (real.status, without_request(real.json)), why
        if got.status == 422:
            assert not PreviewRefusedSchema().validate(got.json), why
    assert codes == [
        "insufficient_funds", "payer_not_yours", "payee_unknown", "unknown_key", "signature_invalid",
        "malformed", "insufficient_funds", "malformed", "malformed",
    ]  # fmt: skip


def test_a_list_is_previewed_in_its_order(world: World) -> None:
    """The second order meets what the first would leave; each result has the status of its own."""
    (payer,) = funded_payers(world.ledger, 1, 1_000)
    orders = [payer.payment(world.juma.account, 600)[1] for _ in range(2)] + [b"nonsense"]
    body = json.dumps({"orders": [order.decode() for order in orders]}).encode()
    size = log_size(world)
    got = dry(world, body, "application/json")
    assert (got.status, got.headers["dry-run"], log_size(world)) == (200, "true", size)
    told = got.json["results"]
    assert [one["status"] for one in told] == [201, 422, 400]
    assert told[0]["balances"][0]["balance"] == "4.00"
    assert told[1]["code"] == "insufficient_funds"
    real = ask(world.url, "POST", "/v1/orders", body=body, headers={"Content-Type": "application/json"})
    assert [one["status"] for one in real.json["results"]] == [201, 422, 400]


def test_a_dry_run_costs_its_key_nothing(world: World) -> None:
    """The preview of a refusal, many times over, leaves the key as much pace as before."""
    (payer,) = funded_payers(world.ledger, 1, 1_000)
    too_much = payer.payment(world.juma.account, 100_000)[1]
    body = json.dumps({"orders": [too_much.decode()] * 900}).encode()
    for _ in range(3):  # 2,700 refusals would drain the bucket of 2,000 ten times
        got = dry(world, body, "application/json")
        assert {one["status"] for one in got.json["results"]} <= {422, 429}
    world.accepted(payer.payment(world.juma.account, 1)[1])


@pytest.mark.parametrize(
    "query", ["dry_run=1", "dry-run=true", "dryrun=true", "dry_run=", "dry_run=true&dry_run=false", "x=1"]
)
def test_a_misspelt_dry_run_pays_nothing(world: World, query: str) -> None:
    """400, and the order is not recorded: whoever meant to ask must not pay."""
    order_id, data = world.asha.payment(world.juma.account, 5)
    got = dry(world, data, query=query)
    assert (got.status, got.json["code"]) == (400, "query_invalid")
    assert world.get(f"/v1/orders/{order_id}", world.asha.key).status == 404


def test_what_is_no_dry_run_is_real(world: World) -> None:
    """`dry_run=false` and a language pay as always."""
    for query in ("dry_run=false", "lang=sw"):
        assert dry(world, world.asha.payment(world.juma.account, 5)[1], query=query).status == 201


def test_a_dry_run_takes_orders_only(world: World) -> None:
    """Another kind of content is not taken, and told as that of a dry run."""
    got = dry(world, b"x", "text/plain")
    assert (got.status, got.json["code"], got.headers["dry-run"]) == (415, "unsupported_media_type", "true")
