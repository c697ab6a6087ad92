"""Taxpayer identification numbers (TIN namba): nine digits, with no check digit that is public."""

from __future__ import annotations

import re

from ledger.faults import Fault, LedgerFault

_WRITTEN = re.compile(r"([0-9]{3})([ -]?)([0-9]{3})\2([0-9]{3})", re.ASCII)
_FILLERS = frozenset({"000000000", "111111111"})
"""What forms are filled with where nobody has a number."""


def parse_tin(typed: object) -> str:
    """The nine digits of `121-207-079`, `121 207 079` or `121207079`.

    Raises:
        LedgerFault: MALFORMED with `what` `tin` or `tin_filler`.
    """
    match = _WRITTEN.fullmatch(typed.strip()) if isinstance(typed, str) else None
    if match is None:
        raise LedgerFault(Fault.MALFORMED, what="tin")
    digits = f"{match[1]}{match[3]}{match[4]}"
    if digits in _FILLERS:
        raise LedgerFault(Fault.MALFORMED, what="tin_filler")
    return digits


def tin_shown(tin: str) -> str:
    """`121207079` as `121-207-079`."""
    return f"{tin[:3]}-{tin[3:6]}-{tin[6:]}"
