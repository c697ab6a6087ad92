"""What the operator's commands share: their language, their common options, and how they tell what went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from ledger.cli_words import say
from ledger.faults import LedgerFault
from ledger.lifeline import DATABASE_VARIABLE
from ledger.supervisor import EXIT_INTERRUPTED
from ledger.words.languages import Language
from ledger.words.sentences import sentence

P = ParamSpec("P")
VAR = Path("var")
"""Where a ledger lies unless it is told otherwise."""

READER_DATABASE_VARIABLE = "DAFTARI_READER_DATABASE"


def language() -> Language:
    """The language of the operator's terminal: DAFTARI_LANG, else LANG."""
    wish = os.environ.get("DAFTARI_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "sw" if wish.startswith("sw") else "en"


def tell(key: str, **values: str) -> None:
    """Print a sentence in the operator's language."""
    click.echo(say(key, language(), **values))


def warn(key: str, **values: str) -> None:
    """The same on stderr."""
    click.echo(say(key, language(), **values), err=True)


def example(*commands: str) -> str:
    """The end of a help text: how the command is typed."""
    lines = "\n".join([f"  $ {command}" for command in commands])
    return f"\b\n{say('example', language())}\n{lines}"


def tells_faults(command: Callable[P, None]) -> Callable[P, None]:
    """A fault becomes two lines on stderr and exit code 1: what is wrong, and what to do. Ctrl-C becomes one line."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except LedgerFault as fault:
            title, detail = sentence(fault.fault, language(), fault.details)
            click.echo(f"✗ {title}\n  {detail}", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            warn("cut_short")
            sys.exit(EXIT_INTERRUPTED)

    return told


database_option = click.option(
    "--database", default=f"sqlite:///{VAR / 'daftari.db'}", show_default=True, envvar=DATABASE_VARIABLE,
    show_envvar=True, help=say("help_database", language()),
)  # fmt: skip
keys_option = click.option(
    "--keys", type=click.Path(path_type=Path, file_okay=False), default=VAR / "keys", show_default=True,
    help=say("help_keys", language()),
)  # fmt: skip
