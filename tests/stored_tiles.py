"""A tree on tiles in memory, grown in batches as the ledger grows its own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

from ledger.proofs.merkle import Frontier, leaf_hash


def numbered_leaves(count: int) -> list[bytes]:
    """So many different leaf hashes."""
    return [leaf_hash(b"%d" % number) for number in range(count)]


class StoredTiles:
    """Tiles as a store keeps them: a tile that is written again replaces the shorter one and begins with it."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.frontier = Frontier()

    def grow(self, leaves: Sequence[bytes]) -> int:
        """Append one batch and store what it changed. How many tiles that were."""
        tiles = self.frontier.append(leaves)
        for tile in tiles:
            place = (tile.level, tile.tile_index)
            before = self.tiles.get(place, b"")
            assert tile.hashes.startswith(before)
            assert len(tile.hashes) > len(before)
            self.tiles[place] = tile.hashes
        return len(tiles)

    def grow_in_batches(self, leaves: Sequence[bytes], cuts: Sequence[int]) -> None:
        """Append all leaves, in batches that end at these sizes."""
        for start, end in pairwise([0, *sorted({min(cut, len(leaves)) for cut in cuts}), len(leaves)]):
            self.grow(leaves[start:end])

    def read(self, level: int, index: int) -> bytes:
        """The stored hashes of a tile."""
        return self.tiles[level, index]


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """The root by RFC 9162 section 2.1.1, written once more and without looking at the ledger's code."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:left]) + plain_root(leaves[left:])).digest()
