"""What must hold before a ledger is served: its schema, the head of its log, its books."""

from __future__ import annotations

from sqlalchemy import Connection, func, inspect, select, text

from ledger.books.trial_balance import TrialBalance, TrialBalanceLine
from ledger.books.accounts import AccountClass
from ledger.faults import Fault, LedgerFault
from ledger.store.head import load_frontier, read_head
from ledger.store.schema import SCHEMA_VERSION, accounts, checkpoints, outcomes, records


def require_schema(connection: Connection) -> None:
    """The tables are those that this software knows.

    Raises:
        LedgerFault: STORE_EMPTY, SCHEMA_FOREIGN.
    """
    if not inspect(connection).has_table("alembic_version"):
        connection.rollback()
        raise LedgerFault(Fault.STORE_EMPTY)
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found != SCHEMA_VERSION:
        connection.rollback()
        raise LedgerFault(Fault.SCHEMA_FOREIGN, found=str(found), expected=SCHEMA_VERSION)


def check_store(connection: Connection) -> None:
    """Everything that is checked at start-up; quick, whatever the size of the ledger.

    Raises:
        LedgerFault: STORE_EMPTY, SCHEMA_FOREIGN, LOG_HEAD_WRONG, BOOKS_UNBALANCED.
    """
    require_schema(connection)
    _require_head(connection)
    differences = stored_trial_balance(connection).differences()
    if differences:
        raise LedgerFault(Fault.BOOKS_UNBALANCED, currency=min(differences))


def stored_trial_balance(connection: Connection) -> TrialBalance:
    """The books by class, from one sum over all accounts."""
    table = accounts.c
    query = (
        select(
            table.currency, table.account_class, func.count(),
            func.sum(table.debits_posted), func.sum(table.credits_posted),
        )
        .group_by(table.currency, table.account_class)
        .order_by(table.currency, table.account_class)
    )  # fmt: skip
    return TrialBalance(
        tuple(
            TrialBalanceLine(currency, AccountClass(name), count, int(debits), int(credits))
            for currency, name, count, debits, credits in connection.execute(query)
        )
    )


def _require_head(connection: Connection) -> None:
    head = read_head(connection)
    if head.size == 0:
        raise LedgerFault(Fault.STORE_EMPTY)
    last = connection.execute(select(func.max(records.c.sequence))).scalar()
    if last != head.size - 1:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="size")
    if head.size > 1 and connection.execute(select(func.max(outcomes.c.sequence))).scalar() != head.size - 1:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="outcomes")
    signed = connection.execute(select(checkpoints.c.checkpoint).where(checkpoints.c.size == head.size)).scalar()
    if signed is None or signed != head.checkpoint:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="checkpoint")
    try:
        root = load_frontier(connection).root()
    except LedgerFault as fault:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="tiles") from fault
    if root != head.root:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="root")
