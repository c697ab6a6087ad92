"""What a wallet does not believe: hostile words, forged bills, another ledger, a log that shrinks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.between import Between
from tests.journeys.conftest import CHECKER, MAKER, Town
from tests.servers import RunningLedger
from tests.wallets import Wallet, made_wallet

HOSTILE = "Good\x1b[2J\x1b]0;owned\x07\r\nPaid ✓\u202e\u200b\x9b31m"
STEERING = {chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x200B, 0x202E)} - {"\n"}


def poisoned(value: Any) -> Any:
    """Every text that a person might be shown, made hostile; what is checked by its form stays."""
    if isinstance(value, dict):
        shown = {"title", "detail", "name", "en", "sw", "counterparty_title", "reference", "bill_id"}
        return {
            name: HOSTILE if name in shown and isinstance(inner, str) else poisoned(inner)
            for name, inner in value.items()
        }
    return [poisoned(each) for each in value] if isinstance(value, list) else value


def behind(between: Between, wallet: Wallet, folder: Path) -> Wallet:
    """The same wallet, but every word to the ledger passes through `between`."""
    shutil.copytree(wallet.folder, folder)
    config = folder / "config.toml"
    url = f"http://{between.target.netloc}"
    config.write_text(config.read_text().replace(url, between.url))
    return Wallet(folder, wallet.env)


def test_hostile_words_never_reach_the_terminal(town: Town, tmp_path: Path) -> None:
    """No escape, no control character, no invisible or turning mark on either stream, on any screen."""
    number = town.new_bill()
    with Between(town.ledger.url) as between:
        wallet = behind(between, town.asha, tmp_path / "asha")
        between.change = lambda _path, told: poisoned(told)
        for words in (
            ("history",),
            ("send", "juma", "100", "--dry-run"),
            ("send", town.juma.account, "100", "--yes"),
            ("pay", number, "--yes"),
            ("pay", "880000000000", "--yes"),
            ("contact", "add", "mtu", town.juma.account),
            ("contact", "list"),
            ("receipt", "show", "01900000-0000-7000-8000-000000000000"),
            ("api", "GET", "/v1/ledger"),
            ("api", "GET", "/v1/nothing"),
            ("doctor",),
            ("history", "--json"),
        ):
            for lang in ("en", "sw"):
                said = wallet.run(*words, "--lang", lang, "--no-input")
                assert not STEERING & set(said.text), (words, said.text)
                assert "Traceback" not in said.err


def test_a_bill_that_its_institution_did_not_sign_is_not_paid(town: Town, tmp_path: Path) -> None:
    """Another amount, payee, expiry or number than the signed ones: exit 10, and nothing is signed."""
    number, other = town.new_bill(), town.new_bill("10")
    with Between(town.ledger.url) as between:
        wallet = behind(between, town.asha, tmp_path / "asha")
        swapped = town.asha.told("api", "GET", f"/v1/bills/{other}")
        changes: tuple[dict[str, Any], ...] = (
            {"amount": "150000.00", "outstanding": "150000.00"},
            {"payee": town.juma.account},
            {"payable_until": "2099-01-01T00:00:00.000000Z"},
            {"bill_id": "LESENI/OTHER"},
            {"maker_key": swapped["maker_key"] | {"x": "A" * 43}},
            {"order": swapped["order"]},
            swapped,
        )
        between.posted.clear()
        for change in changes:
            between.change = lambda path, told, more=change: told | more if "/v1/bills/" in path else None
            said = wallet.run("pay", number, "--yes")
            assert said.code == 10, (change, said.text)
            assert "not what its institution signed" in said.err
        assert between.posted == []
        between.change = None
        wallet.ok("pay", number, "--yes")


def test_a_change_that_nobody_approved_is_not_paid(town: Town, tmp_path: Path) -> None:
    """What a maker alone asked for, passed off as approved: by the maker, by the yes to something else."""
    number, other = town.new_bill(), town.new_bill()
    for each in (number, other):
        town.institution.ok("bill", "change", each, "--amount", "1", *MAKER, "--yes")
    town.institution.ok("approve", other, *CHECKER, "--yes")
    honest = town.asha.told("api", "GET", f"/v1/bills/{number}")
    (own,) = town.institution.told("api", "GET", f"/v1/bills?bill_id={honest['bill_id']}", *MAKER)["bills"]
    pending = own["pending"]
    changed = town.asha.told("api", "GET", f"/v1/bills/{other}")
    (elsewhere,) = changed["changes"]
    with Between(town.ledger.url) as between:
        wallet = behind(between, town.asha, tmp_path / "asha")
        items = [item | {"amount": "1.00", "outstanding": "1.00"} for item in honest["items"]]
        asked = {"amount": "1.00", "outstanding": "1.00", "items": items}
        for claim in (
            pending | {"approval": pending["order"], "checker_key": pending["key"]},
            pending | {"approval": honest["approval"], "checker_key": honest["checker_key"]},
            pending | {"approval": elsewhere["approval"], "checker_key": elsewhere["checker_key"]},
            pending | {"approval": elsewhere["approval"], "checker_key": pending["key"]},
        ):
            lie = asked | {"changes": [claim]}
            between.change = lambda path, told, more=lie: told | more if "/v1/bills/" in path else None
            said = wallet.run("pay", number, "--yes")
            assert said.code == 10, (claim, said.text)
        assert between.posted == []
        between.change = None
        assert wallet.told("pay", other)["amount"] == "1.00"


def test_another_ledger_at_the_same_place_is_a_hard_stop(town: Town, tmp_path: Path) -> None:
    """A sandbox that was set up anew: reading and paying stop with exit 10, and the way out is told."""
    wallet = town.newcomer(tmp_path / "neema")
    with RunningLedger(tmp_path / "var", threads=2) as other:
        config = wallet.folder / "config.toml"
        config.write_text(config.read_text().replace(town.ledger.url, other.url))
        for words in (
            ("balance",),
            ("send", town.juma.account, "100", "--yes"),
            ("history",),
            ("outbox", "list"),
        ):
            said = wallet.run(*words)
            assert said.code == (0 if words[0] == "outbox" else 10), said.text
        said = wallet.run("balance", "--lang", "sw")
        assert "imeanzishwa upya" in said.err
        assert "pochi wasifu ondoa neema" in said.err
        assert "neema" in wallet.run("doctor").text
        assert wallet.run("doctor").code == 10
        wallet.ok("profile", "remove", "neema", "--yes")
        assert len(list((wallet.folder / "data" / "removed").rglob("neema.key"))) == 1
        made_wallet(wallet.folder, other.url, "Neema Mfano", faucet=other.keys / "faucet.key", amount="10")


def test_a_log_that_shrinks_or_changes_is_noticed(town: Town, tmp_path: Path) -> None:
    """A smaller size than was seen, or a history that does not continue the one seen: exit 10."""
    with Between(town.ledger.url) as between:
        wallet = behind(between, town.asha, tmp_path / "asha")
        wallet.ok("doctor")
        between.change = lambda _path, told: told | {"log_size": 3} if "log_size" in told else None
        said = wallet.run("balance")
        assert said.code == 10
        assert "shrunk" in said.err
        between.change = None
        wallet.ok("balance")
        seen = wallet.folder / "state" / "seen" / "asha.json"
        told = json.loads(seen.read_text())
        town.asha.told("send", "juma", "1")
        between.change = lambda path, told: told | {"hashes": ["A" * 43]} if "proofs" in path else None
        assert wallet.run("doctor").code == 10
        between.change = None
        assert json.loads(seen.read_text())["size"] >= told["size"]
        wallet.ok("doctor")


def test_a_ledger_that_is_not_what_it_says_is_refused_at_first_sight(town: Town, tmp_path: Path) -> None:
    """Another id, another record 0, a checkpoint by nobody, no ledger at all: no wallet is made."""
    with Between(town.ledger.url) as between:
        wallet = Wallet(tmp_path / "new")
        other = "A" * 43
        for change in (
            {"ledger": other},
            {"genesis_record": "{}"},
            {"checkpoint": f"daftari/{other}\n1\n\n"},
        ):
            between.change = lambda path, told, more=change: told | more if path == "/v1/ledger" else None
            said = wallet.run("init", "--quick", "--ledger", between.url)
            assert said.code == 10, said.text
        between.change = lambda path, _told: {"hello": "world"} if path == "/v1/ledger" else None
        assert wallet.run("init", "--quick", "--ledger", between.url).code == 1
        assert not (wallet.folder / "config.toml").exists()
    assert wallet.run("init", "--quick", "--ledger", "ftp://example.org").code == 2


def test_a_changed_name_of_a_contact_is_pointed_out(town: Town, tmp_path: Path) -> None:
    """Whom a contact's address belongs to is what was seen when it was added, or the person is told."""
    wallet = town.newcomer(tmp_path / "neema", name="Neema Mfano")
    town.asha.ok("contact", "add", "neema", wallet.account)
    wallet.ok("api", "PUT", "/v1/names/me", "-d", '{"name": "Zuhura Juma"}')
    said = town.asha.ok("send", "neema", "10", "--dry-run")
    assert "N**** M****" in said.err
    assert "Z***** J***" in said.err
    town.asha.ok("contact", "remove", "neema")


def test_a_dry_run_tells_the_ledgers_own_reason(town: Town, tmp_path: Path) -> None:
    """Where what the wallet sees would do, the ledger's "no" is told as that of the payment: exit 6 and its reason."""
    with Between(town.ledger.url) as between:
        wallet = behind(between, town.juma, tmp_path / "juma")
        rich = {"balance": "99999999.00"}
        between.change = lambda path, told: told | rich if path.startswith("/v1/accounts/") else None
        said = wallet.run("send", town.asha.account, "9000000", "--dry-run", "--json")
        assert (said.code, '"insufficient_funds"' in said.err) == (6, True), said.text
        assert wallet.pending() == []


def test_a_ledger_that_takes_a_dry_run_for_an_order_is_told_of(town: Town, tmp_path: Path) -> None:
    """An outcome that does not say that it is one of a dry run may be a payment: exit 10."""
    with Between(town.ledger.url) as between:
        wallet = behind(between, town.asha, tmp_path / "asha")
        between.change = lambda path, told: told | {"dry_run": False} if "dry_run" in path else None
        said = wallet.run("send", town.juma.account, "10", "--dry-run", "--json")
        assert (said.code, "dry_run_ignored" in said.err) == (10, True), said.text
