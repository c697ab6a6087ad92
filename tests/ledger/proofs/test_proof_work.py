"""A proof costs logarithmic work: counted in tiles that are read, for logs up to the largest there can be."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from ledger.proofs.merkle import TILE_BYTES, TILE_HEIGHT, consistency_proof, inclusion_proof

SEED = 20261126
SIZES = (1, 2, 255, 256, 257, 1_000, 65_536, 65_537, 10**6, 10**9, 2**40 - 1, 10**15, 2**62)
PROOFS = 40


class CountedTiles:
    """A log of any size, of which every tile looks alike: a proof over it proves nothing and costs what it costs."""

    def __init__(self) -> None:
        self.read: Counter[tuple[int, int]] = Counter()

    def __call__(self, level: int, index: int) -> bytes:
        """A whole tile."""
        self.read[level, index] += 1
        return bytes(TILE_BYTES)


def levels(size: int) -> int:
    """How many levels of tiles a log of this size has."""
    return max(1, -(-size.bit_length() // TILE_HEIGHT))


@pytest.mark.parametrize("size", SIZES)
def test_an_inclusion_proof_reads_a_few_tiles_a_level(size: int) -> None:
    """At most two: the one on the way up and the last one of the level; and none of them twice."""
    chance = random.Random(SEED)
    for index in {0, size - 1, size // 2, *(chance.randrange(size) for _ in range(PROOFS))}:
        tiles = CountedTiles()
        hashes = inclusion_proof(index=index, size=size, read_tile=tiles)
        assert len(hashes) <= size.bit_length()
        assert len(tiles.read) <= 2 * levels(size)
        assert set(tiles.read.values()) <= {1}


@pytest.mark.parametrize("size", SIZES)
def test_a_consistency_proof_reads_a_few_tiles_a_level(size: int) -> None:
    """Between any two sizes: the edge of the older log, and the last tile of each level."""
    chance = random.Random(SEED)
    for older in {1, size, size // 2 or 1, *(chance.randrange(1, size + 1) for _ in range(PROOFS))}:
        tiles = CountedTiles()
        hashes = consistency_proof(old_size=older, new_size=size, read_tile=tiles)
        assert len(hashes) <= size.bit_length() + 1
        assert len(tiles.read) <= 2 * levels(size)
        assert set(tiles.read.values()) <= {1}
