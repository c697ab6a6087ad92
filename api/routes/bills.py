"""Bills, by control number."""

from __future__ import annotations

from flask import Blueprint, Response

from api import callers, schemas
from api.house import House
from api.routes.accounts import title_members
from api.web import address, count, own
from ledger.bill_views import BillView, SignedBy
from ledger.faults import Fault, LedgerFault
from ledger.instants import instant_text
from ledger.money import Currency
from ledger.orders.kinds import RaiseBill
from ledger.orders.signed import open_order
from ledger.strict_json import loads_object

_RECEIPT_BYTES_MAX = 1_048_576


def blueprint(house: House) -> Blueprint:
    """`/v1/bills`."""
    routes = Blueprint("bills", __name__)

    @routes.get("/v1/bills/<control_number>")
    def get_bill(control_number: str) -> Response:
        return own(bill_members(_looked_up(house, control_number), house))

    @routes.get("/v1/bills/<control_number>/proof")
    def get_proof(control_number: str) -> Response:
        view = _looked_up(house, control_number)
        changes = (signed.order for change in view.changes for signed in change)
        orders = (view.raise_order, view.approval, *changes)
        opened = (open_order(order, house.genesis).order.order_id for order in orders if order)
        names = list(dict.fromkeys(opened))
        return own({"control_number": control_number, "receipts": [_receipt(house, name) for name in names]})

    return routes


def _looked_up(house: House, control_number: str) -> BillView:
    """The bill behind a number, counted as one look-up, so that nobody walks through them."""
    schemas.read_query(schemas.QUERY)
    caller = callers.reader(house)
    count(*house.quotas.count_lookup(kid=caller.key.kid, address=address(house)))
    return callers.seen_bill(house, control_number)


def _receipt(house: House, order_id: str) -> dict[str, object]:
    receipt = house.enquiries.receipt(order_id)
    if receipt is None:
        raise LedgerFault(Fault.NOT_FOUND)
    return loads_object(receipt.to_json(), bytes_max=_RECEIPT_BYTES_MAX)


def bill_members(view: BillView, house: House) -> dict[str, object]:
    """A bill as a payer sees it, with the orders by which the institution's people signed it."""
    bill = view.bill
    currency = house.genesis.currencies[bill.currency]
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
        "option": bill.option.value,
        "outstanding": currency.text(bill.outstanding),
        "least": currency.text(bill.least),
        "paid": currency.text(bill.paid),
        "refunded": currency.text(bill.refunded),
        "items": _items(view, currency),
        "equivalent": _equivalent(view, house),
        "payable_until": instant_text(bill.payable_until_us),
        "status": bill.status(house.clock.wall_us()).value,
        "cancel_reason": bill.cancel_reason,
        "order": view.raise_order.decode("ascii"),
        "maker_key": view.maker_key.jwk(),
        "changes": [
            _signed(change.asked)
            | {"approval": change.approved.order.decode("ascii"), "checker_key": change.approved.key.jwk()}
            for change in view.changes
        ],
        "approval": view.approval.decode("ascii") if view.approval else None,
        "checker_key": view.checker_key.jwk() if view.checker_key else None,
        "log_size": view.log_size,
    }


def own_bill_members(view: BillView, house: House) -> dict[str, object]:
    """A bill as its institution sees it: also what was asked to change of it and waits for a yes."""
    return bill_members(view, house) | {"pending": _signed(view.pending) if view.pending else None}


def _signed(signed: SignedBy) -> dict[str, object]:
    return {"order": signed.order.decode("ascii"), "key": signed.key.jwk()}


def _items(view: BillView, currency: Currency) -> list[dict[str, object]]:
    titles = {payee: party.title for payee, party in view.payees.items()}
    return [
        {
            "gfs_code": item.gfs_code,
            "amount": currency.text(item.amount_minor_units),
            "paid": currency.text(item.paid),
            "payee": item.payee,
            "title": title_members(title) if (title := titles[item.payee]) else None,
        }
        for item in view.bill.items
    ]


def _equivalent(view: BillView, house: House) -> dict[str, object] | None:
    """What the amount that was raised comes to in another currency; after a change of the amount nobody knows."""
    body = open_order(view.raise_order, house.genesis).order.body
    if not isinstance(body, RaiseBill) or body.equivalent is None:
        return None
    if body.amount_minor_units != view.bill.amount_minor_units:
        return None
    code, minor_units = body.equivalent
    return {"currency": code, "amount": house.genesis.currencies[code].text(minor_units)}
