"""Log keys: which key signs the log at which size, and how one hands over to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger.faults import Fault, LedgerFault
from ledger.signing.jws import sign_compact, split_compact, verify_compact
from ledger.signing.keys import PrivateKey, PublicKey, public_key_from_jwk
from ledger.strict_json import dumps, loads

ENDORSEMENT_TYPE = "daftari-log-key+jws"


class LogKey(NamedTuple):
    """A key that signs checkpoints from `first_size` on, until the next one begins.

    The first is that of genesis. Each later one was brought by an order and is vouched for by the one before it.
    """

    key: PublicKey
    first_size: int = 0
    order: str = ""
    """The id of the order that brought it."""
    endorsement: bytes = b""


def key_at(log_keys: Sequence[LogKey], size: int) -> PublicKey:
    """The key that signs a log of this size. `log_keys` are in order and begin with that of genesis."""
    return next(row.key for row in reversed(log_keys) if row.first_size <= size)


def endorse(key: PrivateKey, following: PublicKey, *, ledger_id: str, order_id: str) -> bytes:
    """What the log key in force signs so that `following` may take over by the order `order_id`."""
    payload = dumps({"ledger": ledger_id, "order": order_id, "log_key": following.kid})
    return sign_compact(key, typ=ENDORSEMENT_TYPE, payload=payload)


def endorsed(
    endorsement: bytes, by: PublicKey, following: PublicKey, *, ledger_id: str, order_id: str
) -> bool:
    """Whether the key `by` vouches for `following` in this order of this ledger."""
    try:
        proof = split_compact(endorsement, typ=ENDORSEMENT_TYPE)
        verify_compact(proof, by)
        claims = loads(proof.payload, bytes_max=1_024)
    except LedgerFault:
        return False
    return claims == {"ledger": ledger_id, "order": order_id, "log_key": following.kid}


def require_chain(first: PublicKey, later: Sequence[LogKey], *, ledger_id: str) -> tuple[LogKey, ...]:
    """All log keys, once each is vouched for by the one before it, from one that is trusted already.

    Raises:
        LedgerFault: PROOF_INVALID with `what=log_key`.
    """
    chain = [LogKey(first)]
    for row in later:
        before = chain[-1]
        holds = row.first_size > before.first_size and endorsed(
            row.endorsement, before.key, row.key, ledger_id=ledger_id, order_id=row.order
        )
        if not holds:
            raise _broken_chain()
        chain.append(row)
    return tuple(chain)


def log_key_row(row: LogKey) -> dict[str, object]:
    """A log key as it is written down, for `chain_from_rows` to read."""
    endorsement = row.endorsement.decode("ascii")
    return {"key": row.key.jwk(), "from": row.first_size, "order": row.order, "endorsement": endorsement}


def chain_from_rows(first: PublicKey, rows: object, *, ledger_id: str) -> tuple[LogKey, ...]:
    """All log keys out of the rows of `/v1/ledger`, from the one of record 0, which is trusted already.

    Raises:
        LedgerFault: PROOF_INVALID with `what=log_key`; KEY_UNACCEPTABLE.
    """
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        raise _broken_chain()
    if rows[0].get("key") != first.jwk():
        raise _broken_chain()
    return require_chain(first, [_later_key(row) for row in rows[1:]], ledger_id=ledger_id)


def _later_key(row: Mapping[str, object]) -> LogKey:
    key, size, order, endorsement = (row.get(name) for name in ("key", "from", "order", "endorsement"))
    if not isinstance(key, dict) or type(size) is not int or size < 0:
        raise _broken_chain()
    if not isinstance(order, str) or not isinstance(endorsement, str):
        raise _broken_chain()
    return LogKey(public_key_from_jwk(key), size, order, endorsement.encode("utf-8"))


def _broken_chain() -> LedgerFault:
    return LedgerFault(Fault.PROOF_INVALID, what="log_key")
