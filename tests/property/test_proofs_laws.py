"""The log's proofs: however the tree grew they hold, and with any one bit changed they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.faults import Fault, LedgerFault
from ledger.proofs.checkpoint import origin_of, sign_checkpoint
from ledger.proofs.merkle import Frontier, Tree, verify_consistency, verify_inclusion
from ledger.proofs.receipt import Receipt, parse_receipt, verify_receipt
from tests.receipts import LOG_KEY, SmallLog
from tests.stored_tiles import StoredTiles, numbered_leaves, plain_root

pytestmark = pytest.mark.property

SIZE_MAX = 1_400
LEAVES = numbered_leaves(SIZE_MAX)
WHOLE = StoredTiles()
WHOLE.grow(LEAVES)
SIZES = st.integers(1, SIZE_MAX) | st.sampled_from([1, 2, 255, 256, 257, 511, 512, 513, 1_024, 1_280])


def flipped(data: bytes, place: int) -> bytes:
    """The same bytes with one bit, of all their bits, turned over."""
    changed = bytearray(data)
    changed[place // 8 % len(data)] ^= 1 << place % 8
    return bytes(changed)


@given(size=SIZES, cuts=st.lists(SIZES, max_size=8))
def test_batches_do_not_matter(size: int, cuts: list[int]) -> None:
    """Whatever the batches, the tree has the naive root, the same tiles, and the same edge when it is loaded."""
    tiles = StoredTiles()
    tiles.grow_in_batches(LEAVES[:size], cuts)
    at_once = StoredTiles()
    at_once.grow(LEAVES[:size])
    assert tiles.tiles == at_once.tiles
    loaded = Frontier.load(size, WHOLE.read)
    assert tiles.frontier.root() == at_once.frontier.root() == loaded.root() == plain_root(LEAVES[:size])
    assert all(WHOLE.read(*place).startswith(hashes) for place, hashes in tiles.tiles.items())


@given(data=st.data(), size=SIZES)
def test_inclusion(data: st.DataObject, size: int) -> None:
    """The proof of a leaf holds; with a bit flipped in leaf, root or hashes, or at another place, it does not."""
    index = data.draw(st.integers(0, size - 1))
    tree = Tree(size, WHOLE.read)
    hashes, root, leaf = tree.inclusion(index), tree.root(), LEAVES[index]
    verify_inclusion(leaf=leaf, index=index, size=size, hashes=hashes, root=root)
    place = data.draw(st.integers(0, (len(hashes) + 2) * 256 - 1))
    parts = [leaf, root, *hashes]
    parts[place // 256] = flipped(parts[place // 256], place % 256)
    with pytest.raises(LedgerFault):
        verify_inclusion(leaf=parts[0], index=index, size=size, hashes=parts[2:], root=parts[1])
    other = data.draw(st.integers(0, size).filter(lambda each: each != index))
    with pytest.raises(LedgerFault):
        verify_inclusion(leaf=leaf, index=other, size=size, hashes=hashes, root=root)


@given(data=st.data(), new_size=SIZES)
def test_consistency(data: st.DataObject, new_size: int) -> None:
    """The proof between two sizes holds; with a bit flipped in either root or in the hashes it does not."""
    old_size = data.draw(st.integers(1, new_size))
    old_root, tree = Tree(old_size, WHOLE.read).root(), Tree(new_size, WHOLE.read)
    hashes, new_root = tree.consistency(old_size), tree.root()
    verify_consistency(
        old_size=old_size, new_size=new_size, old_root=old_root, new_root=new_root, hashes=hashes
    )
    place = data.draw(st.integers(0, (len(hashes) + 2) * 256 - 1))
    parts = [old_root, new_root, *hashes]
    parts[place // 256] = flipped(parts[place // 256], place % 256)
    with pytest.raises(LedgerFault) as caught:
        verify_consistency(
            old_size=old_size, new_size=new_size, old_root=parts[0], new_root=parts[1], hashes=parts[2:]
        )
    assert caught.value.fault is Fault.PROOF_INVALID


@given(
    sizes=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    hashes=st.lists(st.sampled_from(LEAVES[:4]), max_size=8),
    roots=st.tuples(st.sampled_from(LEAVES[:4]), st.sampled_from(LEAVES[:4])),
)
def test_invented_proofs(sizes: tuple[int, int], hashes: list[bytes], roots: tuple[bytes, bytes]) -> None:
    """Hashes that come from nowhere prove nothing, unless there is nothing to prove."""
    size, other = sizes
    if (size, hashes, roots[0]) != (1, [], roots[1]):
        with pytest.raises(LedgerFault):
            verify_inclusion(leaf=roots[0], index=other, size=size, hashes=hashes, root=roots[1])
    if not (size == other > 0 and not hashes and roots[0] == roots[1]):
        with pytest.raises(LedgerFault):
            verify_consistency(
                old_size=size, new_size=other, old_root=roots[0], new_root=roots[1], hashes=hashes
            )


LOGS = [SmallLog(size) for size in (1, 2, 3, 7, 13)]


@given(log=st.sampled_from(LOGS), index=st.integers(0, 12), place=st.integers(0), bit=st.integers(0, 7))
def test_any_flipped_bit_of_a_receipt_is_noticed(log: SmallLog, index: int, place: int, bit: int) -> None:
    """A receipt's file holds as it was issued, and with one flipped bit anywhere it proves nothing."""
    data = bytearray(log.receipt(index % len(log.records)).to_json())
    keys = [LOG_KEY.public]
    verify_receipt(parse_receipt(bytes(data)), ledger_id=log.ledger_id, log_keys=keys)
    data[place % len(data)] ^= 1 << bit
    with pytest.raises(LedgerFault) as caught:
        verify_receipt(parse_receipt(bytes(data)), ledger_id=log.ledger_id, log_keys=keys)
    assert caught.value.fault in (Fault.MALFORMED, Fault.PROOF_INVALID)


@given(
    record=st.text(st.characters(max_codepoint=127), max_size=40),
    index=st.integers(0, 2**63 - 1),
    size=st.integers(0, 2**63 - 1),
    hashes=st.lists(st.sampled_from(LEAVES), max_size=64),
    checkpoint=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
def test_any_receipt_travels(
    record: str, index: int, size: int, hashes: list[bytes], checkpoint: str
) -> None:
    """Whatever a receipt holds, it is the same after its journey as JSON; and it is not thereby true."""
    receipt = Receipt(record, index, size, tuple(hashes), checkpoint)
    assert parse_receipt(receipt.to_json()) == receipt
    with pytest.raises(LedgerFault):
        verify_receipt(receipt, ledger_id="A" * 43, log_keys=[LOG_KEY.public])


@given(text=st.text(max_size=60), name=st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_any_text_as_a_checkpoint(text: str, name: str) -> None:
    """Whatever stands in a receipt for a checkpoint ends in a fault and nothing worse, also after a true head."""
    true = sign_checkpoint(LOG_KEY, origin=origin_of("A" * 43), size=1, root=LEAVES[0])
    for checkpoint in (text, true[:-1] + text, true.replace("\n\n", f"\n\n\u2014 {name} {text}\n")):
        receipt = Receipt("{}", 0, 1, (), checkpoint)
        with pytest.raises(LedgerFault) as caught:
            verify_receipt(receipt, ledger_id="A" * 43, log_keys=[LOG_KEY.public])
        assert caught.value.fault is Fault.PROOF_INVALID
