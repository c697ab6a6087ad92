"""The Merkle tree: the well-known vectors, every size around the edges of tiles, and proofs for all pairs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache

import pytest

from ledger.faults import BrokenPromise, Fault
from ledger.proofs.merkle import (
    EMPTY_ROOT,
    TILE_BYTES,
    TILE_HASHES,
    Frontier,
    Tile,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from tests.refused import refused
from tests.stored_tiles import StoredTiles, numbered_leaves, plain_root

LEAVES = numbered_leaves(TILE_HASHES * (TILE_HASHES + 1) + 2)


@lru_cache(maxsize=1)
def large() -> StoredTiles:
    """A tree of a little more than 256 full tiles, grown in uneven batches."""
    tiles = StoredTiles()
    tiles.grow_in_batches(LEAVES, [1, 2, 300, 511, 512, 513, 1_000, 5_000, 65_535, 65_536, 65_537, 65_791])
    return tiles


def test_every_size_to_600() -> None:
    """One leaf at a time and over stored tiles: the root is the naive one, and loading finds the same edge."""
    tiles = StoredTiles()
    for size in range(601):
        expected = plain_root(LEAVES[:size])
        assert tiles.frontier.root() == expected
        assert Tree(size, tiles.read).root() == expected
        assert Tree(size, large().read).root() == expected
        loaded = Frontier.load(size, tiles.read)
        assert loaded.root() == expected
        assert loaded.append(LEAVES[size : size + 1]) == tiles.frontier.append(LEAVES[size : size + 1])
        for tile in Frontier.load(size, large().read).append(LEAVES[size : size + 1]):
            tiles.tiles[tile.level, tile.tile_index] = tile.hashes
        assert loaded.root() == tiles.frontier.root()


@pytest.mark.parametrize(
    "size", [65_279, 65_280, 65_281, 65_535, 65_536, 65_537, 65_791, 65_792, 65_793, 65_794]
)
def test_sizes_around_a_full_second_level(size: int) -> None:
    """Where 256 tiles are full, the third level begins: roots, loaded edges, and what the next leaves change."""
    expected = plain_root(LEAVES[:size])
    assert Tree(size, large().read).root() == expected
    frontier = Frontier.load(size, large().read)
    assert (frontier.size, frontier.root()) == (size, expected)
    for tile in frontier.append(LEAVES[size:]):
        assert large().read(tile.level, tile.tile_index) == tile.hashes
    assert frontier.root() == large().frontier.root()


def test_tiles_are_those_of_the_specification() -> None:
    """C2SP's example: 70,000 leaves are 273 full tiles and one of 112; one full tile and one of 17; one of 1."""
    tiles = StoredTiles()
    tiles.grow([leaf_hash(b"")] * 70_000)
    widths = {place: len(hashes) // 32 for place, hashes in tiles.tiles.items()}
    expected = {(0, index): TILE_HASHES for index in range(273)} | {(0, 273): 112}
    assert widths == expected | {(1, 0): TILE_HASHES, (1, 1): 17, (2, 0): 1}


def test_each_hash_of_a_tile_is_the_root_below_it() -> None:
    """A hash of the tile (l, n) is the root over its 256**l leaves, the definition of C2SP tlog-tiles."""
    tiles = large()
    for index in (0, 1, 255, 256):
        for place, hash_ in enumerate(hashes_of(tiles.read(0, index))):
            assert hash_ == LEAVES[index * TILE_HASHES + place]
    for place, hash_ in enumerate(hashes_of(tiles.read(1, 0))):
        assert hash_ == plain_root(LEAVES[place * TILE_HASHES : (place + 1) * TILE_HASHES])
    assert tiles.read(2, 0) == plain_root(LEAVES[: TILE_HASHES**2])


def hashes_of(tile: bytes) -> Iterator[bytes]:
    """The hashes that are joined in a tile."""
    return (tile[cut : cut + 32] for cut in range(0, len(tile), 32))


def test_a_batch_changes_the_right_edge_only() -> None:
    """A batch names each changed tile once, level by level, and no tile that it did not change."""
    frontier = Frontier.load(65_530, large().read)
    tiles = frontier.append(LEAVES[65_530:65_540])
    assert [(tile.level, tile.tile_index, len(tile.hashes) // 32) for tile in tiles] == [
        (0, 255, 256),
        (0, 256, 4),
        (1, 0, 256),
        (2, 0, 1),
    ]
    assert frontier.append([]) == []
    assert frontier.append(LEAVES[65_540:65_541]) == [Tile(0, 256, large().read(0, 256)[: 5 * 32])]


def uniform(height: int) -> bytes:
    """The root over 2**height leaves that are all the same."""
    reached = leaf_hash(b"the same")
    for _ in range(height):
        reached = node_hash(reached, reached)
    return reached


def uniform_root(size: int) -> bytes:
    """The root over any number of leaves that are all the same."""
    left = 1 << (size - 1).bit_length() - 1 if size > 1 else 0
    if size in (0, 1):
        return uniform(0) if size else EMPTY_ROOT
    return node_hash(uniform(left.bit_length() - 1), uniform_root(size - left))


@pytest.mark.parametrize("power", [16, 24, 32, 40])
@pytest.mark.parametrize("before", [3, 1, 0])
def test_very_large_trees(power: int, before: int) -> None:
    """Across 256**2 to 256**5 leaves, of one kind so that nobody has to hash them: roots, proofs, and new levels."""
    size = (1 << power) - before

    def read(level: int, _index: int) -> bytes:
        return uniform(8 * level) * TILE_HASHES

    frontier = Frontier.load(size, read)
    assert frontier.root() == Tree(size, read).root() == uniform_root(size)
    tiles = frontier.append([uniform(0)] * 5)
    assert frontier.root() == uniform_root(size + 5)
    assert max(tile.level for tile in tiles) == (power // 8 if before else 0)
    for index in (0, size // 3, size - 1):
        hashes = inclusion_proof(index=index, size=size, read_tile=read)
        assert len(hashes) <= power
        verify_inclusion(leaf=uniform(0), index=index, size=size, hashes=hashes, root=uniform_root(size))
    for old_size in (1, size // 3, size - 1):
        verify_consistency(
            old_size=old_size,
            new_size=size,
            old_root=uniform_root(old_size),
            new_root=uniform_root(size),
            hashes=consistency_proof(old_size=old_size, new_size=size, read_tile=read),
        )


def test_proofs_for_all_pairs() -> None:
    """Every leaf of every tree up to 70 leaves, and every pair of sizes: the proofs are made and hold."""
    tiles, roots = large(), [plain_root(LEAVES[:size]) for size in range(71)]
    for size in range(71):
        tree = Tree(size, tiles.read)
        for index in range(size):
            hashes = tree.inclusion(index)
            verify_inclusion(leaf=LEAVES[index], index=index, size=size, hashes=hashes, root=roots[size])
        for old_size in range(size + 1):
            verify_consistency(
                old_size=old_size,
                new_size=size,
                old_root=roots[old_size],
                new_root=roots[size],
                hashes=tree.consistency(old_size),
            )


@pytest.mark.parametrize("size", [255, 256, 257, 300, 511, 512, 513, 65_535, 65_536, 65_537, 65_793])
def test_proofs_around_tiles(size: int) -> None:
    """The same where tiles end, from sizes and for leaves that lie around the ends of tiles."""
    tree, edges = Tree(size, large().read), (1, 2, 128, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537)
    root = tree.root()
    for index in {0, *(edge for edge in edges if edge < size), size - 1}:
        hashes = tree.inclusion(index)
        verify_inclusion(leaf=LEAVES[index], index=index, size=size, hashes=hashes, root=root)
    for old_size in {edge for edge in edges if edge <= size}:
        hashes = tree.consistency(old_size)
        old_root = Tree(old_size, large().read).root()
        verify_consistency(old_size=old_size, new_size=size, old_root=old_root, new_root=root, hashes=hashes)


def test_proofs_read_few_tiles() -> None:
    """A proof reads at most two tiles of each level, and a second proof from the same tree reads none twice."""
    read: list[tuple[int, int]] = []

    def counting(level: int, index: int) -> bytes:
        read.append((level, index))
        return large().read(level, index)

    tree = Tree(65_700, counting)
    tree.inclusion(40_000)
    assert len(read) <= 6
    tree.inclusion(40_001)
    tree.consistency(40_002)
    assert len(read) == len(set(read)) <= 6


def test_a_tile_that_is_too_short() -> None:
    """A store that lost hashes is noticed, by whoever reads them."""

    def cut(level: int, index: int) -> bytes:
        return large().read(level, index)[: 255 * 32 + 31]

    for size in (256, 300, 1_000):
        with refused(Fault.PROOF_INVALID, what="tile"):
            inclusion_proof(index=3, size=size, read_tile=cut)
    with refused(Fault.PROOF_INVALID, what="tile"):
        Frontier.load(65_537 + 44, lambda *_: b"")
    with refused(Fault.PROOF_INVALID, what="tile"):
        Frontier.load(44, lambda level, index: large().read(level, index)[: 43 * 32])


def test_what_has_no_proof() -> None:
    """A leaf outside the tree, a tree smaller than the older one: no proof, and none is taken."""
    for index, size in ((0, 0), (8, 8), (9, 8), (-1, 8)):
        with refused(Fault.PROOF_INVALID, what="index"):
            inclusion_proof(index=index, size=size, read_tile=large().read)
        with refused(Fault.PROOF_INVALID, what="index"):
            verify_inclusion(leaf=LEAVES[0], index=index, size=size, hashes=[], root=LEAVES[0])
    for old_size, new_size in ((9, 8), (-1, 8), (1, 0)):
        with refused(Fault.PROOF_INVALID, what="size"):
            consistency_proof(old_size=old_size, new_size=new_size, read_tile=large().read)
        with refused(Fault.PROOF_INVALID, what="size"):
            verify_consistency(
                old_size=old_size, new_size=new_size, old_root=LEAVES[0], new_root=LEAVES[0], hashes=[]
            )


def test_proofs_of_the_wrong_length() -> None:
    """One hash too many or too few, or hashes that are no SHA-256, prove nothing."""
    size, old_size, tiles = 11, 6, large()
    roots = [plain_root(LEAVES[:each]) for each in range(size + 1)]
    inclusion = inclusion_proof(index=4, size=size, read_tile=tiles.read)
    consistency = consistency_proof(old_size=old_size, new_size=size, read_tile=tiles.read)
    for hashes in (
        [],
        inclusion[:-1],
        [*inclusion, LEAVES[0]],
        [b"", *inclusion[1:]],
        [LEAVES[0] * 2, *inclusion[1:]],
    ):
        with refused(Fault.PROOF_INVALID, what="hashes"):
            verify_inclusion(leaf=LEAVES[4], index=4, size=size, hashes=hashes, root=roots[size])
    for hashes in ([], consistency[:-1], [*consistency, LEAVES[0]], [b"", *consistency[1:]]):
        with refused(Fault.PROOF_INVALID, what="hashes"):
            verify_consistency(
                old_size=old_size,
                new_size=size,
                old_root=roots[old_size],
                new_root=roots[size],
                hashes=hashes,
            )


def test_empty_and_equal_trees() -> None:
    """Between equal sizes the roots must be equal; before everything there is the one empty tree; no hashes."""
    root, other = plain_root(LEAVES[:5]), plain_root(LEAVES[:6])
    verify_consistency(old_size=5, new_size=5, old_root=root, new_root=root, hashes=[])
    verify_consistency(old_size=0, new_size=5, old_root=EMPTY_ROOT, new_root=root, hashes=[])
    verify_consistency(old_size=0, new_size=0, old_root=EMPTY_ROOT, new_root=EMPTY_ROOT, hashes=[])
    for old_size, new_size, old_root, new_root in (
        (5, 5, root, other),
        (0, 5, root, root),
        (0, 0, EMPTY_ROOT, root),
        (0, 0, root, root),
    ):
        with refused(Fault.PROOF_INVALID, what="root"):
            verify_consistency(
                old_size=old_size, new_size=new_size, old_root=old_root, new_root=new_root, hashes=[]
            )
    for old_size in (0, 5):
        old_root = root if old_size else EMPTY_ROOT
        with refused(Fault.PROOF_INVALID, what="hashes"):
            verify_consistency(old_size=old_size, new_size=5, old_root=old_root, new_root=root, hashes=[root])


def test_a_fork_has_no_proof() -> None:
    """Two logs that share five records and then differ: the proof of one shows the other's root to be no part."""
    ours, theirs = LEAVES[:9], [*LEAVES[:5], *LEAVES[100:104]]
    hashes = consistency_proof(old_size=7, new_size=9, read_tile=large().read)
    with refused(Fault.PROOF_INVALID, what="root"):
        verify_consistency(
            old_size=7, new_size=9, old_root=plain_root(theirs[:7]), new_root=plain_root(ours), hashes=hashes
        )
    with refused(Fault.PROOF_INVALID, what="root"):
        verify_consistency(
            old_size=7, new_size=9, old_root=plain_root(ours[:7]), new_root=plain_root(theirs), hashes=hashes
        )


def test_a_node_is_no_leaf() -> None:
    """The two prefixes keep a node from being shown as a record (RFC 9162 section 2.1.1)."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) == hashlib.sha256(b"\x01" + left + right).digest()
    assert (
        leaf_hash(left + right) == hashlib.sha256(b"\x00" + left + right).digest() != node_hash(left, right)
    )


def test_programmers_errors() -> None:
    """What no caller may do is a broken promise, and the edge stays as it was."""
    frontier = Frontier()
    with pytest.raises(BrokenPromise):
        frontier.append([b"too short"])
    assert (frontier.size, frontier.root()) == (0, EMPTY_ROOT)
    with pytest.raises(BrokenPromise):
        Tree(-1, large().read)
    assert TILE_BYTES == 8_192
