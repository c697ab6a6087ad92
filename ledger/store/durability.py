"""Durability is stated and checked: what was answered must survive a power cut."""

from __future__ import annotations

from sqlalchemy import Connection, column, select, table, text

from ledger.faults import Fault, LedgerFault

_SETTINGS = table("pg_settings", column("name"), column("setting"))
_FLUSHING = ("fsync", "full_page_writes", "synchronous_commit")
_SQLITE_FULL = 2


def require_durable(connection: Connection) -> None:
    """Refuse a connection whose commits would not be flushed to the disk.

    Raises:
        LedgerFault: STORE_NOT_DURABLE with the `setting` and its `value`.
    """
    if connection.dialect.name == "postgresql":
        chosen = select(_SETTINGS.c.name, _SETTINGS.c.setting).where(_SETTINGS.c.name.in_(_FLUSHING))
        for name, value in connection.execute(chosen.order_by(_SETTINGS.c.name)):
            if value == "off":
                raise LedgerFault(Fault.STORE_NOT_DURABLE, setting=name, value=value)
        return
    synchronous = connection.execute(text("PRAGMA synchronous")).scalar_one()
    if synchronous < _SQLITE_FULL:
        raise LedgerFault(Fault.STORE_NOT_DURABLE, setting="synchronous", value=synchronous)
    journal = connection.execute(text("PRAGMA journal_mode")).scalar_one()
    if journal != "wal":
        raise LedgerFault(Fault.STORE_NOT_DURABLE, setting="journal_mode", value=journal)
