"""What scripts rely on: one JSON object, names that are never translated, exit codes, and streams kept apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import Town

READING = (
    ("balance",),
    ("history", "-n", "3"),
    ("contact", "list"),
    ("profile", "list"),
    ("profile", "show"),
    ("outbox", "list"),
    ("outbox", "retry"),
    ("send", "juma", "100", "--dry-run"),
    ("doctor",),
    ("help", "exit-codes"),
    ("api", "GET", "/v1/ledger"),
    ("api", "GET", "/v1/checkpoint"),
)


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_json_is_one_object_alike_in_both_languages(town: Town, words: tuple[str, ...]) -> None:
    """Standard output is one line of JSON with the same names in English and Swahili."""
    english, swahili = (town.asha.ok(*words, "--json", "--lang", lang).json for lang in ("en", "sw"))
    assert english.keys() == swahili.keys()
    assert english


def test_payments_in_json_carry_all_that_a_script_needs(town: Town) -> None:
    """Order, outcome, place in the log, amount and the receipt's file, in either language."""
    expected = {"order", "outcome", "replayed", "sequence", "recorded_at", "receipt", "payer", "payee"}
    for lang in ("en", "sw"):
        sent = town.asha.ok("send", "juma", "10", "--json", "--yes", "--lang", lang).json
        paid = town.asha.ok("pay", town.new_bill("20"), "--json", "--yes", "--lang", lang).json
        assert expected | {"payee_name", "currency", "amount", "reference"} == sent.keys()
        assert (
            expected | {"control_number", "bill_id", "institution", "purpose", "currency", "amount"}
            == paid.keys()
        )
        assert (sent["amount"], paid["amount"]) == ("10.00", "20.00")
        assert Path(paid["receipt"]).is_file()


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_faults_in_json_stand_on_standard_error(town: Town, lang: str) -> None:
    """Standard output stays empty; the last line of standard error is an object with code and exit code."""
    for words, code, key in (
        (("send", "juma", "999,999,999"), 6, "refused_funds"),
        (("send", "nobody", "1"), 5, "contact_unknown"),
        (("pay", "123"), 2, "control_number_form"),
        (("send", "juma"), 2, "usage_missing"),
        (("sned", "juma"), 2, "usage_command_near"),
        (("balance", "-p", "nobody"), 5, "profile_unknown"),
    ):
        said = town.asha.run(*words, "--json", "--yes", "--lang", lang)
        told = json.loads(said.err.splitlines()[-1])
        assert (said.code, said.out) == (code, ""), words
        assert (told["code"], told["exit_code"]) == (key, code)


def test_output_can_be_piped(town: Town) -> None:
    """What was asked for is on standard output, talk on standard error; no colour in a pipe unless it is forced."""
    said = town.asha.ok("balance")
    assert said.out.count("\n") == 1
    assert "\x1b" not in said.text
    assert "\x1b[" in town.asha.run("send", "nobody", "1", "--color", "always").err
    assert "\x1b[" in town.asha.run("send", "nobody", "1", FORCE_COLOR="1").err
    assert "\x1b" not in town.asha.run("send", "nobody", "1", FORCE_COLOR="1", NO_COLOR="1").err


def test_language_is_chosen_by_option_then_variable_then_profile(town: Town, tmp_path: Path) -> None:
    """`--lang` over `POCHI_LANG` over the profile's own."""
    assert "Salio" in town.asha.ok("balance", "--lang", "sw").out
    assert "Salio" in town.asha.ok("balance", POCHI_LANG="sw").out
    assert "Balance" in town.asha.ok("--lang", "en", "balance", POCHI_LANG="sw").out
    wallet = town.newcomer(tmp_path / "neema", amount="")
    config = wallet.folder / "config.toml"
    config.write_text(config.read_text().replace('language = "en"', 'language = "sw"'))
    assert "Salio" in wallet.ok("balance").out


def test_an_agencys_people_are_apart(town: Town) -> None:
    """The maker cannot approve what the maker raised, and the owner's name is a profile like any other."""
    names = {row["name"] for row in town.institution.told("profile", "list")["profiles"]}
    assert names == {"halmashauri-ya-mfano", "halmashauri-ya-mfano-maker", "halmashauri-ya-mfano-checker"}
    accounts = {row["account"] for row in town.institution.told("profile", "list")["profiles"]}
    assert len(accounts) == 1
    assert (
        town.institution.ok("balance", "-p", "halmashauri-ya-mfano-checker", "--json").json["currency"]
        == "TZS"
    )
    said = town.institution.run(
        "sandbox", "bill", "--agency", "halmashauri-ya-mfano", "--service", "NOSUCH", "--amount", "10"
    )
    assert said.code == 6
    assert "no such service" in said.err
