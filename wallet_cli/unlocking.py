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
    about_sealed,
    check_passphrase,
    load_key_file,
    open_sealed,
    pack_read_key,
    read_passphrase_file,
    save_key_file,
    seal,
    unpack_read_key,
)
from wallet_cli.profile import Profile
from wallet_cli.recovery import DEFAULT_ALGORITHM, ENTROPY_BYTES, derive_key_seed, seed, word_list, words_of
from wallet_cli.screen import Screen
from wallet_cli.session import Session

_QUICK_PASSPHRASE_BYTES = 18
_PASSPHRASE_TRIES = 3
_WORD_BITS = 11
_KID_CHARACTERS = 8
_CHECKSUM_BITS = 8


class WalletKeys(NamedTuple):
    """The two keys of a wallet."""

    order: PrivateKey
    read: PrivateKey


def keys_of(entropy: bytes, algorithm: str = DEFAULT_ALGORITHM) -> WalletKeys:
    """Both keys, from the 32 bytes behind the recovery words."""
    wallet_seed = seed(words_of(entropy))
    return WalletKeys(
        PrivateKey.from_seed(derive_key_seed(wallet_seed, "order", algorithm), algorithm),
        PrivateKey.from_seed(derive_key_seed(wallet_seed, "read")),
    )


def entropy_of(words: Sequence[str]) -> bytes:
    """The 32 bytes behind 24 words whose checksum was found right; `words_of` gives the words back."""
    number = 0
    for word in words:
        number = number << _WORD_BITS | word_list().index(word)
    return (number >> _CHECKSUM_BITS).to_bytes(ENTROPY_BYTES, "big")


def keep_keys(
    home: Home, name: str, entropy: bytes, passphrase: str, algorithm: str = DEFAULT_ALGORITHM
) -> WalletKeys:
    """Write the two key files of a new profile, never over others.

    Raises:
        WalletFault: `key_file_exists`, and what `files.write_new` raises.
    """
    keys = keys_of(entropy, algorithm)
    save_key_file(home.key_file(name), sealed_for(name, keys, entropy, passphrase))
    keep_read_key(home, name, keys.read)
    return keys


def sealed_for(name: str, keys: WalletKeys, entropy: bytes, passphrase: str) -> bytes:
    """The content of a profile's key file."""
    about = {"profile": name, "kid": keys.order.public.kid, "algorithm": keys.order.algorithm}
    return seal(entropy, passphrase, about=about)


def keep_next_keys(home: Home, name: str, keys: WalletKeys, entropy: bytes, passphrase: str) -> None:
    """Write the keys that are to follow the present ones, beside them.

    Raises:
        WalletFault: `key_file_exists`, and what `files.write_new` raises.
    """
    save_key_file(home.next_key_file(name), sealed_for(name, keys, entropy, passphrase))
    files.replace(home.next_read_key_file(name), read_key_content(name, keys.read))


def take_over_next_keys(home: Home, profile: Profile) -> None:
    """Give the next keys the names of the present ones, if the profile names them; the old ones are moved, not deleted.

    Whatever cuts this short is made good by the next call, and until then `key_content` finds the right file.
    """
    coming = home.next_key_file(profile.name)
    if coming.exists() and about_sealed(load_key_file(coming)).get("kid") == profile.order_kid:
        present = home.key_file(profile.name)
        if present.exists():
            old = about_sealed(load_key_file(present)).get("kid", "")[:_KID_CHARACTERS]
            folder = home.data_folder / "retired"
            files.make_private_folder(folder)
            files.move(present, folder / f"{profile.name}-{old}.key")
        files.move(coming, present)
    reading = home.next_read_key_file(profile.name)
    if reading.exists() and unpack_read_key(load_key_file(reading)).about.get("kid") == profile.read_kid:
        files.move(reading, home.read_key_file(profile.name))


def key_content(home: Home, profile: Profile) -> bytes:
    """The sealed key that the profile names: in its own file, or, while keys are being changed, in the next one.

    Raises:
        WalletFault: `key_file_missing`, `key_file_damaged`, and what `load_key_file` raises.
    """
    coming = home.next_key_file(profile.name)
    if coming.exists():
        content = load_key_file(coming)
        if about_sealed(content).get("kid") == profile.order_kid:
            return content
    return load_key_file(home.key_file(profile.name))


def keep_read_key(home: Home, name: str, key: PrivateKey) -> None:
    """Write the read key's file of a profile, in place of an earlier one."""
    files.replace(home.read_key_file(name), read_key_content(name, key))


def read_key_content(name: str, key: PrivateKey) -> bytes:
    """The content of a read key's file."""
    return pack_read_key(key.secret_bytes(), about={"profile": name, "kid": key.public.kid})


def quick_passphrase_file(home: Home, name: str) -> Path:
    """Where the passphrase of a wallet that was made in a hurry lies."""
    return home.key_file(name).with_suffix(".passphrase")


def make_quick_passphrase(home: Home, name: str) -> str:
    """A random passphrase, kept in a private file beside the key: for a sandbox and nothing else."""
    passphrase = secrets.token_urlsafe(_QUICK_PASSPHRASE_BYTES)
    files.replace(quick_passphrase_file(home, name), passphrase.encode() + b"\n")
    return passphrase


def ask_new_passphrase(screen: Screen) -> str:
    """A new passphrase, typed twice; one that is too short or differs is asked for again, a few times.

    Raises:
        WalletFault: `passphrase_short`, `passphrase_differs`, `secret_needed`.
    """
    for _ in range(_PASSPHRASE_TRIES - 1):
        try:
            return _typed_twice(screen)
        except WalletFault as fault:
            if fault.key not in ("passphrase_short", "passphrase_differs"):
                raise
            screen.warn(screen.say(f"fault.{fault.key}", **fault.details))
    return _typed_twice(screen)


def _typed_twice(screen: Screen) -> str:
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
        if profile.name not in session.opened_quickly:
            session.opened_quickly.add(profile.name)
            session.screen.tell(session.screen.say("unlock.quick", path=files.path_text(beside)))
        return read_passphrase_file(beside)
    return session.screen.ask_secret(session.screen.say("ask.passphrase", name=profile.name))


def unlock_entropy(session: Session, profile: Profile) -> bytes:
    """The 32 bytes behind a profile's recovery words, once its passphrase is known.

    Raises:
        WalletFault: `passphrase_wrong` and what else opening raises; `key_file_other` if the file holds another key
            than the profile's.
    """
    return unlock_with(session, profile, passphrase_for(session, profile))


def unlock_with(session: Session, profile: Profile, passphrase: str) -> bytes:
    """The same, with a passphrase that is known already."""
    try:
        entropy = open_sealed(key_content(session.home, profile), passphrase)
    except WalletFault as fault:
        if fault.key != "passphrase_wrong":
            raise
        named = WalletFault("passphrase_wrong", fault.exit_code, name=profile.name)
        named.wording = "passphrase_wrong_of"
        raise named from fault
    if keys_of(entropy, profile.algorithm).order.public.kid != profile.order_kid:
        raise WalletFault("key_file_other", ExitCode.NOT_AUTHORISED, name=profile.name)
    return entropy


def unlock(session: Session, profile: Profile) -> PrivateKey:
    """The key that signs orders. Raises as `unlock_entropy`."""
    return keys_of(unlock_entropy(session, profile), profile.algorithm).order
