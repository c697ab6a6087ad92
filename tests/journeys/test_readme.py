"""The commands that README and tutorial print are typed against a live ledger, in order, in both languages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.instants import MachineClock
from ledger.sandbox_wallets import Seeding, seed_wallets
from tests.servers import RunningLedger

ROOT = Path(__file__).parents[2]
PAGES = {
    "README.md": "en",
    "docs/sw/README.md": "sw",
    "docs/tutorials/first-payment.md": "en",
    "docs/sw/tutorials/malipo-ya-kwanza.md": "sw",
}
NUMBER = re.compile(r"<(?:control number|namba ya malipo)>")


def typed(page: str) -> list[str]:
    """The `pochi` lines of a page's fenced blocks."""
    blocks = re.findall(
        r"^```\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return [line for block in blocks for line in block.splitlines() if line.startswith("pochi ")]


@pytest.mark.parametrize("page", list(PAGES))
def test_every_command_of_the_page_works(page: str, tmp_path: Path) -> None:
    """Each command ends with exit code 0; a receipt is verified once more when the ledger is stopped."""
    language, commands = PAGES[page], typed(page)
    assert len(commands) >= 6
    ledger = RunningLedger(tmp_path / "var", threads=4)
    with ledger:
        told = seed_wallets(ledger.folder, ledger.database, ledger.url, "en", MachineClock())
        number = next(word for word in told.split() if word.isdigit() and len(word) == 12)
        for line in commands:
            run(line, number, ledger, language)
    verifying = [line for line in commands if " verify " in line or " hakiki " in line]
    assert verifying
    for line in verifying:
        run(line, number, ledger, language)


def run(line: str, number: str, ledger: RunningLedger, language: str) -> None:
    """Type one line where the sandbox is, as a script that agrees and whose passphrase lies in a file."""
    words = NUMBER.sub(number, line).replace("http://127.0.0.1:8470", ledger.url).split()[1:]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("POCHI_", "XDG_"))
    }
    passphrase = Seeding(ledger.folder, ledger.url).passphrase_file
    done = subprocess.run(
        [sys.executable, "-m", "wallet_cli.main", *words, "--yes", "--no-input"],
        cwd=ledger.folder.parent,
        env=environment | {"POCHI_LANG": language, "POCHI_PASSPHRASE_FILE": str(passphrase)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def test_the_transcript_of_a_wrong_command_fails(tmp_path: Path) -> None:
    """The replay notices a command that does not work."""
    ledger = RunningLedger(tmp_path / "var")
    with pytest.raises(AssertionError):
        run("pochi no-such-command", "0", ledger, "en")
