"""The published vectors are what this code makes, and an independent JOSE library reads them."""

from __future__ import annotations

import json

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey
from jwcrypto import jwk
from jwcrypto import jws as other_jws

from ledger.orders.kinds import RegisterParty
from ledger.orders.signed import open_order, verify_order
from ledger.signing import base64url
from ledger.signing.keys import public_key_from_jwk
from tests.strategies import key_of
from tests.vectors.vectors import PUBLISHED, bodies, order_id, published_world, vectors


def test_published_vectors_are_current() -> None:
    """Nobody changes the format without changing what is published."""
    assert json.loads(PUBLISHED.read_text()) == vectors()


def test_every_vector_verifies_with_another_library() -> None:
    """Joserfc accepts the signature of every published order."""
    published = json.loads(PUBLISHED.read_text())
    seeds = {row["kid"]: bytes.fromhex(row["signer_seed"]) for row in published["orders"]}
    jwks = {
        key_of(name).public.kid: key_of(name).public.jwk()
        for name in (
            "wakala",
            "issuer",
            "asha",
            "maker",
            "checker",
            "faucet",
            "supervisor",
            "authority",
            "auditor",
        )
    }
    for row in published["orders"]:
        assert row["kid"] in seeds
        key = OKPKey.import_key(dict[str, str | list[str]](jwks[row["kid"]]))
        opened = jws.deserialize_compact(row["order"], key, algorithms=["Ed25519"])
        assert opened.payload.decode() == row["payload"]


def test_an_order_made_by_another_library_is_accepted() -> None:
    """An order signed by joserfc, with Ed25519 and with ES256, reads and verifies as ours do."""
    world = published_world()
    payload = json.loads(PUBLISHED.read_text())["orders"][5]["payload"]
    for key, algorithm in (
        (OKPKey.generate_key("Ed25519"), "Ed25519"),
        (ECKey.generate_key("P-256"), "ES256"),
    ):
        public = public_key_from_jwk(key.as_dict(private=False))
        header = {"alg": algorithm, "kid": public.kid, "typ": "daftari-order+jws"}
        data = jws.serialize_compact(header, payload, key, algorithms=[algorithm]).encode()
        order = verify_order(open_order(data, world.genesis), public, world.genesis)
        assert order.order.body == bodies(world)["pay"][1]
        assert order.order.order_id == order_id(6)
        assert not isinstance(order.order.body, RegisterParty)


def test_the_post_quantum_vectors_verify_with_another_library() -> None:
    """Jwcrypto accepts them under the published key, whose thumbprint it finds too, and signs the same payload."""
    world, rows = published_world(), json.loads(PUBLISHED.read_text())["post_quantum"]
    assert [row["kind"] for row in rows] == ["register_party", "open_account", "pay"]
    for row in rows:
        key = jwk.JWK(**row["jwk"])
        assert key.thumbprint() == row["kid"]
        token = other_jws.JWS()
        token.allowed_algs = ["ML-DSA-44"]
        token.deserialize(row["order"], key)
        assert token.payload.decode() == row["payload"]
        private = jwk.JWK(**row["jwk"], priv=base64url.encode(bytes.fromhex(row["signer_seed"])))
        again = other_jws.JWS(row["payload"])
        again.allowed_algs = ["ML-DSA-44"]
        again.add_signature(private, alg="ML-DSA-44", protected=json.dumps(token.jose_header))
        data = again.serialize(compact=True).encode()
        verify_order(open_order(data, world.genesis), public_key_from_jwk(row["jwk"]), world.genesis)
