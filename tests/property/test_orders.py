"""Orders: what is encoded is read back; what is changed by a byte is no longer the same order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.payloads import name_of
from ledger.books.accounts import AccountClass
from ledger.books.bills import CancelReason, PayOption
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.journal import ReversalReason
from ledger.books.parties import Role, Scope
from ledger.faults import Fault, LedgerFault
from ledger.money import MINOR_UNITS_MAX
from ledger.orders.codec import encode_order, read_order
from ledger.orders.forms import FORMS
from ledger.orders.genesis import RULES_KNOWN
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
    Reverse,
    Unfreeze,
    WithdrawRole,
)
from ledger.orders.relayed import arrived, relayed
from ledger.orders.signed import open_order, prove_possession, sign_order, verify_order
from ledger.signing import base64url
from ledger.strict_json import loads_object
from tests.api.described import component, faults_of
from tests.strategies import HOUR_US, NOW_US, World, key_of, make_genesis
from tests.vectors.vectors import CREATED_US, bodies, order_id

WORLD = World()
GENESIS = WORLD.genesis
ADDRESSES = st.text(min_size=1, max_size=8).map(GENESIS.address_of)
AMOUNTS = st.integers(1, MINOR_UNITS_MAX)
REFERENCES = st.from_regex(r"[A-Za-z0-9./-]{1,35}", fullmatch=True)
LEGS = st.builds(Leg, ADDRESSES, st.integers(1, 10**12), st.none() | REFERENCES)
LINES = st.lists(
    st.builds(
        BillLine,
        st.from_regex(r"[0-9]{6}([0-9]{6})?", fullmatch=True),
        st.integers(1, 10**12),
        st.none() | ADDRESSES,
    ),
    min_size=1,
    max_size=50,
).map(tuple)
NUMBER: str = bodies(WORLD)["pay_bill"][1].control_number  # type: ignore[union-attr]


def _fitting(body: RaiseBill) -> RaiseBill:
    """The same bill with the amount that its items come to, and no minimum where there can be none."""
    amount = sum(item.amount_minor_units for item in body.items)
    minimum = body.minimum_minor_units
    if minimum is not None:
        minimum = min(minimum, amount) if body.option is PayOption.PARTIAL else None
    return body._replace(amount_minor_units=amount, minimum_minor_units=minimum)


BODIES: st.SearchStrategy[Body] = st.one_of(
    st.builds(Pay, ADDRESSES, st.sampled_from(("TZS", "USD")), st.lists(LEGS, min_size=1, max_size=100).map(tuple),
              st.none() | st.from_regex(r"[A-Z]{4}", fullmatch=True)),
    st.builds(Issue, ADDRESSES, st.just("TZS"), AMOUNTS, st.none() | REFERENCES),
    st.builds(OpenAccount, st.just("USD"), st.just(AccountClass.WALLET), st.none() | st.just("issuer")),
    st.builds(RaiseBill, REFERENCES, st.just("LIC"), ADDRESSES, st.just("TZS"), AMOUNTS,
              st.integers(NOW_US, 2 * NOW_US), st.sampled_from(PayOption), st.none() | st.integers(1, 10), LINES,
              st.none() | st.builds(Equivalent, st.just("USD"), AMOUNTS), st.booleans(),
              st.none() | st.just(NUMBER)).map(_fitting),
    st.builds(RaiseBill, REFERENCES, st.just("LIC"), ADDRESSES, st.just("TZS"), AMOUNTS,
              st.integers(NOW_US, 2 * NOW_US), st.none(), st.none(), st.just(()), st.none(), st.just(False), st.none()),
    st.builds(ApproveBill, st.integers(0, 4095).map(order_id), st.none() | st.integers(0, 4095).map(order_id)),
    st.builds(ChangeBill, st.integers(0, 4095).map(order_id), st.none() | st.integers(NOW_US, 2 * NOW_US),
              st.just("TZS"), AMOUNTS, st.just(())),
    st.builds(ChangeBill, st.integers(0, 4095).map(order_id), st.integers(NOW_US, 2 * NOW_US), st.none(), st.none(),
              st.just(())),
    st.builds(ChangeBill, st.integers(0, 4095).map(order_id), st.none(), st.just("USD"), st.none(), LINES),
    st.builds(CancelBill, st.integers(0, 4095).map(order_id), st.sampled_from(CancelReason)),
    st.builds(ApproveBulk, st.just("TZS"), AMOUNTS,
              st.lists(st.binary(min_size=32, max_size=32).map(base64url.encode), min_size=1, max_size=20,
                       unique=True).map(tuple)),
    st.builds(Redeem, ADDRESSES, st.just("TZS"), AMOUNTS, st.none() | REFERENCES),
    st.builds(Refund, st.integers(0, 4095).map(order_id), ADDRESSES, st.just("USD"), AMOUNTS, st.none() | REFERENCES),
    st.builds(Reverse, st.integers(0, 4095).map(order_id), st.sampled_from(ReversalReason), REFERENCES),
    st.builds(FreezeAccount, ADDRESSES, st.sampled_from(FreezeScope), st.sampled_from(FreezeReason), REFERENCES,
              REFERENCES, st.none() | st.integers(NOW_US, 2 * NOW_US)),
    st.builds(Unfreeze, ADDRESSES, st.integers(0, 4095).map(order_id), REFERENCES, REFERENCES),
    st.builds(CloseAccount, ADDRESSES),
    st.builds(GrantRole, st.just("auditor"), st.sampled_from([role for role in Role if role is not Role.INSTITUTION])),
    st.builds(WithdrawRole, st.just("auditor"), st.just(Role.ISSUER)),
    st.builds(AttestBacking, st.just("TZS"), st.just(0) | AMOUNTS, st.dates().map(str), REFERENCES),
    st.builds(AdoptRules, st.sampled_from(RULES_KNOWN)),
    st.builds(PayBill, ADDRESSES, st.just(NUMBER), st.just("TZS"), AMOUNTS,
              st.none() | st.from_regex(r"[A-Z0-9_]{2,16}", fullmatch=True), st.none() | REFERENCES,
              st.none() | st.from_regex(r"[A-Za-z0-9_-]{16,43}", fullmatch=True)),
)  # fmt: skip


@given(body=BODIES)
@settings(max_examples=200)
def test_orders_fit_their_description(body: Body) -> None:
    """Whatever the codec writes fits the JSON Schema that the API's description gives for its kind."""
    payload = loads_object(
        encode_order(Order(order_id(1), CREATED_US + HOUR_US, body), GENESIS), bytes_max=10**6
    )
    kind = next(form for form in FORMS if form.name == payload["order"])
    assert not faults_of(component(name_of(kind)), payload)


@given(body=BODIES)
@settings(max_examples=200)
def test_orders_round_trip(body: Body) -> None:
    """Every order is read back from its payload as the same value."""
    order = Order(order_id(1), CREATED_US + HOUR_US, body)
    assert read_order(encode_order(order, GENESIS), GENESIS) == order


@pytest.mark.parametrize("kind", list(bodies(WORLD)))
def test_every_kind_round_trips_through_its_signature(kind: str) -> None:
    """Signed, opened, verified: the same order."""
    signer, body = bodies(WORLD)[kind]
    number = list(bodies(WORLD)).index(kind) + 1
    order = Order(order_id(number), CREATED_US + HOUR_US, body)
    data = sign_order(order, key_of(signer), GENESIS)
    verified = verify_order(open_order(data, GENESIS), key_of(signer).public, GENESIS)
    assert (verified.order, verified.data, verified.kid) == (order, data, key_of(signer).public.kid)
    assert repr(arrived(relayed(verified), GENESIS)) == repr(verified)


@given(body=BODIES)
def test_what_is_told_is_what_was_read(body: Body) -> None:
    """Between two processes an order stays the same, down to the types of its parts."""
    order = Order(order_id(1), CREATED_US + HOUR_US, body)
    data = sign_order(order, key_of("asha"), GENESIS)
    verified = verify_order(open_order(data, GENESIS), key_of("asha").public, GENESIS)
    assert repr(arrived(relayed(verified), GENESIS)) == repr(verified)


@given(place=st.integers(0, 10_000), value=st.integers(0, 255))
@settings(max_examples=300)
def test_no_changed_byte_gets_through(place: int, value: int) -> None:
    """Any changed byte of the signed text is refused, before or by the signature."""
    signer, body = bodies(WORLD)["pay"]
    data = sign_order(Order(order_id(6), CREATED_US + HOUR_US, body), key_of(signer), GENESIS)
    place %= len(data)
    changed = data[:place] + bytes((value,)) + data[place + 1 :]
    if changed == data:
        return
    with pytest.raises(LedgerFault):
        verify_order(open_order(changed, GENESIS), key_of(signer).public, GENESIS)


@given(data=st.binary(max_size=300))
@settings(max_examples=300)
def test_arbitrary_bytes_are_a_clear_fault(data: bytes) -> None:
    """Never another exception than a ledger fault, whatever comes in."""
    with pytest.raises(LedgerFault):
        open_order(data, GENESIS)


@pytest.mark.parametrize("wrong", ["order", "registrant", "key"])
def test_possession_is_of_this_key_for_this_order_by_this_signer(wrong: str) -> None:
    """A proof made for another order, another registrant or by another key does not help."""
    wakala, maker = key_of("wakala"), key_of("maker")
    proof = prove_possession(
        key_of("asha") if wrong == "key" else maker,
        genesis=GENESIS,
        order_id=order_id(9 if wrong == "order" else 3),
        registrant=(maker if wrong == "registrant" else wakala).public.kid,
    )
    order = Order(order_id(3), CREATED_US + HOUR_US, AddKey(maker.public, (Scope.MAKE,), proof))
    signed = open_order(sign_order(order, wakala, GENESIS), GENESIS)
    with pytest.raises(LedgerFault) as caught:
        verify_order(signed, wakala.public, GENESIS)
    assert caught.value.fault is Fault.POSSESSION_INVALID


def test_an_order_for_another_ledger_means_nothing_here() -> None:
    """The ledger id is inside the signed bytes."""
    other = World(make_genesis(holders_max=51))
    signer, body = bodies(WORLD)["approve_bill"]
    data = other.signed(body, signer)
    with pytest.raises(LedgerFault) as caught:
        open_order(data, GENESIS)
    assert caught.value.fault is Fault.OTHER_LEDGER
