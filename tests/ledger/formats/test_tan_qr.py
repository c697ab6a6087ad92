"""TAN-QR: two codes of real counters are read to the last character; each kind of damage is refused by its name."""

from __future__ import annotations

import pytest

from ledger.faults import LedgerFault
from ledger.formats.emv import close_payload, crc_of
from ledger.formats.tan_qr import TanQr, bill_code, parse_tan_qr, plain_name

RESTAURANT = (
    "00020101021126390014tz.go.bot.tips0105010010208123456785204581453038345802TZ5914YN RESTAURANTS6006DODOMA"
    "610541000622103080011234907051100263047D47"
)
BAR = (
    "00020101021126400014tz.go.bot.tips01050250402091389741225204000053038345802TZ5924THE DECK AND KITCHEN BAR"
    "6008TANZANIA610514110621303091389741226304F3ED"
)
BILL = bill_code(
    institution="Halmashauri ya Mfano",
    payee="tzst1q",
    amount_minor_units=1_500_000,
    control_number="881234567899",
)


def changed(old: str, new: str) -> str:
    """The bill's code with one thing changed and a CRC that fits."""
    text = BILL.text()[:-8]
    assert text.count(old) == 1
    return close_payload(text.replace(old, new))


def test_a_code_of_a_bank_and_one_of_a_mobile_network_are_read() -> None:
    """Every member, and written again they are the very same characters."""
    assert parse_tan_qr(RESTAURANT) == TanQr(
        dynamic=False, acquirer="01001", merchant="12345678", category="5814", name="YN RESTAURANTS", city="DODOMA",
        postal_code="41000", store="00112349", terminal="11002",
    )  # fmt: skip
    assert parse_tan_qr(BAR) == TanQr(
        dynamic=False, acquirer="02504", merchant="138974122", category="0000", name="THE DECK AND KITCHEN BAR",
        city="TANZANIA", postal_code="14110", store="138974122",
    )  # fmt: skip
    for payload in (RESTAURANT, BAR):
        assert parse_tan_qr(payload).text() == payload
        assert crc_of(payload[:-4]) == payload[-4:]


def test_the_crc_is_the_one_of_the_standard() -> None:
    """The check value of CRC-16/CCITT-FALSE."""
    assert crc_of("123456789") == "29B1"


def test_a_bill_is_a_dynamic_code_with_its_amount_and_control_number() -> None:
    """The amount due in shillings and cents, the control number as the bill's, and a category of the government."""
    text = BILL.text()
    assert text.startswith("000201010212")
    assert "540815000.00" in text
    assert "62160112881234567899" in text
    assert parse_tan_qr(text) == BILL
    assert (BILL.category, BILL.name, BILL.acquirer) == ("9399", "Halmashauri ya Mfano", "99999")


@pytest.mark.parametrize(
    "name, plain",
    [("Mamlaka ya Usafiri wa Majini na Nchi Kavu", "Mamlaka ya Usafiri wa"), ("Café Ünion", "Cafe Union"),
     ("Halmashauriyawilayayamkuranga", "Halmashauriyawilayayamkur"), ("委员会", "-"), ("A" * 25, "A" * 25)],
)  # fmt: skip
def test_names_are_cut_to_what_a_code_takes(name: str, plain: str) -> None:
    """ASCII, at most 25 characters, at the end of a word where there is one."""
    assert plain_name(name) == plain


@pytest.mark.parametrize(
    "payload, what",
    [
        (None, "qr_length"),
        ("", "qr_length"),
        ("881234567899", "qr_crc"),
        (RESTAURANT + "0" * 512, "qr_length"),
        (RESTAURANT[:-1] + "8", "qr_crc"),
        (RESTAURANT[:-4] + "7d47", "qr_crc"),  # the digits of the CRC are upper case
        (RESTAURANT.replace("DODOMA", "DODOMB"), "qr_crc"),
        (RESTAURANT.replace("DODOMA", "DODOM\u00c1"), "qr_characters"),
        (RESTAURANT + "\n", "qr_characters"),
        (close_payload("0002016"), "qr_objects"),
        (close_payload("000201010399"), "qr_objects"),
        (close_payload("0002010100"), "qr_objects"),
        (close_payload("000201x10211"), "qr_objects"),
        (changed("5802TZ", "5802TZ5802TZ"), "qr_object_repeated"),
        (close_payload("010211000201"), "qr_version"),
        (changed("000201010212", "000202010212"), "qr_version"),
        (changed("010212", "010213"), "qr_method"),
        (changed("010212", ""), "qr_method"),
        (changed("tz.go.bot.tips", "tz.go.bot.tipz"), "qr_not_tips"),
        (changed("0014tz.go.bot.tips", "0099tz.go.bot.tips"), "qr_objects"),
        (changed("010599999", "010599x99"), "qr_acquirer"),
        (changed(BILL.merchant, "A" * 15), "qr_merchant"),
        (changed("52049399", "5203939"), "qr_category"),
        (changed("5303834", "5303840"), "qr_currency"),
        (changed("540815000.00", "540815000,00"), "qr_amount"),
        (changed("540815000.00", "540815000.0x"), "qr_amount"),
        (changed("540815000.00", "54040.00"), "qr_amount"),
        (changed("540815000.00", "541415000000000000"), "qr_amount"),
        (changed("540815000.00", "540915000.000"), "qr_amount"),
        (changed("540815000.00", ""), "qr_amount_missing"),
        (changed("540815000.00", "540815000.00550201"), "qr_fees"),
        (changed("5802TZ", "5802KE"), "qr_country"),
        (changed("5920Halmashauri ya Mfano", ""), "qr_name"),
        (changed("5920Halmashauri ya Mfano", "5926" + "N" * 26), "qr_name"),
        (changed("6008TANZANIA", ""), "qr_city"),
        (changed("6008TANZANIA", "6008TANZANIA611112345678901"), "qr_postal_code"),
        (changed("62160112881234567899", "6230" + "0126" + "8" * 26), "qr_additional_data"),
    ],
)
def test_what_is_wrong_with_a_code_has_its_name(payload: object, what: str) -> None:
    """Damage, foreign codes and codes that leave something out."""
    with pytest.raises(LedgerFault) as refused:
        parse_tan_qr(payload)
    assert refused.value.details == {"what": what}


def test_what_belongs_to_other_payment_systems_is_passed_over() -> None:
    """A code may serve several systems at once, and name itself in another language."""
    assert parse_tan_qr(changed("52049399", "27080004abcd52049399")) == BILL
    assert parse_tan_qr(changed("6008TANZANIA", "6008TANZANIA64060002sw")) == BILL
