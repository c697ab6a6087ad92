"""An agency's day at three machines: a maker raises and changes bills, a checker approves them, a citizen pays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger.books.bills import control_number_candidates
from ledger.instants import MachineClock, day_text, eat_day
from tests.journeys.conftest import CHECKER, MAKER, Town

NOBODYS = control_number_candidates(ledger_id="nothing", bill="nothing", prefix="88")[0]


def raised(town: Town, bill_id: str, *more: str, amount: str = "10,000") -> dict[str, Any]:
    """A bill that waits for a yes."""
    words = ("--service", "LESENI", "--amount", amount, "--bill-id", bill_id)
    return town.institution.told("bill", "create", *words, *more, *MAKER)


def approved(town: Town, bill_id: str) -> str:
    """Its control number after the checker's yes."""
    return str(town.institution.told("approve", bill_id, *CHECKER)["control_number"])


def test_instalments_from_raising_to_the_last(town: Town) -> None:
    """Items, a minimum, two instalments; the clerk sees what is still outstanding."""
    items = ("--item", "142201660128:8,500", "--item", "142201660008:1,500")
    raised(town, "J/1", "--option", "partial", "--minimum", "2,000", *items)
    assert town.institution.run("approve", "J/1", *MAKER, "--yes").code == 6
    number = approved(town, "J/1")
    said = town.asha.ok("pay", number, "--amount", "4,000", "--yes")
    assert "142201660128" in said.err
    for wrong in ("1,999", "6,000.01"):
        refused = town.asha.run("pay", number, "--amount", wrong, "--yes")
        assert (refused.code, "2,000.00" in refused.text) == (2, True), refused.text
    (row,) = town.institution.told("bill", "list", "--status", "part_paid", *MAKER)["bills"]
    assert (row["bill_id"], row["outstanding"]) == ("J/1", "6000.00")
    assert town.asha.told("pay", number)["amount"] == "6000.00"
    shown = town.institution.ok("ankara", "onesha", number, *MAKER, "--lang", "sw").text
    assert "IMELIPWA" in shown


def test_a_change_takes_a_second_person_and_the_payer_sees_it(town: Town) -> None:
    """The payer's wallet holds the changed amount against two signatures: who asked for it and who approved it."""
    raised(town, "J/2")
    number = approved(town, "J/2")
    town.institution.ok(
        "bill", "change", "J/2", "--amount", "7,000", "--until", "2030-06-30", *MAKER, "--yes"
    )
    assert town.asha.told("pay", number, "--dry-run")["amount"] == "10000.00"
    seen = town.institution.ok("approve", "J/2", *CHECKER, "--yes")
    assert "7,000.00" in seen.text
    assert town.asha.told("pay", number)["amount"] == "7000.00"
    assert town.institution.run("approve", number, *CHECKER, "--yes").code == 6


def test_a_cancelled_bill_is_not_paid(town: Town) -> None:
    """At once before it is approved; with a second yes afterwards. The payer is told the state in words."""
    raised(town, "J/3")
    town.institution.ok("bill", "cancel", "J/3", "--reason", "duplicate", *MAKER, "--yes")
    assert town.institution.run("approve", "J/3", *CHECKER, "--yes").code == 6
    raised(town, "J/4")
    number = approved(town, "J/4")
    town.institution.ok("bill", "cancel", number, *MAKER, "--yes")
    approved(town, "J/4")
    for language, word in (("en", "CANCELLED"), ("sw", "IMEFUTWA")):
        said = town.asha.run("pay", number, "--yes", "--lang", language)
        assert (said.code, word in said.text) == (6, True), said.text


@pytest.mark.parametrize(
    "more",
    [
        ("--item", "142201660128:9,999"),
        ("--item", "14220:10,000"),
        ("--minimum", "5,000"),
        ("--until", "tomorrow"),
        ("--option", "partial", "--minimum", "10,001"),
    ],
)
def test_a_bill_that_contradicts_itself_is_not_signed(town: Town, more: tuple[str, ...]) -> None:
    """Each with an answer of its own in both languages, and nothing reaches the ledger."""
    words = (
        "bill",
        "create",
        "--service",
        "LESENI",
        "--amount",
        "10,000",
        "--bill-id",
        "J/9",
        *more,
        *MAKER,
        "--yes",
    )
    told = {language: town.institution.run(*words, "--lang", language) for language in ("en", "sw")}
    assert [said.code for said in told.values()] == [2, 2]
    assert told["en"].text != told["sw"].text
    assert town.institution.run("bill", "show", "J/9", *MAKER).code == 5


def test_who_is_no_institution_has_no_bills(town: Town) -> None:
    """A citizen's profile is told so."""
    assert town.asha.run("bill", "list").code == 2


def test_a_day_is_held_against_the_banks_list(town: Town, tmp_path: Path) -> None:
    """All match and exit 0; then a missing row, another amount and a row twice, each in its class and exit 8."""
    day = ("--day", day_text(eat_day(MachineClock().wall_us())), *MAKER)
    paid = [approved(town, f"R/{n}") for n in range(3) if raised(town, f"R/{n}", amount="1,000")]
    for number in paid:
        town.asha.ok("pay", number, "--yes")
    lines = town.institution.told("api", "GET", "/v1/reconciliations/" + day[1], *MAKER)["lines"]
    rows = [f"{line['control_number']};{line['amount']}" for line in lines]
    listed = tmp_path / "bank.csv"
    listed.write_text("\n".join(["control_number;amount", *rows]), encoding="utf-8-sig")
    assert town.institution.told("reconcile", str(listed), *day)["counts"]["matched"] == len(rows)
    wrong = [rows[0], rows[0], *rows[1:-2], f"{paid[1]};999", f"{NOBODYS};5"]
    listed.write_text("\n".join(["control_number;amount", *wrong]))
    said = town.institution.run("suluhisha", str(listed), *day, "--lang", "sw", "--json")
    assert said.code == 8
    counts = said.json["counts"]
    assert (counts["duplicate"], counts["amount_differs"], counts["missing_here"]) == (1, 1, 1)
    assert counts["missing_there"] == 1
    listed.write_text(f"control_number,amount\n{paid[0]},=1+1\n123,4\n")
    for language, words in (("en", "no control number"), ("sw", "si namba ya malipo")):
        refused = town.institution.run("reconcile", str(listed), *day, "--lang", language)
        assert (refused.code, words in refused.text) == (2, True), refused.text


def test_services_are_found_and_paid_from_there(town: Town) -> None:
    """In the reader's language, by words of either."""
    said = town.asha.ok("huduma", "leseni", "--lang", "sw")
    assert "Leseni ya biashara" in said.out
    assert town.asha.told("services", "nothing of the kind")["services"] == []
    raised(town, "S/1", amount="500")
    number = approved(town, "S/1")
    assert town.asha.told("services", "--pay", number)["amount"] == "500.00"
