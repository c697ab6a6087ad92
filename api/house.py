"""What every route is handed: the settings, the reader, the way to the sequencer, and the keys seen so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from api.addresses import networks
from api.config import Config
from api.limits import NEW_KEYS_PER_ADDRESS, Quotas
from ledger.billing import Billing
from ledger.directory_enquiries import DirectoryEnquiries
from ledger.enquiries import Enquiries
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND, Clock, MachineClock
from ledger.notices import Notices
from ledger.orders.genesis import Genesis
from ledger.orders.signed import SignedOrder
from ledger.sandbox_clock import SandboxClock
from ledger.signing.keys import PublicKey
from ledger.statements import Statements
from ledger.wire import SequencerClient

NONE_BROUGHT: Mapping[str, PublicKey] = MappingProxyType({})

SETTLED_MARGIN_US = 3 * MICROSECONDS_PER_SECOND
"""More than the sequencer's clock may step back between two batches without being stopped as one that jumped."""


@dataclass
class House:
    """One per process."""

    config: Config
    enquiries: Enquiries
    sequencer: SequencerClient
    clock: Clock = field(default_factory=MachineClock)
    _public_keys: dict[str, PublicKey] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin to count."""
        self.quotas = Quotas(self.config, self.clock)
        self.trusted_proxies = networks(self.config.trusted_proxies)

    @cached_property
    def genesis(self) -> Genesis:
        """What record 0 says; it never changes."""
        return self.enquiries.genesis()

    @cached_property
    def statements(self) -> Statements:
        """The reader of the past."""
        return Statements(self.enquiries.engine, self.genesis, self.enquiries.directory_key)

    @cached_property
    def directory(self) -> DirectoryEnquiries:
        """The reader of people's data.

        Raises:
            LedgerFault: KEY_FILE_MISSING if this process was not told where the directory's key is.
        """
        key = self.enquiries.directory_key
        if key is None:
            raise LedgerFault(Fault.KEY_FILE_MISSING, name="directory", folder="")
        return DirectoryEnquiries(self.enquiries.engine, key)

    @cached_property
    def billing(self) -> Billing:
        """The reader of bills."""
        return Billing(self.enquiries.engine, self.genesis)

    @cached_property
    def notices(self) -> Notices:
        """The reader of the outbox."""
        return Notices(self.enquiries.engine, self.genesis)

    @property
    def ahead_seconds(self) -> int:
        """By how much a sandbox's clock was moved ahead of the machine's; always 0 where money is money."""
        clock = self.clock
        return clock.ahead_us // MICROSECONDS_PER_SECOND if isinstance(clock, SandboxClock) else 0

    def settled_us(self) -> int:
        """An instant that no record to come can have: the sequencer answers between two batches, never within one.

        Raises:
            LedgerFault: NOT_TAKEN, OUTCOME_UNKNOWN or CLOCK_JUMPED if it cannot say.
        """
        now_us = self.sequencer.status().get("now_us")
        if not isinstance(now_us, int):
            raise LedgerFault(Fault.CLOCK_JUMPED)
        return now_us - SETTLED_MARGIN_US

    def remembered_key(self, kid: str) -> PublicKey | None:
        """The bytes behind a kid if this process looked it up before."""
        return self._public_keys.get(kid)

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

    def signing_key(
        self,
        signed: SignedOrder,
        brought: Mapping[str, PublicKey] = NONE_BROUGHT,
        *,
        address: str,
    ) -> PublicKey:
        """The key that an order must verify with.

        The registered one, one `brought` by an order of the same request, or in a sandbox the one that it registers
        itself. A kid is the hash of its key, so none of them can be another; whether it may act is the sequencer's
        question. A key that registers itself is counted under the sender's network `address`.

        Raises:
            LedgerFault: UNKNOWN_KEY, TOO_MANY_REQUESTS.
        """
        key = brought.get(signed.kid) or self.public_key(signed.kid)
        if key is None and self.genesis.sandbox:
            key = signed.self_registered_key()
            if key is not None:
                self.quotas.count(NEW_KEYS_PER_ADDRESS, address)
        if key is None:
            raise LedgerFault(Fault.UNKNOWN_KEY)
        return key
