"""Moments of the past as callers write them: a size of the log, an instant, a day in East Africa."""

from __future__ import annotations

from collections.abc import Mapping

from api import schemas
from api.house import House
from ledger.faults import Fault, LedgerFault
from ledger.instants import (
    MICROSECONDS_PER_DAY,
    eat_day_start_us,
    eat_month_start_us,
    instant_text,
    parse_instant,
)
from ledger.money import MINOR_UNITS_MAX
from ledger.statements import Period, Place

_DAY_CHARACTERS = 10


def log_size_of(house: House, as_of: str) -> int:
    """The size of the log that `as_of` means: the size itself, or an instant with all that was recorded until then.

    Raises:
        LedgerFault: QUERY_INVALID, AS_OF_AHEAD.
    """
    if as_of.isdecimal():
        return schemas.bounded(as_of, least=0, most=MINOR_UNITS_MAX, parameter="as_of")
    return house.statements.size_at(_instant(as_of, "as_of"), house.settled_us, parameter="as_of")


def period_of(house: House, query: Mapping[str, str]) -> Period:
    """The period between `from` and `to`, both included; by default the month so far, as East Africa counts it.

    Raises:
        LedgerFault: QUERY_INVALID; AS_OF_AHEAD if it has not begun.
    """
    now_us = house.clock.wall_us()
    from_us = _first(query["from_"], "from") if "from_" in query else eat_month_start_us(now_us)
    to_us = _last(query["to"], "to") if "to" in query else now_us
    if from_us > now_us:
        raise LedgerFault(Fault.AS_OF_AHEAD, latest=instant_text(now_us), parameter="from")
    if to_us < from_us:
        raise LedgerFault(Fault.QUERY_INVALID, parameter="to")
    return Period(from_us, to_us)


def place_of(cursor: str) -> Place:
    """Where a page of a statement ended: `sequence-n-size`."""
    sequence, n, size = (int(part) for part in cursor.split("-"))
    return Place(sequence, n, size)


def _first(text: str, parameter: str) -> int:
    return _day(text, parameter) if len(text) == _DAY_CHARACTERS else _instant(text, parameter)


def _last(text: str, parameter: str) -> int:
    if len(text) == _DAY_CHARACTERS:
        return _day(text, parameter) + MICROSECONDS_PER_DAY - 1
    return _instant(text, parameter)


def _day(text: str, parameter: str) -> int:
    try:
        return eat_day_start_us(text)
    except LedgerFault as fault:
        raise LedgerFault(Fault.QUERY_INVALID, parameter=parameter) from fault


def _instant(text: str, parameter: str) -> int:
    try:
        return parse_instant(text)
    except LedgerFault as fault:
        raise LedgerFault(Fault.QUERY_INVALID, parameter=parameter) from fault
