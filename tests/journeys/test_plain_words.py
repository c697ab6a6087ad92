"""What a new user trips over: figures, numbers and refusals say what is so, in words that can be acted on."""

from __future__ import annotations

import re
from pathlib import Path

from ledger import __version__
from tests.journeys.conftest import AGENCY, Town
from tests.wallets import Wallet
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


def test_the_version_is_told(tmp_path: Path) -> None:
    """Also to a machine without a wallet, and to a script."""
    nobody = Wallet(tmp_path / "nobody")
    assert nobody.ok("--version").out == f"pochi {__version__}\n"
    assert nobody.ok("--version", "--json").json == {"version": __version__}


def test_only_near_options_are_suggested(tmp_path: Path) -> None:
    """A far one sends people astray; an amount below zero is no option at all."""
    nobody = Wallet(tmp_path / "nobody")
    for word in ("--foo", "--xversion"):
        said = nobody.run("balance", word, "--lang", "en")
        assert (said.code, "Did you mean" in said.err) == (2, False), said.err
    assert "--reference" in nobody.run("send", "a", "1", "--refrence", "x").err
    for language, words in (("en", "An amount is more than zero"), ("sw", "Kiasi huzidi sifuri")):
        said = nobody.run("send", "juma", "-5", "--lang", language)
        assert (said.code, words in said.err) == (2, True), said.err


def test_refusals_say_whose_they_are(town: Town, tmp_path: Path) -> None:
    """The faucet's money, a file that is not there, a ledger that is off, an answer that nobody could give."""
    neema = town.newcomer(tmp_path / "neema")
    for language, faucet, missing, agree in (
        (
            "en",
            "faucet does not hold TSh 99,000,000,000.00",
            'no file "nofile.json"',
            "beforehand with --yes",
        ),
        ("sw", "bomba la majaribio halina", 'Hakuna faili "nofile.json"', "mapema kwa --yes"),
    ):
        said = neema.run("sandbox", "fund", "99,000,000,000", "--lang", language)
        assert (said.code, faucet in said.err) == (6, True), said.err
        said = neema.run("receipt", "verify", "nofile.json", "--lang", language)
        assert (said.code, missing in said.err) == (5, True), said.err
        said = neema.run("send", town.juma.account, "5", "--lang", language)
        assert (said.code, agree in said.err) == (3, True), said.err
    assert "without spaces" in neema.run("send", town.juma.account, "5", "-r", "a b").err
    neema.ok("config", "set", "ledger_url", "http://127.0.0.1:1")
    for language, nothing, running in (
        ("en", "Nothing was sent", "is the ledger running? (make run)"),
        ("sw", "Hakuna kilichotumwa", "je, leja inaendelea? (make run)"),
    ):
        looked = neema.run("balance", "--lang", language)
        paid = neema.run("send", town.juma.account, "5", "--yes", "--lang", language)
        assert (looked.code, paid.code) == (75, 75)
        assert (nothing in looked.err, nothing in paid.err) == (False, True)
        assert running in looked.err
        assert running in paid.err


def test_a_receipt_names_the_institution_in_either_language(town: Town, tmp_path: Path) -> None:
    """Paid in English, read in Swahili."""
    clerk = Wallet(tmp_path / "harbour")
    titles = ("Harbour Office", "--title-sw", "Ofisi ya Bandari")
    clerk.ok("sandbox", "agency", *titles, "--ledger", town.ledger.url)
    bill = ("sandbox", "bill", "--agency", "Harbour Office", "--service", "LESENI", "--amount", "10")
    number = str(clerk.told(*bill)["control_number"])
    town.asha.ok("pay", number, "--yes", "--lang", "en")
    assert "(Harbour Office)" in town.asha.ok("receipt", "show", number, "--lang", "en").out
    assert "(Ofisi ya Bandari)" in town.asha.ok("receipt", "show", number, "--lang", "sw").out


def test_a_bill_names_all_that_is_missing(town: Town, tmp_path: Path) -> None:
    """Every option that is required at once; and of two passphrases, whose is wrong."""
    said = town.institution.run("sandbox", "bill", "--service", "LESENI")
    assert (said.code, "--agency, --amount" in said.err) == (2, True), said.err
    assert town.institution.ok("sandbox", "bill", "--help", "--lang", "en").out.count("Required:") == 3
    wrong = tmp_path / "wrong"
    wrong.write_text("not the passphrase\n")
    wrong.chmod(0o600)
    words = ("sandbox", "bill", "--agency", AGENCY, "--service", "LESENI", "--amount", "10")
    said = town.institution.run(*words, "--passphrase-file", str(wrong), "--lang", "en")
    assert (said.code, '"halmashauri-ya-mfano-maker"' in said.err) == (4, True), said.err
