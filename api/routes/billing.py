"""What a billing system asks: an institution's bills, their payments, its day to reconcile, and who bills for what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from api import callers, reconciliation_csv, schemas
from api.answers import JSON
from api.callers import Caller
from api.house import House
from api.pages import reconciliations as pages
from api.routes.accounts import title_members
from api.routes.bills import own_bill_members
from api.web import linked, own, public, tagged
from ledger.billing import BillPage, DayLine, DayView, PaymentView
from ledger.books.bills import BillPart, BillStatus
from ledger.books.parties import Party
from ledger.faults import Fault, LedgerFault
from ledger.formats.fiscal_year import fiscal_year_of
from ledger.instants import day_text, eat_day, eat_day_start_us
from ledger.money import Currency
from ledger.store.bill_readings import BillFilter

HTML, CSV = "text/html", "text/csv"
_FORMATS = {JSON: "json", CSV: "csv", HTML: "page"}


def blueprint(house: House) -> Blueprint:
    """`/v1/bills`, `/v1/bills/{control_number}/payments`, `/v1/reconciliations`, `/v1/services`."""
    routes = Blueprint("billing", __name__)

    @routes.get("/v1/bills")
    def get_bills() -> Response:
        query = schemas.read_query(schemas.BILLS_QUERY)
        return _bills(house, _page(house, callers.biller(house), query), query)

    @routes.get("/v1/bills/<control_number>/payments")
    def get_payments(control_number: str) -> Response:
        schemas.read_query(schemas.QUERY)
        view, seen = callers.seen_payments(house, callers.reader(house), control_number)
        currency = house.genesis.currencies[view.bill.currency]
        rows = [
            _payment(row, currency) for row in house.billing.payments(view.bill.bill) if seen(row.payment)
        ]
        return own({"control_number": control_number, "payments": rows, "log_size": view.log_size})

    @routes.get("/v1/reconciliations/<date>")
    def get_reconciliation(date: str) -> Response:
        query = schemas.read_query(schemas.RECONCILIATION_QUERY)
        caller = callers.biller(house)
        try:
            day = eat_day(eat_day_start_us(date))
        except LedgerFault as fault:
            raise LedgerFault(Fault.NOT_FOUND) from fault
        if day > eat_day(house.clock.wall_us()):
            raise LedgerFault(
                Fault.AS_OF_AHEAD, latest=day_text(eat_day(house.clock.wall_us())), parameter="day"
            )
        view = house.billing.day(caller.party.party, day)
        return _reconciliation(
            day_members(house, view, caller.party.party), caller.party, query.get("format")
        )

    @routes.get("/v1/services")
    def get_services() -> Response:
        query = schemas.read_query(schemas.SERVICES_QUERY)
        return public({"services": services(house, query.get("search", ""))})

    return routes


def _page(house: House, caller: Caller, query: Mapping[str, str]) -> BillPage:
    limit = schemas.bounded(query["limit"], least=1, most=house.config.page_rows_max, parameter="limit")
    wanted = BillFilter(
        BillStatus(query["status"]) if "status" in query else None,
        query.get("bill_id"),
        before=int(query["before"]) if "before" in query else None,
    )
    from_us = _day_start_us(query["from_"], "from") if "from_" in query else None
    now_us = house.clock.wall_us()
    return house.billing.bills(caller.party.party, wanted, from_us=from_us, now_us=now_us, limit=limit)


def _reconciliation(members: dict[str, object], party: Party, wanted: str | None) -> Response:
    """A day in the form that was asked for."""
    accepted = request.accept_mimetypes.best_match(list(_FORMATS), default=JSON)
    match wanted or _FORMATS[accepted]:
        case "csv":
            response = Response(reconciliation_csv.text_of(members), content_type=f"{CSV}; charset=utf-8")
            response.headers["Content-Disposition"] = f'attachment; filename="{members["day"]}.csv"'
            response.headers["Cache-Control"] = "private, no-cache"
            return tagged(response)
        case "page":
            return tagged(pages.page_of(members, party))
        case _:
            return tagged(own(members))


def services(house: House, search: str) -> list[dict[str, object]]:
    """Every service of every institution, or those whose code or titles hold the words of `search`."""
    words, rows = search.casefold().split(), list[dict[str, object]]()
    for party in house.enquiries.institutions():
        for service in party.services:
            if party.title is None:
                continue
            told = " ".join((service.code, *service.title, *party.title)).casefold()
            if all(word in told for word in words):
                institution = {"party": party.party, "title": title_members(party.title)}
                rows.append(
                    {"institution": institution, "code": service.code, "title": title_members(service.title)}
                )
    return rows


def _day_start_us(text: str, parameter: str) -> int:
    try:
        return eat_day_start_us(text)
    except LedgerFault as fault:
        raise LedgerFault(Fault.QUERY_INVALID, parameter=parameter) from fault


def _bills(house: House, page: BillPage, query: Mapping[str, str]) -> Response:
    members: dict[str, object] = {
        "bills": [own_bill_members(view, house) for view in page.bills],
        "next": None if page.next is None else str(page.next),
        "log_size": page.log_size,
    }
    if page.next is None:
        return own(members)
    names = {"status": "status", "bill_id": "bill_id", "from_": "from", "limit": "limit"}
    kept = {name: query[key] for key, name in names.items() if key in query}
    return linked(own(members), next=f"/v1/bills?{urlencode(kept | {'before': str(page.next)})}")


def _payment(view: PaymentView, currency: Currency) -> dict[str, object]:
    payment = view.payment
    return {
        "order": payment.order_id,
        "sequence": payment.sequence,
        "recorded_at": view.recorded_at,
        "amount": currency.text(payment.amount_minor_units),
        "refunded": currency.text(view.refunded),
        "reversed_by": view.reversed_by,
        "payer": payment.payer,
        "channel": payment.channel,
        "provider_receipt": payment.provider_receipt,
        "customer": payment.customer,
        "parts": [_part(part, currency) for part in payment.parts if part.amount_minor_units],
    }


def _part(part: BillPart, currency: Currency) -> dict[str, object]:
    return {
        "gfs_code": part.gfs_code or None,
        "payee": part.payee,
        "amount": currency.text(part.amount_minor_units),
    }


def day_members(house: House, view: DayView, party: str) -> dict[str, object]:
    """A day to reconcile, as JSON says it. Amounts of refunds and of reversed payments are below zero."""
    currencies = house.genesis.currencies
    lines = [_day_line(line, currencies[line.bill.currency]) for line in view.lines]
    first = eat_day_start_us(day_text(view.day))
    return {
        "day": day_text(view.day),
        "fiscal_year": str(fiscal_year_of(first)),
        "closed": view.closed,
        "party": party,
        "accounts": [{"account": row.address, "currency": row.currency} for row in view.accounts],
        "lines": lines,
        "totals": _totals(view, currencies),
        "log_size": view.log_size,
    }


def _day_line(line: DayLine, currency: Currency) -> dict[str, object]:
    bill, payment = line.bill, line.payment
    return {
        "kind": line.kind,
        "order": line.order_id,
        "sequence": line.entry.sequence,
        "recorded_at": line.recorded_at,
        "control_number": bill.control_number,
        "bill_id": bill.bill_id,
        "service": bill.service,
        "account": line.entry.address,
        "currency": currency.code,
        "amount": signed_text(line.signed_minor_units, currency),
        "payment": payment.order_id,
        "channel": payment.channel,
        "provider_receipt": payment.provider_receipt,
        "parts": [_part(part, currency) for part in line.parts],
    }


def signed_text(minor_units: int, currency: Currency) -> str:
    """An amount in major units with all decimals, with a minus sign for what went back."""
    return f"-{currency.text(-minor_units)}" if minor_units < 0 else currency.text(minor_units)


def _totals(view: DayView, currencies: Mapping[str, Currency]) -> dict[str, object]:
    """Sums per currency, and within it per service, revenue code and channel. Nothing named is the empty text."""
    return {
        "currency": _sums(view, currencies, lambda line: [("", line.signed_minor_units)]),
        "service": _sums(view, currencies, lambda line: [(line.bill.service, line.signed_minor_units)]),
        "gfs_code": _sums(view, currencies, _by_code),
        "channel": _sums(
            view, currencies, lambda line: [(line.payment.channel or "", line.signed_minor_units)]
        ),
    }


def _by_code(line: DayLine) -> list[tuple[str, int]]:
    """A payment by its items; what goes back has no item, and stands under the empty code."""
    return [(part.gfs_code, part.amount_minor_units) for part in line.parts] or [
        ("", line.signed_minor_units)
    ]


def _sums(
    view: DayView, currencies: Mapping[str, Currency], parts: Callable[[DayLine], list[tuple[str, int]]]
) -> list[dict[str, object]]:
    sums: dict[tuple[str, str], list[int]] = {}
    for line in view.lines:
        for name, minor_units in parts(line):
            row = sums.setdefault((line.bill.currency, name), [0, 0])
            row[0] += 1
            row[1] += minor_units
    return [
        {"currency": code, "name": name, "lines": count, "amount": signed_text(total, currencies[code])}
        for (code, name), (count, total) in sorted(sums.items())
    ]
