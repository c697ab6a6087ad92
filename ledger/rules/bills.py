"""Rules for bills: `raise_bill` by the maker, `approve_bill` by the checker, `pay_bill` by anybody."""

from __future__ import annotations

from ledger.books.accounts import AccountClass
from ledger.books.bills import Bill, control_number_candidates
from ledger.books.journal import Posting
from ledger.books.parties import Role, Scope
from ledger.faults import require
from ledger.orders.kinds import ApproveBill, PayBill, RaiseBill
from ledger.refusals import Reason, Refusal
from ledger.rules.acting import Acting
from ledger.rules.changes import BillApproved, BillPaid, BillRaised, Decision, EntryPosted, Outcome
from ledger.rules.payments import refuse_accounts, refuse_amounts
from ledger.rules.state import State


def raise_bill(body: RaiseBill, acting: Acting, state: State) -> Outcome:
    """A new bill, payable into a collection account of the acting institution once its checker approved it."""
    if reason := acting.lacks(Scope.MAKE, roles=(Role.INSTITUTION,)):
        return Refusal(reason)
    if acting.party is None or body.service not in {service.code for service in acting.party.services}:
        return Refusal(Reason.SERVICE_UNKNOWN)
    if state.bill_ids.get((acting.party_id, body.bill_id)) is not None:
        return Refusal(Reason.BILL_ID_IN_USE, {"bill_id": body.bill_id})
    if acting.now_us >= body.payable_until_us:
        return Refusal(Reason.BILL_EXPIRED)
    payee = state.accounts.get(body.payee)
    if payee is None:
        return Refusal(Reason.PAYEE_UNKNOWN)
    if payee.party != acting.party_id:
        return Refusal(Reason.PAYEE_NOT_YOURS)
    if payee.account_class is not AccountClass.COLLECTION:
        return Refusal(Reason.PAYEE_NOT_PAYABLE)
    if payee.currency != body.currency:
        return Refusal(Reason.CURRENCY_DIFFERS)
    if payee.closed is not None:
        return Refusal(Reason.PAYEE_CLOSED)
    bill = Bill(
        acting.order_id, acting.party_id, body.bill_id, body.service, body.payee, body.currency,
        body.amount_minor_units, body.payable_until_us, acting.kid, 0,
    )  # fmt: skip
    return Decision((BillRaised(bill),), {"bill": bill.bill})


def approve_bill(body: ApproveBill, acting: Acting, state: State) -> Outcome:
    """The checker's yes, by another key than the maker's. The rules choose the control number."""
    if reason := acting.lacks(Scope.CHECK, roles=(Role.INSTITUTION,)):
        return Refusal(reason)
    bill = state.bills.get(body.bill)
    if bill is None:
        return Refusal(Reason.BILL_UNKNOWN)
    if bill.party != acting.party_id:
        return Refusal(Reason.BILL_NOT_YOURS)
    if bill.control_number is not None:
        return Refusal(Reason.BILL_ALREADY_APPROVED, {"control_number": bill.control_number})
    if bill.maker == acting.kid:
        return Refusal(Reason.APPROVER_IS_MAKER)
    if acting.now_us >= bill.payable_until_us:
        return Refusal(Reason.BILL_EXPIRED)
    number = _free_control_number(bill.bill, state)
    return Decision((BillApproved(bill.bill, acting.kid, number),), {"control_number": number})


def pay_bill(body: PayBill, acting: Acting, state: State) -> Outcome:
    """The full payment of an open bill into the collection account that the institution named."""
    if reason := acting.lacks():
        return Refusal(reason)
    bill = state.bill_of(body.control_number)
    if bill is None:
        return Refusal(Reason.BILL_UNKNOWN)
    if bill.paid_by is not None:
        refunded = bill.refunded >= bill.amount_minor_units
        return Refusal(Reason.BILL_REFUNDED if refunded else Reason.BILL_PAID)
    if acting.now_us >= bill.payable_until_us:
        return Refusal(Reason.BILL_EXPIRED)
    postings = (Posting(body.payer, bill.payee, body.amount_minor_units, body.currency),)
    if refusal := refuse_accounts(postings, acting, state):
        return refusal
    if body.amount_minor_units != bill.amount_minor_units:
        outstanding = state.genesis.currencies[bill.currency].text(bill.amount_minor_units)
        return Refusal(Reason.AMOUNT_DIFFERS, {"outstanding": outstanding})
    if refusal := refuse_amounts(postings, state):
        return refusal
    result = {"bill": bill.bill, "bill_id": bill.bill_id, "payee": bill.payee}
    entry = EntryPosted(postings, acting.order_id, bill=bill.bill)
    return Decision((entry, BillPaid(bill.bill, acting.order_id)), result)


def _free_control_number(bill: str, state: State) -> str:
    genesis = state.genesis
    candidates = control_number_candidates(
        ledger_id=genesis.ledger_id, bill=bill, prefix=genesis.control_number_prefix
    )
    free = [number for number in candidates if state.control_numbers.get(number) is None]
    require(free, "one of a bill's eight control numbers is free")
    return free[0]
