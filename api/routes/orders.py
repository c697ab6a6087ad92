"""The one door by which the ledger changes, and the outcomes of what came in."""

from __future__ import annotations

from flask import Blueprint, Response, request

from api import callers, rendering
from api.house import House
from ledger.addresses import parse_order_id
from ledger.faults import Fault, LedgerFault
from ledger.orders.signed import SignedOrder, open_order, verify_order
from ledger.strict_json import loads
from ledger.wire import Answer, fault_answer

JOSE = "application/jose"
JSON = "application/json"


def blueprint(house: House) -> Blueprint:
    """`/v1/orders`."""
    routes = Blueprint("orders", __name__)

    @routes.post("/v1/orders")
    def post_orders() -> Response:
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise LedgerFault(Fault.UNSUPPORTED_MEDIA_TYPE)
        if request.mimetype == JOSE:
            return _one(house, request.get_data(cache=False))
        if request.mimetype == JSON:
            return _many(house, request.get_data(cache=False))
        raise LedgerFault(Fault.UNSUPPORTED_MEDIA_TYPE)

    @routes.get("/v1/orders/<order_id>")
    def get_order(order_id: str) -> Response:
        outcome = _outcome(house, order_id)
        response = rendering.respond(order_id, outcome)
        response.status_code = 200
        response.content_type = JSON
        return _for_ever(response)

    @routes.get("/v1/orders/<order_id>/receipt")
    def get_receipt(order_id: str) -> Response:
        _outcome(house, order_id)
        receipt = house.enquiries.receipt(order_id)
        if receipt is None:
            raise LedgerFault(Fault.NOT_FOUND)
        return _for_ever(Response(receipt.to_json(), content_type=JSON))

    return routes


def _verified(house: House, data: bytes) -> SignedOrder:
    """An order whose signatures hold.

    Raises:
        LedgerFault: why it never reaches the ledger.
    """
    signed = open_order(data, house.enquiries.genesis())
    verify_order(signed, house.signing_key(signed), house.enquiries.genesis())
    return signed


def _one(house: House, data: bytes) -> Response:
    signed = _verified(house, data)
    (answer,) = house.sequencer.submit([signed.data])
    return rendering.respond(signed.order.order_id, answer)


def _many(house: House, data: bytes) -> Response:
    """Each order has its own result; those that verify go to the sequencer together."""
    texts = _order_texts(data, house.config.body_bytes_max, house.config.bulk_orders_max)
    results: list[str] = [""] * len(texts)
    good: list[tuple[int, SignedOrder]] = []
    for place, text in enumerate(texts):
        try:
            good.append((place, _verified(house, text.encode("ascii", "replace"))))
        except LedgerFault as fault:
            results[place] = rendering.fault_text(fault)
    for (place, signed), answer in zip(good, _submit(house, good), strict=True):
        results[place] = rendering.result_text(signed.order.order_id, answer)
    return Response(f'{{"results":[{",".join(results)}]}}', content_type=JSON)


def _submit(house: House, good: list[tuple[int, SignedOrder]]) -> list[Answer]:
    if not good:
        return []
    try:
        return house.sequencer.submit([signed.data for _, signed in good])
    except LedgerFault as fault:
        return [fault_answer(fault)] * len(good)


def _order_texts(data: bytes, bytes_max: int, orders_max: int) -> list[str]:
    body = loads(data, bytes_max=bytes_max)
    orders = body.get("orders") if isinstance(body, dict) and body.keys() == {"orders"} else None
    if not isinstance(orders, list) or not 1 <= len(orders) <= orders_max:
        raise LedgerFault(Fault.MALFORMED, what="orders")
    if not all(isinstance(order, str) for order in orders):
        raise LedgerFault(Fault.MALFORMED, what="orders")
    return orders


def _outcome(house: House, order_id: str) -> Answer:
    """The recorded outcome, for a caller who signed the order or is named in it.

    Raises:
        LedgerFault: NOT_FOUND, alike for what is not there and what is not the caller's.
    """
    caller = callers.reader(house)
    try:
        outcome = house.enquiries.outcome(parse_order_id(order_id))
    except LedgerFault as fault:
        raise LedgerFault(Fault.NOT_FOUND) from fault
    if outcome is None or not caller.may_see(*outcome.parties):
        raise LedgerFault(Fault.NOT_FOUND)
    return rendering.recorded(outcome.sequence, outcome.record)


def _for_ever(response: Response) -> Response:
    """What cannot change may be kept; but only by the one who may see it."""
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.add_etag()
    return response.make_conditional(request)
