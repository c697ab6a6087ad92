"""`pochi key`: the keys that speak for this wallet's holder, and how not to lose them."""

from __future__ import annotations

import secrets
from dataclasses import replace as changed
from typing import Any

import click

from ledger.books.parties import Scope
from wallet_cli import answers
from wallet_cli.commands.send import consent
from wallet_cli.commands.start import ask_back, show_words
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.opening import add_key
from wallet_cli.profile import Profile, update_config, with_profile
from wallet_cli.recovery import ALGORITHMS, DEFAULT_ALGORITHM, ENTROPY_BYTES, words_of
from wallet_cli.rotation import (
    begin,
    begun,
    complete,
    fresh_entropy,
    is_full,
    key_rows,
    revoke,
    settle_pending,
)
from wallet_cli.running import command
from wallet_cli.screen import Row
from wallet_cli.sending import own_sender
from wallet_cli.session import Session
from wallet_cli.unlocking import (
    WalletKeys,
    ask_new_passphrase,
    keep_keys,
    keys_of,
    make_quick_passphrase,
    named_passphrase,
    passphrase_for,
    quick_passphrase_file,
    unlock,
    unlock_with,
)

KID_CHARACTERS_MIN = 6
_SCOPES = (Scope.ALL.value, Scope.READ.value, Scope.MAKE.value, Scope.CHECK.value)


@command("list")
def list_(session: Session) -> None:
    """Every key of the holder: what it may do, where it lies, whether it still counts."""
    screen, rows = session.screen, key_rows(own_sender(session))
    places = {each.order_kid: each.name for each in session.config.profiles.values()}
    places |= {each.read_kid: screen.say("key.reads_for", name=each.name) for each in _profiles(session)}
    headings = [screen.say(f"label.{name}") for name in ("key", "algorithm", "scopes", "status", "profile")]
    lines = [
        (kid[:KID_SHOWN], _algorithm(row), _scopes(row), _status(session, row), places.get(kid, ""))
        for kid, row in rows.items()
    ]
    screen.show_table(headings, lines)
    screen.show_json({"keys": [_told(kid, row) | {"profile": places.get(kid)} for kid, row in rows.items()]})


@command("show")
@click.argument("key", required=False)
def show(session: Session, key: str | None) -> None:
    """One key in full, with its public JWK; this wallet's own if none is named."""
    screen, rows = session.screen, key_rows(own_sender(session))
    kid, row = _named(session, rows, key or session.profile.order_kid)
    screen.show_rows(
        [
            Row(screen.say("label.key"), kid),
            Row(screen.say("label.algorithm"), _algorithm(row)),
            Row(screen.say("label.scopes"), _scopes(row)),
            Row(screen.say("label.status"), _status(session, row)),
            Row(screen.say("label.record"), f"{answers.whole(row, 'added'):,}"),
        ]
    )
    screen.show_json(_told(kid, row))


@command("new")
@click.argument("name")
@click.option("--scope", "scopes", type=click.Choice(_SCOPES), multiple=True)
@click.option("--algorithm", type=click.Choice(ALGORITHMS, case_sensitive=False))
@click.option("--quick", is_flag=True)
def new(session: Session, *, name: str, scopes: tuple[str, ...], algorithm: str | None, quick: bool) -> None:
    """One more key for the same account, as a profile of its own. Run again, it goes on where it stopped."""
    owner, screen = session.profile, session.screen
    wished = tuple(Scope(scope) for scope in scopes or (Scope.ALL.value,))
    if Scope.ALL in wished and len(wished) > 1:
        raise WalletFault("scopes_all", ExitCode.USAGE)
    if quick and not owner.sandbox:
        raise WalletFault("quick_not_sandbox", ExitCode.USAGE)
    session.check_ledger()
    found = session.config_now().profiles.get(name)
    if found is None:
        draft, keys = _drafted(session, owner, name, algorithm or DEFAULT_ALGORITHM, quick=quick)
    else:
        draft, keys = _resumed(session, owner, found)
    settle_pending(session, owner)
    sender, owner_key = own_sender(session), unlock(session, owner)
    if keys.order.public.kid not in key_rows(sender):
        add_key(sender, owner_key, keys.order, wished)
    if keys.read.public.kid not in key_rows(sender):
        add_key(sender, owner_key, keys.read, (Scope.READ,))
    finished = changed(draft, account=owner.account)
    update_config(
        session.home,
        lambda config: changed(config, profiles=config.profiles | {name: finished}),
    )
    screen.done(screen.say("key.made", name=name, kid=draft.order_kid[:KID_SHOWN]))
    rows = key_rows(sender)
    screen.show_json(_told(draft.order_kid, rows.get(draft.order_kid, {})) | {"profile": name})


@command("rotate")
@click.option("--algorithm", type=click.Choice(ALGORITHMS, case_sensitive=False))
def rotate(session: Session, algorithm: str | None) -> None:
    """New keys for this wallet, and an end to the old ones. Run again, it goes on where it stopped."""
    screen, profile = session.screen, session.profile
    session.check_ledger()
    rotation = begun(session, profile)
    if rotation is not None:
        screen.tell(screen.say("key.rotation_resumed"))
        passphrase = passphrase_for(session, profile)
    else:
        if not is_full(key_rows(own_sender(session)).get(profile.order_kid, {})):
            raise WalletFault("key_not_full", ExitCode.NOT_AUTHORISED)
        screen.tell(screen.say("key.rotate_told", kid=profile.order_kid[:KID_SHOWN]))
        consent(session, "key.ask_rotate")
        passphrase, entropy = passphrase_for(session, profile), fresh_entropy()
        unlock_with(session, profile, passphrase)
        _write_down(session, entropy)
        chosen = algorithm or profile.algorithm
        rotation = begin(session, profile, entropy, algorithm=chosen, passphrase=passphrase)
    rotated = complete(session, profile, rotation, passphrase=passphrase)
    screen.done(screen.say("key.rotated", kid=rotated.order_kid[:KID_SHOWN]))
    screen.tell(f"  {screen.say('key.old_words')}")
    screen.show_json({"kid": rotated.order_kid, "algorithm": rotated.algorithm, "revoked": rotation.old_kid})


@command("revoke")
@click.argument("key")
def revoke_(session: Session, key: str) -> None:
    """End a key for good: a lost machine's, a clerk's who left. Never the one that this wallet signs with."""
    screen, profile = session.screen, session.profile
    session.check_ledger()
    settle_pending(session, profile)
    sender = own_sender(session)
    rows = key_rows(sender)
    kid, row = _named(session, rows, key)
    if kid in (profile.order_kid, profile.read_kid):
        raise WalletFault("key_in_use", ExitCode.USAGE)
    if row.get("revoked") is None:
        if is_full(row) and sum(map(is_full, rows.values())) < 2:
            raise WalletFault("key_last", ExitCode.REFUSED)
        screen.tell(screen.say("key.revoke_told", kid=kid[:KID_SHOWN], scopes=_scopes(row)))
        consent(session, "key.ask_revoke")
        revoke(sender, unlock(session, profile), kid)
    screen.done(screen.say("key.revoked", kid=kid[:KID_SHOWN]))
    screen.show_json(_told(kid, key_rows(sender)[kid]))


KID_SHOWN = 12
"""As much of a key's name as is shown, and enough to name it by."""


def _resumed(session: Session, owner: Profile, draft: Profile) -> tuple[Profile, WalletKeys]:
    """A key whose making was cut short.

    Raises:
        WalletFault: `profile_exists` if this profile is something else; what unlocking raises.
    """
    if draft.account or (draft.party, draft.ledger_id) != (owner.party, owner.ledger_id):
        raise WalletFault("profile_exists", ExitCode.CONFLICT, name=draft.name)
    session.screen.tell(session.screen.say("init.resumed", name=draft.name))
    entropy = unlock_with(session, draft, passphrase_for(session, draft))
    return draft, keys_of(entropy, draft.algorithm)


def _drafted(
    session: Session, owner: Profile, name: str, algorithm: str, *, quick: bool
) -> tuple[Profile, WalletKeys]:
    """The new key on disk, under a profile that is not finished: nothing has been sent."""
    draft = changed(owner, name=name, account="", algorithm=algorithm, order_kid="", read_kid="", contacts={})
    with_profile(session.config_now(), draft, make_current=False)
    entropy, given = secrets.token_bytes(ENTROPY_BYTES), named_passphrase(session)
    if given is not None:
        passphrase = given
    else:
        passphrase = (
            make_quick_passphrase(session.home, name) if quick else ask_new_passphrase(session.screen)
        )
    if not quick:
        _write_down(session, entropy)
    keys = keep_keys(session.home, name, entropy, passphrase, algorithm)
    named = changed(draft, order_kid=keys.order.public.kid, read_kid=keys.read.public.kid)
    update_config(session.home, lambda config: with_profile(config, named, make_current=False))
    return named, keys


def _write_down(session: Session, entropy: bytes) -> None:
    """Show the new words and ask three of them back; where nothing may be asked, say how to see them later."""
    screen = session.screen
    quick = quick_passphrase_file(session.home, session.profile.name).exists()
    if screen.no_input or screen.assume_yes or quick:
        screen.warn(screen.say("init.words_later"))
        return
    show_words(session, entropy)
    ask_back(session, words_of(entropy))


def _named(session: Session, rows: dict[str, dict[str, Any]], named: str) -> tuple[str, dict[str, Any]]:
    """A key of the party by its kid, the beginning of it, or the profile here that signs with it.

    Raises:
        WalletFault: `key_unknown_here`.
    """
    profile = session.config.profiles.get(named)
    wanted = profile.order_kid if profile is not None else named
    fitting = [kid for kid in rows if kid.startswith(wanted)]
    if len(wanted) < KID_CHARACTERS_MIN or len(fitting) != 1:
        raise WalletFault("key_unknown_here", ExitCode.NOT_FOUND, named=named[:43])
    return fitting[0], rows[fitting[0]]


def _profiles(session: Session) -> list[Profile]:
    return [each for each in session.config.profiles.values() if each.ledger_id == session.profile.ledger_id]


def _algorithm(row: dict[str, Any]) -> str:
    """What a listed key's JWK tells: AKP keys name their algorithm, the others their curve."""
    jwk = row.get("jwk")
    kind = jwk if isinstance(jwk, dict) else {}
    return str(kind.get("alg") or {"P-256": "ES256"}.get(str(kind.get("crv")), kind.get("crv", "")))


def _scopes(row: dict[str, Any]) -> str:
    scopes = row.get("scopes")
    return " ".join(map(str, scopes)) if isinstance(scopes, list) else ""


def _status(session: Session, row: dict[str, Any]) -> str:
    revoked = row.get("revoked")
    if revoked is None:
        return session.screen.say("state.key_active")
    return session.screen.say("state.key_revoked", record=f"{revoked:,}")


def _told(kid: str, row: dict[str, Any]) -> dict[str, object]:
    return {"kid": kid, "algorithm": _algorithm(row)} | {
        name: row.get(name) for name in ("scopes", "added", "revoked", "jwk")
    }
