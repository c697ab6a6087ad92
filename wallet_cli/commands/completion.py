"""`pochi completion SHELL`: what a shell needs to complete commands and options, in the person's language."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from wallet_cli.running import command
from wallet_cli.session import Session

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_POCHI_COMPLETE"
_WHERE = {
    "bash": 'eval "$(pochi completion bash)"   # ~/.bashrc',
    "zsh": 'eval "$(pochi completion zsh)"   # ~/.zshrc',
    "fish": "pochi completion fish | source   # ~/.config/fish/config.fish",
}


@command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(session: Session, shell: str) -> None:
    """Print the script for a shell, and say where it goes."""
    from wallet_cli.main import pochi

    found = get_completion_class(shell)
    if found is None:  # click knows all of SHELLS
        raise LookupError(shell)
    made = found(pochi, {}, "pochi", VARIABLE)
    # Not `source()`: for bash that runs the shell to ask its version.
    script = (made.source_template % made.source_vars()).strip()
    screen = session.screen
    screen.show(script)
    screen.show_json({"shell": shell, "script": script})
    screen.tell(screen.say("completion.told", line=_WHERE[shell]))
