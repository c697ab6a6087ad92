"""Deciding one order: the checks that every order passes, then those of its family.

The checks stand in the order of `Reason`, so of all reasons that apply the first is given. What is not here: the
recorded outcome and the conflict of ids come before (the bookkeeper recalls them), signatures before that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.books.parties import Key, Party, Role
from ledger.faults import BrokenPromise
from ledger.orders.genesis import RULES_KNOWN
from ledger.orders.kinds import (
    AddKey,
    AdoptRules,
    ApproveBill,
    ApproveBulk,
    AttestBacking,
    Body,
    CancelBill,
    ChangeBill,
    CloseAccount,
    FreezeAccount,
    GrantRole,
    Issue,
    OpenAccount,
    Pay,
    PayBill,
    RaiseBill,
    Redeem,
    Refund,
    RegisterParty,
    Reverse,
    RevokeKey,
    RotateLogKey,
    Unfreeze,
    WithdrawRole,
)
from ledger.orders.signed import VerifiedOrder
from ledger.refusals import Reason, Refusal
from ledger.rules import accounts, approvals, bills, corrections, parties, payments, standing
from ledger.rules.acting import Acting
from ledger.rules.bills import FULL_BILLS
from ledger.rules.changes import Outcome
from ledger.rules.state import State

Family = Callable[[Any, Acting, State], Outcome]

FAMILIES: dict[type, Family] = {
    RegisterParty: parties.register_party,
    AddKey: parties.add_key,
    RevokeKey: parties.revoke_key,
    OpenAccount: accounts.open_account,
    Issue: payments.issue,
    Pay: payments.pay,
    RaiseBill: bills.raise_bill,
    ApproveBill: approvals.approve_bill,
    PayBill: bills.pay_bill,
    Redeem: payments.redeem,
    Refund: corrections.refund,
    Reverse: corrections.reverse,
    FreezeAccount: accounts.freeze,
    Unfreeze: accounts.unfreeze,
    CloseAccount: accounts.close_account,
    GrantRole: parties.grant_role,
    WithdrawRole: parties.withdraw_role,
    AdoptRules: standing.adopt_rules,
    RotateLogKey: standing.rotate_log_key,
    AttestBacking: standing.attest_backing,
    ChangeBill: approvals.change_bill,
    CancelBill: approvals.cancel_bill,
    ApproveBulk: approvals.approve_bulk,
}
"""Every kind of order and the function that decides it. A test holds it total over the kinds."""

_SINCE_THE_FIRST_RULES = frozenset(
    {RegisterParty, AddKey, RevokeKey, OpenAccount, Issue, Pay, RaiseBill, ApproveBill, PayBill, AdoptRules}
)


_SINCE_FULL_BILLS = frozenset({ChangeBill, CancelBill, ApproveBulk})


def rules_needed(body: Body) -> int:
    """The first version of the rules that decides such an order. `adopt_rules` is how one gets to a later one."""
    if type(body) in _SINCE_FULL_BILLS or _has_later_members(body):
        return FULL_BILLS
    if type(body) not in _SINCE_THE_FIRST_RULES or (isinstance(body, Issue) and body.backing_reference):
        return 2
    return 1


def _has_later_members(body: Body) -> bool:
    """Whether an order says what its kind could not say before bills were built in full."""
    match body:
        case RaiseBill():
            later = (body.option, body.items, body.equivalent, body.reusable, body.reuse)
            return any(later)
        case ApproveBill():
            return body.change is not None
        case PayBill():
            return any((body.channel, body.provider_receipt, body.customer))
        case GrantRole() | WithdrawRole():
            return body.role is Role.PROVIDER
        case _:
            return False


def decide(order: VerifiedOrder, state: State, now_us: int) -> Outcome:
    """What the ledger does about an order at this position and instant. The state is only read.

    Whoever calls has seen to it that the key of the order is registered, or registers itself in a sandbox.
    """
    if now_us >= order.order.expires_us:
        return Refusal(Reason.ORDER_EXPIRED)
    if state.rules < RULES_KNOWN[-1] and (needed := rules_needed(order.order.body)) > state.rules:
        return Refusal(Reason.RULES_NOT_ADOPTED, {"needed": str(needed)})
    key, party = _signer(order, state)
    if key is not None and key.revoked is not None:
        return Refusal(Reason.KEY_REVOKED)
    acting = Acting(order.order.order_id, order.kid, key, party, now_us, order.content)
    return FAMILIES[type(order.order.body)](order.order.body, acting, state)


def may_register_itself(order: VerifiedOrder, state: State) -> bool:
    """Whether an order by an unknown key is to be decided at all: in a sandbox, if it registers that very key."""
    body = order.order.body
    return state.genesis.sandbox and isinstance(body, RegisterParty) and body.key.kid == order.kid


def _signer(order: VerifiedOrder, state: State) -> tuple[Key | None, Party | None]:
    key = state.keys.get(order.kid)
    if key is None:
        if may_register_itself(order, state):
            return None, None
        raise BrokenPromise("an order that is decided has a registered key")
    return key, state.parties[key.party]
