"""Where the wallet keeps what: settings, keys, and what it has sent and seen.

The three folders of the XDG base directory specification, each with a folder `pochi` in it, or all three
below the one folder that `POCHI_HOME` names.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wallet_cli.faults import ExitCode, WalletFault

NAME = "pochi"
SANDBOX = Path("var") / NAME
"""Where `make run` keeps the wallets of its sandbox."""


@dataclass(frozen=True, slots=True)
class Home:
    """The three folders of one wallet. Nothing is made before something is written."""

    config_folder: Path
    data_folder: Path
    state_folder: Path

    @property
    def config_file(self) -> Path:
        """Profiles and contacts (TOML)."""
        return self.config_folder / "config.toml"

    @property
    def outbox_folder(self) -> Path:
        """The signed orders of all profiles."""
        return self.state_folder / "outbox"

    def key_file(self, profile: str) -> Path:
        """The sealed order key of a profile."""
        return self.data_folder / "keys" / f"{profile}.key"

    def read_key_file(self, profile: str) -> Path:
        """The read key of a profile, which needs no passphrase."""
        return self.data_folder / "keys" / f"{profile}.read.key"

    def next_key_file(self, profile: str) -> Path:
        """The sealed order key that is to follow a profile's present one."""
        return self.data_folder / "keys" / f"{profile}.next.key"

    def next_read_key_file(self, profile: str) -> Path:
        """The read key that is to follow a profile's present one."""
        return self.data_folder / "keys" / f"{profile}.next.read.key"

    def rotation_file(self, profile: str) -> Path:
        """Which keys are being changed for which, while that is not done."""
        return self.data_folder / "keys" / f"{profile}.rotation.json"

    def log_seen_file(self, profile: str) -> Path:
        """How far a profile has seen its ledger's log grow."""
        return self.state_folder / "seen" / f"{profile}.json"


def find_home(environment: Mapping[str, str], here: Path | None = None) -> Home:
    """The wallet's folders by `POCHI_HOME`, else of a sandbox `here`, else by XDG, else below the person's home folder.

    A sandbox's wallets count only if nobody but this user can enter their folder: who can write there could make one
    pay from a strange wallet.

    Raises:
        WalletFault: `home_unknown` if the environment names no place at all.
    """
    own = environment.get("POCHI_HOME")
    if own:
        return _below(Path(own).expanduser().absolute())
    if here is not None and _is_private(here / SANDBOX):
        return _below((here / SANDBOX).absolute())
    return Home(
        _base(environment, "XDG_CONFIG_HOME", ".config") / NAME,
        _base(environment, "XDG_DATA_HOME", ".local/share") / NAME,
        _base(environment, "XDG_STATE_HOME", ".local/state") / NAME,
    )


def _below(folder: Path) -> Home:
    return Home(folder, folder / "data", folder / "state")


def _is_private(folder: Path) -> bool:
    try:
        state = folder.stat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(state.st_mode)
        and state.st_uid == os.getuid()
        and not stat.S_IMODE(state.st_mode) & 0o077
    )


def _base(environment: Mapping[str, str], variable: str, default: str) -> Path:
    """The specification asks to pass over a path that is not absolute."""
    named = Path(environment.get(variable, ""))
    if named.is_absolute():
        return named
    person = Path(environment.get("HOME", ""))
    if not person.is_absolute():
        raise WalletFault("home_unknown", ExitCode.USAGE)
    return person / default
