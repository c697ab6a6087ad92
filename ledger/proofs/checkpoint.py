"""Checkpoints: the signed head of the log, as C2SP tlog-checkpoint in a C2SP signed note.

    daftari/kWm1b...                                    the origin: which log this is
    20852163                                            how many leaves
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=        the root over them
                                                        (an empty line)
    — daftari/kWm1b... Az3grlgtzPICa5OS8npVmf1...       one line for each signature

What is signed is the text before the empty line. Other signatures may stand beside the log's own, those of
witnesses or of a key to come: lines by keys that the reader does not know are passed over, as the note's
specification demands.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.faults import Fault, LedgerFault, require
from ledger.proofs.merkle import HASH_BYTES, require_proof
from ledger.signing.keys import PrivateKey, PublicKey, verify

CHECKPOINT_CHARACTERS_MAX = 128 * 1024
"""Room for far more than the 16 signatures that a reader must take, post-quantum ones of 5 kB included."""

_LOG_ALGORITHM = "Ed25519"
_SIGNATURE_TYPE = b"\x01"  # Ed25519, in the list of C2SP signed-note
_KEY_ID_BYTES = 4
_SIGNED_BY = "\u2014 "
# Exactly three lines: extension lines, which no monitor can audit, are not used here and not taken.
_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNATURE_LINE = re.compile(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log that one of its keys signed: `size` leaves with this `root`; `kid` names the key."""

    size: int
    root: bytes
    kid: str


def origin_of(ledger_id: str) -> str:
    """The origin of this ledger's log, which is also the name of its keys: `daftari/<ledger id>`."""
    return f"daftari/{ledger_id}"


def sign_checkpoint(key: PrivateKey, *, origin: str, size: int, root: bytes) -> str:
    """The checkpoint of a log of `size` leaves with this `root`, signed with its Ed25519 log key."""
    require(len(root) == HASH_BYTES and 0 <= size < 2**63, "a log has a size and a root of 32 bytes")
    text = f"{origin}\n{size}\n{_base64(root)}\n"
    signature = _key_id(origin, key.public) + key.sign(text.encode("utf-8"))
    return f"{text}\n{_SIGNED_BY}{origin} {_base64(signature)}\n"


def open_checkpoint(text: str, *, origin: str, log_keys: Sequence[PublicKey]) -> Checkpoint:
    """The head that a checkpoint states, once every signature in it by one of `log_keys` holds, one at least.

    Raises:
        LedgerFault: PROOF_INVALID; `what` is `checkpoint_form`, `checkpoint_origin`, `checkpoint_unsigned`
            (none of these keys signed it) or `checkpoint_signature` (one of them did not sign this).
    """
    # 1. The form: a text, an empty line, signature lines, and nothing else.
    head, found = _split(text)
    # 2. The origin, before any signature: another log's checkpoint is not ours, whoever signed it.
    require_proof(found[1] == origin, "checkpoint_origin")
    # 3. The signatures by keys that are known here.
    kid = _verified_by(head, text[len(head) + 1 :], origin, log_keys)
    # 4. Only now does the text mean anything.
    return Checkpoint(size=int(found[2]), root=_decode(found[3]), kid=kid)


def verifier_key(origin: str, key: PublicKey) -> str:
    """The log key as witnesses are told it: `<name>+<key id>+<type and key>` (C2SP signed-note)."""
    return f"{origin}+{_key_id(origin, key).hex()}+{_base64(_SIGNATURE_TYPE + key.raw)}"


def _split(text: str) -> tuple[str, re.Match[str]]:
    require_proof(len(text) <= CHECKPOINT_CHARACTERS_MAX and not _CONTROL.search(text), "checkpoint_form")
    found = _TEXT.match(text)
    if found is None or not text.startswith(f"\n{_SIGNED_BY}", found.end()) or int(found[2]) >= 2**63:
        raise LedgerFault(Fault.PROOF_INVALID, what="checkpoint_form")
    return found[0], found


def _verified_by(head: str, signatures: str, origin: str, log_keys: Sequence[PublicKey]) -> str:
    """The thumbprint of the first known key that signed the head; every known key's signature must hold."""
    known = {_key_id(origin, key): key for key in log_keys}
    signed_by: list[str] = []
    for line in signatures.splitlines(keepends=True):
        found = _SIGNATURE_LINE.fullmatch(line)
        if found is None:
            raise LedgerFault(Fault.PROOF_INVALID, what="checkpoint_form")
        signature = _decode(found[2])
        key = known.get(signature[:_KEY_ID_BYTES])
        if found[1] == origin and key is not None:
            _verify(key, head, signature[_KEY_ID_BYTES:])
            signed_by.append(key.kid)
    require_proof(signed_by, "checkpoint_unsigned")
    return signed_by[0]


def _verify(key: PublicKey, head: str, signature: bytes) -> None:
    try:
        verify(key, head.encode("utf-8"), signature)
    except LedgerFault as error:
        raise LedgerFault(Fault.PROOF_INVALID, what="checkpoint_signature") from error


def _key_id(origin: str, key: PublicKey) -> bytes:
    """SHA-256(name || 0x0A || type || public key), its first four bytes: a hint, not an identity."""
    require(key.algorithm == _LOG_ALGORITHM, "a log key is an Ed25519 key")
    named = origin.encode("utf-8") + b"\n" + _SIGNATURE_TYPE + key.raw
    return hashlib.sha256(named).digest()[:_KEY_ID_BYTES]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decode(text: str) -> bytes:
    """Standard base64 with padding, in its one spelling."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error as error:
        raise LedgerFault(Fault.PROOF_INVALID, what="checkpoint_form") from error
    require_proof(_base64(data) == text, "checkpoint_form")
    return data
