"""`pochi config`: the few settings that a person changes by hand, without opening the file."""

from __future__ import annotations

from dataclasses import replace as changed

import click

from ledger.words.languages import LANGUAGES, language_of
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.profile import Config, Profile, choose_profile, update_config, with_current
from wallet_cli.running import command, group
from wallet_cli.screen import Row
from wallet_cli.session import Session
from wallet_cli.web import parse_place

KEYS = ("language", "ledger_url", "current")
"""Of the profile in use: its language and its ledger's URL; and which profile is in use when none is named."""


@command("get")
@click.argument("setting", type=click.Choice(KEYS), required=False)
def get(session: Session, setting: str | None) -> None:
    """Print one setting, or all of them."""
    screen, told = session.screen, _told(session)
    if setting is not None:
        screen.show(told[setting])
        screen.show_json({setting: told[setting]})
        return
    screen.show_rows([Row(name, value) for name, value in told.items()])
    screen.show_json(told)


@command("set")
@click.argument("setting", type=click.Choice(KEYS))
@click.argument("value")
def set_(session: Session, setting: str, value: str) -> None:
    """Change one setting. Another URL must lead to the pinned ledger all the same: every answer is held to that."""
    if setting == "current":
        update_config(session.home, lambda config: with_current(config, value))
    elif setting == "language":
        language = language_of(value)
        if language is None or value not in LANGUAGES:
            raise WalletFault("setting_language", ExitCode.USAGE, typed=value[:20])
        _change(session, changed(_profile(session), language=language))
    else:
        place = parse_place(value)
        profile = _profile(session)
        if not place.private and not profile.sandbox:
            raise WalletFault("url_not_private", ExitCode.USAGE, url=place.url)
        _change(session, changed(profile, ledger_url=place.url))
    session.screen.done(session.screen.say("config.set", name=setting, value=value[:200]))
    session.screen.show_json({setting: value})


@command("path")
def path(session: Session) -> None:
    """Where the settings lie."""
    file = str(session.home.config_file)
    session.screen.show(file)
    session.screen.show_json({"path": file})


def _profile(session: Session) -> Profile:
    return choose_profile(session.config, named=session.named, environment=session.environment)


def _told(session: Session) -> dict[str, str]:
    profile = _profile(session)
    return {"language": profile.language, "ledger_url": profile.ledger_url, "current": session.config.current}


def _change(session: Session, profile: Profile) -> None:
    def put(config: Config) -> Config:
        return changed(config, profiles=config.profiles | {profile.name: profile})

    update_config(session.home, put)


config = group("config", get, set_, path)
