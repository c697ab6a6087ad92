"""The starter of PostgreSQL itself: durable, private, killed without loss, and gone when its owner is gone."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.postgres import (
    BorrowedServer,
    PostgresServer,
    PostgresUnavailableError,
    installed_folder,
    start_or_borrow,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of this module's own, which its tests may kill."""
    with PostgresServer() as running:
        yield running


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection in autocommit mode."""
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(conninfo, autocommit=True)


def setting(url: str, name: str) -> str:
    """One setting of the server, as it says itself."""
    with connect(url) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def test_every_database_is_fresh_and_empty(server: PostgresServer) -> None:
    """Two callers get two databases, and neither sees the other's tables."""
    first, second = server.database_url(), server.database_url()
    with connect(first) as connection:
        connection.execute("CREATE TABLE seen (n integer)")
    with connect(second) as connection:
        assert connection.execute("SELECT to_regclass('seen')").fetchone() == (None,)


def test_sqlalchemy_takes_the_url(server: PostgresServer) -> None:
    """The URL works as it is in the engine that the store uses."""
    engine = create_engine(server.database_url("by_name"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT current_database()")).scalar_one() == "by_name"
    engine.dispose()


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_commits_are_durable_by_default(server: PostgresServer, name: str) -> None:
    """What the ledger demands of its database holds without asking."""
    assert setting(server.url(), name) == "on"


def test_a_test_can_ask_for_an_unsafe_server() -> None:
    """The refusal to serve on a database that does not flush needs such a database."""
    with PostgresServer(settings={"fsync": "off"}) as unsafe:
        assert setting(unsafe.url(), "fsync") == "off"


def test_kill_loses_nothing_committed(server: PostgresServer) -> None:
    """After kill -9 of the whole server no process is left, and a start finds every committed row."""
    url = server.database_url()
    with connect(url) as connection:
        connection.execute("CREATE TABLE kept (n integer)")
        connection.execute("INSERT INTO kept VALUES (7)")
    pid = server.pid
    server.kill()
    assert server.pid is None
    assert pid is not None
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(psycopg.OperationalError):
        connect(url)
    server.start()
    with connect(url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_restart_is_another_server_on_the_same_data(server: PostgresServer) -> None:
    """A shutdown in good order and a start give a new process and the old data."""
    url, pid = server.database_url(), server.pid
    server.restart()
    assert server.pid not in {None, pid}
    assert setting(url, "server_version_num") >= "160000"


def test_dropping_a_database_disconnects_whoever_is_left(server: PostgresServer) -> None:
    """A forgotten connection does not keep a test's database alive."""
    url = server.database_url()
    forgotten = connect(url)
    server.drop_database(url)
    with pytest.raises(psycopg.OperationalError):
        connect(url)
    forgotten.close()


def test_folder_is_private(server: PostgresServer) -> None:
    """Only the server's account can enter its folder, which holds the socket; the socket asks for no password."""
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700


def test_nothing_outside_its_folder_is_touched() -> None:
    """Owner and mode of the installed binaries and of every folder above them are the same before and after."""
    installed = installed_folder()
    watched = [installed, *installed.rglob("*"), *installed.parents, *Path(sys.executable).parents]

    def look() -> list[tuple[int, int, int]]:
        return [(found.st_mode, found.st_uid, found.st_gid) for found in (path.lstat() for path in watched)]

    before = look()
    with PostgresServer():
        pass
    assert look() == before


def test_stop_leaves_nothing() -> None:
    """After `stop` neither the process nor the folder is there, and a second `stop` is harmless."""
    server = PostgresServer()
    server.start()
    pid = server.pid
    server.stop()
    server.stop()
    assert not server.folder.exists()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
def test_server_ends_with_its_owner(number: signal.Signals) -> None:
    """When the process that started it is killed, the server goes too; the next start removes its folder."""
    program = (
        "import time\nfrom tests.postgres import PostgresServer\n"
        "server = PostgresServer()\nserver.start()\n"
        "print(server.pid, server.folder, flush=True)\ntime.sleep(600)\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid, folder = owner.stdout.readline().split()
    owner.send_signal(number)
    owner.wait(10)
    owner.stdout.close()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists()
    PostgresServer().stop()
    assert not Path(folder).exists()


def test_a_server_that_cannot_start_says_why() -> None:
    """A wrong setting is a loud error with PostgreSQL's own words, and no skip."""
    server = PostgresServer(settings={"shared_buffers": "sheep"})
    with pytest.raises(PostgresUnavailableError, match="shared_buffers"):
        server.start()
    server.stop()


def test_a_named_server_is_used_and_left_clean(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With DAFTARI_TEST_POSTGRES the databases are made on that server, and dropped at the end."""
    monkeypatch.setenv("DAFTARI_TEST_POSTGRES", server.url())
    borrowed = start_or_borrow()
    assert isinstance(borrowed, BorrowedServer)
    url = borrowed.database_url()
    connect(url).close()
    borrowed.stop()
    with pytest.raises(psycopg.OperationalError):
        connect(url)
    assert server.pid is not None


def test_a_named_server_that_is_away_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong DAFTARI_TEST_POSTGRES never falls back to another server, and never skips."""
    monkeypatch.setenv("DAFTARI_TEST_POSTGRES", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(PostgresUnavailableError, match="DAFTARI_TEST_POSTGRES"):
        start_or_borrow()


def test_both_engines_are_offered(database_url: str) -> None:
    """The shared fixture gives the address of an empty database, on SQLite and on PostgreSQL."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE one (n integer)"))
        assert connection.execute(text("SELECT count(*) FROM one")).scalar_one() == 0
    engine.dispose()


def test_the_two_engines_are_two(request: pytest.FixtureRequest, database_url: str) -> None:
    """The fixture's name for an engine is the engine that is used."""
    assert make_url(database_url).get_backend_name() in request.node.name
