"""The published test vectors: made here, written to docs/reference, and held equal to what is published.

`python -m tests.vectors.vectors` writes the file again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ledger.addresses import account_address, chart_address
from ledger.books.accounts import AccountClass
from ledger.books.bills import CancelReason, PayOption, control_number_candidates
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.journal import ReversalReason
from ledger.books.parties import PartyKind, Role, Scope, Title
from ledger.faults import LedgerFault
from ledger.orders.codec import encode_order, kind_name
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import (
    AddKey,
    AdoptRules,
    ApproveBill,
    ApproveBulk,
    AttestBacking,
    BillLine,
    Body,
    CancelBill,
    ChangeBill,
    CloseAccount,
    Equivalent,
    FreezeAccount,
    GrantRole,
    Issue,
    Leg,
    OpenAccount,
    Order,
    Pay,
    PayBill,
    RaiseBill,
    Redeem,
    Refund,
    RegisterParty,
    Reverse,
    RevokeKey,
    RotateLogKey,
    Unfreeze,
    WithdrawRole,
)
from ledger.orders.signed import ORDER_TYPE, open_order, prove_possession, sign_order
from ledger.signing import base64url
from ledger.signing.jws import sign_compact, split_compact, verify_compact
from ledger.signing.keys import PrivateKey
from ledger.signing.log_keys import endorse
from tests.strategies import HOUR_US, SERVICE, World, key_of, make_genesis

PUBLISHED = Path(__file__).parents[2] / "docs" / "reference" / "order-vectors.json"
_IDS = "019ab697-e87b-7{:03x}-8000-00000000{:04x}"
CREATED_US = int(_IDS[:8] + _IDS[9:13], 16) * 1_000


def order_id(number: int) -> str:
    """A fixed UUIDv7."""
    return _IDS.format(number, number)


def bodies(world: World) -> dict[str, tuple[str, Body]]:
    """One body of each kind, with the name of the key that signs it."""
    genesis = world.genesis
    asha, wakala = (world.address(name, order_id(2)) for name in ("asha", "wakala"))
    bill = order_id(7)
    number = control_number_candidates(
        ledger_id=genesis.ledger_id, bill=bill, prefix=genesis.control_number_prefix
    )[0]
    proof = prove_possession(
        key_of("maker"), genesis=genesis, order_id=order_id(3), registrant=key_of("wakala").public.kid
    )
    institution = RegisterParty(
        PartyKind.INSTITUTION,
        key_of("wakala").public,
        Title("Harbour Office", "Ofisi ya Bandari"),
        (SERVICE,),
    )
    return {
        "register_party": ("wakala", institution),
        "open_account": ("wakala", OpenAccount("TZS", AccountClass.COLLECTION)),
        "add_key": ("wakala", AddKey(key_of("maker").public, (Scope.MAKE,), proof)),
        "revoke_key": ("wakala", RevokeKey(key_of("maker").public.kid)),
        "issue": ("issuer", Issue(genesis.address_of("2900"), "TZS", 1_000_000_00)),
        "pay": (
            "asha",
            Pay(asha, "TZS", (Leg(wakala, 15_000_00, "INV/1"), Leg(genesis.address_of("2900"), 1)), "GDDS"),
        ),
        "raise_bill": (
            "maker",
            RaiseBill("HB-2026/17", "LIC", wakala, "TZS", 37_500_00, CREATED_US + 24 * HOUR_US),
        ),
        "approve_bill": ("checker", ApproveBill(bill)),
        "pay_bill": ("asha", PayBill(asha, number, "TZS", 37_500_00)),
        **_corrections(world, wakala),
        **_bills_in_full(wakala, asha, bill, number),
    }


def _bills_in_full(wakala: str, asha: str, bill: str, number: str) -> dict[str, tuple[str, Body]]:
    """What version 3 of the rules brought: new kinds, and members of kinds that were there."""
    until, later = CREATED_US + 24 * HOUR_US, CREATED_US + 48 * HOUR_US
    items = (BillLine("142201660128", 32_500_00), BillLine("142201660008", 5_000_00, asha))
    whole = RaiseBill(
        "HB-2026/18", "LIC", wakala, "TZS", 37_500_00, until, PayOption.PARTIAL, 5_000_00, items,
        Equivalent("USD", 15_00), True,
    )  # fmt: skip
    again = RaiseBill("HB-2026/19", "LIC", wakala, "TZS", 1_00, until, PayOption.FULL, reuse=number)
    line = base64url.encode(hashlib.sha256(b"the signing input of an order").digest())
    return {
        "change_bill": ("maker", ChangeBill(bill, later, "TZS", 30_000_00, (BillLine("140101", 30_000_00),))),
        "cancel_bill": ("maker", CancelBill(bill, CancelReason.DUPLICATE)),
        "approve_bulk": ("checker", ApproveBulk("TZS", 1_000_00, (line,))),
        "raise_bill in full": ("maker", whole),
        "raise_bill with a number of before": ("maker", again),
        "change_bill, its end alone": ("maker", ChangeBill(bill, later)),
        "approve_bill, a change of it": ("checker", ApproveBill(bill, order_id(21))),
        "pay_bill by a provider": (
            "asha",
            PayBill(asha, number, "TZS", 5_000_00, "USSD", "MP/2026/1", "c-0123456789abcdef"),
        ),
    }


def _corrections(world: World, wakala: str) -> dict[str, tuple[str, Body]]:
    payment, freeze, faucet = order_id(6), order_id(13), world.genesis.address_of("2900")
    frozen = FreezeAccount(
        wakala, FreezeScope.DEBITS, FreezeReason.COURT_ORDER, "HC/12/2026", "HIGH-COURT", CREATED_US + HOUR_US
    )
    return {
        "redeem": ("faucet", Redeem(faucet, "TZS", 500_00, "RTGS/2026/18")),
        "refund": ("wakala", Refund(payment, wakala, "TZS", 5_000_00, "INV/1")),
        "reverse": ("supervisor", Reverse(payment, ReversalReason.DUPLICATE, "CASE/7")),
        "freeze": ("authority", frozen),
        "unfreeze": ("authority", Unfreeze(wakala, freeze, "HC/13/2026", "HIGH-COURT")),
        "close_account": ("wakala", CloseAccount(wakala)),
        "grant_role": ("authority", GrantRole("faucet", Role.AUDITOR)),
        "withdraw_role": ("authority", WithdrawRole("faucet", Role.AUDITOR)),
        "adopt_rules": ("authority", AdoptRules(2)),
        "rotate_log_key": (
            "authority",
            RotateLogKey(key_of("log-2").public, *_handing_over(world, order_id(19))),
        ),
        "attest_backing": ("auditor", AttestBacking("TZS", 0, "2025-11-24", "BOT/2025/330")),
    }


def _handing_over(world: World, name: str) -> tuple[bytes, bytes]:
    """The new log key's proof that it is held, and the word of the one before it."""
    new, registrant = key_of("log-2"), key_of("authority").public.kid
    possession = prove_possession(new, genesis=world.genesis, order_id=name, registrant=registrant)
    ledger_id = world.genesis.ledger_id
    return possession, endorse(key_of("log"), new.public, ledger_id=ledger_id, order_id=name)


def published_world() -> World:
    """The ledger that the published orders are for: it began under the rules of that time."""
    return World(make_genesis(rules=2))


def vectors() -> dict[str, object]:
    """All vectors, as they are published."""
    world = published_world()
    genesis = world.genesis
    orders = []
    for number, (signer, body) in enumerate(bodies(world).values(), 1):
        order = Order(order_id(number), CREATED_US + HOUR_US, body)
        key = key_of(signer)
        data = sign_order(order, key, genesis)
        orders.append(
            {
                "kind": kind_name(body),
                "signer_seed": key.secret_bytes().hex(),
                "kid": key.public.kid,
                "payload": encode_order(order, genesis).decode(),
                "order": data.decode(),
                "content": open_order(data, genesis).jws.content.hex(),
            }
        )
    return {
        "about": (
            "Test vectors of Daftari's order format. Seeds are 32-byte private keys, for tests only: Ed25519 in "
            "`orders`, ML-DSA-44 in `post_quantum`, whose signatures differ from one signing to the next."
        ),
        "genesis_record": genesis.record.decode(),
        "ledger": genesis.ledger_id,
        "leaf_0": hashlib.sha256(b"\x00" + genesis.record).hexdigest(),
        "addresses": {
            "chart 2900": chart_address(prefix=genesis.prefix, ledger_id=genesis.ledger_id, code="2900"),
            f"key {key_of('asha').public.kid} order {order_id(2)}": world.address("asha", order_id(2)),
        },
        "orders": orders,
        "post_quantum": post_quantum(world),
        "refused_bytes": refused_bytes(world),
    }


def post_quantum(world: World) -> list[dict[str, object]]:
    """Orders signed with ML-DSA-44. Such signatures are hedged: what is published stays, as long as it verifies."""
    genesis, key = world.genesis, PrivateKey.from_seed(b"zena".ljust(32, b"."), "ML-DSA-44")
    payer, payee = key_address(genesis, key, order_id(12)), world.address("asha", order_id(2))
    wished: tuple[Body, ...] = (
        RegisterParty(PartyKind.PERSON, key.public),
        OpenAccount("TZS", AccountClass.WALLET),
        Pay(payer, "TZS", (Leg(payee, 15_000_00),)),
    )
    rows: list[dict[str, object]] = []
    for number, body in enumerate(wished, 11):
        order = Order(order_id(number), CREATED_US + HOUR_US, body)
        data = _published_signature(order, key, genesis) or sign_order(order, key, genesis)
        rows.append(
            {
                "kind": kind_name(body),
                "signer_seed": key.secret_bytes().hex(),
                "jwk": key.public.jwk(),
                "kid": key.public.kid,
                "payload": encode_order(order, genesis).decode(),
                "order": data.decode(),
                "content": open_order(data, genesis).jws.content.hex(),
            }
        )
    return rows


def key_address(genesis: Genesis, key: PrivateKey, order: str) -> str:
    """The address of an account that this key opens with this order."""
    return account_address(
        prefix=genesis.prefix, ledger_id=genesis.ledger_id, kid=key.public.kid, order_id=order
    )


def _published_signature(order: Order, key: PrivateKey, genesis: Genesis) -> bytes | None:
    """The published bytes of this very order, if they verify; None calls for a fresh signature."""
    rows = json.loads(PUBLISHED.read_text()).get("post_quantum", []) if PUBLISHED.exists() else []
    for data in (row["order"].encode() for row in rows):
        jws = split_compact(data, typ=ORDER_TYPE)
        if jws.payload == encode_order(order, genesis):
            verify_compact(jws, key.public)
            return bytes(data)
    return None


def refused_bytes(world: World) -> list[dict[str, str]]:
    """Payloads, signed as they are, that are no orders, each with the fault and its `what`."""
    genesis, key = world.genesis, key_of("asha")
    good = encode_order(Order(order_id(6), CREATED_US + HOUR_US, bodies(world)["pay"][1]), genesis).decode()
    members = json.loads(good)
    changed = {
        "a number for an amount": good.replace('"15000.00"', "15000"),
        "a float": good.replace('"15000.00"', "15000.0"),
        "too many decimals": good.replace('"15000.00"', '"15000.001"'),
        "a sign": good.replace('"15000.00"', '"-15000.00"'),
        "zero": good.replace('"15000.00"', '"0.00"'),
        "a leading zero": good.replace('"15000.00"', '"015000.00"'),
        "over 64 bits": good.replace('"15000.00"', '"92233720368547758.08"'),
        "a member twice": good.replace('"order":"pay"', '"order":"pay","order":"pay"'),
        "a member too many": good.replace('"order":"pay"', '"order":"pay","note":"x"'),
        "a member too few": json.dumps({name: value for name, value in members.items() if name != "payer"}),
        "another ledger": good.replace(genesis.ledger_id, "A" * 43),
        "an id that is no UUIDv7": good.replace(order_id(6), "019ab697-e87b-4006-8000-000000000006"),
        "an id in capitals": good.replace(order_id(6), order_id(6).upper()),
        "void for more than a day": json.dumps(members | {"expires": "2026-01-01T00:00:00Z"}),
        "a wrong address": good.replace(members["payer"], members["payer"][:-1] + "x"),
        "an unknown kind": good.replace('"pay"', '"mint"'),
        "a byte order mark": "\ufeff" + good,
    }
    rows = []
    for name, payload in changed.items():
        data = sign_compact(key, typ="daftari-order+jws", payload=payload.encode())
        rows.append({"name": name, "payload": payload, "order": data.decode(), "fault": _fault(data, world)})
    return rows


def _fault(data: bytes, world: World) -> str:
    try:
        open_order(data, world.genesis)
    except LedgerFault as fault:
        return " ".join((fault.fault.value, fault.details.get("what", ""))).strip()
    raise RuntimeError("a vector that should not be an order is one")


if __name__ == "__main__":
    PUBLISHED.write_text(json.dumps(vectors(), indent=1, ensure_ascii=True) + "\n")
