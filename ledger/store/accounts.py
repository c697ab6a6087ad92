"""The books as the database adds them up."""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, Connection, func, select

from ledger.books.accounts import AccountClass
from ledger.books.trial_balance import TrialBalance, TrialBalanceLine
from ledger.store.schema import accounts

_HALF = 2**32


def read_trial_balance(connection: Connection) -> TrialBalance:
    """The trial balance over all stored accounts, from one statement, hence of one state."""
    line = (accounts.c.currency, accounts.c.account_class)
    sums = (*_halves(accounts.c.debits_posted), *_halves(accounts.c.credits_posted))
    rows = connection.execute(select(*line, func.count(), *sums).group_by(*line).order_by(*line))
    return TrialBalance(
        tuple(
            TrialBalanceLine(
                currency,
                AccountClass(word),
                count,
                _whole(debits_high, debits_low),
                _whole(credits_high, credits_low),
            )
            for currency, word, count, debits_high, debits_low, credits_high, credits_low in rows
        )
    )


def _halves(counter: Column[int]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The sums of a counter's upper and lower halves: SQLite gives up where one sum goes beyond 64 bits."""
    return func.sum(counter // _HALF), func.sum(counter % _HALF)


def _whole(high: int, low: int) -> int:
    # PostgreSQL adds whole numbers up as Decimal.
    return int(high) * _HALF + int(low)
