"""Which rows the changes of version 2 of the rules make or change, gathered over a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.books.attestations import Attestation
from ledger.books.bills import BillPayment
from ledger.rules.changes import (
    AccountClosed,
    AccountOpened,
    BackingAttested,
    BillApproved,
    BillCancelled,
    BillChangeAsked,
    BillChanged,
    BillPaid,
    BillRaised,
    BillRefunded,
    BillReopened,
    BulkApproved,
    BulkLineRaised,
    Change,
    Decision,
    EntryPosted,
    EntryReversed,
    FreezeLifted,
    FreezePlaced,
    KeyAdded,
    KeyRevoked,
    LogKeyRotated,
    PartyRegistered,
    PaymentRefunded,
    ProviderReceiptUsed,
    RolesChanged,
    RulesAdopted,
)
from ledger.rules.state import State, present
from ledger.signing.log_keys import LogKey
from ledger.store.batch import BatchRows


@dataclass
class TouchedLater:
    """Names of rows; what is in them follows from the state after the batch."""

    accounts: set[str] = field(default_factory=set)
    refunds: set[tuple[str, str]] = field(default_factory=set)
    reversals: list[tuple[str, str]] = field(default_factory=list)
    placed: list[tuple[str, str]] = field(default_factory=list)
    lifted: list[tuple[str, str]] = field(default_factory=list)
    rules: list[tuple[int, int]] = field(default_factory=list)
    log_keys: list[LogKey] = field(default_factory=list)
    attestations: list[Attestation] = field(default_factory=list)
    parties: set[str] = field(default_factory=set)

    def touch(self, change: Change, sequence: int) -> None:
        """Note what one change touches."""
        match change:
            case PaymentRefunded(payment, payee):
                self.refunds.add((payment, payee))
            case EntryReversed(entry, reversal):
                self.reversals.append((entry, reversal))
            case FreezePlaced(freeze):
                self.accounts.add(freeze.account)
                self.placed.append((freeze.account, freeze.freeze))
            case FreezeLifted(account, name):
                self.accounts.add(account)
                self.lifted.append((account, name))
            case AccountClosed(address):
                self.accounts.add(address)
            case RolesChanged(party):
                self.parties.add(party)
            case RulesAdopted(rules):
                self.rules.append((sequence, rules))
            case LogKeyRotated(log_key):
                self.log_keys.append(log_key._replace(first_size=sequence + 1))
            case BackingAttested(stated):
                self.attestations.append(stated._replace(sequence=sequence))
            case _:
                pass

    def fill(self, batch: BatchRows, state: State) -> None:
        """Add the rows to what the batch writes, each as it is after the whole batch."""
        batch.accounts_stopped = [present(state.accounts, name) for name in self.accounts]
        batch.refunds = [
            (payment, payee, present(state.journal, payment).refunded[payee])
            for payment, payee in self.refunds
        ]
        batch.reversals = self.reversals
        freezes = {
            (row.account, row.freeze): row for name in self.accounts for row in state.freezes.get(name, ())
        }
        batch.freezes_new = [freezes[name] for name in self.placed]
        batch.freezes_lifted = [freezes[name] for name in self.lifted]
        batch.rules_adopted = self.rules
        batch.log_keys = self.log_keys
        batch.attestations = self.attestations


@dataclass
class TouchedBills:
    """What concerns bills: names of rows, and rows that follow from one change alone."""

    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    control_numbers: dict[str, str] = field(default_factory=dict)
    bill_ids: list[tuple[str, str, str]] = field(default_factory=list)
    payments: list[BillPayment] = field(default_factory=list)
    provider_receipts: list[tuple[str, str, str]] = field(default_factory=list)
    bulks_new: set[str] = field(default_factory=set)
    bulks: set[str] = field(default_factory=set)
    bulk_lines: list[tuple[str, str, str]] = field(default_factory=list)

    def touch(self, change: Change, sequence: int) -> bool:
        """Note what one change touches. Whether it concerns bills at all."""
        match change:
            case BillRaised(bill):
                self.new.add(bill.bill)
                self.bill_ids.append((bill.party, bill.bill_id, bill.bill))
            case BillApproved(bill=name, control_number=number):
                self.changed.add(name)
                self.control_numbers[number] = name
            case BillPaid(payment):
                self.changed.add(payment.bill)
                self.payments.append(payment._replace(sequence=sequence))
            case BillReopened(bill=name) | BillRefunded(bill=name) | BillChangeAsked(bill=name):
                self.changed.add(name)
            case BillChanged(bill=name) | BillCancelled(bill=name):
                self.changed.add(name)
            case ProviderReceiptUsed(party, receipt, order_id):
                self.provider_receipts.append((party, receipt, order_id))
            case BulkApproved(bulk, lines):
                self.bulks_new.add(bulk.bulk)
                self.bulk_lines += [(bulk.party, line, bulk.bulk) for line in lines]
            case BulkLineRaised(name):
                self.bulks.add(name)
            case _:
                return False
        return True

    def fill(self, batch: BatchRows, state: State) -> None:
        """Add the rows to what the batch writes, each as it is after the whole batch."""
        batch.bills_new = [present(state.bills, name) for name in self.new]
        batch.bills_changed = [present(state.bills, name) for name in self.changed - self.new]
        batch.control_numbers = list(self.control_numbers.items())
        batch.bill_ids = self.bill_ids
        batch.bill_payments = self.payments
        batch.provider_receipts = self.provider_receipts
        batch.bulks_new = [present(state.bulks, name) for name in self.bulks_new]
        batch.bulks_changed = [present(state.bulks, name) for name in self.bulks - self.bulks_new]
        batch.bulk_lines = self.bulk_lines


@dataclass
class Touched:
    """The names of the rows that a batch's decisions made or changed."""

    accounts_opened: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    parties_new: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    keys_new: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    bills: TouchedBills = field(default_factory=TouchedBills)
    later: TouchedLater = field(default_factory=TouchedLater)


def touched_by(decisions: Sequence[tuple[int, Decision]], state: State) -> Touched:
    """What the decisions of a batch, each with its sequence, made or changed."""
    touched = Touched()
    for sequence, decision in decisions:
        for change in decision.changes:
            if isinstance(change, EntryPosted):
                for posting in change.postings:
                    touched.moved.update((posting.debit, posting.credit))
            else:
                _touch_register(change, touched, state, sequence)
    touched.parties |= touched.later.parties
    return touched


def _touch_register(change: Change, touched: Touched, state: State, sequence: int) -> None:
    match change:
        case AccountOpened(account):
            touched.accounts_opened.add(account.address)
        case PartyRegistered(party):
            touched.parties_new.add(party.party)
        case KeyAdded(key):
            touched.keys_new.add(key.kid)
            touched.parties.add(key.party)
        case KeyRevoked(kid):
            touched.keys.add(kid)
            touched.parties.add(present(state.keys, kid).party)
        case _:
            if not touched.bills.touch(change, sequence):
                touched.later.touch(change, sequence)
