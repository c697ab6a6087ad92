"""What an algorithm must offer to sign orders: one row of the table in `ledger.signing.keys`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ledger.faults import Fault, LedgerFault


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One signature algorithm; all keys and signatures are bytes of fixed lengths.

    Attributes:
        name: what a JWS header written here says in `alg`.
        aliases: older names that a header may say instead.
        jwk_kind: the members that tell this kind of JWK (RFC 7517) from the others: `kty`, and `crv` or
        `alg`.
        jwk_values: names of the members that hold the key, concatenated in this order.
        jwk_prefix: bytes that stand before those values in the raw public key.
        public_bytes: length of the raw public key.
        private_bytes: length of the raw private key.
        require_registrable: the key rule; raises KEY_UNACCEPTABLE with `why`.
        verify: `(raw public key, message, signature)`; raises SIGNATURE_INVALID.
        generate: a fresh raw private key.
        public: the raw public key of a raw private key.
        signer: for a raw private key, the function that signs a message.
    """

    name: str
    aliases: tuple[str, ...] = field(kw_only=True)
    jwk_kind: dict[str, str] = field(kw_only=True)
    jwk_values: tuple[str, ...] = field(kw_only=True)
    jwk_prefix: bytes = field(kw_only=True)
    public_bytes: int = field(kw_only=True)
    private_bytes: int = field(kw_only=True)
    require_registrable: Callable[[bytes], None] = field(kw_only=True)
    verify: Callable[[bytes, bytes, bytes], None] = field(kw_only=True)
    generate: Callable[[], bytes] = field(kw_only=True)
    public: Callable[[bytes], bytes] = field(kw_only=True)
    signer: Callable[[bytes], Callable[[bytes], bytes]] = field(kw_only=True)


def require_key(condition: object, why: str) -> None:
    """Refuse a public key unless `condition` holds.

    Raises:
        LedgerFault: KEY_UNACCEPTABLE with this `why`.
    """
    if not condition:
        raise LedgerFault(Fault.KEY_UNACCEPTABLE, why=why)


def require_signature(condition: object, what: str) -> None:
    """Refuse a signature unless `condition` holds.

    Raises:
        LedgerFault: SIGNATURE_INVALID with this `what`.
    """
    if not condition:
        raise LedgerFault(Fault.SIGNATURE_INVALID, what=what)
