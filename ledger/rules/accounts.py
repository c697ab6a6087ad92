"""Rules for accounts: `open_account`."""

from __future__ import annotations

from ledger.addresses import account_address
from ledger.books.accounts import Account, AccountClass
from ledger.books.parties import Role
from ledger.orders.kinds import OpenAccount
from ledger.refusals import Reason, Refusal
from ledger.rules.acting import Acting
from ledger.rules.changes import AccountOpened, Decision, Outcome
from ledger.rules.state import State


def open_account(body: OpenAccount, acting: Acting, state: State) -> Outcome:
    """An empty account for the acting party, or by a registrar for another. Its address follows from key and order."""
    for_another = body.party is not None and body.party != acting.party_id
    if reason := acting.lacks(roles=(Role.REGISTRAR,) if for_another else ()):
        return Refusal(reason)
    party = state.parties.get(body.party) if body.party is not None else acting.party
    if party is None:
        return Refusal(Reason.PARTY_UNKNOWN)
    if body.account_class is AccountClass.COLLECTION and Role.INSTITUTION not in party.roles:
        return Refusal(Reason.ACCOUNT_CLASS_NOT_ALLOWED)
    genesis = state.genesis
    address = account_address(
        prefix=genesis.prefix, ledger_id=genesis.ledger_id, kid=acting.kid, order_id=acting.order_id
    )
    account = Account(address, party.party, body.account_class, body.currency, 0)
    return Decision((AccountOpened(account),), {"account": address})
