"""Freezes: what an authority may do to an account, for whom, and how long."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class FreezeScope(StrEnum):
    """What stops: money going out, or everything."""

    DEBITS = "debits"
    ALL = "all"


class FreezeReason(StrEnum):
    """Why an account is frozen. Codes and no prose: nothing in the log can be erased."""

    COURT_ORDER = "court_order"
    INVESTIGATION = "investigation"
    SANCTIONS = "sanctions"
    TAX = "tax"
    FRAUD = "fraud"
    DEATH = "death"
    HOLDER_REQUEST = "holder_request"


class Freeze(NamedTuple):
    """One freeze of one account. Its name is the id of the order that placed it; several may stand at once."""

    account: str
    freeze: str
    scope: FreezeScope
    reason: FreezeReason
    order_number: str
    authority: str
    frozen_until_us: int | None
    placed: int
    """The sequence of the record that placed it."""
    lifted: int | None = None
    """The sequence of the record that lifted it."""

    def stands(self, now_us: int) -> bool:
        """Whether it is in force at an instant; its end needs no record."""
        return self.lifted is None and (self.frozen_until_us is None or now_us < self.frozen_until_us)


def standing(freezes: Iterable[Freeze], now_us: int, *, credits_too: bool = False) -> Freeze | None:
    """The first freeze in force that stops debits, or with `credits_too` one that stops credits as well."""
    for freeze in freezes:
        if freeze.stands(now_us) and (not credits_too or freeze.scope is FreezeScope.ALL):
            return freeze
    return None
