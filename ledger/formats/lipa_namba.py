"""Lipa Namba: eight digits by which an account is paid, of which the last is a check digit."""

from __future__ import annotations

import re

from ledger.books.bills import check_digit
from ledger.faults import Fault, LedgerFault

BODIES = 10**7
"""How many there are: one for each number of seven digits."""

_WRITTEN = re.compile(r"([0-9]{4})[ -]?([0-9]{4})", re.ASCII)


def lipa_namba_of(body: int) -> str:
    """The Lipa Namba with this number, from 0 to BODIES - 1, before its check digit."""
    digits = f"{body:07}"
    return f"{digits}{check_digit(digits)}"


def parse_lipa_namba(typed: object) -> str:
    """The eight digits of `1234 5678`, `1234-5678` or `12345678`.

    Raises:
        LedgerFault: MALFORMED with `what` `lipa_namba`, or `lipa_namba_slip` if the last digit does not fit the others.
    """
    match = _WRITTEN.fullmatch(typed.strip()) if isinstance(typed, str) else None
    if match is None:
        raise LedgerFault(Fault.MALFORMED, what="lipa_namba")
    digits = match[1] + match[2]
    if check_digit(digits):
        raise LedgerFault(Fault.MALFORMED, what="lipa_namba_slip")
    return digits


def lipa_namba_shown(number: str) -> str:
    """`12345678` as `1234 5678`."""
    return f"{number[:4]} {number[4:]}"
