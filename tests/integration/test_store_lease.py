"""The lease: one writer at a time, and a fence that holds when a deposed one does not know it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text, update

from ledger.faults import Fault, LedgerFault
from ledger.store.engine import connect_writer, parse_url, place
from ledger.store.head import read_head
from ledger.store.lease import hold, take_lease
from ledger.store.migrations import migrate
from ledger.store.schema import log_head
from tests.refused import refused

HOLDER = """
import sys, time
from ledger.store.engine import connect_writer
from ledger.store.lease import take_lease
connection = connect_writer(sys.argv[1])
lease = take_lease(connection, wait_seconds=0)
print(lease.term, flush=True)
time.sleep(600)
"""


@pytest.fixture
def url(database_url: str) -> str:
    """A database with empty tables."""
    migrate(database_url)
    return database_url


@pytest.fixture
def first(url: str) -> Iterator[Connection]:
    """A writing connection."""
    with connect_writer(url) as connection:
        yield connection


@pytest.fixture
def second(url: str) -> Iterator[Connection]:
    """Another writing connection."""
    with connect_writer(url) as connection:
        yield connection


def _append(connection: Connection) -> None:
    """Move the head on, as a batch does."""
    root = b"\x07" * 32
    connection.execute(update(log_head).values(size=log_head.c.size + 1, root=root))


def test_each_lease_begins_a_term_of_its_own(first: Connection, second: Connection) -> None:
    """One after the other, each with the head of the log as it is then."""
    lease = take_lease(first, wait_seconds=0)
    assert (lease.term, lease.size, lease.root) == (1, 0, read_head(first).root)
    hold(first, lease, size=0)
    _append(first)
    first.commit()
    lease.release()
    lease.release()
    first.close()
    later = take_lease(second, wait_seconds=0)
    assert (later.term, later.size, later.root) == (2, 1, b"\x07" * 32)
    later.release()


def test_nobody_takes_the_lease_of_a_living_writer(first: Connection, second: Connection, url: str) -> None:
    """The second waits its time and gives up; the first goes on undisturbed."""
    lease = take_lease(first, wait_seconds=0)
    started = time.monotonic()
    with refused(Fault.ALREADY_RUNNING, run_dir=place(parse_url(url))):
        take_lease(second, wait_seconds=0.3)
    assert 0.3 <= time.monotonic() - started < 5
    hold(first, lease, size=0)
    first.commit()
    lease.release()


def test_a_standby_takes_over_when_the_writer_ends(first: Connection, second: Connection) -> None:
    """It waits, and begins the next term as soon as the lock is free."""
    lease = take_lease(first, wait_seconds=0)
    terms = list[int]()

    def stand_by() -> None:
        taken = take_lease(second, wait_seconds=20)
        terms.append(taken.term)
        taken.release()

    standby = threading.Thread(target=stand_by)
    standby.start()
    time.sleep(0.2)
    assert terms == []
    lease.release()
    first.close()
    standby.join(timeout=20)
    assert terms == [2]


def test_a_killed_writer_lets_go(url: str, second: Connection) -> None:
    """Kill -9 leaves no lock behind, on either engine."""
    child = subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "1\n"
        with pytest.raises(LedgerFault):
            take_lease(second, wait_seconds=0)
        os.kill(child.pid, signal.SIGKILL)
        lease = take_lease(second, wait_seconds=10)
        assert lease.term == 2
        lease.release()
    finally:
        child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()


def test_a_deposed_writer_cannot_begin_a_batch(first: Connection, second: Connection) -> None:
    """Its lock was lost without its knowledge; the term tells."""
    lease = take_lease(first, wait_seconds=0)
    _lose_lock(first, lease)
    later = take_lease(second, wait_seconds=5)
    with refused(Fault.LEASE_LOST, term=str(lease.term)):
        hold(first, lease, size=lease.size)
    first.rollback()
    hold(second, later, size=later.size)
    second.commit()
    later.release()


def test_a_writer_whose_memory_is_old_cannot_begin_a_batch(first: Connection) -> None:
    """The term is its own, but the log is longer than it believes."""
    lease = take_lease(first, wait_seconds=0)
    hold(first, lease, size=0)
    _append(first)
    first.commit()
    with refused(Fault.LEASE_LOST, term="1"):
        hold(first, lease, size=0)
    first.rollback()
    hold(first, lease, size=1)
    first.commit()
    lease.release()


def test_nobody_begins_a_term_in_the_middle_of_a_batch(first: Connection, second: Connection) -> None:
    """A batch under way ends first; then the new term finds what it wrote, and the old one is over."""
    lease = take_lease(first, wait_seconds=0)
    _lose_lock(first, lease)
    hold(first, lease, size=0)
    _append(first)
    taken = list[tuple[int, int]]()

    def take() -> None:
        later = take_lease(second, wait_seconds=10)
        taken.append((later.term, later.size))
        later.release()

    rival = threading.Thread(target=take)
    rival.start()
    time.sleep(0.3)
    assert taken == []
    first.commit()
    rival.join(timeout=20)
    assert taken == [(2, 1)]
    with refused(Fault.LEASE_LOST, term="1"):
        hold(first, lease, size=1)


def _lose_lock(connection: Connection, lease: object) -> None:
    """Take the sign of life away from under a writer that does not notice."""
    if connection.dialect.name == "sqlite":
        number = lease._lock  # type: ignore[attr-defined]
        lease._lock = None  # type: ignore[attr-defined]
        os.close(number)
    else:
        connection.execute(text("SELECT pg_advisory_unlock_all()"))
        connection.commit()
