"""A ledger that is no sandbox: no public pages, no public books; and an API whose database or sequencer is gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.config import Config
from api.house import House
from ledger.books.parties import PartyKind
from ledger.directory_desk import open_desk
from ledger.directory_key import directory_key_path, read_directory_key
from ledger.enquiries import Enquiries
from ledger.instants import MICROSECONDS_PER_SECOND, MachineClock
from ledger.keys_folder import LOG_KEY, write_private_key
from ledger.opening import create_ledger, open_bookkeeper
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Leg, Pay, RegisterParty
from ledger.sequencer import Limits, Sequencer
from ledger.signing.keys import PrivateKey
from ledger.store.engine import reading_engine
from ledger.strict_json import dumps
from ledger.wire import AnswerStatus, SequencerClient
from tests.api.world import bearer, signed, writing
from tests.strategies import World, genesis_document, key_of


@dataclass
class Closed:
    """The application of a closed ledger whose sequencer does not run."""

    client: FlaskClient
    genesis: Genesis
    folder: Path


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Closed]:
    """A ledger from a genesis document without the sandbox flag."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    genesis = create_ledger(
        url,
        genesis_document(sandbox=False),
        key_of("log"),
        now_us=MachineClock().wall_us(),
    )
    enquiries = Enquiries(reading_engine(url, connections=2))
    house = House(Config(url, tmp_path), enquiries, SequencerClient(tmp_path))
    yield Closed(create_app(house).test_client(), genesis, tmp_path)
    enquiries.close()


@pytest.mark.parametrize("path", ["/", "/institutions/x", "/bills", "/bills/881234567899", "/receipts"])
def test_pages_are_a_sandboxs(closed: Closed, path: str) -> None:
    """Who owes what is nobody else's business outside a sandbox."""
    assert closed.client.get(path).status_code == 404


def test_its_pages_do_not_call_the_money_a_test(closed: Closed) -> None:
    """The documentation is there, without the sandbox's banner."""
    text = closed.client.get("/docs").text
    assert "MFANO" not in text
    assert "/receipts" not in text.split("<main")[0]


@pytest.mark.parametrize(
    "role, status",
    [
        ("", 401),
        ("auditor", 200),
        ("supervisor", 200),
        ("issuer", 200),
        ("registrar", 404),
        ("authority", 404),
    ],
)
def test_the_books_are_for_overseers_and_the_issuer(closed: Closed, role: str, status: int) -> None:
    """A closed ledger shows its trial balance to those who answer for it."""
    headers = {"Authorization": bearer(closed.genesis, key_of(role))} if role else {}
    assert closed.client.get("/v1/trial-balance", headers=headers).status_code == status


def test_a_token_of_a_day_is_a_sandboxs(closed: Closed) -> None:
    """Where money is money, a token that reads lives for minutes, and time is nobody's to move."""
    now_s = MachineClock().wall_us() // MICROSECONDS_PER_SECOND
    for life_s, status in ((300, 200), (86_400, 401)):
        token = bearer(closed.genesis, key_of("auditor"), iat=now_s, exp=now_s + life_s)
        assert closed.client.get("/v1/trial-balance", headers={"Authorization": token}).status_code == status
    moved = closed.client.post("/v1/sandbox/clock", json={"seconds": 1})
    assert (moved.status_code, moved.json["code"]) == (404, "not_found")  # type: ignore[index]
    assert closed.client.get("/v1/ledger").json["ahead_seconds"] == 0  # type: ignore[index]


def test_nobody_registers_themselves(closed: Closed) -> None:
    """An order signed by the very key that it registers is taken in a sandbox only."""
    key = PrivateKey.generate()
    _, order = signed(closed.genesis, key, RegisterParty(PartyKind.PERSON, key.public))
    got = closed.client.post("/v1/orders", data=order, content_type="application/jose")
    assert (got.status_code, got.json["code"]) == (401, "unknown_key")  # type: ignore[index]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Closed]:
    """A closed ledger whose sequencer runs, with Asha, whom the registrar registered, and her account."""
    url, keys = f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path / "keys"
    write_private_key(keys, LOG_KEY, key_of("log"))
    document, now_us = genesis_document(sandbox=False), MachineClock().wall_us()
    genesis = create_ledger(url, document, key_of("log"), now_us=now_us)
    opened, world = open_bookkeeper(url, keys, lease_seconds=5), World(genesis, now_us=now_us)
    sequencer = Sequencer(opened.bookkeeper, genesis, MachineClock(), Limits(), tmp_path)
    sequencer.beside.desk = open_desk(opened.bookkeeper, keys, MachineClock())
    orders = (world.registering_by("registrar", "asha"), world.opening("asha")[0])
    answers = opened.bookkeeper.settle(orders, now_us=world.now_us)
    assert [answer.status for answer in answers] == [AnswerStatus.ACCEPTED] * 2
    running = threading.Thread(target=sequencer.run)
    running.start()
    enquiries = Enquiries(reading_engine(url, connections=2), read_directory_key(directory_key_path(keys)))
    way = SequencerClient(tmp_path)
    house = House(Config(url, tmp_path), enquiries, way)
    yield Closed(create_app(house).test_client(), genesis, tmp_path)
    way._forget()  # the sequencer sees it go before it stops
    sequencer.stop()
    running.join()
    enquiries.close()
    opened.bookkeeper.close()


def test_a_telephone_number_pays_nobody_where_nobody_checks_it(served: Closed) -> None:
    """Outside a sandbox it is kept and found by officials, and no alias; a Lipa Namba, which is given, pays."""
    key, me = key_of("asha"), "/v1/directory/me"

    def put(path: str, told: dict[str, str]) -> dict[str, Any]:
        body = dumps(told)
        headers = {"Authorization": writing(served.genesis, key, "PUT", path, body)}
        got = served.client.put(path, data=body, headers=headers, content_type="application/json")
        assert got.status_code == 200, got.text
        return dict(got.get_json())

    kept = put(me, {"phone": "0712345678"})
    assert (kept["phone"], kept["phone_account"]) == ("0712 345 678", None)
    headers = {"Authorization": bearer(served.genesis, key)}
    assert served.client.get("/v1/aliases/0712345678", headers=headers).status_code == 404
    account = served.client.get(f"/v1/keys/{key.public.kid}", headers=headers).get_json()["accounts"][0][
        "account"
    ]
    number = put(f"{me}/lipa-namba", {"account": account})["lipa_namba"]
    got = served.client.get(f"/v1/aliases/{number}", headers=headers)
    assert (got.status_code, got.get_json()["account"]) == (200, account)


def test_without_a_sequencer_nothing_is_taken(closed: Closed) -> None:
    """503 not_taken and Retry-After: nothing was recorded, the same bytes may be sent again; reading goes on."""
    genesis, key = closed.genesis, key_of("issuer")
    payer, payee = genesis.address_of("2900"), genesis.address_of("1000")
    _, order = signed(genesis, key, Pay(payer, "TZS", (Leg(payee, 1),)))
    got = closed.client.post("/v1/orders", data=order, content_type="application/jose")
    assert (got.status_code, got.json["code"], got.headers["Retry-After"]) == (503, "not_taken", "1")  # type: ignore[index]
    bulk = closed.client.post("/v1/orders", json={"orders": [order.decode(), "x"]}).json
    assert [result["code"] for result in bulk["results"]] == ["not_taken", "malformed"]  # type: ignore[index]
    assert closed.client.get("/readyz").status_code == 503
    assert closed.client.get("/healthz").status_code == 200
    assert closed.client.get("/v1/supply").status_code == 200


def test_without_a_database_it_says_so_and_no_more(tmp_path: Path) -> None:
    """503 store_unreachable; neither the path nor the driver's words leave."""
    url = f"sqlite:///{tmp_path / 'nowhere' / 'ledger.db'}"
    house = House(
        Config(url, tmp_path),
        Enquiries(reading_engine(url, connections=1)),
        SequencerClient(tmp_path),
    )
    client = create_app(house).test_client()
    for path in ("/v1/ledger", "/v1/supply", "/"):
        got = client.get(path, headers={"Accept": "application/json"})
        assert (got.status_code, got.json["code"]) == (503, "store_unreachable")  # type: ignore[index]
        assert "nowhere" not in got.text
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert page.content_type.startswith("text/html")


def test_a_bug_is_a_problem_without_its_inside(closed: Closed, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 internal_error, no traceback."""

    def broken(_: object) -> None:
        raise ValueError("the inside of the ledger")

    monkeypatch.setattr(Enquiries, "supply", broken)
    got = closed.client.get("/v1/supply", headers={"Accept-Language": "sw"})
    assert (got.status_code, got.json["code"]) == (500, "internal_error")  # type: ignore[index]
    assert "inside" not in got.text
    assert got.headers["Content-Language"] == "sw"
