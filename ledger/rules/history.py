"""A log followed from its first record on: the replay and, beside it, the tree over what was replayed.

Whoever audits, exports or verifies a log follows it here, so there is one replay and one tree, wherever the records
come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.faults import Fault, LedgerFault
from ledger.orders.genesis import Genesis
from ledger.proofs.checkpoint import Checkpoint, open_checkpoint, origin_of
from ledger.proofs.merkle import Frontier, leaf_hash
from ledger.rules.audit import Replay, Replayed, begin, replay
from ledger.signing.log_keys import key_at


class History:
    """The log so far: `run` is what its records make of the books, `leaf` the hash of the newest record.

    Raises (when made):
        LedgerFault: RECORD_WRONG naming record 0.
    """

    def __init__(self, genesis_record: bytes, *, keep_tiles: bool = False) -> None:
        try:
            self.run: Replay = begin(genesis_record)
        except LedgerFault as fault:
            what = fault.details.get("what", "genesis")
            raise LedgerFault(Fault.RECORD_WRONG, sequence=0, what=what) from fault
        self.leaf = leaf_hash(genesis_record)
        self.size = 1
        self.tiles: dict[tuple[int, int], bytes] | None = {} if keep_tiles else None
        """The tiles so far, if they are wanted."""
        self._frontier = Frontier()
        self._waiting = [self.leaf]

    @property
    def genesis(self) -> Genesis:
        """What record 0 says."""
        return self.run.genesis

    def follow(self, records: Iterable[bytes]) -> Iterator[Replayed]:
        """Decide the records after record 0 again, in order; each is in the tree when it is given out.

        Raises:
            LedgerFault: RECORD_WRONG naming the first record that is wrong.
        """
        for replayed in replay(self.run, records, first=self.size):
            self.leaf = leaf_hash(replayed.record)
            self._waiting.append(self.leaf)
            self.size += 1
            yield replayed

    def root(self) -> bytes:
        """The root of the tree so far.

        Asked for once a batch and not once a record: then it costs one hash a record.
        """
        tiles = self._frontier.append(self._waiting)
        self._waiting = []
        if self.tiles is not None:
            self.tiles.update({(tile.level, tile.tile_index): tile.hashes for tile in tiles})
        return self._frontier.root()

    def open(self, checkpoint: str) -> Checkpoint:
        """What a checkpoint of this log states, by the log key in force at its size and known so far.

        Raises:
            LedgerFault: PROOF_INVALID.
        """
        genesis, log_keys = self.genesis, self.run.state.log_keys
        keys = [row.key for row in log_keys]
        opened = open_checkpoint(checkpoint, origin=origin_of(genesis.ledger_id), log_keys=keys)
        if key_at(log_keys, opened.size).kid != opened.kid:
            raise LedgerFault(Fault.PROOF_INVALID, what="checkpoint_signature")
        return opened


class Outside:
    """A checkpoint that somebody kept outside, of whose log this history must be a later state.

    Its size is believed until the end, when every log key is known, and only to remember the root at that size.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        _, _, rest = text.partition("\n")
        size, _, _ = rest.partition("\n")
        self.size = int(size) if size.isascii() and size.isdecimal() and len(size) < 20 else -1
        self._root = b""

    def look(self, history: History) -> None:
        """Remember the root, if the history has this very size."""
        if history.size == self.size:
            self._root = history.root()

    def require_contained(self, history: History) -> None:
        """At the end: the checkpoint is genuine, and the history went through it.

        Raises:
            LedgerFault: COPY_OLDER if the checkpoint is newer than this history; ANOTHER_HISTORY, whose `what` is
                `outside_checkpoint_signature` or `outside_checkpoint_differs`.
        """
        newer = LedgerFault(
            Fault.COPY_OLDER, size=history.size, outside=self.size, missing=self.size - history.size
        )
        try:
            kept = history.open(self._text)
        except LedgerFault as fault:
            if self.size > history.size and self._text.startswith(
                f"{origin_of(history.genesis.ledger_id)}\n"
            ):
                raise newer from fault  # perhaps by a log key that took over since
            raise LedgerFault(Fault.ANOTHER_HISTORY, what="outside_checkpoint_signature") from fault
        if kept.size > history.size:
            raise newer
        if kept.root != self._root:
            raise LedgerFault(Fault.ANOTHER_HISTORY, what="outside_checkpoint_differs", found=kept.size)
