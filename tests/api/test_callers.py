"""Caller tokens: exactly these claims, of this ledger, of this time, by this key, for this request."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from api.callers import SANDBOX_TOKEN_SECONDS_MAX
from ledger.addresses import new_order_id
from ledger.books.parties import PartyKind
from ledger.directory.kinds import checked_name
from ledger.faults import Fault
from ledger.orders.kinds import RegisterParty
from ledger.signing import base64url
from ledger.signing.jws import sign_compact
from ledger.signing.keys import PrivateKey
from ledger.strict_json import dumps
from tests.api.world import Got, World, ask, bearer, signed, token_claims, writing
from tests.refused import refused

PATH = "/v1/names/me"


def look(world: World, authorization: str) -> Got:
    """What Asha's account says to this header."""
    return ask(world.url, "GET", f"/v1/accounts/{world.asha.account}", Authorization=authorization)


def test_a_good_token_reads(world: World) -> None:
    """The scheme's name has no case; every key of the party is good."""
    token = bearer(world.genesis, world.asha.key)
    assert look(world, token).status == 200
    assert look(world, token.replace("Bearer", "bearer")).status == 200


def test_a_p256_key_is_a_caller_too(world: World) -> None:
    """A party that registered an ES256 key proves itself with it."""
    key = PrivateKey.generate("ES256")
    world.accepted(signed(world.genesis, key, RegisterParty(PartyKind.PERSON, key.public))[1])
    assert world.get(f"/v1/keys/{key.public.kid}", key).json["kid"] == key.public.kid


def _now() -> int:
    return int(time.time())


WRONG: list[tuple[str, Callable[[World], str], str, str]] = [
    ("no header", lambda _: "", "caller_unknown", ""),
    ("no scheme", lambda w: bearer(w.genesis, w.asha.key)[7:], "caller_unknown", ""),
    ("another scheme", lambda _: "Basic YTpi", "caller_unknown", ""),
    ("an empty token", lambda _: "Bearer ", "caller_unknown", ""),
    ("no JWS", lambda _: "Bearer x", "caller_token_invalid", "form"),
    ("not ASCII", lambda _: "Bearer é", "caller_unknown", ""),
    ("too long", lambda _: "Bearer " + "A" * 5_000, "caller_token_invalid", "form"),
    ("an unknown key", lambda w: bearer(w.genesis, PrivateKey.generate()), "caller_unknown", ""),
    ("another typ", lambda w: bearer(w.genesis, w.asha.key, typ="JWT"), "caller_token_invalid", "form"),
    (
        "an order's typ",
        lambda w: bearer(w.genesis, w.asha.key, typ="daftari-order+jws"),
        "caller_token_invalid",
        "form",
    ),
    (
        "a changed token",
        lambda w: _changed(bearer(w.genesis, w.asha.key)),
        "caller_token_invalid",
        "signature",
    ),
    ("no aud", lambda w: bearer(w.genesis, w.asha.key, aud=None), "caller_token_invalid", "claims"),
    ("no iat", lambda w: bearer(w.genesis, w.asha.key, iat=None), "caller_token_invalid", "claims"),
    ("a claim too many", lambda w: bearer(w.genesis, w.asha.key, sub="x"), "caller_token_invalid", "claims"),
    ("another ledger", lambda w: bearer(w.genesis, w.asha.key, aud="A" * 43), "caller_token_invalid", "aud"),
    (
        "several ledgers",
        lambda w: bearer(w.genesis, w.asha.key, aud=[w.genesis.ledger_id]),
        "caller_token_invalid",
        "aud",
    ),
    ("times as texts", lambda w: bearer(w.genesis, w.asha.key, exp="1"), "caller_token_invalid", "time"),
    (
        "times as booleans",
        lambda w: bearer(w.genesis, w.asha.key, iat=True, exp=2),
        "caller_token_invalid",
        "time",
    ),
    (
        "over",
        lambda w: bearer(w.genesis, w.asha.key, iat=_now() - 200, exp=_now() - 61),
        "caller_token_invalid",
        "time",
    ),
    (
        "not begun",
        lambda w: bearer(w.genesis, w.asha.key, iat=_now() + 65, exp=_now() + 99),
        "caller_token_invalid",
        "time",
    ),
    (
        "too long a life",
        lambda w: bearer(w.genesis, w.asha.key, exp=_now() + SANDBOX_TOKEN_SECONDS_MAX + 5),
        "caller_token_invalid",
        "time",
    ),
    (
        "ends before it begins",
        lambda w: bearer(w.genesis, w.asha.key, exp=_now() - 1),
        "caller_token_invalid",
        "time",
    ),
    ("a huge number", lambda w: bearer(w.genesis, w.asha.key, exp=2**63 - 1), "caller_token_invalid", "time"),
    (
        "a token for writing",
        lambda w: writing(w.genesis, w.asha.key, "GET", "/", b""),
        "caller_token_invalid",
        "claims",
    ),
]


@pytest.mark.parametrize("row", WRONG, ids=lambda row: row[0])
def test_wrong_tokens(world: World, row: tuple[str, Callable[[World], str], str, str]) -> None:
    """401, and the answer says which part is wrong, not what would be right."""
    _, make, code, what = row
    got = ask(world.url, "GET", f"/v1/accounts/{world.asha.account}", headers=_raw(make(world)))
    assert (got.status, got.json["code"]) == (401, code), got.text
    assert got.json["details"] == ({"what": what} if what else {})
    assert got.headers["www-authenticate"].startswith("Bearer")


def _raw(value: str) -> dict[str, str]:
    return {"Authorization": value.encode("utf-8").decode("latin-1")} if value else {}


def _changed(token: str) -> str:
    head, payload, signature = token.split(".")
    return f"{head}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


@pytest.mark.parametrize("seconds", [-55, 55])
def test_a_little_skew_is_forgiven(world: World, seconds: int) -> None:
    """A clock that is under a minute off still reads."""
    now = _now() + seconds
    assert look(world, bearer(world.genesis, world.asha.key, iat=now, exp=now + 1)).status == 200


def test_claims_that_are_no_object(world: World) -> None:
    """A signed text that is JSON but no object, or no JSON at all."""
    for payload in (b"[]", b"1", b"", b"{", b'{"aud":1,"aud":2}'):
        token = sign_compact(world.asha.key, typ="daftari-caller+jwt", payload=payload).decode()
        got = look(world, f"Bearer {token}")
        assert (got.status, got.json["details"]) == (401, {"what": "form"})


def put(world: World, body: bytes, authorization: str, path: str = PATH) -> Got:
    """Give a name."""
    return ask(
        world.url,
        "PUT",
        path,
        body=body,
        Authorization=authorization,
        Content_Type="application/json",
    )


def test_a_name_is_given_shown_masked_and_erased(world: World) -> None:
    """The payer sees a masked name, the holder the whole; erased it is gone for both."""
    key, body = world.juma.key, b'{"name":"Juma Kassim"}'
    assert put(world, body, writing(world.genesis, key, "PUT", PATH, body)).status == 204
    payee = world.get(f"/v1/accounts/{world.juma.account}/payee", world.asha.key).json
    assert (payee["name"], payee["kind"]) == ("J*** K*****", "person")
    assert world.get(f"/v1/keys/{key.public.kid}", key).json["name"] == "Juma Kassim"
    # Who oversees must look a person up, which is written down.
    assert world.get(f"/v1/keys/{key.public.kid}", world.role_key("auditor")).json["name"] == "J*** K*****"
    token = writing(world.genesis, key, "DELETE", PATH, b"")
    assert ask(world.url, "DELETE", PATH, Authorization=token).status == 204
    assert world.get(f"/v1/accounts/{world.juma.account}/payee", world.asha.key).json["name"] == ""
    assert world.get(f"/v1/keys/{key.public.kid}", key).json["name"] is None


def test_a_token_for_a_write_is_good_for_just_that(world: World) -> None:
    """Another body, method, path or a second use: refused."""
    genesis, key, body = world.genesis, world.asha.key, b'{"name":"Asha"}'
    other_body = b'{"name":"Ashe"}'
    cases = {
        "claims": bearer(genesis, key),
        "request": writing(genesis, key, "DELETE", PATH, body),
        "body": writing(genesis, key, "PUT", PATH, other_body),
        "jti": writing(genesis, key, "PUT", PATH, body, jti="short"),
    }
    for what, token in cases.items():
        got = put(world, body, token)
        assert (got.status, got.json["details"]) == (401, {"what": what})
    other_path = writing(genesis, key, "PUT", "/v1/names/you", body)
    assert put(world, body, other_path).json["details"] == {"what": "request"}
    once = writing(genesis, key, "PUT", PATH, body)
    assert put(world, body, once).status == 204
    assert put(world, body, once).json["details"] == {"what": "jti"}


def test_claims_of_a_write_are_texts(world: World) -> None:
    """A number where a text belongs is no reason to stumble."""
    claims = token_claims(world.genesis, htm="PUT", htu=PATH, bsh=1, jti=new_order_id(1))
    token = sign_compact(world.asha.key, typ="daftari-caller+jwt", payload=dumps(claims)).decode()
    assert put(world, b"{}", f"Bearer {token}").json["details"] == {"what": "claims"}


@pytest.mark.parametrize(
    "body, status, code",
    [
        (b"", 400, "malformed"),
        (b"[]", 400, "malformed"),
        (b'{"name":1}', 400, "malformed"),
        (b'{"name":"A","more":1}', 400, "malformed"),
        (b'{"name":"A","name":"B"}', 400, "malformed"),
        (json.dumps({"name": "\u202eAsha"}).encode(), 400, "malformed"),
        (json.dumps({"name": "A" * 600}).encode(), 413, "too_large"),
    ],
)
def test_names_that_are_none(world: World, body: bytes, status: int, code: str) -> None:
    """Refused, and the token is not used up by it."""
    token = writing(world.genesis, world.asha.key, "PUT", PATH, body)
    got = put(world, body, token)
    assert (got.status, got.json["code"]) == (status, code)


def test_a_name_needs_json(world: World) -> None:
    """415 for another media type."""
    body = b"name=Asha"
    token = writing(world.genesis, world.asha.key, "PUT", PATH, body)
    assert (
        ask(world.url, "PUT", PATH, body=body, Authorization=token, Content_Type="text/plain").status == 415
    )


def test_an_institution_has_its_title(world: World) -> None:
    """What has a public title takes no display name besides."""
    body = b'{"name":"Somebody else"}'
    token = writing(world.genesis, world.council.full, "PUT", PATH, body)
    assert put(world, body, token).status == 400


@pytest.mark.parametrize(
    "name",
    ["Asha", "Asha Mwinyi", "Ng'ombe", "Anne-Marie O’Neil", "J. K.", "Zoë", "محمد علي", "李小龍", "Ọlá"],
)
def test_names_of_people(name: str) -> None:
    """Letters of any script, with what people write between them."""
    assert checked_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        " Asha",
        "Asha ",
        "A  B",
        "A\nB",
        "A\x00",
        "\u200bA",
        "A\u200dB",
        "\u202eA",
        "A1",
        "A<b>",
        "A&B",
        "🙂",
        "'",
        "-",
        "\u0301A",
        "A\u0301\u0302\u0303\u0304",
        "A" * 61,
        "A\u00a0B",
        "\ud800",
    ],
)
def test_names_that_hide_something(name: str) -> None:
    """Nothing invisible, no direction marks, no towers of marks, no signs that mean something to a page."""
    with refused(Fault.MALFORMED, what="name"):
        checked_name(name)


def test_a_name_is_kept_in_one_form() -> None:
    """However it is typed, it is kept composed."""
    assert checked_name("Zoe\u0308") == "Zo\u00eb"


def test_tokens_hold_no_more_than_they_say(world: World) -> None:
    """What our own tests make is exactly what a wallet makes."""
    token = bearer(world.genesis, world.asha.key).removeprefix("Bearer ")
    header, payload, _ = token.split(".")
    assert json.loads(base64url.decode(header)).keys() == {"alg", "kid", "typ"}
    assert json.loads(base64url.decode(payload)).keys() == {"aud", "iat", "exp"}
