"""The Merkle tree of RFC 9162 section 2.1, stored as C2SP tlog-tiles. Pure: tiles are handed in and out.

Leaves are given as leaf hashes, 32 bytes each; a record's place in the tree is its sequence, from 0.

    frontier = Frontier()                                     # or Frontier.load(size, read_tile)
    tiles = frontier.append([leaf_hash(record)])              # rows to store; then frontier.size and .root()
    hashes = inclusion_proof(index=0, size=1, read_tile=read_tile)
    verify_inclusion(leaf=leaf_hash(record), index=0, size=1, hashes=hashes, root=frontier.root())

The tile (level, index) holds up to 256 hashes, each over a complete subtree of 256**level leaves. A tile only
ever grows to the right, so a stored one may be longer than a smaller tree needs, and serves it all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from ledger.faults import Fault, LedgerFault, require

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_HASHES = 1 << TILE_HEIGHT
TILE_BYTES = TILE_HASHES * HASH_BYTES
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of the tree without leaves."""

TileReader: TypeAlias = Callable[[int, int], bytes]
"""`(level, index)` to the stored hashes of that tile, one after the other."""

_LEAF = b"\x00"
_NODE = b"\x01"


class Tile(NamedTuple):
    """A row of the stored tree: 1 to 256 `hashes` of 32 bytes, joined."""

    level: int
    tile_index: int
    hashes: bytes


def leaf_hash(record: bytes) -> bytes:
    """The hash of a leaf that holds these bytes: SHA-256(0x00 || record)."""
    return hashlib.sha256(_LEAF + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two others: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(_NODE + left + right).digest()


def _pairs(hashes: Sequence[bytes]) -> list[bytes]:
    """The nodes above an even number of hashes, half as many: where a batch's time goes, so it is terse."""
    each, sha256 = iter(hashes), hashlib.sha256
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(each, each, strict=True)]


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over all these leaf hashes, by the definition of RFC 9162 section 2.1.1; slow."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = _left_size(len(leaves))
    return node_hash(root(leaves[:half]), root(leaves[half:]))


def _left_size(size: int) -> int:
    """The largest power of two smaller than `size` (at least 2): the leaves below the left of the root."""
    return 1 << (size - 1).bit_length() - 1


class Frontier:
    """The right-most edge of the tree: all that is needed to append, about 40 kB for a billion leaves.

    It changes as it is appended to; whoever could not store the tiles drops it and loads it again.
    """

    __slots__ = ("_peaks", "_rows", "size")

    size: int
    """How many leaves the tree has."""

    def __init__(self) -> None:
        """The edge of the empty tree."""
        self.size = 0
        # By level: the hashes of the right-most tile, joined, as long as that tile is not full.
        self._rows: list[bytes] = []
        # By height: the complete subtree of 2**height leaves that waits for its right half, if there is one.
        self._peaks: list[bytes | None] = []

    @classmethod
    def load(cls, size: int, read_tile: TileReader) -> Frontier:
        """The edge of a tree of `size` leaves, from the right-most tile of each level that is not full.

        Raises:
            LedgerFault: PROOF_INVALID with `what=tile` if a stored tile is shorter than it must be.
        """
        frontier, reader = cls(), Tree(size, read_tile)
        frontier.size = size
        for height in range(size.bit_length()):
            complete = size >> height
            frontier._peaks.append(reader.complete(height, complete - 1) if complete & 1 else None)
        for level in range(-(-size.bit_length() // TILE_HEIGHT)):
            index, count = divmod(size >> TILE_HEIGHT * level, TILE_HASHES)
            frontier._rows.append(b"".join(reader.entries(level, index)) if count else b"")
        return frontier

    def append(self, leaves: Sequence[bytes]) -> list[Tile]:
        """Append leaf hashes; the tiles that are new or longer now, complete as they are to be stored.

        The work is one hash a leaf and some copying, whatever the size of the tree.
        """
        require(all(len(leaf) == HASH_BYTES for leaf in leaves), "a leaf hash has 32 bytes")
        tiles: list[Tile] = []
        nodes, height = list(leaves), 0
        while nodes:
            if height % TILE_HEIGHT == 0:
                tiles += self._extend(height // TILE_HEIGHT, nodes)
            if height == len(self._peaks):
                self._peaks.append(None)
            if (peak := self._peaks[height]) is not None:
                nodes.insert(0, peak)
            self._peaks[height] = nodes.pop() if len(nodes) % 2 else None
            nodes, height = _pairs(nodes), height + 1
        self.size += len(leaves)
        return tiles

    def _extend(self, level: int, hashes: list[bytes]) -> list[Tile]:
        """Add hashes to the right end of a level."""
        if level == len(self._rows):
            self._rows.append(b"")
        row = self._rows[level] + b"".join(hashes)
        first = self.size >> TILE_HEIGHT * (level + 1)
        cuts = range(0, len(row), TILE_BYTES)
        tiles = [Tile(level, first + place, row[cut : cut + TILE_BYTES]) for place, cut in enumerate(cuts)]
        self._rows[level] = row[len(row) - len(row) % TILE_BYTES :]
        return tiles

    def root(self) -> bytes:
        """The root of the whole tree."""
        reached = b""
        for peak in self._peaks:
            if peak is not None:
                reached = node_hash(peak, reached) if reached else peak
        return reached or EMPTY_ROOT


class Tree:
    """The tree as it was at one size, over stored tiles.

    Each tile is read and hashed once: one Tree makes the proofs of a whole batch in microseconds each.
    """

    def __init__(self, size: int, read_tile: TileReader) -> None:
        """The tree of the first `size` leaves; nothing is read yet."""
        require(size >= 0, "a tree has no negative size")
        self.size = size
        self._read_tile = read_tile
        self._tiles: dict[tuple[int, int], list[list[bytes]]] = {}
        self._ragged: dict[int, bytes] = {}

    def root(self) -> bytes:
        """The root at this size."""
        return self._subtree(0, self.size) if self.size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """The siblings on the way from a leaf up to the root (RFC 9162 section 2.1.3.1)."""
        require_proof(0 <= index < self.size, "index")
        aside, start, end = [], 0, self.size
        while end - start > 1:
            half = start + _left_size(end - start)
            if index < half:
                aside.append((half, end))
                end = half
            else:
                aside.append((start, half))
                start = half
        return [self._subtree(*leaves) for leaves in reversed(aside)]

    def consistency(self, old_size: int) -> list[bytes]:
        """What shows that this tree begins with the tree of `old_size` leaves (RFC 9162 section 2.1.4.1)."""
        require_proof(0 <= old_size <= self.size, "size")
        if old_size in (0, self.size):
            return []
        aside, start, end = [], 0, self.size
        while old_size < end:
            half = start + _left_size(end - start)
            if old_size <= half:
                aside.append((half, end))
                end = half
            else:
                aside.append((start, half))
                start = half
        if start:
            aside.append((start, end))
        return [self._subtree(*leaves) for leaves in reversed(aside)]

    def complete(self, height: int, position: int) -> bytes:
        """The node above the leaves from `position * 2**height` on, `2**height` of them."""
        level, inside = divmod(height, TILE_HEIGHT)
        width = TILE_HASHES >> inside
        return self._rows(level, position // width)[inside][position % width]

    def entries(self, level: int, index: int) -> list[bytes]:
        """The hashes of a tile as they were at this size.

        Raises:
            LedgerFault: PROOF_INVALID with `what=tile` if the stored tile holds fewer.
        """
        return self._rows(level, index)[0]

    def _rows(self, level: int, index: int) -> list[list[bytes]]:
        """A tile's hashes, then the rows of nodes above them inside the tile, as far as they are complete."""
        rows = self._tiles.get((level, index))
        if rows is None:
            count = min(TILE_HASHES, (self.size >> TILE_HEIGHT * level) - index * TILE_HASHES)
            data = self._read_tile(level, index)
            require_proof(len(data) >= count * HASH_BYTES, "tile")
            row = [data[cut : cut + HASH_BYTES] for cut in range(0, count * HASH_BYTES, HASH_BYTES)]
            rows = [row]
            while len(row) > 1 and len(rows) < TILE_HEIGHT:
                row = _pairs(row[: len(row) & ~1])
                rows.append(row)
            self._tiles[level, index] = rows
        return rows

    def _subtree(self, start: int, end: int) -> bytes:
        """The root over the leaves from `start` to `end`, which the way down from the root led to."""
        size = end - start
        if size & (size - 1) == 0:
            height = size.bit_length() - 1
            return self.complete(height, start >> height)
        # Only the right edge of the tree is ragged, so a ragged subtree is told by where it starts.
        if start not in self._ragged:
            half = start + _left_size(size)
            self._ragged[start] = node_hash(self._subtree(start, half), self._subtree(half, end))
        return self._ragged[start]


def inclusion_proof(*, index: int, size: int, read_tile: TileReader) -> list[bytes]:
    """The proof that the leaf at `index` is in the tree of `size` leaves, from a few tiles a level.

    Raises:
        LedgerFault: PROOF_INVALID; `what` is `index`, or `tile` if a stored tile is too short.
    """
    return Tree(size, read_tile).inclusion(index)


def consistency_proof(*, old_size: int, new_size: int, read_tile: TileReader) -> list[bytes]:
    """The proof that the tree of `new_size` leaves begins with the tree of `old_size`.

    Raises:
        LedgerFault: PROOF_INVALID; `what` is `size`, or `tile` if a stored tile is too short.
    """
    return Tree(new_size, read_tile).consistency(old_size)


def verify_inclusion(*, leaf: bytes, index: int, size: int, hashes: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf`, a leaf hash, stands at `index` in the tree of `size` leaves with this `root`.

    RFC 9162 section 2.1.3.2.

    Raises:
        LedgerFault: PROOF_INVALID; `what` is `index`, `hashes` or `root`.
    """
    require_proof(0 <= index < size, "index")
    _require_hashes((leaf, root, *hashes))
    node, last, reached = index, size - 1, leaf
    for sibling in hashes:
        require_proof(last, "hashes")  # a proof longer than the way up
        if node & 1 or node == last:
            reached = node_hash(sibling, reached)
            while not node & 1 and node:
                # The right border has no sibling on these levels.
                node, last = node >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        node, last = node >> 1, last >> 1
    require_proof(last == 0, "hashes")
    require_proof(reached == root, "root")


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, hashes: Sequence[bytes]
) -> None:
    """Check that the tree of `new_size` begins with all leaves of the tree of `old_size`, unchanged.

    RFC 9162 section 2.1.4.2; every tree begins with the empty one, which needs no proof.

    Raises:
        LedgerFault: PROOF_INVALID; `what` is `size`, `hashes` or `root`.
    """
    require_proof(0 <= old_size <= new_size, "size")
    _require_hashes((old_root, new_root, *hashes))
    if old_size in (0, new_size):
        require_proof(not hashes, "hashes")
        require_proof(old_root == (EMPTY_ROOT if old_size == 0 else new_root), "root")
        require_proof(new_size or new_root == EMPTY_ROOT, "root")
        return
    # A complete old tree is itself the first node of the way up; RFC 9162 leaves it out of the proof.
    path = [old_root, *hashes] if old_size & (old_size - 1) == 0 else list(hashes)
    require_proof(path, "hashes")
    old, new = _climb(old_size - 1, new_size - 1, path)
    require_proof(old == old_root and new == new_root, "root")


def _climb(node: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Both roots that a consistency path leads to, from the last leaf of the old and of the new tree."""
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        require_proof(last, "hashes")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    require_proof(last == 0, "hashes")
    return old, new


def require_proof(condition: object, what: str) -> None:
    """Refuse a proof unless `condition` holds.

    Raises:
        LedgerFault: PROOF_INVALID with this `what`.
    """
    if not condition:
        raise LedgerFault(Fault.PROOF_INVALID, what=what)


def _require_hashes(hashes: Iterable[bytes]) -> None:
    require_proof(all(len(each) == HASH_BYTES for each in hashes), "hashes")
