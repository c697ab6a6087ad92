"""From what was typed to a session: how a function becomes a command of `pochi`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path

import click

from wallet_cli.client import LedgerSaidNo
from wallet_cli.faults import WalletFault
from wallet_cli.home import find_home
from wallet_cli.screen import Screen, screen_for
from wallet_cli.session import Session
from wallet_cli.usage import WalletCommand, WalletGroup, Wishes, wishes_of
from wallet_cli.web import LOOPBACK, parse_place


def screen_of(wishes: Wishes) -> Screen:
    """The screen that the person asked for. `FORCE_COLOR` and `--color always` colour a pipe too."""
    screen = screen_for(
        wishes.language,
        environment=os.environ,
        json_only=wishes.json,
        assume_yes=wishes.yes,
        no_input=wishes.no_input,
    )
    forced = wishes.color == "always" or (
        wishes.color == "auto" and bool(os.environ.get("FORCE_COLOR")) and not os.environ.get("NO_COLOR")
    )
    if forced:
        return replace(screen, colour=True)
    return replace(screen, colour=False) if wishes.color == "never" else screen


def session_of(context: click.Context) -> Session:
    """The session of this run, once all options have been read."""
    wishes = wishes_of(context)
    return Session(
        home=find_home(os.environ, Path.cwd()),
        environment=os.environ,
        screen=screen_of(wishes),
        named=wishes.profile,
        passphrase_file=Path(wishes.passphrase_file) if wishes.passphrase_file else None,
    )


def command(name: str) -> Callable[[Callable[..., None]], WalletCommand]:
    """Make a command of a function that takes the session first and then what was typed."""

    def decorate(function: Callable[..., None]) -> WalletCommand:
        @click.pass_context
        @wraps(function)
        def run(context: click.Context, /, **typed: object) -> None:
            session = session_of(context)
            try:
                try:
                    function(session, **typed)
                except LedgerSaidNo as fault:
                    # Behind a puzzling "no" there may be another ledger at the same place: a sandbox set up anew.
                    if not session.explain(fault):
                        raise
                    function(session, **typed)
            except WalletFault as fault:
                if fault.key == "ledger_unreachable":
                    fault.wording = _silence(name, str(fault.details.get("url", "")))
                raise
            finally:
                session.close()

        made: WalletCommand = click.command(name, cls=WalletCommand, help="")(run)
        return made

    return decorate


_READING = frozenset(
    {
        "balance",
        "statement",
        "history",
        "doctor",
        "verify-log",
        "show",
        "verify",
        "list",
        "wait",
        "listen",
        "watch",
    }
)
"""Commands that send nothing that could be lost, so that nobody is told that nothing was sent."""


def _silence(command_name: str, url: str) -> str:
    """How to tell that a ledger does not answer: to whoever looked, or to whoever paid; on this machine, or not."""
    here = parse_place(url).host in LOOPBACK
    if command_name in _READING:
        return "ledger_silent_here" if here else "ledger_silent"
    return "ledger_unreachable_here" if here else "ledger_unreachable"


def group(name: str, *commands: WalletCommand) -> WalletGroup:
    """A group of commands that live in one module."""
    made = WalletGroup(name, places={})
    for each in commands:
        made.add_command(each)
    return made
