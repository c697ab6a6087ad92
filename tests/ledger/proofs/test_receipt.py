"""Receipts: what they prove, how they travel, and all that makes them prove nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ledger.faults import Fault, LedgerFault
from ledger.proofs.checkpoint import origin_of, sign_checkpoint
from ledger.proofs.merkle import EMPTY_ROOT, leaf_hash
from ledger.proofs.receipt import RECEIPT_BYTES_MAX, Receipt, VerifiedReceipt, parse_receipt, verify_receipt
from ledger.signing.keys import PrivateKey
from tests.receipts import LOG_KEY, SmallLog
from tests.refused import refused

LOG = SmallLog(11)
RECEIPT = LOG.receipt(6)


def verified(receipt: Receipt, *, log: SmallLog = LOG, key: PrivateKey = LOG_KEY) -> VerifiedReceipt:
    """Verify against a log's id and key."""
    return verify_receipt(receipt, ledger_id=log.ledger_id, log_keys=[key.public])


@pytest.mark.parametrize("size", [1, 2, 7, 8, 11])
def test_every_receipt_of_a_log(size: int) -> None:
    """Each record has a receipt that holds, travels as JSON, and says what the record says."""
    log = SmallLog(size)
    for index in range(size):
        receipt = log.receipt(index)
        assert parse_receipt(receipt.to_json()) == receipt
        proven = verified(receipt, log=log)
        assert proven.sequence == index
        assert proven.record == json.loads(log.records[index])
        assert proven.checkpoint.size == size


def test_the_form() -> None:
    """`{"record", "proof": {"index", "size", "hashes"}, "checkpoint"}` in compact ASCII; the record byte for byte."""
    data = RECEIPT.to_json()
    assert data.isascii()
    members = json.loads(data)
    assert list(members) == ["record", "proof", "checkpoint"]
    assert list(members["proof"]) == ["index", "size", "hashes"]
    assert members["record"].encode() == LOG.records[6]
    assert (members["proof"]["index"], members["proof"]["size"]) == (6, 11)
    assert all(len(text) == 43 for text in members["proof"]["hashes"])
    assert members["checkpoint"] == LOG.checkpoint
    assert parse_receipt(json.dumps(members, indent=2).encode()) == RECEIPT


def test_another_ledger_or_key() -> None:
    """A receipt is about one ledger, and one of its log keys signed it."""
    with refused(Fault.PROOF_INVALID, what="checkpoint_origin"):
        verify_receipt(RECEIPT, ledger_id="A" * 43, log_keys=[LOG_KEY.public])
    with refused(Fault.PROOF_INVALID, what="checkpoint_unsigned"):
        verified(RECEIPT, key=PrivateKey.generate())
    forger = PrivateKey.generate()
    with refused(Fault.PROOF_INVALID, what="checkpoint_unsigned"):
        verified(SmallLog(11, log_key=forger).receipt(6))


def test_a_checkpoint_of_another_size() -> None:
    """The proof must be about the very log that the checkpoint states."""
    for size in (1, 10, 12):
        with refused(Fault.PROOF_INVALID, what="size"):
            verified(replace(RECEIPT, size=size))
    earlier = sign_checkpoint(LOG_KEY, origin=origin_of(LOG.ledger_id), size=7, root=EMPTY_ROOT)
    with refused(Fault.PROOF_INVALID, what="size"):
        verified(replace(RECEIPT, checkpoint=earlier))
    later = sign_checkpoint(LOG_KEY, origin=origin_of(LOG.ledger_id), size=11, root=EMPTY_ROOT)
    with refused(Fault.PROOF_INVALID, what="root"):
        verified(replace(RECEIPT, checkpoint=later))


def test_another_record_or_place() -> None:
    """Another record, another place, other hashes: not in the log."""
    for record in (
        LOG.records[5].decode(),
        RECEIPT.record.replace("accepted", "refused"),
        RECEIPT.record + " ",
        "",
    ):
        with refused(Fault.PROOF_INVALID, what="root"):
            verified(replace(RECEIPT, record=record))
    with refused(Fault.PROOF_INVALID, what="record"):
        verified(replace(RECEIPT, record=RECEIPT.record.replace("accepted", "accépted")))
    for index in (-1, 11, 2**62):
        with refused(Fault.PROOF_INVALID, what="index"):
            verified(replace(RECEIPT, index=index))
    for index in (0, 5, 7, 10):
        with pytest.raises(LedgerFault) as caught:
            verified(replace(RECEIPT, index=index))
        assert caught.value.details["what"] in ("root", "hashes")
    with refused(Fault.PROOF_INVALID, what="hashes"):
        verified(replace(RECEIPT, hashes=RECEIPT.hashes[:-1]))


def log_of_one(record: bytes) -> tuple[Receipt, str]:
    """The receipt of a log that holds nothing but these bytes, and its ledger's id."""
    ledger_id = "B" * 43
    checkpoint = sign_checkpoint(LOG_KEY, origin=origin_of(ledger_id), size=1, root=leaf_hash(record))
    return Receipt(record.decode("ascii"), 0, 1, (), checkpoint), ledger_id


@pytest.mark.parametrize(
    "record, what",
    [
        (b'{"sequence":1}', "sequence"),
        (b'{"sequence":"0"}', "sequence"),
        (b'{"sequence":false}', "sequence"),
        (b'{"sequence":null}', "sequence"),
        (b"{}", "sequence"),
        (b"[0]", "record"),
        (b"0", "record"),
        (b"not JSON", "record"),
        (b'{"sequence":0,"sequence":0}', "record"),
        (b'{"sequence":0.0}', "record"),
        (b'{"a":' * 13 + b"0" + b"}" * 13, "record"),
    ],
)
def test_a_record_that_contradicts_its_place(record: bytes, what: str) -> None:
    """Even what a log did take in is no record unless it says where it stands."""
    receipt, ledger_id = log_of_one(record)
    with refused(Fault.PROOF_INVALID, what=what):
        verify_receipt(receipt, ledger_id=ledger_id, log_keys=[LOG_KEY.public])


MEMBERS: dict[str, Any] = json.loads(RECEIPT.to_json())
PROOF: dict[str, Any] = MEMBERS["proof"]


def with_proof(**changed: object) -> dict[str, Any]:
    """The receipt's members with others in its proof."""
    return {**MEMBERS, "proof": {**PROOF, **changed}}


HASH = PROOF["hashes"][0]

MALFORMED: dict[str, tuple[object, str]] = {
    "no record": ({name: MEMBERS[name] for name in ("proof", "checkpoint")}, "receipt"),
    "no checkpoint": ({name: MEMBERS[name] for name in ("record", "proof")}, "receipt"),
    "no proof": ({name: MEMBERS[name] for name in ("record", "checkpoint")}, "receipt"),
    "a member too many": ({**MEMBERS, "note": "paid"}, "receipt"),
    "a record that is an object": ({**MEMBERS, "record": {"sequence": 6}}, "receipt"),
    "a record that is not ASCII": ({**MEMBERS, "record": "Shīlingi"}, "receipt"),
    "a checkpoint that is no text": ({**MEMBERS, "checkpoint": None}, "receipt"),
    "an endless checkpoint": ({**MEMBERS, "checkpoint": "x" * 200_000}, "receipt"),
    "a proof that is a list": ({**MEMBERS, "proof": [6, 11, []]}, "receipt"),
    "a proof with a member too many": (with_proof(root=HASH), "receipt"),
    "a proof with a member too few": ({**MEMBERS, "proof": {"index": 6, "size": 11}}, "receipt"),
    "an index that is a text": (with_proof(index="6"), "receipt"),
    "an index that is true": (with_proof(index=True), "receipt"),
    "a negative index": (with_proof(index=-6), "receipt"),
    "a negative size": (with_proof(size=-1), "receipt"),
    "hashes that are a text": (with_proof(hashes=HASH), "receipt"),
    "a hash that is a number": (with_proof(hashes=[7]), "receipt"),
    "a short hash": (with_proof(hashes=[HASH[:-4]]), "base64url"),
    "a very short hash": (with_proof(hashes=["AAAA"]), "receipt"),
    "an empty hash": (with_proof(hashes=[""]), "receipt"),
    "a padded hash": (with_proof(hashes=[HASH + "="]), "base64url"),
    "65 hashes": (with_proof(hashes=["A" * 43] * 65), "receipt"),
    "a float": (with_proof(index=6.0), "not_an_integer"),
    "an index over 64 bits": (with_proof(index=2**63), "integer_range"),
    "a list": ([MEMBERS], "depth"),
    "a text": ("receipt", "not_an_object"),
    "too deep": ({**MEMBERS, "proof": [[[6]]]}, "depth"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(name: str) -> None:
    """A file that is no receipt says why, whatever it holds."""
    value, what = MALFORMED[name]
    data = json.dumps(value).encode()
    if name == "a short hash":
        data = data.replace(HASH[:-4].encode(), b"A" * 38 + b"B")
    with refused(Fault.MALFORMED, what=what):
        parse_receipt(data)


@pytest.mark.parametrize(
    "data, what",
    [
        (b"", "not_json"),
        (b"%PDF-1.7", "not_json"),
        (b"\x89PNG\r\n", "not_utf8"),
        (b"\x00" * 50, "not_json"),
        (b'{"record":"","record":""}', "duplicate_member"),
        (b"[" * 100_000, "depth"),
        (b" " * (RECEIPT_BYTES_MAX + 1), "too_long"),
    ],
)
def test_other_files(data: bytes, what: str) -> None:
    """Nor do files of other kinds, or huge ones, end in anything but that."""
    with refused(Fault.MALFORMED, what=what):
        parse_receipt(data)
