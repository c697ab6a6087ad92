"""Bills: what an institution asks to be paid, and the control number by which it is paid."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import NamedTuple

CONTROL_NUMBER = re.compile(r"[0-9]{12}", re.ASCII)
CONTROL_NUMBER_PREFIX = re.compile(r"[0-9]{2}", re.ASCII)

CANDIDATES_MAX = 8
"""How many control numbers a bill may try. Each is one of 10^9 by hash: that all eight are taken never happens."""

_BODY = 10**9
# The quasigroup of H. Michael Damm (2004): catches every wrong digit and every swap of two neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class BillStatus(StrEnum):
    """Where a bill stands. `expired` follows from the time; it is never stored."""

    RAISED = "raised"
    OPEN = "open"
    PAID = "paid"
    REFUNDED = "refunded"
    EXPIRED = "expired"


class Bill(NamedTuple):
    """A bill. Its name in the ledger is the id of the order that raised it."""

    bill: str
    party: str
    bill_id: str
    """The institution's own number for it, unique within the institution."""
    service: str
    payee: str
    currency: str
    amount_minor_units: int
    payable_until_us: int
    maker: str
    """The kid that raised it."""
    raised: int
    checker: str | None = None
    control_number: str | None = None
    paid_by: str | None = None
    """The id of the order that paid it."""
    refunded: int = 0
    """What the institution gave back of the payment, in minor units."""

    def status(self, now_us: int) -> BillStatus:
        """Its status at an instant."""
        if self.paid_by is not None:
            return BillStatus.REFUNDED if self.refunded >= self.amount_minor_units else BillStatus.PAID
        if now_us >= self.payable_until_us:
            return BillStatus.EXPIRED
        return BillStatus.RAISED if self.control_number is None else BillStatus.OPEN


def control_number_candidates(*, ledger_id: str, bill: str, prefix: str) -> list[str]:
    """The control numbers that a bill may get, in order: 12 digits, of which the last is a check digit.

    Each comes from a hash of the random part of the bill's own id, so numbers cannot be walked from one to the next,
    and an auditor can compute them again without a secret.
    """
    numbers = []
    for attempt in range(CANDIDATES_MAX):
        text = f"daftari control number\x00{ledger_id}{bill}{attempt}"
        body = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % _BODY
        digits = f"{prefix}{body:09}"
        numbers.append(f"{digits}{_check_digit(digits)}")
    return numbers


def control_number_holds(text: str) -> bool:
    """Whether the text has the form of a control number and its check digit is right."""
    return CONTROL_NUMBER.fullmatch(text) is not None and _check_digit(text) == 0


def _check_digit(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim
