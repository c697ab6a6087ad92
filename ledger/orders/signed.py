"""From payload to signed bytes, from signed bytes to an order whose every signature holds."""

from __future__ import annotations

from typing import NamedTuple

from ledger.faults import Fault, LedgerFault
from ledger.orders.codec import encode_order, read_order
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import AddKey, Order, RegisterParty, RotateLogKey
from ledger.signing.jws import Jws, sign_compact, split_compact, verify_compact
from ledger.signing.keys import PrivateKey, PublicKey
from ledger.strict_json import dumps, loads

ORDER_TYPE = "daftari-order+jws"
POSSESSION_TYPE = "daftari-key+jws"


class SignedOrder(NamedTuple):
    """Bytes that have the form of an order of this ledger. Nobody has checked a signature yet."""

    data: bytes
    jws: Jws
    order: Order

    @property
    def kid(self) -> str:
        """The key that the order says it is signed by."""
        return self.jws.kid

    def self_registered_key(self) -> PublicKey | None:
        """The key that this order registers, if that is the key which signs it."""
        body = self.order.body
        if isinstance(body, RegisterParty) and body.key.kid == self.jws.kid:
            return body.key
        return None


class VerifiedOrder(NamedTuple):
    """An order whose signature, and whose proof of possession if it needs one, hold. `content` is its identity."""

    data: bytes
    content: bytes
    kid: str
    order: Order


def sign_order(order: Order, key: PrivateKey, genesis: Genesis) -> bytes:
    """The compact JWS of an order: the bytes that are sent, kept and proved."""
    return sign_compact(key, typ=ORDER_TYPE, payload=encode_order(order, genesis))


def open_order(data: bytes, genesis: Genesis) -> SignedOrder:
    """Read bytes as an order of this ledger.

    Raises:
        LedgerFault: MALFORMED, OTHER_LEDGER, KEY_UNACCEPTABLE.
    """
    jws = split_compact(data, typ=ORDER_TYPE)
    return SignedOrder(data, jws, read_order(jws.payload, genesis))


def verify_order(signed: SignedOrder, key: PublicKey, genesis: Genesis) -> VerifiedOrder:
    """Check the signature with the registered key, and the proof of possession of a key that the order brings.

    Raises:
        LedgerFault: SIGNATURE_INVALID, POSSESSION_INVALID.
    """
    verify_compact(signed.jws, key)
    body = signed.order.body
    if isinstance(body, RegisterParty | AddKey | RotateLogKey) and signed.self_registered_key() is None:
        _verify_possession(signed, body, genesis)
    return vouched(signed)


def vouched(signed: SignedOrder) -> VerifiedOrder:
    """An order whose signatures were verified before these bytes came here: by an API process inside the boundary.

    The audit never uses this: it verifies every signature again.
    """
    return VerifiedOrder(signed.data, signed.jws.content, signed.jws.kid, signed.order)


def prove_possession(key: PrivateKey, *, genesis: Genesis, order_id: str, registrant: str) -> bytes:
    """What the holder of a new `key` signs so that the key `registrant` may register it in the order `order_id`."""
    payload = dumps({"ledger": genesis.ledger_id, "order": order_id, "registrant": registrant})
    return sign_compact(key, typ=POSSESSION_TYPE, payload=payload)


def _verify_possession(
    signed: SignedOrder, body: RegisterParty | AddKey | RotateLogKey, genesis: Genesis
) -> None:
    if body.possession is None:
        raise LedgerFault(Fault.POSSESSION_INVALID, why="missing")
    expected = {"ledger": genesis.ledger_id, "order": signed.order.order_id, "registrant": signed.jws.kid}
    try:
        proof = split_compact(body.possession, typ=POSSESSION_TYPE)
        verify_compact(proof, body.key)
        claims = loads(proof.payload, bytes_max=1_024)
    except LedgerFault as fault:
        raise LedgerFault(Fault.POSSESSION_INVALID, why=fault.fault.value) from fault
    if claims != expected:
        raise LedgerFault(Fault.POSSESSION_INVALID, why="claims")
