"""The kinds of order, as immutable values. Amounts are minor units; the codec checked addresses, ids and codes."""

from __future__ import annotations

from typing import NamedTuple

from ledger.books.accounts import AccountClass
from ledger.books.parties import BillService, PartyKind, Scope, Title
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


class RaiseBill(NamedTuple):
    """A bill, by the maker. `bill_id` is the institution's own; `payable_until_us` is when it expires."""

    bill_id: str
    service: str
    payee: str
    currency: str
    amount_minor_units: int
    payable_until_us: int


class ApproveBill(NamedTuple):
    """The checker's yes to a bill, named by the id of the order that raised it."""

    bill: str


class PayBill(NamedTuple):
    """The full payment of the bill behind a control number."""

    payer: str
    control_number: str
    currency: str
    amount_minor_units: int


Body = RegisterParty | OpenAccount | AddKey | RevokeKey | Issue | Pay | RaiseBill | ApproveBill | PayBill


class Order(NamedTuple):
    """What a signer asks: the body, the id that the signer chose, and the instant from which it is void."""

    order_id: str
    expires_us: int
    body: Body
