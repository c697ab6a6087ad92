"""The trial balance: every account class with its debits and credits, and whether the books balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ledger.books.accounts import Account, AccountClass, Side


class TrialBalanceLine(NamedTuple):
    """The sum over all accounts of one class in one currency, in minor units."""

    currency: str
    account_class: AccountClass
    accounts: int
    debits_posted: int
    credits_posted: int

    @property
    def balance(self) -> int:
        """What the class holds on its normal side."""
        if self.account_class.normal_side is Side.DEBIT:
            return self.debits_posted - self.credits_posted
        return self.credits_posted - self.debits_posted


class TrialBalance(NamedTuple):
    """All lines, sorted by currency and class."""

    lines: tuple[TrialBalanceLine, ...]

    def differences(self) -> dict[str, int]:
        """Per currency, debits minus credits over all classes where they differ. Empty: the books balance."""
        sums: dict[str, int] = defaultdict(int)
        for line in self.lines:
            sums[line.currency] += line.debits_posted - line.credits_posted
        return {currency: difference for currency, difference in sums.items() if difference}

    def outstanding(self, currency: str) -> int:
        """Money in circulation: issued less redeemed, which is what the backing account holds."""
        return sum(
            line.balance
            for line in self.lines
            if line.account_class is AccountClass.BACKING and line.currency == currency
        )


def trial_balance(accounts: Iterable[Account]) -> TrialBalance:
    """Sum accounts up by currency and class."""
    sums: dict[tuple[str, AccountClass], list[int]] = defaultdict(lambda: [0, 0, 0])
    for account in accounts:
        line = sums[account.currency, account.account_class]
        line[0] += 1
        line[1] += account.debits_posted
        line[2] += account.credits_posted
    return TrialBalance(tuple(TrialBalanceLine(*name, *line) for name, line in sorted(sums.items())))
