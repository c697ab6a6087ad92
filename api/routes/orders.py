"""The one door by which the ledger changes, and the outcomes of what came in."""

from __future__ import annotations

from flask import Blueprint, Response, request

from api import callers, door, outcomes, schemas
from api.answers import JOSE, JSON
from api.house import House
from api.web import address, for_ever, to_response, who
from ledger.faults import Fault, LedgerFault


def blueprint(house: House) -> Blueprint:
    """`/v1/orders`."""
    routes = Blueprint("orders", __name__)

    @routes.post("/v1/orders")
    def post_orders() -> Response:
        if request.mimetype == JOSE:
            return to_response(
                door.post_one(house, request.get_data(cache=False), who(), address=address(house))
            )
        if request.mimetype == JSON:
            return to_response(
                door.post_many(house, request.get_data(cache=False), who(), address=address(house))
            )
        raise LedgerFault(Fault.UNSUPPORTED_MEDIA_TYPE)

    @routes.get("/v1/orders/<order_id>")
    def get_order(order_id: str) -> Response:
        schemas.read_query(schemas.QUERY)
        outcome = callers.seen_outcome(house, callers.reader(house), order_id)
        answered = outcomes.recorded(order_id, outcome.sequence, outcome.record, who())
        return for_ever(to_response(answered), shared=False)

    @routes.get("/v1/orders/<order_id>/receipt")
    def get_receipt(order_id: str) -> Response:
        schemas.read_query(schemas.QUERY)
        callers.seen_outcome(house, callers.reader(house), order_id)
        receipt = house.enquiries.receipt(order_id)
        if receipt is None:
            raise LedgerFault(Fault.NOT_FOUND)
        return for_ever(Response(receipt.to_json(), content_type=JSON), shared=False)

    return routes
