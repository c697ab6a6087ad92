"""Base64url without padding (RFC 4648 section 5, RFC 7515 section 2): exactly one text for the same bytes."""

from __future__ import annotations

import binascii

from ledger.faults import Fault, LedgerFault

_TO_URL = bytes.maketrans(b"+/", b"-_")
# The characters of plain base64 that have no place here become one that the decoder refuses.
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/!!!")
# What may stand last, by how many characters the last group has: those whose unused bits are zero.
_LAST = {2: b"AQgw", 3: b"AEIMQUYcgkosw048"}


def encode(data: bytes) -> str:
    """The text of `data`."""
    return encode_bytes(data).decode("ascii")


def encode_bytes(data: bytes) -> bytes:
    """The text of `data`, as ASCII bytes."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=")


def decode(text: str | bytes) -> bytes:
    """The bytes of `text`: no padding, no white space, no other alphabet, unused bits zero.

    Raises:
        LedgerFault: MALFORMED with `what=base64url`.
    """
    try:
        data = text.encode("ascii") if isinstance(text, str) else text
        rest = len(data) % 4
        if rest and data[-1] not in _LAST.get(rest, b""):
            raise LedgerFault(Fault.MALFORMED, what="base64url")
        return binascii.a2b_base64(data.translate(_FROM_URL) + b"=" * (-len(data) % 4), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise LedgerFault(Fault.MALFORMED, what="base64url") from error
