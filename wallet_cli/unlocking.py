"""From a passphrase to the key that signs orders, and from fresh words to key files.

What lies sealed is the 32 bytes behind the 24 recovery words, so that the words can be shown again to who knows the
passphrase. A sandbox's hurried wallet has its passphrase in a file beside the key: the way to pay is the same, only the
typing falls away, and the screen says so each time.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ledger.signing.keys import PrivateKey
from wallet_cli import files
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.home import Home
from wallet_cli.keystore import (
    PASSPHRASE_CHARACTERS_MIN,
    check_passphrase,
    load_key_file,
    open_sealed,
    pack_read_key,
    read_passphrase_file,
    save_key_file,
    seal,
)
from wallet_cli.profile import Profile
from wallet_cli.recovery import ENTROPY_BYTES, derive_key_seed, seed, word_list, words_of
from wallet_cli.screen import Screen
from wallet_cli.session import Session

_QUICK_PASSPHRASE_BYTES = 18
_WORD_BITS = 11
_CHECKSUM_BITS = 8


class WalletKeys(NamedTuple):
    """The two keys of a wallet."""

    order: PrivateKey
    read: PrivateKey


def keys_of(entropy: bytes) -> WalletKeys:
    """Both keys, from the 32 bytes behind the recovery words."""
    wallet_seed = seed(words_of(entropy))
    return WalletKeys(
        PrivateKey.from_seed(derive_key_seed(wallet_seed, "order")),
        PrivateKey.from_seed(derive_key_seed(wallet_seed, "read")),
    )


def entropy_of(words: Sequence[str]) -> bytes:
    """The 32 bytes behind 24 words whose checksum was found right; `words_of` gives the words back."""
    number = 0
    for word in words:
        number = number << _WORD_BITS | word_list().index(word)
    return (number >> _CHECKSUM_BITS).to_bytes(ENTROPY_BYTES, "big")


def keep_keys(home: Home, name: str, entropy: bytes, passphrase: str) -> WalletKeys:
    """Write the two key files of a new profile, never over others.

    Raises:
        WalletFault: `key_file_exists`, and what `files.write_new` raises.
    """
    keys = keys_of(entropy)
    about = {"profile": name, "kid": keys.order.public.kid}
    save_key_file(home.key_file(name), seal(entropy, passphrase, about=about))
    keep_read_key(home, name, keys.read)
    return keys


def keep_read_key(home: Home, name: str, key: PrivateKey) -> None:
    """Write the read key's file of a profile, in place of an earlier one."""
    content = pack_read_key(key.secret_bytes(), about={"profile": name, "kid": key.public.kid})
    files.replace(home.read_key_file(name), content)


def quick_passphrase_file(home: Home, name: str) -> Path:
    """Where the passphrase of a wallet that was made in a hurry lies."""
    return home.key_file(name).with_suffix(".passphrase")


def make_quick_passphrase(home: Home, name: str) -> str:
    """A random passphrase, kept in a private file beside the key: for a sandbox and nothing else."""
    passphrase = secrets.token_urlsafe(_QUICK_PASSPHRASE_BYTES)
    files.replace(quick_passphrase_file(home, name), passphrase.encode() + b"\n")
    return passphrase


def ask_new_passphrase(screen: Screen) -> str:
    """A new passphrase, typed twice.

    Raises:
        WalletFault: `passphrase_short`, `passphrase_differs`, `secret_needed`.
    """
    passphrase = screen.ask_secret(screen.say("ask.passphrase_new", characters_min=PASSPHRASE_CHARACTERS_MIN))
    check_passphrase(passphrase)
    if screen.ask_secret(screen.say("ask.passphrase_again")) != passphrase:
        raise WalletFault("passphrase_differs", ExitCode.USAGE)
    return passphrase


def named_passphrase(session: Session) -> str | None:
    """The passphrase in the file that `--passphrase-file` or `POCHI_PASSPHRASE_FILE` names; None if none is named."""
    named = session.passphrase_file or session.environment.get("POCHI_PASSPHRASE_FILE")
    return read_passphrase_file(Path(named).expanduser()) if named else None


def passphrase_for(session: Session, profile: Profile) -> str:
    """The passphrase of a profile's key: from the file named, from beside the key in a sandbox, or typed."""
    given = named_passphrase(session)
    if given is not None:
        return given
    beside = quick_passphrase_file(session.home, profile.name)
    if profile.sandbox and beside.exists():
        session.screen.tell(session.screen.say("unlock.quick", path=files.path_text(beside)))
        return read_passphrase_file(beside)
    return session.screen.ask_secret(session.screen.say("ask.passphrase", name=profile.name))


def unlock_entropy(session: Session, profile: Profile) -> bytes:
    """The 32 bytes behind a profile's recovery words, once its passphrase is known.

    Raises:
        WalletFault: `passphrase_wrong` and what else opening raises; `key_file_other` if the file holds another key
            than the profile's.
    """
    sealed = load_key_file(session.home.key_file(profile.name))
    entropy = open_sealed(sealed, passphrase_for(session, profile))
    if keys_of(entropy).order.public.kid != profile.order_kid:
        raise WalletFault("key_file_other", ExitCode.NOT_AUTHORISED, name=profile.name)
    return entropy


def unlock(session: Session, profile: Profile) -> PrivateKey:
    """The key that signs orders. Raises as `unlock_entropy`."""
    return keys_of(unlock_entropy(session, profile)).order
