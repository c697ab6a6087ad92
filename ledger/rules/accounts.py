"""Rules for accounts: `open_account`, `freeze`, `unfreeze`, `close_account`."""

from __future__ import annotations

from ledger.addresses import account_address
from ledger.books.accounts import OPENABLE, Account, AccountClass
from ledger.books.freezes import Freeze, standing
from ledger.books.parties import Role
from ledger.orders.kinds import CloseAccount, FreezeAccount, OpenAccount, Unfreeze
from ledger.refusals import Reason, Refusal
from ledger.rules.acting import Acting
from ledger.rules.changes import (
    AccountClosed,
    AccountOpened,
    Decision,
    FreezeLifted,
    FreezePlaced,
    Outcome,
)
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


def freeze(body: FreezeAccount, acting: Acting, state: State) -> Outcome:
    """One more freeze. Several may stand at once, since two courts know nothing of each other.

    Every account but the backing accounts can be frozen. A freeze stops what its holder may do and, with `all`, what
    others may send there; refunds and reversals are stopped like any other movement.
    """
    if reason := acting.lacks(roles=(Role.AUTHORITY,)):
        return Refusal(reason)
    account = state.accounts.get(body.account)
    if account is None:
        return Refusal(Reason.ACCOUNT_UNKNOWN)
    if account.account_class is AccountClass.BACKING:
        return Refusal(Reason.ACCOUNT_RESERVED)
    if body.frozen_until_us is not None and acting.now_us >= body.frozen_until_us:
        return Refusal(Reason.FREEZE_EXPIRED)
    if account.closed is not None:
        return Refusal(Reason.ACCOUNT_CLOSED)
    placed = Freeze(
        body.account, acting.order_id, body.scope, body.reason, body.order_number, body.authority,
        body.frozen_until_us, 0,
    )  # fmt: skip
    return Decision((FreezePlaced(placed),), {"freeze": placed.freeze})


def unfreeze(body: Unfreeze, acting: Acting, state: State) -> Outcome:
    """An end to one freeze; others on the same account go on. One that ended by time may still be lifted."""
    if reason := acting.lacks(roles=(Role.AUTHORITY,)):
        return Refusal(reason)
    if state.accounts.get(body.account) is None:
        return Refusal(Reason.ACCOUNT_UNKNOWN)
    found = [row for row in state.freezes.get(body.account, ()) if row.freeze == body.freeze]
    if not found:
        return Refusal(Reason.FREEZE_UNKNOWN)
    if found[0].lifted is not None:
        return Refusal(Reason.FREEZE_LIFTED)
    return Decision((FreezeLifted(body.account, body.freeze),), {"freeze": body.freeze})


def close_account(body: CloseAccount, acting: Acting, state: State) -> Outcome:
    """The holder's end to an account that holds nothing and is not frozen. It never opens again."""
    if reason := acting.lacks():
        return Refusal(reason)
    account = state.accounts.get(body.account)
    if account is None:
        return Refusal(Reason.ACCOUNT_UNKNOWN)
    if account.party != acting.party_id:
        return Refusal(Reason.ACCOUNT_NOT_YOURS)
    if account.account_class not in OPENABLE:
        return Refusal(Reason.ACCOUNT_RESERVED)
    if account.closed is not None:
        return Refusal(Reason.ACCOUNT_CLOSED)
    if account.freezes and (stands := standing(state.freezes[body.account], acting.now_us)):
        return Refusal(Reason.ACCOUNT_FROZEN, {"order_number": stands.order_number})
    if account.balance:
        text = state.genesis.currencies[account.currency].text(account.balance)
        return Refusal(Reason.ACCOUNT_NOT_EMPTY, {"balance": text})
    return Decision((AccountClosed(body.account),), {"account": body.account})
