"""Paying for real: a bill, a person, and everything that must be seen before and after."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

from tests.journeys.conftest import AGENCY, Town


def test_a_bill_is_shown_whole_and_then_paid(town: Town) -> None:
    """Institution, purpose, figures, words and expiry stand there before the question; then the bill is PAID."""
    number, before = town.new_bill("37,500"), float(town.asha.balance)
    said = town.asha.ok("lipa", number, typed="y\n")
    shown, _, after = said.err.partition("Pay this bill? [y/N]")
    for words in (
        AGENCY,
        "Business licence",
        "TSh 37,500.00",
        "thirty-seven thousand five hundred shillings",
    ):
        assert words in shown, words
    assert "signed by the institution" in shown
    assert "30 days left" in shown
    assert "Bill paid" in after
    assert float(town.asha.balance) == before - 37_500
    bill = town.asha.told("api", "GET", f"/v1/bills/{number}")
    assert (bill["status"], bill["outstanding"]) == ("paid", "0.00")


def test_a_bill_is_paid_in_swahili_by_the_whole_word(town: Town) -> None:
    """`ndiyo` is yes; y, yes, n and silence are no, exit 3, and nothing is sent."""
    number, before = town.new_bill(), town.asha.balance
    for typed in ("y\n", "yes\n", "n\n", "nd\n", ""):
        said = town.asha.run("lipa", number, "--lang", "sw", typed=typed)
        assert said.code == 3, said.text
    assert town.asha.balance == before
    assert town.asha.pending() == []
    said = town.asha.ok("lipa", number, "--lang", "sw", typed="ndiyo\n")
    assert "shilingi elfu kumi na tano" in said.err
    assert "Leseni ya biashara" in said.err
    assert "Ankara imelipwa" in said.err


def test_a_person_is_paid_and_shown_masked_first(town: Town) -> None:
    """The ledger's masked name is on the screen before consent, and both balances move by the same amount."""
    asha, juma = float(town.asha.balance), float(town.juma.balance)
    said = town.asha.ok("send", "juma", "15,000", "-r", "INV/17", typed="y\n")
    shown, _, after = said.err.partition("Send it? [y/N]")
    assert "J*** K*****" in shown
    assert "fifteen thousand shillings" in shown
    assert "Kassim" not in said.text
    assert "Sent TSh 15,000.00 to juma" in after
    assert float(town.asha.balance) == asha - 15_000
    assert float(town.juma.balance) == juma + 15_000


def test_both_names_of_a_command_are_one_command(town: Town) -> None:
    """`tuma` and `send`, `salio` and `balance`, wherever the options stand, in either language."""
    town.asha.ok("tuma", "juma", "100", "--lang", "en", typed="y\n")
    town.asha.ok("--lang", "sw", "send", "juma", "100", typed="ndiyo\n")
    assert town.asha.ok("salio", "--json").json == town.asha.ok("--json", "balance").json


def test_a_bill_is_not_paid_twice(town: Town) -> None:
    """The second time says whose receipt there is, exits 6, and sends nothing."""
    number = town.new_bill()
    town.asha.told("pay", number)
    before = town.asha.balance
    again = town.asha.run("pay", number, "--yes")
    assert again.code == 6
    assert f"pochi receipt show {number}" in again.err
    other = town.juma.run("pay", number, "--yes")
    assert other.code == 6
    assert "nothing left to pay" in other.err
    assert town.asha.balance == before


def test_without_the_money_nothing_is_signed(town: Town) -> None:
    """The shortfall is named, the exit code is 6, and no order is made: a refusal would be for ever."""
    said = town.juma.run("send", "asha", "90,000,000", "--yes")
    assert said.code == 6
    assert "short TSh" in said.err
    assert town.juma.pending() == []


def test_a_recorded_refusal_is_told_and_proven(town: Town, tmp_path: Path) -> None:
    """The ledger's own "no": exit 6 with its reason, and a receipt which says that nothing was paid."""
    wallet = town.newcomer(tmp_path / "neema", amount="")
    said = wallet.run("sandbox", "fund", "99,000,000,000", "--json")
    assert said.code == 6, said.text
    assert json.loads(said.err.splitlines()[-1])["details"]["reason"] == "insufficient_funds"
    assert said.out == ""
    assert wallet.pending() == []
    receipt = max((wallet.folder / "data" / "receipts").rglob("*.json"))  # ids grow with time
    checked = wallet.run("receipt", "verify", str(receipt), "--json")
    assert checked.code == 6
    assert (checked.json["genuine"], checked.json["paid"]) == (True, False)
    assert "Nothing was paid" in checked.err


def test_no_input_without_yes_is_a_usage_error(town: Town) -> None:
    """A script must say --yes: exit 2 with the reason, before anything is signed."""
    for words in (("send", "juma", "100"), ("pay", town.new_bill())):
        said = town.asha.run(*words, "--no-input")
        assert said.code == 2
        assert "--no-input" in said.err
    assert town.asha.pending() == []


def test_looking_needs_no_passphrase_and_paying_does(town: Town, tmp_path: Path) -> None:
    """With the passphrase gone, balance, history and receipts go on; paying stops with exit 4."""
    wallet = town.newcomer(tmp_path / "neema")
    paid = wallet.told("send", town.juma.account, "100")
    (wallet.folder / "data" / "keys" / "neema.passphrase").unlink()
    for words in (
        ("balance",),
        ("history",),
        ("receipt", "show", paid["order"]),
        ("doctor",),
        ("outbox", "list"),
    ):
        wallet.ok(*words, "--no-input")
    said = wallet.run("send", town.juma.account, "100", "--yes", "--no-input")
    assert said.code == 4
    assert wallet.pending() == []
    wrong = tmp_path / "wrong"
    wrong.write_text("not the passphrase\n")
    wrong.chmod(0o600)
    said = wallet.run("send", town.juma.account, "100", "--yes", "--passphrase-file", str(wrong))
    assert said.code == 4
    assert wallet.balance == "49900.00"


def test_a_dry_run_shows_what_the_ledger_says_and_posts_nothing(town: Town) -> None:
    """No question, the balance that would be left, no order in the outbox and none in the log."""
    number, before = town.new_bill(), town.asha.balance
    size = town.asha.told("api", "GET", "/v1/ledger")["log_size"]
    told = town.asha.told("pay", number, "--dry-run")
    assert (told["dry_run"], told["amount"], told["control_number"]) == (True, "15000.00", number)
    assert Decimal(told["balance_after"]) == Decimal(before) - 15_000
    sent = town.asha.told("send", "juma", "100", "--dry-run")
    assert (sent["payee"], Decimal(sent["balance_after"])) == (town.juma.account, Decimal(before) - 100)
    assert (town.asha.balance, town.asha.pending()) == (before, [])
    assert town.asha.told("api", "GET", "/v1/ledger")["log_size"] == size


def test_a_dry_run_needs_the_passphrase_to_sign_and_nothing_more(town: Town, tmp_path: Path) -> None:
    """With a wrong one exit 4, as for the payment itself; in Swahili it says the same."""
    wrong = tmp_path / "wrong"
    wrong.write_text("not the passphrase\n")
    wrong.chmod(0o600)
    said = town.asha.run("send", "juma", "100", "--dry-run", "--passphrase-file", str(wrong))
    assert said.code == 4
    said = town.asha.ok("send", "juma", "100", "--dry-run", "--no-input", "--lang", "sw")
    assert "Hakuna kilichoandikwa" in said.err


def test_wrong_numbers_and_addresses_are_caught_before_asking(town: Town) -> None:
    """A slip in a control number or an address never reaches the ledger; unknown ones are exit 5."""
    number = town.new_bill()
    slip = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert town.asha.run("pay", slip).code == 2
    assert town.asha.run("pay", "12 34").code == 2
    spaced = f"{number[:2]} {number[2:6]}-{number[6:10]} {number[10:]}"
    assert town.asha.ok("pay", spaced, "--dry-run").code == 0
    address = town.juma.account
    swapped = address[:-2] + address[-1] + address[-2] if address[-1] != address[-2] else address[:-1] + "q"
    assert town.asha.run("send", swapped, "100").code == 2
    assert town.asha.run("send", "nobody", "100").code == 5
    assert town.asha.run("send", town.asha.account, "100").code == 2
    assert town.asha.run("send", "juma", "15.000").code == 2


def test_history_names_what_receipts_are_found_by(town: Town, tmp_path: Path) -> None:
    """The last column is what to type behind `receipt show`, for money that went out and money that came in."""
    wallet = town.newcomer(tmp_path / "neema")
    number = town.new_bill("700")
    wallet.told("pay", number)
    town.asha.told("send", wallet.account, "250")
    out = wallet.ok("history").out
    names = [line.split()[-1] for line in out.splitlines()[1:]]
    assert names[1] == number
    for name in names:
        assert re.fullmatch(r"[0-9a-f]{8}|[0-9]{12}", name)
        assert wallet.ok("receipt", "show", name, "--json").json["paid"] is True
    amounts = [entry["amount"] for entry in wallet.told("history")["entries"]]
    assert amounts == ["250.00", "700.00", "50000.00"]
    page = wallet.told("history", "-n", "1")
    following = wallet.told("history", "-n", "1", "--before", page["next"])
    assert following["entries"][0]["amount"] == "700.00"
