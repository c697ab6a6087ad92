"""`pochi verify-log` on a real ledger that grows, loses history, and shows another one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ledger.proofs.checkpoint import open_checkpoint, origin_of
from tests.between import Between
from tests.journeys.conftest import Town
from tests.journeys.test_trusting import behind
from tests.servers import RunningLedger
from tests.wallets import Wallet, made_wallet

HISTORY_CHANGED = 11


def test_growth_and_receipts_are_proven(town: Town) -> None:
    """The first look remembers, the next ones prove; money that came in gets its receipt; both languages."""
    first = town.juma.told("verify-log")
    assert first["size"] > first["before"] >= 0
    town.asha.told("send", "juma", "100")
    told = town.juma.told("verify-log")
    assert (told["before"], told["receipts_damaged"]) == (first["size"], [])
    assert told["size"] > first["size"]
    assert told["receipts_fetched"] == 1
    assert (
        town.juma.told("verify-log")["receipts_saved"]
        == first["receipts_saved"] + first["receipts_fetched"] + 1
    )
    said = town.juma.ok("hakiki-leja", "--lang", "sw")
    assert "imeongezeka tu" in said.err
    assert "The log only grew" in town.juma.ok("verify-log", "--lang", "en").err


def test_it_needs_public_data_only(town: Town, tmp_path: Path) -> None:
    """Without its read key the wallet cannot ask for the account, and proves the log all the same."""
    with Between(town.ledger.url) as between:
        wallet = behind(between, town.asha, tmp_path / "asha")
        for key in (wallet.folder / "data" / "keys").iterdir():
            key.unlink()
        asked: list[str] = []
        between.change = lambda path, _told: asked.append(path)
        told = wallet.told("verify-log")
        assert told["receipts_fetched"] is None
        assert told["receipts_saved"] > 0
        assert {path.partition("?")[0] for path in asked} == {"/v1/ledger", "/v1/proofs/consistency"}


def test_a_damaged_receipt_is_told_and_is_no_alarm(town: Town, tmp_path: Path) -> None:
    """Exit 10, the file is named, and the checkpoint is remembered."""
    wallet = town.newcomer(tmp_path / "neema")
    wallet.ok("send", town.juma.account, "10", "--yes")
    receipt = next(path for path in (wallet.folder / "data" / "receipts").rglob("*.json") if "-" in path.stem)
    receipt.write_text(receipt.read_text().replace("A", "B"))
    said = wallet.run("verify-log")
    assert said.code == 10, said.text
    assert "that hold no genuine receipt: 1" in said.err
    receipt.unlink()
    assert wallet.told("verify-log")["receipts_damaged"] == []


@pytest.mark.parametrize("change", [{"hashes": []}, {"hashes": ["A" * 43]}, {"hashes": "no"}])
def test_a_proof_that_does_not_hold_is_the_alarm(
    town: Town, tmp_path: Path, change: dict[str, object]
) -> None:
    """Whatever stands between wallet and ledger: what is not proven has not grown."""
    with Between(town.ledger.url) as between:
        wallet = behind(between, town.asha, tmp_path / "asha")
        wallet.ok("verify-log")
        remembered = (wallet.folder / "state" / "seen" / "asha.json").read_bytes()
        town.asha.told("send", "juma", "1")
        between.change = lambda path, told: told | change if "proofs" in path else None
        said = wallet.run("verify-log")
        assert said.code == HISTORY_CHANGED, said.text
        assert "ALARM" in said.err
        assert (wallet.folder / "state" / "seen" / "asha.json").read_bytes() == remembered


@pytest.mark.slow
def test_lost_and_rewritten_history_raise_the_alarm(tmp_path: Path) -> None:
    """A real restore of an older database: first shorter, then grown again past what was seen, and then set up anew."""
    folder = tmp_path / "var"
    ledger = RunningLedger(folder, threads=4).start()
    try:
        faucet = ledger.keys / "faucet.key"
        asha = made_wallet(tmp_path / "asha", ledger.url, "Asha", faucet=faucet, amount="1,000")
        juma = made_wallet(tmp_path / "juma", ledger.url, "Juma", faucet=faucet, amount="1,000")
        ledger.stop()
        shutil.copytree(folder, tmp_path / "older")
        ledger.start()
        asha.ok("send", juma.account, "100", "--yes")
        asha.ok("verify-log")
        ledger.stop()
        _put_back(tmp_path / "older", folder)
        ledger.start()
        said = asha.run("verify-log")
        assert said.code == HISTORY_CHANGED, said.text
        assert "has lost history" in said.err
        _two_signed_checkpoints(asha, ledger)
        for _ in range(3):
            juma.ok("send", asha.account, "1", "--yes")
        said = asha.run("hakiki-leja", "--lang", "sw")
        assert said.code == HISTORY_CHANGED, said.text
        assert "TAHADHARI" in said.err
        assert "hii si historia" in said.err
        assert len(_evidence(asha)) == 2
        assert juma.run("verify-log").code == 0  # who saw only the older history has nothing to complain of
    finally:
        ledger.stop()
    with RunningLedger(tmp_path / "anew", threads=2) as other:
        config = asha.folder / "config.toml"
        config.write_text(config.read_text().replace(ledger.url, other.url))
        said = asha.run("verify-log")
        assert said.code == 10, said.text
        assert "set up anew" in said.err
        assert "ALARM" not in said.err
        assert len(_evidence(asha)) == 2


def _put_back(older: Path, folder: Path) -> None:
    for path in folder.glob("daftari.db*"):
        path.unlink()
    for path in older.glob("daftari.db*"):
        shutil.copy(path, folder / path.name)


def _evidence(wallet: Wallet) -> list[Path]:
    return sorted((wallet.folder / "state" / "evidence").glob("*.json"))


def _two_signed_checkpoints(wallet: Wallet, ledger: RunningLedger) -> None:
    """The evidence convinces without the wallet: both are signed with the ledger's own key, and cannot both be true."""
    (path,) = _evidence(wallet)
    members = json.loads(path.read_text())
    genesis = ledger.genesis
    kept, shown = (
        open_checkpoint(
            members[name]["checkpoint"], origin=origin_of(genesis.ledger_id), log_keys=[genesis.log_key]
        )
        for name in ("kept", "shown")
    )
    assert kept.size > shown.size
    assert members["genesis_record"].encode() == genesis.record
