"""The journal: postings move one amount from one account to another, so an unbalanced entry cannot be written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from sys import intern
from types import MappingProxyType
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


class EntryKind(StrEnum):
    """What a journal entry came from: which may be given back, which corrected."""

    ISSUE = "issue"
    REDEMPTION = "redemption"
    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"


class ReversalReason(StrEnum):
    """Why a supervisor corrects an entry. Codes and no prose: nothing in the log can be erased."""

    OPERATOR_ERROR = "operator_error"
    DUPLICATE = "duplicate"
    FRAUD = "fraud"
    COURT_ORDER = "court_order"
    WRONG_ACCOUNT = "wrong_account"


NOTHING_REFUNDED: Mapping[str, int] = MappingProxyType({})


class JournalEntry(NamedTuple):
    """A journal entry as refunds and reversals see it: what it moved, and what of it went back since."""

    order_id: str
    kind: EntryKind
    postings: tuple[Posting, ...]
    about: str | None = None
    """The order id of the payment that a refund gives back, or of the entry that a reversal corrects."""
    bill: str | None = None
    """The bill that a payment paid."""
    refunded: Mapping[str, int] = NOTHING_REFUNDED
    """Per payee what it gave back, in minor units."""
    reversed_by: str | None = None

    def received(self, address: str) -> int:
        """What an account got by this entry, in minor units."""
        return sum(posting.amount_minor_units for posting in self.postings if posting.credit == address)

    @property
    def addresses(self) -> frozenset[str]:
        """Every account that it moved."""
        return frozenset(address for posting in self.postings for address in (posting.debit, posting.credit))


def lasting(postings: tuple[Posting, ...]) -> tuple[Posting, ...]:
    """The same postings with addresses that are kept once, for a journal that is held in memory."""
    return tuple(
        Posting(intern(row.debit), intern(row.credit), row.amount_minor_units, row.currency)
        for row in postings
    )


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
    debits_posted, credits_posted = account.debits_posted, account.credits_posted
    if side is Side.DEBIT:
        debits_posted += amount_minor_units
        require(debits_posted <= MINOR_UNITS_MAX, "a counter fits 64 bits")
    else:
        credits_posted += amount_minor_units
        require(credits_posted <= MINOR_UNITS_MAX, "a counter fits 64 bits")
    return Account(
        account.address, account.party, account.account_class, account.currency, account.opened, account.code,
        debits_posted, credits_posted, account.freezes, account.closed,
    )  # fmt: skip
