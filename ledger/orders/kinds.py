"""The kinds of order, as immutable values. Amounts are minor units; the codec checked addresses, ids and codes."""

from __future__ import annotations

from typing import NamedTuple

from ledger.books.accounts import AccountClass
from ledger.books.bills import CancelReason, PayOption
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.journal import ReversalReason
from ledger.books.parties import BillService, PartyKind, Role, Scope, Title
from ledger.signing.keys import PublicKey


class RegisterParty(NamedTuple):
    """A party and its first key, which has scope `all`. An institution brings its public title and services."""

    kind: PartyKind
    key: PublicKey
    title: Title | None = None
    services: tuple[BillService, ...] = ()
    possession: bytes | None = None
    """Proof that the registrant holds `key`; None when `key` itself signs the order."""


class OpenAccount(NamedTuple):
    """An account for the signer's party, or, by a registrar, for another `party`."""

    currency: str
    account_class: AccountClass
    party: str | None = None


class AddKey(NamedTuple):
    """One more key for the signer's party."""

    key: PublicKey
    scopes: tuple[Scope, ...]
    possession: bytes


class RevokeKey(NamedTuple):
    """An end to a key of the signer's party, from this position of the log on."""

    kid: str


class Issue(NamedTuple):
    """New money into circulation, by the issuer, against the backing account of its currency."""

    payee: str
    currency: str
    amount_minor_units: int
    backing_reference: str | None = None
    """The settlement outside the ledger that backs it."""


class Redeem(NamedTuple):
    """Money out of circulation, by the holder of the distribution account that gives it up."""

    payer: str
    currency: str
    amount_minor_units: int
    backing_reference: str | None = None
    """The settlement outside the ledger that releases the backing."""


class Leg(NamedTuple):
    """One part of a payment. `reference` matches `[A-Za-z0-9./-]{1,35}`."""

    payee: str
    amount_minor_units: int
    reference: str | None = None


class Pay(NamedTuple):
    """A payment to 1 to 100 payees, all or nothing. `purpose` is a four-letter ISO 20022 purpose code."""

    payer: str
    currency: str
    legs: tuple[Leg, ...]
    purpose: str | None = None


class BillLine(NamedTuple):
    """One item of a bill as its order states it; `payee` is left out if it is the bill's own."""

    gfs_code: str
    amount_minor_units: int
    payee: str | None = None


class Equivalent(NamedTuple):
    """What a bill in one currency comes to in another one, for information: it is paid in its own."""

    currency: str
    amount_minor_units: int


class RaiseBill(NamedTuple):
    """A bill, by the maker. `bill_id` is the institution's own; `payable_until_us` is when it expires."""

    bill_id: str
    service: str
    payee: str
    currency: str
    amount_minor_units: int
    payable_until_us: int
    option: PayOption | None = None
    """None stands for `exact`."""
    minimum_minor_units: int | None = None
    """The least that an instalment may be; with `partial` only."""
    items: tuple[BillLine, ...] = ()
    """They come to the bill's amount; an item may go to the collection account of another institution."""
    equivalent: Equivalent | None = None
    reusable: bool = False
    """Whether a later bill may have this one's control number once it is over."""
    reuse: str | None = None
    """The control number of an earlier, reusable bill of the institution that is over."""


class ApproveBill(NamedTuple):
    """The checker's yes to a bill, named by the id of the order that raised it.

    With `change`, the yes to what an order by that id asked to change of it, and of nothing else.
    """

    bill: str
    change: str | None = None


class PayBill(NamedTuple):
    """A payment of the bill behind a control number. The last three are for payment providers."""

    payer: str
    control_number: str
    currency: str
    amount_minor_units: int
    channel: str | None = None
    """How the customer paid the provider: `[A-Z0-9_]{2,16}`."""
    provider_receipt: str | None = None
    """The provider's own number for it, unique within the provider."""
    customer: str | None = None
    """Who paid the provider: a reference into a directory beside the ledger, never a name or a phone number."""


class ChangeBill(NamedTuple):
    """What a maker asks to change of a bill: when it expires, or its amount as long as nothing is paid."""

    bill: str
    payable_until_us: int | None = None
    currency: str | None = None
    """Of the amounts that follow."""
    amount_minor_units: int | None = None
    items: tuple[BillLine, ...] = ()


class CancelBill(NamedTuple):
    """What a maker asks: that a bill of which nothing is paid is no longer payable."""

    bill: str
    reason: CancelReason


class ApproveBulk(NamedTuple):
    """A checker's yes to many bills before they are raised, each known by the content hash of its order."""

    currency: str
    total_minor_units: int
    lines: tuple[str, ...]
    """What identifies each order: SHA-256 of its signing input, base64url, 43 characters; each once."""


class Refund(NamedTuple):
    """All or part of a payment given back by its payee. `payment` is the id of the order that paid."""

    payment: str
    payer: str
    """The account that received the payment and now gives back."""
    currency: str
    amount_minor_units: int
    reference: str | None = None


class Reverse(NamedTuple):
    """The supervisor's correction of a whole journal entry. `entry` is the id of the order that made it."""

    entry: str
    reason: ReversalReason
    reference: str


class FreezeAccount(NamedTuple):
    """An authority stops an account. `order_number` and `authority` say by whose order; both are codes, not prose."""

    account: str
    scope: FreezeScope
    reason: FreezeReason
    order_number: str
    authority: str
    frozen_until_us: int | None = None
    """When it ends by itself; None: not before it is lifted."""


class Unfreeze(NamedTuple):
    """An authority lifts one freeze, named by the id of the order that placed it."""

    account: str
    freeze: str
    order_number: str
    authority: str


class CloseAccount(NamedTuple):
    """An end to an empty account of the signer's party: neither debits nor credits afterwards."""

    account: str


class GrantRole(NamedTuple):
    """One more role for a party, by an authority."""

    party: str
    role: Role


class WithdrawRole(NamedTuple):
    """A role taken back from a party, by an authority."""

    party: str
    role: Role


class AdoptRules(NamedTuple):
    """The version of the rules by which the ledger decides from the next record on, by an authority."""

    rules: int


class RotateLogKey(NamedTuple):
    """The key that signs the log from the checkpoint over this very order on, by an authority.

    The new key proves that it is held (`possession`); the one in force vouches for it (`endorsement`).
    """

    key: PublicKey
    possession: bytes
    endorsement: bytes


class AttestBacking(NamedTuple):
    """The auditor's word on what lies in the settlement account of a currency at the end of a day; may be nothing."""

    currency: str
    amount_minor_units: int
    date: str
    """A day in East Africa Time: `2026-11-24`."""
    reference: str


Body = (
    RegisterParty
    | OpenAccount
    | AddKey
    | RevokeKey
    | Issue
    | Pay
    | RaiseBill
    | ApproveBill
    | PayBill
    | Redeem
    | Refund
    | Reverse
    | FreezeAccount
    | Unfreeze
    | CloseAccount
    | GrantRole
    | WithdrawRole
    | AdoptRules
    | RotateLogKey
    | AttestBacking
    | ChangeBill
    | CancelBill
    | ApproveBulk
)


class Order(NamedTuple):
    """What a signer asks: the body, the id that the signer chose, and the instant from which it is void."""

    order_id: str
    expires_us: int
    body: Body
