"""Money, addresses, ids, instants and frames: what is written is read back, and what is damaged is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.addresses import account_address, new_order_id, order_id_instant, parse_address, parse_order_id
from ledger.books.bills import control_number_candidates, control_number_holds
from ledger.faults import LedgerFault
from ledger.instants import instant_text, parse_instant
from ledger.money import MINOR_UNITS_MAX, Currency
from ledger.orders.relayed import RelayedOrder
from ledger.wire import (
    Answer,
    AnswerStatus,
    frame,
    pack_answers,
    pack_orders,
    take_frames,
    unpack_answers,
    unpack_orders,
)

CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
ADDRESSES = st.text(min_size=1, max_size=40).map(
    lambda name: account_address(prefix="tzst", ledger_id=name, kid="k", order_id="o")
)


@given(minor_units=st.integers(1, MINOR_UNITS_MAX), decimals=st.integers(0, 8))
def test_money_round_trips(minor_units: int, decimals: int) -> None:
    """Every amount is read back from its text, to the last minor unit."""
    currency = Currency("TZS", decimals)
    assert currency.parse(currency.text(minor_units)) == minor_units


@given(text=st.text(alphabet="0123456789.+-eE_ ,٣NaIinfty", max_size=24))
def test_money_is_read_strictly(text: str) -> None:
    """What is read as money is written back as the same number, and nothing else is read."""
    currency = Currency("TZS", 2)
    try:
        minor_units = currency.parse(text)
    except LedgerFault:
        return
    whole, _, fraction = text.partition(".")
    assert whole.isascii()
    assert whole.isdigit()
    assert minor_units == int(whole) * 100 + int(fraction.ljust(2, "0") or "0")


@pytest.mark.parametrize(
    "value", [1, 1.0, None, True, "1e3", "NaN", "-0", "00", ".5", "1.", "1.000", "٣", " 1", "1 "]
)
def test_money_refuses(value: object) -> None:
    """Numbers, floats, signs, spaces, other digits."""
    with pytest.raises(LedgerFault):
        Currency("TZS", 2).parse(value)


@given(address=ADDRESSES, place=st.integers(5, 42), wrong=st.sampled_from(CHARSET))
def test_a_mistyped_address_is_refused(address: str, place: int, wrong: str) -> None:
    """Any one wrong character, and any swap of two neighbours, is noticed."""
    assert parse_address(address, prefix="tzst") == address
    changed = address[:place] + wrong + address[place + 1 :]
    swapped = (
        address[: place - 1] + address[place] + address[place - 1] + address[place + 1 :]
        if place > 5
        else address
    )
    for damaged in (changed, swapped):
        if damaged != address:
            with pytest.raises(LedgerFault):
                parse_address(damaged, prefix="tzst")


def test_addresses_have_a_checksum_of_bech32m() -> None:
    """The valid examples of BIP 350 hold, with the very checksum constant that sets Bech32m apart from Bech32."""
    from ledger import addresses

    for text in ("a1lqfn3a", "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx", "?1v759aa"):
        prefix, data = text.rsplit("1", 1)
        values = [CHARSET.index(character) for character in data]
        assert addresses._polymod(addresses._expand(prefix) + values) == 0x2BC830A3


@given(now_us=st.integers(0, 2**48 * 1_000 - 1))
def test_order_ids_carry_their_time(now_us: int) -> None:
    """A UUIDv7 reads back as one, with the millisecond it was made in."""
    order_id = new_order_id(now_us)
    assert parse_order_id(order_id) == order_id
    assert order_id_instant(order_id) == now_us // 1_000 * 1_000


@given(instant_us=st.integers(0, 4_000_000_000_000_000))
def test_instants_round_trip(instant_us: int) -> None:
    """To the microsecond."""
    assert parse_instant(instant_text(instant_us)) == instant_us


@pytest.mark.parametrize(
    "text",
    ["2026-11-24T11:15:00+00:00", "2026-11-24 11:15:00Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "", None,
     "2026-11-24T11:15:60Z", "2026-11-24t11:15:00z", "٢٠٢٦-11-24T11:15:00Z", "2026-11-24T11:15:00.1234567Z"],
)  # fmt: skip
def test_instants_are_read_strictly(text: object) -> None:
    """One spelling: UTC, `T`, `Z`, at most six decimals, a day that exists."""
    with pytest.raises(LedgerFault):
        parse_instant(text)


@given(bill=st.uuids().map(str), place=st.integers(0, 11), digit=st.integers(0, 9))
def test_a_mistyped_control_number_is_refused(bill: str, place: int, digit: int) -> None:
    """Any one wrong digit and any swap of two neighbours breaks the check digit; candidates differ."""
    numbers = control_number_candidates(ledger_id="x", bill=bill, prefix="88")
    assert len(set(numbers)) == len(numbers)
    number = numbers[0]
    assert control_number_holds(number)
    assert number.startswith("88")
    changed = number[:place] + str(digit) + number[place + 1 :]
    swapped = number[:place] + number[place : place + 2][::-1] + number[place + 2 :]
    for damaged in (changed, swapped):
        assert control_number_holds(damaged) == (damaged == number)


RELAYED = st.builds(RelayedOrder, st.binary(max_size=50), st.binary(max_size=20))


@given(orders=st.lists(RELAYED, min_size=1, max_size=20), cut=st.integers(1, 60))
def test_frames_arrive_whole_however_they_are_cut(orders: list[RelayedOrder], cut: int) -> None:
    """Two frames through a stream that delivers in arbitrary pieces."""
    stream = frame(pack_orders(orders)) + frame(pack_orders(orders[::-1]))
    buffer, bodies = bytearray(), []
    for start in range(0, len(stream), cut):
        buffer += stream[start : start + cut]
        bodies += take_frames(buffer)
    assert [unpack_orders(body) for body in bodies] == [orders, orders[::-1]]
    assert not buffer


@given(
    answers=st.lists(
        st.builds(
            Answer,
            st.sampled_from(AnswerStatus),
            st.booleans(),
            st.integers(-1, 2**62),
            st.binary(max_size=80),
        ),
        max_size=10,
    )
)
def test_answers_round_trip(answers: list[Answer]) -> None:
    """In order, unchanged."""
    assert unpack_answers(pack_answers(answers)) == answers
