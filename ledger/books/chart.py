"""The chart of accounts: the accounts that genesis opens, each with a code and a title."""

from __future__ import annotations

from typing import NamedTuple

from ledger.books.accounts import AccountClass
from ledger.books.parties import Title


class ChartLine(NamedTuple):
    """One line of the chart: an account that exists from the first record on."""

    code: str
    account_class: AccountClass
    currency: str
    party: str
    title: Title
