"""What is checked before a ledger is served: each refusal names what is wrong."""

from __future__ import annotations

from sqlalchemy import Connection

from ledger.faults import Fault, LedgerFault
from ledger.store.accounts import read_trial_balance
from ledger.store.durability import require_durable
from ledger.store.engine import place
from ledger.store.head import load_frontier, read_head, records_end
from ledger.store.version import require_schema


def check_store(connection: Connection) -> None:
    """Durable, of our schema, with a log head that its records and tiles bear out, and with books that balance.

    Every record is checked by the audit, not here: this takes milliseconds, but for one pass over the accounts.

    Raises:
        LedgerFault: STORE_NOT_DURABLE, STORE_EMPTY, SCHEMA_FOREIGN, LOG_HEAD_WRONG, BOOKS_UNBALANCED.
    """
    require_durable(connection)
    require_schema(connection)
    check_head(connection)
    check_books(connection)


def check_head(connection: Connection) -> None:
    """Compare the head of the log with the records and with the root of the stored tiles.

    Raises:
        LedgerFault: LOG_HEAD_WRONG with `what` differs, `head` and `found`; STORE_EMPTY without a single record.
    """
    head, end = read_head(connection), records_end(connection)
    if head.size != end:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="size", head=head.size, found=end)
    try:
        root = load_frontier(connection).root()
    except LedgerFault as fault:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="tiles", head=head.size, found="too_short") from fault
    if root != head.root:
        raise LedgerFault(Fault.LOG_HEAD_WRONG, what="root", head=head.root.hex(), found=root.hex())
    if not head.size:
        raise LedgerFault(Fault.STORE_EMPTY, database=place(connection.engine.url))


def check_books(connection: Connection) -> None:
    """Add up all accounts: per currency, debits equal credits.

    Raises:
        LedgerFault: BOOKS_UNBALANCED with the `currency` and the `difference` in minor units.
    """
    for currency, difference in sorted(read_trial_balance(connection).differences().items()):
        raise LedgerFault(Fault.BOOKS_UNBALANCED, currency=currency, difference=difference)
