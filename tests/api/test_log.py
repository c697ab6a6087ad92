"""The log as anyone can check it: checkpoint, tiles, proofs; and the records as an auditor reads them."""

from __future__ import annotations

import hashlib

import pytest

from api.answer_schemas import (
    ConsistencySchema,
    LedgerSchema,
    ProofSchema,
    ReadySchema,
    RecordsSchema,
    SupplySchema,
    TrialBalanceSchema,
)
from ledger.proofs.checkpoint import open_checkpoint, origin_of
from ledger.proofs.merkle import leaf_hash, verify_consistency, verify_inclusion
from ledger.signing import base64url
from tests.api.world import World
from tests.payers import bulk


@pytest.fixture(scope="module")
def long_log(world: World) -> World:
    """A log of more than one tile."""
    orders = [world.asha.payment(world.juma.account, 1)[1] for _ in range(300)]
    bulk(world.url, orders)
    return world


def records(world: World) -> list[bytes]:
    """Every record, as the auditor reads them, page by page."""
    found: list[bytes] = []
    while True:
        got = world.get(f"/v1/records?from={len(found)}&limit=128", world.role_key("auditor"))
        assert not RecordsSchema().validate(got.json)
        page = [record.encode() for record in got.json["records"]]
        found += page
        if len(page) < 128:
            return found


def test_the_checkpoint_is_signed_by_the_logs_key(long_log: World) -> None:
    """It opens with what /v1/ledger says, and its root is that of the records."""
    ledger = long_log.get("/v1/ledger").json
    got = long_log.get("/v1/checkpoint")
    assert got.headers["content-type"].startswith("text/plain")
    checkpoint = open_checkpoint(
        got.text,
        origin=origin_of(ledger["ledger"]),
        log_keys=[long_log.genesis.log_key],
    )
    assert checkpoint.size == len(records(long_log))
    again = long_log.get("/v1/checkpoint", If_None_Match=got.headers["etag"])
    assert again.status == 304


def test_tiles_are_the_tree(long_log: World) -> None:
    """Level 0 holds the leaf hashes of the records; a whole tile's root is the first hash of the level above."""
    leaves = [leaf_hash(record) for record in records(long_log)]
    whole = long_log.get("/tile/0/000")
    assert whole.body == b"".join(leaves[:256])
    assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
    part = long_log.get("/tile/0/001.p/7").body
    assert part == b"".join(leaves[256:263])
    assert long_log.get("/tile/1/000.p/1").body == _root(leaves[:256])


def _root(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


@pytest.mark.parametrize("index", [0, 1, 200, 255, 256, 299])
def test_inclusion_proofs_hold(long_log: World, index: int) -> None:
    """Any record, in any size of log that has it."""
    record = records(long_log)[index]
    for size in (index + 1, 300):
        got = long_log.get(f"/v1/proofs/inclusion?index={index}&size={size}")
        assert not ProofSchema().validate(got.json)
        hashes = [base64url.decode(each) for each in got.json["hashes"]]
        root = _root_of(records(long_log)[:size])
        verify_inclusion(leaf=leaf_hash(record), index=index, size=size, hashes=hashes, root=root)


def _root_of(lines: list[bytes]) -> bytes:
    def root(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return leaves[0]
        half = 1 << (len(leaves) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:])).digest()

    return root([leaf_hash(line) for line in lines])


@pytest.mark.parametrize("older, newer", [(1, 1), (1, 300), (7, 300), (256, 257), (255, 300)])
def test_consistency_proofs_hold(long_log: World, older: int, newer: int) -> None:
    """The log of one size is the beginning of the log of the other."""
    got = long_log.get(f"/v1/proofs/consistency?from={older}&to={newer}")
    assert not ConsistencySchema().validate(got.json)
    lines = records(long_log)
    verify_consistency(
        old_size=older,
        new_size=newer,
        old_root=_root_of(lines[:older]),
        new_root=_root_of(lines[:newer]),
        hashes=[base64url.decode(each) for each in got.json["hashes"]],
    )


@pytest.mark.parametrize(
    "query",
    [
        "inclusion",
        "inclusion?index=0",
        "inclusion?size=3",
        "inclusion?index=3&size=3",
        "inclusion?index=0&size=0",
        "inclusion?index=0&size=999999999",
        "consistency?from=0&to=3",
        "consistency?from=4&to=3",
        "consistency?from=1&to=999999999",
        "inclusion?index=-1&size=3",
        "consistency?from=1",
    ],
)
def test_proofs_of_what_is_not_there(long_log: World, query: str) -> None:
    """400, and nothing is computed."""
    got = long_log.get(f"/v1/proofs/{query}")
    assert (got.status, got.json["code"]) == (400, "query_invalid")


def test_tiles_that_are_not_there(long_log: World) -> None:
    """404, also for a width that the log has not reached."""
    for place in ("0/999", "0/001", "0/001.p/255", "3/000", "0/000.p/256"):
        assert long_log.get(f"/tile/{place}").status == 404


def test_the_ledger_says_what_it_is(world: World) -> None:
    """Its id is the hash of record 0, which it shows."""
    got = world.get("/v1/ledger")
    assert not LedgerSchema().validate(got.json)
    digest = hashlib.sha256(got.json["genesis_record"].encode()).digest()
    assert got.json["ledger"] == base64url.encode(digest) == world.genesis.ledger_id
    assert {
        "party": world.council.party,
        "title": {"en": "Model Council", "sw": "Halmashauri ya Mfano"},
    } in got.json["institutions"]


def test_the_books_balance(world: World) -> None:
    """Debits equal credits, and what circulates is what was issued."""
    balance, supply = world.get("/v1/trial-balance").json, world.get("/v1/supply").json
    assert not TrialBalanceSchema().validate(balance)
    assert not SupplySchema().validate(supply)
    assert balance["balanced"] is True
    (row,) = supply["supply"]
    assert row["issued"] == row["outstanding"]


def test_it_says_that_it_is_ready(world: World) -> None:
    """With the sequencer's own word."""
    got = world.get("/readyz")
    assert not ReadySchema().validate(got.json)
    assert world.get("/healthz").json == {"status": "alive"}
