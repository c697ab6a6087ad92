"""Bounds per key and per network address, told as the draft standard says, and who is believed about an address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from api import problems
from api.addresses import client_address, networks
from api.answer_schemas import ProblemSchema
from api.app import create_app
from api.asked import Asked
from api.config import Config
from api.house import House
from api.limits import READS_PER_KEY, Counted, counted_headers
from ledger.books.parties import PartyKind
from ledger.enquiries import Enquiries
from ledger.faults import Fault, LedgerFault
from ledger.intake import Pace, TokenBuckets
from ledger.orders.kinds import RegisterParty
from ledger.signing.keys import PrivateKey
from ledger.store.engine import reading_engine
from ledger.wire import SequencerClient
from tests.api.world import World, bearer, signed

PROXY = "10.0.0.1"
TRUSTED = networks((PROXY, "192.168.0.0/24", "::1"))
SLOW = Pace(1, 3)


@pytest.fixture
def narrow(world: World) -> Iterator[FlaskClient]:
    """The served ledger through a second application of this process, with narrow bounds behind a proxy."""
    ledger = world.ledger
    config = Config(
        ledger.database,
        ledger.run_dir,
        reads_per_address=Pace(1, 6),
        reads_per_key=SLOW,
        new_keys_per_address=SLOW,
        trusted_proxies=(PROXY,),
    )
    enquiries = Enquiries(reading_engine(config.database, connections=1))
    sequencer = SequencerClient(config.run_dir, answer_seconds_max=10)
    with create_app(House(config, enquiries, sequencer)).test_client() as client:
        client.environ_base["REMOTE_ADDR"] = PROXY
        yield client
    sequencer._forget()
    enquiries.close()


def from_(address: str) -> dict[str, str]:
    """What the trusted proxy says of a client."""
    return {"X-Forwarded-For": address}


def test_reads_are_bounded_per_address(narrow: FlaskClient) -> None:
    """Six at once, told down to none; then 429 with everything that the draft asks for; another address still reads."""
    for left in range(5, -1, -1):
        got = narrow.get("/v1/supply", headers=from_("203.0.113.1"))
        assert got.headers["RateLimit-Policy"] == '"reads-per-address";q=6;w=6'
        assert got.headers["RateLimit"] == f'"reads-per-address";r={left};t={6 - left}'
    got = narrow.get("/v1/supply", headers=from_("203.0.113.1") | {"Accept-Language": "sw"})
    assert (got.status_code, got.headers["Retry-After"]) == (429, "1")
    assert got.headers["RateLimit"] == '"reads-per-address";r=0;t=1'
    members = json.loads(got.data)
    assert not ProblemSchema().validate(members)
    assert members["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
    assert members["violated-policies"] == ["reads-per-address"]
    assert (members["code"], members["retryable"]) == ("too_many_requests", True)
    assert got.headers["Content-Language"] == "sw"
    assert narrow.get("/v1/supply", headers=from_("203.0.113.2")).status_code == 200


def test_what_a_client_says_of_itself_is_not_believed(narrow: FlaskClient) -> None:
    """A stranger who writes its own X-Forwarded-For, before the proxy's part or without one, stays who it is."""
    for number in range(6):
        headers = from_(f"198.51.100.{number}, 203.0.113.3")
        assert narrow.get("/v1/supply", headers=headers).status_code == 200
    assert narrow.get("/v1/supply", headers=from_("198.51.100.9, 203.0.113.3")).status_code == 429
    narrow.environ_base["REMOTE_ADDR"] = "203.0.113.4"
    statuses = [narrow.get("/v1/supply", headers=from_(f"198.51.100.{n}")).status_code for n in range(7)]
    assert statuses == [200] * 6 + [429]


def test_whoever_watches_is_not_bounded(narrow: FlaskClient) -> None:
    """Health is asked by machines, often."""
    statuses = {narrow.get("/healthz", headers=from_("203.0.113.5")).status_code for _ in range(20)}
    assert statuses == {200}


def test_reads_are_bounded_per_key(world: World, narrow: FlaskClient) -> None:
    """From however many addresses; the answer tells both bounds."""
    path = f"/v1/accounts/{world.asha.account}"
    token = {"Authorization": bearer(world.genesis, world.asha.key)}
    for number in range(3):
        got = narrow.get(path, headers=token | from_(f"203.0.113.{20 + number}"))
        assert got.status_code == 200
        assert f'"{READS_PER_KEY}";q=3;w=3' in got.headers["RateLimit-Policy"]
        assert f'"{READS_PER_KEY}";r={2 - number}' in got.headers["RateLimit"]
    got = narrow.get(path, headers=token | from_("203.0.113.30"))
    assert json.loads(got.data)["violated-policies"] == [READS_PER_KEY]


@pytest.mark.parametrize("media_type", ["application/jose", "application/json"])
def test_new_keys_are_bounded_per_address(world: World, narrow: FlaskClient, media_type: str) -> None:
    """Nobody mints keys to go round the bound on each key, alone or in bulk; a known key goes on."""
    where = from_("203.0.113.40" if media_type == "application/jose" else "203.0.113.41")
    answers = [_register(world, narrow, media_type, where) for _ in range(4)]
    assert [status for status, _ in answers] == [201] * 3 + [429]
    assert answers[3][1] == ["new-keys-per-address"]
    _, order = world.asha.payment(world.juma.account, 1)
    got = narrow.post("/v1/orders", data=order, content_type="application/jose", headers=where)
    assert got.status_code == 201


def _register(
    world: World, narrow: FlaskClient, media_type: str, where: dict[str, str]
) -> tuple[int, list[str]]:
    key = PrivateKey.generate()
    _, order = signed(world.genesis, key, RegisterParty(PartyKind.PERSON, key.public))
    alone = media_type == "application/jose"
    body = order if alone else json.dumps({"orders": [order.decode()]}).encode()
    got = narrow.post("/v1/orders", data=body, content_type=media_type, headers=where)
    members = json.loads(got.data)
    result = members if alone else members["results"][0]
    return got.status_code if alone else result["status"], result.get("violated-policies", [])


def test_the_sequencers_bound_is_told_alike() -> None:
    """A key that posts too fast is told the policy, its quota and when to come back."""
    buckets = TokenBuckets(Pace(2, 4))
    assert [buckets.take("a", now_us=0) for _ in range(4)] == [3, 2, 1, 0]
    with pytest.raises(LedgerFault) as caught:
        buckets.take("a", now_us=0)
    answered = problems.problem(caught.value, Asked("en", "request-1"))
    assert (answered.status, answered.media_type) == (429, "application/problem+json")
    assert dict(answered.headers) == {
        "Cache-Control": "no-store",
        "Retry-After": "1",
        "RateLimit-Policy": '"orders-per-key";q=4;w=2',
        "RateLimit": '"orders-per-key";r=0;t=1',
    }


def test_a_busy_ledger_says_so_as_the_draft_does() -> None:
    """Less capacity for a while is a type of its own; our code stays."""
    members = json.loads(problems.problem(LedgerFault(Fault.BUSY), Asked("en", "request-1")).body)
    assert members["type"] == "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity"
    assert members["code"] == "busy"


@pytest.mark.parametrize(
    "peer, forwarded, counted_as",
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (PROXY, "", PROXY),
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (PROXY, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (PROXY, "198.51.100.1, 192.168.0.7", "198.51.100.1"),
        (PROXY, "nonsense", PROXY),
        (PROXY, "198.51.100.1, nonsense", PROXY),
        (PROXY, "," * 5_000, PROXY),
        ("::1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("[::1]", "[2001:db8:1:2:ffff::1]", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_whose_address_counts(peer: str, forwarded: str, counted_as: str) -> None:
    """The nearest address that no trusted proxy vouches past."""
    assert client_address(peer, forwarded, TRUSTED) == counted_as


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_header_breaks_it(peer: str, forwarded: str) -> None:
    """Whatever stands in the header, there is an address."""
    assert isinstance(client_address(peer, forwarded, TRUSTED), str)
    assert client_address("203.0.113.9", forwarded, TRUSTED) == "203.0.113.9"


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.data())
def test_the_headers_hold_together(rate: int, burst: int, data: st.DataObject) -> None:
    """What remains is within the quota, and the time until it is full within the window."""
    remaining = data.draw(st.integers(0, burst))
    pace = Pace(rate, burst)
    headers = dict(counted_headers([Counted("p", pace, remaining)]))
    wait = int(headers["RateLimit"].rpartition("=")[2])
    assert 0 <= wait <= pace.window_seconds
    assert remaining + wait * rate >= burst
    assert headers["RateLimit-Policy"] == f'"p";q={burst};w={pace.window_seconds}'


def test_a_load_generator_may_be_given_room() -> None:
    """`limits_times` widens every bound of the API, and nothing else."""
    config = Config("", Path(), limits_times=10)
    wide = config.wider()
    assert wide.reads_per_address == config.reads_per_address.times(10)
    assert wide.new_keys_per_address.orders_burst == 10 * config.new_keys_per_address.orders_burst
    assert replace(config).threads == wide.threads
