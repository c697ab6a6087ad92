"""Statements: opening balance, what moved, closing balance; as a table, as CSV, as JSON; and figures that add up."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.between import Between
from tests.journeys.conftest import Town
from tests.wallets import Wallet
from wallet_cli.faults import ExitCode


def today() -> str:
    """This day in East Africa."""
    return (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%d")


def test_a_statement_adds_up(town: Town, tmp_path: Path) -> None:
    """Fund, pay, be paid: the table fits the screen, CSV and JSON hold the same entries."""
    neema = town.newcomer(tmp_path / "neema")
    for amount in ("1,000", "2,500"):
        neema.ok("send", town.juma.account, amount, "--yes")
    told = neema.told("statement")
    assert (told["opening"]["balance"], told["closing"]["balance"]) == ("0.00", "46500.00")
    assert len(told["entries"]) == 3
    for words in ((), ("--month", today()[:7]), ("--from", today()), ("--from", today(), "--to", today())):
        shown = neema.ok("statement", *words)
        assert "46,500.00" in shown.out
        assert all(len(line) <= 78 for line in shown.text.splitlines())
    swahili = neema.ok("taarifa", "--lang", "sw").out
    assert "Salio la kufungia" in swahili
    rows = list(csv.DictReader(io.StringIO(neema.ok("statement", "--csv").out)))
    assert [row["order"] for row in rows] == [entry["order"] for entry in told["entries"]]
    assert sum(float(row["credit"] or 0) - float(row["debit"] or 0) for row in rows) == 46_500
    # Before the account existed there is no statement of it.
    assert neema.run("statement", "--from", "2020-01-01", "--to", "2020-01-31").code == 5


def test_a_statement_is_saved_as_a_page(town: Town, tmp_path: Path) -> None:
    """A browser needs no token for it: whole in one file, in either language, for its owner only; none is replaced."""
    neema = town.newcomer(tmp_path / "neema")
    neema.ok("send", town.juma.account, "1,000", "--yes")
    for language, words in (
        ("en", ("Account statement", "Closing balance")),
        ("sw", ("Taarifa ya akaunti",)),
    ):
        file = tmp_path / f"statement-{language}.html"
        assert str(file.name) in neema.ok("statement", "--html", str(file), "--lang", language).text
        page = file.read_text("utf-8")
        assert all(word in page for word in (*words, "49,000.00", neema.account, f'lang="{language}"'))
        assert file.stat().st_mode & 0o777 == 0o600
        again = neema.run("statement", "--html", str(file), "--lang", language)
        assert again.code == ExitCode.CONFLICT
        assert file.read_text("utf-8") == page
    assert neema.run("statement", "--html", str(tmp_path / "missing" / "s.html")).code == ExitCode.UNEXPECTED
    told = neema.told("statement", "--html", str(tmp_path / "told.html"))
    assert told["path"] == str(tmp_path / "told.html")


def test_periods_that_are_none(town: Town) -> None:
    """Told in both languages, and never a traceback."""
    for words, code in (
        (("--month", "2026-13"), 2),
        (("--month", "november"), 2),
        (("--from", "2026-02-40"), 2),
        (("--from", "24.11.2026"), 2),
        (("--month", "2026-11", "--to", "2026-11-30"), 2),
    ):
        for language in ("en", "sw"):
            assert town.asha.run("statement", *words, "--lang", language).code == code


def test_periods_that_cannot_be_stated(town: Town) -> None:
    """Not begun, before the account, the wrong way round: said in plain words, with days as people write them."""
    for words, code, english, swahili in (
        (("--from", "2090-01-01"), 2, "has not begun: it starts on 1 Jan 2090", "kitaanza tarehe 1 Jan 2090"),
        (("--month", "2090-02"), 2, "has not begun: it starts on 1 Feb 2090", "kitaanza tarehe 1 Feb 2090"),
        (("--month", "2020-01"), 5, "was opened after 31 Jan 2020", "ilifunguliwa baada ya 31 Jan 2020"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), 2, "The first day, 2 Mar 2026,", "2 Mac 2026"),
        (("--to", "2026-03-01"), 2, "comes after the last, 1 Mar 2026", "siku ya mwisho, 1 Mac 2026"),
        (("--from", "2026-02-30"), 2, "is not a day", "si siku"),
    ):
        for language, told in (("en", english), ("sw", swahili)):
            said = town.asha.run("statement", *words, "--lang", language)
            assert (said.code, told in said.err) == (code, True), said.text
            assert "Z" not in said.err
            assert "try again in" not in said.err


def test_a_statement_that_does_not_add_up_is_not_shown(town: Town, tmp_path: Path) -> None:
    """An entry left out on the way: exit 10."""

    def without_one(path: str, told: dict[str, Any]) -> dict[str, Any] | None:
        return told | {"entries": told["entries"][1:]} if "statement" in path else None

    with Between(town.ledger.url) as between:
        wallet = Wallet(tmp_path / "neema", {"POCHI_FAUCET_KEY": str(town.faucet)})
        wallet.ok("init", "--quick", "--ledger", between.url)
        wallet.ok("sandbox", "fund", "10")
        wallet.ok("statement")
        between.change = without_one
        said = wallet.run("statement")
        assert said.code == 10
        assert "add up" in said.err
