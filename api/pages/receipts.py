"""A receipt (stakabadhi) that somebody brings: checked as a wallet checks it, shown to print, and not kept."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup
from segno import DataOverflowError

from api.house import House
from api.pages.bills import qr_code
from api.pages.frame import figures, grouped, moment, words
from api.web import language
from ledger.bill_views import BillView
from ledger.books.parties import Title
from ledger.faults import LedgerFault
from ledger.orders.codec import kind_name
from ledger.orders.kinds import Body, Issue, Order, Pay, PayBill, Redeem, Refund
from ledger.orders.signed import open_order
from ledger.proofs.receipt import Receipt, VerifiedReceipt, parse_receipt, verify_receipt
from ledger.refusals import Reason
from ledger.rules.records import RecordLine, read_record
from ledger.signing.log_keys import key_at
from ledger.words.sentences import sentence

_MODULE_PIXELS = 3
"""Some 140 modules to a side for an ordinary receipt: 11 cm on paper, so that a telephone can tell them apart."""
_WHY = {
    "checkpoint_form": "why_signature",
    "checkpoint_unsigned": "why_log_key",
    "checkpoint_signature": "why_signature",
    "checkpoint_origin": "why_ledger",
}


class NotGenuine(Exception):
    """A file that is no genuine receipt; `key` names the sentence of the page that says why."""

    def __init__(self, key: str, *, forged: bool) -> None:
        super().__init__(key)
        self.key = key
        self.forged = forged
        """Whether it has the form of a receipt, and does not hold; else it is a file of another kind."""


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
    code: Markup | None
    """The whole receipt as a QR code, so that paper proves as much as the file; None if one cannot hold it."""


def check(data: bytes, house: House) -> ShownReceipt:
    """Check a receipt against this ledger and read what it proves.

    Raises:
        NotGenuine: it is no receipt, or one that does not hold.
    """
    receipt, known_keys = _receipt_in(data, house), house.enquiries.log_keys()
    try:
        log_keys = [key_at(known_keys, receipt.size)]
        verified = verify_receipt(receipt, ledger_id=house.genesis.ledger_id, log_keys=log_keys)
        line = read_record(receipt.record.encode("ascii"))
        order = open_order(line.order, house.genesis).order if line.order is not None else None
    except LedgerFault as fault:
        raise NotGenuine(_WHY.get(fault.details.get("what", ""), "why_proof"), forged=True) from fault
    if order is None:  # the genesis, which is no order of anybody
        raise NotGenuine("not_a_receipt", forged=False)
    return _shown(verified, line, order, house)._replace(code=_code(receipt))


def _receipt_in(data: bytes, house: House) -> Receipt:
    try:
        if len(data) <= house.config.receipt_bytes_max:
            return parse_receipt(data.strip())
    except LedgerFault as fault:
        raise NotGenuine("not_a_receipt", forged=False) from fault
    raise NotGenuine("not_a_receipt", forged=False)


def _code(receipt: Receipt) -> Markup | None:
    try:
        return qr_code(receipt.to_json().decode("ascii"), error="l", scale=_MODULE_PIXELS)
    except DataOverflowError:
        return None


def _shown(verified: VerifiedReceipt, line: RecordLine, order: Order, house: House) -> ShownReceipt:
    body = order.body
    bill = house.enquiries.bill(body.control_number) if isinstance(body, PayBill) else None
    return ShownReceipt(
        accepted=line.accepted,
        kind=kind_name(body),
        order_id=order.order_id,
        recorded_at=moment(line.recorded_us),
        sequence=verified.sequence,
        checkpoint_size=verified.checkpoint.size,
        payer=body.payer if isinstance(body, Pay | PayBill | Redeem | Refund) else "",
        legs=_legs(body, bill, line, house),
        control_number=grouped(body.control_number) if isinstance(body, PayBill) else "",
        bill_id=bill.bill.bill_id if bill is not None else "",
        institution=bill.institution.title if bill is not None else None,
        service=bill.service.title if bill is not None else None,
        reason=None if line.accepted else _reason(line),
        code=None,
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
