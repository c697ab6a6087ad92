"""A receipt (stakabadhi) that somebody brings: checked as a wallet checks it, shown to print, and not kept."""

from __future__ import annotations

from typing import NamedTuple

from api.house import House
from api.pages.frame import figures, grouped, words
from api.web import language
from ledger.books.parties import Title
from ledger.enquiries import BillView
from ledger.faults import Fault, LedgerFault
from ledger.instants import eat_text
from ledger.orders.codec import kind_name
from ledger.orders.kinds import Body, Issue, Order, Pay, PayBill, Redeem, Refund
from ledger.orders.signed import open_order
from ledger.proofs.receipt import VerifiedReceipt, parse_receipt, verify_receipt
from ledger.refusals import Reason
from ledger.rules.records import RecordLine, read_record
from ledger.signing.log_keys import key_at
from ledger.words.sentences import sentence

_MONEY = ("pay", "pay_bill", "issue")


class ShownLeg(NamedTuple):
    """One amount that a receipt proves."""

    payee: str
    reference: str
    figures: str
    words: str


class ShownReceipt(NamedTuple):
    """A receipt as a page shows it."""

    accepted: bool
    kind: str
    """A key of the page's words, or the order's own name for what moves no money."""
    order_id: str
    recorded_at: str
    sequence: int
    checkpoint_size: int
    payer: str
    legs: list[ShownLeg]
    control_number: str
    bill_id: str
    institution: Title | None
    service: Title | None
    reason: tuple[str, str] | None


def check(data: bytes, house: House) -> ShownReceipt:
    """Check a receipt against this ledger and read what it proves.

    Raises:
        LedgerFault: TOO_LARGE, MALFORMED, PROOF_INVALID, RECORD_WRONG.
    """
    if len(data) > house.config.receipt_bytes_max:
        raise LedgerFault(Fault.TOO_LARGE, bytes_max=house.config.receipt_bytes_max)
    receipt = parse_receipt(data)
    log_key = key_at(house.enquiries.log_keys(), receipt.size)
    verified = verify_receipt(receipt, ledger_id=house.genesis.ledger_id, log_keys=[log_key])
    line = read_record(receipt.record.encode("ascii"))
    if line.order is None:
        raise LedgerFault(Fault.MALFORMED, what="genesis")
    return _shown(verified, line, open_order(line.order, house.genesis).order, house)


def _shown(verified: VerifiedReceipt, line: RecordLine, order: Order, house: House) -> ShownReceipt:
    body = order.body
    bill = house.enquiries.bill(body.control_number) if isinstance(body, PayBill) else None
    return ShownReceipt(
        accepted=line.accepted,
        kind=kind_name(body),
        order_id=order.order_id,
        recorded_at=eat_text(line.recorded_us),
        sequence=verified.sequence,
        checkpoint_size=verified.checkpoint.size,
        payer=body.payer if isinstance(body, Pay | PayBill | Redeem | Refund) else "",
        legs=_legs(body, bill, line, house),
        control_number=grouped(body.control_number) if isinstance(body, PayBill) else "",
        bill_id=bill.bill.bill_id if bill is not None else "",
        institution=bill.institution.title if bill is not None else None,
        service=bill.service.title if bill is not None else None,
        reason=None if line.accepted else _reason(line),
    )


def _legs(body: Body, bill: BillView | None, line: RecordLine, house: House) -> list[ShownLeg]:
    match body:
        case Pay(legs=legs):
            rows = [(leg.payee, leg.reference or "", leg.amount_minor_units) for leg in legs]
        case PayBill(amount_minor_units=amount):
            rows = [(bill.bill.payee if bill is not None else "", "", amount)]
        case Issue(payee=payee, amount_minor_units=amount):
            rows = [(payee, "", amount)]
        case _:
            return _posted(line, house)
    currency = house.genesis.currencies[body.currency]
    return [
        ShownLeg(payee, note, figures(amount, currency), words(amount, currency))
        for payee, note, amount in rows
    ]


def _posted(line: RecordLine, house: House) -> list[ShownLeg]:
    """What a redemption, a refund or a reversal moved, as its record says; nothing if it moved no money."""
    rows, legs = line.members.get("postings"), []
    for row in rows if isinstance(rows, list) else []:
        currency = house.genesis.currencies[row["currency"]]
        amount = currency.parse(row["amount"])
        legs.append(ShownLeg(row["credit"], "", figures(amount, currency), words(amount, currency)))
    return legs


def _reason(line: RecordLine) -> tuple[str, str]:
    told = line.members.get("details")
    details = {str(name): str(value) for name, value in told.items()} if isinstance(told, dict) else {}
    return sentence(Reason(str(line.members["reason"])), language(), details)
