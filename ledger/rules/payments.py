"""Rules for money: `issue`, `redeem` and `pay`."""

from __future__ import annotations

from ledger.books.accounts import Account, AccountClass
from ledger.books.freezes import standing
from ledger.books.journal import EntryKind, Posting
from ledger.books.parties import Role
from ledger.money import MINOR_UNITS_MAX
from ledger.orders.kinds import Issue, Pay, Redeem
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
    if stopped := refuse_payee(payee, acting, state):
        return stopped
    genesis = state.genesis
    backing = present(state.accounts, genesis.backing[body.currency])
    supply_max, amount = genesis.supply_max[body.currency], body.amount_minor_units
    if backing.balance + amount > supply_max:
        return Refusal(
            Reason.SUPPLY_MAX_EXCEEDED, {"supply_max": genesis.currencies[body.currency].text(supply_max)}
        )
    if counter_full(backing.debits_posted, amount) or counter_full(payee.credits_posted, amount):
        return Refusal(Reason.COUNTER_FULL)
    postings = (Posting(backing.address, body.payee, amount, body.currency),)
    return Decision((EntryPosted(postings, acting.order_id, EntryKind.ISSUE),), {})


def redeem(body: Redeem, acting: Acting, state: State) -> Outcome:
    """Money out of circulation: debit the account, credit the backing account.

    The right of whoever holds a distribution account, over that account alone. Money reaches people through
    distributors and goes back through them: the settlement that `backing_reference` names is between the central bank
    and a distributor, never a wallet. The issuer redeems from distribution accounts of its own; it cannot reach into
    anybody else's, since nobody's account is debited without its holder's signature but by a supervisor's reversal.
    """
    if reason := acting.lacks():
        return Refusal(reason)
    payer = state.accounts.get(body.payer)
    if payer is None:
        return Refusal(Reason.PAYER_UNKNOWN)
    if payer.party != acting.party_id:
        return Refusal(Reason.PAYER_NOT_YOURS)
    if payer.account_class is not AccountClass.DISTRIBUTION:
        return Refusal(Reason.PAYER_NOT_DISTRIBUTION)
    if payer.currency != body.currency:
        return Refusal(Reason.CURRENCY_DIFFERS)
    if stopped := refuse_payer(payer, acting, state):
        return stopped
    postings = (
        Posting(body.payer, state.genesis.backing[body.currency], body.amount_minor_units, body.currency),
    )
    if refusal := refuse_amounts(postings, state):
        return refusal
    return Decision((EntryPosted(postings, acting.order_id, EntryKind.REDEMPTION),), {})


def pay(body: Pay, acting: Acting, state: State) -> Outcome:
    """A payment to one or more payees, all or nothing."""
    if reason := acting.lacks():
        return Refusal(reason)
    payer, currency = body.payer, body.currency
    postings = tuple([Posting(payer, leg.payee, leg.amount_minor_units, currency) for leg in body.legs])
    if refusal := refuse_accounts(postings, acting, state) or refuse_amounts(postings, state):
        return refusal
    return Decision((EntryPosted(postings, acting.order_id),), {})


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
    if stopped := refuse_payer(payer, acting, state):
        return stopped
    return _first_stopped(found, acting, state)


def _first_stopped(payees: list[Account], acting: Acting, state: State) -> Refusal | None:
    frozen: Refusal | None = None
    for payee in payees:
        if payee.closed is not None:
            return Refusal(Reason.PAYEE_CLOSED)
        if payee.freezes and frozen is None:
            frozen = refuse_payee(payee, acting, state)
    return frozen


def refuse_payer(payer: Account, acting: Acting, state: State) -> Refusal | None:
    """Why no money may leave this account at all: it is closed, or any freeze stands."""
    if payer.closed is not None:
        return Refusal(Reason.PAYER_CLOSED)
    if payer.freezes and standing(state.freezes[payer.address], acting.now_us):
        return Refusal(Reason.PAYER_FROZEN)
    return None


def refuse_payee(payee: Account, acting: Acting, state: State) -> Refusal | None:
    """Why no money may come to this account at all: it is closed, or a freeze of `all` stands."""
    if payee.closed is not None:
        return Refusal(Reason.PAYEE_CLOSED)
    if payee.freezes and standing(state.freezes[payee.address], acting.now_us, credits_too=True):
        return Refusal(Reason.PAYEE_FROZEN)
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
    if counter_full(payer.debits_posted, total):
        return Refusal(Reason.COUNTER_FULL)
    for address, amount in received.items():
        if counter_full(present(state.accounts, address).credits_posted, amount):
            return Refusal(Reason.COUNTER_FULL)
    return None


def counter_full(counter: int, amount: int) -> bool:
    """Whether a counter cannot take that much more."""
    return counter + amount > MINOR_UNITS_MAX
