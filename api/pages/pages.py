"""The pages themselves: a sandbox's front page, an institution with its bills, one bill."""

from __future__ import annotations

from importlib import resources

from flask import Blueprint, Response, render_template, request

from api.web import language as wanted
from api.house import House
from api.pages.words import say
from ledger.books.bills import BillStatus, control_number_holds
from ledger.enquiries import BillView
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND, eat_text
from ledger.words.amounts import amount_in_words

BILLS_MAX = 50
_MARKS = {BillStatus.PAID: "✓", BillStatus.OPEN: "…", BillStatus.RAISED: "…", BillStatus.EXPIRED: "✗"}
_FILES = {"daftari.css": "text/css", "turn.js": "text/javascript"}


def blueprint(house: House) -> Blueprint:
    """`/`, `/institutions`, `/bills`, `/files`. In a sandbox only: elsewhere an institution's bills are its own."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def front() -> Response:
        _require_sandbox(house)
        return _page("front.html", institutions=house.enquiries.institutions(), log_size=house.enquiries.head().size)

    @routes.get("/institutions/<party>")
    def institution(party: str) -> Response:
        _require_sandbox(house)
        found = house.enquiries.party(party)
        if found is None or found.title is None or not found.holder:
            raise LedgerFault(Fault.NOT_FOUND)
        bills = [_shown(view, house) for view in house.enquiries.bills_of(party, limit=BILLS_MAX)]
        return _page("institution.html", institution=found, bills=bills)

    @routes.get("/bills/<control_number>")
    def bill(control_number: str) -> Response:
        _require_sandbox(house)
        view = house.enquiries.bill(control_number) if control_number_holds(control_number) else None
        if view is None:
            raise LedgerFault(Fault.NOT_FOUND)
        return _page("bill.html", bill=_shown(view, house), institution=view.institution)

    @routes.get("/files/<name>")
    def file(name: str) -> Response:
        if name not in _FILES:
            raise LedgerFault(Fault.NOT_FOUND)
        data = resources.files("api.pages").joinpath("files", name).read_bytes()
        response = Response(data, content_type=f"{_FILES[name]}; charset=utf-8")
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        return response.make_conditional(request)

    return routes


def _require_sandbox(house: House) -> None:
    if not house.genesis.sandbox:
        raise LedgerFault(Fault.NOT_FOUND)


def _shown(view: BillView, house: House) -> dict[str, object]:
    """A bill as the page shows it."""
    language, bill = wanted(), view.bill
    currency = house.genesis.currencies[bill.currency]
    status = bill.status(house.clock.wall_us())
    number = bill.control_number or ""
    title = view.service.title
    return {
        "control_number": number,
        "grouped": " ".join(number[place : place + 4] for place in range(0, len(number), 4)),
        "service": title.sw if language == "sw" else title.en,
        "figures": f"{bill.currency} {int(bill.amount_minor_units) // 10**currency.decimals:,}"
        + currency.text(bill.amount_minor_units)[-currency.decimals - 1 :],
        "words": amount_in_words(
            bill.amount_minor_units, decimals=currency.decimals, currency=bill.currency, language=language
        ),
        "payable_until": eat_text(bill.payable_until_us // MICROSECONDS_PER_SECOND * MICROSECONDS_PER_SECOND),
        "status": status.value,
        "mark": _MARKS[status],
    }


def _page(template: str, **values: object) -> Response:
    language = wanted()
    other = "en" if language == "sw" else "sw"
    text = render_template(template, language=language, other=other, say=lambda key: say(key, language), **values)
    response = Response(text, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)
