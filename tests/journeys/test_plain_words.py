"""What a new user trips over: figures, numbers and refusals say what is so, in words that can be acted on."""

from __future__ import annotations

import re

from tests.journeys.conftest import Town
from wallet_cli.bills import grouped, read_control_number
from wallet_cli.locale.examples import SENTENCES


def test_a_balance_names_the_last_entry(town: Town) -> None:
    """The log's size is one more than the number of its last entry."""
    size = town.asha.told("balance")["log_size"]
    for language, words in (("en", "as of log entry"), ("sw", "kufikia ingizo la leja")):
        assert f"{words} {size - 1:,}," in town.asha.ok("balance", "--lang", language).err


def test_a_control_number_in_its_groups_is_paid(town: Town) -> None:
    """Four, four and four digits, as pages print them; typed as three words it is one number."""
    number = town.new_bill("25")
    groups = [number[:4], number[4:8], number[8:]]
    assert grouped(number).split() == groups
    said = town.asha.ok("lipa", *groups, "--lang", "en", typed="y\n")
    assert " ".join(groups) in said.err
    assert "Bill paid" in said.err


def test_numbers_in_examples_hold() -> None:
    """Whoever tries the example of a help page is not told of a slip in it."""
    numbers = {
        number for pair in SENTENCES.values() for text in pair for number in re.findall(r"\d{12}", text)
    }
    assert numbers
    assert all(read_control_number(number) == number for number in numbers)
