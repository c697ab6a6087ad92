"""Previews: what would become of orders that nobody hands in. They wait behind real orders, and cost little.

A preview takes nothing from its key's bucket. What it costs the ledger is bounded for everybody together, and between
two batches at most one request for previews is answered.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection, Sequence
from typing import Generic, TypeVar

from ledger.bookkeeper import Bookkeeper, Poisoned
from ledger.faults import Fault, LedgerFault
from ledger.intake import ClockWatch, Pace, TokenBuckets
from ledger.orders.genesis import Genesis
from ledger.orders.relayed import RelayedOrder, arrived
from ledger.orders.signed import VerifiedOrder
from ledger.wire import Preview, fault_answer, pack_previews

_LOG = logging.getLogger("daftari.sequencer")
REQUESTS_WAITING_MAX = 16
PACE = Pace(orders_per_second=500, orders_burst=4_000)
"""Of all callers together."""

_ALL = ""

Asker = TypeVar("Asker")


class Previews(Generic[Asker]):
    """The requests for previews that wait, each with whoever asked."""

    def __init__(self, bookkeeper: Bookkeeper, genesis: Genesis, pace: Pace = PACE) -> None:
        self._bookkeeper = bookkeeper
        self._genesis = genesis
        self._bucket = TokenBuckets(pace)
        self._waiting: deque[tuple[Asker, Sequence[RelayedOrder]]] = deque()

    def __bool__(self) -> bool:
        """Whether any waits."""
        return bool(self._waiting)

    def take(self, asker: Asker, orders: Sequence[RelayedOrder]) -> bytes:
        """Let a request wait; or, where too many do, the reply that says so."""
        if len(self._waiting) < REQUESTS_WAITING_MAX:
            self._waiting.append((asker, orders))
            return b""
        return _all(Fault.BUSY, len(orders), retry_after_seconds=1)

    def answer_next(
        self, watch: ClockWatch, held_off: Collection[bytes], monotonic_us: int
    ) -> tuple[Asker, bytes]:
        """Whoever waited longest, and the reply.

        Raises:
            CommitUncertain: the database failed; this process must end.
        """
        asker, relayed = self._waiting.popleft()
        try:
            told = self._told(relayed, held_off, now_us=watch.now_us(), monotonic_us=monotonic_us)
        except LedgerFault as fault:
            return asker, pack_previews([Preview(fault_answer(fault), {})] * len(relayed))
        except Poisoned as poison:
            _LOG.error("a preview could not be decided: %r", poison.__cause__)
            return asker, _all(Fault.INTERNAL_ERROR, len(relayed))
        return asker, pack_previews(told)

    def _told(
        self, relayed: Sequence[RelayedOrder], held_off: Collection[bytes], *, now_us: int, monotonic_us: int
    ) -> list[Preview]:
        """The previews in request order; an order that would be held off stands aside."""
        aside: dict[int, Preview] = {}
        orders: list[VerifiedOrder] = []
        for place, one in enumerate(relayed):
            self._bucket.take(_ALL, now_us=monotonic_us)
            order = arrived(one, self._genesis)
            if order.content in held_off:
                aside[place] = Preview(fault_answer(LedgerFault(Fault.INTERNAL_ERROR)), {})
            else:
                orders.append(order)
        decided = iter(self._bookkeeper.preview(orders, now_us=now_us))
        return [aside.get(place) or next(decided) for place in range(len(relayed))]


def _all(fault: Fault, count: int, **details: int) -> bytes:
    return pack_previews([Preview(fault_answer(LedgerFault(fault, **details)), {})] * count)
