"""The log key hands over: the order for it is written where the log keys are and signed where an authority's key is."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

from ledger.addresses import new_order_id
from ledger.enquiries import Enquiries
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_DAY, Clock
from ledger.keys_folder import find_log_key, read_private_key
from ledger.orders.codec import encode_order
from ledger.orders.kinds import Order, RotateLogKey
from ledger.orders.signed import ORDER_TYPE, prove_possession
from ledger.signing.jws import sign_compact
from ledger.signing.keys import PrivateKey, PublicKey, public_key_from_jwk
from ledger.signing.log_keys import endorse
from ledger.strict_json import loads_object

PAYLOAD_BYTES_MAX = 16 * 1024
_ANSWER_SECONDS_MAX = 30
_KIND = "rotate_log_key"


class HandOver(NamedTuple):
    """What an authority signs, and what of it a person should compare before they do."""

    payload: bytes
    ledger: str
    kid: str
    expires: str


def write_hand_over(
    enquiries: Enquiries, keys: Path, name: str, authority: PublicKey, clock: Clock
) -> HandOver:
    """The order by which the key of that name takes over, vouched for by the key in force; good for a day.

    Raises:
        LedgerFault: KEY_FILE_INVALID if either private key is not in the folder.
    """
    genesis, now_us = enquiries.genesis(), clock.wall_us()
    new = read_private_key(keys, name)
    in_force = find_log_key(keys, enquiries.log_keys()[-1].key)
    order_id = new_order_id(now_us)
    proof = prove_possession(new, genesis=genesis, order_id=order_id, registrant=authority.kid)
    word = endorse(in_force, new.public, ledger_id=genesis.ledger_id, order_id=order_id)
    expires_us = now_us // 1_000 * 1_000 + MICROSECONDS_PER_DAY
    order = Order(order_id, expires_us, RotateLogKey(new.public, proof, word))
    return read_hand_over(encode_order(order, genesis))


def read_hand_over(payload: bytes) -> HandOver:
    """What a payload would do. The ledger checks all of it again; here it must be of this kind, and no other.

    Raises:
        LedgerFault: MALFORMED.
    """
    members = loads_object(payload, bytes_max=PAYLOAD_BYTES_MAX)
    key = members.get("key")
    if members.get("order") != _KIND or not isinstance(key, dict):
        raise LedgerFault(Fault.MALFORMED, what="order_kind")
    ledger, expires = str(members.get("ledger")), str(members.get("expires"))
    return HandOver(payload, ledger, public_key_from_jwk(key).kid, expires)


def sign_hand_over(hand_over: HandOver, authority: PrivateKey) -> bytes:
    """The signed order, ready to be sent."""
    return sign_compact(authority, typ=ORDER_TYPE, payload=hand_over.payload)


def send_order(url: str, order: bytes) -> dict[str, object]:
    """Send a signed order. Sending it again gives the same answer again.

    Raises:
        LedgerFault: NOT_TAKEN if no ledger answers there; QUERY_INVALID for what is no URL.
    """
    if not url.startswith(("http://", "https://")):
        raise LedgerFault(Fault.QUERY_INVALID, parameter="--ledger")
    request = urllib.request.Request(  # noqa: S310 - of the two schemes above
        f"{url.rstrip('/')}/v1/orders", data=order, headers={"Content-Type": "application/jose"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS_MAX) as answer:  # noqa: S310 - the same
            told = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        told = json.loads(error.read() or b"{}")
    except (OSError, ValueError) as error:
        raise LedgerFault(Fault.NOT_TAKEN) from error
    return told if isinstance(told, dict) else {}
