"""A database that can lose what it confirmed is not served."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from ledger.faults import Fault
from ledger.store.checks import check_store
from ledger.store.durability import require_durable
from ledger.store.engine import connect_writer, parse_url
from ledger.store.migrations import migrate
from tests.postgres import BorrowedServer, PostgresServer
from tests.refused import refused


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """The writing connection to a database with empty tables."""
    migrate(database_url)
    with connect_writer(database_url) as connection:
        yield connection


def test_the_writing_connection_flushes_every_commit(connection: Connection) -> None:
    """As the software opens a database, it is durable."""
    require_durable(connection)


@pytest.mark.parametrize("level", ["OFF", "NORMAL"])
def test_sqlite_that_does_not_flush_commits_is_refused(sqlite_url: str, level: str) -> None:
    """In WAL even NORMAL loses commits in a power cut."""
    migrate(sqlite_url)
    with connect_writer(sqlite_url) as connection:
        connection.connection.driver_connection.execute(f"PRAGMA synchronous = {level}")  # type: ignore[union-attr]
        with refused(
            Fault.STORE_NOT_DURABLE, setting="synchronous", value={"OFF": "0", "NORMAL": "1"}[level]
        ):
            require_durable(connection)


def test_sqlite_with_a_journal_in_memory_is_refused(sqlite_url: str) -> None:
    """A rollback journal that lies in memory dies with the process, and the database with it."""
    migrate(sqlite_url)
    with connect_writer(sqlite_url) as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("PRAGMA journal_mode = MEMORY")
        with refused(Fault.STORE_NOT_DURABLE, setting="journal_mode", value="memory"):
            require_durable(connection)


def test_postgresql_that_does_not_wait_for_the_disk_is_refused(postgres_url: str) -> None:
    """Whether the operator set it for a session, a role or a database: the writing connection tells."""
    migrate(postgres_url)
    with connect_writer(postgres_url) as connection:
        connection.execute(text("SET synchronous_commit = off"))
        with refused(Fault.STORE_NOT_DURABLE, setting="synchronous_commit", value="off"):
            check_store(connection)


def test_postgresql_set_so_for_its_database_is_refused(
    postgres_url: str, postgres_server: PostgresServer | BorrowedServer
) -> None:
    """A setting of the database reaches every new connection."""
    name = parse_url(postgres_url).database
    with connect_writer(postgres_url) as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
        connection.commit()
    with (
        connect_writer(postgres_url) as connection,
        refused(Fault.STORE_NOT_DURABLE, setting="synchronous_commit", value="off"),
    ):
        require_durable(connection)


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_postgresql_server_that_does_not_flush_is_refused(setting: str) -> None:
    """A whole server started without it: a power cut would leave it in pieces."""
    with (
        PostgresServer(settings={setting: "off"}) as server,
        connect_writer(server.database_url()) as connection,
        refused(Fault.STORE_NOT_DURABLE, setting=setting, value="off"),
    ):
        require_durable(connection)
