"""Money and time as they are shown and typed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.figures import clock_text, day_text, moment_text, money, parse_amount_input

MOMENT = 1_795_431_959_000_000  # 2026-11-23T11:05:59Z


@pytest.mark.parametrize(
    "minor_units,decimals,currency,expected",
    [
        (1_500_000, 2, "TZS", "TSh 15,000.00"),
        (0, 2, "TZS", "TSh 0.00"),
        (5, 2, "TZS", "TSh 0.05"),
        (-300_000, 2, "TZS", "-TSh 3,000.00"),
        (-5, 2, "USD", "-USD 0.05"),
        (1_234, 0, "XTS", "XTS 1,234"),
        (2**63 - 1, 2, "TZS", "TSh 92,233,720,368,547,758.07"),
    ],
)
def test_money_is_shown_in_full(minor_units: int, decimals: int, currency: str, expected: str) -> None:
    """Every digit, grouped by commas, never shortened."""
    assert money(minor_units, decimals=decimals, currency=currency) == expected


@pytest.mark.parametrize(
    "typed,expected",
    [
        ("15,000", 1_500_000),
        ("15000", 1_500_000),
        ("15_000", 1_500_000),
        ("15,000.00", 1_500_000),
        ("15,000.5", 1_500_050),
        ("15,000/=", 1_500_000),
        ("15,000/-", 1_500_000),
        ("TSh 15,000", 1_500_000),
        ("tsh15,000/=", 1_500_000),
        ("Sh. 15,000", 1_500_000),
        ("TZS 1,500,000", 150_000_000),
        ("  7 ", 700),
        ("0.01", 1),
        ("92,233,720,368,547,758.07", 2**63 - 1),
    ],
)
def test_amounts_as_people_type_them(typed: str, expected: int) -> None:
    """The customary spellings, all of which mean one thing."""
    assert parse_amount_input(typed) == expected


@pytest.mark.parametrize(
    "typed,key",
    [
        ("15.000", "amount_ambiguous"),
        ("1,500.000", "amount_ambiguous"),
        ("15.000,00", "amount_ambiguous"),
        ("1.500.000", "amount_ambiguous"),
        ("15.0000", "amount_decimals"),
        ("-5", "amount_negative"),
        ("\u22125", "amount_negative"),
        ("TSh -5", "amount_negative"),
        ("(5)", "amount_negative"),
        ("\u0661\u0665", "amount_digits"),
        ("15,\u0660\u0660\u0660", "amount_digits"),
        ("\uff11\uff15", "amount_digits"),
        ("5²", "amount_digits"),
        ("", "amount_unreadable"),
        ("TSh", "amount_unreadable"),
        ("15,00", "amount_unreadable"),
        ("1,5000", "amount_unreadable"),
        ("1,500_000", "amount_unreadable"),
        ("015", "amount_unreadable"),
        ("15 000", "amount_unreadable"),
        ("1e3", "amount_unreadable"),
        ("+5", "amount_unreadable"),
        ("NaN", "amount_unreadable"),
        ("15,000.00/=", "amount_unreadable"),
        ("USD 15", "amount_unreadable"),
        ("15,000\n", None),
        ("15\n000", "amount_unreadable"),
        ("9" * 41, "amount_unreadable"),
        ("0", "amount_zero"),
        ("0.00", "amount_zero"),
        ("92,233,720,368,547,758.08", "amount_too_large"),
    ],
)
def test_what_could_mean_two_things_is_refused(typed: str, key: str | None) -> None:
    """Nothing is guessed: each trap has its own hint, and every one is wrong usage."""
    if key is None:
        assert parse_amount_input(typed) == 1_500_000
        return
    with pytest.raises(WalletFault) as caught:
        parse_amount_input(typed)
    assert (caught.value.key, caught.value.exit_code) == (key, ExitCode.USAGE)


@pytest.mark.parametrize(
    "typed,thousands,whole",
    [
        ("15.000", "15,000", "15"),
        ("1.500.000", "1,500,000", "1"),
        ("15.000,00", "15,000", "15"),
        ("1,500.000", "1,500,000", "1,500"),
    ],
)
def test_the_hint_names_both_meanings(typed: str, thousands: str, whole: str) -> None:
    """The two amounts that the person may have meant, ready to be typed."""
    with pytest.raises(WalletFault) as caught:
        parse_amount_input(typed)
    assert (caught.value.details["thousands"], caught.value.details["whole"]) == (thousands, whole)


def test_other_currencies_by_their_code_and_decimals() -> None:
    """The code before the figure, no shilling marks, as many decimals as the currency has."""
    assert parse_amount_input("USD 15.50", currency="USD") == 1_550
    assert parse_amount_input("kwd 1.500", currency="KWD", decimals=3) == 1_500
    assert parse_amount_input("7", currency="XTS", decimals=0) == 7
    for typed in ("TSh 15", "15/=", "EUR 15"):
        with pytest.raises(WalletFault):
            parse_amount_input(typed, currency="USD")


def test_time_is_east_africas() -> None:
    """Three hours ahead of UTC, with Swahili months where Swahili is read, also across midnight and years."""
    assert moment_text(MOMENT, "en") == "23 Nov 2026, 14:05:59"
    assert clock_text(MOMENT) == "14:05"
    new_year = 1_798_750_799_000_000 + 1_000_000  # 2026-12-31T21:00:00Z
    assert day_text(new_year - 1_000_000, "sw") == "31 Des 2026"
    assert moment_text(new_year, "sw") == "1 Jan 2027, 00:00:00"


def test_swahili_months_are_swahili() -> None:
    """All twelve, from the middle of each."""
    instants = [int(datetime(2026, month, 15, tzinfo=UTC).timestamp()) * 1_000_000 for month in range(1, 13)]
    months = [day_text(instant, "sw").split()[1] for instant in instants]
    assert months == "Jan Feb Mac Apr Mei Jun Jul Ago Sep Okt Nov Des".split()
