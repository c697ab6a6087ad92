"""What a decision changes. A journal entry is one kind of change; the others change the register."""

from __future__ import annotations

from typing import NamedTuple

from ledger.books.accounts import Account
from ledger.books.bills import Bill
from ledger.books.journal import AccountEntry, Posting, post
from ledger.books.parties import Key, Party, Scope
from ledger.refusals import Refusal
from ledger.rules.state import State, present


class PartyRegistered(NamedTuple):
    """A new party."""

    party: Party


class KeyAdded(NamedTuple):
    """A new key of a party that exists or is registered by the same decision."""

    key: Key


class KeyRevoked(NamedTuple):
    """A key that may not act from `sequence` on."""

    kid: str


class AccountOpened(NamedTuple):
    """A new account, empty."""

    account: Account


class EntryPosted(NamedTuple):
    """A journal entry: at least one posting, all or nothing."""

    postings: tuple[Posting, ...]


class BillRaised(NamedTuple):
    """A new bill, not yet approved."""

    bill: Bill


class BillApproved(NamedTuple):
    """A bill that got its control number from the rules."""

    bill: str
    checker: str
    control_number: str


class BillPaid(NamedTuple):
    """A bill that was paid in full by an order."""

    bill: str
    paid_by: str


Change = (
    PartyRegistered
    | KeyAdded
    | KeyRevoked
    | AccountOpened
    | EntryPosted
    | BillRaised
    | BillApproved
    | BillPaid
)


class Decision(NamedTuple):
    """A yes: what changes, and the `result` that the rules chose (a control number, an address)."""

    changes: tuple[Change, ...]
    result: dict[str, str]

    @property
    def postings(self) -> tuple[Posting, ...]:
        """All postings of the decision, in order."""
        postings: tuple[Posting, ...] = ()
        for change in self.changes:
            if isinstance(change, EntryPosted):
                postings += change.postings
        return postings


Outcome = Decision | Refusal


def apply(decision: Decision, state: State, *, sequence: int) -> list[AccountEntry]:
    """Carry a decision out on the state in memory, as the record `sequence`. Returns the account entries it made."""
    entries: list[AccountEntry] = []
    for change in decision.changes:
        match change:
            case EntryPosted(postings):
                posted = post(state.accounts, postings, sequence=sequence)
                state.accounts.update(posted.accounts)
                entries += posted.entries
            case AccountOpened(account):
                state.accounts[account.address] = account._replace(opened=sequence)
            case BillRaised() | BillApproved() | BillPaid():
                _apply_to_bills(change, state, sequence)
            case _:
                _apply_to_parties(change, state, sequence)
    return entries


def _apply_to_parties(change: PartyRegistered | KeyAdded | KeyRevoked, state: State, sequence: int) -> None:
    match change:
        case PartyRegistered(party):
            state.parties[party.party] = party._replace(registered=sequence)
            state.holders += 1
        case KeyAdded(key):
            state.keys[key.kid] = key._replace(added=sequence)
            _count_full_key(state, key, 1)
        case KeyRevoked(kid):
            key = present(state.keys, kid)
            state.keys[kid] = key._replace(revoked=sequence)
            _count_full_key(state, key, -1)


def _count_full_key(state: State, key: Key, step: int) -> None:
    if Scope.ALL in key.scopes:
        party = present(state.parties, key.party)
        state.parties[key.party] = party._replace(full_keys=party.full_keys + step)


def _apply_to_bills(change: BillRaised | BillApproved | BillPaid, state: State, sequence: int) -> None:
    match change:
        case BillRaised(bill):
            state.bills[bill.bill] = bill._replace(raised=sequence)
            state.bill_ids[bill.party, bill.bill_id] = bill.bill
        case BillApproved(name, checker, control_number):
            bill = present(state.bills, name)
            state.bills[name] = bill._replace(checker=checker, control_number=control_number)
            state.control_numbers[control_number] = name
        case BillPaid(name, paid_by):
            bill = present(state.bills, name)
            state.bills[name] = bill._replace(paid_by=paid_by)
