"""Writes docs/reference/commands.md from the help of `pochi` and `daftari`: `python -m tests.docs.commands`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from unittest import mock

import click
from click.testing import CliRunner

from ledger.cli import main as daftari
from tests.architecture.house import ROOT
from wallet_cli.main import pochi
from wallet_cli.usage import Wishes

PAGE = ROOT / "docs" / "reference" / "commands.md"
HEAD = """\
# Commands · Amri

Written by `python -m tests.docs.commands` from what `--help` says; a test fails when they differ. The wallet's
commands have an English and a Swahili name (in brackets), and either works; `--lang sw` gives this help in Swahili.
The options of every wallet command stand once, at `pochi`.
"""
COLUMNS = 100


def command_path(root: click.Command, name: str) -> Iterator[tuple[str, ...]]:
    """Every command below and including `root`, as the words that call it."""
    yield (name,)
    if isinstance(root, click.Group):
        context = click.Context(root, info_name=name, obj=Wishes())
        for word in root.list_commands(context):
            found = root.get_command(context, word)
            if found is not None:
                yield from ((name, *path) for path in command_path(found, word))


def help_of(root: click.Command, words: tuple[str, ...]) -> list[str]:
    """The lines of `words --help`, in English."""
    with mock.patch.dict(os.environ, {"DAFTARI_LANG": "en", "POCHI_LANG": "en", "COLUMNS": str(COLUMNS)}):
        said = CliRunner().invoke(
            root, [*words[1:], "--help"], prog_name=words[0], obj=Wishes(), terminal_width=COLUMNS
        )
    if said.exit_code != 0:
        raise RuntimeError(f"{' '.join(words)} --help: {said.output}")
    return [line.rstrip() for line in said.output.strip("\n").splitlines()]


def without(lines: list[str], shared: list[str]) -> list[str]:
    """The lines but for the options that every command has, and for a heading that is left with nothing."""
    kept = [line for line in lines if line not in shared]
    if kept and kept[-1] == "Options:":
        kept.pop()
    return "\n".join(kept).rstrip().split("\n")


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for root, name in ((pochi, "pochi"), (daftari, "daftari")):
        top = help_of(root, (name,))
        shared = top[top.index("Options:") + 1 :] if name == "pochi" else []
        for words in command_path(root, name):
            lines = top if len(words) == 1 else without(help_of(root, words), shared)
            parts.append(
                "\n".join(
                    (f"{'#' * min(len(words) + 1, 3)} `{' '.join(words)}`\n", "```text", *lines, "```\n")
                )
            )
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
