"""Closed days, on both databases: the books and the money at the end of each, for everybody, for ever."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest

from api.other_schemas import DaySchema, DaysSchema
from ledger.proofs.receipt import Receipt, verify_receipt
from ledger.signing import base64url
from tests.api.world import DAYS_OLD, World


def days_of(world: World, query: str = "") -> list[dict[str, Any]]:
    """One page."""
    got = world.get(f"/v1/days{query}")
    assert got.status == 200, got.text
    assert not DaysSchema().validate(got.json)
    days: list[dict[str, Any]] = got.json["days"]
    return days


def test_each_closed_day_once_the_oldest_first(world: World) -> None:
    """As many as the ledger is old, in a row, without a token; each says what its record says."""
    days = days_of(world)
    assert len(days) >= DAYS_OLD
    first = date.fromisoformat(world.first_day)
    assert [day["date"] for day in days] == [
        (first + timedelta(days=number)).isoformat() for number in range(len(days))
    ]
    auditor = world.role_key("auditor")
    for day in days:
        (record,) = world.get(f"/v1/records?from={day['sequence']}&limit=1", auditor).json["records"]
        assert day["record"] == record
        line = json.loads(record)
        assert (line["sequence"], line["recorded_at"]) == (day["sequence"], day["recorded_at"])
        for name in ("trial_balance", "supply", "records"):
            assert line["result"][name] == day[name]


def test_the_first_day_holds_the_money_of_the_beginning(world: World) -> None:
    """Genesis and the faucet's money: two records accepted, all of it outstanding, debits equal to credits."""
    day = world.get(f"/v1/days/{world.first_day}").json
    assert (day["date"], day["records"]) == (world.first_day, {"accepted": 2, "refused": 0})
    (money,) = day["supply"]
    assert (money["redeemed"], money["outstanding"]) == ("0.00", money["issued"])
    lines = {line["class"]: line for line in day["trial_balance"]}
    assert lines["backing"]["debits"] == lines["distribution"]["credits"] == money["issued"]


def test_a_day_is_for_ever_and_its_record_can_be_proved(world: World) -> None:
    """Kept by anybody; 304 to whoever has it; and the record is in the log of the newest checkpoint."""
    path = f"/v1/days/{world.first_day}"
    got = world.get(path)
    assert not DaySchema().validate(got.json)
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = world.get(path, If_None_Match=got.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    checkpoint = world.get("/v1/checkpoint").text
    size = int(checkpoint.splitlines()[1])
    proof = world.get(f"/v1/proofs/inclusion?index={got.json['sequence']}&size={size}").json
    hashes = tuple(base64url.decode(one) for one in proof["hashes"])
    receipt = Receipt(got.json["record"], got.json["sequence"], size, hashes, checkpoint)
    verify_receipt(receipt, ledger_id=world.genesis.ledger_id, log_keys=[world.genesis.log_key])


def test_pages_lead_to_each_other(world: World) -> None:
    """Forwards by `next` and back by `prev`, each day once; a whole page is for ever, the last one is not."""
    everything, found, path = days_of(world), list[dict[str, Any]](), "/v1/days?limit=1"
    backwards = ""
    for number in range(len(everything)):
        got = world.get(path)
        found += got.json["days"]
        links = {
            name: place for place, name in re.findall(r'<([^>]+)>; rel="(\w+)"', got.headers.get("link", ""))
        }
        assert ("prev" in links) == (number > 0)
        last = number == len(everything) - 1
        assert ("immutable" in got.headers["cache-control"]) == ("next" in links) == (not last)
        assert (got.json["next"] is None) == last
        path, backwards = links.get("next", ""), links.get("prev", "")
    assert found == everything
    assert world.get(backwards).json["days"] == everything[-2:-1]
    assert days_of(world, f"?from={everything[1]['date']}") == everything[1:]
    assert days_of(world, "?from=1999-12-31&limit=2") == everything[:2]
    assert days_of(world, "?from=9999-12-31") == []


@pytest.mark.parametrize(
    "day",
    [
        "9999-12-31",
        "1999-12-31",
        "1970-01-01",
        "2026-02-30",
        "2026-1-1",
        "today",
        "0",
        "2026-01-01T00:00:00Z",
    ],
)
def test_a_day_that_is_not_closed_is_not_there(world: World, day: str) -> None:
    """To come, before the ledger, or no date at all: 404."""
    got = world.get(f"/v1/days/{day}")
    assert (got.status, got.json["code"]) == (404, "not_found")


def test_the_open_day_is_not_there(world: World) -> None:
    """The day after the last closed one."""
    last = date.fromisoformat(days_of(world)[-1]["date"])
    assert world.get(f"/v1/days/{last + timedelta(days=2)}").status == 404


@pytest.mark.parametrize(
    "query, parameter",
    [
        ("from=2026-02-30", "from"),
        ("from=0", "from"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("to=1", "to"),
    ],
)
def test_a_query_that_cannot_be_read(world: World, query: str, parameter: str) -> None:
    """400, which names the parameter."""
    got = world.get(f"/v1/days?{query}")
    assert (got.status, got.json["code"]) == (400, "query_invalid")
    assert got.json["details"] == {"parameter": parameter}
