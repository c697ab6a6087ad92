"""Rules for what a checker says yes to: a bill, a change of one, its cancellation, many bills before they are raised.

A change is asked for by one key and approved by another, like the bill itself. The approval names the very order that
asked, so what was seen is what is approved. A bill that has no number yet may be cancelled by its maker alone: nobody
could pay it.
"""

from __future__ import annotations

from ledger.books.bills import Bill, BillStatus, Bulk, PendingChange
from ledger.books.parties import Role, Scope
from ledger.orders.kinds import ApproveBill, ApproveBulk, CancelBill, ChangeBill
from ledger.refusals import Reason, Refusal
from ledger.rules.acting import Acting
from ledger.rules.bills import control_number_for, refuse_payees, refuse_reuse, resolved
from ledger.rules.changes import (
    BillApproved,
    BillCancelled,
    BillChangeAsked,
    BillChanged,
    BulkApproved,
    Change,
    Decision,
    Outcome,
)
from ledger.rules.state import State


def approve_bill(body: ApproveBill, acting: Acting, state: State) -> Outcome:
    """The checker's yes, by another key than the maker's. The rules choose the control number."""
    if reason := acting.lacks(Scope.CHECK, roles=(Role.INSTITUTION,)):
        return Refusal(reason)
    bill = state.bills.get(body.bill)
    if bill is None:
        return Refusal(Reason.BILL_UNKNOWN)
    if bill.party != acting.party_id:
        return Refusal(Reason.BILL_NOT_YOURS)
    if refusal := _refuse_number(bill, acting, state) or _refuse_approval(bill, body, acting):
        return refusal
    pending = bill.pending if body.change else None
    if pending is not None:
        return _approve_change(bill, pending, acting, state)
    if bill.cancelled is not None:
        return Refusal(Reason.BILL_CANCELLED)
    if acting.now_us >= bill.payable_until_us:
        return Refusal(Reason.BILL_EXPIRED)
    return _with_number(bill, (), acting, state)


def _refuse_number(bill: Bill, acting: Acting, state: State) -> Refusal | None:
    """Why a bill that asked for an earlier number cannot have it now."""
    if bill.control_number is not None or bill.reuses is None:
        return None
    return refuse_reuse(bill.reuses, acting, state)


def _refuse_approval(bill: Bill, body: ApproveBill, acting: Acting) -> Refusal | None:
    """Why what this order names is not there to be approved, or not by this key."""
    pending, makers = bill.pending, {bill.maker} if bill.control_number is None else set()
    if body.change is not None:
        if pending is None or pending.order != body.change:
            return Refusal(Reason.CHANGE_UNKNOWN)
        makers.add(pending.maker)
    elif bill.control_number is not None:
        return Refusal(Reason.BILL_ALREADY_APPROVED, {"control_number": bill.control_number})
    elif pending is not None:
        return Refusal(Reason.CHANGE_PENDING, {"change": pending.order})
    return Refusal(Reason.APPROVER_IS_MAKER) if acting.kid in makers else None


def _approve_change(bill: Bill, pending: PendingChange, acting: Acting, state: State) -> Outcome:
    if refusal := _refuse_change(bill, pending, acting, state):
        return refusal
    if pending.cancel_reason is not None:
        cancelled = BillCancelled(bill.bill, pending.order, pending.cancel_reason)
        return Decision((cancelled,), _result(bill))
    changed = BillChanged(bill.bill, acting.order_id)
    if bill.control_number is None:
        return _with_number(bill, (changed,), acting, state)
    return Decision((changed,), _result(bill))


def _with_number(bill: Bill, before: tuple[Change, ...], acting: Acting, state: State) -> Decision:
    number = control_number_for(bill, state)
    return Decision((*before, BillApproved(bill.bill, acting.kid, number)), {"control_number": number})


def change_bill(body: ChangeBill, acting: Acting, state: State) -> Outcome:
    """A maker asks for another expiry, or for another amount while nothing is paid. A checker approves it."""
    bill, refusal = _own_bill(body.bill, acting, state)
    if bill is None or refusal is not None:
        return refusal or Refusal(Reason.BILL_UNKNOWN)
    amount, items = body.amount_minor_units, resolved(body.items, bill.payee)
    pending = PendingChange(acting.order_id, acting.kid, body.payable_until_us, amount, items or None)
    if refusal := _refuse_change(bill, pending, acting, state, currency=body.currency):
        return refusal
    return Decision((BillChangeAsked(bill.bill, pending),), {"change": acting.order_id, **_result(bill)})


def cancel_bill(body: CancelBill, acting: Acting, state: State) -> Outcome:
    """A maker takes a bill back of which nothing is paid: at once before it has a number, else with a checker's yes."""
    bill, refusal = _own_bill(body.bill, acting, state)
    if bill is None or refusal is not None:
        return refusal or Refusal(Reason.BILL_UNKNOWN)
    pending = PendingChange(acting.order_id, acting.kid, cancel_reason=body.reason)
    if refusal := _refuse_change(bill, pending, acting, state):
        return refusal
    if bill.control_number is None:
        return Decision((BillCancelled(bill.bill, acting.order_id, body.reason),), {})
    return Decision((BillChangeAsked(bill.bill, pending),), {"change": acting.order_id, **_result(bill)})


def _own_bill(name: str, acting: Acting, state: State) -> tuple[Bill | None, Refusal | None]:
    if reason := acting.lacks(Scope.MAKE, roles=(Role.INSTITUTION,)):
        return None, Refusal(reason)
    bill = state.bills.get(name)
    if bill is not None and bill.party != acting.party_id:
        return None, Refusal(Reason.BILL_NOT_YOURS)
    return bill, None


def _result(bill: Bill) -> dict[str, str]:
    return {} if bill.control_number is None else {"control_number": bill.control_number}


def _refuse_change(
    bill: Bill, pending: PendingChange, acting: Acting, state: State, *, currency: str | None = None
) -> Refusal | None:
    """Why a bill may not be changed so: asked when the maker asks and again when the checker approves."""
    if reason := _refuse_over(bill, pending, acting, state):
        return Refusal(reason)
    if pending.cancel_reason is not None:
        return None
    amount = bill.amount_minor_units if pending.amount_minor_units is None else pending.amount_minor_units
    until = bill.payable_until_us if pending.payable_until_us is None else pending.payable_until_us
    if acting.now_us >= until:
        return Refusal(Reason.BILL_EXPIRED)
    items = bill.items if pending.items is None else pending.items
    if items and sum(item.amount_minor_units for item in items) != amount:
        return Refusal(Reason.ITEMS_DIFFER)
    changed = bill._replace(items=items, currency=currency or bill.currency)
    if pending.items is not None and (refusal := refuse_payees(changed, acting, state)):
        return refusal
    return Refusal(Reason.CURRENCY_DIFFERS) if changed.currency != bill.currency else None


def _refuse_over(bill: Bill, pending: PendingChange, acting: Acting, state: State) -> Reason | None:
    """Why a bill is past being changed: cancelled, paid, paid in part, its number given on."""
    status = bill.status(acting.now_us)
    if status is BillStatus.CANCELLED:
        return Reason.BILL_CANCELLED
    if status is BillStatus.PAID:
        return Reason.BILL_PAID
    if status is BillStatus.REFUNDED:
        return Reason.BILL_REFUNDED
    touches_money = (
        pending.cancel_reason is not None
        or pending.amount_minor_units is not None
        or pending.items is not None
    )
    if bill.collected and touches_money:
        return Reason.BILL_PART_PAID
    number = bill.control_number
    if number is not None and state.control_numbers.get(number) != bill.bill:
        return Reason.BILL_REPLACED
    return None


def approve_bulk(body: ApproveBulk, acting: Acting, state: State) -> Outcome:
    """A checker's yes to up to a thousand bills, each by the hash of the order that will raise it."""
    if reason := acting.lacks(Scope.CHECK, roles=(Role.INSTITUTION,)):
        return Refusal(reason)
    if any(state.bulk_lines.get((acting.party_id, line)) is not None for line in body.lines):
        return Refusal(Reason.BULK_LINE_KNOWN)
    bulk = Bulk(
        acting.order_id,
        acting.party_id,
        acting.kid,
        body.currency,
        body.total_minor_units,
        len(body.lines),
        0,
    )
    return Decision((BulkApproved(bulk, body.lines),), {"bulk": bulk.bulk})
