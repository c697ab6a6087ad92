"""The journal: postings move one amount from one account to another, so an unbalanced entry cannot be written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger.books.accounts import Account, Side
from ledger.faults import BrokenPromise, require
from ledger.money import MINOR_UNITS_MAX


class Posting(NamedTuple):
    """`amount_minor_units` of `currency` leave the account `debit` (address) and reach the account `credit`."""

    debit: str
    credit: str
    amount_minor_units: int
    currency: str


class AccountEntry(NamedTuple):
    """One account's side of one posting, as its statement shows it."""

    address: str
    sequence: int
    n: int
    """Place among the account's entries of this record: 0, 1, ..."""
    side: Side
    amount_minor_units: int
    balance_after: int
    counterparty: str
    """The address at the other end of the posting."""


def post(
    accounts: Mapping[str, Account | None], postings: Sequence[Posting], *, sequence: int
) -> PostedEntry:
    """Carry a journal entry out on the accounts that it names.

    Returns the accounts as they are afterwards and each account's side of each posting, in order. The same function
    serves the bookkeeper, the audit and the tests. That the entry is *allowed* was decided before.

    Raises:
        BrokenPromise: an empty entry, mixed currencies, a counter over 64 bits or a balance below zero.
    """
    require(len(postings) > 0, "a journal entry has at least one posting")
    after: dict[str, Account] = {}
    sides: list[AccountEntry] = []
    places: dict[str, int] = {}
    for debit, credit, amount, currency in postings:
        require(amount > 0, "a posting moves at least one minor unit")
        for address, side, other in ((debit, Side.DEBIT, credit), (credit, Side.CREDIT, debit)):
            before = after.get(address) or accounts.get(address)
            if before is None:
                raise BrokenPromise("a posting names accounts that exist")
            require(before.currency == currency, "a posting stays within one currency")
            account = after[address] = _moved(before, side, amount)
            n = places[address] = places.get(address, -1) + 1
            sides.append(AccountEntry(address, sequence, n, side, amount, account.balance, other))
    for account in after.values():
        require(account.balance >= 0, "no account ends below zero")
    return PostedEntry(after, sides)


class PostedEntry(NamedTuple):
    """What a journal entry did: the `accounts` as they are afterwards, and the `entries` of their statements."""

    accounts: dict[str, Account]
    entries: list[AccountEntry]


def _moved(account: Account, side: Side, amount_minor_units: int) -> Account:
    address, party, account_class, currency, opened, code, debits_posted, credits_posted = account
    if side is Side.DEBIT:
        debits_posted += amount_minor_units
        require(debits_posted <= MINOR_UNITS_MAX, "a counter fits 64 bits")
    else:
        credits_posted += amount_minor_units
        require(credits_posted <= MINOR_UNITS_MAX, "a counter fits 64 bits")
    return Account(address, party, account_class, currency, opened, code, debits_posted, credits_posted)
