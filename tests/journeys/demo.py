"""The whole story in a terminal: a citizen pays a government bill, proves it offline, and an edited row is found.

`make demo` runs it against a ledger of its own, which it starts in a temporary folder and stops. Every command is real.
"""

from __future__ import annotations

import os
import shlex
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from ledger.enquiries import Enquiries
from ledger.instants import MachineClock
from ledger.sandbox_wallets import PASSPHRASE_FILE, Seeding, seed_wallets
from ledger.store.engine import reading_engine
from ledger.words.languages import Language, language_of
from tests.servers import RunningLedger

STORY: dict[str, tuple[str, str]] = {
    "begin": (
        "A test ledger is made and served. Asha and Juma have wallets; the Harbour Office has a bill.",
        "Leja ya majaribio inatengenezwa na kuendeshwa. Asha na Juma wana pochi; Ofisi ya Bandari ina ankara.",
    ),
    "balance": (
        "Asha looks at her money. Looking needs no passphrase.",
        "Asha anaangalia salio lake. Kuangalia hakuhitaji nenosiri.",
    ),
    "pay": ("She pays the bill by its control number.", "Analipa ankara kwa namba yake ya malipo."),
    "again": ("A second time there is nothing to pay.", "Mara ya pili hakuna cha kulipa."),
    "send": ("She sends Juma money.", "Anamtumia Juma fedha."),
    "history": ("What came in and went out.", "Kilichoingia na kilichotoka."),
    "audit": (
        "The auditor recomputes every signature, decision and balance.",
        "Mkaguzi anakokotoa upya kila saini, uamuzi na salio.",
    ),
    "stop": (
        "The server stops. The receipt still proves the payment.",
        "Seva inasimama. Stakabadhi bado inathibitisha malipo.",
    ),
    "edit": (
        "Somebody with full power over the database removes a guard and edits one stored record.",
        "Mtu mwenye mamlaka yote juu ya hifadhidata anaondoa kinga na kubadili rekodi moja.",
    ),
    "found": ("The audit names that very record.", "Ukaguzi unaitaja rekodi hiyohiyo."),
    "end": ("Done.", "Mwisho."),
}


class Teller:
    """Prints the story and runs its commands."""

    def __init__(self, language: Language, environment: dict[str, str]) -> None:
        self.language = language
        self.environment = environment

    def tell(self, key: str) -> None:
        """One sentence."""
        english, swahili = STORY[key]
        print(f"\n── {swahili if self.language == 'sw' else english}", flush=True)

    def run(self, *words: str, expect: int = 0) -> str:
        """One command with what it says; it must end as expected."""
        print(f"$ {shlex.join(words)}", flush=True)
        modules = {"pochi": "wallet_cli.main", "daftari": "ledger.cli"}
        command = [sys.executable, "-m", modules[words[0]], *words[1:]]
        done = subprocess.run(
            command,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        print(done.stdout.rstrip(), flush=True)
        if done.returncode != expect:
            raise SystemExit(f"{shlex.join(words)}: exit {done.returncode}, expected {expect}")
        return done.stdout


def main() -> int:
    """Tell it. Exit code 0 if everything went as told."""
    language = language_of(os.environ.get("DAFTARI_LANG") or os.environ.get("LANG", "")) or "en"
    with tempfile.TemporaryDirectory(prefix="daftari-") as name:
        folder = Path(name)
        ledger = RunningLedger(folder, threads=4)
        seeding = Seeding(folder, ledger.url)
        teller = Teller(language, _environment(seeding, language))
        teller.tell("begin")
        with ledger:
            told = seed_wallets(folder, ledger.database, ledger.url, language, MachineClock())
            number = next(word for word in told.split() if word.isdigit() and len(word) == 12)
            receipt = _pay(teller, ledger, number, folder)
        teller.tell("stop")
        teller.run("pochi", "receipt", "verify", str(receipt))
        sequence = _edit_one_record(ledger, number, teller)
        teller.tell("found")
        found = teller.run("daftari", "audit", "--database", ledger.database, expect=1)
        if f" {sequence} " not in found:
            raise SystemExit(f"the audit did not name record {sequence}")
        teller.tell("end")
    return 0


def _environment(seeding: Seeding, language: Language) -> dict[str, str]:
    return os.environ | {
        "POCHI_HOME": str(seeding.home),
        "POCHI_PASSPHRASE_FILE": str(seeding.home / PASSPHRASE_FILE),
        "POCHI_LANG": language,
        "DAFTARI_LANG": language,
    }


def _pay(teller: Teller, ledger: RunningLedger, number: str, folder: Path) -> Path:
    """The citizen's part, while the server runs. Returns the saved receipt."""
    teller.tell("balance")
    teller.run("pochi", "balance")
    teller.tell("pay")
    teller.run("pochi", "lipa", number, "--yes")
    teller.tell("again")
    teller.run("pochi", "lipa", number, "--yes", expect=6)
    teller.tell("send")
    teller.run("pochi", "send", "juma", "15,000", "--yes")
    teller.tell("history")
    teller.run("pochi", "history")
    teller.tell("audit")
    teller.run("daftari", "audit", "--database", ledger.database)
    order = _paying_order(ledger, number)
    receipt = folder / "receipt.json"
    teller.run("pochi", "receipt", "save", order, "--to", str(receipt))
    return receipt


def _paying_order(ledger: RunningLedger, number: str) -> str:
    with closing(Enquiries(reading_engine(ledger.database, connections=1))) as enquiries:
        view = enquiries.bill(number)
    if view is None or view.bill.paid_by is None:
        raise SystemExit("the bill is not paid")
    return view.bill.paid_by


def _edit_one_record(ledger: RunningLedger, number: str, teller: Teller) -> int:
    """Change the amount inside the record that paid the bill, as only somebody with full power can."""
    teller.tell("edit")
    order = _paying_order(ledger, number)
    connection = sqlite3.connect(ledger.database.removeprefix("sqlite:///"))
    (sequence,) = connection.execute("SELECT sequence FROM outcomes WHERE order_id = ?", (order,)).fetchone()
    guards = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'records'"
    ).fetchall()
    for (guard,) in guards:
        connection.execute(f'DROP TRIGGER "{guard}"')
    change = (
        "UPDATE records SET record = CAST(replace(CAST(record AS TEXT), '37500.00', '3750.00') AS BLOB)"
        " WHERE sequence = ?"
    )
    print(f"sql> {change.replace('?', str(sequence))}")
    if connection.execute(change, (sequence,)).rowcount != 1:
        raise SystemExit("no row was edited")
    connection.commit()
    connection.close()
    return int(sequence)


if __name__ == "__main__":
    sys.exit(main())
