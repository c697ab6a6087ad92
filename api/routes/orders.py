"""The one door by which the ledger changes, and the outcomes of what came in."""

from __future__ import annotations

from flask import Blueprint, Response, request

from api import callers, door, outcomes, problems, schemas
from api.answers import JOSE, JSON, Answered
from api.house import House
from api.web import address, for_ever, to_response, who
from ledger.faults import Fault, LedgerFault
from ledger.rules.records import is_accepted

_DRY_RUN = ("Dry-Run", "true")


def blueprint(house: House) -> Blueprint:
    """`/v1/orders`."""
    routes = Blueprint("orders", __name__)

    @routes.post("/v1/orders")
    def post_orders() -> Response:
        query = schemas.read_query(schemas.ORDERS_QUERY)
        if query.get("dry_run") == "true":
            return to_response(_previewed(house).with_headers(_DRY_RUN))
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
        response = to_response(answered)
        if not is_accepted(outcome.record):
            # A refusal is told in a language and names the request; what it says of the order never changes.
            response.set_etag(f"{outcome.sequence}-{who().language}", weak=True)
        return for_ever(response, shared=False)

    @routes.get("/v1/orders/<order_id>/receipt")
    def get_receipt(order_id: str) -> Response:
        schemas.read_query(schemas.QUERY)
        callers.seen_outcome(house, callers.reader(house), order_id)
        receipt = house.enquiries.receipt(order_id)
        if receipt is None:
            raise LedgerFault(Fault.NOT_FOUND)
        return for_ever(Response(receipt.to_json(), content_type=JSON), shared=False)

    return routes


def _previewed(house: House) -> Answered:
    """What the orders of the request at hand would get; also what stops them is told as that of a dry run."""
    way = {JOSE: door.preview_one, JSON: door.preview_many}.get(request.mimetype)
    if way is None:
        return problems.problem(LedgerFault(Fault.UNSUPPORTED_MEDIA_TYPE), who())
    try:
        return way(house, request.get_data(cache=False), who(), address=address(house))
    except LedgerFault as fault:
        return problems.problem(fault, who())
