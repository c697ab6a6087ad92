"""Receipts: a record, the proof that it is in the log, and the log's signed head: all that a payer must keep.

    {"record": "...", "proof": {"index": 7, "size": 9, "hashes": ["..."]}, "checkpoint": "..."}

`record` is a JSON string that holds exactly the record's bytes; `hashes` are base64url. Whoever knows the
ledger's id and log keys checks a receipt offline, years later, in `verify_receipt`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.faults import Fault, LedgerFault
from ledger.proofs.checkpoint import CHECKPOINT_CHARACTERS_MAX, Checkpoint, open_checkpoint, origin_of
from ledger.proofs.merkle import HASH_BYTES, leaf_hash, require_proof, verify_inclusion
from ledger.signing import base64url
from ledger.signing.keys import PublicKey
from ledger.strict_json import dumps, loads, loads_object

RECEIPT_BYTES_MAX = 1024 * 1024
RECORD_DEPTH_MAX = 12

_HASHES_MAX = 64
_MEMBERS = frozenset({"record", "proof", "checkpoint"})
_PROOF_MEMBERS = frozenset({"index", "size", "hashes"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it was issued or read; nothing in it is checked.

    Attributes:
        record: the record's bytes, which are ASCII, as text.
        index: its place in the log.
        size: the size of the log in which the proof holds.
        hashes: the inclusion proof, 32 bytes each, from the leaf up.
        checkpoint: the text of the checkpoint of its own batch.
    """

    record: str
    index: int
    size: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def to_json(self) -> bytes:
        """The receipt as compact ASCII JSON: the form in which it travels and is kept."""
        hashes = [base64url.encode(each) for each in self.hashes]
        proof = {"index": self.index, "size": self.size, "hashes": hashes}
        return dumps({"record": self.record, "proof": proof, "checkpoint": self.checkpoint})


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """What a receipt proves: `record` is what the log says at `sequence`, under this `checkpoint`."""

    sequence: int
    record: Mapping[str, object]
    checkpoint: Checkpoint


def parse_receipt(data: bytes) -> Receipt:
    """Read a receipt from JSON, strictly.

    Raises:
        LedgerFault: MALFORMED; `what` is `receipt` if a member is missing, unknown or of another form, else
            what strict JSON or base64url says.
    """
    members = loads_object(data, bytes_max=RECEIPT_BYTES_MAX, depth_max=3)
    record, proof, checkpoint = (members.get(name) for name in ("record", "proof", "checkpoint"))
    if members.keys() != _MEMBERS or not isinstance(record, str) or not isinstance(checkpoint, str):
        raise _malformed()
    if not record.isascii() or len(checkpoint) > CHECKPOINT_CHARACTERS_MAX:
        raise _malformed()
    if not isinstance(proof, dict) or proof.keys() != _PROOF_MEMBERS:
        raise _malformed()
    return Receipt(
        record=record,
        index=_whole_number(proof["index"]),
        size=_whole_number(proof["size"]),
        hashes=_read_hashes(proof["hashes"]),
        checkpoint=checkpoint,
    )


def verify_receipt(receipt: Receipt, *, ledger_id: str, log_keys: Sequence[PublicKey]) -> VerifiedReceipt:
    """Check a receipt against the ledger's id and log keys, and nothing else.

    Raises:
        LedgerFault: PROOF_INVALID; `what` says which of the four steps failed.
    """
    # 1. One of the log's keys signed the checkpoint, and it is this ledger's.
    checkpoint = open_checkpoint(receipt.checkpoint, origin=origin_of(ledger_id), log_keys=log_keys)
    # 2. The proof is about that very log.
    require_proof(checkpoint.size == receipt.size, "size")
    # 3. These bytes of the record are in it, at this place.
    record = _ascii(receipt.record)
    verify_inclusion(
        leaf=leaf_hash(record),
        index=receipt.index,
        size=receipt.size,
        hashes=receipt.hashes,
        root=checkpoint.root,
    )
    # 4. And the record says the same of its place.
    members = _read_record(record)
    sequence = members.get("sequence")
    require_proof(type(sequence) is int and sequence == receipt.index, "sequence")
    return VerifiedReceipt(sequence=receipt.index, record=members, checkpoint=checkpoint)


def _read_hashes(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > _HASHES_MAX:
        raise _malformed()
    return tuple(_read_hash(text) for text in value)


def _read_hash(text: object) -> bytes:
    data = base64url.decode(text) if isinstance(text, str) else b""
    if len(data) != HASH_BYTES:
        raise _malformed()
    return data


def _whole_number(value: object) -> int:
    if type(value) is not int or value < 0:  # a bool is an int to isinstance
        raise _malformed()
    return value


def _ascii(record: str) -> bytes:
    require_proof(record.isascii(), "record")
    return record.encode("ascii")


def _read_record(record: bytes) -> dict[str, object]:
    try:
        value = loads(record, bytes_max=RECEIPT_BYTES_MAX, depth_max=RECORD_DEPTH_MAX)
    except LedgerFault as error:
        raise LedgerFault(Fault.PROOF_INVALID, what="record") from error
    if not isinstance(value, dict):
        raise LedgerFault(Fault.PROOF_INVALID, what="record")
    return value


def _malformed() -> LedgerFault:
    return LedgerFault(Fault.MALFORMED, what="receipt")
