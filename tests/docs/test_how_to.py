"""The operator's pages tell the truth: every command in them is typed, in both languages, and shows what they say."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from ledger.faults import Fault
from ledger.refusals import Reason
from tests.architecture.house import ROOT
from tests.docs.consoles import terminal_environment
from tests.docs.how_to import Operator, steps_of
from tests.postgres import BorrowedServer, PostgresServer
from tests.servers import free_port

HOW_TO, SWAHILI = ROOT / "docs" / "how-to", ROOT / "docs" / "sw" / "how-to"
BACKUP = (HOW_TO / "back-up-and-restore.md", SWAHILI / "nakala-rudufu.md")
ROTATION = (HOW_TO / "rotate-the-ledgers-key.md", SWAHILI / "badilisha-ufunguo-wa-leja.md")
POSTGRESQL = (HOW_TO / "run-on-postgresql.md", SWAHILI / "endesha-kwa-postgresql.md")
SAMPLE_URL = "http://127.0.0.1:8470"
SAMPLE_METRICS = "--metrics-port 9470"
SAMPLE_SOCKET = "host=/var/run/postgresql"
ROLES = ("daftari_owner", "daftari_writer", "daftari_reader")


def follow(operator: Operator, page: Path) -> None:
    """Every step of a page that is not the database administrator's."""
    try:
        for step in steps_of(page.read_text(encoding="utf-8")):
            if step.kind == "sql":
                continue
            wrong = operator.follow(step)
            assert not wrong, f"{page.name}, line {step.line}: {wrong}"
    finally:
        operator.stop()


def operator_in(folder: Path, page: Path, **put: str) -> Operator:
    """Somebody with a plain terminal in an empty folder."""
    port = free_port()
    language = "sw" if page.is_relative_to(SWAHILI) else "en"
    environment = terminal_environment(folder / "pochi", language=language)
    environment = {
        name: value
        for name, value in environment.items()
        if not name.startswith("DAFTARI_") or name == "DAFTARI_LANG"
    }
    samples = {SAMPLE_URL: f"http://127.0.0.1:{port}", SAMPLE_METRICS: f"--metrics-port {free_port()}"}
    return Operator(folder, environment, samples | put, port)


@pytest.mark.slow
@pytest.mark.parametrize("page", [*BACKUP, *ROTATION], ids=lambda page: page.name)
def test_pages_that_try_it_with_a_sandbox(page: Path, tmp_path: Path) -> None:
    """On SQLite, from an empty folder."""
    follow(operator_in(tmp_path, page), page)


@pytest.fixture
def end(postgres_server: PostgresServer | BorrowedServer, postgres_url: str) -> Iterator[str]:
    """What makes the names of roles and database this test's own; they are gone afterwards."""
    ending = f"_{secrets.token_hex(4)}"
    yield ending
    postgres_server.drop_database(make_url(postgres_url).set(database=f"daftari{ending}").render_as_string())
    with connected(postgres_url) as connection:
        for role in ROLES:
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(f"{role}{ending}")))


def connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """As the administrator of the server."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


@pytest.mark.slow
@pytest.mark.parametrize("page", POSTGRESQL, ids=lambda page: page.name)
def test_run_on_postgresql(page: Path, tmp_path: Path, postgres_url: str, end: str) -> None:
    """From the administrator's statements to a ledger that is served, audited and balanced."""
    put = {role: f"{role}{end}" for role in ROLES}
    put |= {"@/daftari?": f"@/daftari{end}?", "DATABASE daftari ": f"DATABASE daftari{end} "}
    put |= {SAMPLE_SOCKET: f"host={make_url(postgres_url).query['host']}"}
    statements = [step.words for step in steps_of(page.read_text(encoding="utf-8")) if step.kind == "sql"]
    with connected(postgres_url) as connection:
        for statement in "".join(statements).split(";"):
            for sample, real in put.items():
                statement = statement.replace(sample, real)  # noqa: PLW2901 - one sample after the other
            if statement.strip():
                connection.execute(statement.encode())
    follow(operator_in(tmp_path, page, **put), page)


@pytest.mark.parametrize("pages", [BACKUP, ROTATION, POSTGRESQL], ids=["backup", "rotation", "postgresql"])
def test_both_languages_do_the_same(pages: tuple[Path, Path]) -> None:
    """The same steps in the same order, but for the choice of a language."""
    english, swahili = (
        [step.kind for step in steps_of(page.read_text(encoding="utf-8")) if "_LANG=" not in step.words]
        for page in pages
    )
    assert english == swahili


@pytest.mark.parametrize("page", ROTATION, ids=lambda page: page.name)
def test_codes_in_a_page_are_codes(page: Path) -> None:
    """Each that its last table names is a reason or a fault."""
    named = re.findall(r"^\| `([a-z_]+)` \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(named) == 4
    assert set(named) <= {code.value for code in (*Reason, *Fault)}


def test_a_line_that_nobody_tries_is_told() -> None:
    """Blocks of other languages may say what they like."""
    with pytest.raises(ValueError, match="nobody tries"):
        steps_of("```sh\nsudo rm -rf /\n```\n")
    assert steps_of("```ini\nUser=daftari\n```\n") == []
