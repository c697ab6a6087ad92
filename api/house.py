"""What every route is handed: the settings, the reader, the way to the sequencer, and the keys seen so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.config import Config
from ledger.enquiries import Enquiries
from ledger.faults import Fault, LedgerFault
from ledger.instants import Clock, MachineClock
from ledger.intake import TokenBuckets
from ledger.orders.signed import SignedOrder
from ledger.signing.keys import PublicKey
from ledger.wire import SequencerClient


@dataclass
class House:
    """One per process."""

    config: Config
    enquiries: Enquiries
    sequencer: SequencerClient
    clock: Clock = field(default_factory=MachineClock)
    _public_keys: dict[str, PublicKey] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lookups_per_key = TokenBuckets(self.config.lookups_per_key)
        self.lookups_per_address = TokenBuckets(self.config.lookups_per_address)

    def public_key(self, kid: str) -> PublicKey | None:
        """The bytes behind a kid, revoked or not. They never change, so they are remembered."""
        key = self._public_keys.get(kid)
        if key is None:
            key = self.enquiries.public_key(kid)
            if key is not None:
                if len(self._public_keys) >= self.config.keys_remembered_max:
                    self._public_keys.clear()
                self._public_keys[kid] = key
        return key

    def signing_key(self, signed: SignedOrder) -> PublicKey:
        """The key that an order must verify with: the registered one, or in a sandbox the one that it registers itself.

        Raises:
            LedgerFault: UNKNOWN_KEY.
        """
        key = self.public_key(signed.kid)
        if key is None and self.enquiries.genesis().sandbox:
            key = signed.self_registered_key()
        if key is None:
            raise LedgerFault(Fault.UNKNOWN_KEY)
        return key
