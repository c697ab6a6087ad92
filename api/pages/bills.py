"""Bills as pages: an institution with its bills, and one bill to print (ankara)."""

from __future__ import annotations

from typing import Literal, NamedTuple

import segno
from markupsafe import Markup

from api.house import House
from api.pages.frame import figures, grouped, moment, words
from api.web import language
from ledger.bill_views import BillView
from ledger.books.bills import BillStatus, control_number_holds
from ledger.formats.tan_qr import bill_text

CONTROL_NUMBER_DIGITS = 12
_MARKS = {
    BillStatus.PAID: "✓",
    BillStatus.REFUNDED: "↩",
    BillStatus.OPEN: "…",
    BillStatus.PART_PAID: "…",
    BillStatus.CANCELLED: "✗",
    BillStatus.RAISED: "…",
    BillStatus.EXPIRED: "✗",
}
_QR_SCALE = 4
"""Pixels of a module: 212 across for a bill of an ordinary name and amount, which is 56 mm on paper."""


class ShownBill(NamedTuple):
    """A bill as a page shows it."""

    control_number: str
    grouped: str
    bill_id: str
    service: str
    figures: str
    outstanding: str
    """What is still to be paid of a bill of which something is paid; else empty."""
    parts: tuple[tuple[str, str], ...]
    """The code of each item and what it asks."""
    words: str
    payable_until: str
    status: str
    mark: str


def shown(view: BillView, house: House) -> ShownBill:
    """A bill in the language of whoever asks, as it stands now."""
    bill, title = view.bill, view.service.title
    currency = house.genesis.currencies[bill.currency]
    status = bill.status(house.clock.wall_us())
    number = bill.control_number or ""
    return ShownBill(
        control_number=number,
        grouped=grouped(number),
        bill_id=bill.bill_id,
        service=title.sw if language() == "sw" else title.en,
        figures=figures(bill.amount_minor_units, currency),
        outstanding=figures(bill.outstanding, currency) if status is BillStatus.PART_PAID else "",
        parts=tuple((item.gfs_code, figures(item.amount_minor_units, currency)) for item in bill.items),
        words=words(bill.amount_minor_units, currency),
        payable_until=moment(bill.payable_until_us),
        status=status.value,
        mark=_MARKS[status],
    )


def slip_in(number: str) -> str:
    """The key of the sentence for a number behind which there is no bill: what is wrong with it."""
    if len(number) != CONTROL_NUMBER_DIGITS or not (number.isascii() and number.isdecimal()):
        return "number_form"
    return "number_unknown" if control_number_holds(number) else "number_slip"


def qr_text(view: BillView, house: House) -> str:
    """What the code of a bill says."""
    bill, title = view.bill, view.institution.title
    return bill_text(
        institution=None if title is None else title.sw if language() == "sw" else title.en,
        payee=bill.payee,
        currency=house.genesis.currencies[bill.currency],
        outstanding=bill.outstanding,
        control_number=bill.control_number or "",
    )


def qr_code(text: str, *, error: Literal["l", "m"] = "m", scale: int = _QR_SCALE) -> Markup:
    """A text as an SVG, drawn on white so that a telephone reads it in the dark too.

    Raises:
        segno.DataOverflowError: there is more of it than a code can hold.
    """
    code = segno.make_qr(text, error=error)
    picture = code.svg_inline(scale=scale, dark="#000", light="#fff", border=4, omitsize=False)
    return Markup(picture)  # noqa: S704 - segno's own drawing; the text is in its modules only
