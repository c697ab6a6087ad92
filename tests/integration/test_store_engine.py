"""Connections: which texts name a database, what cannot be reached, and readers that cannot write."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from ledger.faults import Fault, LedgerFault
from ledger.store import beside_schema
from ledger.store.engine import connect_writer, parse_url, reading, reading_engine
from ledger.store.migrations import migrate
from tests.postgres import BorrowedServer, PostgresServer
from tests.refused import refused


def _put_name(url: str, name: str) -> None:
    with connect_writer(url) as connection:
        connection.execute(insert(beside_schema.names).values(party=name, name=name, updated_us=1))
        connection.commit()


def _names(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.execute(select(beside_schema.names.c.name)).scalars())


@pytest.mark.parametrize(
    "url",
    [
        "", "ledger.db", "sqlite://", "sqlite:///:memory:", "sqlite:///x?mode=memory", "mysql://u@h/d",
        "postgresql://host", "oracle://x", "postgresql://user:secret@host:port/db",
    ],
)  # fmt: skip
def test_a_text_that_names_no_database_of_ours_is_refused(url: str) -> None:
    """It is not repeated: it may hold a password."""
    with refused(Fault.STORE_UNREACHABLE, why="not_a_database_url"):
        parse_url(url)


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    """Which database, and why; the password of the URL appears nowhere."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        port = busy.getsockname()[1]
        with pytest.raises(LedgerFault) as caught:
            connect_writer(f"postgresql://daftari:hunter2@127.0.0.1:{port}/ledger")
    assert caught.value.fault is Fault.STORE_UNREACHABLE
    assert caught.value.details["database"] == "127.0.0.1/ledger"
    assert "refused" in caught.value.details["why"]
    assert "hunter2" not in str(caught.value)


def test_a_database_that_is_not_there_is_told(postgres_url: str) -> None:
    """The server answers, but has no such database."""
    url = parse_url(postgres_url).set(database="nowhere").render_as_string(hide_password=False)
    with pytest.raises(LedgerFault) as caught:
        connect_writer(url)
    assert caught.value.fault is Fault.STORE_UNREACHABLE
    assert 'database "nowhere" does not exist' in caught.value.details["why"]


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """A picture by the name of a database is a fault of the operator's, not of the software."""
    path = tmp_path / "ledger.db"
    path.write_bytes(b"GIF89a" * 1_000)
    with refused(Fault.STORE_UNREACHABLE, database="ledger.db", why="file is not a database"):
        connect_writer(f"sqlite:///{path}")


def test_looking_for_a_file_does_not_make_it(sqlite_url: str) -> None:
    """A reader of a SQLite database that is not there leaves no empty file behind."""
    engine = reading_engine(sqlite_url, connections=1)
    with pytest.raises(LedgerFault) as caught, reading(engine):
        pass
    assert caught.value.fault is Fault.STORE_UNREACHABLE
    assert not Path(parse_url(sqlite_url).database or "").exists()


def test_a_reader_cannot_write(database_url: str) -> None:
    """The database itself refuses it, whatever the SQL."""
    migrate(database_url)
    engine = reading_engine(database_url, connections=1)
    with reading(engine) as connection, pytest.raises((DBAPIError, LedgerFault), match=r"read.?only"):
        connection.execute(text("INSERT INTO names VALUES ('p', 'Asha', 1)"))
    engine.dispose()


def test_a_reader_sees_one_state_until_it_ends(database_url: str) -> None:
    """What is committed meanwhile is seen by the next enquiry, not by this one."""
    migrate(database_url)
    _put_name(database_url, "before")
    engine = reading_engine(database_url, connections=2)
    with reading(engine) as connection:
        assert list(connection.execute(select(beside_schema.names.c.name)).scalars()) == ["before"]
        _put_name(database_url, "later")
        assert list(connection.execute(select(beside_schema.names.c.name)).scalars()) == ["before"]
        assert sorted(_names(engine)) == ["before", "later"]
    engine.dispose()


def test_readers_beyond_the_pool_are_told_to_come_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting for a free connection has an end: 503 with a hint, not a hanging request."""
    migrate(database_url)
    monkeypatch.setattr("ledger.store.engine.POOL_SECONDS", 0.1)
    engine = reading_engine(database_url, connections=1)
    with reading(engine) as connection:
        connection.execute(select(beside_schema.names))
        with refused(Fault.BUSY, retry_after_seconds="1"), reading(engine):
            pass
    assert _names(engine) == []
    engine.dispose()


def test_readers_find_a_server_again_that_was_away(
    postgres_url: str, postgres_server: PostgresServer | BorrowedServer
) -> None:
    """The pool notices connections that died, so a restart of the server costs no enquiry."""
    migrate(postgres_url)
    engine = reading_engine(postgres_url, connections=2)
    assert _names(engine) == []
    with connect_writer(postgres_url) as connection:
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = :name AND pid <> pg_backend_pid()"
        )
        connection.execute(text(others), {"name": parse_url(postgres_url).database})
        connection.commit()
    assert _names(engine) == []
    engine.dispose()


def test_a_writer_that_stands_still_loses_its_lease(postgres_url: str) -> None:
    """PostgreSQL ends a session that is lost, or that sleeps in the middle of a batch, and with it the lock."""
    with connect_writer(postgres_url) as connection:
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one() == "1min"
        connection.execute(text("SET idle_in_transaction_session_timeout = '100ms'"))
        time.sleep(0.5)
        with pytest.raises(DBAPIError, match="idle-in-transaction timeout"):
            connection.execute(text("SELECT 1"))
