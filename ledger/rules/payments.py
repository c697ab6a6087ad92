"""Rules for money: `issue` and `pay`."""

from __future__ import annotations

from ledger.books.accounts import Account, AccountClass
from ledger.books.journal import Posting
from ledger.books.parties import Role
from ledger.money import MINOR_UNITS_MAX
from ledger.orders.kinds import Issue, Pay
from ledger.refusals import Reason, Refusal
from ledger.rules.acting import Acting
from ledger.rules.changes import Decision, EntryPosted, Outcome
from ledger.rules.state import State, present

_PAYERS = frozenset({AccountClass.WALLET, AccountClass.COLLECTION, AccountClass.DISTRIBUTION})


def issue(body: Issue, acting: Acting, state: State) -> Outcome:
    """New money: debit the backing account, credit the payee, within the pilot's bound."""
    if reason := acting.lacks(roles=(Role.ISSUER,)):
        return Refusal(reason)
    payee = state.accounts.get(body.payee)
    if payee is None:
        return Refusal(Reason.PAYEE_UNKNOWN)
    if payee.account_class is AccountClass.BACKING:
        return Refusal(Reason.PAYEE_NOT_PAYABLE)
    if payee.currency != body.currency:
        return Refusal(Reason.CURRENCY_DIFFERS)
    genesis = state.genesis
    backing = present(state.accounts, genesis.backing[body.currency])
    supply_max, amount = genesis.supply_max[body.currency], body.amount_minor_units
    if backing.balance + amount > supply_max:
        return Refusal(
            Reason.SUPPLY_MAX_EXCEEDED, {"supply_max": genesis.currencies[body.currency].text(supply_max)}
        )
    if _full(backing.debits_posted, amount) or _full(payee.credits_posted, amount):
        return Refusal(Reason.COUNTER_FULL)
    return Decision((EntryPosted((Posting(backing.address, body.payee, amount, body.currency),)),), {})


def pay(body: Pay, acting: Acting, state: State) -> Outcome:
    """A payment to one or more payees, all or nothing."""
    if reason := acting.lacks():
        return Refusal(reason)
    payer, currency = body.payer, body.currency
    postings = tuple([Posting(payer, leg.payee, leg.amount_minor_units, currency) for leg in body.legs])
    if refusal := refuse_accounts(postings, acting, state) or refuse_amounts(postings, state):
        return refusal
    return Decision((EntryPosted(postings),), {})


def refuse_accounts(postings: tuple[Posting, ...], acting: Acting, state: State) -> Refusal | None:
    """Why no money at all may go from one payer to these payees, first reason first. None if it may.

    The postings share the payer and the currency.
    """
    payer = state.accounts.get(postings[0].debit)
    if payer is None:
        return Refusal(Reason.PAYER_UNKNOWN)
    if payer.party != acting.party_id or payer.account_class not in _PAYERS:
        return Refusal(Reason.PAYER_NOT_YOURS)
    payees = [state.accounts.get(posting.credit) for posting in postings]
    found = [payee for payee in payees if payee is not None]
    if len(found) < len(postings):
        return Refusal(Reason.PAYEE_UNKNOWN)
    if reason := _refuse_payees(payer, found, postings[0].currency):
        return Refusal(reason)
    return None


def _refuse_payees(payer: Account, payees: list[Account], currency: str) -> Reason | None:
    """The first reason that applies to any payee: a reason further down waits until all payees passed those above."""
    mixed = payer.currency != currency
    itself = False
    for payee in payees:
        if payee.account_class is AccountClass.BACKING:
            return Reason.PAYEE_NOT_PAYABLE
        itself = itself or payee.address == payer.address
        mixed = mixed or payee.currency != currency
    if itself:
        return Reason.PAYER_IS_PAYEE
    return Reason.CURRENCY_DIFFERS if mixed else None


def refuse_amounts(postings: tuple[Posting, ...], state: State) -> Refusal | None:
    """Why these amounts may not go, between accounts that passed `refuse_accounts`. None if they may."""
    payer = present(state.accounts, postings[0].debit)
    received: dict[str, int] = {}
    total = 0
    for _, credit, amount, _ in postings:
        received[credit] = received.get(credit, 0) + amount
        total += amount
    if payer.balance < total:
        return Refusal(
            Reason.INSUFFICIENT_FUNDS, {"needed": state.genesis.currencies[payer.currency].text(total)}
        )
    if _full(payer.debits_posted, total):
        return Refusal(Reason.COUNTER_FULL)
    for address, amount in received.items():
        if _full(present(state.accounts, address).credits_posted, amount):
            return Refusal(Reason.COUNTER_FULL)
    return None


def _full(counter: int, amount: int) -> bool:
    return counter + amount > MINOR_UNITS_MAX
