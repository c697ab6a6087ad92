"""Names that cannot be mistyped or squatted on: account addresses (Bech32m) and order ids (UUIDv7)."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from functools import lru_cache, reduce
from operator import xor

from ledger.faults import Fault, LedgerFault

ORDER_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
"""A UUIDv7 (RFC 9562) in its one lower-case form."""

PREFIX = re.compile(r"[a-z]{2,8}", re.ASCII)
"""What the addresses of a ledger may begin with, before Bech32m's separator `1`."""

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE = {character: value for value, character in enumerate(_CHARSET)}
_BECH32M = 0x2BC830A3
_HASH_BYTES = 20
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_GENERATED = [
    reduce(xor, (generator for place, generator in enumerate(_GENERATORS) if top >> place & 1), 0)
    for top in range(32)
]


def account_address(*, prefix: str, ledger_id: str, kid: str, order_id: str) -> str:
    """The address of the account that this key opens with this order: known to the signer before sending."""
    return _address(prefix, "daftari account", f"{ledger_id}{kid}{order_id}")


def chart_address(*, prefix: str, ledger_id: str, code: str) -> str:
    """The address of an account of the chart, which genesis opens, from its code."""
    return _address(prefix, "daftari chart", f"{ledger_id}{code}")


def _address(prefix: str, domain: str, name: str) -> str:
    digest = hashlib.sha256(domain.encode() + b"\x00" + name.encode()).digest()[:_HASH_BYTES]
    values = _five_bits(digest)
    return f"{prefix}1{''.join(_CHARSET[value] for value in values + _checksum(prefix, values))}"


def parse_address(text: object, *, prefix: str) -> str:
    """The address itself if it is one of this ledger: prefix, alphabet, length and checksum.

    Raises:
        LedgerFault: MALFORMED with `what=address`.
    """
    if not isinstance(text, str) or not _is_address(text, prefix):
        raise LedgerFault(Fault.MALFORMED, what="address")
    return text


@lru_cache(maxsize=65_536)
def _is_address(text: str, prefix: str) -> bool:
    """Remembered, since the same accounts are named over and over."""
    if len(text) != len(prefix) + 39 or not text.startswith(f"{prefix}1"):
        return False
    values = [_VALUE.get(character, -1) for character in text[len(prefix) + 1 :]]
    return -1 not in values and _polymod(_expand(prefix) + values) == _BECH32M


def new_order_id(now_us: int) -> str:
    """A fresh UUIDv7: 48 bits of milliseconds, then 74 random bits."""
    number = (
        (now_us // 1_000) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    )
    return str(uuid.UUID(int=number))


def order_id_instant(order_id: str) -> int:
    """The instant inside a UUIDv7, in microseconds (whole milliseconds)."""
    return int(order_id[:8] + order_id[9:13], 16) * 1_000


def parse_order_id(text: object) -> str:
    """The id itself if it is a UUIDv7 in lower case.

    Raises:
        LedgerFault: MALFORMED with `what=id`.
    """
    if not isinstance(text, str) or ORDER_ID.fullmatch(text) is None:
        raise LedgerFault(Fault.MALFORMED, what="id")
    return text


def _five_bits(data: bytes) -> list[int]:
    number, count = int.from_bytes(data, "big"), len(data) * 8 // 5
    return [number >> 5 * (count - 1 - place) & 31 for place in range(count)]


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _checksum(prefix: str, values: list[int]) -> list[int]:
    rest = _polymod(_expand(prefix) + values + [0] * 6) ^ _BECH32M
    return [rest >> 5 * (5 - place) & 31 for place in range(6)]


def _polymod(values: list[int]) -> int:
    """The checksum of BIP 173 and BIP 350."""
    check = 1
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _GENERATED[check >> 25]
    return check
