"""Bills in full over HTTP: instalments, split bills, changes, numbers used again, bulk, providers, and their proofs."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.bill_schemas import BillProofSchema, BillSchema
from ledger.addresses import new_order_id
from ledger.books.bills import CancelReason, PayOption
from ledger.books.journal import ReversalReason
from ledger.books.parties import Role
from ledger.instants import MachineClock
from ledger.orders.codec import encode_order
from ledger.orders.kinds import (
    ApproveBill,
    ApproveBulk,
    BillLine,
    Body,
    CancelBill,
    ChangeBill,
    GrantRole,
    Order,
    PayBill,
    RaiseBill,
    Refund,
    Reverse,
)
from ledger.orders.signed import ORDER_TYPE, open_order
from ledger.proofs.receipt import parse_receipt
from ledger.signing import base64url
from ledger.signing.jws import sign_compact
from ledger.strict_json import dumps
from tests.api.world import SERVICE, Council, Got, World, signed
from tests.payers import EXPIRES_AFTER_US, bulk

DAY_US = 86_400_000_000


class Desk:
    """The council's maker and checker at work; every bill has a number of its own."""

    def __init__(self, world: World, council: Council | None = None) -> None:
        self.world = world
        self.council = council or world.council
        self.until_us = (MachineClock().wall_us() // 1_000_000 + 86_400) * 1_000_000

    def asking(self, minor_units: int, bill_id: str = "", **more: Any) -> RaiseBill:
        """What a bill asks."""
        self.world.bills += 1
        name = bill_id or f"FULL/{self.world.bills:04}"
        return RaiseBill(name, SERVICE.code, self.council.account, "TZS", minor_units, self.until_us, **more)

    def made(self, body: Body) -> tuple[str, Got]:
        """An order by the maker."""
        order_id, data = signed(self.world.genesis, self.council.maker, body)
        return order_id, self.world.post(data)

    def checked(self, body: Body) -> Got:
        """An order by the checker."""
        return self.world.post(signed(self.world.genesis, self.council.checker, body)[1])

    def open(self, minor_units: int, **more: Any) -> tuple[str, str]:
        """A bill that can be paid: its id and its number."""
        bill, raised = self.made(self.asking(minor_units, **more))
        assert raised.status == 201, raised.text
        approved = self.checked(ApproveBill(bill))
        assert approved.status == 201, approved.text
        return bill, str(approved.json["result"]["control_number"])

    def shown(self, number: str) -> dict[str, Any]:
        """The bill as a payer sees it."""
        got = self.world.get(f"/v1/bills/{number}", self.world.asha.key)
        assert not BillSchema().validate(got.json)
        return got.json

    def pay(self, number: str, minor_units: int, **more: Any) -> Got:
        """A payment by Asha."""
        asha = self.world.asha
        return self.world.post(asha.sign(PayBill(asha.account, number, "TZS", minor_units, **more))[1])


@pytest.fixture
def desk(world: World) -> Desk:
    """The council's desk."""
    return Desk(world)


def other_council(world: World) -> Council:
    """A second institution, which gets its part of split bills."""
    council = Council(world.genesis)
    results = bulk(world.url, council.opening_orders())
    assert [result["status"] for result in results] == [201] * 4, results
    return council


def number_in(result: dict[str, Any]) -> str:
    """The control number of one of many outcomes."""
    return str(result["result"]["control_number"])


def told(got: Got) -> tuple[int, str]:
    """The status and the reason."""
    return got.status, got.json.get("code", "accepted")


def test_instalments_down_to_the_last(desk: Desk) -> None:
    """At least the minimum, never more than is outstanding; the last may be smaller than the minimum."""
    _, number = desk.open(10_000, option=PayOption.PARTIAL, minimum_minor_units=3_000)
    assert (desk.shown(number)["least"], desk.shown(number)["option"]) == ("30.00", "partial")
    assert told(desk.pay(number, 2_999)) == (422, "amount_too_little")
    first = desk.pay(number, 8_000)
    assert (first.status, first.json["result"]["outstanding"]) == (201, "20.00")
    assert (desk.shown(number)["status"], desk.shown(number)["least"]) == ("part_paid", "20.00")
    assert told(desk.pay(number, 2_001)) == (422, "amount_too_much")
    assert desk.pay(number, 2_000).status == 201
    assert desk.shown(number)["status"] == "paid"
    assert told(desk.pay(number, 2_000)) == (422, "bill_paid")


def test_a_split_bill_pays_each_institution_its_part(desk: Desk, world: World) -> None:
    """The agency's fee and 15 % for another one, in one balanced entry; an odd cent goes to the first item."""
    treasury = other_council(world)
    items = (BillLine("142201660128", 8_500), BillLine("142201660008", 1_500, treasury.account))
    _, number = desk.open(10_000, option=PayOption.PARTIAL, items=items)
    paid = desk.pay(number, 333)
    assert [(row["credit"], row["amount"]) for row in json.loads(paid.json["record"])["postings"]] == [
        (world.council.account, "2.84"), (treasury.account, "0.49"),
    ]  # fmt: skip
    assert desk.pay(number, 10_000 - 333).status == 201
    shown = desk.shown(number)
    assert [(row["paid"], row["amount"]) for row in shown["items"]] == [
        ("85.00", "85.00"),
        ("15.00", "15.00"),
    ]
    assert shown["items"][1]["payee"] == treasury.account
    got = world.get(f"/v1/accounts/{treasury.account}", treasury.full)
    assert got.json["balance"] == "15.00"


def test_nobody_bills_for_another_institution(desk: Desk, world: World) -> None:
    """Neither by the bill's own account nor by items that are all another's."""
    other = other_council(world)
    for wrong in (
        desk.asking(500)._replace(payee=other.account),
        desk.asking(500, items=(BillLine("140101", 500, other.account),)),
    ):
        assert told(desk.made(wrong)[1]) == (422, "payee_not_yours")


def test_the_same_bill_again_gives_the_first_number(desk: Desk) -> None:
    """The institution's own number is the key: same content, same bill; another content is refused."""
    asked = desk.asking(4_000, "SAME/1", option=PayOption.FULL)
    bill, _ = desk.made(asked)
    number = desk.checked(ApproveBill(bill)).json["result"]["control_number"]
    _, again = desk.made(asked)
    assert (again.status, again.json["result"]) == (201, {"bill": bill, "control_number": number})
    assert told(desk.made(asked._replace(amount_minor_units=4_001))[1]) == (422, "bill_id_in_use")


def test_a_change_takes_two_people(desk: Desk, world: World) -> None:
    """The maker asks, another key approves that very order; the payer sees both signatures."""
    bill, number = desk.open(9_000)
    change = ChangeBill(
        bill, payable_until_us=desk.until_us + DAY_US, currency="TZS", amount_minor_units=7_500
    )
    asked, answered = desk.made(change)
    assert answered.json["result"] == {"change": asked, "control_number": number}
    assert desk.shown(number)["amount"] == "90.00"
    assert told(desk.checked(ApproveBill(bill, bill))) == (422, "change_unknown")
    full = world.post(signed(world.genesis, world.council.maker, ApproveBill(bill, asked))[1])
    assert told(full) == (422, "scope_insufficient")
    assert desk.checked(ApproveBill(bill, asked)).status == 201
    shown = desk.shown(number)
    assert shown["amount"] == shown["outstanding"] == "75.00"
    (signed_change,) = shown["changes"]
    opened = open_order(signed_change["order"].encode(), world.genesis)
    assert (opened.order.order_id, opened.kid) == (asked, world.council.maker.public.kid)
    yes = open_order(signed_change["approval"].encode(), world.genesis)
    assert (yes.order.body, yes.kid) == (ApproveBill(bill, asked), world.council.checker.public.kid)
    assert signed_change["checker_key"]["x"] == world.council.checker.public.jwk()["x"]
    assert told(desk.pay(number, 9_000)) == (422, "amount_too_much")
    assert desk.pay(number, 7_500).status == 201
    assert told(desk.made(change)[1]) == (422, "bill_paid")


def test_a_cancelled_bill_takes_no_payment_and_lends_its_number(desk: Desk) -> None:
    """Cancelled with a reason by two people; a later bill of the institution gets the number."""
    bill, number = desk.open(6_000, reusable=True)
    asked, _ = desk.made(CancelBill(bill, CancelReason.WRONG_AMOUNT))
    again = desk.asking(6_500, reuse=number)
    assert told(desk.made(again)[1]) == (422, "control_number_in_use")
    assert desk.checked(ApproveBill(bill, asked)).status == 201
    assert (desk.shown(number)["status"], desk.shown(number)["cancel_reason"]) == (
        "cancelled",
        "wrong_amount",
    )
    assert told(desk.pay(number, 6_000)) == (422, "bill_cancelled")
    later, _ = desk.made(again)
    assert desk.checked(ApproveBill(later)).json["result"]["control_number"] == number
    assert (desk.shown(number)["bill"], desk.pay(number, 6_500).status) == (later, 201)
    assert told(desk.made(CancelBill(bill, CancelReason.DUPLICATE))[1]) == (422, "bill_cancelled")


def test_what_is_refunded_of_a_partial_bill_is_outstanding_again(desk: Desk, world: World) -> None:
    """By the payee, with the institution's full key; an exact bill ends instead."""
    for option, state, outstanding in (
        (PayOption.PARTIAL, "open", "50.00"),
        (PayOption.EXACT, "refunded", "0.00"),
    ):
        _, number = desk.open(5_000, option=option)
        order_id = desk.pay(number, 5_000).json["order"]
        refund = Refund(order_id, world.council.account, "TZS", 5_000)
        assert world.post(signed(world.genesis, world.council.full, refund)[1]).status == 201
        assert (desk.shown(number)["status"], desk.shown(number)["outstanding"]) == (state, outstanding)


def test_a_bulk_approval_lets_its_lines_and_no_others_through(desk: Desk, world: World) -> None:
    """Each line by its own order; the number comes with it. The total must fit, and no line is approved twice."""
    bodies = [desk.asking(1_000 + place) for place in range(3)]
    lines = [signed(world.genesis, world.council.maker, body) for body in bodies]
    hashes = tuple(base64url.encode(open_order(data, world.genesis).jws.content) for _, data in lines)
    approval = ApproveBulk("TZS", 3_003, hashes)
    assert desk.checked(approval).status == 201
    assert told(desk.checked(approval)) == (422, "bulk_line_known")
    results = bulk(world.url, [data for _, data in lines])
    numbers = [number_in(result) for result in results]
    assert len(set(numbers)) == 3
    assert desk.shown(numbers[0])["status"] == "open"
    again = bulk(world.url, [data for _, data in lines])
    assert [number_in(result) for result in again] == numbers
    short = [signed(world.genesis, world.council.maker, desk.asking(700)) for _ in range(2)]
    content = tuple(base64url.encode(open_order(data, world.genesis).jws.content) for _, data in short)
    assert desk.checked(ApproveBulk("TZS", 1_500, content)).status == 201
    assert world.post(short[0][1]).status == 201
    assert told(world.post(short[1][1])) == (422, "bulk_differs")
    proof = world.get(f"/v1/bills/{numbers[1]}/proof", world.asha.key)
    assert len(proof.json["receipts"]) == 2


def test_a_proof_joins_the_number_to_the_signatures(desk: Desk, world: World) -> None:
    """The receipts of the orders that raised, approved and changed the bill, in the log each."""
    bill, number = desk.open(9_000)
    asked, _ = desk.made(ChangeBill(bill, payable_until_us=desk.until_us + DAY_US))
    assert desk.checked(ApproveBill(bill, asked)).status == 201
    got = world.get(f"/v1/bills/{number}/proof", world.juma.key)
    assert not BillProofSchema().validate(got.json)
    receipts = [parse_receipt(json.dumps(receipt).encode()) for receipt in got.json["receipts"]]
    records = [json.loads(receipt.record) for receipt in receipts]
    orders = [open_order(record["cause"]["order"].encode(), world.genesis).order for record in records]
    assert [order.order_id for order in orders[::2]] == [bill, asked]
    assert [order.body for order in orders[1::2]] == [ApproveBill(bill), ApproveBill(bill, asked)]
    assert records[1]["result"]["control_number"] == number


def test_a_provider_pays_for_a_customer_once(desk: Desk, world: World) -> None:
    """Channel, receipt and customer take the role; a receipt stands for one payment for good."""
    _, number = desk.open(8_000, option=PayOption.PARTIAL)
    told_by = {"channel": "USSD", "provider_receipt": "MP/77", "customer": "c-0123456789abcdef"}
    assert told(desk.pay(number, 4_000, **told_by)) == (422, "role_insufficient")
    party = world.get(f"/v1/keys/{world.asha.key.public.kid}", world.asha.key).json["party"]
    grant = signed(world.genesis, world.role_key("authority"), GrantRole(party, Role.PROVIDER))[1]
    assert world.post(grant).status == 201
    first = desk.pay(number, 4_000, **told_by)
    assert first.status == 201
    second = desk.pay(number, 4_000, **told_by)
    assert (told(second), second.json["details"]["order"]) == (
        (422, "provider_receipt_in_use"), first.json["order"],
    )  # fmt: skip


def test_two_pay_at_the_same_instant_and_one_is_taken(desk: Desk, world: World) -> None:
    """Ten payments of one bill at once: one is accepted, the others learn that it is paid."""
    _, number = desk.open(1_000, option=PayOption.FULL)
    payments = [
        payer.sign(PayBill(payer.account, number, "TZS", 1_000))[1] for payer in (world.asha, world.juma) * 5
    ]
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(world.post, payments))
    assert sorted(told(got) for got in answers) == [(201, "accepted"), *[(422, "bill_paid")] * 9]


@pytest.mark.parametrize(
    "more, what",
    [
        ({"items": [{"gfs_code": "140101", "amount": "1.00"}]}, "items_sum"),
        ({"items": [{"gfs_code": "14010", "amount": "50.00"}]}, "gfs_code"),
        ({"items": []}, "items"),
        ({"option": "some"}, "option"),
        ({"option": "full", "minimum": "1.00"}, "minimum"),
        ({"option": "partial", "minimum": "50.01"}, "minimum"),
        ({"reusable": False}, "reusable"),
        ({"reuse": "880000000001"}, "control_number"),
        ({"equivalent": {"currency": "TZS", "amount": "1.00"}}, "equivalent"),
    ],
)
def test_a_bill_that_contradicts_itself_is_not_taken(
    desk: Desk, world: World, more: dict[str, object], what: str
) -> None:
    """Nothing is recorded, and the answer says which member is wrong."""
    now_us = MachineClock().wall_us()
    order = Order(new_order_id(now_us), now_us // 1_000 * 1_000 + EXPIRES_AFTER_US, desk.asking(5_000))
    payload = json.loads(encode_order(order, world.genesis)) | more
    got = world.post(sign_compact(world.council.maker, typ=ORDER_TYPE, payload=dumps(payload)))
    assert (got.status, got.json["details"]["what"]) == (400, what)


def test_a_refund_of_a_bill_that_was_paid_again_is_not_reversed(desk: Desk, world: World) -> None:
    """The bill would have collected more than it asks."""
    _, number = desk.open(5_000, option=PayOption.PARTIAL)
    order_id = desk.pay(number, 5_000).json["order"]
    refund, data = signed(
        world.genesis, world.council.full, Refund(order_id, world.council.account, "TZS", 2_000)
    )
    assert world.post(data).status == 201
    assert desk.pay(number, 500).status == 201
    reversal = Reverse(refund, ReversalReason.OPERATOR_ERROR, "CASE/9")
    got = world.post(signed(world.genesis, world.role_key("supervisor"), reversal)[1])
    assert told(got) == (422, "bill_overpaid")
    assert desk.shown(number)["outstanding"] == "15.00"
