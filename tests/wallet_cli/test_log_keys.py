"""A wallet and the log keys that follow each other: learned when they are vouched for, kept, and not believed else."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.keys_folder import log_key_name, write_private_key
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Leg
from ledger.proofs.checkpoint import origin_of, sign_checkpoint
from ledger.signing.log_keys import LogKey, endorse
from tests.stored import MONEY, StoredLedger
from tests.strategies import key_of
from wallet_cli.faults import WalletFault
from wallet_cli.home import Home
from wallet_cli.pinned import (
    MetLedger,
    hold_log_keys,
    knows_signer,
    ledger_from_file,
    open_checkpoint_of,
    pin_ledger,
    pinned_ledger,
    remember_log_keys,
    with_log_keys,
)
from wallet_cli.receipts import check_receipt
from wallet_cli.screen import Screen


@pytest.fixture(scope="module")
def rotated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StoredLedger, bytes, bytes]]:
    """A ledger whose log key changed hands, and a receipt of each era."""
    folder = tmp_path_factory.mktemp("rotated")
    ledger = StoredLedger.create(f"sqlite:///{folder / 'ledger.sqlite'}", folder / "keys")
    ledger.person("asha", money=MONEY)
    write_private_key(folder / "keys", log_key_name("next"), key_of("log-2"))
    receipts = []
    for _ in range(2):
        order = ledger.paying("asha", Leg(ledger.world.genesis.address_of("2900"), 5))
        ledger.settle(order)
        receipt = ledger.enquiries.receipt(order.order.order_id)
        assert receipt is not None
        receipts.append(receipt.to_json())
        if len(receipts) == 1:
            ledger.settle(ledger.world.rotating("log-2"))
    yield ledger, receipts[0], receipts[1]
    ledger.close()


@pytest.fixture
def screen() -> Screen:
    """Somewhere to speak."""
    return Screen(io.StringIO(), io.StringIO(), io.StringIO(), "en")


def told(log_keys: tuple[LogKey, ...]) -> list[dict[str, Any]]:
    """Log keys as `/v1/ledger` tells them."""
    return [
        {"key": row.key.jwk(), "from": row.first_size, "order": row.order or None,
         "endorsement": row.endorsement.decode() or None}
        for row in log_keys
    ]  # fmt: skip


def test_receipts_of_both_eras_verify(rotated: tuple[StoredLedger, bytes, bytes], screen: Screen) -> None:
    """With the chain, both; without it, the newer one is one whose signer is not known yet."""
    ledger, older, newer = rotated
    genesis = ledger.world.genesis
    whole = with_log_keys(genesis, told(ledger.enquiries.log_keys()))
    assert check_receipt(older, whole, screen, name="older").accepted
    assert check_receipt(newer, whole, screen, name="newer").accepted
    assert (knows_signer(genesis, older), knows_signer(genesis, newer), knows_signer(whole, newer)) == (
        True, False, True,
    )  # fmt: skip
    with pytest.raises(WalletFault):
        check_receipt(newer, genesis, screen, name="newer")
    assert open_checkpoint_of(whole, ledger.enquiries.checkpoint()).size == ledger.bookkeeper.head.size


def test_a_retired_key_signs_nothing_new(rotated: tuple[StoredLedger, bytes, bytes], screen: Screen) -> None:
    """A receipt whose size is beyond the range of the key that signed it is not believed."""
    ledger, older, _ = rotated
    whole = with_log_keys(ledger.world.genesis, told(ledger.enquiries.log_keys()))
    (later,) = whole.later_log_keys
    early = replace(whole, later_log_keys=(later._replace(first_size=2),))
    with pytest.raises(WalletFault):
        check_receipt(older, early, screen, name="older")


def test_a_key_that_nobody_vouches_for_is_not_believed(rotated: tuple[StoredLedger, bytes, bytes]) -> None:
    """A thief's key, a word for another order, another first key, sizes out of order."""
    ledger, *_ = rotated
    genesis, (first, second) = ledger.world.genesis, ledger.enquiries.log_keys()
    thief = key_of("thief")
    forged = endorse(thief, thief.public, ledger_id=genesis.ledger_id, order_id=second.order)
    for rows in (
        [],
        [LogKey(thief.public)],
        [first, LogKey(thief.public, second.first_size, second.order, forged)],
        [first, LogKey(thief.public, second.first_size, second.order, second.endorsement)],
        [first, second._replace(order=second.order[::-1])],
        [first, second._replace(first_size=0)],
        [first, second, second],
    ):
        with pytest.raises(WalletFault):
            with_log_keys(genesis, told(tuple(rows)))


def test_a_wallet_holds_a_ledger_to_the_log_keys_it_saw(
    rotated: tuple[StoredLedger, bytes, bytes], tmp_path: Path
) -> None:
    """Whoever has a retired log key can neither name another successor nor sign what is newer than its own range."""
    ledger, *_ = rotated
    genesis, (first, second) = ledger.world.genesis, ledger.enquiries.log_keys()
    home = Home(tmp_path / "config", tmp_path / "data", tmp_path / "state")
    pin_ledger(home, with_log_keys(genesis, told((first, second))))
    thief, retired = key_of("thief"), key_of("log")
    word = endorse(retired, thief.public, ledger_id=genesis.ledger_id, order_id=second.order)
    other = LogKey(thief.public, second.first_size, second.order, word)
    with pytest.raises(WalletFault, match="ledger_not_itself"):
        remember_log_keys(home, with_log_keys(genesis, told((first, other))))
    for signer, believed in ((retired, False), (key_of("log-2"), True)):
        text = sign_checkpoint(
            signer, origin=origin_of(genesis.ledger_id), size=second.first_size + 9, root=bytes(32)
        )
        rows = (first,) if signer is retired else (first, second)
        shown = with_log_keys(genesis, told(rows))
        met = MetLedger(shown, text, open_checkpoint_of(shown, text), second.first_size + 9, 0)
        if believed:
            hold_log_keys(home, met)
        else:
            with pytest.raises(WalletFault, match="ledger_not_itself"):
                hold_log_keys(home, met)


def test_log_keys_are_kept_and_read_back(rotated: tuple[StoredLedger, bytes, bytes], tmp_path: Path) -> None:
    """Beside record 0; an older answer makes a wallet forget nothing; a file that was changed is seen."""
    ledger, *_ = rotated
    genesis = ledger.world.genesis
    whole = with_log_keys(genesis, told(ledger.enquiries.log_keys()))
    home = Home(tmp_path / "config", tmp_path / "data", tmp_path / "state")
    pin_ledger(home, genesis)
    assert pinned_ledger(home, genesis.ledger_id) == genesis
    pin_ledger(home, whole)
    pin_ledger(home, genesis)
    assert pinned_ledger(home, genesis.ledger_id) == whole
    (path,) = tmp_path.rglob("*.log-keys.json")
    path.write_text(path.read_text().replace(whole.later_log_keys[0].order, genesis.ledger_id[:36]))
    with pytest.raises(WalletFault):
        pinned_ledger(home, genesis.ledger_id)


def test_a_saved_answer_brings_its_log_keys(
    rotated: tuple[StoredLedger, bytes, bytes], tmp_path: Path
) -> None:
    """Somebody hands over what `/v1/ledger` said: receipts of both eras verify with it."""
    ledger, *_ = rotated
    genesis: Genesis = ledger.world.genesis
    saved = tmp_path / "ledger.json"
    members = {"genesis_record": genesis.record.decode(), "log_keys": told(ledger.enquiries.log_keys())}
    saved.write_text(json.dumps(members))
    assert len(ledger_from_file(saved).log_keys) == 2
