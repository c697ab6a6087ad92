"""One's own data beside the log, and being paid by a telephone number, a Lipa Namba or the QR code of a bill."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ledger.formats.tan_qr import bill_code
from ledger.keys_folder import read_private_key
from tests.api.world import writing
from tests.journeys.conftest import AGENCY, Town
from tests.wallets import Wallet

PHONE = "0712 000 111"


@pytest.fixture(scope="module")
def neema(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wallet]:
    """Somebody who has given a telephone number."""
    wallet = town.newcomer(tmp_path_factory.mktemp("neema"), "Neema Mollel")
    wallet.ok("directory", "set", "phone", typed=f"{PHONE}\n")
    yield wallet
    wallet.told("directory", "erase")


def test_a_person_is_paid_by_telephone_number_and_shown_masked_first(town: Town, neema: Wallet) -> None:
    """`pay` and `send` take it, however it is written; the masked name and the address stand there before the yes."""
    before = float(neema.balance)
    said = town.asha.ok("pay", "+255712000111", "15,000", typed="y\n")
    shown, _, after = said.err.partition("Send it? [y/N]")
    assert "N**** M*****" in shown
    assert neema.account[:8] in shown
    assert "Mollel" not in said.text
    assert "Sent TSh 15,000.00 to N**** M*****" in after
    town.asha.ok("tuma", PHONE, "500", "--yes")
    assert float(neema.balance) == before + 15_500


def test_a_person_is_paid_by_lipa_namba(town: Town, neema: Wallet) -> None:
    """Given by the directory, shown in groups, good for the account of the profile."""
    number = str(neema.told("directory", "number")["lipa_namba"])
    assert f"{number[:4]} {number[4:]}" in neema.ok("rejista", "namba").text
    told = town.asha.told("lipa", number, "100")
    assert (told["payee"], told["payee_name"]) == (neema.account, "N**** M*****")
    slip = str((int(number[0]) + 1) % 10) + number[1:]
    said = town.asha.run("lipa", slip, "100", "--yes", "--lang", "sw")
    assert (said.code, "tarakimu moja ya Lipa Namba imekosewa" in said.err) == (2, True)


@pytest.mark.parametrize(
    "words, code, told",
    [
        (("pay", "0712000111"), 2, "AMOUNT is missing"),
        (("pay", "0712000111", "100", "more"), 2, "one word too many"),
        (("pay", "+254712000111", "100"), 2, "of another country"),
        (("send", "0222123456", "100"), 2, "begins with 06 or 07"),
        (("send", "0799999999", "100"), 5, "Nobody here is paid by this number"),
        (("pay", "00020101021263047D47"), 2, "not read whole"),
    ],
)
def test_a_number_that_pays_nobody_is_told_as_what_it_is(
    town: Town, neema: Wallet, words: tuple[str, ...], code: int, told: str
) -> None:
    """Before anything is signed."""
    said = town.asha.run(*words, "--yes")
    assert (said.code, told in said.err) == (code, True), said.text


def test_a_bill_is_paid_by_the_text_of_its_code(town: Town) -> None:
    """The control number is read out of it, and the bill is shown as the ledger knows it. Other codes are not ours."""
    number = town.new_bill("15,000")
    payee = str(town.asha.told("api", "GET", f"/v1/bills/{number}")["payee"])
    code = bill_code(institution=AGENCY, payee=payee, amount_minor_units=1_500_000, control_number=number)
    assert town.asha.told("pay", code.text())["control_number"] == number
    said = town.asha.run("pay", code._replace(acquirer="01001").text(), "--yes")
    assert (said.code, "not of a bill of this ledger" in said.err) == (2, True)


def test_data_are_asked_for_shown_and_erased(town: Town, neema: Wallet) -> None:
    """Of a NIDA number a screen shows four digits; one value goes, or all of them after a yes."""
    neema.ok("directory", "set", "nida", typed="19900101-12345-67890-12\n")
    neema.ok("rejista", "weka", "tin", "--lang", "sw", typed="121-207-079\n")
    shown = neema.ok("directory", "show").text
    assert "********-*****-***90-12" in shown
    assert "121-207-079" in shown
    assert "19900101" not in shown
    assert neema.told("directory", "show")["nida"] == "19900101-12345-67890-12"
    neema.ok("directory", "erase", "nida")
    assert neema.told("directory", "show")["nida"] is None
    wrong = neema.run("directory", "set", "tin", typed="111111111\n")
    assert (wrong.code, "nobody's" in wrong.err) == (2, True)
    taken = town.asha.run("directory", "set", "phone", typed=f"{PHONE}\n")
    assert (taken.code, "Somebody else" in taken.err) == (7, True), taken.text


def test_everything_goes_after_a_yes_and_the_number_pays_nobody(town: Town, tmp_path: Path) -> None:
    """Without it nothing does."""
    zuhura = town.newcomer(tmp_path, "Zuhura Ally")
    zuhura.ok("directory", "set", "phone", typed="0613000222\n")
    assert zuhura.run("directory", "erase", typed="n\n").code == 3
    assert town.asha.run("pay", "0613000222", "100", "--yes").code == 0
    assert "Nobody can read them again" in zuhura.ok("directory", "erase", typed="y\n").err
    assert "Nothing is kept of you" in zuhura.ok("directory", "show").text
    assert town.asha.run("pay", "0613000222", "100", "--yes").code == 5


def test_the_person_sees_who_looked_them_up(town: Town, neema: Wallet) -> None:
    """The official's title, the reason in words, the case."""
    assert "No official has looked you up" in neema.ok("directory", "lookups").text
    key = read_private_key(town.ledger.keys, "supervisor")
    body = json.dumps({"reason": "tax", "case": "TRA/7", "account": neema.account}).encode()
    place, path = urlsplit(town.ledger.url), "/v1/directory/lookups"
    connection = http.client.HTTPConnection(str(place.hostname), place.port)
    headers = {
        "Authorization": writing(town.ledger.genesis, key, "POST", path, body),
        "Content-Type": "application/json",
    }
    connection.request("POST", path, body=body, headers=headers)
    assert connection.getresponse().status == 200
    connection.close()
    said = neema.ok("rejista", "utafutaji", "--lang", "sw").text
    for words in ("Msimamizi wa Majaribio", "kodi", "TRA/7"):
        assert words in said


def test_a_note_about_a_payment_is_read_by_both(town: Town, neema: Wallet) -> None:
    """Asked for, shown with whose it is; nothing typed erases it."""
    order = str(town.asha.told("send", PHONE, "100")["order"])
    town.asha.ok("tx", "note", order[-12:], typed="Fish, as agreed\n")
    assert "Fish, as agreed   (somebody named in it" in neema.ok("tx", "notes", order).text
    assert "Fish, as agreed   (wewe" in town.asha.ok("muamala", "maandiko", order, "--lang", "sw").text
    town.asha.ok("tx", "note", order, typed="\n")
    assert "Nobody wrote anything" in neema.ok("tx", "notes", order).text
