"""The writer's side: look up what a batch names, save what it brings. One round trip a table, whatever the size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from ledger.books.accounts import Account
from ledger.books.bills import Bill
from ledger.books.journal import AccountEntry
from ledger.books.parties import Key, Party
from ledger.faults import require
from ledger.proofs.merkle import Tile
from ledger.store import sql
from ledger.store.rows import account_of, account_row, bill_of, bill_row, key_of, key_row, party_of, party_row
from ledger.store.sql import SQLITE, Statement


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
    tiles: list[Tile] = field(default_factory=list)
    head: tuple[int, bytes, str] = (0, b"", "")
    """Size, root, checkpoint."""


def recall(connection: Connection, order_ids: list[str]) -> dict[str, tuple[int, bytes, bytes]]:
    """The recorded outcomes among these order ids: sequence, content, record."""
    rows = _look_up(connection, sql.RECALL, order_ids)
    return {order_id: (sequence, bytes(content), bytes(record)) for order_id, sequence, content, record in rows}


def load_keys(connection: Connection, kids: list[str]) -> dict[str, Key]:
    """The keys of these kids."""
    return {row[0]: key_of(row) for row in _look_up(connection, sql.KEYS, kids)}


def load_parties(connection: Connection, names: list[str]) -> dict[str, Party]:
    """The parties of these ids."""
    return {row[0]: party_of(row) for row in _look_up(connection, sql.PARTIES, names)}


def load_accounts(connection: Connection, addresses: list[str]) -> dict[str, Account]:
    """The accounts at these addresses."""
    return {row[0]: account_of(row) for row in _look_up(connection, sql.ACCOUNTS, addresses)}


def load_bills(connection: Connection, names: list[str]) -> dict[str, Bill]:
    """The bills of these ids."""
    return {row[0]: bill_of(row) for row in _look_up(connection, sql.BILLS, names)}


def load_control_numbers(connection: Connection, numbers: list[str]) -> dict[str, str]:
    """Which bills these control numbers stand for."""
    return {number: bill for number, bill in _look_up(connection, sql.CONTROL_NUMBERS, numbers)}


def load_bill_ids(connection: Connection, names: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Which bills these institutions' own numbers stand for."""
    if connection.dialect.name == SQLITE:
        rows = connection.exec_driver_sql(sql.BILL_IDS.sqlite, (json.dumps(names),)).all()
    else:
        columns = ([party for party, _ in names], [bill_id for _, bill_id in names])
        rows = connection.exec_driver_sql(sql.BILL_IDS.postgresql, columns).all()
    return {(party, bill_id): bill for party, bill_id, bill in rows}


def save(connection: Connection, batch: BatchRows) -> None:
    """Write a whole batch inside the transaction at hand."""
    _write(connection, sql.INSERT_RECORDS, batch.records)
    _write(connection, sql.INSERT_OUTCOMES, batch.outcomes)
    _write(connection, sql.INSERT_ENTRIES, batch.entries)
    _write(connection, sql.INSERT_ACCOUNTS, [account_row(account) for account in batch.accounts_opened])
    _write(connection, sql.MOVE_ACCOUNTS, [(a.debits_posted, a.credits_posted, a.address) for a in batch.accounts_moved])
    _save_register(connection, batch)
    _write(connection, sql.GROW_TILES, batch.tiles)
    _write(connection, sql.INSERT_TILES, batch.tiles)
    size, root, checkpoint = batch.head
    _write(connection, sql.INSERT_CHECKPOINTS, [(size, checkpoint)])
    statement = sql.SET_HEAD.sqlite if connection.dialect.name == SQLITE else sql.SET_HEAD.postgresql
    moved = connection.exec_driver_sql(statement, (size, root, checkpoint)).rowcount
    require(moved == 1, "the head of the log is one row")


def _save_register(connection: Connection, batch: BatchRows) -> None:
    _write(connection, sql.INSERT_PARTIES, [party_row(party) for party in batch.parties_new])
    _write(connection, sql.CHANGE_PARTIES, [(party.full_keys, party.party) for party in batch.parties_changed])
    _write(connection, sql.INSERT_KEYS, [key_row(key) for key in batch.keys_new])
    _write(connection, sql.CHANGE_KEYS, [(key.revoked, key.kid) for key in batch.keys_changed])
    _write(connection, sql.INSERT_BILLS, [bill_row(bill) for bill in batch.bills_new])
    changed = [(bill.checker, bill.control_number, bill.paid_by, bill.bill) for bill in batch.bills_changed]
    _write(connection, sql.CHANGE_BILLS, changed)
    _write(connection, sql.INSERT_CONTROL_NUMBERS, batch.control_numbers)
    _write(connection, sql.INSERT_BILL_IDS, batch.bill_ids)


def _look_up(connection: Connection, statement: Statement, names: list[str]) -> Sequence[Any]:
    if not names:
        return ()
    if connection.dialect.name == SQLITE:
        return connection.exec_driver_sql(statement.sqlite, (json.dumps(names),)).all()
    return connection.exec_driver_sql(statement.postgresql, (names,)).all()


def _write(connection: Connection, statement: Statement, rows: Iterable[Sequence[Any]]) -> None:
    rows = [tuple(row) for row in rows]
    if not rows:
        return
    if connection.dialect.name == SQLITE:
        connection.exec_driver_sql(statement.sqlite, rows)
    else:
        connection.exec_driver_sql(statement.postgresql, tuple(list(column) for column in zip(*rows, strict=True)))
