"""Opening a ledger: making a new one from a genesis document, and opening an existing one for writing, checked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from ledger.bookkeeper import Bookkeeper
from ledger.faults import Fault, LedgerFault
from ledger.keys_folder import find_log_key
from ledger.orders.genesis import RULES_VERSION, Genesis, genesis_record, read_genesis
from ledger.proofs.checkpoint import sign_checkpoint
from ledger.proofs.merkle import Frontier, leaf_hash
from ledger.rules.records import read_record
from ledger.signing.keys import PrivateKey
from ledger.store import batch as rows
from ledger.store.checks import check_store
from ledger.store.engine import connect_writer, told_as_faults
from ledger.store.head import load_record, read_head
from ledger.store.lease import take_lease
from ledger.store.migrations import migrate
from ledger.store.standing import read_log_keys


class OpenedLedger(NamedTuple):
    """A ledger open for writing."""

    bookkeeper: Bookkeeper
    genesis: Genesis


def create_ledger(
    url: str,
    document: Mapping[str, object],
    log_key: PrivateKey,
    *,
    now_us: int,
    rules: int = RULES_VERSION,
) -> Genesis:
    """Make the tables and write record 0 with its checkpoint. It begins under this version of the rules.

    Raises:
        LedgerFault: GENESIS_INVALID; ALREADY_EXISTS if the database holds a ledger.
    """
    record = genesis_record(document, now_us=now_us, rules=rules)
    genesis = read_genesis(record)
    if genesis.log_key != log_key.public:
        raise LedgerFault(Fault.GENESIS_INVALID, what="log_key")
    migrate(url)
    connection = connect_writer(url)
    try:
        if read_head(connection).size:
            raise LedgerFault(Fault.ALREADY_EXISTS, path=connection.engine.url.database or "")
        connection.rollback()
        _write_genesis(connection, genesis, log_key)
    finally:
        connection.close()
        connection.engine.dispose()
    return genesis


def _write_genesis(connection: Connection, genesis: Genesis, log_key: PrivateKey) -> None:
    frontier = Frontier()
    tiles = frontier.append([leaf_hash(genesis.record)])
    root = frontier.root()
    checkpoint = sign_checkpoint(log_key, origin=f"daftari/{genesis.ledger_id}", size=1, root=root)
    opening = genesis.opening()
    connection.begin()
    batch = rows.BatchRows(
        records=[(0, genesis.record)],
        accounts_opened=opening.accounts,
        parties_new=opening.parties,
        keys_new=opening.keys,
        tiles=tiles,
        head=(1, root, checkpoint),
    )
    rows.save(connection, batch)
    connection.commit()


def open_bookkeeper(url: str, keys: Path, *, lease_seconds: float) -> OpenedLedger:
    """Open a ledger for writing: durability, schema, log head and books are checked, then the lease is taken.

    The folder must hold the log key in force; that of genesis is no longer needed once another took over.

    Raises:
        LedgerFault: why it must not be served, and what is wrong.
    """
    with ExitStack() as undo:  # what cannot be served lets go of the database at once
        connection = connect_writer(url)
        undo.callback(connection.engine.dispose)
        undo.callback(connection.close)
        with told_as_faults(connection.engine.url):
            lease = take_lease(connection, wait_seconds=lease_seconds)
            undo.callback(lease.release)
            check_store(connection)
        genesis = read_genesis(load_record(connection, 0))
        log_key = find_log_key(keys, read_log_keys(connection, genesis)[-1].key)
        last = read_record(load_record(connection, lease.size - 1))
        connection.rollback()
        bookkeeper = Bookkeeper(
            connection,
            lease,
            genesis,
            log_key,
            recorded_us=last.recorded_us,
            find_log_key=partial(find_log_key, keys),
        )
        undo.pop_all()
    return OpenedLedger(bookkeeper, genesis)
