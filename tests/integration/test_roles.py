"""PostgreSQL roles: what each can do, what none but the owner can, and that the ledger is served under them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from psycopg import errors, sql
from sqlalchemy import make_url

from ledger.faults import Fault
from ledger.instants import MachineClock
from ledger.sandbox import create_sandbox
from ledger.store import columns
from ledger.store.roles import WRITES, grant_roles
from tests.api.world import ask, writing
from tests.operators import daftari, done
from tests.payers import bulk, funded_payers, post
from tests.postgres import BorrowedServer, PostgresServer
from tests.refused import refused
from tests.servers import RunningLedger


class Roles(NamedTuple):
    """The names of the two roles of one test, and the URLs under which they connect."""

    owner_url: str
    writer: str
    reader: str

    def url(self, role: str) -> str:
        """The same database, by another role."""
        return make_url(self.owner_url).set(username=role).render_as_string(hide_password=False)


@pytest.fixture
def roles(postgres_url: str) -> Iterator[Roles]:
    """A fresh database and two roles that do not exist yet; they are gone afterwards."""
    end = secrets.token_hex(4)
    made = Roles(postgres_url, f"writer_{end}", f"reader_{end}")
    yield made
    with connected(postgres_url) as connection:
        for role in (made.writer, made.reader):
            found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
            if found is not None:
                name = sql.Identifier(role)
                connection.execute(sql.SQL("DROP OWNED BY {}").format(name))
                connection.execute(sql.SQL("DROP ROLE {}").format(name))


def connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A plain connection, as an attacker with the role's password has it."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


NAMES = "/v1/names/me"
TABLES = sorted(columns.METADATA.tables)
FORBIDDEN_TO_ALL = (
    "TRUNCATE {}",
    "DROP TABLE {}",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "CREATE INDEX ON {} ((1))",
)
CHANGES = {
    "UPDATE": "UPDATE {} SET {} = {}",
    "DELETE": "DELETE FROM {}",
    "INSERT": "INSERT INTO {} SELECT * FROM {} WHERE false",
}


def statement(verb: str, table: str) -> sql.Composed:
    """A statement of this kind on this table, which would touch no row or every row."""
    name, column = sql.Identifier(table), sql.Identifier(columns.METADATA.tables[table].columns.keys()[0])
    parts = {"UPDATE": (name, column, column), "DELETE": (name,), "INSERT": (name, name)}[verb]
    return sql.SQL(CHANGES[verb]).format(*parts)


def test_every_table_has_its_rights() -> None:
    """A new table must be told what may be done with it."""
    assert set(WRITES) == set(TABLES) | {"alembic_version"}


def test_what_each_role_cannot_do(roles: Roles, tmp_path: Path) -> None:
    """The reader writes nothing; the writer changes and removes no record; neither touches tables or guards."""
    create_sandbox(roles.owner_url, tmp_path / "keys", MachineClock())
    done("roles", "--database", roles.owner_url, "--writer", roles.writer, "--reader", roles.reader)
    for role in (roles.writer, roles.reader):
        with connected(roles.url(role)) as connection:
            for table in (*TABLES, "alembic_version"):
                connection.execute(sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(table)))
                for words in FORBIDDEN_TO_ALL:
                    with pytest.raises(errors.InsufficientPrivilege):
                        connection.execute(sql.SQL(words).format(sql.Identifier(table)))
            for table in TABLES:
                allowed = WRITES[table].split(", ") if role == roles.writer else []
                for verb in sorted({"UPDATE", "DELETE", "INSERT"} - set(allowed)):
                    with pytest.raises(errors.InsufficientPrivilege):
                        connection.execute(statement(verb, table))
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE mine (number bigint)")
    with connected(roles.url(roles.writer)) as connection:
        for words in ("UPDATE records SET record = ''", "DELETE FROM records", "TRUNCATE records"):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(words)


@pytest.mark.slow
def test_a_ledger_is_served_under_its_roles(roles: Roles, tmp_path: Path) -> None:
    """Registering, paying and reading go on; the API knows the reader's URL alone, and no command line knows any."""
    ledger = RunningLedger(tmp_path / "ledger", roles.owner_url, threads=4)
    for _ in range(2):  # granting twice is harmless
        done("roles", "--database", roles.owner_url, "--writer", roles.writer, "--reader", roles.reader)
    ledger.database = roles.url(roles.writer)
    ledger.options = ("--reader-database", roles.url(roles.reader))
    with ledger:
        payer, payee = funded_payers(ledger, 2, 10_000)
        assert post(ledger.url, payer.payment(payee.account, 100)[1]).status == 201
        body = b'{"name":"Asha Mfano"}'
        token = writing(ledger.genesis, payer.key, "PUT", NAMES, body)
        headers = {"Authorization": token, "Content-Type": "application/json"}
        assert ask(ledger.url, "PUT", NAMES, body=body, headers=headers).status == 204
        results = bulk(ledger.url, [payer.payment(payee.account, 1)[1] for _ in range(20)])
        assert {result["status"] for result in results} == {201}
        for module, pids in ledger.children().items():
            wanted = roles.writer if module == "ledger.sequencer" else roles.reader
            other = roles.reader if module == "ledger.sequencer" else roles.writer
            for pid in pids:
                environment = Path(f"/proc/{pid}/environ").read_text()
                assert wanted in environment
                assert other not in environment
                assert "postgresql" not in Path(f"/proc/{pid}/cmdline").read_text()
        done("backup", tmp_path / "backup", "--database", roles.url(roles.reader))
        done("audit", "--database", roles.url(roles.reader))
        done("checkpoint", "--database", roles.url(roles.reader))
    told = daftari("migrate", "--database", roles.url(roles.writer))
    assert told.code == 0, "nothing is due, so nothing is done"


def test_who_may_not_grant(roles: Roles, sqlite_url: str, tmp_path: Path) -> None:
    """The writer cannot raise itself; SQLite has no roles; one role cannot be both; there must be a ledger's tables."""
    with refused(Fault.QUERY_INVALID, parameter="--reader"):
        grant_roles(roles.owner_url, writer="one", reader="one")
    told = daftari("roles", "--database", roles.owner_url, "--writer", roles.writer, "--reader", roles.reader)
    assert (told.code, "daftari init" in told.err) == (1, True)
    create_sandbox(roles.owner_url, tmp_path / "keys", MachineClock())
    grant_roles(roles.owner_url, writer=roles.writer, reader=roles.reader)
    for role in (roles.writer, roles.reader):
        told = daftari("roles", "--database", roles.url(role), "--writer", roles.writer, "--reader", "other")
        assert (told.code, "role may not" in told.err) == (1, True), told.text
    create_sandbox(sqlite_url, tmp_path / "keys2", MachineClock())
    with refused(Fault.QUERY_INVALID, parameter="--database"):
        grant_roles(sqlite_url, writer="one", reader="other")


def test_only_an_owner_makes_tables(
    roles: Roles, postgres_server: PostgresServer | BorrowedServer, tmp_path: Path
) -> None:
    """Whoever may not is told so, and nothing is made."""
    create_sandbox(roles.owner_url, tmp_path / "keys", MachineClock())
    grant_roles(roles.owner_url, writer=roles.writer, reader=roles.reader)
    empty = postgres_server.database_url()
    told = daftari("migrate", "--database", roles._replace(owner_url=empty).url(roles.writer))
    assert (told.code, "role may not" in told.err) == (1, True), told.text
    postgres_server.drop_database(empty)


def test_a_reader_cannot_serve(roles: Roles, tmp_path: Path) -> None:
    """`serve` under the reader's role ends with a sentence and no traceback."""
    ledger = RunningLedger(tmp_path / "ledger", roles.owner_url, threads=2)
    grant_roles(roles.owner_url, writer=roles.writer, reader=roles.reader)
    ledger.database = roles.url(roles.reader)
    told = daftari(*ledger.command()[3:])
    assert told.code == 1
    assert "store_forbidden" in told.err
    assert "Traceback" not in told.err
