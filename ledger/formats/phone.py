"""Mobile telephone numbers of Tanzania: country code 255, then nine digits that begin with 6 or 7."""

from __future__ import annotations

import re

from ledger.faults import Fault, LedgerFault

COUNTRY = "255"
_SEPARATORS = re.compile(r"[ ().-]", re.ASCII)
_NATIONAL = re.compile(r"[67][0-9]{8}", re.ASCII)
_DIGITS = re.compile(r"\+?[0-9]{1,20}", re.ASCII)
_SUBSCRIBER_DIGITS = 9


def parse_phone(typed: object) -> str:
    """The canonical form, `255712345678`, of `+255…`, `255…`, `00255…`, `07…`, `06…` or the nine digits alone.

    Spaces, points, hyphens and round brackets between the digits are as people write them.

    Raises:
        LedgerFault: MALFORMED with `what` `phone` (no telephone number at all), `phone_other_country`, `phone_length`
            or `phone_not_mobile` (in Tanzania a mobile number begins with 06 or 07).
    """
    plain = _SEPARATORS.sub("", typed) if isinstance(typed, str) else ""
    if _DIGITS.fullmatch(plain) is None:
        raise LedgerFault(Fault.MALFORMED, what="phone")
    national = _national(plain)
    if len(national) != _SUBSCRIBER_DIGITS:
        raise LedgerFault(Fault.MALFORMED, what="phone_length")
    if _NATIONAL.fullmatch(national) is None:
        raise LedgerFault(Fault.MALFORMED, what="phone_not_mobile")
    return COUNTRY + national


def _national(plain: str) -> str:
    """What follows the country code or the trunk zero."""
    from_abroad = plain.startswith(("+", "00"))
    digits = plain.removeprefix("+" if plain.startswith("+") else "00")
    too_long = len(digits) > _SUBSCRIBER_DIGITS + 1 and not digits.startswith("0")
    if not from_abroad and not too_long:
        return digits.removeprefix("0")
    if not digits.startswith(COUNTRY):
        raise LedgerFault(Fault.MALFORMED, what="phone_other_country")
    return digits.removeprefix(COUNTRY)


def phone_shown(phone: str) -> str:
    """`255712345678` as `0712 345 678`: how it is said in the country."""
    return f"0{phone[3:6]} {phone[6:9]} {phone[9:]}"


def phone_masked(phone: str) -> str:
    """`255712345678` as `07** *** *78`: whoever knows the number recognises it."""
    return f"0{phone[3]}** *** *{phone[-2:]}"
