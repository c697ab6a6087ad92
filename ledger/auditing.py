"""The audit of a stored ledger: everything recomputed from the records alone, and the first wrong record named.

Per record: its place, its leaf in the stored tree, its signatures, its decision, its outcome and its entries; per
batch: the signed checkpoint over the root computed here. All of that is read in the order of the records beside the
replay, so that memory holds the books and not the history. Then every other projection, row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Table

from ledger.audit_walk import NOT_CHECKED, RecordWalk, projection_wrong, record_wrong
from ledger.faults import Fault, LedgerFault
from ledger.rules.audit import Replay, Replayed
from ledger.rules.history import History
from ledger.store import schema
from ledger.store.engine import reading, reading_engine
from ledger.store.projections import Row, dump, dump_heads, dump_records
from ledger.store.rows import account_row, bill_row, freeze_row, key_row, party_row
from ledger.store.version import require_schema

__all__ = ["NOT_CHECKED", "AuditReport", "Listener", "audit_ledger"]


_Expected = tuple[Table, Iterable[Row], Callable[[Row], Any]]
"""A table, the rows that it must have, and which record a row belongs to."""


class AuditReport(NamedTuple):
    """What was audited and holds."""

    records: int
    accounts: int
    checkpoints: int
    run: Replay
    """The books as the records make them."""
    checkpoint: str
    """The signed head of all of it."""


class Listener(Protocol):
    """Somebody who is told what the audit reads, as it goes: an export. What it was told holds once the audit ends."""

    def begin(self, history: History) -> None:
        """Record 0."""

    def note(self, replayed: Replayed) -> None:
        """One more record, which decides again to the very same bytes."""


def audit_ledger(
    url: str, *, outside_checkpoint: str | None = None, listener: Listener | None = None
) -> AuditReport:
    """Audit a stored ledger, as it is at one moment.

    Raises:
        LedgerFault: RECORD_WRONG or PROJECTION_WRONG naming the first wrong record; LOG_HEAD_WRONG if the history
            does not contain the checkpoint from outside; STORE_EMPTY, SCHEMA_FOREIGN, STORE_UNREACHABLE.
    """
    engine = reading_engine(url, connections=2)
    try:
        with reading(engine) as connection:
            require_schema(connection)
            return _audit(connection, outside_checkpoint, listener)
    finally:
        engine.dispose()


def _audit(connection: Connection, outside: str | None, listener: Listener | None) -> AuditReport:
    with ExitStack() as stack:
        records = stack.enter_context(closing(dump_records(connection)))
        first = next(records, None)
        if first is None:
            raise LedgerFault(Fault.STORE_EMPTY)
        sequence, record = first
        if sequence != 0:
            raise record_wrong(0, "missing")
        history = History(record, keep_tiles=True)
        if listener is not None:
            listener.begin(history)
        walk = stack.enter_context(closing(RecordWalk(connection, history, outside)))
        walk.follow(_in_order(records), listener.note if listener is not None else None)
    _compare_head(connection, walk)
    _compare_books(connection, walk)
    return AuditReport(
        history.size, len(history.run.state.accounts), walk.checkpoints, history.run, walk.checkpoint
    )


def _in_order(records: Iterator[tuple[int, bytes]]) -> Iterator[bytes]:
    for expected, (sequence, record) in enumerate(records, 1):
        if sequence != expected:
            raise record_wrong(expected, "missing")
        yield record


def _compare_head(connection: Connection, walk: RecordWalk) -> None:
    """One head, which says what the records say."""
    refused = walk.history.run.state.day_refused
    if dump_heads(connection) != [(1, walk.history.size, walk.root, walk.checkpoint, refused)]:
        raise projection_wrong(schema.log_head, 1, walk.history.size - 1)


def _compare_books(connection: Connection, walk: RecordWalk) -> None:
    """Accounts, register, bills and tiles as they are after the last record."""
    state, touched = walk.history.run.state, walk.touched
    accounts = [account_row(row) for row in state.accounts.values() if row is not None]
    parties = [party_row(row) for row in state.parties.values() if row is not None]
    keys = [key_row(row) for row in state.keys.values() if row is not None]
    bills = [bill for bill in state.bills.values() if bill is not None]
    raised = {bill.bill: bill.raised for bill in bills}
    by_table: list[_Expected] = [
        (schema.accounts, accounts, lambda row: touched.get(row[0], row[4])),
        (schema.parties, parties, lambda row: row[2]),
        (schema.keys, keys, lambda row: row[5] or row[4]),
        (schema.bills, [bill_row(bill) for bill in bills], lambda row: row[9]),
        (
            schema.control_numbers,
            list(state.control_numbers.items()),
            lambda row: raised.get(row[1], 0),
        ),
        (
            schema.bill_ids,
            [(bill.party, bill.bill_id, bill.bill) for bill in bills],
            lambda row: raised.get(row[2], 0),
        ),
        *_around_bills(walk),
        *_corrections(walk),
        (
            schema.log_tiles,
            [(*place, hashes) for place, hashes in (walk.history.tiles or {}).items()],
            lambda row: row[1] << 8 * (min(row[0], 7) + 1),
        ),
    ]
    wrong = [
        found
        for table, rows, record_of in by_table
        if (found := _first_wrong(connection, table, rows, record_of, last=walk.history.size - 1))
    ]
    if wrong:
        raise min(wrong, key=lambda fault: int(fault.details["sequence"]))


def _around_bills(walk: RecordWalk) -> list[_Expected]:
    """Payments of bills, receipts of payment providers, and approvals in bulk."""
    state, order_at = walk.history.run.state, walk.history.run.contents
    bulks = {row.bulk: row.approved for row in state.bulks.values() if row is not None}
    return [
        (schema.bill_payments, walk.from_changes[schema.bill_payments], lambda row: row[1]),
        (
            schema.provider_receipts,
            [(*name, order_id) for name, order_id in state.provider_receipts.items()],
            lambda row: order_at.get(row[2], 0),
        ),
        (schema.bulks, [row for row in state.bulks.values() if row is not None], lambda row: row[6]),
        (
            schema.bulk_lines,
            [(*name, bulk) for name, bulk in state.bulk_lines.items()],
            lambda row: bulks.get(row[2], 0),
        ),
    ]


def _corrections(walk: RecordWalk) -> list[_Expected]:
    state, order_at = walk.history.run.state, walk.history.run.contents
    entries = [entry for entry in state.journal.values() if entry is not None]
    refunds = [(row.order_id, payee, total) for row in entries for payee, total in row.refunded.items()]
    reversals = [(row.order_id, row.reversed_by) for row in entries if row.reversed_by is not None]
    freezes = [freeze_row(freeze) for placed in state.freezes.values() for freeze in placed]
    return [
        (schema.refunds, refunds, lambda row: order_at.get(row[0], 0)),
        (schema.reversals, reversals, lambda row: order_at.get(row[1], 0)),
        (schema.freezes, freezes, lambda row: row[8] or row[7]),
        (schema.rules_adopted, walk.from_changes[schema.rules_adopted], lambda row: row[0]),
        (schema.log_keys, walk.from_changes[schema.log_keys], lambda row: row[0] - 1),
        (schema.attestations, walk.from_changes[schema.attestations], lambda row: row[1]),
        (schema.day_closes, walk.from_changes[schema.day_closes], lambda row: row[1]),
    ]


def _first_wrong(
    connection: Connection,
    table: Table,
    rows: Iterable[Row],
    record_of: Callable[[Row], Any],
    *,
    last: int,
) -> LedgerFault | None:
    """The difference of this table that belongs to the earliest record; what names no record stands at the `last`."""
    key_length = len(table.primary_key.columns)
    expected = {row[:key_length]: row for row in rows}
    found: list[tuple[int, Row]] = []
    with closing(dump(connection, table)) as stored:
        for row in stored:
            right = expected.pop(row[:key_length], None)
            if right != row:
                concerned = (each for each in (right, row) if each is not None)
                found.append((min(_place(record_of, each, last) for each in concerned), row[:key_length]))
    found += [(_place(record_of, row, last), key) for key, row in expected.items()]
    if not found:
        return None
    sequence, key = min(found, key=lambda pair: (pair[0], str(pair[1])))
    return projection_wrong(table, " ".join(str(part) for part in key), sequence)


def _place(record_of: Callable[[Row], Any], row: Row, last: int) -> int:
    try:
        return max(0, min(last, int(record_of(row))))
    except (TypeError, ValueError):
        return 0
