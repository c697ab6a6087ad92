"""Formats: what is written is read back, whatever it is; a slip of one digit is noticed where it can be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.faults import LedgerFault
from ledger.formats.fiscal_year import fiscal_year_of, parse_fiscal_year
from ledger.formats.lipa_namba import BODIES, lipa_namba_of, lipa_namba_shown, parse_lipa_namba
from ledger.formats.local_time import local_time_text, parse_local_time
from ledger.formats.nida import birth_date, nida_masked, nida_shown, parse_nida
from ledger.formats.phone import parse_phone, phone_shown
from ledger.formats.tan_qr import AMOUNT_MINOR_UNITS_MAX, TanQr, parse_tan_qr
from ledger.formats.tin import parse_tin, tin_shown
from ledger.instants import MICROSECONDS_PER_DAY, MICROSECONDS_PER_SECOND, eat_day

PHONES = st.from_regex(r"255[67][0-9]{8}", fullmatch=True)
TINS = st.from_regex(r"[0-9]{9}", fullmatch=True).filter(lambda tin: tin not in {"000000000", "111111111"})
INSTANTS = st.integers(MICROSECONDS_PER_DAY, 8_000 * 365 * MICROSECONDS_PER_DAY)
PLAIN = st.text(alphabet=[chr(code) for code in range(32, 127)], min_size=1)
DIGITS = st.text(alphabet="0123456789", min_size=1)
CODES = st.builds(
    TanQr,
    dynamic=st.just(True),
    acquirer=st.from_regex(r"[0-9]{5}", fullmatch=True),
    merchant=DIGITS.map(lambda text: text[:15]),
    category=st.from_regex(r"[0-9]{4}", fullmatch=True),
    name=PLAIN.map(lambda text: text[:25]),
    city=PLAIN.map(lambda text: text[:15]),
    amount_minor_units=st.integers(1, AMOUNT_MINOR_UNITS_MAX),
    postal_code=PLAIN.map(lambda text: text[:10]) | st.just(""),
    bill_number=PLAIN.map(lambda text: text[:25]) | st.just(""),
    store=DIGITS.map(lambda text: text[:9]) | st.just(""),
    reference=PLAIN.map(lambda text: text[:12]) | st.just(""),
    terminal=DIGITS.map(lambda text: text[:8]) | st.just(""),
)


@given(code=CODES, place=st.integers(0, 200), sign=st.sampled_from("0Z "))
def test_qr_codes_round_trip_and_one_wrong_character_is_noticed(code: TanQr, place: int, sign: str) -> None:
    """Whatever a code says is read back; a CRC of sixteen bits finds every change within two characters."""
    text = code.text()
    assert parse_tan_qr(text) == code
    assert (
        parse_tan_qr(code._replace(dynamic=False, amount_minor_units=None).text()).amount_minor_units is None
    )
    damaged = text[: place % len(text)] + sign + text[place % len(text) + 1 :]
    if damaged != text:
        with pytest.raises(LedgerFault):
            parse_tan_qr(damaged)


@given(phone=PHONES)
def test_telephone_numbers_round_trip(phone: str) -> None:
    """All forms that people use of one number are that number."""
    forms = (phone, f"+{phone}", f"0{phone[3:]}", phone[3:], f"00{phone}", phone_shown(phone))
    assert {parse_phone(form) for form in forms} == {phone}


@given(typed=st.text(alphabet="0123456789+-() .x٣", max_size=16))
def test_a_telephone_number_is_read_strictly(typed: str) -> None:
    """Whatever is read is a mobile number of this country, and its last nine digits are those that were typed."""
    try:
        phone = parse_phone(typed)
    except LedgerFault:
        return
    assert len(phone) == 12
    assert phone[:3] == "255"
    assert phone[3] in "67"
    assert "".join(sign for sign in typed if sign.isdigit()).endswith(phone[3:])


@given(tin=TINS)
def test_tins_round_trip(tin: str) -> None:
    """As it is shown it is read back."""
    assert parse_tin(tin_shown(tin)) == parse_tin(tin) == tin


@given(born=st.dates(min_value=date(1900, 1, 1)), rest=st.integers(0, 10**12 - 1), day=INSTANTS)
def test_identification_numbers_round_trip(born: date, rest: int, day: int) -> None:
    """A number with a day of birth that has been is read back as it is shown; one of a day to come is refused."""
    digits, today = str(born).replace("-", "") + f"{rest:012}", eat_day(day)
    assert birth_date(digits) == str(born)
    assert set(nida_masked(digits)[:-7]) <= {"*", "-"}
    if str(born) > date_of(today):
        with pytest.raises(LedgerFault):
            parse_nida(digits, today=today)
    else:
        assert parse_nida(nida_shown(digits), today=today) == digits


def date_of(today: int) -> str:
    """The date of a day, counted by another calendar than the product's."""
    return (date(1970, 1, 1) + timedelta(days=today)).isoformat()


@given(second=INSTANTS.map(lambda instant: instant // MICROSECONDS_PER_SECOND * MICROSECONDS_PER_SECOND))
def test_local_times_round_trip(second: int) -> None:
    """Every whole second is read back from its text."""
    assert parse_local_time(local_time_text(second)) == second


@given(instant=INSTANTS)
def test_every_instant_lies_in_its_fiscal_year_and_in_no_other(instant: int) -> None:
    """The years divide time without a gap, and their texts are read back."""
    year = fiscal_year_of(instant)
    assert year.begins == 1969 or year.first_us <= instant < year.after_us
    assert year.begins == 1969 or parse_fiscal_year(str(year)) == year


@given(body=st.integers(0, BODIES - 1), place=st.integers(0, 7), wrong=st.sampled_from("0123456789"))
def test_a_mistyped_lipa_namba_is_refused(body: int, place: int, wrong: str) -> None:
    """Any one wrong digit, and any swap of two neighbours, is noticed."""
    number = lipa_namba_of(body)
    assert parse_lipa_namba(lipa_namba_shown(number)) == number
    swapped = (
        f"{number[: place - 1]}{number[place]}{number[place - 1]}{number[place + 1 :]}" if place else number
    )
    for damaged in (number[:place] + wrong + number[place + 1 :], swapped):
        if damaged != number:
            with pytest.raises(LedgerFault):
                parse_lipa_namba(damaged)
