"""What a generator is told to do: visits, each a chain of requests; and the file in which they travel to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ORDERS_PATH = "/v1/orders"
CREATED, OK, CONFLICT, UNAUTHORISED, REFUSED = 201, 200, 409, 401, 422

NO_ANSWER = 0
"""The status of a request to which no HTTP answer came."""

NOT_PROVED = -1
"""The status of a receipt that came and does not prove what it should."""

READS = frozenset({"balance", "entries", "receipt", "bill"})
"""Kinds of request that only look."""

FORGED = "forged"
"""The kind of an order whose signature is another's: it must leave no trace."""


class Ask(NamedTuple):
    """One request: its kind (a word of `loadtests.words`), the statuses that are right, and what it sends.

    `order` is the order's number in the run; None for what must leave no trace. A request without `data` is a GET. A
    receipt names in `data` the order that it must be about, and is a GET all the same.
    """

    kind: str
    expects: tuple[int, ...]
    order: int | None = None
    data: bytes = b""
    path: str = ORDERS_PATH
    token: str = ""

    @property
    def posts(self) -> bool:
        """Whether it sends an order."""
        return self.kind not in READS

    @property
    def counted(self) -> bool:
        """Whether its answer counts among those to orders: a signature that fails is no posting."""
        return self.order is not None


class Visit(NamedTuple):
    """Requests one after another: the first at its intended time (seconds from the start), each next when answered."""

    start: float
    asks: tuple[Ask, ...]


def order_visit(start: float, order: int, data: bytes) -> Visit:
    """A visit that sends one fresh order."""
    return Visit(start, (Ask("pay", (CREATED,), order, data),))


def write_visits(path: Path, visits: Iterable[Visit]) -> None:
    """One visit a line."""
    with path.open("w", encoding="ascii") as file:
        for visit in visits:
            asks = [[*ask[:3], ask.data.decode("ascii"), *ask[4:]] for ask in visit.asks]
            file.write(json.dumps([visit.start, asks]) + "\n")


def read_visits(path: Path) -> Iterator[Visit]:
    """What `write_visits` wrote."""
    with path.open(encoding="ascii") as file:
        for line in file:
            start, asks = json.loads(line)
            yield Visit(start, tuple(_ask(row) for row in asks))


def _ask(row: Sequence[Any]) -> Ask:
    kind, expects, order, data, path, token = row
    return Ask(kind, tuple(expects), order, data.encode("ascii"), path, token)
