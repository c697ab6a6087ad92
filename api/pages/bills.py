"""Bills as pages: an institution with its bills, and one bill to print (ankara)."""

from __future__ import annotations

from typing import NamedTuple

import segno
from markupsafe import Markup

from api.house import House
from api.pages.frame import figures, grouped, moment, words
from api.web import language
from ledger.bill_views import BillView
from ledger.books.bills import BillStatus, control_number_holds

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
_QR_SCALE = 6
"""Pixels of a module: 174 across, which is 46 mm on paper."""


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


def qr_code(control_number: str) -> Markup:
    """The control number as an SVG, drawn on white so that a telephone reads it in the dark too."""
    code = segno.make_qr(control_number, error="m")
    picture = code.svg_inline(scale=_QR_SCALE, dark="#000", light="#fff", border=4, omitsize=False)
    return Markup(picture)  # noqa: S704 - segno's own drawing of twelve digits
