"""click, made to speak both languages, to know every command by both of its names, and to import only what is typed.

Options that concern every command (`--json`, `--lang` ...) may stand anywhere, before or behind the command's name.
Help comes from the catalogue by the command's place in the tree: `help.receipt.verify`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import click

from ledger.words.languages import DEFAULT_LANGUAGE, LANGUAGES, Language
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.locale.catalogue import has_sentence, say
from wallet_cli.locale.helps import SWAHILI_NAMES

_EXTRA_NAMES = {("outbox", "ondoa"): "drop"}
"""Names that are understood beside those of the catalogue: in the outbox, to take out is to give up."""


_NEAR = 0.7
"""How alike a mistyped option and the one that is suggested must be, from 0 to 1."""


@dataclass(slots=True)
class Wishes:
    """What the options that concern every command asked for."""

    language: Language = DEFAULT_LANGUAGE
    """The language in which help and mistakes are told, known before click begins."""
    lang: str | None = None
    profile: str | None = None
    json: bool = False
    yes: bool = False
    no_input: bool = False
    color: str = "auto"
    passphrase_file: str | None = None


def wishes_of(context: click.Context) -> Wishes:
    """The wishes of this run."""
    found = context.find_object(Wishes)
    return found if found is not None else context.ensure_object(Wishes)


def _noting(name: str) -> Callable[[click.Context, click.Parameter, object], None]:
    def note(context: click.Context, _parameter: click.Parameter, value: object) -> None:
        if value is not None and value is not False:
            setattr(wishes_of(context), name, value)

    return note


def _shared_options() -> list[click.Parameter]:
    def option(*names: str, choices: Sequence[str] = (), flag: bool = False) -> click.Option:
        destination = names[-1].removeprefix("--").replace("-", "_")
        kind = click.Choice(choices) if choices else None
        return click.Option(
            names, expose_value=False, callback=_noting(destination), type=kind, is_flag=flag or None
        )

    return [
        option("-p", "--profile"),
        option("--lang", choices=LANGUAGES),
        option("--json", flag=True),
        option("-y", "--yes", flag=True),
        option("--no-input", flag=True),
        option("--passphrase-file"),
        option("--color", choices=("auto", "always", "never")),
    ]


class WalletCommand(click.Command):
    """A command whose help and mistakes are told in the person's language."""

    allow_extra_args = True
    """As far as click is concerned: `parse_args` tells of them in our own words."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own parameters, those of every command, and `--help`."""
        shared: list[click.Parameter] = ctx.meta.setdefault(f"shared {id(self)}", _shared_options())
        own = [*self.params, *shared]
        help_option = self.get_help_option(ctx)
        return [*own, help_option] if help_option is not None else own

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse what is left over in our own words."""
        rest = super().parse_args(ctx, args)
        if ctx.args and not isinstance(self, click.Group):
            raise WalletFault("usage_extra", ExitCode.USAGE, typed=ctx.args[0][:40], command=ctx.command_path)
        return rest

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it is for, its arguments and options."""
        language = wishes_of(ctx).language
        formatter.write_usage(ctx.command_path, self._usage(ctx), prefix=f"{say('help.usage', language)}: ")
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(self._help_key(ctx), language))
        self._format_parameters(ctx, formatter, language)

    def _format_parameters(
        self, ctx: click.Context, formatter: click.HelpFormatter, language: Language
    ) -> None:
        arguments = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Argument)]
        if arguments:
            with formatter.section(say("help.arguments", language)):
                formatter.write_dl([(_metavar(one, language), _told(one, language)) for one in arguments])
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        with formatter.section(say("help.options", language)):
            formatter.write_dl([(_spelt(one), _told(one, language)) for one in options])
        example = self._help_key(ctx).replace("help.", "example.", 1)
        if has_sentence(example):
            with formatter.section(say("help.example", language)):
                for line in say(example, language).split("\n"):
                    formatter.write_text(f"$ {line}")

    def _usage(self, ctx: click.Context) -> str:
        language = wishes_of(ctx).language
        arguments = [one for one in self.get_params(ctx) if isinstance(one, click.Argument)]
        pieces = [_metavar(one, language) for one in arguments]
        if isinstance(self, click.Group):
            pieces.append(say("help.command_place", language))
        return " ".join([*pieces, say("help.options_place", language)])

    @staticmethod
    def _help_key(ctx: click.Context) -> str:
        return ".".join(["help", *(ctx.meta.get("place") or ["pochi"])])


class WalletGroup(WalletCommand, click.Group):
    """A group whose commands live in modules that are imported when one of them is typed.

    `places` maps a command's English name to `module:attribute`.
    """

    def __init__(self, name: str, *, places: Mapping[str, str]) -> None:
        super().__init__(name=name, context_settings={"help_option_names": ["-h", "--help"]})
        self._places = dict(places)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """English names, in the order in which people need them."""
        return [*self._places, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by either of its names."""
        english = self._english(cmd_name)
        if english is None:
            return None
        ctx.meta["place"] = [*([] if ctx.parent is None else [str(self.name)]), english]
        if english not in self._places:
            return self.commands[english]
        module, _, attribute = self._places[english].partition(":")
        return cast("click.Command", getattr(importlib.import_module(module), attribute))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with our words for a command that is not there."""
        typed = args[0]
        command = self.get_command(ctx, typed)
        if command is None:
            raise self._no_such(ctx, typed)
        return self._shown(self._english(typed) or typed, wishes_of(ctx).language), command, args[1:]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it is for, its commands under both names, then the options."""
        language = wishes_of(ctx).language
        formatter.write_usage(ctx.command_path, self._usage(ctx), prefix=f"{say('help.usage', language)}: ")
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(self._help_key(ctx), language))
        place = [] if ctx.parent is None else [str(self.name)]
        with formatter.section(say("help.commands", language)):
            formatter.write_dl(
                [
                    (self._both(english, language), say(".".join(["help", *place, english]), language))
                    for english in self.list_commands(ctx)
                ]
            )
        self._format_parameters(ctx, formatter, language)

    def _english(self, typed: str) -> str | None:
        names = [*self._places, *self.commands]
        by_swahili = {SWAHILI_NAMES.get(name, name): name for name in names}
        extra = _EXTRA_NAMES.get((str(self.name), typed))
        return typed if typed in names else by_swahili.get(typed, extra)

    @staticmethod
    def _shown(english: str, language: Language) -> str:
        return SWAHILI_NAMES.get(english, english) if language == "sw" else english

    def _both(self, english: str, language: Language) -> str:
        swahili = SWAHILI_NAMES.get(english, english)
        if swahili == english:
            return english
        return f"{swahili} ({english})" if language == "sw" else f"{english} ({swahili})"

    def _no_such(self, ctx: click.Context, typed: str) -> WalletFault:
        from difflib import get_close_matches  # here and not above: help needs none of it

        names = self.list_commands(ctx)
        known = sorted({*names, *(SWAHILI_NAMES.get(name, name) for name in names)})
        near = get_close_matches(typed, known, n=2, cutoff=0.6)
        if near:
            meant = " / ".join(f"{ctx.command_path} {name}" for name in near)
            return WalletFault("usage_command_near", ExitCode.USAGE, typed=typed[:40], meant=meant)
        return WalletFault("usage_command", ExitCode.USAGE, typed=typed[:40], command=ctx.command_path)


def usage_fault(error: click.UsageError) -> WalletFault:
    """A mistake on the command line as one of our faults."""
    command = error.ctx.command_path if error.ctx is not None else "pochi"
    if isinstance(error, click.NoSuchOption):
        from difflib import get_close_matches

        typed = error.option_name[:40]
        taken = error.ctx.command.params if error.ctx is not None else []
        if typed[1:2].isdigit() and any(parameter.name == "amount" for parameter in taken):
            return WalletFault("amount_negative", ExitCode.USAGE, typed=typed)
        # Without the dashes, which all options share: with them `--version` would be near to `--json`.
        known = {name.lstrip("-"): name for name in error.possibilities or []}
        near = get_close_matches(error.option_name.lstrip("-"), known, n=1, cutoff=_NEAR)
        if near:
            return WalletFault("usage_option_near", ExitCode.USAGE, typed=typed, meant=known[near[0]])
        return WalletFault("usage_option", ExitCode.USAGE, typed=typed, command=command)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        language = wishes_of(error.ctx).language if error.ctx is not None else DEFAULT_LANGUAGE
        return WalletFault(
            "usage_missing", ExitCode.USAGE, name=_named(error.param, language), command=command
        )
    if isinstance(error, click.BadParameter) and error.param is not None:
        language = wishes_of(error.ctx).language if error.ctx is not None else DEFAULT_LANGUAGE
        return _bad_value(error.param, _named(error.param, language), command)
    if isinstance(error, click.BadOptionUsage):
        return WalletFault(
            "usage_option_value", ExitCode.USAGE, typed=error.option_name[:40], command=command
        )
    return WalletFault("usage_command_missing", ExitCode.USAGE, command=command)


def _bad_value(parameter: click.Parameter, name: str, command: str) -> WalletFault:
    """What a value must be, where that can be said in a line."""
    kind = parameter.type
    if isinstance(kind, click.Choice):
        choices = ", ".join(map(str, kind.choices))
        return WalletFault("usage_value_choice", ExitCode.USAGE, name=name, choices=choices, command=command)
    if isinstance(kind, click.IntRange) and kind.min is not None and kind.max is not None:
        least, most = str(kind.min), str(kind.max)
        return WalletFault(
            "usage_value_range", ExitCode.USAGE, name=name, least=least, most=most, command=command
        )
    return WalletFault("usage_value", ExitCode.USAGE, name=name, command=command)


def _named(parameter: click.Parameter, language: Language) -> str:
    if isinstance(parameter, click.Argument):
        return say(f"argument.{parameter.name}", language)
    return _spelt_long(parameter)


def _spelt_long(parameter: click.Parameter) -> str:
    return max(parameter.opts, key=len)


def _metavar(argument: click.Argument, language: Language) -> str:
    name = say(f"argument.{argument.name}", language)
    return name if argument.required else f"[{name}]"


def _spelt(option: click.Option) -> str:
    names = ", ".join(option.opts)
    if option.is_flag:
        return names
    if isinstance(option.type, click.Choice):
        return f"{names} {'|'.join(map(str, option.type.choices))}"
    named = str(option.name).upper()
    return f"{names} {'FILE' if named.endswith('_FILE') else named}"


def _told(parameter: click.Parameter, language: Language) -> str:
    if isinstance(parameter, click.Argument):
        return say(f"argument.told.{parameter.name}", language)
    # click names its own help option so that no other can clash with it.
    name = "help" if "--help" in parameter.opts else parameter.name
    return say(f"help.option.{name}", language)


def language_typed(argv: Sequence[str]) -> str | None:
    """The value of `--lang` wherever it stands, needed before click reads anything."""
    for place, word in enumerate(argv):
        if word == "--":
            return None
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
        if word == "--lang" and place + 1 < len(argv):
            return argv[place + 1]
    return None
