"""Accounts, entries, payees, keys and bills as their holders see them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from api.answer_schemas import AccountSchema, EntriesSchema, KeySchema, PayeeSchema
from api.bill_schemas import BillSchema
from api.config import Config
from api.limits import Quotas, Room
from api.routes.accounts import masked
from ledger.faults import Fault
from ledger.instants import MICROSECONDS_PER_SECOND
from ledger.intake import Pace
from ledger.orders.codec import read_order
from ledger.orders.kinds import Leg, Pay, RaiseBill
from ledger.signing.jws import split_compact, verify_compact
from ledger.signing.keys import public_key_from_jwk
from tests.api.world import Got, World
from tests.payers import Payer, funded_payers
from tests.refused import refused


def all_entries(world: World, payer: Payer, limit: int) -> list[dict[str, Any]]:
    """Every entry, by following the pages as a client would: by `Link`."""
    path, found = f"/v1/accounts/{payer.account}/entries?limit={limit}", []
    while path:
        got = world.get(path, payer.key)
        assert not EntriesSchema().validate(got.json)
        assert len(got.json["entries"]) <= limit
        found += got.json["entries"]
        link = re.search(r'<([^>]+)>; rel="next"', got.headers.get("link", ""))
        assert (link is None) == (got.json["next"] is None)
        path = link[1] if link else ""
    return found


def test_an_account_shows_its_balance(world: World) -> None:
    """All decimals, both counters, and the size of the log that was seen."""
    (payer,) = funded_payers(world.ledger, 1, 123_456)
    world.accepted(payer.payment(world.juma.account, 456)[1])
    got = world.get(f"/v1/accounts/{payer.account}", payer.key)
    assert not AccountSchema().validate(got.json)
    assert (got.json["balance"], got.json["debits_posted"], got.json["credits_posted"]) == (
        "1230.00",
        "4.56",
        "1234.56",
    )
    assert got.json["log_size"] >= world.get("/v1/supply").json["log_size"] - 50
    assert got.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_pages_of_entries_join_without_a_gap(world: World, limit: int) -> None:
    """Newest first, each entry once, and each balance follows from the one before it."""
    (payer,) = funded_payers(world.ledger, 1, 10_000)
    for amount in range(1, 8):
        world.accepted(payer.payment(world.juma.account, amount)[1])
    entries = all_entries(world, payer, limit)
    places = [(entry["sequence"], entry["n"]) for entry in entries]
    assert places == sorted(set(places), reverse=True)
    assert [entry["amount"] for entry in entries] == [f"0.0{amount}" for amount in range(7, 0, -1)] + [
        "100.00",
    ]
    assert entries[0]["balance_after"] == "99.72"
    assert {entry["side"] for entry in entries[:-1]} == {"debit"}


def test_new_entries_do_not_disturb_the_pages(world: World) -> None:
    """What comes while somebody turns pages is before the first page, not between the others."""
    (payer,) = funded_payers(world.ledger, 1, 10_000)
    for amount in range(1, 5):
        world.accepted(payer.payment(world.juma.account, amount)[1])
    first = world.get(f"/v1/accounts/{payer.account}/entries?limit=2", payer.key).json
    world.accepted(payer.payment(world.juma.account, 9)[1])
    second = world.get(f"/v1/accounts/{payer.account}/entries?limit=2&before={first['next']}", payer.key).json
    amounts = [entry["amount"] for entry in first["entries"] + second["entries"]]
    assert amounts == ["0.04", "0.03", "0.02", "0.01"]


def test_an_entry_says_what_it_was(world: World) -> None:
    """Reference, purpose, the other side, the order; for a bill its control number and the institution's title."""
    (payer,) = funded_payers(world.ledger, 1, 10_000)
    order_id, order = payer.sign(Pay(payer.account, "TZS", (Leg(world.juma.account, 5, "INV-7"),), "SALA"))
    world.accepted(order)
    number = world.new_bill(1_000)
    paid = world.paid(payer, number, 1_000)
    bill, payment, _ = all_entries(world, payer, 10)
    assert (payment["order"], payment["kind"], payment["reference"], payment["purpose"]) == (
        order_id,
        "pay",
        "INV-7",
        "SALA",
    )
    assert (payment["counterparty"], payment["control_number"]) == (world.juma.account, None)
    assert (bill["order"], bill["kind"], bill["control_number"]) == (paid, "pay_bill", number)
    assert bill["counterparty_title"] == "Model Council"
    swahili = world.get(f"/v1/accounts/{payer.account}/entries?lang=sw", payer.key).json
    assert swahili["entries"][0]["counterparty_title"] == "Halmashauri ya Mfano"


def test_a_payee_shows_little(world: World) -> None:
    """A person: a masked name or none. An institution: its title in the caller's language. No balance, no party."""
    person = world.get(f"/v1/accounts/{world.asha.account}/payee", world.juma.key)
    institution = world.get(
        f"/v1/accounts/{world.council.account}/payee",
        world.juma.key,
        Accept_Language="sw",
    )
    for got in (person, institution):
        assert not PayeeSchema().validate(got.json)
    assert (person.json["kind"], person.json["class"]) == ("person", "wallet")
    assert (institution.json["kind"], institution.json["name"]) == ("institution", "Halmashauri ya Mfano")
    assert world.asha.key.public.kid not in person.text


@pytest.mark.parametrize(
    "name, shown",
    [("Asha Mwinyi", "A*** M*****"), ("A", "A"), ("", ""), ("Ng'ombe", "N******"), ("李小龍", "李**")],
)
def test_masks(name: str, shown: str) -> None:
    """The first letter of each word, and how long it is."""
    assert masked(name) == shown


def test_a_key_shows_what_a_restored_wallet_needs(world: World) -> None:
    """Party, all keys with their scopes, all accounts with their balances."""
    got = world.get(f"/v1/keys/{world.council.maker.public.kid}", world.council.full)
    assert not KeySchema().validate(got.json)
    scopes = {row["kid"]: row["scopes"] for row in got.json["keys"]}
    assert scopes == {
        world.council.full.public.kid: ["all"],
        world.council.maker.public.kid: ["make"],
        world.council.checker.public.kid: ["check"],
    }
    assert [row["account"] for row in got.json["accounts"]] == [world.council.account]
    assert (got.json["party"], got.json["title"]["en"]) == (world.council.party, "Model Council")


def test_a_bill_shows_what_the_institution_signed(world: World) -> None:
    """A payer can check the maker's signature over payee and amount before paying."""
    number = world.new_bill(1_500_000)
    got = world.get(f"/v1/bills/{number}", world.asha.key)
    assert not BillSchema().validate(got.json)
    bill = got.json
    assert (bill["status"], bill["amount"], bill["outstanding"]) == ("open", "15000.00", "15000.00")
    assert bill["service"]["title"]["sw"] == "Leseni ya biashara"
    jws = split_compact(bill["order"].encode(), typ="daftari-order+jws")
    order = read_order(verify_compact(jws, public_key_from_jwk(bill["maker_key"])), world.genesis)
    assert isinstance(order.body, RaiseBill)
    assert (order.body.payee, order.body.amount_minor_units) == (bill["payee"], 1_500_000)
    world.paid(world.asha, number)
    assert world.get(f"/v1/bills/{number}", world.juma.key).json | {"log_size": 0} == bill | {
        "status": "paid",
        "outstanding": "0.00",
        "least": "0.00",
        "paid": "15000.00",
        "log_size": 0,
    }


def test_a_bill_that_waits_for_approval_has_no_number_to_find_it_by(world: World) -> None:
    """Its order id is no control number."""
    bill = world.new_bill(approve=False)
    assert world.get(f"/v1/bills/{bill}", world.asha.key).status == 404


class _Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_us = 0

    def wall_us(self) -> int:
        """The same."""
        return self.now_us

    def monotonic_us(self) -> int:
        """The same."""
        return self.now_us


def test_lookups_are_bounded_per_key_and_per_address() -> None:
    """One key cannot walk through bills, many keys from one address cannot either, and time heals."""
    clock = _Clock()
    config = Config("", Path(), lookups_per_key=Pace(1, 3), lookups_per_address=Pace(1, 5))
    quotas = Quotas(config, clock)
    told = {"retry_after_seconds": "1"}
    per_key = told | {"policy": "lookups-per-key", "quota": "3", "window_seconds": "3"}
    per_address = told | {"policy": "lookups-per-address", "quota": "5", "window_seconds": "5"}
    for _ in range(3):
        quotas.count_lookup(kid="a", address="1.1.1.1")
    with refused(Fault.TOO_MANY_REQUESTS, **per_key):
        quotas.count_lookup(kid="a", address="2.2.2.2")
    for kid in "bc":
        quotas.count_lookup(kid=kid, address="1.1.1.1")
    with refused(Fault.TOO_MANY_REQUESTS, **per_address):
        quotas.count_lookup(kid="d", address="1.1.1.1")
    clock.now_us += 2 * MICROSECONDS_PER_SECOND
    quotas.count_lookup(kid="a", address="1.1.1.1")


def test_a_walk_through_control_numbers_is_stopped(world: World) -> None:
    """429 with Retry-After, for this key; another one still looks."""
    walker, other = funded_payers(world.ledger, 2, 1_000)
    bills, payees = "/v1/bills/881234567899", f"/v1/accounts/{world.asha.account}/payee"
    stopped: dict[str, Got] = {}
    for turn in range(2_000):
        path = bills if turn < 200 else (bills, payees)[turn % 2]
        got = world.get(path, walker.key)
        if got.status == 429:
            stopped[path] = got
        if len(stopped) == 2:
            break
    for path in (bills, payees):
        assert (stopped[path].json["code"], stopped[path].headers["retry-after"]) == (
            "too_many_requests",
            "1",
        )
    assert world.get(f"/v1/accounts/{world.asha.account}/payee", other.key).status == 200


def test_room_is_given_back() -> None:
    """What is full refuses, and takes again after something was given back."""
    room = Room(10)
    room.take(7)
    with refused(Fault.BUSY, retry_after_seconds="1"):
        room.take(4)
    room.give(7)
    room.take(10)
