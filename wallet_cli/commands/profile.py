"""`pochi profile`: the wallets on this machine."""

from __future__ import annotations

from dataclasses import replace

import click

from ledger.instants import instant_text
from wallet_cli import files
from wallet_cli.commands.send import consent
from wallet_cli.commands.start import LEDGER_URL, Wish, make_wallet, show_words
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.people import short_address
from wallet_cli.pinned import mark_of
from wallet_cli.profile import Config, choose_profile, update_config, with_current
from wallet_cli.recovery import ALGORITHMS
from wallet_cli.running import command, group
from wallet_cli.screen import Row
from wallet_cli.session import Session
from wallet_cli.unlocking import quick_passphrase_file, unlock_entropy


@command("list")
def list_(session: Session) -> None:
    """List the profiles."""
    config, screen = session.config, session.screen
    if not config.profiles:
        screen.tell(screen.say("profile.none"))
    else:
        headings = [screen.say(f"label.{name}") for name in ("profile", "ledger", "address", "status")]
        current = {config.current: screen.say("note.current")}
        lines = [
            (name, each.ledger_url, short_address(each.account), current.get(name, ""))
            for name, each in sorted(config.profiles.items())
        ]
        screen.show_table(headings, lines)
    rows = [
        {"name": name, "ledger_url": each.ledger_url, "ledger": each.ledger_id, "account": each.account}
        for name, each in sorted(config.profiles.items())
    ]
    screen.show_json({"current": config.current, "profiles": rows})


@command("use")
@click.argument("name")
def use(session: Session, name: str) -> None:
    """Make a profile the one that is used when none is named."""
    update_config(session.home, lambda config: with_current(config, name))
    session.screen.done(session.screen.say("profile.used", name=name))
    session.screen.show_json({"current": name})


@command("show")
@click.argument("name", required=False)
def show(session: Session, name: str | None) -> None:
    """Show a profile and the ledger that it pinned."""
    screen = session.screen
    profile = choose_profile(session.config, named=name or session.named, environment=session.environment)
    screen.show_rows(
        [
            Row(screen.say("label.profile"), profile.name),
            Row(screen.say("label.address"), profile.account),
            Row(screen.say("label.key"), profile.order_kid),
            Row(screen.say("label.url"), profile.ledger_url),
            Row(screen.say("label.ledger"), profile.ledger_id, f"({profile.ledger_name})"),
            Row(screen.say("profile.mark"), mark_of(profile.ledger_id)),
            Row(screen.say("label.language"), profile.language),
            Row(screen.say("profile.folder"), str(session.home.config_folder)),
        ]
    )
    screen.show_json(
        {
            "name": profile.name,
            "account": profile.account,
            "party": profile.party,
            "kid": profile.order_kid,
            "read_kid": profile.read_kid,
            "ledger_url": profile.ledger_url,
            "ledger": profile.ledger_id,
            "mark": mark_of(profile.ledger_id),
            "language": profile.language,
            "sandbox": profile.sandbox,
        }
    )


@command("add")
@click.argument("name")
@click.option("--ledger", "ledger_url", default=LEDGER_URL, envvar="POCHI_LEDGER")
@click.option("--name", "person")
@click.option("--quick", is_flag=True)
@click.option("--restore", is_flag=True)
@click.option("--algorithm", type=click.Choice(ALGORITHMS, case_sensitive=False))
def add(
    session: Session,
    *,
    name: str,
    ledger_url: str,
    person: str | None,
    quick: bool,
    restore: bool,
    algorithm: str | None,
) -> None:
    """One more wallet: as `pochi init`, under this name."""
    session.named = name
    make_wallet(session, ledger_url, Wish(person, quick, restore, algorithm))


@command("remove")
@click.argument("name")
def remove(session: Session, name: str) -> None:
    """Take a profile out of the settings. Its keys are moved aside, never deleted."""
    screen, config = session.screen, session.config
    if name not in config.profiles:
        raise WalletFault("profile_unknown", ExitCode.NOT_FOUND, name=name[:40])
    screen.tell(screen.say("profile.remove_told", name=name, address=config.profiles[name].account))
    consent(session, "profile.ask_remove")
    folder = _put_keys_aside(session, name)
    update_config(session.home, lambda before: _without(before, name))
    screen.done(screen.say("profile.removed", name=name, path=folder))
    screen.show_json({"name": name, "removed": True, "keys": folder})


@command("words")
def words(session: Session) -> None:
    """Show the 24 recovery words once more, to whoever knows the passphrase."""
    show_words(session, unlock_entropy(session, session.profile))
    session.screen.show_json({"profile": session.profile.name, "shown": True})


def _put_keys_aside(session: Session, name: str) -> str:
    home, moment = session.home, instant_text(session.now_us())[:19].replace(":", "")
    folder = home.data_folder / "removed" / f"{name}-{moment}Z"
    files.make_private_folder(folder)
    keys = (home.key_file(name), home.next_key_file(name), quick_passphrase_file(home, name))
    others = (home.read_key_file(name), home.next_read_key_file(name), home.rotation_file(name))
    for path in (*keys, *others):
        if path.exists():
            files.move(path, folder / path.name)
    return str(folder)


def _without(config: Config, name: str) -> Config:
    profiles = {other: profile for other, profile in config.profiles.items() if other != name}
    current = config.current if config.current != name else next(iter(profiles), "")
    return replace(config, profiles=profiles, current=current)


profile = group("profile", list_, use, show, add, remove, words)
