"""The directory over HTTP: one's own data, who is paid by an alias, and officials who leave a trace."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pytest

from ledger.addresses import new_order_id
from ledger.formats.lipa_namba import lipa_namba_of
from ledger.instants import MachineClock
from ledger.orders.kinds import CloseAccount
from ledger.signing import base64url
from tests.api.world import Got, World, ask, signed, writing
from tests.payers import Payer, funded_payers

ME, NUMBER, LOOKUPS = "/v1/directory/me", "/v1/directory/me/lipa-namba", "/v1/directory/lookups"
PERSON = {
    "name": "Neema Mollel",
    "phone": "+255 754 100 200",
    "tin": "131-207-079",
    "nida": "19900101-12345-67890-12",
}
OFFICIALS = ("auditor", "supervisor", "authority")


@pytest.fixture
def neema(world: World) -> Payer:
    """Somebody new, of whom nothing is kept, and of whom nothing is left."""
    (payer,) = funded_payers(world.ledger, 1, 1_000)
    return payer


def put(world: World, payer: Payer, told: Mapping[str, object]) -> Got:
    """Change one's own data."""
    return world.written(payer.key, "PUT", ME, told)


def look(world: World, role: str, **told: object) -> Got:
    """A look-up by an official."""
    wish = {"reason": "court_order", "case": "HC/12/2026"} | told
    return world.written(world.role_key(role), "POST", LOOKUPS, wish)


@pytest.fixture
def known(world: World, neema: Payer) -> Payer:
    """Neema with all of her data, erased again afterwards: a telephone number is one person's."""
    assert put(world, neema, PERSON).status == 200
    return neema


@pytest.fixture(autouse=True)
def _erased_afterwards(world: World, neema: Payer) -> object:
    yield
    assert world.written(neema.key, "DELETE", ME).status == 204


def test_own_data_are_given_read_and_erased(world: World, neema: Payer) -> None:
    """In the forms of the country; what is left out stays, null forgets, and in the end all is gone."""
    shown = {
        "name": "Neema Mollel", "phone": "0754 100 200", "tin": "131-207-079", "nida": "19900101-12345-67890-12",
        "lipa_namba": None, "phone_account": neema.account, "lipa_namba_account": None,
    }  # fmt: skip
    got = put(world, neema, PERSON)
    assert (got.status, got.json | shown) == (200, got.json)
    changed = put(world, neema, {"tin": None, "name": "Neema"}).json
    assert (changed["tin"], changed["name"], changed["nida"]) == (None, "Neema", PERSON["nida"])
    assert world.get(ME, neema.key).json == changed
    assert world.written(neema.key, "DELETE", ME).status == 204
    assert [value for name, value in world.get(ME, neema.key).json.items() if name != "party"] == [None] * 7
    assert world.get("/v1/aliases/0754100200", world.asha.key).status == 404
    assert look(world, "auditor", tin="131207079").status == 404


def test_a_payer_sees_a_masked_name_and_where_to_pay(world: World, known: Payer) -> None:
    """By every spelling of the telephone number and by the Lipa Namba, just what a look at the address shows."""
    number = world.lipa_namba(known)
    payee = world.get(f"/v1/accounts/{known.account}/payee", world.asha.key).json
    assert (payee["name"], payee["account"]) == ("N**** M*****", known.account)
    for alias in ("0754100200", "754100200", "255754100200", "+255754100200", number):
        told = world.get(f"/v1/aliases/{alias}", world.asha.key).json
        assert told | {"log_size": 0} == payee | {"log_size": 0}


def test_an_institution_is_paid_by_a_lipa_namba_too(world: World) -> None:
    """Under its title. It has no telephone number here: what names it stands in the log."""
    got = world.written(world.council.full, "PUT", NUMBER, {"account": world.council.account})
    told = world.get(f"/v1/aliases/{got.json['lipa_namba']}", world.asha.key).json
    assert (told["kind"], told["name"], told["account"]) == (
        "institution",
        "Model Council",
        world.council.account,
    )
    refused = world.written(world.council.full, "PUT", ME, {"phone": "0754100201"})
    assert (refused.status, refused.json["details"]) == (400, {"what": "institution"})


def test_an_alias_of_nobody_and_one_of_a_closed_account_are_the_same(world: World, neema: Payer) -> None:
    """404 for both; what cannot be an alias says why."""
    (closing,) = funded_payers(world.ledger, 1, 100)
    number = world.lipa_namba(closing)
    world.accepted(closing.payment(world.juma.account, 100)[1])
    world.accepted(signed(world.genesis, closing.key, CloseAccount(closing.account))[1])
    free = next(one for one in map(lipa_namba_of, range(50)) if one != number)
    answers = [
        world.get(f"/v1/aliases/{one}", neema.key, Request_Id="same") for one in (number, free, "0754999999")
    ]
    assert {(got.status, got.body) for got in answers} == {(404, answers[0].body)}
    whys = {
        "254712345678": "phone_other_country",
        "0222123456": "phone_not_mobile",
        "00000001": "lipa_namba_slip",
    }
    for alias, why in whys.items():
        got = world.get(f"/v1/aliases/{alias}", neema.key)
        assert (got.status, got.json["details"]) == (400, {"what": why})


def test_nobody_takes_what_is_anothers(world: World, known: Payer) -> None:
    """A telephone number, a TIN, a NIDA number; and an account that is not one's own."""
    (other,) = funded_payers(world.ledger, 1, 100)
    for name in ("phone", "tin", "nida"):
        got = put(world, other, {name: PERSON[name]})
        assert (got.status, got.json["code"], got.json["details"]) == (409, "alias_taken", {"kind": name})
    assert put(world, other, {"phone": "0754100299", "account": known.account}).status == 404
    assert world.written(other.key, "PUT", NUMBER, {"account": known.account}).status == 404
    assert world.get(ME, other.key).json["phone"] is None


@pytest.mark.parametrize(
    "told, what",
    [
        ({}, "member_unknown"),
        ({"account": "x"}, "member_unknown"),
        ({"lipa_namba": "12345678"}, "member_unknown"),
        ({"phone": "0754100200", "more": 1}, "member_unknown"),
        ({"phone": 754100200}, "phone"),
        ({"phone": "+254712345678"}, "phone_other_country"),
        ({"tin": "000000000"}, "tin_filler"),
        ({"nida": "29900101-12345-67890-12"}, "nida_birth_in_future"),
        ({"name": "\u202eAsha"}, "name"),
    ],
)
def test_what_is_no_data_is_refused_whole(
    world: World, neema: Payer, told: dict[str, object], what: str
) -> None:
    """Nothing of it is kept, and the refusal repeats none of it."""
    got = put(world, neema, {"name": "Neema"} | told if told and what != "member_unknown" else told)
    assert (got.status, got.json["details"]) == (400, {"what": what})
    assert world.get(ME, neema.key).json["name"] is None


def test_a_write_needs_json_of_a_fitting_size_and_a_token_for_just_that(world: World, neema: Payer) -> None:
    """As every write beside the log."""
    body = b'{"name":"Neema"}'
    token = writing(world.genesis, neema.key, "PUT", ME, body)
    kinds = {"Authorization": token, "Content_Type": "text/plain"}
    assert ask(world.url, "PUT", ME, body=body, headers=kinds).status == 415
    kinds["Content_Type"] = "application/json"
    assert ask(world.url, "PUT", ME, body=b'{"name":"Neeme"}', headers=kinds).json["details"] == {
        "what": "body"
    }
    assert ask(world.url, "PUT", ME, body=body, headers=kinds).status == 200
    assert ask(world.url, "PUT", ME, body=body, headers=kinds).json["details"] == {"what": "jti"}
    assert put(world, neema, {"name": "N" * 3_000}).status == 413


def test_an_official_looks_somebody_up_and_the_person_sees_it(world: World, known: Payer) -> None:
    """By whatever is known of them; each time it is written down who, when, why and for which case."""
    number = world.lipa_namba(known)
    party = world.get(ME, known.key).json["party"]
    sought = {"phone": "0754100200", "tin": "131207079", "nida": PERSON["nida"], "lipa_namba": number,
              "party": party, "account": known.account}  # fmt: skip
    lookup = ""
    for turn, (name, value) in enumerate(sought.items()):
        got = look(world, OFFICIALS[turn % 3], **{name: value})
        assert got.status == 200, got.text
        found = (got.json["party"], got.json["nida"], got.json["phone"])
        assert found == (party, PERSON["nida"], "0754 100 200")
        lookup = got.json["lookup"]
    seen = world.get(f"{ME}/lookups", known.key).json["lookups"]
    assert sorted(one["official"] for one in seen) == sorted(OFFICIALS * 2)
    assert {(one["reason"], one["case"]) for one in seen} == {("court_order", "HC/12/2026")}
    last = next(one for one in seen if one["lookup"] == lookup)
    assert (last["official"], last["official_title"]["en"]) == ("authority", "Sandbox Authority")
    assert not [value for value in PERSON.values() if value in str(seen)]


def test_overseers_read_every_look_up(world: World, known: Payer) -> None:
    """Also one that found nobody, page by page; nobody else does."""
    for tin in ("131207079", "999999998", "131-207-079"):
        look(world, "authority", tin=tin, reason="tax")
    page = world.get(f"{LOOKUPS}?limit=2", world.role_key("supervisor")).json
    rest = world.get(f"{LOOKUPS}?limit=1&before={page['next']}", world.role_key("auditor")).json["lookups"]
    party = world.get(ME, known.key).json["party"]
    found = [one["party"] for one in (*page["lookups"], *rest)]
    assert (len(found), found.count(party), found.count(None)) == (3, 2, 1)
    for key in (known.key, world.role_key("authority"), world.council.full):
        assert world.get(LOOKUPS, key).status == 404


def test_nobody_else_looks_people_up(world: World, known: Payer) -> None:
    """A holder, an institution, the registrar, the issuer: 404, and nothing is written down."""
    keys = [world.asha.key, world.council.full, world.role_key("registrar"), world.role_key("issuer")]
    for key in keys:
        wish = {"reason": "audit", "case": "1", "phone": "0754100200"}
        assert world.written(key, "POST", LOOKUPS, wish).status == 404
    assert world.get(f"{ME}/lookups", known.key).json["lookups"] == []


@pytest.mark.parametrize(
    "told, what",
    [
        ({"reason": "curiosity", "phone": "0754100200"}, "reason"),
        ({"case": "", "phone": "0754100200"}, "case"),
        ({"case": "about Neema", "phone": "0754100200"}, "case"),
        ({}, "lookup_members"),
        ({"phone": "0754100200", "tin": "131207079"}, "lookup_members"),
        ({"name": "Neema Mollel"}, "lookup_members"),
        ({"phone": "1"}, "phone_length"),
        ({"party": "../x"}, "party"),
        ({"account": 1}, "account"),
    ],
)
def test_a_look_up_without_a_reason_is_none(
    world: World, neema: Payer, told: dict[str, object], what: str
) -> None:
    """A code and a case number, and one thing to find the person by; a name finds nobody."""
    got = look(world, "auditor", **told)
    assert (got.status, got.json["details"]) == (400, {"what": what})


def test_who_walks_through_numbers_is_stopped(world: World, neema: Payer) -> None:
    """Aliases count against the same quota as bills and payees, per key."""
    headers = world.get("/v1/aliases/0754999998", neema.key).headers
    assert '"lookups-per-key"' in headers["ratelimit-policy"]
    again = world.get(f"/v1/accounts/{neema.account}/payee", neema.key).headers
    left = [int(one["ratelimit"].split('"lookups-per-key";r=')[1].split(";")[0]) for one in (headers, again)]
    assert left[1] <= left[0]
    assert world.get(f"/v1/aliases/{new_order_id(MachineClock().wall_us())}", neema.key).status == 400


def test_those_named_in_an_order_write_about_it(world: World, neema: Payer) -> None:
    """Payer and payee read each other's note with its hash; an overseer, who sees the order, and others do not."""
    order_id, payment = neema.payment(world.juma.account, 500)
    world.accepted(payment)
    note, notes = f"/v1/orders/{order_id}/note", f"/v1/orders/{order_id}/notes"
    assert world.written(neema.key, "PUT", note, {"text": "Pango la Novemba 🏠"}).status == 200
    told = world.written(world.juma.key, "PUT", note, {"text": "Asante"}).json["notes"]
    assert [(one["text"], one["own"]) for one in told] == [("Pango la Novemba 🏠", False), ("Asante", True)]
    seen = world.get(notes, neema.key).json["notes"][0]
    digest = hashlib.sha256(base64url.decode(seen["salt"]) + seen["text"].encode()).digest()
    assert seen["note_hash"] == base64url.encode(digest)
    for key in (world.asha.key, world.role_key("auditor")):
        assert world.get(notes, key).status == 404
        assert world.written(key, "PUT", note, {"text": "x"}).status == 404
    assert world.written(world.juma.key, "DELETE", note).status == 204
    assert len(world.get(notes, neema.key).json["notes"]) == 1
    for text in ("", " x", "a\nb", "\u202ex", "x" * 141, 1):
        got = world.written(neema.key, "PUT", note, {"text": text})
        assert (got.status, got.json["details"]) == (400, {"what": "note"})
    assert world.written(neema.key, "DELETE", ME).status == 204
    assert world.get(notes, world.juma.key).json["notes"] == []
