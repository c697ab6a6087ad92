"""Seeding a sandbox: two wallets, an institution and a bill, made by the very `pochi` commands that a person types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from ledger.books.bills import BillStatus
from ledger.cli_words import say
from ledger.enquiries import BillView, Enquiries
from ledger.faults import BrokenPromise, require
from ledger.instants import Clock
from ledger.keys_folder import key_path, make_folder
from ledger.sandbox import FAUCET
from ledger.store.engine import reading_engine
from ledger.words.languages import Language

HOME = "pochi"
PASSPHRASE = "shilingi za majaribio"  # noqa: S105 - test money, and printed for whoever starts the sandbox
PASSPHRASE_FILE = "passphrase"  # noqa: S105 - the name of a file
WALLETS = (("asha", "Asha Mwinyi", "250,000"), ("juma", "Juma Kassim", "80,000"))
INSTITUTION = ("Harbour Office", "Ofisi ya Bandari")
SERVICE = ("LESENI", "Fishing licence", "Leseni ya uvuvi")
AGENCY_PROFILE = "bandari"
BILL_AMOUNT = "37,500"
BILLS_LOOKED_AT_MAX = 100
SEED_SECONDS_MAX = 60


class Seeding:
    """Runs `pochi` with the sandbox's own wallet folder."""

    def __init__(self, folder: Path, url: str) -> None:
        self.home = folder.joinpath(HOME)
        self.passphrase_file = self.home.joinpath(PASSPHRASE_FILE)
        self._url = url
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("POCHI_", "XDG_"))
        } | {
            "POCHI_HOME": str(self.home.absolute()),
            "POCHI_FAUCET_KEY": str(key_path(folder.joinpath("keys"), FAUCET).absolute()),
        }

    def pochi(self, *words: str) -> dict[str, object]:
        """One command, which must succeed; what it says as JSON."""
        command = [sys.executable, "-m", "wallet_cli.main", *words, "--json", "--yes", "--no-input"]
        done = subprocess.run(  # noqa: S603 - our own module
            command,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=SEED_SECONDS_MAX,
            check=False,
        )
        if done.returncode != 0:
            raise BrokenPromise(f"pochi {words[0]} seeds the sandbox: {done.stderr.strip()[-500:]}")
        told = json.loads(done.stdout or "{}")
        require(isinstance(told, dict), "pochi tells one object")
        return dict(told)

    def wallets(self) -> None:
        """Two funded wallets, contacts of each other."""
        make_folder(self.home)
        self.passphrase_file.touch(mode=0o600)
        self.passphrase_file.write_text(PASSPHRASE + "\n")
        addresses = {}
        for name, person, amount in WALLETS:
            passphrase = str(self.passphrase_file.absolute())
            self.pochi(
                "init", "--quick", "--name", person, "--ledger", self._url, "--profile", name,
                "--passphrase-file", passphrase,
            )  # fmt: skip
            self.pochi("sandbox", "fund", amount, "--profile", name)
            addresses[name] = str(self.pochi("balance", "--profile", name)["account"])
        for name in addresses:
            for other, address in addresses.items():
                if other != name:
                    self.pochi("contact", "add", other, address, "--profile", name)
        self.pochi("profile", "use", WALLETS[0][0])

    def institution(self) -> None:
        """An invented institution with one service."""
        english, swahili = INSTITUTION
        service = ":".join(SERVICE)
        self.pochi(
            "sandbox", "agency", english, "--title-sw", swahili, "--service", service, "--ledger", self._url,
            "--profile", AGENCY_PROFILE,
        )  # fmt: skip

    def bill(self) -> None:
        """One open bill."""
        self.pochi(
            "sandbox", "bill", "--agency", AGENCY_PROFILE, "--service", SERVICE[0], "--amount", BILL_AMOUNT
        )


def seed_wallets(folder: Path, database: str, url: str, language: Language, clock: Clock) -> str:
    """Seed what is not there yet, see to one open bill, and say what to type next."""
    seeding = Seeding(folder, url)
    with closing(Enquiries(reading_engine(database, connections=1))) as enquiries:
        bill = _seed(seeding, enquiries, clock)
    if bill is None:
        raise BrokenPromise("a bill that was just approved is open")
    page = f"{url}/institutions/{bill.bill.party}?lang={language}"
    told = say("run_ready", language, url=url, page=page, passphrase=PASSPHRASE)
    pay = "lipa" if language == "sw" else "pay"
    send = "tuma" if language == "sw" else "send"
    lines = (". .venv/bin/activate", f"pochi {pay} {bill.bill.control_number}", f"pochi {send} juma 15,000")
    return "\n".join((told, *(f"    {line}" for line in lines), ""))


def _seed(seeding: Seeding, enquiries: Enquiries, clock: Clock) -> BillView | None:
    """Make what is not there yet. The open bill to pay."""
    if not seeding.passphrase_file.exists():
        seeding.wallets()
    if not enquiries.institutions():
        seeding.institution()
    bill = _open_bill(enquiries, clock)
    if bill is None:
        seeding.bill()
        bill = _open_bill(enquiries, clock)
    return bill


def _open_bill(enquiries: Enquiries, clock: Clock) -> BillView | None:
    for institution in enquiries.institutions():
        for view in enquiries.bills_of(institution.party, limit=BILLS_LOOKED_AT_MAX):
            if view.bill.status(clock.wall_us()) is BillStatus.OPEN:
                return view
    return None
