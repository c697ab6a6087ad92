"""Changing a wallet's keys: new ones are added, taken into use, and only then are the old ones revoked.

Every step looks first at what the ledger and the disk say already, so that a lost answer, a power cut or Ctrl-C is made
good by running it again. What can never happen: that the old full key is revoked while the new one is not registered
with scope `all`, on disk under the passphrase, and (but for wallets made in a hurry) written down as words.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from dataclasses import replace as changed
from typing import Any

from ledger.books.parties import Scope
from ledger.orders.kinds import RevokeKey
from ledger.signing.keys import PrivateKey
from wallet_cli import answers, files
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.keystore import FILE_BYTES_MAX, load_key_file, open_sealed
from wallet_cli.opening import add_key
from wallet_cli.profile import Config, Profile, update_config
from wallet_cli.recovery import ENTROPY_BYTES
from wallet_cli.sending import Sender, require_accepted
from wallet_cli.session import Session
from wallet_cli.unlocking import (
    WalletKeys,
    keep_next_keys,
    keys_of,
    take_over_next_keys,
    unlock_with,
)
from wallet_cli.web import route

_KINDS = frozenset({"add_key", "revoke_key"})


@dataclass(frozen=True, slots=True)
class Rotation:
    """Which keys follow which: the public facts, kept beside the keys until all is done."""

    old_kid: str
    old_read_kid: str
    new_kid: str
    new_read_kid: str
    algorithm: str


def begun(session: Session, profile: Profile) -> Rotation | None:
    """The change of keys that was begun and not finished, if there is one.

    Raises:
        WalletFault: `key_file_damaged`.
    """
    for name in _sharing(session.config_now(), profile):
        path = session.home.rotation_file(name)
        try:
            members = json.loads(files.read_private(path, bytes_max=FILE_BYTES_MAX))
            return Rotation(**{member: str(value) for member, value in members.items()})
        except FileNotFoundError:
            continue
        except (ValueError, TypeError, AttributeError) as error:
            raise WalletFault("file_unreadable_here", ExitCode.NOT_AUTHORISED, path=str(path)) from error
    return None


def fresh_entropy() -> bytes:
    """What new recovery words stand for."""
    return secrets.token_bytes(ENTROPY_BYTES)


def begin(session: Session, profile: Profile, entropy: bytes, *, algorithm: str, passphrase: str) -> Rotation:
    """Put the new keys on disk beside the old ones. Nothing has been sent; a run after this one goes on from here.

    Raises:
        WalletFault: `passphrase_wrong` if the passphrase does not open the present key, and what writing raises.
    """
    unlock_with(session, profile, passphrase)
    keys = keys_of(entropy, algorithm)
    rotation = Rotation(
        profile.order_kid, profile.read_kid, keys.order.public.kid, keys.read.public.kid, algorithm
    )
    for name in _sharing(session.config_now(), profile):
        # An earlier attempt that got no further than this left keys that no ledger has heard of; a present key never
        # lies there, since taking the next keys over comes before the end of every change.
        files.remove(session.home.next_key_file(name))
        keep_next_keys(session.home, name, keys, entropy, passphrase)
    record = json.dumps(asdict(rotation)).encode("ascii") + b"\n"
    files.replace(session.home.rotation_file(profile.name), record)
    return rotation


def complete(session: Session, profile: Profile, rotation: Rotation, *, passphrase: str) -> Profile:
    """Do whatever is still to be done of a change of keys; the profile with its new keys.

    Raises:
        WalletFault: `outcome_unknown` and what else `Sender.place` raises: run it again; `refused`, `passphrase_wrong`.
    """
    settle_pending(session, profile)
    if profile.order_kid == rotation.old_kid:
        profile = _take_into_use(session, profile, rotation, passphrase)
    for name in _sharing(session.config_now(), profile):
        take_over_next_keys(session.home, session.config_now().profiles[name])
    keys = keys_of(unlock_with(session, profile, passphrase), profile.algorithm)
    sender = _sender(session, profile, keys.read)
    for kid in (rotation.old_kid, rotation.old_read_kid):
        revoke(sender, keys.order, kid)
    for name in _sharing(session.config_now(), profile):
        files.remove(session.home.rotation_file(name))
    return profile


def revoke(sender: Sender, owner: PrivateKey, kid: str) -> bool:
    """End a key of the own party; whether there was anything to end.

    Raises:
        WalletFault: what `Sender.place` raises, or `refused`.
    """
    row = key_rows(sender).get(kid)
    if row is None or row.get("revoked") is not None:
        return False
    settled = sender.place(RevokeKey(kid), owner, summary={"kind": "revoke_key", "key": kid})
    require_accepted(settled.outcome, sender.session.screen.language)
    return True


def key_rows(sender: Sender) -> dict[str, dict[str, Any]]:
    """All keys of the own party, as the ledger lists them, by kid."""
    view = sender.client.get(route("v1", "keys", sender.profile.order_kid))
    return {answers.text(row, "kid"): row for row in answers.tables(view, "keys")}


def is_full(row: dict[str, Any]) -> bool:
    """Whether a listed key may do everything, and still may."""
    scopes = row.get("scopes")
    return row.get("revoked") is None and isinstance(scopes, list) and Scope.ALL in scopes


def settle_pending(session: Session, profile: Profile) -> None:
    """Ask what became of the orders about keys whose answer was lost, before any is made anew.

    Raises:
        WalletFault: `outcome_unknown` if there is still no answer; else what `Sender.settle` raises.
    """
    for saved in session.outbox.pending(profile=profile.name).orders:
        if saved.summary.get("kind") in _KINDS:
            session.screen.tell(session.screen.say("outbox.retrying", order=saved.order_id))
            _sender(session, profile, session.read_key(profile)).settle(saved)


def _take_into_use(session: Session, profile: Profile, rotation: Rotation, passphrase: str) -> Profile:
    """Register the new keys, each if the ledger does not know it yet, and make the profile name them."""
    new = _next_keys(session, profile, rotation, passphrase)
    old = keys_of(unlock_with(session, profile, passphrase), profile.algorithm)
    sender = _sender(session, profile, session.read_key(profile))
    if rotation.new_kid not in key_rows(sender):
        add_key(sender, old.order, new.order, (Scope.ALL,))
    if rotation.new_read_kid not in key_rows(sender):
        # Signed with the new key: the ledger takes its orders, or nothing goes on.
        add_key(sender, new.order, new.read, (Scope.READ,))
    rows = key_rows(sender)
    if not is_full(rows.get(rotation.new_kid, {})) or rotation.new_read_kid not in rows:
        raise WalletFault("key_not_taken", ExitCode.VERIFICATION_FAILED)
    update_config(session.home, lambda config: _switched(config, profile, rotation))
    return session.config_now().profiles[profile.name]


def _next_keys(session: Session, profile: Profile, rotation: Rotation, passphrase: str) -> WalletKeys:
    """The new keys, read back from the disk: what cannot be read back is not taken into use."""
    content = load_key_file(session.home.next_key_file(profile.name))
    keys = keys_of(open_sealed(content, passphrase), rotation.algorithm)
    if (keys.order.public.kid, keys.read.public.kid) != (rotation.new_kid, rotation.new_read_kid):
        raise WalletFault("key_file_other", ExitCode.NOT_AUTHORISED, name=profile.name)
    return keys


def _sharing(config: Config, profile: Profile) -> list[str]:
    """This profile and those that have the same keys: a party's other accounts."""
    same = (profile.ledger_id, profile.order_kid)
    return [each.name for each in config.profiles.values() if (each.ledger_id, each.order_kid) == same]


def _switched(config: Config, profile: Profile, rotation: Rotation) -> Config:
    profiles = dict(config.profiles)
    for name in _sharing(config, profile):
        profiles[name] = changed(
            profiles[name],
            order_kid=rotation.new_kid,
            read_kid=rotation.new_read_kid,
            algorithm=rotation.algorithm,
        )
    return changed(config, profiles=profiles)


def _sender(session: Session, profile: Profile, caller: PrivateKey) -> Sender:
    return Sender(session, profile, session.genesis, session.client(profile, caller=caller))
