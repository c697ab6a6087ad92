"""Rules for bills: `raise_bill` by the maker, `approve_bill` by the checker, `pay_bill` by anybody.

What was raised under the versions before 3 is an exact bill without items; it goes on as it was.
"""

from __future__ import annotations

from ledger.books.accounts import Account, AccountClass
from ledger.books.bills import (
    Bill,
    BillItem,
    BillPart,
    BillPayment,
    BillStatus,
    Bulk,
    PayOption,
    bill_content,
    control_number_candidates,
)
from ledger.books.journal import Posting
from ledger.books.parties import Role, Scope
from ledger.faults import require
from ledger.orders.kinds import BillLine, PayBill, RaiseBill
from ledger.refusals import Reason, Refusal
from ledger.rules.acting import Acting
from ledger.rules.changes import (
    BillApproved,
    BillPaid,
    BillRaised,
    BulkLineRaised,
    Change,
    Decision,
    EntryPosted,
    Outcome,
    ProviderReceiptUsed,
)
from ledger.rules.payments import refuse_accounts, refuse_amounts
from ledger.rules.state import State
from ledger.signing import base64url

FULL_BILLS = 3
"""The version of the rules from which bills have options, items, instalments and changes."""


def raise_bill(body: RaiseBill, acting: Acting, state: State) -> Outcome:
    """A new bill, payable into collection accounts once the acting institution's checker approved it.

    If a bulk approval holds the hash of this very order, that was the checker's yes: the bill gets its number at once.
    The same bill sent again is answered with what became of the first one, and nothing changes.
    """
    if reason := acting.lacks(Scope.MAKE, roles=(Role.INSTITUTION,)):
        return Refusal(reason)
    bill = _bill_asked(body, acting)
    if (again := _again(bill, state)) is not None:
        return again
    if body.reuse is not None and (refusal := refuse_reuse(body.reuse, acting, state)):
        return refusal
    bulk = _bulk_of(acting, state)
    if bulk is not None and bulk.checker == acting.kid:
        return Refusal(Reason.APPROVER_IS_MAKER)
    if acting.party is None or body.service not in {service.code for service in acting.party.services}:
        return Refusal(Reason.SERVICE_UNKNOWN)
    if state.bill_ids.get((acting.party_id, body.bill_id)) is not None:
        return Refusal(Reason.BILL_ID_IN_USE, {"bill_id": body.bill_id})
    if bulk is not None and not bulk.fits(body.currency, body.amount_minor_units):
        return _bulk_differs(bulk, state)
    if acting.now_us >= body.payable_until_us:
        return Refusal(Reason.BILL_EXPIRED)
    if refusal := refuse_payees(bill, acting, state):
        return refusal
    result = {"bill": bill.bill}
    changes: tuple[Change, ...] = (BillRaised(bill),)
    if bulk is not None:
        number = control_number_for(bill, state)
        counted = BulkLineRaised(bulk.bulk, body.amount_minor_units)
        changes += (BillApproved(bill.bill, bulk.checker, number), counted)
        result["control_number"] = number
    return Decision(changes, result)


def _bill_asked(body: RaiseBill, acting: Acting) -> Bill:
    equivalent = body.equivalent
    bill = Bill(
        acting.order_id, acting.party_id, body.bill_id, body.service, body.payee, body.currency,
        body.amount_minor_units, body.payable_until_us, acting.kid, 0,
        option=body.option or PayOption.EXACT, minimum=body.minimum_minor_units,
        items=resolved(body.items, body.payee), reusable=body.reusable, reuses=body.reuse,
    )  # fmt: skip
    if equivalent is None:
        return bill
    return bill._replace(content=bill_content(bill, equivalent=equivalent))


def resolved(items: tuple[BillLine, ...], payee: str) -> tuple[BillItem, ...]:
    """The items of a bill with the account that each goes to."""
    return tuple(BillItem(item.gfs_code, item.amount_minor_units, item.payee or payee) for item in items)


def _again(bill: Bill, state: State) -> Decision | None:
    """The answer to the same bill sent again: what became of the first one."""
    name = state.bill_ids.get((bill.party, bill.bill_id))
    earlier = None if name is None else state.bills.get(name)
    if state.rules < FULL_BILLS or earlier is None or earlier.asked() != bill.asked():
        return None
    number = {} if earlier.control_number is None else {"control_number": earlier.control_number}
    return Decision((), {"bill": earlier.bill, **number})


def _bulk_of(acting: Acting, state: State) -> Bulk | None:
    """The bulk approval of the acting institution that holds the hash of this order."""
    name = state.bulk_lines.get((acting.party_id, base64url.encode(acting.content)))
    return None if name is None else state.bulks.get(name)


def _bulk_differs(bulk: Bulk, state: State) -> Refusal:
    currency = state.genesis.currencies[bulk.currency]
    left = currency.text(bulk.total - bulk.raised_total)
    return Refusal(Reason.BULK_DIFFERS, {"left": left, "lines": str(bulk.lines - bulk.raised)})


def refuse_reuse(number: str, acting: Acting, state: State) -> Refusal | None:
    """Why a control number of an earlier bill may not stand for another one now. None if it may."""
    earlier = state.bill_of(number)
    if earlier is None:
        return Refusal(Reason.BILL_UNKNOWN)
    if earlier.party != acting.party_id:
        return Refusal(Reason.BILL_NOT_YOURS)
    if not earlier.reusable:
        return Refusal(Reason.CONTROL_NUMBER_NOT_REUSABLE)
    if earlier.status(acting.now_us) in {BillStatus.OPEN, BillStatus.PART_PAID}:
        return Refusal(Reason.CONTROL_NUMBER_IN_USE)
    return None


def refuse_payees(bill: Bill, acting: Acting, state: State) -> Refusal | None:
    """Why a bill may not collect into these accounts: the reason that stands first, of all that apply to any of them.

    The bill's own account must be the institution's, and some of the bill must go to the institution: it does not bill
    for others. An item may go to a collection account of another institution.
    """
    own, addresses = state.accounts.get(bill.payee), dict.fromkeys((bill.payee, *bill.payees))
    payees = [account for address in addresses if (account := state.accounts.get(address)) is not None]
    if len(payees) < len(addresses):
        return Refusal(Reason.PAYEE_UNKNOWN)
    collects = {account.party for account in payees if account.address in bill.payees}
    if own is None or own.party != acting.party_id or acting.party_id not in collects:
        return Refusal(Reason.PAYEE_NOT_YOURS)
    if any(payee.account_class is not AccountClass.COLLECTION for payee in payees):
        return Refusal(Reason.PAYEE_NOT_PAYABLE)
    return _refuse_accounts_of_bill(payees, bill)


def _refuse_accounts_of_bill(payees: list[Account], bill: Bill) -> Refusal | None:
    if any(payee.currency != bill.currency for payee in payees):
        return Refusal(Reason.CURRENCY_DIFFERS)
    if any(payee.closed is not None for payee in payees):
        return Refusal(Reason.PAYEE_CLOSED)
    return None


def pay_bill(body: PayBill, acting: Acting, state: State) -> Outcome:
    """A payment of an open bill into the collection accounts that it names, as its option allows."""
    provides = body.channel or body.provider_receipt or body.customer
    if reason := acting.lacks(roles=(Role.PROVIDER,) if provides else ()):
        return Refusal(reason)
    bill = state.bill_of(body.control_number)
    if bill is None:
        return Refusal(Reason.BILL_UNKNOWN)
    receipt = body.provider_receipt
    if receipt and (used := state.provider_receipts.get((acting.party_id, receipt))) is not None:
        return Refusal(Reason.PROVIDER_RECEIPT_IN_USE, {"order": used})
    if refusal := _refuse_bill(bill, acting):
        return refusal
    whole = tuple(Posting(body.payer, payee, 1, body.currency) for payee in bill.payees)
    if refusal := refuse_accounts(whole, acting, state) or _refuse_amount(bill, body, state):
        return refusal
    parts = bill.parts(body.amount_minor_units)
    postings = _postings(parts, body)
    if refusal := refuse_amounts(postings, state):
        return refusal
    entry = EntryPosted(postings, acting.order_id, bill=bill.bill)
    paid = BillPayment(
        bill.bill, 0, acting.order_id, body.amount_minor_units, parts, body.payer, body.channel, receipt, body.customer
    )  # fmt: skip
    used_up = (ProviderReceiptUsed(acting.party_id, receipt, acting.order_id),) if receipt else ()
    result = {"bill": bill.bill, "bill_id": bill.bill_id, "payee": bill.payee}
    if state.rules >= FULL_BILLS:
        left = bill.outstanding - body.amount_minor_units
        result["outstanding"] = state.genesis.currencies[bill.currency].text(left)
    return Decision((entry, BillPaid(paid), *used_up), result)


def _refuse_bill(bill: Bill, acting: Acting) -> Refusal | None:
    """Why a bill takes no payment at all at this instant."""
    match bill.status(acting.now_us):
        case BillStatus.CANCELLED:
            return Refusal(Reason.BILL_CANCELLED)
        case BillStatus.PAID:
            return Refusal(Reason.BILL_PAID)
        case BillStatus.REFUNDED:
            return Refusal(Reason.BILL_REFUNDED)
        case BillStatus.EXPIRED:
            return Refusal(Reason.BILL_EXPIRED)
        case _:
            return None


def _refuse_amount(bill: Bill, body: PayBill, state: State) -> Refusal | None:
    currency, amount = state.genesis.currencies[bill.currency], body.amount_minor_units
    details = {"outstanding": currency.text(bill.outstanding)}
    if state.rules < FULL_BILLS:
        return Refusal(Reason.AMOUNT_DIFFERS, details) if amount != bill.outstanding else None
    if amount < bill.least:
        return Refusal(Reason.AMOUNT_TOO_LITTLE, {"least": currency.text(bill.least), **details})
    return Refusal(Reason.AMOUNT_TOO_MUCH, details) if amount > bill.outstanding else None


def _postings(parts: tuple[BillPart, ...], body: PayBill) -> tuple[Posting, ...]:
    """One posting for each payee that gets something: its items together."""
    together: dict[str, int] = {}
    for part in parts:
        together[part.payee] = together.get(part.payee, 0) + part.amount_minor_units
    return tuple(
        Posting(body.payer, payee, amount, body.currency) for payee, amount in together.items() if amount
    )


def _free_control_number(bill: str, state: State) -> str:
    genesis = state.genesis
    candidates = control_number_candidates(
        ledger_id=genesis.ledger_id, bill=bill, prefix=genesis.control_number_prefix
    )
    free = [number for number in candidates if state.control_numbers.get(number) is None]
    require(free, "one of a bill's eight control numbers is free")
    return free[0]


def control_number_for(bill: Bill, state: State) -> str:
    """The number that an approved bill gets: that of the earlier bill which it asked for, or one of its own."""
    return bill.reuses or _free_control_number(bill.bill, state)
