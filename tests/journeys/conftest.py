"""One served sandbox for the journeys: Asha with money, Juma without, and an institution that raises bills."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers import RunningLedger
from tests.wallets import Wallet, made_wallet
from wallet_cli.commands.sandbox import slug

AGENCY = "Halmashauri ya Mfano"
AMOUNT = "1,000,000"
MAKER, CHECKER = (("--profile", f"{slug(AGENCY)}-{half}") for half in ("maker", "checker"))


@dataclass
class Town:
    """Who lives there. Every test leaves it usable for the next."""

    ledger: RunningLedger
    asha: Wallet
    juma: Wallet
    institution: Wallet

    def new_bill(self, amount: str = "15,000", *more: str) -> str:
        """The control number of a fresh, open bill."""
        told = self.institution.told(
            "sandbox", "bill", "--agency", AGENCY, "--service", "LESENI", "--amount", amount, *more
        )
        return str(told["control_number"])

    def newcomer(self, folder: Path, name: str = "Neema Mfano", amount: str = "50,000") -> Wallet:
        """One more wallet, for a test that changes it for good."""
        return made_wallet(folder, self.ledger.url, name, faucet=self.faucet, amount=amount)

    @property
    def faucet(self) -> Path:
        """The faucet's key file."""
        return self.ledger.keys / "faucet.key"


def settled(folder: Path) -> Town:
    """A town on a ledger that is started here and must be stopped by the caller."""
    ledger = RunningLedger(folder / "var", threads=4).start()
    faucet = ledger.keys / "faucet.key"
    asha = made_wallet(folder / "asha", ledger.url, "Asha Mwinyi", faucet=faucet, amount=AMOUNT)
    juma = made_wallet(folder / "juma", ledger.url, "Juma Kassim", faucet=faucet)
    asha.ok("contact", "add", "juma", juma.account)
    juma.ok("contact", "add", "asha", asha.account)
    institution = Wallet(folder / "institution")
    institution.ok("sandbox", "agency", AGENCY, "--ledger", ledger.url)
    return Town(ledger, asha, juma, institution)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The town of all journeys in this process."""
    there = settled(tmp_path_factory.mktemp("town"))
    yield there
    there.ledger.stop()
