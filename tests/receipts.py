"""A small log with its receipts, as a ledger would issue them, for tests of whoever reads receipts."""

from __future__ import annotations

import hashlib

from ledger.proofs.checkpoint import origin_of, sign_checkpoint
from ledger.proofs.merkle import Tree, leaf_hash
from ledger.proofs.receipt import Receipt
from ledger.signing import base64url
from ledger.signing.keys import PrivateKey
from ledger.strict_json import dumps
from tests.stored_tiles import StoredTiles

LOG_KEY = PrivateKey.from_seed(b"\x21" * 32)


class SmallLog:
    """A log of `size` records, all in one batch, with its ledger's id and its checkpoint."""

    def __init__(self, size: int, *, log_key: PrivateKey = LOG_KEY) -> None:
        self.records = [
            dumps({"sequence": number, "recorded_at": "2026-11-24T11:15:00.000000Z", "outcome": "accepted"})
            for number in range(size)
        ]
        self.ledger_id = base64url.encode(hashlib.sha256(self.records[0]).digest())
        self.tiles = StoredTiles()
        self.tiles.grow([leaf_hash(record) for record in self.records])
        self.checkpoint = sign_checkpoint(
            log_key, origin=origin_of(self.ledger_id), size=size, root=self.tiles.frontier.root()
        )

    def receipt(self, index: int) -> Receipt:
        """The receipt of one record."""
        size = len(self.records)
        hashes = tuple(Tree(size, self.tiles.read).inclusion(index))
        return Receipt(self.records[index].decode(), index, size, hashes, self.checkpoint)
