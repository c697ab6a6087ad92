"""The one door by which the ledger changes: size, form, registered key, signature. What passes goes to the sequencer.

Nothing here knows HTTP or Flask. What fails leaves no record; whether an order may act is the sequencer's question.
"""

from __future__ import annotations

from typing import NamedTuple

from api import outcomes
from api.answers import JSON, NO_STORE, Answered
from api.asked import Asked
from api.house import NONE_BROUGHT, House
from ledger.faults import Fault, LedgerFault
from ledger.orders.kinds import AddKey, RegisterParty
from ledger.orders.relayed import relayed
from ledger.orders.signed import SignedOrder, VerifiedOrder, open_order, verify_order
from ledger.signing.keys import PublicKey
from ledger.strict_json import loads_object
from ledger.wire import Answer, Preview, fault_answer

_DEPTH_MAX = 2


class Verified(NamedTuple):
    """An order whose signatures hold, and its place in the request."""

    place: int
    order: VerifiedOrder


def opened(house: House, data: bytes) -> SignedOrder:
    """Bytes as an order of this ledger; no signature is checked yet.

    Raises:
        LedgerFault: TOO_LARGE, MALFORMED, OTHER_LEDGER, KEY_UNACCEPTABLE.
    """
    if len(data) > house.config.order_bytes_max:
        raise LedgerFault(Fault.TOO_LARGE, bytes_max=house.config.order_bytes_max)
    return open_order(data, house.genesis)


def post_one(house: House, data: bytes, asked: Asked, *, address: str) -> Answered:
    """Hand one order in.

    Raises:
        LedgerFault: why it never reached the ledger.
    """
    signed = opened(house, data)
    verified = verify_order(signed, house.signing_key(signed, address=address), house.genesis)
    (answer,) = house.sequencer.submit([relayed(verified)])
    return outcomes.answered(signed.order.order_id, answer, asked)


def post_many(house: House, body: bytes, asked: Asked, *, address: str) -> Answered:
    """Hand several orders in. Each has a result of its own; those that verify go to the sequencer together.

    Raises:
        LedgerFault: MALFORMED for a body that is no list of orders.
    """
    results, good = _opened_all(house, body, asked, address)
    for (place, verified), answer in zip(good, _submit(house, good), strict=True):
        results[place] = outcomes.result_text(verified.order.order_id, answer, asked)
    return _all(results)


def preview_one(house: House, data: bytes, asked: Asked, *, address: str) -> Answered:
    """Say what would become of one order, by the checks and the decision that it would meet. Nothing is recorded.

    Raises:
        LedgerFault: why it would never reach the ledger.
    """
    signed = opened(house, data)
    verified = verify_order(signed, house.signing_key(signed, address=address), house.genesis)
    (preview,) = house.sequencer.preview([relayed(verified)])
    return outcomes.previewed(signed.order, preview, house.genesis, asked)


def preview_many(house: House, body: bytes, asked: Asked, *, address: str) -> Answered:
    """Say what would become of several orders, one after the other.

    Raises:
        LedgerFault: MALFORMED for a body that is no list of orders.
    """
    results, good = _opened_all(house, body, asked, address)
    try:
        previews = house.sequencer.preview([relayed(verified) for _, verified in good]) if good else []
    except LedgerFault as fault:
        previews = [Preview(fault_answer(fault), {})] * len(good)
    for (place, verified), preview in zip(good, previews, strict=True):
        answered = outcomes.previewed(verified.order, preview, house.genesis, asked)
        results[place] = outcomes.with_status(answered)
    return _all(results)


def _opened_all(house: House, body: bytes, asked: Asked, address: str) -> tuple[list[str], list[Verified]]:
    """Results for the orders of a request that do not hold, with gaps for those that do."""
    texts = _order_texts(house, body)
    results = [""] * len(texts)
    good: list[Verified] = []
    brought: dict[str, PublicKey] = {}
    for place, text in enumerate(texts):
        try:
            good.append(Verified(place, _verified(house, text.encode("ascii", "replace"), brought, address)))
        except LedgerFault as fault:
            results[place] = outcomes.fault_text(fault, asked)
    return results, good


def _all(results: list[str]) -> Answered:
    return Answered(200, f'{{"results":[{",".join(results)}]}}'.encode("ascii"), JSON, (NO_STORE,))


def _verified(house: House, data: bytes, brought: dict[str, PublicKey], address: str) -> VerifiedOrder:
    """An order whose signatures hold. A key that it brings is added to `brought`, for the orders behind it."""
    signed = opened(house, data)
    key = house.signing_key(signed, brought or NONE_BROUGHT, address=address)
    verified = verify_order(signed, key, house.genesis)
    if isinstance(signed.order.body, RegisterParty | AddKey):
        brought[signed.order.body.key.kid] = signed.order.body.key
    return verified


def _submit(house: House, good: list[Verified]) -> list[Answer]:
    if not good:
        return []
    try:
        return house.sequencer.submit([relayed(verified) for _, verified in good])
    except LedgerFault as fault:
        return [fault_answer(fault)] * len(good)


def _order_texts(house: House, body: bytes) -> list[str]:
    members = loads_object(body, bytes_max=house.config.body_bytes_max, depth_max=_DEPTH_MAX)
    orders = members.get("orders")
    if members.keys() != {"orders"} or not isinstance(orders, list):
        raise LedgerFault(Fault.MALFORMED, what="orders")
    if not 1 <= len(orders) <= house.config.bulk_orders_max:
        raise LedgerFault(Fault.MALFORMED, what="orders_count")
    if not all(isinstance(order, str) for order in orders):
        raise LedgerFault(Fault.MALFORMED, what="orders")
    return orders
