"""A log followed from its first record on: the replay and, beside it, the tree over what was replayed.

Whoever audits, exports or verifies a log follows it here, so there is one replay and one tree, wherever the records
come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.faults import Fault, LedgerFault
from ledger.orders.genesis import Genesis
from ledger.proofs.checkpoint import Checkpoint, open_checkpoint, origin_of
from ledger.proofs.merkle import Frontier, Tile, leaf_hash
from ledger.rules.audit import Replay, Replayed, begin, replay


class History:
    """The log so far: `run` is what its records make of the books, `leaf` the hash of the newest record.

    Raises (when made):
        LedgerFault: RECORD_WRONG naming record 0.
    """

    def __init__(self, genesis_record: bytes) -> None:
        try:
            self.run: Replay = begin(genesis_record)
        except LedgerFault as fault:
            what = fault.details.get("what", "genesis")
            raise LedgerFault(Fault.RECORD_WRONG, sequence=0, what=what) from fault
        self.leaf = leaf_hash(genesis_record)
        self.size = 1
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

    def grow(self) -> tuple[bytes, list[Tile]]:
        """The root of the tree so far, and the tiles that are new or longer since the last time.

        Asked for once a batch and not once a record: then it costs one hash a record.
        """
        tiles = self._frontier.append(self._waiting)
        self._waiting = []
        return self._frontier.root(), tiles

    def open(self, checkpoint: str) -> Checkpoint:
        """What a checkpoint of this log states.

        Raises:
            LedgerFault: PROOF_INVALID.
        """
        genesis = self.genesis
        return open_checkpoint(checkpoint, origin=origin_of(genesis.ledger_id), log_keys=[genesis.log_key])
