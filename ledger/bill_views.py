"""Bills with everything around them, as payers and institutions see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from ledger.books.bills import Bill
from ledger.books.parties import BillService, Key, Party
from ledger.orders.genesis import Genesis
from ledger.orders.signed import open_order
from ledger.rules.records import read_record
from ledger.signing import base64url
from ledger.signing.keys import PublicKey, public_key_from_jwk
from ledger.store import batch, head, readings
from ledger.strict_json import loads_object

_JWK_BYTES_MAX = 4_096


class SignedBy(NamedTuple):
    """A signed order, and the key that signed it."""

    order: bytes
    key: PublicKey


class SignedChange(NamedTuple):
    """A change of a bill: who asked for it and who approved it."""

    asked: SignedBy
    approved: SignedBy


class BillView(NamedTuple):
    """A bill with its institution and service, and the orders by which the institution's people signed it."""

    bill: Bill
    institution: Party
    service: BillService
    raise_order: bytes
    maker_key: PublicKey
    log_size: int
    payees: Mapping[str, Party]
    """Account that its payments reach -> whose it is."""
    changes: tuple[SignedChange, ...] = ()
    """The changes that were approved, in order."""
    approval: bytes | None = None
    """The order that approved it: an `approve_bill`, or the `approve_bulk` that holds the hash of its order."""
    checker_key: PublicKey | None = None
    pending: SignedBy | None = None
    """The order that asks for a change which waits for a yes."""


def bill_numbered(connection: Connection, control_number: str, genesis: Genesis) -> BillView | None:
    """The bill that a control number stands for now."""
    name = batch.load_control_numbers(connection, [control_number]).get(control_number)
    bill = batch.load_bills(connection, [name]).get(name) if name is not None else None
    return None if bill is None else bill_views(connection, [bill], genesis)[0]


def bill_views(connection: Connection, bills: Sequence[Bill], genesis: Genesis) -> list[BillView]:
    """Bills with everything around them, each table looked up once."""
    size = head.read_head(connection).size
    accounts = batch.load_accounts(connection, list({address for bill in bills for address in bill.payees}))
    names = {bill.party for bill in bills} | {account.party for account in accounts.values()}
    parties = batch.load_parties(connection, list(names))
    raised = _orders(readings.records_at(connection, {bill.raised for bill in bills}))
    approvals = _approvals(connection, bills, raised, genesis)
    waiting = {bill.bill: bill.pending.order for bill in bills if bill.pending is not None}
    wanted = {name for bill in bills for change in bill.changes for name in change} | set(waiting.values())
    signed = _signed(connection, list(wanted), genesis)
    checkers = {bill.checker for bill in bills if bill.checker is not None}
    keys = batch.load_keys(connection, list({bill.maker for bill in bills} | checkers))
    views = []
    for bill in bills:
        institution = parties[bill.party]
        service = next(service for service in institution.services if service.code == bill.service)
        views.append(
            BillView(
                bill,
                institution,
                service,
                raised[bill.raised],
                public_key_of(keys[bill.maker]),
                size,
                {address: parties[accounts[address].party] for address in bill.payees},
                tuple(SignedChange(signed[order], signed[approval]) for order, approval in bill.changes),
                approvals.get(bill.bill),
                None if bill.checker is None else public_key_of(keys[bill.checker]),
                signed[waiting[bill.bill]] if bill.bill in waiting else None,
            )
        )
    return views


def _signed(connection: Connection, names: list[str], genesis: Genesis) -> dict[str, SignedBy]:
    """The orders of these ids, each with the key that signed it."""
    found = batch.recall(connection, names)
    orders = {name: read_record(record).order or b"" for name, (_, _, record) in found.items()}
    signers = {name: open_order(order, genesis).kid for name, order in orders.items()}
    keys = batch.load_keys(connection, list(set(signers.values())))
    return {name: SignedBy(order, public_key_of(keys[signers[name]])) for name, order in orders.items()}


def _orders(records: Mapping[int, bytes]) -> dict[int, bytes]:
    return {sequence: read_record(record).order or b"" for sequence, record in records.items()}


def _approvals(
    connection: Connection, bills: Sequence[Bill], raised: Mapping[int, bytes], genesis: Genesis
) -> dict[str, bytes]:
    """Bill -> the order that approved it. A bill that got its number as it was raised was approved in bulk."""
    found = {
        bill.bill: bill.approved
        for bill in bills
        if bill.approved is not None and bill.approved != bill.raised
    }
    lines = {
        (bill.party, base64url.encode(open_order(raised[bill.raised], genesis).jws.content)): bill.bill
        for bill in bills
        if bill.approved == bill.raised
    }
    bulk_of = batch.load_bulk_lines(connection, list(lines))
    bulks = batch.load_bulks(connection, list(set(bulk_of.values())))
    found |= {lines[line]: bulks[name].approved for line, name in bulk_of.items()}
    orders = _orders(readings.records_at(connection, set(found.values())))
    return {name: orders[sequence] for name, sequence in found.items()}


def public_key_of(key: Key) -> PublicKey:
    """The public key of a row of the register."""
    return public_key_from_jwk(loads_object(key.jwk.encode(), bytes_max=_JWK_BYTES_MAX))
