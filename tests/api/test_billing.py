"""What a billing system asks: lists of bills, payments of a bill, a day to reconcile, services."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from api.billing_schemas import BillPaymentsSchema, BillsSchema, ReconciliationSchema, ServicesSchema
from ledger.books.bills import BillStatus, CancelReason, PayOption
from ledger.books.journal import ReversalReason
from ledger.instants import MachineClock, day_text, eat_day
from ledger.orders.kinds import BillLine, CancelBill, Refund, Reverse
from tests.api.test_bills_in_full import Desk, other_council
from tests.api.world import SERVICE, Council, World, signed


@pytest.fixture
def desk(world: World) -> Desk:
    """A desk of an institution of its own, so that its lists and its day hold what the test does and nothing else."""
    return Desk(world, other_council(world))


def today() -> str:
    """The date in East Africa."""
    return day_text(eat_day(MachineClock().wall_us()))


def listed(world: World, council: Council, query: str = "") -> list[dict[str, Any]]:
    """The bills of an institution."""
    got = world.get(f"/v1/bills{query}", council.maker)
    assert got.status == 200, got.text
    assert not BillsSchema().validate(got.json)
    return list(got.json["bills"])


def test_bills_are_listed_by_status_day_and_own_number(desk: Desk, world: World) -> None:
    """Each status lists its bills and no others; newest first; a page leads to the next."""
    council = desk.council
    paid, open_one = desk.open(5_000, bill_id="L/PAID")[1], desk.open(6_000, bill_id="L/OPEN")[1]
    part = desk.open(7_000, bill_id="L/PART", option=PayOption.PARTIAL)[1]
    bill, _ = desk.made(desk.asking(8_000, "L/RAISED"))
    gone, _ = desk.made(desk.asking(9_000, "L/GONE"))
    assert desk.made(CancelBill(gone, CancelReason.DUPLICATE))[1].status == 201
    assert desk.pay(paid, 5_000).status == desk.pay(part, 1_000).status == 201
    back = desk.open(4_000, bill_id="L/BACK")[1]
    payment = desk.pay(back, 4_000).json["order"]
    refund = Refund(payment, council.account, "TZS", 4_000)
    assert world.post(signed(world.genesis, council.full, refund)[1]).status == 201
    wanted = {"paid": "L/PAID", "open": "L/OPEN", "part_paid": "L/PART", "raised": "L/RAISED", "cancelled": "L/GONE",
              "refunded": "L/BACK"}  # fmt: skip
    for status in BillStatus:
        found = [row["bill_id"] for row in listed(world, council, f"?status={status.value}")]
        assert found == ([wanted[status.value]] if status.value in wanted else []), status
    everything = [row["bill_id"] for row in listed(world, council)]
    assert everything == ["L/BACK", "L/GONE", "L/RAISED", "L/PART", "L/OPEN", "L/PAID"]
    assert [row["bill"] for row in listed(world, council, "?bill_id=L/RAISED")] == [bill]
    assert listed(world, council, f"?from={today()}&status=open")[0]["control_number"] == open_one
    assert listed(world, council, "?from=2999-01-01") == []
    first = world.get("/v1/bills?limit=4", council.checker)
    assert 'rel="next"' in first.headers["link"]
    rest = listed(world, council, f"?limit=4&before={first.json['next']}")
    assert [row["bill_id"] for row in [*first.json["bills"], *rest]] == everything
    assert world.get("/v1/bills", world.asha.key).status == 404
    assert world.get("/v1/bills?status=lost", council.maker).status == 400


def test_payments_are_seen_by_whom_they_concern(desk: Desk, world: World) -> None:
    """All of them by every institution of a split bill, the own ones by a payer, none by a stranger."""
    treasury = other_council(world)
    items = (BillLine("142201660128", 850), BillLine("142201660008", 150, treasury.account))
    _, number = desk.open(1_000, option=PayOption.PARTIAL, items=items)
    first, second = desk.pay(number, 400).json["order"], world.paid(world.juma, number, 600)
    path = f"/v1/bills/{number}/payments"
    got = world.get(path, treasury.maker)
    assert not BillPaymentsSchema().validate(got.json)
    assert [row["order"] for row in got.json["payments"]] == [first, second]
    assert [part["amount"] for part in got.json["payments"][0]["parts"]] == ["3.40", "0.60"]
    assert [row["order"] for row in world.get(path, world.asha.key).json["payments"]] == [first]
    assert world.get(path, world.council.full).json["payments"] == []


def test_a_day_adds_up(desk: Desk, world: World) -> None:
    """Payments, a refund, a reversal and the reversal of a refund: the lines come to what the account gained."""
    council = desk.council
    treasury = other_council(world)
    items = (BillLine("142201660128", 8_500), BillLine("142201660008", 1_500, treasury.account))
    _, split = desk.open(10_000, bill_id="D/1", option=PayOption.FULL, items=items)
    _, plain = desk.open(3_000, bill_id="D/2", option=PayOption.PARTIAL)
    payment = desk.pay(split, 10_000).json["order"]
    reversed_one, kept = desk.pay(plain, 1_000).json["order"], desk.pay(plain, 2_000).json["order"]
    back = [
        signed(world.genesis, council.full, Refund(kept, council.account, "TZS", part)) for part in (300, 200)
    ]
    assert [world.post(data).status for _, data in back] == [201, 201]
    for entry in (reversed_one, back[1][0]):
        reversal = Reverse(entry, ReversalReason.OPERATOR_ERROR, "CASE/1")
        assert world.post(signed(world.genesis, world.role_key("supervisor"), reversal)[1]).status == 201
    got = world.get(f"/v1/reconciliations/{today()}", council.checker)
    assert not ReconciliationSchema().validate(got.json)
    lines = [(row["kind"], row["bill_id"], row["amount"]) for row in got.json["lines"]]
    assert lines == [
        ("payment", "D/1", "85.00"), ("payment", "D/2", "10.00"), ("payment", "D/2", "20.00"),
        ("refund", "D/2", "-3.00"), ("refund", "D/2", "-2.00"), ("reversal", "D/2", "-10.00"),
        ("reversal", "D/2", "2.00"),
    ]  # fmt: skip
    balance = world.get(f"/v1/accounts/{council.account}", council.full).json["balance"]
    totals = got.json["totals"]
    assert totals["currency"] == [{"currency": "TZS", "name": "", "lines": 7, "amount": balance}]
    codes = {row["name"]: row["amount"] for row in totals["gfs_code"]}
    assert codes["142201660128"] == "85.00"
    assert (got.json["closed"], got.json["day"]) == (False, today())
    theirs = world.get(f"/v1/reconciliations/{today()}", treasury.full).json["lines"]
    assert [(row["amount"], row["payment"]) for row in theirs] == [("15.00", payment)]
    csv_text = world.get(f"/v1/reconciliations/{today()}?format=csv", council.full).text
    rows = list(csv.DictReader(io.StringIO(csv_text)))
    assert [row["amount"] for row in rows] == [amount for _, _, amount in lines]
    assert rows[0]["gfs_codes"] == "142201660128=85.00"
    page = world.get(
        f"/v1/reconciliations/{today()}", council.full, headers={"Accept": "text/html"}, Accept_Language="sw"
    )
    assert "Usuluhishi" in page.text
    assert split in page.text


def test_a_day_that_is_none_or_not_here_yet(desk: Desk, world: World) -> None:
    """No date, a day to come, and a caller who does not bill."""
    assert world.get("/v1/reconciliations/yesterday", desk.council.full).status == 404
    assert world.get("/v1/reconciliations/2999-01-01", desk.council.full).status == 400
    assert world.get(f"/v1/reconciliations/{today()}", world.asha.key).status == 404


def test_services_are_found_by_words_of_either_language(desk: Desk, world: World) -> None:
    """By code, by title, by institution; nobody has to say who they are."""
    got = world.get("/v1/services?search=leseni%20biashara")
    assert not ServicesSchema().validate(got.json)
    assert desk.council.party in {row["institution"]["party"] for row in got.json["services"]}
    assert SERVICE.code in {row["code"] for row in got.json["services"]}
    assert world.get("/v1/services?search=nothing-of-this-kind").json["services"] == []
