"""Who lives in the simulated world, and what they know of the ledger when they think of an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple, TypeVar

from ledger.addresses import account_address
from ledger.books.accounts import Account, AccountClass
from ledger.books.bills import Bill
from ledger.books.parties import Key, Scope
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body
from ledger.rules.state import State
from ledger.signing.keys import PublicKey
from tests.simulator.clock import SimulatedClock
from tests.strategies import ROLES, key_of

Item = TypeVar("Item")

PERSONS = ("asha", "juma", "neema", "baraka", "zawadi", "farida", "hamisi", "rehema", "salim", "tatu")
INSTITUTIONS = ("bandari", "maji")
HALVES = ("maker", "checker", "reader")
OFFICES = (*ROLES, "faucet")
KEY_NAMES = (
    *OFFICES,
    *PERSONS,
    *INSTITUTIONS,
    *(f"{name}-{half}" for name in INSTITUTIONS for half in HALVES),
    *(f"{name}-2" for name in PERSONS[:4]),
)
"""Every key that signs in the simulated world, by the name that `key_of` makes it from."""

KIDS = {key_of(name).public.kid: name for name in KEY_NAMES}
PUBLIC_KEYS: dict[str, PublicKey] = {kid: key_of(name).public for kid, name in KIDS.items()}


class Wish(NamedTuple):
    """What somebody wants: a body (or how to make it, given the order's id and signer), and whose key signs it."""

    signer: str
    body: Body | Callable[[str, str], Body]


class SignedLine(NamedTuple):
    """An order that raises a bill, as a checker is shown it before it is sent."""

    signer: str
    content: str
    currency: str
    minor_units: int


@dataclass
class Town:
    """The state as it is, looked at by those who think of orders. It is only read."""

    chance: Random
    clock: SimulatedClock
    genesis: Genesis
    state: Callable[[], State]
    sent: list[str] = field(default_factory=list)
    """The ids of the orders so far."""
    raising: list[SignedLine] = field(default_factory=list)
    """The orders so far that raise bills."""

    @property
    def now_us(self) -> int:
        """The true time."""
        return self.clock.true_us

    def pick(self, items: Sequence[Item]) -> Item:
        """One of these."""
        return items[self.chance.randrange(len(items))]

    def percent(self, share: int) -> bool:
        """Whether something of this likelihood happens."""
        return self.chance.randrange(100) < share

    def key(self, name: str) -> Key | None:
        """The registered key of that name."""
        return self.state().keys.get(key_of(name).public.kid)

    def party(self, name: str) -> str:
        """The party that the key of that name speaks for; nobody's name if it is not registered."""
        key = self.key(name)
        return "nobody" if key is None else key.party

    def registered(self, names: Sequence[str]) -> list[str]:
        """Those whose key may act."""
        return [name for name in names if (key := self.key(name)) is not None and key.revoked is None]

    def unregistered(self, names: Sequence[str]) -> list[str]:
        """Those whose key the ledger does not know."""
        return [name for name in names if self.key(name) is None]

    def anybody(self) -> str:
        """Whoever, registered or not, revoked or not."""
        return self.pick(KEY_NAMES)

    def accounts(
        self,
        *,
        party: str | None = None,
        account_class: AccountClass | None = None,
        currency: str | None = None,
    ) -> list[Account]:
        """The accounts of this party, class and currency."""
        return [
            account
            for account in self.state().accounts.values()
            if account is not None
            and party in (None, account.party)
            and account_class in (None, account.account_class)
            and currency in (None, account.currency)
        ]

    def speaker(self, party: str) -> str | None:
        """The name of a key that may act for a party in everything."""
        for kid, name in KIDS.items():
            key = self.state().keys.get(kid)
            if key is not None and key.revoked is None and key.party == party and Scope.ALL in key.scopes:
                return name
        return None

    def payer(self) -> tuple[str, Account] | None:
        """Somebody who may spend, preferably money that is there, with the account."""
        names = self.registered((*PERSONS, *INSTITUTIONS, "faucet"))
        owned = [(name, account) for name in names for account in self.accounts(party=self.party(name))]
        rich = [(name, account) for name, account in owned if account.balance]
        if rich and not self.percent(5):
            return self.pick(rich)
        return self.pick(owned) if owned else None

    def address(self, currency: str | None = None) -> str:
        """The address of an account: now and then one that nobody has."""
        known = self.accounts(currency=currency)
        if not known or self.percent(3):
            nowhere = f"00000000-0000-7000-8000-{self.chance.randrange(1 << 48):012x}"
            genesis = self.genesis
            kid = key_of("nobody").public.kid
            return account_address(
                prefix=genesis.prefix, ledger_id=genesis.ledger_id, kid=kid, order_id=nowhere
            )
        return self.pick(known).address

    def bills(self, wanted: Callable[[Bill], bool]) -> list[Bill]:
        """The bills that are so."""
        return [bill for bill in self.state().bills.values() if bill is not None and wanted(bill)]

    def amount(self, account: Account | None = None) -> int:
        """An amount in minor units, sometimes all of an account's money and sometimes more than that."""
        lot = self.chance.randrange(10)
        if account is not None and account.balance and lot == 0:
            return account.balance
        if account is not None and lot == 1:
            return account.balance + self.chance.randrange(1, 500)
        return self.chance.randrange(1, 2_000 if lot else 400_000)
