"""How the ledger as a whole stands: rules, log keys, the open day, what auditors stated."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from ledger.books.attestations import Attestation
from ledger.orders.genesis import Genesis
from ledger.rules.calendar import RULES_THAT_CLOSE_DAYS
from ledger.signing.log_keys import LogKey
from ledger.store.rows import log_key_of
from ledger.store.schema import attestations, day_closes, log_head, log_keys, rules_adopted


class DayClose(NamedTuple):
    """A closed day, in days since 1970-01-01, and the record that closed it."""

    day: int
    sequence: int


def read_rules(connection: Connection, genesis: Genesis) -> int:
    """The version of the rules that decides the next record."""
    found: int | None = connection.execute(select(func.max(rules_adopted.c.rules))).scalar()
    return found or genesis.rules


def read_log_keys(connection: Connection, genesis: Genesis) -> tuple[LogKey, ...]:
    """Every key of the log, in order, that of genesis first."""
    rows = connection.execute(select(log_keys).order_by(log_keys.c.first_size))
    return (LogKey(genesis.log_key), *(log_key_of(row) for row in rows))


def read_last_close(connection: Connection) -> DayClose | None:
    """The last day that was closed."""
    row = connection.execute(select(day_closes).order_by(day_closes.c.day.desc()).limit(1)).one_or_none()
    return None if row is None else DayClose(*row)


def read_close(connection: Connection, day: int) -> DayClose | None:
    """The close of one day."""
    row = connection.execute(select(day_closes).where(day_closes.c.day == day)).one_or_none()
    return None if row is None else DayClose(*row)


def read_closes(connection: Connection, first: int, limit: int) -> list[DayClose]:
    """The closes of at most `limit` days from day `first` on, oldest first."""
    query = select(day_closes).where(day_closes.c.day >= first).order_by(day_closes.c.day).limit(limit)
    return [DayClose(*row) for row in connection.execute(query)]


def read_first_close(connection: Connection) -> DayClose | None:
    """The first day that was closed. Every day since then was."""
    closes = read_closes(connection, 0, 1)
    return closes[0] if closes else None


def read_adoption(connection: Connection) -> int | None:
    """The record by which rules that close days were adopted; None if no order did."""
    adopted = rules_adopted.c.rules >= RULES_THAT_CLOSE_DAYS
    return connection.execute(select(func.min(rules_adopted.c.sequence)).where(adopted)).scalar()


def read_day_refused(connection: Connection) -> int:
    """How many records since the last close of a day refuse."""
    return int(connection.execute(select(log_head.c.day_refused)).scalar_one())


def read_attestations(connection: Connection, currency: str) -> list[Attestation]:
    """What auditors stated of a currency, oldest first: of several words on one day the last one counts."""
    query = select(attestations).where(attestations.c.currency == currency).order_by(attestations.c.sequence)
    return [Attestation(*row) for row in connection.execute(query)]
