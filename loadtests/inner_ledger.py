"""A ledger that is open in this very process: people, accounts and money in it, and verified payments to settle.

Nothing is served here. It is what the sequencer does, without the sockets before it.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ledger.addresses import account_address, chart_address, new_order_id
from ledger.bookkeeper import Bookkeeper
from ledger.books.accounts import AccountClass
from ledger.books.parties import PartyKind
from ledger.instants import MICROSECONDS_PER_SECOND, MachineClock, parse_instant
from ledger.keys_folder import LOG_KEY, read_private_key
from ledger.opening import create_ledger, open_bookkeeper
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, Issue, Leg, OpenAccount, Order, Pay, RegisterParty
from ledger.orders.signed import VerifiedOrder, open_order, sign_order, vouched
from ledger.sandbox import FAUCET, FAUCET_CODE, FAUCET_MINOR_UNITS, create_sandbox
from ledger.signing.keys import PrivateKey
from ledger.strict_json import loads_object
from ledger.wire import AnswerStatus
from loadtests.workload import CURRENCY, LEGS_MAX

BATCH = 1_000
EXPIRES_AFTER_US = 6 * 3_600 * MICROSECONDS_PER_SECOND
_RECORD_BYTES_MAX = 256 * 1024
_RECORD_DEPTH_MAX = 12


@dataclass
class Beginning:
    """What two ledgers must share to become the same: record 0, its keys, and the people who come first."""

    document: dict[str, object]
    recorded_us: int
    keys: Path
    people: list[PrivateKey]

    @classmethod
    def make(cls, folder: Path, *, people: int) -> Beginning:
        """A sandbox's beginning: its keys lie under `folder`."""
        with tempfile.TemporaryDirectory(prefix="daftari-beginning-") as scratch:
            genesis = create_sandbox(f"sqlite:///{scratch}/ledger.db", folder, MachineClock())
        record = loads_object(genesis.record, bytes_max=_RECORD_BYTES_MAX, depth_max=_RECORD_DEPTH_MAX)
        cause = record["cause"]
        document = cause["genesis"] if isinstance(cause, dict) else {}
        keys = [PrivateKey.generate("Ed25519") for _ in range(people)]
        return cls(document, parse_instant(record["recorded_at"]), folder, keys)


@dataclass
class Account:
    """An account and the key that pays from it."""

    key: PrivateKey
    address: str


@dataclass
class InnerLedger:
    """A ledger open for writing, and the accounts that money is in."""

    genesis: Genesis
    keeper: Bookkeeper
    beginning: Beginning
    chance: random.Random
    accounts: list[Account] = field(default_factory=list)
    settled: list[tuple[list[VerifiedOrder], int]] = field(default_factory=list)
    """The batches by which it was filled, with their instants."""

    @classmethod
    def create(cls, url: str, beginning: Beginning) -> InnerLedger:
        """A new ledger in an empty database."""
        log_key = read_private_key(beginning.keys, LOG_KEY)
        create_ledger(url, beginning.document, log_key, now_us=beginning.recorded_us)
        opened = open_bookkeeper(url, beginning.keys, lease_seconds=5)
        return cls(opened.genesis, opened.bookkeeper, beginning, random.Random(7))

    def verified(self, body: Body, key: PrivateKey) -> VerifiedOrder:
        """An order around the body, really signed; its signature is not checked again here."""
        now_us = MachineClock().wall_us()
        order = Order(new_order_id(now_us), now_us // 1_000 * 1_000 + EXPIRES_AFTER_US, body)
        return vouched(open_order(sign_order(order, key, self.genesis), self.genesis))

    def settle(self, orders: Sequence[VerifiedOrder]) -> float:
        """Settle the orders in batches of 1,000. Returns the seconds.

        Raises:
            RuntimeError: one was not accepted.
        """
        clock, started = MachineClock(), time.perf_counter()
        for start in range(0, len(orders), BATCH):
            answers = self.keeper.settle(orders[start : start + BATCH], now_us=clock.wall_us())
            if any(answer.status is not AnswerStatus.ACCEPTED for answer in answers):
                raise RuntimeError("an order was not accepted")
        return time.perf_counter() - started

    def fill(self, *, accounts_each: int) -> None:
        """Everybody registers and opens so many accounts; each account gets its share of the money."""
        people = self.beginning.people
        self._settle_noted(
            [self.verified(RegisterParty(PartyKind.PERSON, key.public), key) for key in people]
        )
        openings = [
            (key, self.verified(OpenAccount(CURRENCY, AccountClass.WALLET), key))
            for key in people
            for _ in range(accounts_each)
        ]
        self._settle_noted([order for _, order in openings])
        self.accounts = [Account(key, self._address(key, order)) for key, order in openings]
        self._settle_noted(list(self._fundings()))

    def fill_like(self, other: InnerLedger) -> None:
        """Settle what filled the other ledger: the same records, the same rows."""
        for orders, now_us in other.settled:
            self.keeper.settle(orders, now_us=now_us)
        self.accounts = other.accounts

    def payments(self, count: int, *, hot: bool = False) -> list[VerifiedOrder]:
        """Payments of one leg, from and to any account; `hot`: all to the first one."""
        return [
            self.verified(Pay(payer.address, CURRENCY, (Leg(payee.address, 100),)), payer.key)
            for payer, payee in self._pairs(count, hot=hot)
        ]

    def _pairs(self, count: int, *, hot: bool) -> Iterator[tuple[Account, Account]]:
        places = range(1, len(self.accounts))
        for payer in self.chance.choices(places, k=count):
            payee = 0 if hot else self.chance.randrange(len(self.accounts) - 1)
            yield self.accounts[payer], self.accounts[payee + (not hot and payee >= payer)]

    def _address(self, key: PrivateKey, order: VerifiedOrder) -> str:
        genesis = self.genesis
        return account_address(
            prefix=genesis.prefix,
            ledger_id=genesis.ledger_id,
            kid=key.public.kid,
            order_id=order.order.order_id,
        )

    def _fundings(self) -> Iterator[VerifiedOrder]:
        genesis, keys = self.genesis, self.beginning.keys
        faucet = chart_address(prefix=genesis.prefix, ledger_id=genesis.ledger_id, code=FAUCET_CODE)
        yield self.verified(Issue(faucet, CURRENCY, FAUCET_MINOR_UNITS), read_private_key(keys, "issuer"))
        each = FAUCET_MINOR_UNITS // len(self.accounts)
        key = read_private_key(keys, FAUCET)
        for start in range(0, len(self.accounts), LEGS_MAX):
            legs = tuple(Leg(account.address, each) for account in self.accounts[start : start + LEGS_MAX])
            yield self.verified(Pay(faucet, CURRENCY, legs), key)

    def _settle_noted(self, orders: list[VerifiedOrder]) -> None:
        for start in range(0, len(orders), BATCH):
            part, now_us = orders[start : start + BATCH], MachineClock().wall_us()
            answers = self.keeper.settle(part, now_us=now_us)
            if any(answer.status is not AnswerStatus.ACCEPTED for answer in answers):
                raise RuntimeError("an order was not accepted")
            self.settled.append((part, now_us))
