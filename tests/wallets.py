"""Wallets as people use them: the real command in a process of its own (`tests.warm`), and what it said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.warm import Settings, run_warm, usual
from wallet_cli.sending import PAUSES_S

PROGRAM = "wallet_cli.main"
COMMAND = [sys.executable, "-m", PROGRAM]
"""A cold start, for whoever tests how it begins, or holds the process in the hand while it runs."""

SECONDS_MAX = 60
HURRIED: Settings = {"wallet_cli.sending": {"PAUSES_S": [pause_s / 10 for pause_s in PAUSES_S]}}
"""As many attempts as ever, with a tenth of the waiting between them."""


@dataclass(frozen=True)
class Said:
    """What one run of `pochi` left behind."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Both streams, as a person at a terminal sees them."""
        return self.out + self.err

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output; anything else there is an error."""
        lines = self.out.splitlines()
        assert len(lines) == 1, self.out
        members = json.loads(lines[0])
        assert isinstance(members, dict)
        return members


@dataclass
class Wallet:
    """A wallet's folder. `env` adds to a clean environment.

    A `patient` one waits between its attempts as it does for people; others are hurried.
    """

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    patient: bool = False

    def environment(self) -> dict[str, str]:
        """Nothing of the tester's own language, colours or wallets."""
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("POCHI_", "LC_", "XDG_"))
        }
        clean.pop("FORCE_COLOR", None)
        clean |= {"LANG": "C.UTF-8", "POCHI_HOME": str(self.folder), "PYTHONUTF8": "1", "POCHI_DEBUG": "1"}
        return clean | self.env

    def run(self, *words: str, typed: str = "", **env: str) -> Said:
        """`pochi` with these words; `typed` is what a person would type."""
        env = self.environment() | env
        if usual(env):
            told = None if self.patient else HURRIED
            return Said(*run_warm(PROGRAM, words, env=env, typed=typed, seconds=SECONDS_MAX, settings=told))
        done = subprocess.run(
            [*COMMAND, *words],
            input=typed,
            env=env,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def ok(self, *words: str, typed: str = "", **env: str) -> Said:
        """The same, which must succeed."""
        said = self.run(*words, typed=typed, **env)
        assert said.code == 0, said.text
        return said

    def told(self, *words: str) -> dict[str, Any]:
        """What a successful command says with `--json`, agreed to beforehand."""
        return self.ok(*words, "--json", "--yes").json

    @property
    def balance(self) -> str:
        """What the wallet's account holds."""
        return str(self.told("balance")["balance"])

    @property
    def account(self) -> str:
        """The wallet's address."""
        return str(self.told("profile", "show")["account"])

    def pending(self) -> list[str]:
        """The ids of the orders that wait in the outbox."""
        return [str(row["order"]) for row in self.told("outbox", "list")["orders"]]


def made_wallet(folder: Path, url: str, name: str, *, faucet: Path, amount: str = "") -> Wallet:
    """A wallet made in a hurry, with test money if an amount is given."""
    wallet = Wallet(folder, {"POCHI_FAUCET_KEY": str(faucet)})
    wallet.ok("init", "--quick", "--name", name, "--ledger", url)
    if amount:
        wallet.ok("sandbox", "fund", amount)
    return wallet
