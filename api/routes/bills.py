"""Bills, by control number."""

from __future__ import annotations

from flask import Blueprint, Response

from api import callers, schemas
from api.house import House
from api.routes.accounts import title_members
from api.web import address, count, own
from ledger.enquiries import BillView
from ledger.instants import instant_text


def blueprint(house: House) -> Blueprint:
    """`/v1/bills`."""
    routes = Blueprint("bills", __name__)

    @routes.get("/v1/bills/<control_number>")
    def get_bill(control_number: str) -> Response:
        schemas.read_query(schemas.QUERY)
        caller = callers.reader(house)
        count(*house.quotas.count_lookup(kid=caller.key.kid, address=address(house)))
        return own(bill_members(callers.seen_bill(house, control_number), house))

    return routes


def bill_members(view: BillView, house: House) -> dict[str, object]:
    """A bill as a payer sees it, with the order by which the institution signed it."""
    bill = view.bill
    currency = house.genesis.currencies[bill.currency]
    outstanding = 0 if bill.paid_by is not None else bill.amount_minor_units
    return {
        "control_number": bill.control_number,
        "bill": bill.bill,
        "bill_id": bill.bill_id,
        "institution": {
            "party": bill.party,
            "title": title_members(view.institution.title) if view.institution.title else None,
        },
        "service": {"code": view.service.code, "title": title_members(view.service.title)},
        "payee": bill.payee,
        "currency": bill.currency,
        "amount": currency.text(bill.amount_minor_units),
        "outstanding": currency.text(outstanding),
        "payable_until": instant_text(bill.payable_until_us),
        "status": bill.status(house.clock.wall_us()).value,
        "order": view.raise_order.decode("ascii"),
        "maker_key": view.maker_key.jwk(),
        "log_size": view.log_size,
    }
