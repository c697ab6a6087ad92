"""The audit finds whatever is changed behind the ledger's back, in every column of every table that records tell of.

A new table or column is tampered with here without anybody's doing: either the audit recomputes it, or it stands in
`NOT_CHECKED` with its reason, or these tests fail.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, NullPool, Table, create_engine, inspect, select, text

from ledger.audit_walk import NOT_CHECKED
from ledger.auditing import audit_ledger
from ledger.faults import Fault, LedgerFault
from ledger.opening import open_bookkeeper
from ledger.orders.kinds import Issue
from ledger.store.beside_schema import directory_lookups
from ledger.store.columns import METADATA
from ledger.store.engine import parse_url
from ledger.store.schema import ERASABLE
from tests.busy_ledger import BusyLedger, busy_ledger
from tests.strategies import NOW_US, World
from tests.tampering import Done, Row, Tamperer, checked_columns, checked_tables, drop_guards, without_guards

SEED = 20261126
TAMPERINGS = 500
ON_POSTGRESQL = 60

Tampering = Callable[[Tamperer], Done]


def every_kind(count: int) -> list[Tampering]:
    """Every column edited, every value swapped, every table short of a row and with one too many, then at random."""
    plan: list[Tampering] = []
    for column in checked_columns():
        plan.append(lambda tamperer, column=column: tamperer.edit(column))  # type: ignore[misc]
        if not column.primary_key:
            plan.append(lambda tamperer, column=column: tamperer.swap(column))  # type: ignore[misc]
    for table in checked_tables():
        plan += [
            lambda tamperer, table=table: tamperer.delete(table),  # type: ignore[misc]
            lambda tamperer, table=table: tamperer.insert(table),  # type: ignore[misc]
        ]
    plan += [Tamperer.cut] * 5
    return plan + [Tamperer.anything] * max(0, count - len(plan))


def found_by_the_audit(url: str) -> LedgerFault | None:
    """What the audit says."""
    try:
        audit_ledger(url)
    except LedgerFault as fault:
        return fault
    return None


def complaint(done: Done, fault: LedgerFault | None, *, size: int) -> str:
    """Why the audit's word about a tampering of a log of `size` is not good enough; empty if it is."""
    if fault is None:
        return "not found"
    if done.table == "records":
        # What was put far behind the end is first missed where the log should go on.
        first = max(0, min(size, done.first or 0))
        right = fault.fault is Fault.RECORD_WRONG and int(fault.details["sequence"]) == first
    else:
        right = fault.fault is Fault.PROJECTION_WRONG and fault.details["table"] == done.table
        # A row of a record that is not there stands beyond the last one.
        right = right and (done.first is None or int(fault.details["sequence"]) == min(done.first, size - 1))
    return "" if right else str(fault)


@pytest.fixture
def sqlite_busy(tmp_path: Path) -> BusyLedger:
    """A ledger in a file, without guards."""
    busy = busy_ledger(f"sqlite:///{tmp_path / 'whole.sqlite'}", tmp_path / "keys")
    with without_guards(busy.url):
        pass
    return busy


@pytest.mark.slow
def test_500_tamperings_are_all_found(sqlite_busy: BusyLedger, tmp_path: Path) -> None:
    """Each on a fresh copy; the first wrong record is named, else the table."""
    whole, copy = Path(sqlite_busy.url.removeprefix("sqlite:///")), tmp_path / "copy.sqlite"
    url = f"sqlite:///{copy}"
    assert audit_ledger(sqlite_busy.url).records == max(sqlite_busy.checkpoints)
    complaints, size = [], max(sqlite_busy.checkpoints)
    plan = every_kind(TAMPERINGS)
    engine = create_engine(parse_url(url), poolclass=NullPool)
    for number, tampering in enumerate(plan):
        shutil.copy(whole, copy)
        with engine.connect() as connection:
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
            done = tampering(Tamperer(connection, random.Random(SEED + number)))
            connection.commit()
        if wrong := complaint(done, found_by_the_audit(url), size=size):
            complaints.append((SEED + number, done, wrong))
    engine.dispose()
    assert len(plan) >= TAMPERINGS
    assert complaints == []


def test_tamperings_on_postgresql_are_all_found(postgres_url: str, tmp_path: Path) -> None:
    """The same on the production engine, where every row is put back each time."""
    busy = busy_ledger(postgres_url, tmp_path / "keys")
    engine = create_engine(parse_url(busy.url), poolclass=NullPool)
    with engine.begin() as connection:
        drop_guards(connection)
        whole = {table: _rows(connection, table) for table in METADATA.sorted_tables}
    plan = every_kind(0)
    complaints, size = [], max(busy.checkpoints)
    for number, tampering in enumerate(random.Random(SEED).sample(plan, ON_POSTGRESQL)):
        with engine.begin() as connection:
            done = tampering(Tamperer(connection, random.Random(SEED + number)))
        if wrong := complaint(done, found_by_the_audit(busy.url), size=size):
            complaints.append((number, done, wrong))
        with engine.begin() as connection:
            for table, rows in whole.items():
                connection.execute(table.delete())
                named = [dict(zip(table.columns.keys(), row, strict=True)) for row in rows]
                connection.execute(table.insert(), named) if named else None
    engine.dispose()
    assert complaints == []
    assert audit_ledger(busy.url).records == max(busy.checkpoints)


def _rows(connection: Connection, table: Table) -> list[Row]:
    return [tuple(row) for row in connection.execute(select(table))]


def test_every_table_and_column_is_classified(sqlite_busy: BusyLedger) -> None:
    """What is not checked has a reason, and is there; no table of the database is unknown to the schema."""
    engine = create_engine(parse_url(sqlite_busy.url), poolclass=NullPool)
    stored = set(inspect(engine).get_table_names())
    engine.dispose()
    assert stored == set(METADATA.tables) | {"alembic_version"}
    names = set(METADATA.tables) | {f"{t.name}.{c.name}" for t in METADATA.sorted_tables for c in t.columns}
    assert set(NOT_CHECKED) <= names
    assert all(len(reason) > 20 for reason in NOT_CHECKED.values())
    beside = {table.name for table in (*ERASABLE, directory_lookups)}
    assert set(NOT_CHECKED) == beside | {"log_head.term", "log_head.notices_first"}


def test_the_version_of_the_tables_is_checked_too(sqlite_busy: BusyLedger) -> None:
    """`alembic_version`, the one table that is no part of the schema: another version is not audited at all."""
    with without_guards(sqlite_busy.url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    fault = found_by_the_audit(sqlite_busy.url)
    assert fault is not None
    assert fault.fault is Fault.SCHEMA_FOREIGN


def test_what_is_not_checked_may_change(sqlite_busy: BusyLedger) -> None:
    """The exceptions are exceptions: a name erased, a lease taken, leave the audit content."""
    with without_guards(sqlite_busy.url) as connection:
        connection.execute(text("UPDATE log_head SET term = term + 5"))
        connection.execute(text("INSERT INTO names VALUES ('somebody', 'A Name', 1)"))
        connection.execute(text("INSERT INTO used_tokens VALUES ('01', 1)"))
    assert found_by_the_audit(sqlite_busy.url) is None


def test_an_older_copy_is_found_with_a_newer_checkpoint_from_outside(tmp_path: Path) -> None:
    """By itself an older copy is a good ledger; whoever kept a newer checkpoint knows better."""
    copies: dict[int, Path] = {}
    busy = busy_ledger(f"sqlite:///{tmp_path / 'whole.sqlite'}", tmp_path / "keys", copies=copies)
    newest = max(busy.checkpoints)
    assert len(copies) > 3
    for size, copy in copies.items():
        url = f"sqlite:///{copy}"
        assert audit_ledger(url).records == size
        for kept, checkpoint in busy.checkpoints.items():
            if kept <= size:
                audit_ledger(url, outside_checkpoint=checkpoint)
                continue
            with pytest.raises(LedgerFault) as found:
                audit_ledger(url, outside_checkpoint=checkpoint)
            assert found.value.fault is Fault.COPY_OLDER
            counts = {"size": size, "outside": kept, "missing": kept - size}
            assert found.value.details == {name: str(count) for name, count in counts.items()}
    assert newest in copies


def test_another_history_of_the_same_ledger_is_found(tmp_path: Path) -> None:
    """A fork: both halves hold by themselves and begin alike; a checkpoint of the one is not one of the other.

    Nor is its signature known, where the one changed its log key after they parted.
    """
    copies: dict[int, Path] = {}
    busy = busy_ledger(f"sqlite:///{tmp_path / 'whole.sqlite'}", tmp_path / "keys", copies=copies)
    fork = sorted(copies)[2]
    other = other_future(f"sqlite:///{copies[fork]}", tmp_path / "keys", orders=max(copies) - fork)
    assert audit_ledger(other).records == max(copies)
    for kept, checkpoint in busy.checkpoints.items():
        fault = outcome_of(partial(audit_ledger, other, outside_checkpoint=checkpoint))
        what = None if fault is None else fault.details["what"]
        assert (what is None) == (kept <= fork)
        assert what in (None, "outside_checkpoint_differs", "outside_checkpoint_signature"), (kept, what)


def outcome_of(work: Callable[[], Any]) -> LedgerFault | None:
    """The fault that the work ends in, if it does."""
    try:
        work()
    except LedgerFault as fault:
        return fault
    return None


def other_future(url: str, keys: Path, *, orders: int) -> str:
    """Let a copy go on by itself, with the same keys, by so many records."""
    opened = open_bookkeeper(url, keys, lease_seconds=5)
    world = World(opened.genesis, now_us=NOW_US + 3_600_000_000)
    faucet = opened.genesis.address_of("2900")
    for _ in range(orders):
        opened.bookkeeper.settle([world.verified(Issue(faucet, "TZS", 1), "issuer")], now_us=world.now_us)
    opened.bookkeeper.close()
    return url
