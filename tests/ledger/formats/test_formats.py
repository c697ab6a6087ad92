"""What people write is read to one form, and each kind of slip is refused by its own name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.faults import Fault, LedgerFault
from ledger.formats.fiscal_year import fiscal_year_of, parse_fiscal_year
from ledger.formats.gfs import parse_gfs_code
from ledger.formats.lipa_namba import lipa_namba_of, lipa_namba_shown, parse_lipa_namba
from ledger.formats.local_time import local_time_text, parse_local_time
from ledger.formats.nida import nida_masked, nida_shown, parse_nida
from ledger.formats.phone import parse_phone, phone_masked, phone_shown
from ledger.formats.provider_codes import parse_psp_code, parse_sp_code, parse_spg_code
from ledger.formats.tin import parse_tin, tin_shown
from ledger.instants import eat_day, instant_text, parse_instant

TODAY = eat_day(parse_instant("2026-11-26T12:00:00Z"))
NIDA = "19900229123456789012"


def nida(typed: object) -> str:
    """Read as of one day."""
    return parse_nida(typed, today=TODAY)


@pytest.mark.parametrize(
    "typed",
    ["255712345678", "+255712345678", "00255712345678", "0712345678", "712345678", "0712 345 678",
     "+255 (712) 345-678", "0712.345.678"],
)  # fmt: skip
def test_a_telephone_number_has_one_form(typed: str) -> None:
    """However it is written, it is the same number."""
    assert parse_phone(typed) == "255712345678"


def test_screens_show_the_forms_of_the_country() -> None:
    """Whole for the holder, masked for others: of an identification number the last four digits are left."""
    assert phone_shown("255612345678") == "0612 345 678"
    assert phone_masked("255612345678") == "06** *** *78"
    assert tin_shown("121207079") == "121-207-079"
    assert nida_shown("19900101123456789012") == "19900101-12345-67890-12"
    assert nida_masked("19900101123456789012") == "********-*****-***90-12"
    assert lipa_namba_shown("12345678") == "1234 5678"


@pytest.mark.parametrize("typed", ["121-207-079", "121 207 079", "121207079", " 121207079 "])
def test_a_tin_has_one_form(typed: str) -> None:
    """With hyphens, spaces, or without."""
    assert parse_tin(typed) == "121207079"


@pytest.mark.parametrize(
    "typed", ["19900101-12345-67890-12", "19900101 12345 67890 12", "19900101123456789012"]
)
def test_an_identification_number_has_one_form(typed: str) -> None:
    """With hyphens, spaces, or without."""
    assert nida(typed) == "19900101123456789012"


def test_a_child_born_today_has_a_number_and_one_of_tomorrow_has_none() -> None:
    """The day of birth is a day in East Africa."""
    assert nida("20261126123456789012")
    with pytest.raises(LedgerFault) as refused:
        nida("20261127123456789012")
    assert refused.value.details == {"what": "nida_birth_in_future"}
    assert nida("20240229123456789012"), "2024 was a leap year"


@pytest.mark.parametrize(
    "parse, code",
    [(parse_sp_code, "SP023"), (parse_sp_code, "SP99631"), (parse_spg_code, "SPG1121"), (parse_psp_code, "PSP006"),
     (parse_gfs_code, "140202"), (parse_gfs_code, "142201660128"), (parse_lipa_namba, lipa_namba_of(1234567))],
)  # fmt: skip
def test_codes_that_are_in_use_are_taken_as_they_are(parse: Callable[[object], str], code: str) -> None:
    """Codes have one spelling."""
    assert parse(code) == code


WRONG: list[tuple[Callable[[object], object], object, str]] = [
    (parse_phone, "+225712345678", "phone_other_country"),  # the Ivory Coast, a slip that was made
    (parse_phone, "225712345678", "phone_other_country"),
    (parse_phone, "+254712345678", "phone_other_country"),
    (parse_phone, "00254712345678", "phone_other_country"),
    (parse_phone, "0512345678", "phone_not_mobile"),
    (parse_phone, "0222123456", "phone_not_mobile"),  # a landline in Dar es Salaam
    (parse_phone, "+2550712345678", "phone_length"),
    (parse_phone, "07123456789", "phone_length"),
    (parse_phone, "71234567", "phone_length"),
    (parse_phone, "", "phone"),
    (parse_phone, "+", "phone"),
    (parse_phone, "0712-345-67x", "phone"),
    (parse_phone, "07\u0661\u06622345678", "phone"),
    (parse_phone, 712345678, "phone"),
    (parse_phone, "0712345678\n", "phone"),
    (parse_tin, "000000000", "tin_filler"),
    (parse_tin, "111-111-111", "tin_filler"),
    (parse_tin, "12120707", "tin"),
    (parse_tin, "1212070799", "tin"),
    (parse_tin, "121-207 079", "tin"),
    (parse_tin, "12-1207-079", "tin"),
    (parse_tin, 121207079, "tin"),
    (nida, "1990010112345678901", "nida"),
    (nida, "199001011234567890123", "nida"),
    (nida, "1990010-112345-67890-12", "nida"),
    (nida, "1234567890", "nida"),
    (nida, "19901301123456789012", "nida_birth_date"),
    (nida, "19900230123456789012", "nida_birth_date"),
    (nida, "18991231123456789012", "nida_birth_date"),
    (nida, "00000000123456789012", "nida_birth_date"),
    (nida, NIDA, "nida_birth_date"),  # 1990 was no leap year
    (nida, None, "nida"),
    (parse_sp_code, "SP12", "sp_code"),
    (parse_sp_code, "SP123456", "sp_code"),
    (parse_sp_code, "sp023", "sp_code"),
    (parse_sp_code, "SPG1121", "sp_code"),
    (parse_sp_code, "SP023 ", "sp_code"),
    (parse_sp_code, "PSP023", "sp_code"),
    (parse_spg_code, "SP1121", "spg_code"),
    (parse_spg_code, "SPG112", "spg_code"),
    (parse_spg_code, "SPG11211", "spg_code"),
    (parse_psp_code, "PSP06", "psp_code"),
    (parse_psp_code, "PSP0060", "psp_code"),
    (parse_psp_code, "SP006", "psp_code"),
    (parse_gfs_code, "14020", "gfs_code"),
    (parse_gfs_code, "1402020", "gfs_code"),
    (parse_gfs_code, "14220166012", "gfs_code"),
    (parse_gfs_code, "1422016601280", "gfs_code"),
    (parse_gfs_code, "14020a", "gfs_code"),
    (parse_gfs_code, 140202, "gfs_code"),
    (parse_local_time, "2026-11-24T14:15:00Z", "local_time"),
    (parse_local_time, "2026-11-24T14:15:00+03:00", "local_time"),
    (parse_local_time, "2026-11-24T14:15:00:123", "local_time"),
    (parse_local_time, "2026-11-24T14:15:00.123", "local_time"),
    (parse_local_time, "2026-11-24 14:15:00", "local_time"),
    (parse_local_time, "2026-11-24T24:00:00", "local_time"),
    (parse_local_time, "2026-02-29T00:00:00", "local_time"),
    (parse_local_time, 20261124, "local_time"),
    (parse_fiscal_year, "2026/28", "fiscal_year"),
    (parse_fiscal_year, "2026-27", "fiscal_year"),
    (parse_fiscal_year, "2026/2027", "fiscal_year"),
    (parse_fiscal_year, "1969/70", "fiscal_year"),
    (parse_fiscal_year, 2026, "fiscal_year"),
    (parse_lipa_namba, "1234567", "lipa_namba"),
    (parse_lipa_namba, "123456789", "lipa_namba"),
    (parse_lipa_namba, "123 45678", "lipa_namba"),
    (parse_lipa_namba, "00000001", "lipa_namba_slip"),
]


@pytest.mark.parametrize("parse, typed, what", WRONG)
def test_each_slip_has_its_name(parse: Callable[[object], object], typed: object, what: str) -> None:
    """The refusal says which rule was broken, and never repeats what was typed."""
    with pytest.raises(LedgerFault) as refused:
        parse(typed)
    assert refused.value.fault is Fault.MALFORMED
    assert refused.value.details == {"what": what}


def test_a_time_without_a_zone_is_the_time_in_dar_es_salaam() -> None:
    """Three hours ahead of UTC, also over midnight and the new year."""
    assert instant_text(parse_local_time("2026-11-24T14:15:00")) == "2026-11-24T11:15:00.000000Z"
    assert instant_text(parse_local_time("2027-01-01T01:00:00")) == "2026-12-31T22:00:00.000000Z"
    assert local_time_text(parse_instant("2026-12-31T21:00:00.999999Z")) == "2027-01-01T00:00:00"


def test_a_fiscal_year_turns_at_midnight_of_the_first_of_july_in_east_africa() -> None:
    """The last microsecond of June belongs to the year before; midnight is that of Dar es Salaam."""
    midnight = parse_local_time("2026-07-01T00:00:00")
    assert str(fiscal_year_of(midnight - 1)) == "2025/26"
    assert str(fiscal_year_of(midnight)) == "2026/27"
    assert fiscal_year_of(midnight).first_us == midnight == fiscal_year_of(midnight - 1).after_us
    assert str(parse_fiscal_year("2099/00")) == "2099/00"
