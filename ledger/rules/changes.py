"""What a decision changes. A journal entry is one kind of change; the others change the register."""

from __future__ import annotations

from typing import NamedTuple

from ledger.books.accounts import Account
from ledger.books.attestations import Attestation
from ledger.books.bills import Bill, BillPayment, Bulk, CancelReason, PendingChange
from ledger.books.freezes import Freeze
from ledger.books.journal import AccountEntry, EntryKind, JournalEntry, Posting, lasting, post
from ledger.books.parties import Key, Party, Role, Scope
from ledger.refusals import Refusal
from ledger.rules.state import State, present
from ledger.signing.log_keys import LogKey


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
    """A journal entry: at least one posting, all or nothing. What else it is: see `JournalEntry`."""

    postings: tuple[Posting, ...]
    order_id: str
    kind: EntryKind = EntryKind.PAYMENT
    about: str | None = None
    bill: str | None = None


class BillRaised(NamedTuple):
    """A new bill, not yet approved."""

    bill: Bill


class BillApproved(NamedTuple):
    """A bill that got its control number from the rules."""

    bill: str
    checker: str
    control_number: str


class BillPaid(NamedTuple):
    """A payment of a bill, of a record that is not placed yet."""

    payment: BillPayment


class BillReopened(NamedTuple):
    """A bill of which a payment was reversed: what each payee had got by it, in minor units, is outstanding again."""

    bill: str
    moved: tuple[tuple[str, int], ...]


class BillRefunded(NamedTuple):
    """What a payee gave back of a bill's payments, in minor units; negative if a refund was reversed."""

    bill: str
    payee: str
    minor_units: int


class BillChangeAsked(NamedTuple):
    """What a maker asks to change of a bill, in the place of what was asked before."""

    bill: str
    pending: PendingChange


class BillChanged(NamedTuple):
    """A bill of which the pending change was approved, and the order that approved it."""

    bill: str
    approval: str


class BillCancelled(NamedTuple):
    """A bill that is no longer payable, and the order that asked for it."""

    bill: str
    cancelled: str
    reason: CancelReason


class BulkApproved(NamedTuple):
    """A checker's yes to orders that will raise bills, each by its content hash."""

    bulk: Bulk
    lines: tuple[str, ...]


class BulkLineRaised(NamedTuple):
    """One bill raised under a bulk approval, in minor units."""

    bulk: str
    minor_units: int


class ProviderReceiptUsed(NamedTuple):
    """A payment provider's own number for a payment, which stands for this order for good."""

    party: str
    receipt: str
    order_id: str


class PaymentRefunded(NamedTuple):
    """What a payee gave back of a payment in sum, in minor units."""

    payment: str
    payee: str
    minor_units: int


class EntryReversed(NamedTuple):
    """A journal entry that was corrected, and the id of the order that did it."""

    entry: str
    reversal: str


class FreezePlaced(NamedTuple):
    """One more freeze on an account."""

    freeze: Freeze


class FreezeLifted(NamedTuple):
    """A freeze that ends here."""

    account: str
    freeze: str


class AccountClosed(NamedTuple):
    """An account that neither gives nor takes any more."""

    address: str


class RolesChanged(NamedTuple):
    """The roles of a party from here on."""

    party: str
    roles: tuple[Role, ...]


class RulesAdopted(NamedTuple):
    """The version of the rules from the next record on, and the day in East Africa Time that is open then."""

    rules: int
    day: int | None


class LogKeyRotated(NamedTuple):
    """The key that signs the log from the checkpoint over this record on."""

    log_key: LogKey


class BackingAttested(NamedTuple):
    """What an auditor stated of the backing of a currency."""

    attestation: Attestation


RegisterChange = PartyRegistered | KeyAdded | KeyRevoked | RolesChanged
Billing = BillRaised | BillApproved | BillChangeAsked | BillChanged | BillCancelled
Collecting = BillPaid | BillReopened | BillRefunded | ProviderReceiptUsed
Bulking = BulkApproved | BulkLineRaised
BillChange = Billing | Collecting | Bulking
Correction = PaymentRefunded | EntryReversed
Standing = RulesAdopted | LogKeyRotated | BackingAttested
Stop = FreezePlaced | FreezeLifted | AccountClosed

Change = EntryPosted | AccountOpened | RegisterChange | BillChange | Correction | Stop | Standing


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
            case EntryPosted(postings, order_id):
                posted = post(state.accounts, postings, sequence=sequence)
                state.accounts.update(posted.accounts)
                entries += posted.entries
                if state.keeps_journal or order_id in state.journal:
                    _enter(change, state)
            case BillRaised() | BillApproved() | BillChangeAsked() | BillChanged() | BillCancelled():
                _apply_to_bills(change, state, sequence)
            case BillPaid() | BillReopened() | BillRefunded() | ProviderReceiptUsed():
                _apply_to_payments(change, state)
            case BulkApproved() | BulkLineRaised():
                _apply_to_bulks(change, state, sequence)
            case PaymentRefunded() | EntryReversed():
                _apply_to_journal(change, state)
            case AccountOpened() | FreezePlaced() | FreezeLifted() | AccountClosed():
                _apply_to_accounts(change, state, sequence)
            case RulesAdopted(rules, day):
                state.rules, state.day = rules, day
            case LogKeyRotated(log_key):
                state.log_keys = (*state.log_keys, log_key._replace(first_size=sequence + 1))
            case BackingAttested():
                pass  # a statement on what is outside: nothing here follows from it
            case _:
                _apply_to_parties(change, state, sequence)
    return entries


def _enter(change: EntryPosted, state: State) -> None:
    """Keep an entry where a later refund or reversal finds it."""
    state.journal[change.order_id] = JournalEntry(
        change.order_id, change.kind, lasting(change.postings), change.about, change.bill
    )


def _apply_to_journal(change: Correction, state: State) -> None:
    match change:
        case PaymentRefunded(payment, payee, minor_units):
            entry = present(state.journal, payment)
            state.journal[payment] = entry._replace(refunded={**entry.refunded, payee: minor_units})
        case EntryReversed(name, reversal):
            state.journal[name] = present(state.journal, name)._replace(reversed_by=reversal)


def _apply_to_accounts(change: AccountOpened | Stop, state: State, sequence: int) -> None:
    match change:
        case AccountOpened(account):
            state.accounts[account.address] = account._replace(opened=sequence)
        case FreezePlaced(freeze):
            placed = (*state.freezes.get(freeze.account, ()), freeze._replace(placed=sequence))
            state.freezes[freeze.account] = placed
            _count_freeze(state, freeze.account, 1)
        case FreezeLifted(address, name):
            state.freezes[address] = tuple(
                row._replace(lifted=sequence) if row.freeze == name else row for row in state.freezes[address]
            )
            _count_freeze(state, address, -1)
        case AccountClosed(address):
            state.accounts[address] = present(state.accounts, address)._replace(closed=sequence)


def _count_freeze(state: State, address: str, step: int) -> None:
    account = present(state.accounts, address)
    state.accounts[address] = account._replace(freezes=account.freezes + step)


def _apply_to_parties(change: RegisterChange, state: State, sequence: int) -> None:
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
        case RolesChanged(name, roles):
            state.parties[name] = present(state.parties, name)._replace(roles=roles)


def _count_full_key(state: State, key: Key, step: int) -> None:
    if Scope.ALL in key.scopes:
        party = present(state.parties, key.party)
        state.parties[key.party] = party._replace(full_keys=party.full_keys + step)


def _apply_to_bills(change: Billing, state: State, sequence: int) -> None:
    match change:
        case BillRaised(bill):
            state.bills[bill.bill] = bill._replace(raised=sequence)
            state.bill_ids[bill.party, bill.bill_id] = bill.bill
        case BillApproved(name, checker, control_number):
            bill = present(state.bills, name)
            state.bills[name] = bill._replace(
                checker=checker, control_number=control_number, approved=sequence
            )
            state.control_numbers[control_number] = name
        case BillChangeAsked(name, pending):
            state.bills[name] = present(state.bills, name)._replace(pending=pending)
        case BillChanged(name, approval):
            state.bills[name] = present(state.bills, name).changed(approval)
        case BillCancelled(name, cancelled, reason):
            state.bills[name] = present(state.bills, name)._replace(
                cancelled=cancelled, cancel_reason=reason, pending=None
            )


def _apply_to_payments(change: Collecting, state: State) -> None:
    match change:
        case BillPaid(payment):
            bill = present(state.bills, payment.bill)
            shares = tuple(part.amount_minor_units for part in payment.parts)
            state.bills[payment.bill] = bill.with_payment(shares, payment.order_id)
        case BillReopened(name, moved):
            state.bills[name] = present(state.bills, name).without_payment(moved)
        case BillRefunded(name, payee, minor_units):
            state.bills[name] = present(state.bills, name).with_refund(payee, minor_units)
        case ProviderReceiptUsed(party, receipt, order_id):
            state.provider_receipts[party, receipt] = order_id


def _apply_to_bulks(change: Bulking, state: State, sequence: int) -> None:
    match change:
        case BulkApproved(bulk, lines):
            state.bulks[bulk.bulk] = bulk._replace(approved=sequence)
            state.bulk_lines.update(((bulk.party, line), bulk.bulk) for line in lines)
        case BulkLineRaised(name, minor_units):
            bulk = present(state.bulks, name)
            state.bulks[name] = bulk._replace(
                raised=bulk.raised + 1, raised_total=bulk.raised_total + minor_units
            )
