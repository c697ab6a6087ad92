"""The government's fiscal year: from 1 July to 30 June, by the days of East Africa, written `2026/27`."""

from __future__ import annotations

import re
from typing import NamedTuple

from ledger.faults import Fault, LedgerFault
from ledger.instants import day_text, eat_day, eat_day_start_us

_WRITTEN = re.compile(r"([0-9]{4})/([0-9]{2})", re.ASCII)
_FIRST_DAY = "07-01"
_YEAR_FIRST, _YEAR_LAST = 1970, 9998


class FiscalYear(NamedTuple):
    """A fiscal year, by the calendar year in which it begins."""

    begins: int

    @property
    def first_us(self) -> int:
        """Its first instant, in microseconds since 1970."""
        return eat_day_start_us(f"{self.begins}-{_FIRST_DAY}")

    @property
    def after_us(self) -> int:
        """The first instant that is no longer in it."""
        return eat_day_start_us(f"{self.begins + 1}-{_FIRST_DAY}")

    def __str__(self) -> str:
        """`2026/27`."""
        return f"{self.begins:04}/{(self.begins + 1) % 100:02}"


def fiscal_year_of(instant_us: int) -> FiscalYear:
    """The fiscal year in which an instant lies. Years begin with 1970/71."""
    day = day_text(eat_day(instant_us))
    year = int(day[:4])
    return FiscalYear(year if day[5:] >= _FIRST_DAY else year - 1)


def parse_fiscal_year(text: object) -> FiscalYear:
    """A fiscal year of its text, `2026/27`, of which the second part follows the first.

    Raises:
        LedgerFault: MALFORMED with `what=fiscal_year`.
    """
    match = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    begins = int(match[1]) if match is not None else 0
    if not _YEAR_FIRST <= begins <= _YEAR_LAST or str(FiscalYear(begins)) != text:
        raise LedgerFault(Fault.MALFORMED, what="fiscal_year")
    return FiscalYear(begins)
