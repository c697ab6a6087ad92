"""The audit of a stored ledger: everything recomputed from the records alone, and the first wrong record named.

Per record: its place, its leaf in the stored tree, its signatures, its decision. Per batch: the signed checkpoint
over the root computed here. Then every stored projection, row by row, against what the replay arrived at.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table

from ledger.faults import Fault, LedgerFault
from ledger.proofs.checkpoint import Checkpoint, open_checkpoint, origin_of
from ledger.proofs.merkle import Frontier, Tile, leaf_hash
from ledger.rules.audit import Replay, Replayed, begin, replay
from ledger.rules.changes import BackingAttested, LogKeyRotated, RulesAdopted
from ledger.signing.log_keys import key_at
from ledger.store import schema
from ledger.store.engine import reading, reading_engine
from ledger.store.head import read_head
from ledger.store.projections import dump, dump_records
from ledger.store.rows import account_row, bill_row, freeze_row, key_row, log_key_row, party_row
from ledger.store.standing import read_day_refused
from ledger.store.version import require_schema

Row = tuple[Any, ...]
_Expected = tuple[Table, Iterable[Row], Callable[[Row], Any]]
"""A table, the rows that it must have, and which record a row belongs to."""
HASH_BYTES = 32


class AuditReport(NamedTuple):
    """What was audited and holds."""

    records: int
    accounts: int
    checkpoints: int


_STANDING = (schema.rules_adopted, schema.log_keys, schema.attestations, schema.day_closes)


@dataclass
class _Computed:
    """What the records say, gathered while they are replayed."""

    run: Replay
    frontier: Frontier = field(default_factory=Frontier)
    outcomes: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    tiles: dict[tuple[int, int], Tile] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    """Address -> the last record that moved it."""
    standing: dict[Table, list[Row]] = field(default_factory=lambda: {table: [] for table in _STANDING})
    """The rows of the tables about the ledger as a whole."""


def audit_ledger(url: str, *, outside_checkpoint: str | None = None) -> AuditReport:
    """Audit a stored ledger, as it is at one moment.

    Raises:
        LedgerFault: RECORD_WRONG or PROJECTION_WRONG naming the first wrong record; LOG_HEAD_WRONG if the history
            does not contain the checkpoint from outside; STORE_EMPTY, SCHEMA_FOREIGN, STORE_UNREACHABLE.
    """
    engine = reading_engine(url, connections=2)
    try:
        with reading(engine) as connection:
            require_schema(connection)
            return _audit(connection, outside_checkpoint)
    finally:
        engine.dispose()


def _audit(connection: Connection, outside: str | None) -> AuditReport:
    with closing(dump_records(connection)) as records, closing(_stored_leaves(connection)) as leaves:
        computed, signed = _replay(connection, records, leaves)
    _compare_head(connection, computed, signed)
    if outside is not None:
        _compare_outside(connection, computed, outside)
    _compare_projections(connection, computed)
    return AuditReport(computed.frontier.size, len(computed.run.state.accounts), len(signed.sizes))


def _replay(
    connection: Connection, records: Iterator[tuple[int, bytes]], leaves: Iterator[bytes]
) -> tuple[_Computed, _Checkpoints]:
    first = next(records, None)
    if first is None:
        raise LedgerFault(Fault.STORE_EMPTY)
    sequence, record = first
    if sequence != 0:
        raise _record_wrong(0, "missing")
    signed = _Checkpoints(connection)
    computed = _Computed(_begin(record))
    _append(computed, 0, record, next(leaves, None))
    signed.compare(computed)
    recorded_us = computed.run.recorded_us
    for replayed in replay(computed.run, _in_order(records), first=1):
        if computed.run.recorded_us != recorded_us and computed.frontier.size not in signed.sizes:
            raise _projection_wrong(schema.checkpoints, computed.frontier.size, computed.frontier.size - 1)
        recorded_us = computed.run.recorded_us
        _note(computed, replayed)
        _append(computed, replayed.sequence, replayed.record, next(leaves, None))
        signed.compare(computed)
    return computed, signed


def _begin(record: bytes) -> Replay:
    try:
        return begin(record)
    except LedgerFault as fault:
        raise _record_wrong(0, fault.details.get("what", "genesis")) from fault


def _in_order(records: Iterator[tuple[int, bytes]]) -> Iterator[bytes]:
    for expected, (sequence, record) in enumerate(records, 1):
        if sequence != expected:
            raise _record_wrong(expected, "missing")
        yield record


def _append(computed: _Computed, sequence: int, record: bytes, stored_leaf: bytes | None) -> None:
    leaf = leaf_hash(record)
    if leaf != stored_leaf:
        raise _record_wrong(sequence, "leaf")
    for tile in computed.frontier.append([leaf]):
        computed.tiles[tile[0], tile[1]] = tile


def _stored_leaves(connection: Connection) -> Generator[bytes]:
    """The leaf hashes that the stored tree holds, in order."""
    with closing(dump(connection, schema.log_tiles)) as tiles:
        for level, _, hashes in tiles:
            if level > 0:
                return
            for start in range(0, len(hashes), HASH_BYTES):
                yield hashes[start : start + HASH_BYTES]


def _note(computed: _Computed, replayed: Replayed) -> None:
    if replayed.closed is not None:
        computed.standing[schema.day_closes].append(tuple(replayed.closed))
        return
    computed.outcomes.append((replayed.order_id, replayed.sequence, replayed.content))
    for change in replayed.changes:
        if isinstance(change, RulesAdopted | LogKeyRotated | BackingAttested):
            _note_standing(computed, change, replayed.sequence)
    for entry in replayed.entries:
        computed.entries.append(tuple(entry))
        computed.touched[entry.address] = replayed.sequence


def _note_standing(
    computed: _Computed, change: RulesAdopted | LogKeyRotated | BackingAttested, sequence: int
) -> None:
    match change:
        case RulesAdopted(rules):
            computed.standing[schema.rules_adopted].append((sequence, rules))
        case LogKeyRotated():
            row = log_key_row(computed.run.state.log_keys[-1])
            computed.standing[schema.log_keys].append(row)
        case BackingAttested(stated):
            computed.standing[schema.attestations].append(tuple(stated._replace(sequence=sequence)))


class _Checkpoints:
    """The stored checkpoints, each held against the root computed here."""

    def __init__(self, connection: Connection) -> None:
        self._stored = {int(size): str(text) for size, text in dump(connection, schema.checkpoints)}
        self.sizes = frozenset(self._stored)

    def compare(self, computed: _Computed) -> None:
        """Hold the checkpoint of this size, if there is one, against the tree so far."""
        size = computed.frontier.size
        text = self._stored.get(size)
        if text is not None and not _holds(text, computed, size):
            raise _projection_wrong(schema.checkpoints, size, size - 1)

    def text(self, size: int) -> str | None:
        """The stored checkpoint of a size."""
        return self._stored.get(size)


def _open(text: str, computed: _Computed) -> Checkpoint:
    """A checkpoint by the log key that was in force at its size: each key signs its own range and no other."""
    genesis, log_keys = computed.run.genesis, computed.run.state.log_keys
    keys = [row.key for row in log_keys]
    checkpoint = open_checkpoint(text, origin=origin_of(genesis.ledger_id), log_keys=keys)
    if key_at(log_keys, checkpoint.size).kid != checkpoint.kid:
        raise LedgerFault(Fault.PROOF_INVALID, what="checkpoint_signature")
    return checkpoint


def _holds(text: str, computed: _Computed, size: int) -> bool:
    try:
        checkpoint = _open(text, computed)
    except LedgerFault:
        return False
    return (checkpoint.size, checkpoint.root) == (size, computed.frontier.root())


def _compare_head(connection: Connection, computed: _Computed, signed: _Checkpoints) -> None:
    head, size = read_head(connection), computed.frontier.size
    if signed.sizes and max(signed.sizes) > size:
        raise _record_wrong(size, "missing")
    right = (size, computed.frontier.root(), computed.run.state.day_refused)
    found = (head.size, head.root, read_day_refused(connection))
    if found != right or head.checkpoint != signed.text(size):
        raise _projection_wrong(schema.log_head, 1, size - 1)


def _compare_outside(connection: Connection, computed: _Computed, text: str) -> None:
    """The history must contain the checkpoint that somebody kept outside."""
    try:
        outside = _open(text, computed)
    except LedgerFault as fault:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="outside_checkpoint_signature") from fault
    if outside.size > computed.frontier.size:
        raise LedgerFault(
            Fault.LOG_HEAD_WRONG, what="outside_checkpoint_is_newer", found=computed.frontier.size
        )
    tree = Frontier()
    with closing(dump_records(connection)) as records:
        for _, record in islice(records, outside.size):
            tree.append([leaf_hash(record)])
    if tree.root() != outside.root:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="outside_checkpoint_differs", found=outside.size)


def _compare_projections(connection: Connection, computed: _Computed) -> None:
    state = computed.run.state
    accounts = [account_row(row) for row in state.accounts.values() if row is not None]
    bills = [bill for bill in state.bills.values() if bill is not None]
    by_table: list[_Expected] = [
        (schema.outcomes, computed.outcomes, lambda row: row[1]),
        (schema.entries, computed.entries, lambda row: row[1]),
        (schema.accounts, accounts, lambda row: computed.touched.get(row[0], row[4])),
        (
            schema.parties,
            [party_row(row) for row in state.parties.values() if row is not None],
            lambda row: row[2],
        ),
        (
            schema.keys,
            [key_row(row) for row in state.keys.values() if row is not None],
            lambda row: row[5] or row[4],
        ),
        (schema.bills, [bill_row(bill) for bill in bills], lambda row: row[9]),
        (schema.control_numbers, [(b.control_number, b.bill) for b in bills if b.control_number], _no_record),
        (schema.bill_ids, [(bill.party, bill.bill_id, bill.bill) for bill in bills], _no_record),
        *_corrections(computed),
        (schema.log_tiles, [tuple(tile) for tile in computed.tiles.values()], _no_record),
    ]
    wrong = [
        found
        for table, rows, record_of in by_table
        if (found := _first_wrong(connection, table, rows, record_of))
    ]
    if wrong:
        raise min(wrong, key=lambda fault: int(fault.details["sequence"]))


def _corrections(computed: _Computed) -> list[_Expected]:
    state, order_at = computed.run.state, computed.run.contents
    entries = [entry for entry in state.journal.values() if entry is not None]
    refunds = [(row.order_id, payee, total) for row in entries for payee, total in row.refunded.items()]
    reversals = [(row.order_id, row.reversed_by) for row in entries if row.reversed_by is not None]
    freezes = [freeze_row(freeze) for placed in state.freezes.values() for freeze in placed]
    return [
        (schema.refunds, refunds, lambda row: order_at.get(row[0], 0)),
        (schema.reversals, reversals, lambda row: order_at.get(row[1], 0)),
        (schema.freezes, freezes, lambda row: row[8] or row[7]),
        (schema.rules_adopted, computed.standing[schema.rules_adopted], lambda row: row[0]),
        (schema.log_keys, computed.standing[schema.log_keys], lambda row: row[0] - 1),
        (schema.attestations, computed.standing[schema.attestations], lambda row: row[1]),
        (schema.day_closes, computed.standing[schema.day_closes], lambda row: row[1]),
    ]


def _no_record(_: Row) -> int:
    return 0


def _first_wrong(
    connection: Connection, table: Table, rows: Iterable[Row], record_of: Callable[[Row], Any]
) -> LedgerFault | None:
    """The difference of this table that belongs to the earliest record."""
    key_length = len(table.primary_key.columns)
    expected = {row[:key_length]: row for row in rows}
    found: list[tuple[int, Row]] = []
    for row in dump(connection, table):
        right = expected.pop(row[:key_length], None)
        if right != row:
            found.append((_place(record_of, right or row), row[:key_length]))
    found += [(_place(record_of, row), key) for key, row in expected.items()]
    if not found:
        return None
    sequence, key = min(found, key=lambda pair: (pair[0], str(pair[1])))
    return _projection_wrong(table, " ".join(str(part) for part in key), sequence)


def _place(record_of: Callable[[Row], Any], row: Row) -> int:
    try:
        return int(record_of(row))
    except (TypeError, ValueError):
        return 0


def _record_wrong(sequence: int, what: str) -> LedgerFault:
    return LedgerFault(Fault.RECORD_WRONG, sequence=sequence, what=what)


def _projection_wrong(table: Table, key: object, sequence: int) -> LedgerFault:
    return LedgerFault(Fault.PROJECTION_WRONG, table=table.name, key=str(key), sequence=sequence)
