"""Posting and what came of it: statuses, replays, conflicts, bulk, outcomes, receipts; the same by both ways in."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from api.answer_schemas import AcceptedSchema, ReceiptSchema, RefusedSchema, ResultsSchema
from ledger.addresses import new_order_id
from ledger.instants import MachineClock
from ledger.orders.kinds import ApproveBill, Leg, Order, Pay, PayBill
from ledger.orders.signed import sign_order
from ledger.proofs.receipt import parse_receipt, verify_receipt
from ledger.signing import base64url
from ledger.signing.keys import PrivateKey
from ledger.strict_json import dumps
from tests.api.world import Got, World, ask, signed
from tests.payers import EXPIRES_AFTER_US, Payer, funded_payers

JOSE = "application/jose"
BY_FLASK = "application/jose; charset=us-ascii"
"""The same media type with a parameter: it takes the other way in."""


def many(world: World, orders: list[bytes]) -> list[dict[str, Any]]:
    """Several orders; their results."""
    body = json.dumps({"orders": [order.decode() for order in orders]}).encode()
    got = ask(world.url, "POST", "/v1/orders", body=body, Content_Type="application/json")
    assert got.status == 200
    assert not ResultsSchema().validate(got.json)
    results: list[dict[str, Any]] = got.json["results"]
    return results


@pytest.mark.parametrize("media_type", [JOSE, BY_FLASK])
def test_an_order_is_accepted_once(world: World, media_type: str) -> None:
    """201 with its record; again 200 with the very same record and Order-Replayed."""
    order_id, order = world.asha.payment(world.juma.account, 1_234)
    first, again = (world.post(order, Content_Type=media_type) for _ in range(2))
    assert (first.status, again.status) == (201, 200)
    assert not AcceptedSchema().validate(first.json)
    assert first.json["order"] == order_id
    assert ("order-replayed" in first.headers, again.headers["order-replayed"]) == (False, "true")
    assert first.json | {"replayed": True} == again.json
    assert order.decode() in first.json["record"]
    assert first.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("media_type", [JOSE, BY_FLASK])
def test_a_refusal_is_permanent(world: World, media_type: str) -> None:
    """422 with its reason and record; the same when the money has arrived meanwhile."""
    (payer,) = funded_payers(world.ledger, 1, 100)
    _, order = payer.payment(world.juma.account, 500)
    first = world.post(order, Content_Type=media_type, Accept_Language="sw")
    assert (first.status, first.json["code"], first.json["outcome"]) == (422, "insufficient_funds", "refused")
    assert first.json["title"] == "Salio halitoshi."
    assert (first.json["retryable"], first.json["retry_with_new_order"]) == (False, True)
    assert not RefusedSchema().validate(first.json)
    world.accepted(world.asha.payment(payer.account, 1_000)[1])
    again = world.post(order, Content_Type=media_type)
    assert (again.status, again.headers["order-replayed"]) == (422, "true")
    assert again.json["record"] == first.json["record"]


@pytest.mark.parametrize("media_type", [JOSE, BY_FLASK])
def test_another_content_under_the_same_id(world: World, media_type: str) -> None:
    """409, and the first one stands."""
    now_us = MachineClock().wall_us()
    order_id, expires_us = new_order_id(now_us), now_us // 1_000 * 1_000 + EXPIRES_AFTER_US
    bodies = [Pay(world.asha.account, "TZS", (Leg(world.juma.account, amount),)) for amount in (100, 200)]
    one, other = (
        sign_order(Order(order_id, expires_us, body), world.asha.key, world.genesis) for body in bodies
    )
    assert world.post(one, Content_Type=media_type).status == 201
    conflict = world.post(other, Content_Type=media_type)
    assert (conflict.status, conflict.json["code"], conflict.json["retryable"]) == (409, "id_in_use", False)
    assert world.post(one, Content_Type=media_type).status == 200


def test_both_ways_in_answer_alike(world: World) -> None:
    """Status, headers and body differ in nothing but the record itself."""
    answers: list[list[Got]] = []
    for media_type in (JOSE, BY_FLASK):
        _, fine = world.asha.payment(world.juma.account, 7)
        _, poor = world.asha.payment(world.juma.account, 10**15)
        answers.append(
            [
                world.post(data, Content_Type=media_type, Request_Id="same")
                for data in (fine, fine, poor, b"x", b"x" * 200_000)
            ],
        )
    for lane, flask in zip(*answers, strict=True):
        assert lane.status == flask.status
        assert lane.json.keys() == flask.json.keys()
        ignored = {"date", "content-length", "connection"}
        assert {n: v for n, v in lane.headers.items() if n not in ignored} == {
            n: v for n, v in flask.headers.items() if n not in ignored
        }


def test_a_bulk_has_one_result_per_order_in_order(world: World) -> None:
    """Each with the status and body that it would have had alone."""
    stranger = Payer(world.genesis, PrivateKey.generate())
    stranger.opening_orders()
    fine_id, fine = world.asha.payment(world.juma.account, 3)
    orders = [
        fine,
        b"nonsense",
        world.asha.payment(world.juma.account, 10**15)[1],
        stranger.payment(world.juma.account, 1)[1],
        fine,
    ]
    results = many(world, orders)
    assert [result["status"] for result in results] == [201, 400, 422, 401, 200]
    assert results[0]["order"] == results[4]["order"] == fine_id
    assert results[0]["record"] == results[4]["record"]
    alone = world.post(orders[2]).json
    assert {name: value for name, value in alone.items() if name not in ("request_id", "replayed")} == {
        name: value for name, value in results[2].items() if name not in ("request_id", "replayed")
    }


def test_a_bulk_may_bring_a_key_and_use_it(world: World) -> None:
    """Register and open an account in one request, though the key is not registered when it arrives."""
    newcomer = Payer(world.genesis, PrivateKey.generate())
    assert [result["status"] for result in many(world, newcomer.opening_orders())] == [201, 201]


def test_a_thousand_orders_at_once(world: World) -> None:
    """The most that one request may carry."""
    orders = [world.asha.payment(world.juma.account, 1)[1] for _ in range(1_000)]
    results = many(world, orders)
    assert {result["status"] for result in results} == {201}
    assert len({result["sequence"] for result in results}) == 1_000


def test_the_same_order_from_many_sides_has_one_outcome(world: World) -> None:
    """Sixteen senders of the same bytes at once: one record, one of them first."""
    _, order = world.asha.payment(world.juma.account, 1)
    answers: list[Got] = []
    threads = [threading.Thread(target=lambda: answers.append(world.post(order))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200] * 15 + [201]
    assert len({answer.json["sequence"] for answer in answers}) == 1


def test_the_outcome_is_what_the_post_answered(world: World) -> None:
    """As a success, kept for ever by the one who may see it, and not sent again if it is there already."""
    for order_id, order in (
        world.asha.payment(world.juma.account, 2),
        world.asha.payment(world.juma.account, 10**15),
    ):
        posted = world.post(order).json
        got = world.get(f"/v1/orders/{order_id}", world.asha.key)
        assert got.status == 200
        assert got.headers["content-type"] == "application/json"
        different = {"replayed", "request_id"}
        assert {n: v for n, v in got.json.items() if n not in different} == {
            n: v for n, v in posted.items() if n not in different
        }
        assert got.headers["cache-control"] == "private, max-age=31536000, immutable"


def test_the_receipt_verifies_offline(world: World) -> None:
    """With nothing but the ledger's id and log key; its ETag makes the second look cheap."""
    order_id, order = world.asha.payment(world.juma.account, 2)
    sequence = world.accepted(order)["sequence"]
    got = world.get(f"/v1/orders/{order_id}/receipt", world.asha.key)
    assert not ReceiptSchema().validate(got.json)
    receipt = parse_receipt(got.body)
    verified = verify_receipt(receipt, ledger_id=world.genesis.ledger_id, log_keys=[world.genesis.log_key])
    assert verified.sequence == sequence
    again = world.get(f"/v1/orders/{order_id}/receipt", world.juma.key, If_None_Match=got.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_a_bill_is_paid_once(world: World) -> None:
    """The control number, the wrong amount, the payment, and the second payment."""
    number = world.new_bill(20_000)
    _, wrong = world.asha.sign(PayBill(world.asha.account, number, "TZS", 19_999))
    assert world.post(wrong).json["code"] == "amount_too_little"
    world.paid(world.asha, number, 20_000)
    _, twice = world.asha.sign(PayBill(world.asha.account, number, "TZS", 20_000))
    assert world.post(twice).json["code"] == "bill_paid"


def test_the_maker_cannot_approve(world: World) -> None:
    """Four eyes."""
    bill = world.new_bill(approve=False)
    answered = world.post(signed(world.genesis, world.council.maker, ApproveBill(bill))[1])
    assert answered.json["code"] in ("scope_insufficient", "approver_is_maker")


def test_another_library_makes_orders_too(world: World) -> None:
    """An order signed with joserfc is accepted by both ways in."""
    seed = base64url.encode(world.asha.key.secret_bytes())
    key = OKPKey.import_key({**world.asha.key.public.jwk(), "d": seed})
    for media_type in (JOSE, BY_FLASK):
        _, ours = world.asha.payment(world.juma.account, 11)
        payload = base64url.decode(ours.split(b".")[1])
        header = {"alg": "Ed25519", "kid": world.asha.key.public.kid, "typ": "daftari-order+jws"}
        theirs = jws.serialize_compact(header, payload, key, algorithms=["Ed25519"])
        assert world.post(theirs.encode(), Content_Type=media_type).status == 201


def test_answers_hold_what_json_readers_of_others_expect(world: World) -> None:
    """Bodies are ASCII, so that no charset can change them."""
    _, order = world.asha.payment(world.juma.account, 1)
    for got in (world.post(order), world.post(b"x"), world.get("/v1/ledger")):
        assert got.body.isascii()
        assert dumps(got.json) == got.body
