"""What the sequencer has done since it started, counted once a batch and not once an order where that is possible.

A tally only grows; whoever asks twice and subtracts knows what happened in between. Times are microseconds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from ledger.faults import Fault
from ledger.orders.codec import kind_name
from ledger.orders.signed import VerifiedOrder
from ledger.wire import Answer, AnswerStatus

BATCH_ORDERS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
BATCH_US = (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000)
_REASON = b'"reason":"'
_OUTCOMES = {AnswerStatus.ACCEPTED: "accepted", AnswerStatus.REFUSED: "refused"}
_REPLAYED = "replayed"


class Spread:
    """How often a figure fell under each of some bounds, and the sum of all."""

    def __init__(self, bounds: Sequence[int]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0

    def add(self, figure: int) -> None:
        """Count one figure."""
        self._counts[bisect_left(self._bounds, figure)] += 1
        self._sum += figure

    def told(self) -> dict[str, object]:
        """`bounds`; `counts`, one more than there are bounds; `sum`."""
        return {"bounds": list(self._bounds), "counts": list(self._counts), "sum": self._sum}


class Tallies:
    """The tallies of one sequencer."""

    def __init__(self) -> None:
        self._orders: Counter[tuple[str, str]] = Counter()
        self._reasons: Counter[str] = Counter()
        self._turned_away: Counter[str] = Counter()
        self._sizes = Spread(BATCH_ORDERS)
        self._settling = Spread(BATCH_US)
        self._committing = Spread(BATCH_US)

    def count_batch(
        self, orders: Sequence[VerifiedOrder], answers: Sequence[Answer], *, settle_us: int, commit_us: int
    ) -> None:
        """Count a batch that was settled. `commit_us` is the part of `settle_us` for writing and COMMIT."""
        self._sizes.add(len(orders))
        self._settling.add(settle_us)
        if commit_us:  # a batch of repeats writes nothing
            self._committing.add(commit_us)
        seen = Counter(
            [
                (type(order.order.body), answer.status, answer.replayed)
                for order, answer in zip(orders, answers, strict=True)
            ]
        )
        bodies = {type(order.order.body): order.order.body for order in orders}
        for (body, status, replayed), count in seen.items():
            if status is not AnswerStatus.FAULT:
                outcome = _REPLAYED if replayed else _OUTCOMES[status]
                self._orders[kind_name(bodies[body]), outcome] += count
        if any(status is not AnswerStatus.ACCEPTED for _, status, _ in seen):
            self._count_noes(answers)

    def _count_noes(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            if answer.status is AnswerStatus.FAULT:
                self.turn_away(answer.fault().fault)
            elif answer.status is AnswerStatus.REFUSED and not answer.replayed:
                start = answer.record.index(_REASON) + len(_REASON)
                self._reasons[answer.record[start : answer.record.index(b'"', start)].decode("ascii")] += 1

    def turn_away(self, fault: Fault, count: int = 1) -> None:
        """Count orders that were not decided: the queue was full, the key too fast, the clock not to be trusted."""
        self._turned_away[fault.value] += count

    def told(self) -> dict[str, object]:
        """Everything, as JSON can say it."""
        return {
            "orders": [[kind, outcome, count] for (kind, outcome), count in sorted(self._orders.items())],
            "reasons": dict(sorted(self._reasons.items())),
            "turned_away": dict(sorted(self._turned_away.items())),
            "batch_orders": self._sizes.told(),
            "settle_us": self._settling.told(),
            "commit_us": self._committing.told(),
        }
