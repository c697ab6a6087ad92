"""README and tutorials tell the truth: every console in them is replayed against a ledger that is really served."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.instants import MachineClock
from ledger.sandbox_wallets import HOME, PASSPHRASE, seed_wallets
from tests.architecture.house import ROOT
from tests.docs.consoles import Reader, differences, in_place, shown_in, terminal_environment
from tests.servers import RunningLedger

DOCS = ROOT / "docs"
PAGES = (
    ROOT / "README.md",
    DOCS / "sw" / "README.md",
    *sorted((DOCS / "tutorials").glob("*.md")),
    *sorted((DOCS / "sw" / "tutorials").glob("*.md")),
    DOCS / "how-to" / "keep-your-keys.md",
    DOCS / "sw" / "how-to" / "tunza-funguo-zako.md",
    DOCS / "how-to" / "keep-data-about-yourself.md",
    DOCS / "sw" / "how-to" / "tunza-taarifa-zako.md",
    DOCS / "how-to" / "check-the-books.md",
    DOCS / "sw" / "how-to" / "hakiki-vitabu.md",
    DOCS / "explanation" / "double-entry.md",
    DOCS / "sw" / "maelezo" / "uandishi-wa-pande-mbili.md",
)


class Sandbox:
    """What `make run` gives, seeded once: each page finds it fresh, at the same URL, with the same open bill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = RunningLedger(folder / "var", threads=4)
        with self.ledger as ledger:
            told = seed_wallets(ledger.folder, ledger.database, ledger.url, "en", MachineClock())
        self.number = next(word for word in told.split() if word.isdigit() and len(word) == 12)
        shutil.copytree(folder / "var", folder / "seeded")

    def fresh(self) -> RunningLedger:
        """The ledger as it was seeded, served again."""
        self.ledger.stop()
        for left in self.folder.iterdir():
            if left.is_file():
                left.unlink()
        shutil.rmtree(self.folder / "var")
        shutil.copytree(self.folder / "seeded", self.folder / "var")
        return self.ledger.start()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for all pages."""
    made = Sandbox(tmp_path_factory.mktemp("reader"))
    yield made
    made.ledger.stop()


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_consoles_of_a_page_are_true(sandbox: Sandbox, page: Path) -> None:
    """Type every command of the page in its order and compare what the terminal shows."""
    ledger = sandbox.fresh()
    language = "sw" if "sw" in page.relative_to(ROOT).parts else "en"
    reader = Reader(
        sandbox.folder, terminal_environment(ledger.folder / HOME, language=language), passphrase=PASSPHRASE
    )
    commands = list(shown_in(page.read_text(encoding="utf-8")))
    assert commands, "a page without a console needs no replay"
    for shown in commands:
        if shown.server_stopped:
            ledger.stop()
        command, *expected = (
            in_place(line, number=sandbox.number, url=ledger.url) for line in (shown.command, *shown.expected)
        )
        _, printed = reader.types(command)
        wrong = differences(tuple(expected), printed)
        screen = "\n".join(printed)
        assert not wrong, f"{page.name}, line {shown.line}: $ {command}\n{wrong}\n\n{screen}"


def test_both_languages_type_the_same() -> None:
    """The Swahili pages hold as many commands as the English ones, in the same order of work."""
    pairs = (
        (ROOT / "README.md", DOCS / "sw" / "README.md"),
        (DOCS / "how-to" / "keep-your-keys.md", DOCS / "sw" / "how-to" / "tunza-funguo-zako.md"),
        (DOCS / "how-to" / "keep-data-about-yourself.md", DOCS / "sw" / "how-to" / "tunza-taarifa-zako.md"),
        (DOCS / "tutorials" / "first-payment.md", DOCS / "sw" / "tutorials" / "malipo-ya-kwanza.md"),
        (DOCS / "tutorials" / "first-bill.md", DOCS / "sw" / "tutorials" / "ankara-ya-kwanza.md"),
        (DOCS / "how-to" / "check-the-books.md", DOCS / "sw" / "how-to" / "hakiki-vitabu.md"),
        (DOCS / "explanation" / "double-entry.md", DOCS / "sw" / "maelezo" / "uandishi-wa-pande-mbili.md"),
    )
    for english, swahili in pairs:
        counted = [list(shown_in(page.read_text(encoding="utf-8"))) for page in (english, swahili)]
        assert len(counted[0]) == len(counted[1])
        stops = [[shown.server_stopped for shown in page] for page in counted]
        assert stops[0] == stops[1]


PRINTED = ["  Balance   TSh 5.00", "  as of log entry 19, today", "  TEST"]


@pytest.mark.parametrize(
    "expected",
    [
        ("  Balance   TSh 5.00", "  as of log entry …, …", "  TEST"),
        ("…", "  TEST"),
        ("  Balance   TSh 5.00", "…"),
        ("…", "  as of log entry …", "…"),
        ("…", *PRINTED, "…"),
    ],
)
def test_what_agrees(expected: tuple[str, ...]) -> None:
    """`…` stands for anything within a line, and for any lines when alone."""
    assert not differences(expected, PRINTED)


@pytest.mark.parametrize(
    "expected",
    [
        ("  Balance   TSh 6.00", "…"),  # a figure has changed
        ("  Balance TSh 5.00", "…"),  # the columns have moved
        ("  Balance   TSh 5.00", "  TEST"),  # a line is new
        (*PRINTED, "  And more"),  # a line has gone
        tuple(PRINTED[:2]),  # the terminal says more at the end
        ("…", "  as of log entry .*"),  # a page holds no patterns but the one
        (),
    ],
)
def test_drift_is_seen(expected: tuple[str, ...]) -> None:
    """Whatever differs otherwise is told."""
    assert differences(expected, PRINTED)


def test_commands_are_found_in_console_blocks_only() -> None:
    """Other blocks are not typed; the stopped server is remembered from its comment on."""
    page = (
        "```sh\n$ rm -rf /\n```\n\n```console\n$ pochi a\nshown\n$ pochi b\n```\n"
        "<!-- the server is stopped -->\n```console\n$ pochi c\n```\n"
    )
    found = [(shown.line, shown.command, shown.expected, shown.server_stopped) for shown in shown_in(page)]
    assert found == [(6, "pochi a", ("shown",), False), (8, "pochi b", (), False), (12, "pochi c", (), True)]


@pytest.mark.parametrize("page", ["```console\nshown\n```", "```console\n$ pochi a\n"])
def test_a_broken_page_is_told(page: str) -> None:
    """A console without a command, and a block that never ends."""
    with pytest.raises(ValueError, match=r"console begins|never closed"):
        list(shown_in(page))


def test_the_sample_number_is_replaced_in_both_forms() -> None:
    """On the command line it has no spaces, on a bill it has."""
    put = in_place("886926308989 is 8869 2630 8989", number="123456789012", url="http://x")
    assert put == "123456789012 is 1234 5678 9012"
