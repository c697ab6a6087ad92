"""The one byte form of an order: a strict JSON object with exactly the members that its kind has."""

from __future__ import annotations

from ledger.addresses import order_id_instant, parse_order_id
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_DAY, instant_text, parse_instant
from ledger.orders import fields
from ledger.orders.fields import malformed
from ledger.orders.forms import FORMS
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, Order
from ledger.strict_json import dumps, loads

PAYLOAD_BYTES_MAX = 64 * 1024
EXPIRY_AFTER_ID_MAX_US = MICROSECONDS_PER_DAY

_ENVELOPE = frozenset({"order", "id", "ledger", "expires"})
_BY_NAME = {form.name: form for form in FORMS}
_BY_BODY = {form.body: form for form in FORMS}
_REQUIRED = {form.name: form.required | _ENVELOPE for form in FORMS}


def read_order(payload: bytes, genesis: Genesis) -> Order:
    """Read a payload of this ledger.

    Raises:
        LedgerFault: MALFORMED (with `what`), OTHER_LEDGER, KEY_UNACCEPTABLE.
    """
    members = loads(payload, bytes_max=PAYLOAD_BYTES_MAX)
    if not isinstance(members, dict):
        raise malformed("not_an_object")
    name = members.get("order")
    form = _BY_NAME.get(name) if isinstance(name, str) else None
    if form is None:
        raise malformed("order_kind")
    if members.get("ledger") != genesis.ledger_id:
        raise LedgerFault(Fault.OTHER_LEDGER, ledger=genesis.ledger_id)
    fields.exact(members, required=_REQUIRED[form.name], optional=form.optional, what="order")
    order_id = parse_order_id(members["id"])
    expires_us = parse_instant(members["expires"])
    if not 0 < expires_us - order_id_instant(order_id) <= EXPIRY_AFTER_ID_MAX_US:
        raise malformed("expires")
    return Order(order_id, expires_us, form.read(members, genesis))


def encode_order(order: Order, genesis: Genesis) -> bytes:
    """The payload of an order. `read_order` gives back the same order."""
    form = _BY_BODY[type(order.body)]
    envelope = {
        "order": form.name,
        "id": order.order_id,
        "ledger": genesis.ledger_id,
        "expires": instant_text(order.expires_us),
    }
    members = form.write(order.body, genesis)
    return dumps(envelope | {name: value for name, value in members.items() if value is not None})


def kind_name(body: Body) -> str:
    """The word by which payloads name the kind of this body."""
    return _BY_BODY[type(body)].name
