"""The pages that are written by a program are as the program writes them now, and no link leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.house import ROOT
from tests.docs import commands, configuration, reasons
from wallet_cli.main import pochi

LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)")
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))


def missing(page: Path) -> list[str]:
    """The links of a page that lead to no file."""
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    return [target for target in targets if not (page.parent / target).exists()]


def test_the_commands_are_as_their_help_says() -> None:
    """Otherwise: python -m tests.docs.commands."""
    assert commands.PAGE.read_text(encoding="utf-8") == commands.page()


def test_the_reasons_are_as_the_tables_say() -> None:
    """Otherwise: python -m tests.docs.reasons."""
    assert reasons.PAGE.read_text(encoding="utf-8") == reasons.page()


def test_the_configuration_is_as_the_options_say() -> None:
    """Otherwise: python -m tests.docs.configuration. A variable of the code is told, or is nobody's to set."""
    assert configuration.PAGE.read_text(encoding="utf-8") == configuration.page()
    told = set(configuration.VARIABLES) - {"SSL_CERT_FILE"}
    assert configuration.variables_in_code() - configuration.INSIDE == told
    assert not told & configuration.INSIDE


def test_every_command_of_the_wallet_is_there() -> None:
    """Commands within commands included."""
    found = {" ".join(words) for words in commands.command_path(pochi, "pochi")}
    assert {
        "pochi",
        "pochi pay",
        "pochi receipt verify",
        "pochi outbox retry",
        "pochi sandbox agency",
    } <= found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file that is there."""
    assert missing(page) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    """Only the one that is dead."""
    page = tmp_path / "page.md"
    page.write_text("[a](page.md#x) [b](gone.md) [c](https://example.org/gone)\n", encoding="utf-8")
    assert missing(page) == ["gone.md"]


def test_every_page_is_in_the_index() -> None:
    """docs/README.md leads to each page of docs, or to its folder."""
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    listed = {(ROOT / "docs" / target).resolve() for target in LINK.findall(index)}
    pages = [page for page in PAGES if page.name != "README.md"]
    assert [page for page in pages if page not in listed and page.parent not in listed] == []
