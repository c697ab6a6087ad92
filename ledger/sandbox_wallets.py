"""Seeding a sandbox: two wallets, an institution and a bill, made by the very `pochi` commands that a person types.

Seeding may be cut short anywhere. Every step looks whether it was done, so the next start finishes what is missing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import cast

from ledger.bill_views import BillView
from ledger.books.bills import BillStatus
from ledger.cli_words import say
from ledger.enquiries import Enquiries
from ledger.faults import require
from ledger.instants import Clock
from ledger.keys_folder import key_path, make_folder
from ledger.sandbox import FAUCET
from ledger.store.engine import reading_engine
from ledger.words.languages import Language

HOME = "pochi"
PASSPHRASE = "shilingi za majaribio"  # noqa: S105 - test money, and printed for whoever starts the sandbox
PASSPHRASE_FILE = "passphrase"  # noqa: S105 - the name of a file
SEEDED_FILE = "seeded"
"""Lies beside the wallets once all of them are there: what a person changes afterwards is left alone."""

WALLETS = (("asha", "Asha Mwinyi", "250,000"), ("juma", "Juma Kassim", "80,000"))
INSTITUTION = ("Harbour Office", "Ofisi ya Bandari")
SERVICE = ("LESENI", "Fishing licence", "Leseni ya uvuvi")
AGENCY_PROFILE = "bandari"
BILL_AMOUNT = "37,500"
BILLS_LOOKED_AT_MAX = 100
SEED_SECONDS_MAX = 60


class SeedingStopped(Exception):
    """Somebody said stop while the sandbox was being seeded."""


class SeedingRefused(Exception):
    """A `pochi` command of the seeding did not succeed; the words are its own."""


class Seeding:
    """Runs `pochi` with the sandbox's own wallet folder."""

    def __init__(
        self, folder: Path, url: str, language: Language = "en", stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self.home = folder.joinpath(HOME)
        self.passphrase_file = self.home.joinpath(PASSPHRASE_FILE)
        self.seeded_file = self.home.joinpath(SEEDED_FILE)
        self._url = url
        self._stopping = stopping
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("POCHI_", "XDG_"))
        } | {
            "POCHI_HOME": str(self.home.absolute()),
            "POCHI_FAUCET_KEY": str(key_path(folder.joinpath("keys"), FAUCET).absolute()),
            "POCHI_LANG": language,
        }

    def pochi(self, *words: str) -> dict[str, object]:
        """One command, which must succeed; what it says as JSON. Ctrl-C does not reach it: it is let finish.

        Raises:
            SeedingStopped: somebody said stop before it began.
            SeedingRefused: it did not succeed.
        """
        if self._stopping():
            raise SeedingStopped
        command = [sys.executable, "-m", "wallet_cli.main", *words, "--json", "--yes", "--no-input"]
        done = subprocess.run(  # noqa: S603 - our own module
            command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SEED_SECONDS_MAX,
            check=False,
            start_new_session=True,
        )
        if done.returncode != 0:
            raise SeedingRefused(_why(done.stderr) or f"pochi {words[0]}: {done.returncode}")
        told = json.loads(done.stdout or "{}")
        require(isinstance(told, dict), "pochi tells one object")
        return dict(told)

    def wallets(self, has_money: Callable[[str], bool]) -> None:
        """Two funded wallets, contacts of each other. `has_money`: whether an account was ever paid."""
        if self.seeded_file.exists():
            return
        make_folder(self.home)
        self.passphrase_file.touch(mode=0o600)
        self.passphrase_file.write_text(PASSPHRASE + "\n")
        addresses = {name: self._wallet(name, person) for name, person, _ in WALLETS}
        for name, _, amount in WALLETS:
            if not has_money(addresses[name]):
                self.pochi("sandbox", "fund", amount, "--profile", name)
            known = _named(self.pochi("contact", "list", "--profile", name), "contacts")
            for other, address in addresses.items():
                if other not in (name, *known):
                    self.pochi("contact", "add", other, address, "--profile", name)
        self.pochi("profile", "use", WALLETS[0][0])
        self.seeded_file.touch(mode=0o600)

    def _wallet(self, name: str, person: str) -> str:
        """The address of this wallet, which is made, or finished, if it has none yet."""
        there = self.profiles().get(name, {}).get("account")
        if not there:
            there = self.pochi(
                "init", "--quick", "--name", person, "--ledger", self._url, "--profile", name,
                "--passphrase-file", str(self.passphrase_file.absolute()),
            )["account"]  # fmt: skip
        return str(there)

    def profiles(self) -> dict[str, dict[str, object]]:
        """The profiles in the wallet folder, by name."""
        return _named(self.pochi("profile", "list"), "profiles")

    def institution(self) -> str:
        """The profile of an invented institution with one service, made if there is none that is whole."""
        there = self.profiles()
        name, number = AGENCY_PROFILE, 1
        while any(found := [each in there for each in (name, f"{name}-maker", f"{name}-checker")]):
            if all(found):
                return name
            number += 1  # one that was cut short is left as it is
            name = f"{AGENCY_PROFILE}-{number}"
        english, swahili = INSTITUTION
        service = ":".join(SERVICE)
        self.pochi(
            "sandbox", "agency", english, "--title-sw", swahili, "--service", service, "--ledger", self._url,
            "--profile", name,
        )  # fmt: skip
        return name

    def bill(self, agency: str) -> None:
        """One open bill."""
        self.pochi("sandbox", "bill", "--agency", agency, "--service", SERVICE[0], "--amount", BILL_AMOUNT)


def seed_wallets(
    folder: Path,
    database: str,
    url: str,
    language: Language,
    clock: Clock,
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> str:
    """Seed what is not there yet, see to one open bill, and say what to type next; nothing if told to stop."""
    seeding = Seeding(folder, url, language, stopping)
    with closing(Enquiries(reading_engine(database, connections=1))) as enquiries:
        try:
            bill = _seed(seeding, enquiries, clock)
        except SeedingStopped:
            return ""
        except SeedingRefused as refused:
            return say("seeding_refused", language, why=str(refused), url=url)
    page = f"{url}/institutions/{bill.bill.party}?lang={language}"
    told = say("run_ready", language, url=url, page=page, passphrase=PASSPHRASE)
    pay = "lipa" if language == "sw" else "pay"
    send = "tuma" if language == "sw" else "send"
    lines = (". .venv/bin/activate", f"pochi {pay} {bill.bill.control_number}", f"pochi {send} juma 15,000")
    return "\n".join((told, *(f"    {line}" for line in lines), ""))


def _seed(seeding: Seeding, enquiries: Enquiries, clock: Clock) -> BillView:
    """Make what is not there yet. The open bill to pay."""

    def has_money(address: str) -> bool:
        view = enquiries.account(address)
        return view is not None and view.account.credits_posted > 0

    seeding.wallets(has_money)
    bill = _open_bill(enquiries, clock)
    if bill is None:
        seeding.bill(seeding.institution())
        bill = _open_bill(enquiries, clock)
    require(bill is not None, "a bill that was just approved is open")
    return cast("BillView", bill)


def _named(told: dict[str, object], member: str) -> dict[str, dict[str, object]]:
    """The rows of a list that `pochi` told, by their names."""
    rows = told.get(member)
    return {str(row["name"]): row for row in rows} if isinstance(rows, list) else {}


def _why(told: str) -> str:
    """What went wrong, from the object that ends the standard error of `pochi ... --json`; else its last line."""
    last = told.strip().splitlines()[-1:]
    try:
        title = str(json.loads(last[0])["title"]) if last else ""
    except (ValueError, KeyError, TypeError):
        return last[0]
    return " ".join(title.split())


def _open_bill(enquiries: Enquiries, clock: Clock) -> BillView | None:
    for institution in enquiries.institutions():
        for view in enquiries.bills_of(institution.party, limit=BILLS_LOOKED_AT_MAX):
            if view.bill.status(clock.wall_us()) is BillStatus.OPEN:
                return view
    return None
