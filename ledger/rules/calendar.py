"""Which rules close days, and the first day that is open."""

from __future__ import annotations

from ledger.instants import eat_day, parse_instant
from ledger.orders.genesis import Genesis

RULES_THAT_CLOSE_DAYS = 2
"""The first version of the rules under which each day in East Africa Time is closed by a record."""


def first_day(genesis: Genesis) -> int | None:
    """The day of genesis, if the ledger began under rules that close days."""
    return eat_day(parse_instant(genesis.recorded_at)) if genesis.rules >= RULES_THAT_CLOSE_DAYS else None
