"""Profiles, contacts and where they lie."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from wallet_cli import profile as room
from wallet_cli.faults import WalletFault
from wallet_cli.home import Home, find_home
from wallet_cli.profile import Config, Contact, Profile

ASHA = Profile(
    name="asha",
    ledger_url="http://127.0.0.1:8470",
    ledger_id="Zm9v",
    address_prefix="tzw",
    log_key={"kty": "OKP", "crv": "Ed25519", "x": "abc"},
    party="p1",
    account="tzw1qqq",
    order_kid="k1",
    read_kid="k2",
    ledger_name='Daftari "la" mfano\n',
    language="sw",
    sandbox=True,
    contacts={
        "juma": Contact("tzw1juma", "Juma K****", "2026-10-03T00:00:00Z"),
        "bibi.é": Contact("tzw1bibi"),
    },
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty wallet's home."""
    return find_home({"POCHI_HOME": str(tmp_path / "pochi")})


def key_of(caught: pytest.ExceptionInfo[WalletFault]) -> str:
    """The key of the fault that was raised."""
    return caught.value.key


def test_pochi_home_holds_everything(tmp_path: Path) -> None:
    """One folder for all three kinds of file."""
    home = find_home({"POCHI_HOME": str(tmp_path), "XDG_CONFIG_HOME": "/elsewhere", "HOME": "/h"})
    assert home.config_file == tmp_path / "config.toml"
    assert home.key_file("asha") == tmp_path / "data" / "keys" / "asha.key"
    assert home.read_key_file("asha") == tmp_path / "data" / "keys" / "asha.read.key"
    assert home.outbox_folder == tmp_path / "state" / "outbox"


def test_xdg_folders_are_followed() -> None:
    """The variables where they name absolute paths, the defaults of the specification elsewhere."""
    home = find_home({"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "relative"})
    assert home == Home(Path("/c/pochi"), Path("/h/.local/share/pochi"), Path("/h/.local/state/pochi"))
    with pytest.raises(WalletFault) as caught:
        find_home({})
    assert key_of(caught) == "home_unknown"


def test_settings_come_back_as_they_were(home: Home) -> None:
    """Every member of a profile and its contacts survives the file, which is private."""
    room.update_config(home, lambda config: room.with_profile(config, ASHA, make_current=True))
    assert room.load_config(home) == Config({"asha": ASHA}, "asha")
    assert home.config_file.stat().st_mode & 0o777 == 0o600
    assert home.config_folder.stat().st_mode & 0o777 == 0o700


def test_no_file_is_no_profile(home: Home) -> None:
    """Nothing is made by reading; choosing then says that there is no wallet yet."""
    config = room.load_config(home)
    assert config == Config()
    assert not home.config_folder.exists()
    with pytest.raises(WalletFault) as caught:
        room.choose_profile(config, named=None, environment={})
    assert key_of(caught) == "profile_none"


def test_the_profile_is_chosen_by_option_then_environment_then_current() -> None:
    """And a name that is not there is a fault, never another profile."""
    juma, musa = replace(ASHA, name="juma"), replace(ASHA, name="musa")
    config = Config({"asha": ASHA, "juma": juma, "musa": musa}, "asha")
    environment = {"POCHI_PROFILE": "juma"}
    assert room.choose_profile(config, named="musa", environment=environment).name == "musa"
    assert room.choose_profile(config, named=None, environment=environment).name == "juma"
    assert room.choose_profile(config, named=None, environment={}).name == "asha"
    with pytest.raises(WalletFault) as caught:
        room.choose_profile(config, named="nobody", environment={})
    assert key_of(caught) == "profile_unknown"


def test_a_profile_is_never_replaced(home: Home) -> None:
    """A second profile of the same name is refused; the first one becomes current, later ones when asked."""
    config = room.with_profile(Config(), ASHA, make_current=False)
    assert config.current == "asha"
    with pytest.raises(WalletFault) as caught:
        room.with_profile(config, replace(ASHA, party="mallory"), make_current=True)
    assert key_of(caught) == "profile_exists"
    config = room.with_profile(config, replace(ASHA, name="juma"), make_current=False)
    assert config.current == "asha"
    assert room.with_current(config, "juma").current == "juma"
    with pytest.raises(WalletFault) as unknown:
        room.with_current(config, "nobody")
    assert key_of(unknown) == "profile_unknown"


@pytest.mark.parametrize("name", ["", "Asha", "../asha", "a b", "-a", "a" * 33, "asha\n", "é"])
def test_profile_names_are_fit_for_files(name: str) -> None:
    """Lower-case ASCII without anything that means something to a file system or a shell."""
    with pytest.raises(WalletFault) as caught:
        room.with_profile(Config(), replace(ASHA, name=name), make_current=True)
    assert key_of(caught) == "profile_name"


def test_contacts_are_added_and_removed_but_never_redirected() -> None:
    """The same address again is fine; another address under a known name is refused."""
    config = Config({"asha": replace(ASHA, contacts={})}, "asha")
    config = room.with_contact(config, profile="asha", name="juma", contact=Contact("tzw1juma"))
    config = room.with_contact(config, profile="asha", name="juma", contact=Contact("tzw1juma", "Juma K****"))
    assert config.profiles["asha"].contacts == {"juma": Contact("tzw1juma", "Juma K****")}
    with pytest.raises(WalletFault) as redirected:
        room.with_contact(config, profile="asha", name="juma", contact=Contact("tzw1mallory"))
    config = room.without_contact(config, profile="asha", name="juma")
    assert config.profiles["asha"].contacts == {}
    with pytest.raises(WalletFault) as unknown:
        room.without_contact(config, profile="asha", name="juma")
    assert [key_of(redirected), key_of(unknown)] == ["contact_exists", "contact_unknown"]


@pytest.mark.parametrize("name", ["", "tzw1abc", "a b", "-x", "x" * 41, "juma\x1b", "a\u202eb"])
def test_contact_names_cannot_pass_for_addresses_or_options(name: str) -> None:
    """A name that looks like an address of the ledger could hide another payee."""
    with pytest.raises(WalletFault) as caught:
        room.with_contact(Config({"asha": ASHA}), profile="asha", name=name, contact=Contact("tzw1juma"))
    assert key_of(caught) == "contact_name"


@pytest.mark.parametrize(
    "old,new",
    [
        ("version = 1", "version = 2"),
        ("version = 1", "version ="),
        ("decimals = 2", "decimals = true"),
        ("decimals = 2", 'decimals = "2"'),
        ('party = "p1"', ""),
        ('party = "p1"', 'party = "p1"\nparti = "x"'),
        ('language = "sw"', 'language = "fr"'),
        ("[profiles.asha]", "[profiles.Asha]"),
        ('x = "abc"', "x = 5"),
        ('address = "tzw1juma"', "address = 1"),
        ("version = 1", "version = 1\nx = " + "[" * 50_000),
    ],
)
def test_settings_that_are_wrong_are_named(home: Home, old: str, new: str) -> None:
    """A hand that slipped gets the file and the reason, not a traceback or a half-read profile."""
    room.update_config(home, lambda config: room.with_profile(config, ASHA, make_current=True))
    text = home.config_file.read_text()
    assert old in text
    home.config_file.write_text(text.replace(old, new, 1))
    with pytest.raises(WalletFault) as caught:
        room.load_config(home)
    assert key_of(caught) == "config_unreadable"
    assert caught.value.details["path"] == str(home.config_file)
    assert caught.value.details["why"]


def test_contacts_that_are_no_table_are_named(home: Home) -> None:
    """`contacts = 5` is wrong settings, too."""
    room.update_config(home, lambda c: room.with_profile(c, replace(ASHA, contacts={}), make_current=True))
    text = home.config_file.read_text()
    home.config_file.write_text(text.replace("sandbox = true", "sandbox = true\ncontacts = 5"))
    with pytest.raises(WalletFault) as caught:
        room.load_config(home)
    assert key_of(caught) == "config_unreadable"


def test_two_pochi_lose_no_change(home: Home) -> None:
    """Contacts added at once by several threads are all there afterwards."""
    room.update_config(home, lambda config: room.with_profile(config, ASHA, make_current=True))

    def add(name: str) -> None:
        room.update_config(
            home, lambda config: room.with_contact(config, profile="asha", name=name, contact=Contact(name))
        )

    threads = [threading.Thread(target=add, args=(f"c{n}",)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {f"c{n}" for n in range(12)} <= set(room.load_config(home).profiles["asha"].contacts)


@pytest.mark.parametrize(
    "named,environment,profile,expected",
    [
        ("sw", {"POCHI_LANG": "en"}, None, "sw"),
        (None, {"POCHI_LANG": "sw", "LANG": "en_GB"}, None, "sw"),
        (None, {"LANG": "en_GB"}, ASHA, "sw"),
        (None, {"LC_ALL": "sw_TZ.UTF-8", "LANG": "en_GB"}, None, "sw"),
        (None, {"LC_ALL": "C", "LANG": "sw_TZ"}, None, "en"),
        (None, {"LANG": "fr_FR"}, None, "en"),
        (None, {}, None, "en"),
    ],
)
def test_the_language_is_chosen_in_order(
    named: str | None, environment: dict[str, str], profile: Profile | None, expected: str
) -> None:
    """Option, then environment, then profile, then locale, then English."""
    assert room.choose_wallet_language(named=named, profile=profile, environment=environment) == expected
