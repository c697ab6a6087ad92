"""Data objects of EMVCo's QR codes for payments (Merchant-Presented Mode): two digits of id, two of length, the value.

The CRC is CRC-16/CCITT-FALSE: polynomial 0x1021, from 0xFFFF, nothing reflected, over all before its own value.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping

from ledger.faults import Fault, LedgerFault, require

PAYLOAD_CHARACTERS_MAX = 512
VALUE_CHARACTERS_MAX = 99
CRC = "63"

_HEAD = re.compile(r"[0-9]{4}", re.ASCII)
_CRC_HEAD = f"{CRC}04"
_CRC_CHARACTERS = 4
_CRC_START = 0xFFFF


def crc_of(text: str) -> str:
    """The four upper-case hexadecimal digits that close a payload."""
    return f"{binascii.crc_hqx(text.encode('ascii'), _CRC_START):04X}"


def write_objects(objects: Mapping[str, str]) -> str:
    """Objects one after the other, in the order given; those with an empty value are left out."""
    require(
        all(value.isascii() and len(value) <= VALUE_CHARACTERS_MAX for value in objects.values()),
        "a value of a QR code is ASCII and at most 99 characters long",
    )
    return "".join(f"{name}{len(value):02}{value}" for name, value in objects.items() if value)


def read_objects(text: str) -> dict[str, str]:
    """The objects of a text, in their order.

    Raises:
        LedgerFault: MALFORMED with `what` `qr_objects`, if they do not fill the text, or `qr_object_repeated`.
    """
    objects: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if _HEAD.fullmatch(head) is None:
            raise LedgerFault(Fault.MALFORMED, what="qr_objects")
        name, length = head[:2], int(head[2:])
        value = text[at + 4 : at + 4 + length]
        if not value or len(value) != length:
            raise LedgerFault(Fault.MALFORMED, what="qr_objects")
        if name in objects:
            raise LedgerFault(Fault.MALFORMED, what="qr_object_repeated")
        objects[name] = value
        at += 4 + length
    return objects


def close_payload(text: str) -> str:
    """A payload with its CRC at the end."""
    opened = text + _CRC_HEAD
    return opened + crc_of(opened)


def open_payload(payload: object) -> dict[str, str]:
    """The objects of a whole payload whose CRC holds, without the CRC.

    Raises:
        LedgerFault: MALFORMED with `what` `qr_length`, `qr_characters`, `qr_crc`, `qr_objects` or `qr_object_repeated`.
    """
    if not isinstance(payload, str) or not len(_CRC_HEAD) < len(payload) <= PAYLOAD_CHARACTERS_MAX:
        raise LedgerFault(Fault.MALFORMED, what="qr_length")
    if not payload.isascii() or not payload.isprintable():
        raise LedgerFault(Fault.MALFORMED, what="qr_characters")
    opened, crc = payload[:-_CRC_CHARACTERS], payload[-_CRC_CHARACTERS:]
    if not opened.endswith(_CRC_HEAD) or crc_of(opened) != crc:
        raise LedgerFault(Fault.MALFORMED, what="qr_crc")
    return read_objects(opened.removesuffix(_CRC_HEAD))
