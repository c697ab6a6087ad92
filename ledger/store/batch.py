"""The writer's side: look up what a batch names, save what it brings. One round trip a table, whatever the size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ledger.books.accounts import Account
from ledger.books.attestations import Attestation
from ledger.books.bills import Bill, BillPayment, Bulk
from ledger.books.freezes import Freeze
from ledger.books.journal import AccountEntry
from ledger.books.parties import Key, Party
from ledger.proofs.merkle import Tile
from ledger.signing.log_keys import LogKey
from ledger.store import bill_sql, correction_sql, notice_sql, sql
from ledger.store.bulk import Writing, look_up, write
from ledger.store.rows import (
    account_of,
    account_row,
    bill_of,
    bill_row,
    changed_bill_row,
    entry_row,
    freeze_of,
    freeze_row,
    key_of,
    key_row,
    log_key_row,
    party_of,
    party_row,
    payment_row,
)


@dataclass
class BatchRows:
    """What one batch writes: plain rows and values, each as it is after the whole batch."""

    records: list[tuple[int, bytes]] = field(default_factory=list)
    outcomes: list[tuple[str, int, bytes]] = field(default_factory=list)
    entries: list[AccountEntry] = field(default_factory=list)
    accounts_opened: list[Account] = field(default_factory=list)
    accounts_moved: list[Account] = field(default_factory=list)
    parties_new: list[Party] = field(default_factory=list)
    parties_changed: list[Party] = field(default_factory=list)
    keys_new: list[Key] = field(default_factory=list)
    keys_changed: list[Key] = field(default_factory=list)
    bills_new: list[Bill] = field(default_factory=list)
    bills_changed: list[Bill] = field(default_factory=list)
    control_numbers: list[tuple[str, str]] = field(default_factory=list)
    bill_ids: list[tuple[str, str, str]] = field(default_factory=list)
    bill_payments: list[BillPayment] = field(default_factory=list)
    provider_receipts: list[tuple[str, str, str]] = field(default_factory=list)
    bulks_new: list[Bulk] = field(default_factory=list)
    bulks_changed: list[Bulk] = field(default_factory=list)
    bulk_lines: list[tuple[str, str, str]] = field(default_factory=list)
    accounts_stopped: list[Account] = field(default_factory=list)
    """Frozen, freed or closed."""
    refunds: list[tuple[str, str, int]] = field(default_factory=list)
    reversals: list[tuple[str, str]] = field(default_factory=list)
    freezes_new: list[Freeze] = field(default_factory=list)
    freezes_lifted: list[Freeze] = field(default_factory=list)
    rules_adopted: list[tuple[int, int]] = field(default_factory=list)
    log_keys: list[LogKey] = field(default_factory=list)
    attestations: list[Attestation] = field(default_factory=list)
    day_closes: list[tuple[int, int]] = field(default_factory=list)
    """Day and sequence."""
    day_refused: int = 0
    """How many records since the last close of a day refuse."""
    notices: list[tuple[str, int, int, str, str, str, int]] = field(default_factory=list)
    """The outbox: see `schema.notices`."""
    tiles: list[Tile] = field(default_factory=list)
    head: tuple[int, bytes, str] = (0, b"", "")
    """Size, root, checkpoint."""


def recall(connection: Connection, order_ids: Sequence[str]) -> dict[str, tuple[int, bytes, bytes]]:
    """The recorded outcomes among these order ids: sequence, content, record."""
    rows = look_up(connection, sql.RECALL, order_ids)
    return {order_id: (sequence, content, record) for order_id, sequence, content, record in rows}


def load_keys(connection: Connection, kids: Sequence[str]) -> dict[str, Key]:
    """The keys of these kids."""
    return {row[0]: key_of(row) for row in look_up(connection, sql.KEYS, kids)}


def load_parties(connection: Connection, names: Sequence[str]) -> dict[str, Party]:
    """The parties of these ids."""
    return {row[0]: party_of(row) for row in look_up(connection, sql.PARTIES, names)}


def load_accounts(connection: Connection, addresses: Sequence[str]) -> dict[str, Account]:
    """The accounts at these addresses."""
    return {row[0]: account_of(row) for row in look_up(connection, sql.ACCOUNTS, addresses)}


def load_bills(connection: Connection, names: Sequence[str]) -> dict[str, Bill]:
    """The bills of these ids."""
    return {row[0]: bill_of(row) for row in look_up(connection, bill_sql.BILLS, names)}


def load_control_numbers(connection: Connection, numbers: Sequence[str]) -> dict[str, str]:
    """Which bills these control numbers stand for."""
    return {row[0]: row[1] for row in look_up(connection, bill_sql.CONTROL_NUMBERS, numbers)}


def load_bill_ids(connection: Connection, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Which bills these own numbers of institutions, each with its party, stand for."""
    return _load_pairs(connection, bill_sql.BILL_IDS, names)


def load_provider_receipts(
    connection: Connection, names: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Which orders these own numbers of payment providers, each with its party, stand for."""
    return _load_pairs(connection, bill_sql.PROVIDER_RECEIPTS, names)


def load_bulk_lines(connection: Connection, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Which bulk approvals hold these content hashes, each with its party."""
    return _load_pairs(connection, bill_sql.BULK_LINES, names)


def load_bulks(connection: Connection, names: Sequence[str]) -> dict[str, Bulk]:
    """The bulk approvals of these ids."""
    return {row[0]: Bulk(*row) for row in look_up(connection, bill_sql.BULKS, names)}


def _load_pairs(
    connection: Connection, statement: sql.LookUp, names: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    parties, own = [party for party, _ in names], [name for _, name in names]
    return {(row[0], row[1]): row[2] for row in look_up(connection, statement, parties, own)}


def load_refunds(connection: Connection, payments: Sequence[str]) -> dict[str, dict[str, int]]:
    """What was given back of these payments, per payee, in minor units."""
    found: dict[str, dict[str, int]] = {}
    for payment, payee, refunded in look_up(connection, correction_sql.REFUNDS, payments):
        found.setdefault(payment, {})[payee] = refunded
    return found


def load_reversals(connection: Connection, entries: Sequence[str]) -> dict[str, str]:
    """Which of these entries were reversed, and by which orders."""
    return {row[0]: row[1] for row in look_up(connection, correction_sql.REVERSALS, entries)}


def load_freezes(connection: Connection, addresses: Sequence[str]) -> dict[str, tuple[Freeze, ...]]:
    """Every freeze of these accounts, in order, those that were lifted too."""
    found: dict[str, tuple[Freeze, ...]] = {}
    for row in look_up(connection, correction_sql.FREEZES, addresses):
        found[row[0]] = (*found.get(row[0], ()), freeze_of(row))
    return found


def save(connection: Connection, batch: BatchRows) -> None:
    """Write a whole batch inside the transaction at hand.

    Raises:
        BrokenPromise: a row that the batch changes is not there.
    """
    moved = [
        (account.debits_posted, account.credits_posted, account.address) for account in batch.accounts_moved
    ]
    size, root, checkpoint = batch.head
    writings = [
        Writing(sql.INSERT_RECORDS, batch.records),
        Writing(sql.INSERT_OUTCOMES, batch.outcomes),
        Writing(sql.INSERT_ENTRIES, sorted(map(entry_row, batch.entries))),
        Writing(sql.INSERT_ACCOUNTS, [account_row(account) for account in batch.accounts_opened]),
        Writing(sql.MOVE_ACCOUNTS, moved),
        *_register(batch),
        *_bills(batch),
        *_corrections(batch),
        Writing(notice_sql.INSERT_NOTICES, batch.notices),
        Writing(sql.GROW_TILES, batch.tiles, each=False),
        Writing(sql.INSERT_TILES, batch.tiles, each=False),
        Writing(sql.INSERT_CHECKPOINTS, [(size, checkpoint)]),
        Writing(sql.SET_HEAD, [(size, root, checkpoint, batch.day_refused)]),
    ]
    write(connection, writings)


def _register(batch: BatchRows) -> list[Writing]:
    parties = [(row[-1], row[1], row[0]) for row in map(party_row, batch.parties_changed)]
    return [
        Writing(sql.INSERT_PARTIES, [party_row(party) for party in batch.parties_new]),
        Writing(sql.CHANGE_PARTIES, parties),
        Writing(sql.INSERT_KEYS, [key_row(key) for key in batch.keys_new]),
        Writing(sql.CHANGE_KEYS, [(key.revoked, key.kid) for key in batch.keys_changed]),
    ]


def _bills(batch: BatchRows) -> list[Writing]:
    numbers = batch.control_numbers
    counted = [(bulk.raised, bulk.raised_total, bulk.bulk) for bulk in batch.bulks_changed]
    return [
        Writing(bill_sql.INSERT_BILLS, [bill_row(bill) for bill in batch.bills_new]),
        Writing(bill_sql.CHANGE_BILLS, [changed_bill_row(bill) for bill in batch.bills_changed]),
        Writing(bill_sql.CHANGE_CONTROL_NUMBERS, numbers, each=False),
        Writing(bill_sql.INSERT_CONTROL_NUMBERS, numbers, each=False),
        Writing(bill_sql.INSERT_BILL_IDS, batch.bill_ids),
        Writing(bill_sql.INSERT_BILL_PAYMENTS, [payment_row(payment) for payment in batch.bill_payments]),
        Writing(bill_sql.INSERT_PROVIDER_RECEIPTS, batch.provider_receipts),
        Writing(bill_sql.INSERT_BULKS, [tuple(bulk) for bulk in batch.bulks_new]),
        Writing(bill_sql.CHANGE_BULKS, counted),
        Writing(bill_sql.INSERT_BULK_LINES, batch.bulk_lines),
    ]


def _corrections(batch: BatchRows) -> list[Writing]:
    stopped = [(account.freezes, account.closed, account.address) for account in batch.accounts_stopped]
    lifted = [(freeze.lifted, freeze.account, freeze.freeze) for freeze in batch.freezes_lifted]
    return [
        Writing(correction_sql.STOP_ACCOUNTS, stopped),
        Writing(correction_sql.CHANGE_REFUNDS, batch.refunds, each=False),
        Writing(correction_sql.INSERT_REFUNDS, batch.refunds, each=False),
        Writing(correction_sql.INSERT_REVERSALS, batch.reversals),
        Writing(correction_sql.INSERT_FREEZES, [freeze_row(freeze) for freeze in batch.freezes_new]),
        Writing(correction_sql.LIFT_FREEZES, lifted),
        Writing(correction_sql.INSERT_RULES, batch.rules_adopted),
        Writing(correction_sql.INSERT_LOG_KEYS, [log_key_row(row) for row in batch.log_keys]),
        Writing(correction_sql.INSERT_ATTESTATIONS, batch.attestations),
        Writing(correction_sql.INSERT_DAY_CLOSES, batch.day_closes),
    ]
