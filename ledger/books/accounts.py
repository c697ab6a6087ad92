"""Accounts: whose they are, what they may hold, and two counters that only grow."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Side(StrEnum):
    """The two sides of every posting."""

    DEBIT = "debit"
    CREDIT = "credit"


class AccountClass(StrEnum):
    """What an account is for. The central bank's books are kept: digital money held by others is its liability."""

    BACKING = "backing"
    DISTRIBUTION = "distribution"
    WALLET = "wallet"
    COLLECTION = "collection"

    @property
    def normal_side(self) -> Side:
        """The side on which its balance grows: assets on the debit side, liabilities on the credit side."""
        return Side.DEBIT if self is AccountClass.BACKING else Side.CREDIT


OPENABLE = frozenset({AccountClass.WALLET, AccountClass.COLLECTION})
"""The classes that an order may open; the others exist only in the chart, by genesis."""


class Account(NamedTuple):
    """An account. Amounts are minor units of `currency`; both counters only ever grow."""

    address: str
    party: str
    account_class: AccountClass
    currency: str
    opened: int
    """The sequence of the record that opened it."""
    code: str | None = None
    """Its code in the chart of accounts; None for an account opened by an order."""
    debits_posted: int = 0
    credits_posted: int = 0
    freezes: int = 0
    """How many freezes were placed and not lifted; those that ended by time are among them."""
    closed: int | None = None
    """The sequence of the record that closed it."""

    @property
    def balance(self) -> int:
        """What it holds, in minor units, on its normal side. Never negative: the rules and the database see to it."""
        if self.account_class is AccountClass.BACKING:  # the one class whose `normal_side` is the debit side
            return self.debits_posted - self.credits_posted
        return self.credits_posted - self.debits_posted
