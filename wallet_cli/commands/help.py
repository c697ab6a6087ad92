"""`pochi help [TOPIC]`: the exit codes, or the help of a command."""

from __future__ import annotations

import click

from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.running import screen_of
from wallet_cli.usage import WalletCommand, WalletGroup, wishes_of

_EXIT_CODES = frozenset({"exit-codes", "namba-za-kutoka"})


@click.command("help", cls=WalletCommand, help="")
@click.argument("topic", nargs=-1)
@click.pass_context
def help_(context: click.Context, topic: tuple[str, ...]) -> None:
    """Tell about a topic, a command, or everything."""
    screen = screen_of(wishes_of(context))
    if topic and topic[0] in _EXIT_CODES:
        headings = (screen.say("help.exit_code"), screen.say("help.meaning"))
        lines = [(str(int(code)), screen.say(f"exit.{code.name.lower()}")) for code in ExitCode]
        screen.show_table(headings, lines, right=(0,))
        screen.show_json({code.name.lower(): int(code) for code in ExitCode})
        return
    place = context.parent
    command: click.Command | None = place.command if place is not None else None
    for word in topic:
        if not isinstance(command, WalletGroup) or place is None:
            raise WalletFault("usage_command", ExitCode.USAGE, typed=word[:40], command="pochi help")
        found = command.get_command(place, word)
        if found is None:
            raise WalletFault("usage_command", ExitCode.USAGE, typed=word[:40], command="pochi help")
        place = click.Context(found, info_name=word, parent=place)
        command = found
    if command is not None and place is not None:
        if not topic:
            place.meta.pop("place", None)
        screen.show(command.get_help(place))
