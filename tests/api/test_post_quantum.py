"""A person whose only key is ML-DSA-44: registered, paid, paying, reading, proving; signed by an outside library."""

from __future__ import annotations

import json

import pytest
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from api.answer_schemas import KeySchema, ReceiptSchema
from ledger.addresses import new_order_id
from ledger.books.parties import PartyKind, Scope
from ledger.instants import MachineClock
from ledger.orders.codec import encode_order
from ledger.orders.kinds import AddKey, Order, RegisterParty, RevokeKey
from ledger.orders.signed import open_order, prove_possession, sign_order, verify_order
from ledger.proofs.receipt import parse_receipt, verify_receipt
from ledger.signing import base64url
from ledger.signing.keys import PrivateKey
from tests.api.world import World, ask, signed, writing
from tests.payers import EXPIRES_AFTER_US, Payer, bulk

NAME = "ML-DSA-44"


@pytest.fixture(scope="module")
def zena(world: World) -> Payer:
    """A funded person, all of whose orders are signed with ML-DSA-44."""
    payer = Payer(world.genesis, PrivateKey.generate(NAME))
    for order in payer.opening_orders():
        world.accepted(order)
    world.accepted(world.asha.payment(payer.account, 1_000)[1])
    return payer


def signed_by_jwcrypto(key: PrivateKey, payload: bytes) -> bytes:
    """The order around a payload, made by a library that knows nothing of this house."""
    theirs = JWK(**key.public.jwk(), priv=base64url.encode(key.secret_bytes()))
    token = JWS(payload)
    token.allowed_algs = [NAME]
    header = {"alg": NAME, "kid": theirs.thumbprint(), "typ": "daftari-order+jws"}
    token.add_signature(theirs, alg=NAME, protected=json.dumps(header))
    return str(token.serialize(compact=True)).encode()


def test_it_pays_and_the_receipt_verifies(world: World, zena: Payer) -> None:
    """The order inside the receipt's record verifies too, long after, offline."""
    order_id, order = zena.payment(world.juma.account, 15)
    world.accepted(order)
    got = world.get(f"/v1/orders/{order_id}/receipt", zena.key)
    assert not ReceiptSchema().validate(got.json)
    genesis = world.genesis
    receipt = parse_receipt(got.body)
    verified = verify_receipt(receipt, ledger_id=genesis.ledger_id, log_keys=[genesis.log_key])
    cause = verified.record["cause"]
    assert isinstance(cause, dict)
    verify_order(open_order(cause["order"].encode(), genesis), zena.key.public, genesis)


def test_jwcrypto_makes_orders(world: World, zena: Payer) -> None:
    """Its registration is accepted, and so is its payment."""
    key = PrivateKey.generate(NAME)
    for payer, body, status in (
        (key, RegisterParty(PartyKind.PERSON, key.public), 201),
        (zena.key, RegisterParty(PartyKind.PERSON, zena.key.public), 422),
    ):
        now_us = MachineClock().wall_us()
        order = Order(new_order_id(now_us), now_us // 1_000 * 1_000 + EXPIRES_AFTER_US, body)
        got = world.post(signed_by_jwcrypto(payer, encode_order(order, world.genesis)))
        assert got.status == status, got.text
    _, ours = zena.payment(world.juma.account, 3)
    world.accepted(signed_by_jwcrypto(zena.key, base64url.decode(ours.split(b".")[1])))


def test_jwcrypto_verifies_orders(world: World, zena: Payer) -> None:
    """An order of ours holds in the outside library, under the JWK that the ledger publishes."""
    jwk = next(row["jwk"] for row in world.get(f"/v1/keys/{zena.key.public.kid}", zena.key).json["keys"])
    token = JWS()
    token.allowed_algs = [NAME]
    _, order = zena.payment(world.juma.account, 4)
    token.deserialize(order.decode(), JWK(**jwk))
    assert token.payload == base64url.decode(order.split(b".")[1])


def test_signed_again_is_the_same_order(world: World, zena: Payer) -> None:
    """Other signature bytes over the same content: the same outcome, not a second payment."""
    order_id, first = zena.payment(world.juma.account, 5)
    world.accepted(first)
    signing_input, _, _ = first.rpartition(b".")
    second = signing_input + b"." + base64url.encode_bytes(zena.key.sign(signing_input))
    assert second != first
    got = world.post(second)
    assert (got.status, got.headers["order-replayed"]) == (200, "true")
    assert got.json["order"] == order_id


def test_many_at_once(world: World, zena: Payer) -> None:
    """A bulk of large signatures, each with its own outcome."""
    orders = [zena.payment(world.juma.account, 1)[1] for _ in range(20)]
    assert {result["status"] for result in bulk(world.url, orders)} == {201}


def test_it_is_a_caller(world: World, zena: Payer) -> None:
    """Its tokens read and write, though they are long; the answer keeps the published form."""
    got = world.get(f"/v1/keys/{zena.key.public.kid}", zena.key)
    assert got.status == 200
    assert not KeySchema().validate(got.json)
    assert [row["jwk"] for row in got.json["keys"]] == [zena.key.public.jwk()]
    body = b'{"name":"Zena Mfano"}'
    token = writing(world.genesis, zena.key, "PUT", "/v1/names/me", body)
    assert len(token) > 3_500
    headers = {"Authorization": token, "Content-Type": "application/json"}
    assert ask(world.url, "PUT", "/v1/names/me", body=body, headers=headers).status in (200, 204)


def test_it_joins_a_party_and_takes_over(world: World) -> None:
    """Added with proof of possession by an Ed25519 key, it revokes that key: the way to change algorithms."""
    payer = Payer(world.genesis, PrivateKey.generate())
    for order in payer.opening_orders():
        world.accepted(order)
    old, new = payer.key, PrivateKey.generate(NAME)
    now_us = MachineClock().wall_us()
    order_id, expires_us = new_order_id(now_us), now_us // 1_000 * 1_000 + EXPIRES_AFTER_US
    for holder, code in ((PrivateKey.generate(NAME), "possession_invalid"), (new, None)):
        proof = prove_possession(holder, genesis=world.genesis, order_id=order_id, registrant=old.public.kid)
        body = AddKey(new.public, (Scope.ALL,), proof)
        got = world.post(sign_order(Order(order_id, expires_us, body), old, world.genesis))
        assert got.json.get("code") == code, got.text
    world.accepted(signed(world.genesis, new, RevokeKey(old.public.kid))[1])
    payer.key = new
    assert world.get(f"/v1/accounts/{payer.account}", new).status == 200
    assert world.get(f"/v1/accounts/{payer.account}", old).status == 401


@pytest.mark.parametrize("pub", ["", "AAAA", base64url.encode(bytes(1_312)), base64url.encode(bytes(1_313))])
def test_keys_that_are_none(world: World, pub: str) -> None:
    """Too short, too long, or one under which anybody could sign: refused with a code, and no record."""
    key = PrivateKey.generate(NAME)
    now_us = MachineClock().wall_us()
    order = Order(
        new_order_id(now_us),
        now_us // 1_000 * 1_000 + EXPIRES_AFTER_US,
        RegisterParty(PartyKind.PERSON, key.public),
    )
    good = encode_order(order, world.genesis)
    payload = good.replace(base64url.encode_bytes(key.public.raw), pub.encode())
    assert payload != good
    got = world.post(signed_by_jwcrypto(key, payload))
    assert (got.status, got.json["code"]) == (400, "key_unacceptable")
