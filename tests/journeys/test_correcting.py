"""What a holder sees when money comes back, when an account stops, and when the log's key changes hands."""

from __future__ import annotations

from pathlib import Path

from ledger.addresses import new_order_id
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.journal import ReversalReason
from ledger.instants import MachineClock
from ledger.keys_folder import log_key_name, read_private_key, write_private_key
from ledger.orders.kinds import Body, FreezeAccount, Order, Reverse, RotateLogKey
from ledger.orders.signed import prove_possession, sign_order
from ledger.signing.keys import PrivateKey
from ledger.signing.log_keys import endorse
from tests.journeys.conftest import Town
from tests.payers import EXPIRES_AFTER_US, settle
from tests.servers import RunningLedger
from tests.wallets import made_wallet


def act(ledger: RunningLedger, role: str, body: Body, order_id: str = "") -> None:
    """An order by a role of the sandbox, which must be accepted."""
    now_us = MachineClock().wall_us()
    order = Order(order_id or new_order_id(now_us), now_us // 1_000 * 1_000 + EXPIRES_AFTER_US, body)
    data = sign_order(order, read_private_key(ledger.keys, role), ledger.genesis)
    answered = settle(ledger.url, data)
    assert answered.status == 201, answered.body


def test_a_corrected_payment_is_told_as_a_correction(town: Town, tmp_path: Path) -> None:
    """Not as a payment by the payee; in both languages; and its receipt verifies offline."""
    neema = town.newcomer(tmp_path / "neema")
    paid = neema.told("send", town.juma.account, "1,000")
    act(town.ledger, "supervisor", Reverse(str(paid["order"]), ReversalReason.DUPLICATE, "CASE/7"))
    assert neema.balance == "50000.00"
    assert "Correction: " in neema.ok("history").text
    assert "Marekebisho: " in neema.ok("miamala", "--lang", "sw").text
    newest = neema.told("history")["entries"][0]
    assert (newest["kind"], newest["reference"], newest["side"]) == ("reverse", "CASE/7", "credit")
    said = neema.ok("receipt", "show", str(newest["order"]))
    assert "CASE/7" in said.text
    assert "genuine" in said.text.lower()


def test_a_frozen_account_is_told_so(town: Town, tmp_path: Path) -> None:
    """The refusal says whom to ask; the balance can still be seen."""
    neema = town.newcomer(tmp_path / "neema")
    body = FreezeAccount(
        neema.account, FreezeScope.DEBITS, FreezeReason.COURT_ORDER, "HC/12/2026", "HIGH-COURT"
    )
    act(town.ledger, "authority", body)
    said = neema.run("send", town.juma.account, "1,000", "--yes")
    assert (said.code, "frozen" in said.text) == (6, True), said.text
    assert neema.balance == "50000.00"


def test_a_wallet_follows_the_log_key(tmp_path: Path) -> None:
    """Receipts of both eras verify, offline too, in a wallet that was made before the key changed hands."""
    with RunningLedger(tmp_path / "var", threads=4) as ledger:
        asha = made_wallet(
            tmp_path / "asha", ledger.url, "Asha", faucet=ledger.keys / "faucet.key", amount="1,000"
        )
        other = made_wallet(tmp_path / "juma", ledger.url, "Juma", faucet=ledger.keys / "faucet.key")
        before = asha.told("send", other.account, "10")
        new, order_id = PrivateKey.generate("Ed25519"), new_order_id(MachineClock().wall_us())
        write_private_key(ledger.keys, log_key_name(new.public.kid), new)
        authority, old = (read_private_key(ledger.keys, name) for name in ("authority", "log"))
        genesis = ledger.genesis
        proof = prove_possession(new, genesis=genesis, order_id=order_id, registrant=authority.public.kid)
        word = endorse(old, new.public, ledger_id=genesis.ledger_id, order_id=order_id)
        act(ledger, "authority", RotateLogKey(new.public, proof, word), order_id)
        after = asha.told("send", other.account, "20")
        asha.ok("receipt", "save", str(after["order"]), "--to", str(tmp_path / "handed.json"))
        unknown = other.run("receipt", "verify", str(tmp_path / "handed.json"))
        assert (unknown.code, "pochi doctor" in unknown.text) == (10, True), unknown.text
        other.ok("doctor")
        other.ok("receipt", "verify", str(tmp_path / "handed.json"))
        (ledger.keys / "log.key").rename(tmp_path / "log.key")
        ledger.stop()
        ledger.start()
        later = asha.told("send", other.account, "30")
        for paid in (before, after, later):
            asha.ok("receipt", "show", str(paid["order"]))
        ledger.stop()
        for number, paid in enumerate((before, after, later)):
            saved = tmp_path / f"{number}.json"
            asha.ok("receipt", "save", str(paid["order"]), "--to", str(saved))
            assert asha.ok("receipt", "verify", str(saved)).code == 0
