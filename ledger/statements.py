"""The reader of what was: balances as of a log size or an instant, and statements of a period.

Records are for ever and their times never go back, so the first `n` records are the ledger as it was: a past moment is
a log size. What cannot be known yet is refused: while a record of an instant may still come, nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from ledger.books.accounts import Account
from ledger.books.parties import Holder
from ledger.directory.sealing import DirectoryKey
from ledger.entry_views import EntryView, entry_view, require_entry
from ledger.faults import Fault, LedgerFault
from ledger.instants import instant_text
from ledger.orders.genesis import Genesis
from ledger.store import batch, head, readings
from ledger.store.engine import reading
from ledger.store.readings import Movements

ENTRIES_MAX = 100_000
"""So many entries of a period are added up; more want shorter periods."""

SettledUs = Callable[[], int]
"""Asks the writer: records that are not committed yet will be recorded after this instant."""


class PastBalance(NamedTuple):
    """What an account held when the log had so many records."""

    account: Account
    balance: int
    log_size: int
    recorded_us: int
    """When the last of those records was recorded."""


class Period(NamedTuple):
    """From one instant to another, both included."""

    from_us: int
    to_us: int


class Place(NamedTuple):
    """Where a page of a statement ended, and the size of the log that its first page saw."""

    sequence: int
    n: int
    log_size: int


class StatementView(NamedTuple):
    """An account over a period, and one page of its entries, oldest first. Amounts are minor units."""

    account: Account
    period: Period
    over: bool
    """Whether no entry can be added to it any more."""
    opening: int
    opening_size: int
    closing: int
    closing_size: int
    totals: Movements
    brought_forward: int
    """The balance before this page's first entry; `carried_forward`: after its last."""
    carried_forward: int
    entries: list[EntryView]
    others: dict[str, Holder]
    next: Place | None
    log_size: int


class _Span(NamedTuple):
    """A period in the log: the records from `first` to before `until`, in a log of `size`."""

    first: int
    until: int
    size: int
    over: bool


class Statements:
    """Answers about the past from a reading engine."""

    def __init__(self, engine: Engine, genesis: Genesis, directory_key: DirectoryKey | None = None) -> None:
        self._engine = engine
        self._genesis = genesis
        self._directory_key = directory_key

    def size_at(self, instant_us: int, settled_us: SettledUs, *, parameter: str) -> int:
        """The size of the log after the last record that was recorded at or before an instant.

        Raises:
            LedgerFault: AS_OF_AHEAD while such a record may still come; what `settled_us` raises.
        """
        self._require_settled(instant_us, settled_us, parameter)
        with reading(self._engine) as connection:
            return readings.size_at(connection, instant_us, size=head.read_head(connection).size)

    def balance(self, address: str, size: int) -> PastBalance | None:
        """What an account held in the log of this size; None if it was not there yet.

        Raises:
            LedgerFault: AS_OF_AHEAD if the log is not that long.
        """
        with reading(self._engine) as connection:
            log_size = head.read_head(connection).size
            if size > log_size:
                raise LedgerFault(Fault.AS_OF_AHEAD, latest=log_size, parameter="as_of")
            account = batch.load_accounts(connection, [address]).get(address)
            if account is None or account.opened >= size:
                return None
            held, recorded_us = _held(connection, address, size), readings.recorded_us(connection, size - 1)
            return PastBalance(account, held, size, recorded_us)

    def statement(
        self, address: str, period: Period, settled_us: SettledUs, *, limit: int, after: Place | None = None
    ) -> StatementView | None:
        """A page of an account's statement; None if the account was not there at the period's end.

        A period that is not over goes as far as the log does; its later pages go no further than its first.

        Raises:
            LedgerFault: AS_OF_AHEAD if it begins after the log's end, CURSOR_INVALID, PERIOD_TOO_LONG.
        """
        settled = self._settled(period.to_us, settled_us)
        if not settled:
            self._require_settled(period.from_us - 1, settled_us, "from")
        with reading(self._engine) as connection:
            account = batch.load_accounts(connection, [address]).get(address)
            span = _span(connection, period, over=settled, after=after)
            if account is None or account.opened >= span.until:
                if after is not None:
                    raise LedgerFault(Fault.CURSOR_INVALID, parameter="after")
                return None
            return self._page(connection, account, period, span, limit=limit, after=after)

    def _page(
        self,
        connection: Connection,
        account: Account,
        period: Period,
        span: _Span,
        *,
        limit: int,
        after: Place | None,
    ) -> StatementView:
        address, (first, until, size, over) = account.address, span
        totals = readings.movements(connection, address, first=first, until=until, entries_max=ENTRIES_MAX)
        if totals is None:
            raise LedgerFault(Fault.PERIOD_TOO_LONG, entries_max=ENTRIES_MAX)
        opening = _held(connection, address, first)
        last = require_entry(connection, address, None if after is None else after[:2], "after")
        place = (first, -1) if last is None else (last.sequence, last.n)
        rows = readings.entries_after(connection, address, after=place, until=until, limit=limit + 1)
        shown = rows[:limit]
        brought = opening if last is None else last.balance_after
        end = shown[-1][0] if shown else None
        return StatementView(
            account=account,
            period=period,
            over=over,
            opening=opening,
            opening_size=first,
            closing=_held(connection, address, until),
            closing_size=until,
            totals=totals,
            brought_forward=brought,
            carried_forward=brought if end is None else end.balance_after,
            entries=[entry_view(entry, record, self._genesis) for entry, record in shown],
            others=readings.holders_of(
                connection, {entry.counterparty for entry, _ in shown}, self._directory_key
            ),
            next=Place(end.sequence, end.n, size) if end is not None and len(rows) > limit else None,
            log_size=size,
        )

    def _newest_us(self) -> int:
        with reading(self._engine) as connection:
            return readings.recorded_us(connection, head.read_head(connection).size - 1)

    def _require_settled(self, instant_us: int, settled_us: SettledUs, parameter: str) -> None:
        newest_us = self._newest_us()
        if instant_us >= newest_us and instant_us > (settled := settled_us()):
            latest = instant_text(max(newest_us - 1, settled))
            raise LedgerFault(Fault.AS_OF_AHEAD, latest=latest, parameter=parameter)

    def _settled(self, to_us: int, settled_us: SettledUs) -> bool:
        """Whether every record up to an instant is there. Asked before the records are read, never after."""
        if to_us < self._newest_us():
            return True
        try:
            return to_us <= settled_us()
        except LedgerFault:
            return False  # the writer does not answer, which is no reason to show nothing


def _span(connection: Connection, period: Period, *, over: bool, after: Place | None) -> _Span:
    size = head.read_head(connection).size
    if after is not None:
        if not after.sequence < after.log_size <= size:
            raise LedgerFault(Fault.CURSOR_INVALID, parameter="after")
        over = over and (
            after.log_size == size or readings.recorded_us(connection, after.log_size - 1) > period.to_us
        )
        size = after.log_size
    first = readings.size_at(connection, period.from_us - 1, size=size)
    until = readings.size_at(connection, period.to_us, size=size)
    if after is not None and not first <= after.sequence < until:
        raise LedgerFault(Fault.CURSOR_INVALID, parameter="after")
    return _Span(first, until, size, over)


def _held(connection: Connection, address: str, size: int) -> int:
    """The balance of an account in the log of this size; 0 before its first entry."""
    entry = readings.last_entry(connection, address, until=size)
    return 0 if entry is None else entry.balance_after
