"""A verified order on its way between two of our own processes: its bytes, and beside them what was read from them.

Reading an order costs as much as deciding it, so the sequencer does not read a payment again that an API process has
read. The bytes travel all the same: they are what the record holds, and what the audit reads and verifies again.
Kinds that are rare, or that carry keys, are not told; they are read twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, Leg, Order, Pay, PayBill
from ledger.orders.signed import VerifiedOrder, open_order, vouched

_ENCODE = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), check_circular=False).encode
_DECODE = json.JSONDecoder().raw_decode


class RelayedOrder(NamedTuple):
    """The `data` that was signed, and what was `told` of it; nothing for a kind that is read twice."""

    data: bytes
    told: bytes = b""


def _pay(payer: str, currency: str, legs: Sequence[Sequence[Any]], purpose: str | None) -> Pay:
    return Pay(payer, currency, tuple([Leg(*leg) for leg in legs]), purpose)


_TOLD: dict[str, Callable[..., Body]] = {"Pay": _pay, "PayBill": PayBill}
"""By the name of its type, how a body is made from what its parts were told as: texts, whole numbers, rows of these."""


def relayed(order: VerifiedOrder) -> RelayedOrder:
    """An order as it is handed on."""
    body = order.order.body
    kind = type(body).__name__
    if kind not in _TOLD:
        return RelayedOrder(order.data)
    told = (kind, order.content.hex(), order.kid, order.order.order_id, order.order.expires_us, body)
    return RelayedOrder(order.data, _ENCODE(told).encode("ascii"))


def arrived(order: RelayedOrder, genesis: Genesis) -> VerifiedOrder:
    """The order that was handed on.

    Raises:
        LedgerFault: as `open_order`, for bytes that are read again.
    """
    if not order.told:
        return vouched(open_order(order.data, genesis))
    (kind, content, kid, order_id, expires_us, body), _ = _DECODE(order.told.decode("ascii"))
    return VerifiedOrder(
        order.data, bytes.fromhex(content), kid, Order(order_id, expires_us, _TOLD[kind](*body))
    )
