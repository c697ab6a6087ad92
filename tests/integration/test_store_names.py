"""Display names beside the log: kept, changed, erased, each time by a token that works once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, func, select

from ledger.store import schema
from ledger.store.engine import connect_writer
from ledger.store.migrations import migrate
from ledger.store.names import read_name, set_name

NOW_US = 1_000_000


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """The writing connection to a database with empty tables."""
    migrate(database_url)
    with connect_writer(database_url) as connection:
        yield connection


def _set(connection: Connection, name: str | None, token: str, *, now_us: int = NOW_US) -> bool:
    expires_us = now_us + 300
    return set_name(connection, party="p", name=name, token_id=token, expires_us=expires_us, now_us=now_us)


def test_a_name_is_kept_changed_and_erased(connection: Connection) -> None:
    """The last one counts, and what is erased is gone from the table."""
    assert read_name(connection, "p") is None
    assert _set(connection, "Asha", "1")
    assert read_name(connection, "p") == "Asha"
    assert _set(connection, "Asha wa Juma ‘É’", "2")
    assert read_name(connection, "p") == "Asha wa Juma ‘É’"
    assert _set(connection, None, "3")
    assert read_name(connection, "p") is None
    assert connection.execute(select(func.count()).select_from(schema.names)).scalar_one() == 0


def test_a_token_works_once(connection: Connection) -> None:
    """A replayed token changes nothing, not even the same name."""
    assert _set(connection, "Asha", "1")
    assert _set(connection, "Juma", "2")
    assert not _set(connection, "Asha", "1")
    assert read_name(connection, "p") == "Juma"


def test_expired_tokens_are_forgotten(connection: Connection) -> None:
    """The table holds what could still be replayed, and no more."""
    assert _set(connection, "Asha", "1")
    assert _set(connection, "Asha", "2", now_us=NOW_US + 301)
    assert connection.execute(select(schema.used_tokens.c.jti)).scalars().all() == ["2"]
