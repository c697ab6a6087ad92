"""The part of the audit that goes along the records: what is stored for each stands beside what it must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from types import MappingProxyType

from sqlalchemy import Connection, Table

from ledger.faults import Fault, LedgerFault
from ledger.rules.audit import Replayed
from ledger.rules.changes import BackingAttested, BillPaid, LogKeyRotated, RulesAdopted
from ledger.rules.history import History, Outside
from ledger.rules.notices import notices_of
from ledger.store import schema
from ledger.store.projections import Row, dump, dump_leaves, read_notices_first
from ledger.store.rows import log_key_row, payment_row

HASH_BYTES = 32
FROM_CHANGES = (
    schema.rules_adopted, schema.log_keys, schema.attestations, schema.day_closes, schema.bill_payments,
)  # fmt: skip
"""Tables whose rows follow from single changes."""

NOT_CHECKED: Mapping[str, str] = MappingProxyType(
    {
        "log_head.term": "the fence of the lease counts who opened the ledger for writing, of which no record tells",
        "log_head.notices_first": "where the outbox of a migrated ledger begins is told by no record",
        "names": "display names of people lie beside the log so that they can be erased",
        "directory_keys": "the keys of people's data lie beside the log so that they can be destroyed",
        "directory_entries": "people's data lie beside the log so that they can be erased",
        "directory_hashes": "by what people are found lies beside the log so that it can be erased",
        "directory_lookups": "who looked somebody up is about people, and no order",
        "used_tokens": "tokens that were used once lie beside the log and are forgotten when they expire",
        "webhook_states": "how far a receiver has come lies beside the log: it is told by the receiver's answers",
        "webhook_wishes": "what is to be sent once more lies beside the log and is gone when it was sent",
        "webhooks": "where institutions want their notices lies beside the log so that it can be changed",
    }
)
"""Stored tables and columns that no record can tell of, each with its reason. A test holds the list complete."""

_NO_MORE = 2**63
_ONE_SIGNATURE = re.compile(r"\n\u2014 ([^\n ]+) [A-Za-z0-9+/=]+\n")


class RecordWalk:
    """Records replayed one by one, and beside them the stored leaves, outcomes, entries and checkpoints.

    What is read here is read once, in the order of the records, whatever the size of the log. Of two things that are
    wrong, the one that belongs to the earlier record is told.
    """

    def __init__(self, connection: Connection, history: History, outside: str | None) -> None:
        self.history = history
        self.touched: dict[str, int] = {}
        """Address -> the last record that moved it."""
        self.from_changes: dict[Table, list[Row]] = {table: [] for table in FROM_CHANGES}
        """The rows of those tables."""
        self.root = b""
        """The root at the last signed size."""
        self.checkpoint = ""
        """The stored checkpoint of the last signed size."""
        self.checkpoints = 0
        self._signed = 0
        self._leaves = _stored_leaves(connection)
        self._outcomes = _Beside(connection, schema.outcomes)
        self._entries = _Beside(connection, schema.entries)
        self._notices = _Beside(connection, schema.notices)
        self._notices_first = read_notices_first(connection)
        self._checkpoints = dump(connection, schema.checkpoints)
        self._next: tuple[int, str] = (0, "")
        self._leaf_wrong: int | None = None
        self._outside = None if outside is None else Outside(outside)

    def close(self) -> None:
        """Let go of what is being read."""
        for reading in (self._leaves, self._checkpoints, self._outcomes, self._entries, self._notices):
            reading.close()

    def follow(self, records: Iterable[bytes], told: Callable[[Replayed], None] | None) -> None:
        """The records after record 0, from the first to the last, and nothing stored beyond them.

        Raises:
            LedgerFault: RECORD_WRONG or PROJECTION_WRONG, naming the first wrong record; COPY_OLDER or
                ANOTHER_HISTORY if the checkpoint from outside is not one of this history.
        """
        try:
            self._begin()
            self._follow(records, told)
            self._end()
        except LedgerFault as fault:
            if self._leaf_wrong is not None:
                raise record_wrong(self._leaf_wrong, "leaf") from fault
            raise

    def _begin(self) -> None:
        self._take_checkpoint()
        self._compare_leaf()
        if self.history.size >= self._next[0]:
            self._compare_signed()
        self._require_signed(self.history.size)
        if self._outside is not None:
            self._outside.look(self.history)

    def _follow(self, records: Iterable[bytes], told: Callable[[Replayed], None] | None) -> None:
        history, touched = self.history, self.touched
        recorded_us = history.run.recorded_us
        outside_size = -1 if self._outside is None else self._outside.size
        for replayed in history.follow(records):
            sequence = replayed.sequence
            if replayed.recorded_us != recorded_us:
                recorded_us = replayed.recorded_us
                # A batch has one time. Where the time changes, a batch ended, and its checkpoint was signed.
                self._require_signed(sequence)
            self._compare_leaf()
            order = replayed.order
            if order is not None:
                self._outcomes.compare(sequence, ((order.order.order_id, sequence, order.content),))
            if replayed.entries:
                self._entries.compare(sequence, sorted(replayed.entries))
                for entry in replayed.entries:
                    touched[entry.address] = sequence
            if sequence >= self._notices_first:
                self._notices.compare(
                    sequence, sorted(notices_of(sequence, replayed.changes, history.run.state))
                )
            self._note_changes(replayed)
            if history.size >= self._next[0]:
                self._compare_signed()
            if history.size == outside_size and self._outside is not None:
                self._outside.look(history)
            if told is not None:
                told(replayed)

    def _end(self) -> None:
        """The log ends where its last checkpoint says, and nothing is stored beyond it."""
        size = self.history.size
        if self._next[0] != _NO_MORE:
            if self._states(self._next[1]) == self._next[0]:  # signed for more records than there are
                raise record_wrong(size, "missing")
            raise projection_wrong(schema.checkpoints, self._next[0], size - 1)
        self._require_signed(size)
        self._outcomes.require_end(size)
        self._entries.require_end(size)
        self._notices.require_end(size)
        if self._outside is not None:
            self._outside.require_contained(self.history)

    def _note_changes(self, replayed: Replayed) -> None:
        """What a record says by itself: rules, log keys, attested backing, a day closed, a bill's payment."""
        if replayed.closed is not None:
            self.from_changes[schema.day_closes].append(tuple(replayed.closed))
        for change in replayed.changes:
            match change:
                case RulesAdopted(rules):
                    self.from_changes[schema.rules_adopted].append((replayed.sequence, rules))
                case LogKeyRotated():
                    row = log_key_row(self.history.run.state.log_keys[-1])
                    self.from_changes[schema.log_keys].append(row)
                case BackingAttested(stated):
                    row = tuple(stated._replace(sequence=replayed.sequence))
                    self.from_changes[schema.attestations].append(row)
                case BillPaid(payment):
                    row = payment_row(payment._replace(sequence=replayed.sequence))
                    self.from_changes[schema.bill_payments].append(row)

    def _require_signed(self, size: int) -> None:
        if self._signed != size:
            raise projection_wrong(schema.checkpoints, size, size - 1)

    def _compare_leaf(self) -> None:
        """Note a leaf that differs. Whether the record or the tile is wrong, the next checkpoint tells."""
        if next(self._leaves, None) != self.history.leaf and self._leaf_wrong is None:
            self._leaf_wrong = self.history.size - 1

    def _compare_signed(self) -> None:
        """Hold a stored checkpoint against the tree so far."""
        size, text = self._next
        self.root = self.history.root()
        if size != self.history.size or not self._holds(text):
            raise projection_wrong(schema.checkpoints, size, max(0, min(size, self.history.size) - 1))
        if self._leaf_wrong is not None:
            wrong, self._leaf_wrong = self._leaf_wrong, None
            raise projection_wrong(schema.log_tiles, f"0 {wrong >> 8}", wrong)
        self._signed, self.checkpoint = size, text
        self.checkpoints += 1
        self._take_checkpoint()

    def _holds(self, text: str) -> bool:
        """Whether this is the checkpoint that the ledger signed here: one signature and not a character more."""
        try:
            found = self.history.open(text)
        except LedgerFault:
            return False
        origin, size, root = text.split("\n", 3)[:3]
        signed = _ONE_SIGNATURE.fullmatch(text, len(f"{origin}\n{size}\n{root}\n"))
        here = (self.history.size, self.root)
        return signed is not None and signed[1] == origin and (found.size, found.root) == here

    def _states(self, text: str) -> int | None:
        """The size that a genuine checkpoint of this log states."""
        try:
            return self.history.open(text).size
        except LedgerFault:
            return None

    def _take_checkpoint(self) -> None:
        self._next = next(self._checkpoints, None) or (_NO_MORE, "")


class _Beside:
    """A table whose rows belong to records, read in the order of the records."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._table = table
        self._key = [table.columns.keys().index(column.name) for column in table.primary_key.columns]
        self._place = table.columns.keys().index("sequence")
        self._rows = dump(connection, table, by=(table.c.sequence, *table.primary_key.columns))
        self._row = next(self._rows, None)

    def close(self) -> None:
        """Let go of what is being read."""
        self._rows.close()

    def compare(self, sequence: int, expected: Iterable[Row]) -> None:
        """The next rows are exactly these, those of the record `sequence`.

        Raises:
            LedgerFault: PROJECTION_WRONG naming the row, and the earlier of the records that it concerns.
        """
        for right in expected:
            row = self._row
            if row != right:
                raise self._wrong(sequence, right)
            self._row = next(self._rows, None)

    def require_end(self, size: int) -> None:
        """No rows beyond those that were compared."""
        if self._row is not None:
            raise self._wrong(size - 1, self._row)

    def _wrong(self, sequence: int, right: Row) -> LedgerFault:
        places = [(sequence, [right[at] for at in self._key])]
        if self._row is not None:
            places.append((int(self._row[self._place]), [self._row[at] for at in self._key]))
        place, key = min(places)
        return projection_wrong(self._table, " ".join(str(part) for part in key), place)


def _stored_leaves(connection: Connection) -> Generator[bytes]:
    """The leaf hashes that the stored tree holds, in order."""
    with closing(dump_leaves(connection)) as tiles:
        for _, _, hashes in tiles:
            for start in range(0, len(hashes), HASH_BYTES):
                yield hashes[start : start + HASH_BYTES]


def record_wrong(sequence: int, what: str) -> LedgerFault:
    """A record that is not what was signed and decided."""
    return LedgerFault(Fault.RECORD_WRONG, sequence=sequence, what=what)


def projection_wrong(table: Table, key: object, sequence: int) -> LedgerFault:
    """A stored row that is not what the records say."""
    return LedgerFault(Fault.PROJECTION_WRONG, table=table.name, key=str(key), sequence=sequence)
