"""Which rows the changes of version 2 of the rules make or change, gathered over a batch."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.books.attestations import Attestation
from ledger.rules.changes import (
    AccountClosed,
    BackingAttested,
    BillRefunded,
    BillReopened,
    Change,
    EntryReversed,
    FreezeLifted,
    FreezePlaced,
    LogKeyRotated,
    PaymentRefunded,
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
    bills: set[str] = field(default_factory=set)

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
            case BillReopened(bill) | BillRefunded(bill):
                self.bills.add(bill)
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
