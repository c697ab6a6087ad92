"""Route by role: for every route there is, who may open it. A route without a row fails this file."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from api.app import create_app
from api.config import Config
from api.house import House
from api.openapi import ROUTES, Route
from ledger.addresses import new_order_id
from ledger.books.parties import Scope
from ledger.enquiries import Enquiries
from ledger.instants import MachineClock
from ledger.orders.kinds import AddKey, Leg, Order, Pay, RevokeKey
from ledger.orders.signed import prove_possession, sign_order
from ledger.signing.keys import PrivateKey
from ledger.store.engine import reading_engine
from ledger.wire import SequencerClient
from tests.api.world import World, ask, bearer, signed, writing
from tests.payers import EXPIRES_AFTER_US, Payer, funded_payers

ROLES = (
    "nobody",
    "stranger",
    "owner",
    "read_key",
    "named",
    "other",
    "council",
    "auditor",
    "supervisor",
    "issuer",
    "registrar",
    "authority",
)
"""`owner` signed the order and owns the account; `named` was paid by it; `other` has nothing to do with it; `stranger`
has a key that is not registered; `read_key` is the owner's key that can only look."""

PUBLIC = dict.fromkeys(ROLES, 200)
OWN = dict.fromkeys(ROLES, 404) | {
    "nobody": 401,
    "stranger": 401,
    "owner": 200,
    "read_key": 200,
    "auditor": 200,
    "supervisor": 200,
}
NAMED = OWN | {"named": 200}
CALLER = dict.fromkeys(ROLES, 200) | {"nobody": 401, "stranger": 401}
BILLER = dict.fromkeys(ROLES, 404) | {"nobody": 401, "stranger": 401, "council": 200}
OVERSEERS = dict.fromkeys(ROLES, 404) | {"nobody": 401, "stranger": 401, "auditor": 200, "supervisor": 200}

MATRIX: dict[str, dict[str, int]] = {
    "POST /v1/orders": dict.fromkeys(ROLES, 415),  # nobody is asked for a token: the body decides
    "GET /v1/orders/{order_id}": NAMED,
    "GET /v1/orders/{order_id}/receipt": NAMED,
    "GET /v1/accounts/{address}": OWN,
    "GET /v1/accounts/{address}/entries": OWN,
    "GET /v1/accounts/{address}/statement": OWN,
    "GET /v1/accounts/{address}/payee": CALLER,
    "GET /v1/keys/{kid}": OWN,
    # A token for reading changes nothing, whoever signed it; how the right one works is below.
    "PUT /v1/names/me": dict.fromkeys(ROLES, 401),
    "DELETE /v1/names/me": dict.fromkeys(ROLES, 401),
    "GET /v1/orders/{order_id}/notes": NAMED | {"auditor": 404, "supervisor": 404},
    "PUT /v1/orders/{order_id}/note": dict.fromkeys(ROLES, 401),
    "DELETE /v1/orders/{order_id}/note": dict.fromkeys(ROLES, 401),
    "GET /v1/directory/me": CALLER,
    "PUT /v1/directory/me": dict.fromkeys(ROLES, 401),
    "DELETE /v1/directory/me": dict.fromkeys(ROLES, 401),
    "PUT /v1/directory/me/lipa-namba": dict.fromkeys(ROLES, 401),
    "GET /v1/directory/me/lookups": CALLER,
    "POST /v1/directory/lookups": dict.fromkeys(
        ROLES, 415
    ),  # who may with the right token: test_directory.py
    "GET /v1/directory/lookups": OVERSEERS,
    "GET /v1/aliases/{alias}": CALLER,
    "GET /v1/bills/{control_number}": CALLER,
    "GET /v1/bills/{control_number}/proof": CALLER,
    "GET /v1/bills": BILLER,
    "GET /v1/bills/{control_number}/payments": CALLER,
    "GET /v1/reconciliations/{date}": BILLER,
    "GET /v1/services": PUBLIC,
    "GET /v1/events": CALLER,  # each caller's own
    "GET /v1/notices": CALLER,
    "GET /v1/webhooks": CALLER,
    "POST /v1/webhooks": dict.fromkeys(ROLES, 415),  # who may is in test_notices
    "POST /v1/webhooks/{webhook}/rotate": dict.fromkeys(ROLES, 401),
    "POST /v1/webhooks/{webhook}/send": dict.fromkeys(ROLES, 415),
    "DELETE /v1/webhooks/{webhook}": dict.fromkeys(ROLES, 401),
    "POST /v1/sandbox/clock": dict.fromkeys(ROLES, 415),  # who may is in test_sandbox_clock
    "GET /v1/ledger": PUBLIC,
    "GET /v1/supply": PUBLIC,
    "GET /v1/trial-balance": PUBLIC,  # of a sandbox
    "GET /v1/days": PUBLIC,
    "GET /v1/days/{date}": PUBLIC,
    "GET /v1/checkpoint": PUBLIC,
    "GET /v1/checkpoints/{size}": PUBLIC,
    "GET /tile/{level}/{place}": PUBLIC,
    "GET /v1/proofs/inclusion": PUBLIC,
    "GET /v1/proofs/consistency": PUBLIC,
    "GET /v1/records": OVERSEERS,
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /openapi.json": PUBLIC,
    "GET /docs": PUBLIC,
    "GET /docs/errors": PUBLIC,
    "GET /docs/errors/{code}": PUBLIC,
    "GET /": PUBLIC,
    "GET /institutions/{party}": PUBLIC,
    "GET /bills": dict.fromkeys(ROLES, 303),
    "GET /bills/{control_number}": PUBLIC,
    "GET /receipts": PUBLIC,
    "POST /receipts": PUBLIC,
    "GET /static/{name}": PUBLIC,
}


@dataclass
class Cast:
    """The keys of every role, and the things that the routes name."""

    keys: dict[str, PrivateKey | None]
    values: dict[str, str]


@pytest.fixture(scope="module")
def cast(world: World) -> Cast:
    """Asha pays Juma; Neema has nothing to do with it; there is an open bill."""
    (neema,) = funded_payers(world.ledger, 1, 1_000)
    read_key = _read_key(world, world.asha)
    order_id, payment = world.asha.payment(world.juma.account, 500)
    world.accepted(payment)
    roles = {
        name: world.role_key(name) for name in ("auditor", "supervisor", "issuer", "registrar", "authority")
    }
    keys: dict[str, PrivateKey | None] = {
        "nobody": None,
        "stranger": PrivateKey.generate(),
        "owner": world.asha.key,
        "read_key": read_key,
        "named": world.juma.key,
        "other": neema.key,
        "council": world.council.full,
        **roles,
    }
    return Cast(
        keys,
        {
            "order_id": order_id,
            "address": world.asha.account,
            "alias": world.lipa_namba(world.asha),
            "kid": world.asha.key.public.kid,
            "control_number": world.new_bill(),
            "size": "1",
            "level": "0",
            "place": "000.p/1",
            "code": "bill_paid",
            "party": world.council.party,
            "date": world.first_day,
            "name": "daftari.css",
            "webhook": "wh_0123456789abcdef",
        },
    )


def _read_key(world: World, payer: Payer) -> PrivateKey:
    key, now_us = PrivateKey.generate(), MachineClock().wall_us()
    order_id, kid = new_order_id(now_us), payer.key.public.kid
    possession = prove_possession(key, genesis=world.genesis, order_id=order_id, registrant=kid)
    order = Order(
        order_id,
        now_us // 1_000 * 1_000 + EXPIRES_AFTER_US,
        AddKey(key.public, (Scope.READ,), possession),
    )
    world.accepted(sign_order(order, payer.key, world.genesis))
    return key


QUERIES = {
    "/v1/proofs/inclusion": "?index=1&size=3",
    "/v1/proofs/consistency": "?from=1&to=3",
    "/bills": "?control_number={control_number}",
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_who_may_open_what(world: World, cast: Cast, route: Route, role: str) -> None:
    """Each route, opened by each role with a good token for reading, answers with the status that stands in its row."""
    method, path = route.method, route.path
    place = (path + QUERIES.get(path, "")).format(**cast.values)
    key = cast.keys[role]
    headers = {"Content_Type": "application/json"} if method == "PUT" else {}
    if key is not None:
        headers["Authorization"] = bearer(world.genesis, key)
    got = ask(world.url, method, place, body=b"{}" if method == "PUT" else None, headers=headers)
    assert got.status == MATRIX[f"{method} {path}"][role], got.text[:300]


def test_every_route_has_a_row(world: World) -> None:
    """The matrix, the description and Flask's own map name the same routes."""
    house = House(
        Config("sqlite://", world.ledger.run_dir),
        _enquiries(world),
        SequencerClient(world.ledger.run_dir),
    )
    served = set()
    for rule in create_app(house).url_map.iter_rules():
        path = rule.rule.replace("<int:", "<").replace("<path:", "<").replace("<", "{").replace(">", "}")
        served |= {f"{method} {path}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert served == {f"{route.method} {route.path}" for route in ROUTES} == set(MATRIX)


def _enquiries(world: World) -> Enquiries:
    return Enquiries(reading_engine(world.ledger.database, connections=1))


def test_unknown_and_not_yours_are_the_same(world: World, cast: Cast) -> None:
    """Somebody else's account, order and key answer exactly as ones that never were."""
    other = cast.keys["other"]
    strange = Payer(world.genesis, PrivateKey.generate())
    strange.opening_orders()
    pairs = [
        (f"/v1/accounts/{world.asha.account}", f"/v1/accounts/{strange.account}"),
        (f"/v1/accounts/{world.asha.account}/entries", f"/v1/accounts/{strange.account}/entries"),
        (f"/v1/accounts/{world.asha.account}/statement", f"/v1/accounts/{strange.account}/statement"),
        (f"/v1/accounts/{world.asha.account}?as_of=1", f"/v1/accounts/{strange.account}?as_of=1"),
        (f"/v1/keys/{world.asha.key.public.kid}", f"/v1/keys/{strange.key.public.kid}"),
        (f"/v1/orders/{cast.values['order_id']}", f"/v1/orders/{new_order_id(MachineClock().wall_us())}"),
    ]
    for mine, nobodys in pairs:
        here, there = (world.get(path, other, Request_Id="same") for path in (mine, nobodys))
        assert (here.status, here.body) == (there.status, there.body) == (404, there.body)


def test_a_revoked_key_sees_nothing(world: World) -> None:
    """From the moment it is revoked, a key opens no private route."""
    (payer,) = funded_payers(world.ledger, 1, 1_000)
    key = _read_key(world, payer)
    path = f"/v1/accounts/{payer.account}"
    assert world.get(path, key).status == 200
    world.accepted(signed(world.genesis, payer.key, RevokeKey(key.public.kid))[1])
    got = world.get(path, key)
    assert (got.status, got.json["code"], got.json["details"]) == (
        401,
        "caller_token_invalid",
        {"what": "key"},
    )


def test_everybody_named_in_a_payment_reads_all_of_it(world: World) -> None:
    """With several legs, each payee sees the outcome; the record holds all legs."""
    neema, zuhura, other = funded_payers(world.ledger, 3, 1_000)
    legs = (Leg(neema.account, 100), Leg(zuhura.account, 200))
    order_id, payment = world.asha.sign(Pay(world.asha.account, "TZS", legs))
    world.accepted(payment)
    for payee in (neema, zuhura):
        assert world.get(f"/v1/orders/{order_id}", payee.key).json["outcome"] == "accepted"
    assert world.get(f"/v1/orders/{order_id}", other.key).status == 404


def test_only_a_full_key_gives_a_name(world: World, cast: Cast) -> None:
    """A key that only looks cannot change what others see."""
    read_key, body = cast.keys["read_key"], b'{"name":"Asha Mwinyi"}'
    assert read_key is not None
    for key, status in ((read_key, 401), (world.asha.key, 204)):
        token = writing(world.genesis, key, "PUT", "/v1/names/me", body)
        headers = {"Authorization": token, "Content_Type": "application/json"}
        assert ask(world.url, "PUT", "/v1/names/me", body=body, headers=headers).status == status
