"""National identification numbers of NIDA: twenty digits, of which the first eight are the date of birth."""

from __future__ import annotations

import re

from ledger.faults import Fault, LedgerFault
from ledger.instants import day_text, parse_date

BORN_FIRST = "1900-01-01"
"""Nobody who lives was born before; an earlier date is a slip. Ours, not NIDA's."""

_WRITTEN = re.compile(r"([0-9]{8})([ -]?)([0-9]{5})\2([0-9]{5})\2([0-9]{2})", re.ASCII)
_SEEN = 4


def parse_nida(typed: object, *, today: int) -> str:
    """The twenty digits of `19900101-12345-67890-12`, with hyphens, spaces or nothing between the groups.

    `today` is a day as `ledger.instants.eat_day` counts them.

    Raises:
        LedgerFault: MALFORMED with `what` `nida`, `nida_birth_date` (there is no such day) or `nida_birth_in_future`.
    """
    match = _WRITTEN.fullmatch(typed.strip()) if isinstance(typed, str) else None
    if match is None:
        raise LedgerFault(Fault.MALFORMED, what="nida")
    digits = "".join(match.group(1, 3, 4, 5))
    try:
        born = birth_date(digits)
    except LedgerFault as fault:
        raise LedgerFault(Fault.MALFORMED, what="nida_birth_date") from fault
    if born < BORN_FIRST:
        raise LedgerFault(Fault.MALFORMED, what="nida_birth_date")
    if born > day_text(today):
        raise LedgerFault(Fault.MALFORMED, what="nida_birth_in_future")
    return digits


def birth_date(nida: str) -> str:
    """The date of birth in a number, `1990-01-01`.

    Raises:
        LedgerFault: MALFORMED with `what=date` if there is no such day.
    """
    return parse_date(f"{nida[:4]}-{nida[4:6]}-{nida[6:8]}")


def nida_shown(nida: str) -> str:
    """In groups of 8, 5, 5 and 2 digits: for the holder alone."""
    return f"{nida[:8]}-{nida[8:13]}-{nida[13:18]}-{nida[18:]}"


def nida_masked(nida: str) -> str:
    """All but the last four digits hidden, in the same groups: the date of birth is hidden too."""
    return nida_shown("*" * (len(nida) - _SEEN) + nida[-_SEEN:])
