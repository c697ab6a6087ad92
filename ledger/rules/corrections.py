"""Rules for money that goes back: `refund` by the payee, `reverse` by the supervisor.

Both name an earlier entry by the id of its order, and both keep count on that entry, so money never goes back twice:
a payment that was refunded, be it in part, is not reversed as a whole, and what was reversed is not refunded. A refund
may itself be reversed; then the payment can be refunded, or reversed, again.

What becomes of a bill: an exact one that is refunded in full ends as `refunded`, since the institution gave the money
back and raises a new bill if it still wants it; what is refunded of a full or partial one is outstanding again.
Reversed each is open again, since a reversal says that it was never rightly paid.
"""

from __future__ import annotations

from ledger.books.accounts import AccountClass
from ledger.books.freezes import standing
from ledger.books.journal import EntryKind, JournalEntry, Posting
from ledger.books.parties import Role
from ledger.orders.kinds import Refund, Reverse
from ledger.refusals import Reason, Refusal
from ledger.rules.acting import Acting
from ledger.rules.changes import (
    BillRefunded,
    BillReopened,
    Change,
    Decision,
    EntryPosted,
    EntryReversed,
    Outcome,
    PaymentRefunded,
)
from ledger.rules.payments import counter_full, refuse_amounts, refuse_payee, refuse_payer
from ledger.rules.state import State, present


def refund(body: Refund, acting: Acting, state: State) -> Outcome:
    """Back from a payee to the payer of a payment, at most what this payee got by it, in one or several refunds."""
    if reason := acting.lacks():
        return Refusal(reason)
    payment = state.journal.get(body.payment)
    if payment is None:
        return Refusal(Reason.ENTRY_UNKNOWN)
    if payment.kind is not EntryKind.PAYMENT:
        return Refusal(Reason.ENTRY_NOT_REFUNDABLE)
    if payment.reversed_by is not None:
        return Refusal(Reason.ENTRY_REVERSED)
    received = payment.received(body.payer)
    if not received:
        return Refusal(Reason.REFUND_NOT_FROM_PAYEE)
    payer = present(state.accounts, body.payer)
    if payer.party != acting.party_id:
        return Refusal(Reason.PAYER_NOT_YOURS)
    if payment.postings[0].currency != body.currency:
        return Refusal(Reason.CURRENCY_DIFFERS)
    payee = present(state.accounts, payment.postings[0].debit)
    if stopped := refuse_payer(payer, acting, state) or refuse_payee(payee, acting, state):
        return stopped
    given_back, amount = payment.refunded.get(body.payer, 0), body.amount_minor_units
    if given_back + amount > received:
        refundable = state.genesis.currencies[body.currency].text(received - given_back)
        return Refusal(Reason.REFUND_EXCEEDS_PAYMENT, {"refundable": refundable})
    postings = (Posting(body.payer, payee.address, amount, body.currency),)
    if refusal := refuse_amounts(postings, state):
        return refusal
    entry = EntryPosted(postings, acting.order_id, EntryKind.REFUND, payment.order_id)
    counted = _counted(payment, body.payer, given_back + amount, amount)
    return Decision((entry, *counted), {"payment": payment.order_id, "payee": payee.address})


def reverse(body: Reverse, acting: Acting, state: State) -> Outcome:
    """Every posting of an entry the other way round, all or nothing. A freeze stands above it: lift that first."""
    if reason := acting.lacks(roles=(Role.SUPERVISOR,)):
        return Refusal(reason)
    entry = state.journal.get(body.entry)
    if entry is None:
        return Refusal(Reason.ENTRY_UNKNOWN)
    if entry.kind is EntryKind.REVERSAL:
        return Refusal(Reason.ENTRY_NOT_REVERSIBLE)
    if entry.reversed_by is not None:
        return Refusal(Reason.ENTRY_REVERSED)
    if any(entry.refunded.values()):
        return Refusal(Reason.ENTRY_REFUNDED)
    if _overpays(entry, state):
        return Refusal(Reason.BILL_OVERPAID)
    postings = tuple(
        Posting(row.credit, row.debit, row.amount_minor_units, row.currency)
        for row in reversed(entry.postings)
    )
    if refusal := _refuse_accounts(postings, acting, state) or _refuse_sums(postings, state):
        return refusal
    posted = EntryPosted(postings, acting.order_id, EntryKind.REVERSAL, entry.order_id)
    undone = _undone(entry, state)
    return Decision(
        (posted, EntryReversed(entry.order_id, acting.order_id), *undone), {"entry": entry.order_id}
    )


def _undone(entry: JournalEntry, state: State) -> tuple[Change, ...]:
    """What else a reversal takes back: the count of a refund, a payment of a bill."""
    if entry.kind is EntryKind.REFUND and entry.about is not None:
        payment, (posting,) = present(state.journal, entry.about), entry.postings
        amount = posting.amount_minor_units
        return _counted(payment, posting.debit, payment.refunded[posting.debit] - amount, -amount)
    if entry.bill is None:
        return ()
    moved = tuple((posting.credit, posting.amount_minor_units) for posting in entry.postings)
    return (BillReopened(entry.bill, moved),)


def _counted(payment: JournalEntry, payee: str, in_sum: int, more: int) -> tuple[Change, ...]:
    """What a payee gave back in sum of the payment, and what of it is new to the bill that it paid."""
    counted = PaymentRefunded(payment.order_id, payee, in_sum)
    return (counted,) if payment.bill is None else (counted, BillRefunded(payment.bill, payee, more))


def _overpays(entry: JournalEntry, state: State) -> bool:
    """Whether the reversal of a refund would bring a payee more of a bill than it asks: paid again since, cancelled."""
    if entry.kind is not EntryKind.REFUND or entry.about is None:
        return False
    payment, (posting,) = present(state.journal, entry.about), entry.postings
    if payment.bill is None:
        return False
    return present(state.bills, payment.bill).room(posting.debit) < posting.amount_minor_units


def _refuse_accounts(postings: tuple[Posting, ...], acting: Acting, state: State) -> Refusal | None:
    """Why a reversal may not move these accounts: one is closed, or a freeze stands."""
    sides = [
        (present(state.accounts, address), credited)
        for posting in postings
        for address, credited in ((posting.debit, False), (posting.credit, True))
    ]
    if any(account.closed is not None for account, _ in sides):
        return Refusal(Reason.ACCOUNT_CLOSED)
    for account, credited in sides:
        freezes = state.freezes[account.address] if account.freezes else ()
        if stands := standing(freezes, acting.now_us, credits_too=credited):
            return Refusal(Reason.ACCOUNT_FROZEN, {"order_number": stands.order_number})
    return None


def _refuse_sums(postings: tuple[Posting, ...], state: State) -> Refusal | None:
    """Why a reversal may not move these sums: the bound of the supply, somebody below zero, a full counter."""
    given: dict[str, int] = {}
    taken: dict[str, int] = {}
    for posting in postings:
        given[posting.debit] = given.get(posting.debit, 0) + posting.amount_minor_units
        taken[posting.credit] = taken.get(posting.credit, 0) + posting.amount_minor_units
    found: set[Reason] = set()
    for address in given.keys() | taken.keys():
        account = present(state.accounts, address)
        out, back = given.get(address, 0), taken.get(address, 0)
        if account.account_class is AccountClass.BACKING:
            over = account.balance + out - back > state.genesis.supply_max[account.currency]
            found |= {Reason.SUPPLY_MAX_EXCEEDED} if over else set()
        elif account.balance + back < out:
            found.add(Reason.INSUFFICIENT_FUNDS)
        if counter_full(account.debits_posted, out) or counter_full(account.credits_posted, back):
            found.add(Reason.COUNTER_FULL)
    return _first(found, postings, state)


def _first(found: set[Reason], postings: tuple[Posting, ...], state: State) -> Refusal | None:
    currency = state.genesis.currencies[postings[0].currency]
    if Reason.SUPPLY_MAX_EXCEEDED in found:
        supply_max = currency.text(state.genesis.supply_max[currency.code])
        return Refusal(Reason.SUPPLY_MAX_EXCEEDED, {"supply_max": supply_max})
    if Reason.INSUFFICIENT_FUNDS in found:
        needed = currency.text(sum(posting.amount_minor_units for posting in postings))
        return Refusal(Reason.INSUFFICIENT_FUNDS, {"needed": needed})
    return Refusal(Reason.COUNTER_FULL) if found else None
