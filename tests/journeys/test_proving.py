"""Proof without anybody's help: receipts checked with the server stopped, and every kind of tampering found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Town, settled
from tests.wallets import Wallet


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Path, Path]:
    """A town whose server is stopped, the receipt of a bill that was paid there, and the ledger's description."""
    folder = tmp_path_factory.mktemp("evidence")
    town = settled(folder)
    told = town.asha.told("lipa", town.new_bill("37,500"))
    described = folder / "ledger.json"
    described.write_text(json.dumps(town.asha.told("api", "GET", "/v1/ledger")))
    town.ledger.stop()
    return town, Path(told["receipt"]), described


def test_a_receipt_verifies_with_the_server_stopped(evidence: tuple[Town, Path, Path]) -> None:
    """`receipt verify FILE` and `stakabadhi hakiki FILE` succeed without any network, and say what was paid."""
    town, receipt, _ = evidence
    assert town.asha.run("balance").code == 75
    said = town.asha.ok("receipt", "verify", str(receipt))
    for words in ("genuine", "No network was needed"):
        assert words in said.err
    for words in (
        "TSh 37,500.00",
        "thirty-seven thousand five hundred shillings",
        town.asha.account,
        "LESENI",
    ):
        assert words in said.out
    said = town.asha.ok("stakabadhi", "hakiki", str(receipt), "--lang", "sw")
    assert "Stakabadhi ni halali" in said.err
    assert "MFANO – SI FEDHA HALISI" in said.out
    told = town.asha.ok("receipt", "verify", receipt.stem, "--json").json
    assert (told["genuine"], told["paid"], told["control_number"]) == (True, True, receipt.stem)


def test_somebody_else_verifies_with_the_ledgers_description(
    evidence: tuple[Town, Path, Path], tmp_path: Path
) -> None:
    """A machine without a wallet needs two files: the receipt and what describes the ledger."""
    _, receipt, described = evidence
    stranger = Wallet(tmp_path / "nobody")
    told = stranger.ok("receipt", "verify", str(receipt), "--ledger", str(described), "--json").json
    assert told["genuine"] is True
    record = tmp_path / "record0.json"
    record.write_text(json.loads(described.read_text())["genesis_record"])
    assert stranger.ok("receipt", "verify", str(receipt), "--ledger", str(record), "--json").json == told
    assert stranger.run("receipt", "verify", str(receipt)).code == 5
    assert stranger.run("receipt", "verify", str(receipt), "--ledger", str(receipt)).code == 10


def changed_record(told: dict[str, Any]) -> None:
    """A tenfold amount, in the record's own form."""
    told["record"] = told["record"].replace('"amount":"37500.00"', '"amount":"375000.00"')


def changed_outcome(told: dict[str, Any]) -> None:
    """Another reading of what happened."""
    told["record"] = told["record"].replace('"rules":3', '"rules":1')


def changed_proof(told: dict[str, Any]) -> None:
    """One hash of the proof replaced by another."""
    told["proof"]["hashes"][0] = "A" * 43


def changed_size(told: dict[str, Any]) -> None:
    """A log one longer than the one that was signed."""
    told["proof"]["size"] += 1


def changed_index(told: dict[str, Any]) -> None:
    """Another place in the log."""
    told["proof"]["index"] -= 1


def changed_root(told: dict[str, Any]) -> None:
    """A checkpoint whose root is not what was signed."""
    lines = told["checkpoint"].split("\n")
    lines[2] = ("A" if lines[2][0] != "A" else "B") + lines[2][1:]
    told["checkpoint"] = "\n".join(lines)


def changed_signature(told: dict[str, Any]) -> None:
    """A signature with one character changed."""
    lines = told["checkpoint"].split("\n")
    at = -20
    lines[4] = lines[4][:at] + ("A" if lines[4][at] != "A" else "B") + lines[4][at + 1 :]
    told["checkpoint"] = "\n".join(lines)


def unsigned(told: dict[str, Any]) -> None:
    """No signature at all."""
    told["checkpoint"] = "\n".join(told["checkpoint"].split("\n")[:4])


TAMPERINGS = (
    changed_record,
    changed_outcome,
    changed_proof,
    changed_size,
    changed_index,
    changed_root,
    changed_signature,
    unsigned,
)


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_a_tampered_receipt_fails(evidence: tuple[Town, Path, Path], tmp_path: Path, tamper: Any) -> None:
    """Exit 10, nothing on standard output, and no word that could be taken for a yes."""
    town, receipt, _ = evidence
    told = json.loads(receipt.read_text())
    tamper(told)
    assert told != json.loads(receipt.read_text())
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(told))
    said = town.asha.run("receipt", "verify", str(forged), "--json")
    assert said.code == 10, said.text
    assert said.out == ""
    assert "NOT genuine" in said.err
    assert "✓" not in said.err


def test_what_is_no_receipt_is_said_so(evidence: tuple[Town, Path, Path], tmp_path: Path) -> None:
    """A picture, an empty file, another JSON, a missing file: a clear no, and never a traceback."""
    town, receipt, _ = evidence
    file = tmp_path / "file"
    told = json.loads(receipt.read_text())
    for data in (b"", b"\x89PNG\r\n\x1a\n", b"[1]", json.dumps(told | {"more": 1}).encode(), b"{" * 100_000):
        file.write_bytes(data)
        said = town.asha.run("receipt", "verify", str(file))
        assert said.code == 10
        assert "not a receipt" in said.err
    assert town.asha.run("receipt", "verify", str(tmp_path / "missing")).code == 5
    assert town.asha.run("receipt", "verify", str(tmp_path)).code == 5


def test_another_ledgers_receipt_fails(evidence: tuple[Town, Path, Path], town: Town) -> None:
    """A genuine receipt of another sandbox proves nothing here."""
    _, receipt, _ = evidence
    said = town.asha.run("receipt", "verify", str(receipt))
    assert said.code == 10
    assert "another ledger" in said.err


def test_a_receipt_is_saved_to_hand_over(evidence: tuple[Town, Path, Path], tmp_path: Path) -> None:
    """A copy that verifies; another file of that name is never overwritten."""
    town, receipt, _ = evidence
    target = tmp_path / "copy.json"
    assert town.asha.told("stakabadhi", "hifadhi", receipt.stem, "--to", str(target)) == {"path": str(target)}
    assert target.read_bytes() == receipt.read_bytes()
    town.asha.ok("receipt", "save", receipt.stem, "--to", str(target))
    target.write_text("mine")
    assert town.asha.run("receipt", "save", receipt.stem, "--to", str(target)).code == 7
    assert target.read_text() == "mine"
