"""Bad input, one row each, through every way in: a clear problem with a code, no 5xx, no record, the ledger goes on."""

from __future__ import annotations

import json

import pytest

from api.answer_schemas import ProblemSchema
from tests.api.hostile import ROWS, Hostile, Row
from tests.api.world import World, ask

PROBLEM = ProblemSchema()


@pytest.fixture(scope="module")
def hostile(world: World) -> Hostile:
    """Somebody with bad intentions and a good key."""
    return Hostile(world)


def log_size(world: World) -> int:
    """Records in the log."""
    return int(world.get("/v1/supply").json["log_size"])


@pytest.mark.parametrize("media_type", ["application/jose", "application/jose; charset=utf-8"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_one_bad_order(world: World, hostile: Hostile, row: Row, media_type: str) -> None:
    """Alone, by the posting lane and by Flask: the code of its row, a whole problem, no record."""
    _, make, code = row
    before = log_size(world)
    got = world.post(make(hostile), Content_Type=media_type, Accept_Language="sw")
    assert (got.json["code"], got.status < 500) == (code, True), got.text
    assert not PROBLEM.validate(got.json)
    assert got.headers["content-language"] == "sw"
    assert log_size(world) == before


def test_bad_orders_among_good_ones(world: World, hostile: Hostile) -> None:
    """In a bulk each has the result that it would have had alone, and the good ones around them are accepted."""
    orders: list[str] = []
    expected: list[str] = []
    for _, make, code in ROWS:
        orders += [
            make(hostile).decode("utf-8", "replace"),
            world.asha.payment(world.juma.account, 1)[1].decode(),
        ]
        expected += [code, "accepted"]
    body = json.dumps({"orders": orders}).encode()
    got = ask(world.url, "POST", "/v1/orders", body=body, Content_Type="application/json")
    assert got.status == 200
    results = got.json["results"]
    assert [result.get("code", result.get("outcome")) for result in results] == expected
    assert all(result["status"] == 201 for result in results[1::2])


BODIES: list[tuple[str, bytes]] = [
    ("nothing", b""),
    ("no JSON", b"orders"),
    ("an array", b"[]"),
    ("no member", b"{}"),
    ("no list", b'{"orders":"x"}'),
    ("no orders", b'{"orders":[]}'),
    ("a number", b'{"orders":[1]}'),
    ("null", b'{"orders":[null]}'),
    ("another member", b'{"orders":["x"],"atomic":true}'),
    ("twice orders", b'{"orders":["x"],"orders":["y"]}'),
    ("NaN", b'{"orders":[NaN]}'),
    ("100,000 brackets", b"[" * 100_000),
    ("1,001 orders", json.dumps({"orders": ["x"] * 1_001}).encode()),
    ("UTF-16", '{"orders":["x"]}'.encode("utf-16")),
    ("byte order mark", b'\xef\xbb\xbf{"orders":["x"]}'),
    ("lone surrogate", rb'{"orders":["\ud800"]}'),
]


@pytest.mark.parametrize("body", [body for _, body in BODIES], ids=[name for name, _ in BODIES])
def test_bodies_that_are_no_list_of_orders(world: World, body: bytes) -> None:
    """400 malformed for the whole request; nothing of it is posted."""
    before = log_size(world)
    got = ask(world.url, "POST", "/v1/orders", body=body, Content_Type="application/json")
    assert (got.status, got.json["code"]) == (400, "malformed")
    assert log_size(world) == before


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip"])
@pytest.mark.parametrize("media_type", ["application/jose", "application/json"])
def test_nothing_compressed_is_taken(world: World, media_type: str, encoding: str) -> None:
    """415, whatever the bytes are."""
    got = world.post(b"x", Content_Type=media_type, Content_Encoding=encoding)
    assert (got.status, got.json["code"]) == (415, "unsupported_media_type")


def test_identity_is_no_encoding(world: World) -> None:
    """`Content-Encoding: identity` changes nothing."""
    _, order = world.asha.payment(world.juma.account, 1)
    assert world.post(order, Content_Encoding="identity").status == 201


@pytest.mark.parametrize(
    "path",
    [
        "/v1/accounts/%00",
        "/v1/accounts/" + "x" * 3_000,
        "/v1/accounts/%ff%fe",
        "/v1/keys/%00",
        "/v1/keys/' OR 1=1 --",
        "/v1/orders/%00/receipt",
        "/v1/orders/..%2f..%2fetc",
        "/v1/bills/%D9%A1%D9%A2",
        "/v1/bills/99%00",
        "/tile/0/x",
        "/tile/0/000.p/0",
        "/tile/0/000.p/999",
        "/tile/99/000",
        "/tile/0/x999/x999/x999/x999/x999/999",
        "/tile/-1/000",
        "/tile/99999999999999999999999999/000",
        "/institutions/%00",
        "/institutions/%3Cscript%3E",
        "/static/..%2fwords.py",
        "/docs/errors/%00",
        "/v1//ledger",
        "/v1/ledger/",
    ],
)
def test_strange_paths(world: World, path: str) -> None:
    """404 for everybody, also with a good token, and never more than that."""
    got = world.get(path.replace(" ", "%20"), world.role_key("auditor"))
    assert (got.status, got.json["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=1.0",
        "limit=1e1",
        "limit=%D9%A1",
        "limit=",
        "limit=1&limit=2",
        "before=x",
        "before=1",
        "before=-1-0",
        "before=99999999999999999999-0",
        "before=%00",
        "page=2",
        "lang=fr",
        "%ff=1",
        "limit=0x10",
    ],
)
def test_strange_queries(world: World, query: str) -> None:
    """400 naming the parameter if it is one of ours."""
    got = world.get(f"/v1/accounts/{world.asha.account}/entries?{query}", world.asha.key)
    assert (got.status, got.json["code"]) == (400, "query_invalid")
    assert got.json["details"]["parameter"] in ("limit", "before", "lang", "page", "–")
