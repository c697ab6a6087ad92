"""The state that rules read: the part of accounts and register that the orders at hand name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ledger.books.accounts import Account
from ledger.books.bills import Bill, Bulk
from ledger.books.freezes import Freeze
from ledger.books.journal import JournalEntry
from ledger.books.parties import Key, Party
from ledger.faults import BrokenPromise
from ledger.orders.genesis import Genesis
from ledger.rules.calendar import first_day
from ledger.signing.log_keys import LogKey

Name = TypeVar("Name")
Row = TypeVar("Row")


@dataclass
class State:
    """Accounts and register by their keys. None stands for "looked up, and there is none".

    In the sequencer it holds what was loaded so far; in the audit and the tests it holds everything.
    """

    genesis: Genesis
    accounts: dict[str, Account | None] = field(default_factory=dict)
    parties: dict[str, Party | None] = field(default_factory=dict)
    keys: dict[str, Key | None] = field(default_factory=dict)
    bills: dict[str, Bill | None] = field(default_factory=dict)
    control_numbers: dict[str, str | None] = field(default_factory=dict)
    """Control number -> bill."""
    bill_ids: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """(party, the institution's own bill id) -> bill."""
    provider_receipts: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """(party of the provider, its own number for a payment) -> order id."""
    bulks: dict[str, Bulk | None] = field(default_factory=dict)
    bulk_lines: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """(party, content hash of an order that raises a bill) -> the bulk approval that holds it."""
    holders: int = 0
    """How many parties an order registered; held against the pilot's `holders_max`."""
    rules: int = 1
    """The version of the rules that decides the next record."""
    freezes: dict[str, tuple[Freeze, ...]] = field(default_factory=dict)
    """Account -> every freeze that was ever placed on it, in order."""
    journal: dict[str, JournalEntry | None] = field(default_factory=dict)
    """Order id -> the entry that it made: those that refunds and reversals at hand name."""
    log_keys: tuple[LogKey, ...] = ()
    """The keys that sign the log, in order, that of genesis first."""
    day: int | None = None
    """The day in East Africa Time that is open; None under rules that close no day."""
    day_first: int = 0
    """The first record since the last close of a day."""
    day_refused: int = 0
    """How many records since the last close of a day refuse."""
    keeps_journal: bool = False
    """Whether the journal holds every entry, as in the audit, and not only those that were looked up."""

    def bill_of(self, control_number: str) -> Bill | None:
        """The bill behind a control number."""
        bill = self.control_numbers.get(control_number)
        return None if bill is None else self.bills.get(bill)


def opening_state(genesis: Genesis) -> State:
    """The whole state right after record 0."""
    opening = genesis.opening()
    return State(
        genesis,
        accounts={account.address: account for account in opening.accounts},
        parties={party.party: party for party in opening.parties},
        keys={key.kid: key for key in opening.keys},
        rules=genesis.rules,
        log_keys=(LogKey(genesis.log_key),),
        day=first_day(genesis),
        keeps_journal=True,
    )


def present(rows: Mapping[Name, Row | None], name: Name) -> Row:
    """The row of that name, which was seen to be there before.

    Raises:
        BrokenPromise: it is not.
    """
    row = rows.get(name)
    if row is None:
        raise BrokenPromise("what a check found is still there")
    return row
