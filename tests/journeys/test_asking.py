"""Asking to be paid, paying what was asked, waiting for an outcome, settings, and the raw call as curl."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.between import Between
from tests.journeys.conftest import Town
from tests.wallets import made_wallet
from wallet_cli.printable import columns


def test_a_request_is_paid_as_it_asks(town: Town, tmp_path: Path) -> None:
    """Juma shows a code; Neema pays it by `send` and by `pay`, without typing amount or reference."""
    neema = town.newcomer(tmp_path / "neema")
    said = town.juma.ok("request", "1,500", "-r", "INV/7")
    uri = said.out.strip()
    assert uri.startswith(f"pochi:{town.juma.account}?")
    assert "█" in said.err
    assert all(columns(line) <= 78 for line in said.err.splitlines())
    assert town.juma.told("request", "1,500", "-r", "INV/7")["uri"] == uri
    told = neema.told("send", uri)
    assert (told["payee"], told["amount"], told["reference"]) == (town.juma.account, "1500.00", "INV/7")
    neema.ok("pay", uri, "--yes")
    assert neema.balance == "47000.00"
    open_one = town.juma.ok("request", "--no-qr", "--lang", "sw")
    assert "█" not in open_one.err
    assert neema.run("send", open_one.out.strip(), "--yes").code == 2
    neema.ok("tuma", open_one.out.strip(), "500", "--yes")
    assert neema.balance == "46500.00"


def test_a_hostile_request_pays_nothing(town: Town) -> None:
    """Another amount than the one typed, another ledger, oneself, an escape sequence: refused in both languages."""
    uri = str(town.juma.told("request", "1,500")["uri"])
    own = str(town.asha.told("request", "1")["uri"])
    before = town.asha.balance
    for words, code in (
        ((uri, "9"), 2),
        ((uri.replace("ledger=", "ledger=A"),), 2),
        ((own,), 2),
        ((uri + "&note=\x1b[2J",), 2),
        ((uri + "&amount=1",), 2),
        ((uri.replace("1500.00", "1500000000"),), 6),
    ):
        for language in ("en", "sw"):
            said = town.asha.run("send", *words, "--yes", "--lang", language)
            assert said.code == code, said.text
            assert "\x1b" not in said.text
    assert town.asha.balance == before


def test_waiting_for_an_order(town: Town, tmp_path: Path) -> None:
    """The answer was lost: `tx wait` sends the same bytes until there is one; a refusal is told as ever."""
    with Between(town.ledger.url) as between:
        wallet = made_wallet(tmp_path / "neema", between.url, "Neema", faucet=town.faucet, amount="100")
        between.lose = 99
        assert wallet.run("send", town.juma.account, "10", "--yes").code == 9
        (waiting,) = wallet.pending()
        between.lose = 5
        told = wallet.told("tx", "wait", waiting[-8:])
        assert (told["order"], told["outcome"]) == (waiting, "accepted")
        assert wallet.pending() == []
        assert wallet.told("muamala", "subiri", waiting)["sequence"] == told["sequence"]
        assert wallet.run("tx", "wait", "01a21579-ed37-745d-88a7-ae1d665c2259", "--timeout", "1").code == 5
        between.lose = 99
        assert wallet.run("send", town.juma.account, "10", "--yes").code == 9
        (waiting,) = wallet.pending()
        assert wallet.run("tx", "wait", waiting, "--timeout", "1").code == 9
        between.lose = 0
        wallet.ok("tx", "wait", waiting)
        assert wallet.balance == "80.00"


def test_settings_without_an_editor(town: Town, tmp_path: Path) -> None:
    """Language, URL and profile in use; wrong values are told and change nothing."""
    wallet = town.newcomer(tmp_path / "neema")
    assert wallet.ok("config", "path").out.strip() == str(wallet.folder / "config.toml")
    assert wallet.told("config", "get") == {
        "language": "en",
        "ledger_url": town.ledger.url,
        "current": "neema",
    }
    wallet.ok("config", "set", "language", "sw")
    assert wallet.ok("mipangilio", "soma", "language").out.strip() == "sw"
    assert "Salio" in wallet.ok("salio").out
    with Between(town.ledger.url) as between:
        wallet.ok("config", "set", "ledger_url", between.url)
        wallet.ok("balance")
    wallet.ok("config", "set", "ledger_url", town.ledger.url)
    for words, code in (
        (("language", "fr"), 2),
        (("ledger_url", "ftp://x"), 2),
        (("current", "nobody"), 5),
        (("colour", "red"), 2),
    ):
        assert wallet.run("config", "set", *words).code == code
    assert wallet.ok("config", "get", "ledger_url").out.strip() == town.ledger.url


def test_curl_reads_and_writes(town: Town, tmp_path: Path) -> None:
    """The printed command works as it is, once, and holds no private key; a body in the command itself is refused."""
    wallet = town.newcomer(tmp_path / "neema")
    line = wallet.ok("api", "GET", f"/v1/accounts/{wallet.account}", "--curl").out
    done = subprocess.run(shlex.split(line), capture_output=True, text=True, check=True, timeout=20)
    assert '"balance":"50000.00"' in done.stdout
    body = tmp_path / "name.json"
    body.write_text('{"name":"Neema Mpya"}')
    line = wallet.ok("api", "PUT", "/v1/names/me", "--data", f"@{body}", "--curl").out
    for expected in (True, False):
        again = subprocess.run(
            [*shlex.split(line), "-w", "%{http_code}"], capture_output=True, text=True, check=True, timeout=20
        )
        assert again.stdout.endswith(("200", "204")) is expected
    assert wallet.run("api", "PUT", "/v1/names/me", "--data", "{}", "--curl").code == 2
    posted = wallet.ok("api", "POST", "/v1/orders", "--data", f"@{body}", "--curl").out
    assert "Authorization" not in posted
    assert shlex.split(posted)[-2] == f"@{body}"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(town: Town, shell: str) -> None:
    """A script for each shell; and what the shell then asks is answered, also below a group."""
    script = town.asha.ok("completion", shell).out
    assert "_POCHI_COMPLETE" in script
    asked = town.asha.ok(_POCHI_COMPLETE="bash_complete", COMP_WORDS="pochi key r", COMP_CWORD="2").out
    assert asked.split() == ["plain,restore", "plain,rotate", "plain,revoke"]


def test_a_sandbox_that_was_set_up_anew_is_no_alarm(town: Town, tmp_path: Path) -> None:
    """Explained in both languages, with what to type; then it works."""
    from tests.servers import RunningLedger

    wallet = town.newcomer(tmp_path / "neema")
    with RunningLedger(tmp_path / "var", threads=2) as other:
        wallet.ok("config", "set", "ledger_url", other.url)
        for words in (("balance",), ("key", "list"), ("pay", "886926308989"), ("api", "GET", "/v1/keys/x")):
            said = wallet.run(*words)
            if words[0] == "pay" and said.code == 2:
                continue
            assert said.code == 10, said.text
            assert said.err.splitlines()[0].startswith("! This sandbox was set up anew")
            assert "pochi profile remove neema   then   pochi init --profile neema" in said.err
        assert "imeanzishwa upya" in wallet.run("balance", "--lang", "sw").err
        wallet.ok("profile", "remove", "neema", "--yes")
        wallet.ok("init", "--quick", "--profile", "neema", "--ledger", other.url)
        wallet.ok("balance")
