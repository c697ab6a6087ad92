"""The pages of a sandbox: its front page, an institution with its bills, one bill, a receipt that is checked."""

from __future__ import annotations

from importlib import resources

from flask import Blueprint, Response, request, url_for

from api.answers import NO_STORE
from api.callers import require_sandbox, seen_bill
from api.house import House
from api.pages import bills, payments, receipts
from api.pages.frame import figures, page, turning_page
from api.pages.words import say
from api.web import language, tagged
from ledger.books.bills import BillStatus
from ledger.faults import Fault, LedgerFault
from ledger.orders.fields import PARTY

BILLS_MAX = 50
TYPED_CHARACTERS_MAX = 40
_FILES = {"daftari.css": "text/css", "turn.js": "text/javascript", "icon.svg": "image/svg+xml"}
_SEPARATORS = str.maketrans("", "", " -\u00a0\u202f")


def blueprint(house: House) -> Blueprint:
    """`/`, `/institutions`, `/bills`, `/receipts`, `/static`."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def front() -> Response:
        require_sandbox(house)
        return _front(house)

    @routes.get("/institutions/<party>")
    def institution(party: str) -> Response:
        require_sandbox(house)
        return _institution(house, party)

    @routes.get("/bills")
    def find_bill() -> Response:
        require_sandbox(house)
        return _found(house, request.args.get("control_number", ""))

    @routes.get("/bills/<control_number>")
    def bill(control_number: str) -> Response:
        require_sandbox(house)
        view = seen_bill(house, control_number)
        code = bills.qr_code(bills.qr_text(view, house))
        return turning_page("bill.html", bill=bills.shown(view, house), institution=view.institution, qr=code)

    @routes.get("/receipts")
    def ask_receipt() -> Response:
        require_sandbox(house)
        return page("check.html", trouble=None, forged=False)

    @routes.post("/receipts")
    def check_receipt() -> Response:
        require_sandbox(house)
        return _checked(house)

    @routes.get("/static/<name>")
    def file(name: str) -> Response:
        if name not in _FILES:
            raise LedgerFault(Fault.NOT_FOUND)
        data = resources.files("api.pages").joinpath("static", name).read_bytes()
        response = Response(data, content_type=f"{_FILES[name]}; charset=utf-8")
        response.headers["Cache-Control"] = "no-cache"
        return tagged(response)

    return routes


def _front(house: House) -> Response:
    head, balance = house.enquiries.head(), house.enquiries.trial_balance().balance
    currencies = house.genesis.currencies
    supply = [
        (figures(row.outstanding, currencies[row.currency]), figures(row.issued, currencies[row.currency]))
        for row in house.enquiries.supply().rows
    ]
    return turning_page(
        "front.html",
        differences=balance.differences(),
        zero=next(iter(currencies.values())).text(0),
        supply=supply,
        log_size=head.size,
        root=head.root.hex()[:16],
        institutions=house.enquiries.institutions(),
        payments=payments.latest(house, head.size),
    )


def _found(house: House, typed: str) -> Response:
    """On to the bill; or the form again, with what was typed and what is wrong with it.

    Raises:
        LedgerFault: NOT_FOUND, for a caller who reads no pages.
    """
    number = typed.translate(_SEPARATORS)
    view = house.enquiries.bill(number) if bills.slip_in(number) == "number_unknown" else None
    if view is None and "text/html" not in request.headers.get("Accept", ""):
        raise LedgerFault(Fault.NOT_FOUND)
    if view is None:
        shown = typed.strip()[:TYPED_CHARACTERS_MAX]
        trouble = say(bills.slip_in(number), language()).format(typed=shown)
        return page("find.html", 404, typed=shown, trouble=trouble)
    place = url_for("pages.bill", control_number=number, lang=language())
    return Response(status=303, headers={"Location": place})


def _institution(house: House, party: str) -> Response:
    found = house.enquiries.party(party) if PARTY.fullmatch(party) else None
    if found is None or found.title is None or not found.holder:
        raise LedgerFault(Fault.NOT_FOUND)
    rows = [bills.shown(view, house) for view in house.enquiries.bills_of(party, limit=BILLS_MAX)]
    paid = sum(row.status == BillStatus.PAID for row in rows)
    return turning_page("institution.html", institution=found, bills=rows, paid=paid, bills_max=BILLS_MAX)


def _checked(house: House) -> Response:
    """The receipt, or what is wrong with it. Nothing of it is kept here or on the way."""
    upload = request.files.get("receipt")
    data = upload.stream.read(house.config.receipt_bytes_max + 1) if upload is not None else b""
    if data:
        try:
            response = page("receipt.html", receipt=receipts.check(data, house))
        except receipts.NotGenuine as error:
            response = page("check.html", trouble=error.key, forged=error.forged)
    else:
        response = page("check.html", trouble="no_file", forged=False)
    response.headers[NO_STORE[0]] = NO_STORE[1]
    return response
