"""Trees whose roots and proofs are published: those of the Certificate Transparency reference implementation."""

from __future__ import annotations

import pytest

from ledger.proofs import merkle
from ledger.proofs.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from tests.stored_tiles import StoredTiles, plain_root

# The tree of the Certificate Transparency reference implementation (RFC 6962), which every later one tests with.
RECORDS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


@pytest.fixture
def known() -> StoredTiles:
    """The tree of the eight well-known leaves."""
    tiles = StoredTiles()
    tiles.grow([leaf_hash(record) for record in RECORDS])
    return tiles


def test_known_roots() -> None:
    """The roots of the first 0 to 8 well-known leaves, by the definition and by appending one by one."""
    frontier, leaves = Frontier(), [leaf_hash(record) for record in RECORDS]
    for size, expected in enumerate(ROOTS):
        if size:
            frontier.append(leaves[size - 1 : size])
        assert frontier.size == size
        assert (
            frontier.root().hex()
            == merkle.root(leaves[:size]).hex()
            == plain_root(leaves[:size]).hex()
            == expected
        )


@pytest.mark.parametrize("index, size, expected", INCLUSION)
def test_known_inclusion_proofs(known: StoredTiles, index: int, size: int, expected: list[str]) -> None:
    """The published inclusion proofs are made, and hold."""
    hashes = inclusion_proof(index=index, size=size, read_tile=known.read)
    assert [each.hex() for each in hashes] == expected
    root = bytes.fromhex(ROOTS[size])
    verify_inclusion(leaf=leaf_hash(RECORDS[index]), index=index, size=size, hashes=hashes, root=root)


@pytest.mark.parametrize("old_size, new_size, expected", CONSISTENCY)
def test_known_consistency_proofs(
    known: StoredTiles, old_size: int, new_size: int, expected: list[str]
) -> None:
    """The published consistency proofs are made, and hold."""
    hashes = consistency_proof(old_size=old_size, new_size=new_size, read_tile=known.read)
    assert [each.hex() for each in hashes] == expected
    old_root, new_root = (bytes.fromhex(ROOTS[size]) for size in (old_size, new_size))
    verify_consistency(
        old_size=old_size, new_size=new_size, old_root=old_root, new_root=new_root, hashes=hashes
    )
