"""What the API shows of money that goes back, of accounts that stop, and of the ledger as a whole."""

from __future__ import annotations

from pathlib import Path

from api.answer_schemas import AccountSchema, EntriesSchema, LedgerSchema, RefusedSchema
from api.bill_schemas import BillSchema
from ledger.addresses import new_order_id
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.journal import ReversalReason
from ledger.instants import MachineClock
from ledger.keys_folder import log_key_name, write_private_key
from ledger.orders.genesis import RULES_VERSION
from ledger.orders.kinds import (
    Body,
    CloseAccount,
    FreezeAccount,
    Order,
    PayBill,
    Refund,
    Reverse,
    RotateLogKey,
    Unfreeze,
)
from ledger.orders.signed import prove_possession, sign_order
from ledger.signing.keys import PrivateKey
from ledger.signing.log_keys import endorse
from tests.api.world import Got, World, ask, settled, signed
from tests.payers import EXPIRES_AFTER_US, funded_payers
from tests.servers import RunningLedger


def by(world: World, role: str, body: Body) -> tuple[str, Got]:
    """An order by a role of the sandbox: its id and the answer."""
    order_id, data = signed(world.genesis, world.role_key(role), body)
    return order_id, world.post(data)


def test_a_holder_sees_each_freeze_and_its_end(world: World) -> None:
    """Order number, authority and end; refused in words of both languages meanwhile; nothing afterwards."""
    (payer,) = funded_payers(world.ledger, 1, 10_000)
    court = FreezeAccount(payer.account, FreezeScope.ALL, FreezeReason.COURT_ORDER, "HC/12", "HIGH-COURT")
    tax = FreezeAccount(payer.account, FreezeScope.DEBITS, FreezeReason.TAX, "T/9", "TAX", 2**52)
    (first, answered), (second, _) = by(world, "authority", court), by(world, "authority", tax)
    assert answered.status == 201
    got = world.get(f"/v1/accounts/{payer.account}", payer.key)
    assert not AccountSchema().validate(got.json)
    assert [(row["freeze"], row["scope"], row["order_number"], row["authority"]) for row in got.json["freezes"]] == [
        (first, "all", "HC/12", "HIGH-COURT"), (second, "debits", "T/9", "TAX"),
    ]  # fmt: skip
    assert [row["active"] for row in got.json["freezes"]] == [True, True]
    assert got.json["freezes"][1]["frozen_until"].startswith("2112-")
    assert world.get(f"/v1/orders/{first}", payer.key).status == 200
    refused = world.post(payer.payment(world.juma.account, 5)[1], Accept_Language="sw")
    assert not RefusedSchema().validate(refused.json)
    assert (refused.status, refused.json["code"], refused.json["retry_with_new_order"]) == (
        422, "payer_frozen", True,
    )  # fmt: skip
    assert "imezuiwa" in refused.json["title"]
    for freeze in (first, second):
        assert by(world, "authority", Unfreeze(payer.account, freeze, "HC/13", "HIGH-COURT"))[1].status == 201
    assert world.get(f"/v1/accounts/{payer.account}", payer.key).json["freezes"] == []
    world.accepted(payer.payment(world.juma.account, 10_000)[1])
    world.accepted(payer.sign(CloseAccount(payer.account))[1])
    assert world.get(f"/v1/accounts/{payer.account}", payer.key).json["status"] == "closed"
    assert world.post(world.juma.payment(payer.account, 5)[1]).json["code"] == "payee_closed"


def test_a_refund_and_a_reversal_stand_in_the_history(world: World) -> None:
    """Each entry says its kind and its own reference; the payer reads the outcome, a third party does not."""
    (payer,) = funded_payers(world.ledger, 1, 10_000)
    payment, paying = payer.payment(world.juma.account, 600)
    world.accepted(paying)
    refund, refunding = world.juma.sign(Refund(payment, world.juma.account, "TZS", 200, "R/1"))
    assert world.accepted(refunding)["result"] == {"payment": payment, "payee": payer.account}
    reversed_early = by(world, "supervisor", Reverse(payment, ReversalReason.FRAUD, "CASE/1"))[1]
    assert reversed_early.json["code"] == "entry_refunded"
    assert by(world, "supervisor", Reverse(refund, ReversalReason.FRAUD, "CASE/2"))[1].status == 201
    assert by(world, "supervisor", Reverse(payment, ReversalReason.FRAUD, "CASE/3"))[1].status == 201
    got = world.get(f"/v1/accounts/{payer.account}/entries?limit=4", payer.key)
    assert not EntriesSchema().validate(got.json)
    assert [(row["kind"], row["side"], row["amount"], row["reference"]) for row in got.json["entries"]] == [
        ("reverse", "credit", "6.00", "CASE/3"), ("reverse", "debit", "2.00", "CASE/2"),
        ("refund", "credit", "2.00", "R/1"), ("pay", "debit", "6.00", None),
    ]  # fmt: skip
    assert world.get(f"/v1/orders/{refund}/receipt", payer.key).status == 200
    assert world.get(f"/v1/orders/{refund}", world.asha.key).status == 404


def test_a_refunded_bill_says_so(world: World) -> None:
    """As JSON and as a page, and it cannot be paid again."""
    number = world.new_bill()
    payment = world.paid(world.asha, number)
    council = world.council
    _, refunding = signed(world.genesis, council.full, Refund(payment, council.account, "TZS", 1_500_000))
    world.accepted(refunding)
    got = world.get(f"/v1/bills/{number}", world.asha.key)
    assert not BillSchema().validate(got.json)
    assert (got.json["status"], got.json["outstanding"]) == ("refunded", "0.00")
    assert "PAID AND REFUNDED" in world.get(f"/bills/{number}?lang=en").text
    again = world.asha.sign(PayBill(world.asha.account, number, "TZS", 1_500_000))[1]
    assert world.post(again).json["code"] == "bill_refunded"


def test_the_ledger_lists_its_log_keys(tmp_path: Path) -> None:
    """Without the private part: 503, no record. With it: the new key signs; receipts of both eras are genuine."""
    with RunningLedger(tmp_path / "var", threads=4) as ledger:
        _rotate(settled(ledger))


def _rotate(world: World) -> None:
    payment, paying = world.asha.payment(world.juma.account, 5)
    world.accepted(paying)
    old, new = world.role_key("log"), PrivateKey.generate("Ed25519")
    authority, now_us = world.role_key("authority"), MachineClock().wall_us()
    order_id = new_order_id(now_us)
    proof = prove_possession(new, genesis=world.genesis, order_id=order_id, registrant=authority.public.kid)
    word = endorse(old, new.public, ledger_id=world.genesis.ledger_id, order_id=order_id)
    expires_us = now_us // 1_000 * 1_000 + EXPIRES_AFTER_US
    order = Order(order_id, expires_us, RotateLogKey(new.public, proof, word))
    data = sign_order(order, authority, world.genesis)
    missing = world.post(data)
    assert (missing.status, missing.json["code"], missing.json["retryable"]) == (503, "log_key_missing", True)
    write_private_key(world.ledger.keys, log_key_name(new.public.kid), new)
    sequence = world.accepted(data)["sequence"]
    later, paying = world.asha.payment(world.juma.account, 5)
    world.accepted(paying)
    told = world.get("/v1/ledger").json
    assert not LedgerSchema().validate(told)
    first, second = told["log_keys"]
    assert (first["from"], first["to"], first["endorsement"]) == (0, sequence, None)
    assert (second["key"], second["from"], second["to"]) == (new.public.jwk(), sequence + 1, None)
    assert (second["order"], second["endorsement"], told["rules"]) == (order_id, word.decode(), RULES_VERSION)
    for name in (payment, later):
        receipt = world.get(f"/v1/orders/{name}/receipt", world.asha.key)
        assert receipt.status == 200
        page = _checked(world, receipt.body)
        assert page.status == 200, page.text
        assert "GENUINE" in page.text
        assert "NOT GENUINE" not in page.text


def _checked(world: World, receipt: bytes) -> Got:
    """The page that checks a receipt."""
    boundary = "daftari"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="receipt"; filename="r.json"\r\n'
        "Content-Type: application/json\r\n\r\n"
    ).encode() + receipt + f"\r\n--{boundary}--\r\n".encode()  # fmt: skip
    return ask(
        world.url, "POST", "/receipts?lang=en", body=body,
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )  # fmt: skip
