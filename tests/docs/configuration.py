"""Writes docs/reference/configuration.md from options and settings: `python -m tests.docs.configuration`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import click

from api.config import Config
from ledger.cli import main as daftari
from ledger.cli_words import SENTENCES
from ledger.intake import Pace
from ledger.sequencer import Limits
from tests.architecture.house import ROOT

PAGE = ROOT / "docs" / "reference" / "configuration.md"
HEAD = """\
# Configuration · Mipangilio

Written by `python -m tests.docs.configuration` from the options, the environment and the settings in the code; a test
fails when they differ. An option wins over a variable, a variable over the default. There is no configuration file:
what a ledger *is* stands in its genesis, and how it is run stands in one command.
"""
VARIABLES = {
    "DAFTARI_DATABASE": ("the database; the writer's in `serve`", "hifadhidata; ya mwandishi kwenye `serve`"),
    "DAFTARI_READER_DATABASE": (
        "the same for the API, by a role that only reads",
        "hiyohiyo kwa API, kwa msomaji",
    ),
    "DAFTARI_LANG": (
        "language of `daftari`: `en` or `sw`; else `LC_ALL`, `LANG`",
        "lugha ya `daftari`: `en` au `sw`",
    ),
    "DAFTARI_LOG_FORMAT": ("`json` or `text`, as `--log-format`", "`json` au `text`, kama `--log-format`"),
    "POCHI_HOME": ("the wallet's folder", "folda ya pochi"),
    "POCHI_LANG": ("language of `pochi`: `en` or `sw`", "lugha ya `pochi`: `en` au `sw`"),
    "POCHI_LEDGER": ("the ledger's URL, as `--ledger`", "URL ya leja, kama `--ledger`"),
    "POCHI_PROFILE": ("the profile, as `--profile`", "wasifu, kama `--profile`"),
    "POCHI_PASSPHRASE_FILE": ("a private file with the passphrase", "faili la siri lenye nenosiri"),
    "POCHI_FAUCET_KEY": ("sandbox: the faucet's key file", "majaribio: faili la ufunguo wa bomba"),
    "POCHI_DEBUG": ("show where an error of ours happened", "onyesha hitilafu yetu ilipotokea"),
    "SSL_CERT_FILE": (
        "authorities that `pochi` trusts for HTTPS (PEM)",
        "mamlaka ambazo `pochi` huamini kwa HTTPS",
    ),
}
INSIDE = {
    "DAFTARI_API_PARENT", "DAFTARI_DIRECTORY_KEY", "DAFTARI_LIFELINE_FD", "DAFTARI_LIMITS_TIMES", "DAFTARI_RUN_DIR",
    "DAFTARI_THREADS", "DAFTARI_TRUSTED_PROXIES", "DAFTARI_VERIFY_ONLY",
}  # fmt: skip
"""What our own programs tell their children; nobody sets these."""

_ASKED = frozenset(
    {
        "database",
        "run_dir",
        "host",
        "port",
        "workers",
        "threads",
        "metrics_port",
        "limits_times",
        "trusted_proxies",
    }
)
_VARIABLE = re.compile(r'"((?:DAFTARI|POCHI)_[A-Z_]+)"')
_MEANING = {english: (english, swahili) for english, swahili in SENTENCES.values()} | {
    swahili: (english, swahili) for english, swahili in SENTENCES.values()
}


def variables_in_code() -> set[str]:
    """Every variable that the code names."""
    paths = (
        path for room in ("ledger", "api", "wallet_cli", "loadtests") for path in (ROOT / room).rglob("*.py")
    )
    return {name for path in paths for name in _VARIABLE.findall(path.read_text(encoding="utf-8"))}


def options_of(command: click.Command) -> Iterator[click.Option]:
    """The options of a command, in the order of its help."""
    return (one for one in command.params if isinstance(one, click.Option) and one.name != "version")


def _default(option: click.Option) -> str:
    if option.is_flag or option.default is None or not isinstance(option.default, str | int | Path):
        return ""
    return f"`{option.default}`"


def _option_row(option: click.Option) -> str:
    told = option.help or ""
    meaning = " · ".join(_MEANING.get(told, (told,)))
    variable = f"`{option.envvar}`" if option.envvar else ""
    return f"| `{option.opts[0]}` | {variable} | {_default(option)} | {meaning} |"


def _options() -> Iterator[str]:
    context = click.Context(daftari, info_name="daftari")
    for word in daftari.list_commands(context):
        command = daftari.get_command(context, word)
        inside = command.commands if isinstance(command, click.Group) else {"": command}
        for name, one in sorted(inside.items()):
            rows = [_option_row(option) for option in options_of(one)] if one is not None else []
            if rows:
                title = f"daftari {word} {name}".strip()
                yield f"### `{title}`\n"
                yield "| option · chaguo | variable · kigezo | default · kawaida | |\n|---|---|---|---|"
                yield "\n".join(rows) + "\n"


def _limits() -> Iterator[str]:
    yield "| limit | value |\n|---|---|"
    api = [(field.name, field.default) for field in dataclasses.fields(Config) if field.name not in _ASKED]
    for name, value in [*api, *Limits()._asdict().items()]:
        if isinstance(value, Pace):
            members = " · ".join([f"{part}: {figure:,}" for part, figure in value._asdict().items()])
            yield f"| `{name}` | {members} |"
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"| `{name}` | {value:,} |"


def page() -> str:
    """The whole page."""
    parts = [HEAD, "## Environment · Mazingira\n", "| variable · kigezo | |\n|---|---|"]
    parts += [f"| `{name}` | {english} · {swahili} |" for name, (english, swahili) in VARIABLES.items()]
    parts += ["\n## Options of `daftari` · Chaguo za `daftari`\n", *_options()]
    parts += [
        "## Limits · Mipaka\n",
        "In the code (`api/config.py`, `ledger/sequencer.py`), with their reasons; a unit stands last in a name.\n",
        *_limits(),
    ]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
