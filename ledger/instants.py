"""Instants: whole microseconds since 1970 in UTC, their one text form, and the clock that is handed in."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from ledger.faults import Fault, LedgerFault

MICROSECONDS_PER_SECOND = 1_000_000
MICROSECONDS_PER_DAY = 86_400 * MICROSECONDS_PER_SECOND

_EAST_AFRICA = timedelta(hours=3)
EAST_AFRICA_US = _EAST_AFRICA // timedelta(microseconds=1)
"""How far clocks in East Africa are ahead of UTC, in microseconds; there is no summer time."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# RFC 3339 in UTC only: one spelling for one instant is what a signed text needs. Up to six decimals.
_TEXT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z", re.ASCII)
_INSTANTS_REMEMBERED_MAX = 1_024


class Clock(Protocol):
    """Where the time comes from. Only the top floor holds one; everybody below is told what time it is."""

    def wall_us(self) -> int:
        """Microseconds since 1970, UTC, as the machine believes."""
        ...

    def monotonic_us(self) -> int:
        """Microseconds that never go back, from an unnamed start."""
        ...


class MachineClock:
    """The clock of this machine."""

    def wall_us(self) -> int:
        """Microseconds since 1970, UTC."""
        return time.time_ns() // 1_000

    def monotonic_us(self) -> int:
        """Microseconds of the monotonic clock."""
        return time.monotonic_ns() // 1_000


@lru_cache(maxsize=_INSTANTS_REMEMBERED_MAX)
def instant_text(instant_us: int) -> str:
    """`2026-11-24T11:15:00.000000Z`: the form in which a record states a time, always with six decimals.

    Remembered, since all records of a batch state the same one.
    """
    return (_EPOCH + timedelta(microseconds=instant_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: object) -> int:
    """Read an RFC 3339 instant in UTC, with zero to six decimals, as microseconds.

    Raises:
        LedgerFault: MALFORMED with `what=instant`.
    """
    match = _TEXT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise LedgerFault(Fault.MALFORMED, what="instant")
    seconds = _whole_seconds(match[1])
    return seconds * MICROSECONDS_PER_SECOND + int((match[2] or "").ljust(6, "0"))


@lru_cache(maxsize=_INSTANTS_REMEMBERED_MAX)
def _whole_seconds(text: str) -> int:
    """Seconds since 1970 of `YYYY-MM-DDThh:mm:ss`. Remembered: orders of one minute expire in the same few seconds."""
    parts = (text[:4], text[5:7], text[8:10], text[11:13], text[14:16], text[17:])
    try:
        year, month, day, hour, minute, second = (int(part) for part in parts)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise LedgerFault(Fault.MALFORMED, what="instant") from error
    return (moment - _EPOCH) // timedelta(seconds=1)


def eat_text(instant_us: int) -> str:
    """`2026-11-24 14:15 EAT`: the time in Dar es Salaam, the same in both languages."""
    moment = _EPOCH + timedelta(microseconds=instant_us) + _EAST_AFRICA
    return moment.strftime("%Y-%m-%d %H:%M EAT")


_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def eat_day_start_us(text: str) -> int:
    """The first instant of a day in East Africa, written `2026-11-24`, from 1970 on.

    Raises:
        LedgerFault: MALFORMED with `what=day`.
    """
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if _DAY.fullmatch(text) else None
    except ValueError as error:
        raise LedgerFault(Fault.MALFORMED, what="day") from error
    if day is None or day <= _EPOCH:
        raise LedgerFault(Fault.MALFORMED, what="day")
    return (day - _EAST_AFRICA - _EPOCH) // timedelta(microseconds=1)


def eat_month_start_us(instant_us: int) -> int:
    """The first instant of the month in which an instant lies in East Africa."""
    moment = _EPOCH + timedelta(microseconds=instant_us) + _EAST_AFRICA
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first - _EAST_AFRICA - _EPOCH) // timedelta(microseconds=1)


def eat_day(instant_us: int) -> int:
    """Which day it is in Dar es Salaam: whole days since 1970-01-01."""
    return (instant_us + EAST_AFRICA_US) // MICROSECONDS_PER_DAY


def day_text(day: int) -> str:
    """`2026-11-24`: the date of a day of `eat_day`."""
    return (_EPOCH.date() + timedelta(days=day)).isoformat()


def parse_date(text: object) -> str:
    """A date, `2026-11-24`, that there is.

    Raises:
        LedgerFault: MALFORMED with `what=date`.
    """
    if not isinstance(text, str) or _DATE.fullmatch(text) is None:
        raise LedgerFault(Fault.MALFORMED, what="date")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise LedgerFault(Fault.MALFORMED, what="date") from error
