"""Keys that follow others: whatever moment the power fails in, the key that the profile names is found and opens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from wallet_cli.faults import WalletFault
from wallet_cli.home import Home
from wallet_cli.keystore import about_sealed, load_key_file, open_sealed
from wallet_cli.profile import Profile
from wallet_cli.recovery import ALGORITHMS, POST_QUANTUM, derive_key_seed, seed, words_of
from wallet_cli.unlocking import (
    WalletKeys,
    keep_keys,
    keep_next_keys,
    key_content,
    keys_of,
    take_over_next_keys,
)

PASSPHRASE = "chungu kijiko samaki mvua"
OLD, NEW = b"\x01" * 32, b"\x02" * 32


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A wallet with a present and a next key."""
    made = Home(tmp_path / "config", tmp_path / "data", tmp_path / "state")
    keep_keys(made, "asha", OLD, PASSPHRASE)
    keep_next_keys(made, "asha", keys_of(NEW, POST_QUANTUM), NEW, PASSPHRASE)
    return made


def profile_with(keys: WalletKeys) -> Profile:
    """A profile that names these keys."""
    return Profile(
        name="asha",
        ledger_url="http://127.0.0.1:8470",
        ledger_id="L" * 43,
        address_prefix="tzst",
        log_key={},
        party="p",
        account="a",
        order_kid=keys.order.public.kid,
        read_kid=keys.read.public.kid,
        algorithm=keys.order.algorithm,
    )


def test_the_right_file_is_found_at_every_step(home: Home) -> None:
    """Before the profile names the new key, after it does, after the files moved, and when that is done twice."""
    before, after = profile_with(keys_of(OLD)), profile_with(keys_of(NEW, POST_QUANTUM))
    assert open_sealed(key_content(home, before), PASSPHRASE) == OLD
    take_over_next_keys(home, before)  # too early: nothing moves
    assert home.next_key_file("asha").exists()
    assert open_sealed(key_content(home, after), PASSPHRASE) == NEW
    for _ in range(2):
        take_over_next_keys(home, after)
        assert not home.next_key_file("asha").exists()
        assert not home.next_read_key_file("asha").exists()
        assert open_sealed(key_content(home, after), PASSPHRASE) == NEW
    (retired,) = (home.data_folder / "retired").iterdir()
    assert open_sealed(load_key_file(retired), PASSPHRASE) == OLD


@pytest.mark.parametrize("moved", ["present", "coming"])
def test_a_move_that_was_cut_short_is_made_good(home: Home, moved: str) -> None:
    """The present key's file is gone already, or the read key's is all that is left to move."""
    after = profile_with(keys_of(NEW, POST_QUANTUM))
    if moved == "present":
        home.key_file("asha").unlink()
    else:
        home.next_key_file("asha").replace(home.key_file("asha"))
    take_over_next_keys(home, after)
    assert open_sealed(key_content(home, after), PASSPHRASE) == NEW
    assert not home.next_read_key_file("asha").exists()


def test_a_next_key_is_never_overwritten(home: Home) -> None:
    """As no key is."""
    with pytest.raises(WalletFault) as caught:
        keep_next_keys(home, "asha", keys_of(OLD), OLD, PASSPHRASE)
    assert caught.value.key == "key_file_exists"


def test_the_header_tells_the_algorithm(home: Home) -> None:
    """A public fact; the profile says it too."""
    assert about_sealed(load_key_file(home.next_key_file("asha")))["algorithm"] == POST_QUANTUM


def test_each_algorithm_has_its_own_seed_from_the_words() -> None:
    """The same words give the same keys always, and breaking one tells nothing about another."""
    wallet_seed = seed(words_of(NEW))
    seeds = {derive_key_seed(wallet_seed, "order", algorithm) for algorithm in ALGORITHMS}
    assert len(seeds | {derive_key_seed(wallet_seed, "read")}) == len(ALGORITHMS) + 1
    for algorithm in ALGORITHMS:
        keys = keys_of(NEW, algorithm)
        assert (keys.order.algorithm, keys.read.algorithm) == (algorithm, "Ed25519")
        assert keys.order.public == keys_of(NEW, algorithm).order.public
        assert keys.read.public == keys_of(NEW).read.public


def test_settings_written_before_know_one_algorithm(tmp_path: Path) -> None:
    """A profile without the member is an Ed25519 one; one that is unknown is refused."""
    from wallet_cli.profile import Config, load_config, update_config

    home = Home(tmp_path / "config", tmp_path / "data", tmp_path / "state")
    profile = replace(profile_with(keys_of(NEW, POST_QUANTUM)), log_key={"kty": "OKP"})
    update_config(home, lambda _: Config({"asha": profile}, "asha"))
    assert load_config(home).profiles["asha"].algorithm == POST_QUANTUM
    text = home.config_file.read_text()
    home.config_file.write_text(text.replace(f'algorithm = "{POST_QUANTUM}"\n', ""))
    assert load_config(home).profiles["asha"].algorithm == "Ed25519"
    home.config_file.write_text(text.replace(POST_QUANTUM, "RSA"))
    with pytest.raises(WalletFault):
        load_config(home)
