"""`pochi`: the tree of commands, and what becomes of whatever goes wrong below it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import click

from ledger import __version__
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.home import find_home
from wallet_cli.profile import Profile, choose_profile, choose_wallet_language, load_config
from wallet_cli.running import screen_of
from wallet_cli.usage import WalletGroup, Wishes, language_typed, usage_fault, wishes_of

_PLACES = {
    "init": "wallet_cli.commands.start:init",
    "balance": "wallet_cli.commands.balance:balance",
    "send": "wallet_cli.commands.send:send",
    "pay": "wallet_cli.commands.pay:pay",
    "bill": "wallet_cli.commands.bill_group:bill",
    "approve": "wallet_cli.commands.approve:approve",
    "services": "wallet_cli.commands.services:services",
    "reconcile": "wallet_cli.commands.reconcile:reconcile",
    "refund": "wallet_cli.commands.refund:refund",
    "request": "wallet_cli.commands.request:request",
    "statement": "wallet_cli.commands.statement:statement",
    "history": "wallet_cli.commands.history:history",
    "receipt": "wallet_cli.commands.receipt:receipt",
    "tx": "wallet_cli.commands.tx:tx",
    "outbox": "wallet_cli.commands.outbox:outbox",
    "contact": "wallet_cli.commands.contact:contact",
    "directory": "wallet_cli.commands.directory:directory",
    "profile": "wallet_cli.commands.profile:profile",
    "key": "wallet_cli.commands.key_group:key",
    "config": "wallet_cli.commands.config:config",
    "completion": "wallet_cli.commands.completion:completion",
    "sandbox": "wallet_cli.commands.sandbox:sandbox",
    "webhook": "wallet_cli.commands.webhook:webhook",
    "api": "wallet_cli.commands.api:api",
    "verify-log": "wallet_cli.commands.verify_log:verify_log",
    "doctor": "wallet_cli.commands.doctor:doctor",
    "help": "wallet_cli.commands.help:help_",
}

pochi = WalletGroup("pochi", places=_PLACES)


def _tell_version(context: click.Context, _parameter: click.Parameter, asked: object) -> None:
    if asked:
        screen = screen_of(wishes_of(context))
        screen.show(f"pochi {__version__}")
        screen.show_json({"version": __version__})
        context.exit()


pochi.params.append(
    click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_tell_version)
)


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run one command; its exit code (`wallet_cli.faults.ExitCode`)."""
    # Known before click reads anything, so that its own complaints come in the right language and form.
    wishes = Wishes(lang=language_typed(argv), json="--json" in argv)
    wishes.language = choose_wallet_language(
        named=wishes.lang, profile=_profile_quietly(argv), environment=os.environ
    )
    try:
        # Without this, a broken pipe on standard output would show as a traceback at the very end.
        code = _invoke(argv, wishes)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    return code


def _invoke(argv: Sequence[str], wishes: Wishes) -> int:
    try:
        code = pochi.main(list(argv), prog_name="pochi", standalone_mode=False, obj=wishes)
    except WalletFault as fault:
        return _told(fault, wishes)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return ExitCode.USAGE
    except click.UsageError as error:
        return _told(usage_fault(error), wishes)
    except (KeyboardInterrupt, EOFError, click.Abort):
        screen = screen_of(wishes)
        screen.tell()
        screen.warn(screen.say("interrupted"))
        return ExitCode.INTERRUPTED
    except Exception as error:
        # A bug must not show a person a traceback, nor hide from whoever mends it.
        if os.environ.get("POCHI_DEBUG"):
            raise
        return _told(WalletFault("bug", ExitCode.UNEXPECTED, kind=type(error).__name__), wishes)
    return code if isinstance(code, int) else ExitCode.DONE


def _told(fault: WalletFault, wishes: Wishes) -> int:
    screen_of(wishes).fault(fault)
    return int(fault.exit_code)


def _profile_quietly(argv: Sequence[str]) -> Profile | None:
    """The profile whose language counts, if one can be told; what is wrong with it is said later."""
    named = next((after for word, after in pairwise(argv) if word in ("-p", "--profile")), None)
    try:
        return choose_profile(
            load_config(find_home(os.environ, Path.cwd())), named=named, environment=os.environ
        )
    except WalletFault:
        return None


if __name__ == "__main__":
    main()
