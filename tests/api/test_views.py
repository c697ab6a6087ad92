"""Views of the past over HTTP: `as_of`, statements in their three forms, links, tags, and what is refused."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator

import pytest

from api.answer_schemas import SupplySchema
from api.other_schemas import AccountAsOfSchema, StatementSchema
from api.routes.accounts import shown_name
from api.statement_csv import COLUMNS, safe
from ledger.instants import (
    MICROSECONDS_PER_DAY,
    MachineClock,
    eat_month_start_us,
    instant_text,
    parse_instant,
)
from ledger.orders.kinds import AttestBacking, Leg, Pay
from tests.api.world import Got, World, ask, signed, writing
from tests.payers import Payer, funded_payers

IMMUTABLE = "max-age=31536000, immutable"


@pytest.fixture
def payer(world: World) -> Payer:
    """Somebody with 100.00 who paid 1.00, 2.00 and 3.00."""
    (made,) = funded_payers(world.ledger, 1, 10_000)
    for amount in (100, 200, 300):
        world.accepted(made.payment(world.juma.account, amount)[1])
    return made


def entries(world: World, payer: Payer) -> list[dict[str, object]]:
    """The account's entries, oldest first."""
    listed = world.get(f"/v1/accounts/{payer.account}/entries?limit=100", payer.key).json["entries"]
    return list(reversed(listed))


def as_of(world: World, payer: Payer, moment: object) -> Got:
    """The account as of a moment."""
    return world.get(f"/v1/accounts/{payer.account}?as_of={moment}", payer.key)


def test_the_balance_as_of_a_size_and_of_an_instant(world: World, payer: Payer) -> None:
    """After each entry; the size is the log's then, the instant that of the record; neither ever changes."""
    for entry in entries(world, payer):
        by_size = as_of(world, payer, int(str(entry["sequence"])) + 1)
        assert not AccountAsOfSchema().validate(by_size.json)
        assert by_size.json["balance"] == entry["balance_after"]
        assert by_size.headers["cache-control"] == f"private, {IMMUTABLE}"
        again = as_of(world, payer, int(str(entry["sequence"])) + 1)
        assert (again.body, again.headers["etag"]) == (by_size.body, by_size.headers["etag"])
    world.accepted(
        world.asha.payment(world.juma.account, 1)[1]
    )  # so that the instants lie before a later record
    times = [str(entry["recorded_at"]) for entry in entries(world, payer)]
    got = as_of(world, payer, times[-1])
    assert (got.status, got.json["balance"], got.json["recorded_at"]) == (200, "94.00", times[-1])


def test_an_instant_of_a_quiet_ledger_is_answered_once_it_is_settled(world: World, payer: Payer) -> None:
    """Nothing is recorded afterwards; the sequencer's word is enough, and now is too early."""
    now_us = parse_instant(world.get("/v1/ledger").json["time"])
    early = as_of(world, payer, instant_text(now_us))
    assert (early.status, early.json["code"], early.json["retryable"]) == (400, "as_of_ahead", True)
    assert early.json["details"]["parameter"] == "as_of"
    deadline = time.monotonic() + 30
    while (got := as_of(world, payer, instant_text(now_us))).status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert got.json["balance"] == "94.00"
    latest = early.json["details"]["latest"]
    assert as_of(world, payer, latest).status in (200, 404)


def test_moments_that_cannot_be_answered(world: World, payer: Payer) -> None:
    """The future 400 with its own code, before the account or genesis 404 like an unknown one, nonsense 400."""
    size = world.get("/v1/supply").json["log_size"]
    for moment in (size + 10_000, 10**17, "2999-01-01T00:00:00Z"):
        got = as_of(world, payer, moment)
        assert (got.status, got.json["code"]) == (400, "as_of_ahead")
    for moment in (0, 1, 2, "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z"):
        got = as_of(world, payer, moment)
        assert (got.status, got.json["code"]) == (404, "not_found")
    for moment in ("", "-1", "x", "1e3", "2026-11-26", "2026-13-01T00:00:00Z", "2026-11-26T10:00:00", "9" * 19,
                   "%D9%A1", "2026-11-26T10:00:00%2B03:00", "1&as_of=2"):  # fmt: skip
        got = as_of(world, payer, moment)
        assert (got.status, got.json["code"]) == (400, "query_invalid"), moment
        assert got.json["details"]["parameter"] == "as_of"


def statement(world: World, payer: Payer, query: str = "", **named: str) -> Got:
    """The account's statement."""
    headers = {name.replace("_", "-"): value for name, value in named.items()}
    return world.get(f"/v1/accounts/{payer.account}/statement{query}", payer.key, headers)


def test_the_month_so_far(world: World, payer: Payer) -> None:
    """By default from the first of the month in East Africa until now; opening and movements make closing."""
    got = statement(world, payer)
    assert not StatementSchema().validate(got.json)
    assert got.json["from"] == instant_text(eat_month_start_us(MachineClock().wall_us()))
    assert (got.json["opening"]["balance"], got.json["closing"]["balance"]) == ("0.00", "94.00")
    assert got.json["totals"] == {"debits": "6.00", "credits": "100.00", "entries": 4}
    assert got.json["entries"] == entries(world, payer)
    assert (got.json["over"], got.json["next"]) == (False, None)
    assert got.json["closing"]["log_size"] == got.json["log_size"]
    assert got.headers["cache-control"] == "private, no-cache"


def test_days_and_instants_bound_a_period(world: World, payer: Payer) -> None:
    """A day is a whole day in East Africa; an instant is included; a period before the account is not there."""
    today = instant_text(MachineClock().wall_us() + MICROSECONDS_PER_DAY // 8)[:10]
    assert statement(world, payer, f"?from={today}&to={today}").json["totals"]["entries"] == 4
    times = [str(entry["recorded_at"]) for entry in entries(world, payer)]
    part = statement(world, payer, f"?from={times[1]}&to={times[2]}").json
    assert (part["opening"]["balance"], part["closing"]["balance"], part["totals"]["entries"]) == (
        "100.00", "97.00", 2,
    )  # fmt: skip
    assert part["over"] is True
    assert statement(world, payer, "?from=1980-01-01&to=1990-12-31").status == 404


@pytest.mark.parametrize(
    "query, code, parameter",
    [
        ("from=2026-02-30", "query_invalid", "from"),
        ("from=0001-01-01", "query_invalid", "from"),
        ("to=2026-11", "query_invalid", "to"),
        ("from=2026-11-02&to=2026-11-01", "query_invalid", "to"),
        ("to=x", "query_invalid", "to"),
        ("from=2999-01-01", "as_of_ahead", "from"),
        ("from=2999-01-01&to=2999-02-01", "as_of_ahead", "from"),
        ("limit=0", "query_invalid", "limit"),
        ("limit=1001", "query_invalid", "limit"),
        ("format=pdf", "query_invalid", "format"),
        ("after=1-2", "query_invalid", "after"),
        ("after=1-0-999999999", "cursor_invalid", "after"),
        ("after=0-0-1", "cursor_invalid", "after"),
        ("after=3-0-2", "cursor_invalid", "after"),
    ],
)
def test_periods_that_make_no_sense(world: World, query: str, code: str, parameter: str) -> None:
    """400 that names the parameter."""
    got = statement(world, world.asha, f"?{query}")
    assert (got.status, got.json["code"], got.json["details"]["parameter"]) == (400, code, parameter)


def walked(world: World, payer: Payer, path: str) -> Iterator[Got]:
    """Page after page, by `Link`."""
    for _ in range(50):
        got = world.get(path, payer.key)
        assert got.status == 200, got.text
        yield got
        link = re.search(r'<([^>]+)>; rel="next"', got.headers.get("link", ""))
        if link is None:
            return
        path = link[1]
    raise AssertionError("pages without an end")


def test_a_long_statement_comes_in_pages(world: World, payer: Payer) -> None:
    """Each page carries the balance forward to the next; all pages have the same ends, though payments go on."""
    found = []
    for got in walked(world, payer, f"/v1/accounts/{payer.account}/statement?limit=1"):
        found.append(got.json)
        world.accepted(payer.payment(world.juma.account, 1)[1])
    assert [page["brought_forward"] for page in found] == ["0.00", "100.00", "99.00", "97.00"]
    assert [page["carried_forward"] for page in found] == ["100.00", "99.00", "97.00", "94.00"]
    assert (
        len({(page["closing"]["balance"], page["from"], page["to"], page["log_size"]) for page in found}) == 1
    )
    assert not any(StatementSchema().validate(page) for page in found)


def test_entries_turn_both_ways(world: World, payer: Payer) -> None:
    """`next` leads to older entries, `prev` back to the newer ones; the first page has no `prev`."""
    path = f"/v1/accounts/{payer.account}/entries"
    first, second = list(walked(world, payer, f"{path}?limit=2"))
    assert "prev" not in first.headers["link"]
    back = re.search(r'<([^>]+)>; rel="prev"', second.headers["link"])
    assert back is not None
    assert world.get(back[1], payer.key).json["entries"] == first.json["entries"]
    place = first.json["next"]
    assert world.get(f"{path}?before={place}&after={place}", payer.key).json["code"] == "query_invalid"
    for tampered in (f"before={place[:-1]}9", f"after={place[:-1]}9", "before=1-0", "after=99999999-0"):
        got = world.get(f"{path}?{tampered}", payer.key)
        assert (got.status, got.json["code"]) == (400, "cursor_invalid")


def test_a_spreadsheet_gets_numbers_and_no_formulas(world: World) -> None:
    """CSV with the balances at both ends; a reference that would be a formula is text, an amount is a number."""
    (payer,) = funded_payers(world.ledger, 1, 10_000)
    world.accepted(payer.sign(Pay(payer.account, "TZS", (Leg(world.juma.account, 1_050, "-1/2"),)))[1])
    for got in (statement(world, payer, "?format=csv"), statement(world, payer, Accept="text/csv")):
        assert got.headers["content-type"] == "text/csv; charset=utf-8"
        assert "\r\n" in got.text
        rows = list(csv.DictReader(io.StringIO(got.text)))
        assert list(rows[0]) == list(COLUMNS)
        assert [(row["kind"], row["debit"], row["credit"], row["balance"]) for row in rows] == [
            ("opening_balance", "", "", "0.00"),
            ("pay", "", "100.00", "100.00"),
            ("pay", "10.50", "", "89.50"),
            ("closing_balance", "", "", "89.50"),
        ]
        assert rows[2]["reference"] == "'-1/2"
    kinds = [
        [row["kind"] for row in csv.DictReader(io.StringIO(page.text))]
        for page in walked(world, payer, f"/v1/accounts/{payer.account}/statement?format=csv&limit=1")
    ]
    assert kinds == [
        ["opening_balance", "pay", "carried_forward"],
        ["brought_forward", "pay", "closing_balance"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_what_would_be_a_formula_is_text(text: str) -> None:
    """An apostrophe stands before it; other texts stay as they are."""
    assert safe(text) == f"'{text}"
    assert (safe("INV-7"), safe(None), safe("")) == ("INV-7", "", "")


@pytest.mark.parametrize("language, heading", [("en", "Account statement"), ("sw", "Taarifa ya akaunti")])
def test_a_page_to_print(world: World, language: str, heading: str) -> None:
    """In the language asked for, whole in one file: its style inside, no script, no other file; test money says so."""
    (payer,) = funded_payers(world.ledger, 1, 10_000)
    number = world.new_bill(1_000)
    world.paid(payer, number, 1_000)
    for got in (
        statement(world, payer, f"?format=page&lang={language}"),
        statement(world, payer, Accept="text/html,*/*;q=0.8", Accept_Language=language),
    ):
        assert got.headers["content-type"] == "text/html; charset=utf-8"
        assert f"<h1>{heading}</h1>" in got.text
        assert f'<html lang="{language}">' in got.text
        assert "Halmashauri ya Mfano" in got.text or language == "en"
        assert ("90.00" in got.text, f"{number[:4]} {number[4:8]}" in got.text) == (True, True)
        assert "MFANO – SI FEDHA HALISI" in got.text
        assert not re.search(r"<script|<link|<img| style=|@import|url\(", got.text)
        assert "@media print" in got.text
        assert "style-src 'sha256-" in got.headers["content-security-policy"]
        assert got.headers["cache-control"] == "private, no-cache"


def test_json_is_what_nobody_in_particular_gets(world: World, payer: Payer) -> None:
    """Without a wish, with a wish for anything, and with one that we cannot fulfil."""
    for accept in ("*/*", "application/json", "image/png"):
        assert statement(world, payer, Accept=accept).headers["content-type"] == "application/json"


def test_an_account_is_cheap_to_watch(world: World, payer: Payer) -> None:
    """304 while nothing of the account changes, though the log grows; 200 after a payment."""
    path = f"/v1/accounts/{payer.account}"
    for watched in (path, f"{path}/entries"):
        first = world.get(watched, payer.key)
        assert first.headers["etag"].startswith('W/"')
        world.accepted(world.asha.payment(world.juma.account, 1)[1])
        same = world.get(watched, payer.key, If_None_Match=first.headers["etag"])
        assert (same.status, same.body) == (304, b"")
        world.accepted(payer.payment(world.juma.account, 1)[1])
        assert world.get(watched, payer.key, If_None_Match=first.headers["etag"]).status == 200


def test_what_cannot_change_is_for_ever(world: World, payer: Payer) -> None:
    """Outcomes, refusals too, receipts, whole ranges of records, old checkpoints: 304 for the tag that one has."""
    auditor = world.role_key("auditor")
    accepted, data = payer.payment(world.juma.account, 1)
    world.accepted(data)
    refused, data = payer.payment(world.juma.account, 10**9)
    assert world.post(data).status == 422
    size = world.get("/v1/ledger").json["log_size"]
    for path, key in (
        (f"/v1/orders/{accepted}", payer.key),
        (f"/v1/orders/{refused}", payer.key),
        (f"/v1/orders/{accepted}/receipt", payer.key),
        ("/v1/records?from=0&limit=3", auditor),
        (f"/v1/checkpoints/{size}", None),
        ("/tile/0/000.p/2", None),
        ("/v1/proofs/inclusion?index=0&size=2", None),
    ):
        got = world.get(path, key)
        assert got.headers["cache-control"].endswith(IMMUTABLE), path
        again = world.get(path, key, If_None_Match=got.headers["etag"])
        assert (again.status, again.body) == (304, b""), path
    assert world.get(f"/v1/checkpoints/{size}").text == world.get("/v1/ledger").json["checkpoint"]
    for nothing in (0, "x", size + 1_000, "01", 10**17):
        assert world.get(f"/v1/checkpoints/{nothing}").status == 404


def test_ranges_of_records_are_linked(world: World) -> None:
    """Forward to the end of the log, and back from there; the last range may still grow."""
    auditor = world.role_key("auditor")
    size = world.get("/v1/ledger").json["log_size"]
    limit = size // 2 + 1
    first = world.get(f"/v1/records?limit={limit}", auditor)
    assert first.headers["link"] == f'</v1/records?from={limit}&limit={limit}>; rel="next"'
    second = world.get(f"/v1/records?from={limit}&limit={limit}", auditor)
    assert second.headers["link"] == f'</v1/records?from=0&limit={limit}>; rel="prev"'
    assert second.headers["cache-control"] == "private, no-cache"
    assert len(first.json["records"] + second.json["records"]) == size
    assert "link" not in world.get(f"/v1/records?from={size + 9}", auditor).headers


def test_supply_of_one_currency(world: World) -> None:
    """The one that is asked for; 400 for a currency that this ledger does not have."""
    got = world.get("/v1/supply?currency=TZS")
    assert not SupplySchema().validate(got.json)
    assert [row["currency"] for row in got.json["supply"]] == ["TZS"]
    assert got.json["supply"][0] == world.get("/v1/supply").json["supply"][0]
    for currency in ("XXX", "tzs", "TZSS", ""):
        unknown = world.get(f"/v1/supply?currency={currency}")
        assert (unknown.status, unknown.json["details"]) == (400, {"parameter": "currency"})


def test_the_front_page_leads_to_the_supply(world: World) -> None:
    """From the money in circulation."""
    assert '<a href="/v1/supply">Money in circulation</a>' in world.get("/?lang=en").text


def test_a_persons_name_is_masked_on_statements(world: World) -> None:
    """The other side is shown as a payer is shown it; no whole name leaves."""
    (payer, payee) = funded_payers(world.ledger, 2, 1_000)
    body = b'{"name":"Neema Mushi"}'
    token = writing(world.genesis, payee.key, "PUT", "/v1/names/me", body)
    headers = {"Authorization": token, "Content_Type": "application/json"}
    assert ask(world.url, "PUT", "/v1/names/me", body=body, headers=headers).status == 204
    world.accepted(payer.payment(payee.account, 1)[1])
    for form in ("json", "csv", "page"):
        text = statement(world, payer, f"?format={form}").text
        assert "N**** M****" in text
        assert "Neema" not in text
    assert shown_name(None, None) == ""


def test_supply_says_what_is_attested_and_the_difference(world: World) -> None:
    """Nothing before an auditor states it; then the latest day's last word, less what circulates now, with its sign."""
    before = world.get("/v1/supply").json["supply"][0]
    outstanding = round(float(before["outstanding"]) * 100)
    auditor, today = world.role_key("auditor"), instant_text(MachineClock().wall_us())[:10]
    for amount, told in ((outstanding + 5, "0.05"), (outstanding, "0.00"), (outstanding - 7, "-0.07")):
        world.accepted(signed(world.genesis, auditor, AttestBacking("TZS", amount, today, "BOT/1"))[1])
        got = world.get("/v1/supply")
        (row,) = got.json["supply"]
        assert not SupplySchema().validate(got.json)
        assert (row["attested_for"], row["difference"]) == (today, told)
        assert round(float(row["attested"]) * 100) == amount
    world.accepted(
        signed(world.genesis, auditor, AttestBacking("TZS", outstanding * 2, "2026-01-01", "BOT/2"))[1]
    )
    assert world.get("/v1/supply").json["supply"][0]["difference"] == "-0.07"
