"""Times as the government's systems send them: `2026-11-24T14:15:00`, without a zone: East Africa Time (UTC+3)."""

from __future__ import annotations

import re

from ledger.faults import Fault, LedgerFault
from ledger.instants import EAST_AFRICA_US, instant_text, parse_instant

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_SECONDS_END = len("2026-11-24T14:15:00")


def parse_local_time(text: object) -> int:
    """Microseconds since 1970 in UTC. A zone, a fraction or a day that there is not is refused.

    Raises:
        LedgerFault: MALFORMED with `what=local_time`.
    """
    if not isinstance(text, str) or _WRITTEN.fullmatch(text) is None:
        raise LedgerFault(Fault.MALFORMED, what="local_time")
    try:
        return parse_instant(f"{text}Z") - EAST_AFRICA_US
    except LedgerFault as fault:
        raise LedgerFault(Fault.MALFORMED, what="local_time") from fault


def local_time_text(instant_us: int) -> str:
    """The second in which an instant lies, as a clock in Dar es Salaam shows it: `2026-11-24T14:15:00`."""
    return instant_text(instant_us + EAST_AFRICA_US)[:_SECONDS_END]
