"""Two instances on one database fight for the lease over HTTP: leaders die and freeze, nothing is lost or doubled."""

from __future__ import annotations

import http.client
import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from ledger.auditing import audit_ledger
from ledger.enquiries import Enquiries
from ledger.faults import LedgerFault
from ledger.orders.genesis import Genesis
from ledger.store.engine import reading_engine, sqlite_path
from ledger.wire import SequencerClient
from tests.payers import Payer, funded_payers, post, settle
from tests.servers import RunningLedger, alive, free_port

PAYERS = 4
AMOUNT = 100
KILLS = 3
LEADER_SECONDS_MAX = 60.0
QUIET_SECONDS = 0.5
SETTLED = (200, 201)


@dataclass
class OtherInstance(RunningLedger):
    """A second instance on the ledger of the first: its keys and its database, but a run folder and port of its own."""

    first: RunningLedger | None = None

    def __post_init__(self) -> None:
        """Nothing is made: the ledger is there."""
        assert self.first is not None
        self.folder.mkdir(parents=True)
        self.database, self.port = self.first.database, free_port()
        self.genesis: Genesis = self.first.genesis

    @property
    def keys(self) -> Path:
        """The first one's keys."""
        assert self.first is not None
        return self.first.keys

    def start_aside(self) -> None:
        """Start it; it is not ready as long as the other one leads."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )


class Traffic(threading.Thread):
    """One payer who pays the next one through whichever instance answers, the same bytes until it is settled."""

    def __init__(self, instances: list[RunningLedger], payer: Payer, payee: str) -> None:
        super().__init__(daemon=True)
        self.payer, self.payee = payer, payee
        self.stop = threading.Event()
        self.acknowledged: dict[str, int] = {}
        self._urls = cycle([instance.url for instance in instances])

    def run(self) -> None:
        """Pay until told to stop."""
        while not self.stop.wait(0.02):
            order_id, data = self.payer.payment(self.payee, AMOUNT)
            self.payer.sent[order_id] = data
            while not self.stop.is_set() and order_id not in self.acknowledged:
                with suppress(OSError, http.client.HTTPException):
                    answered = post(next(self._urls), data, timeout=3)
                    if answered.status in SETTLED:
                        self.acknowledged[order_id] = int(str(answered.body["sequence"]))
                if order_id not in self.acknowledged:
                    time.sleep(0.05)


def term_of(instance: RunningLedger) -> int:
    """The term under which an instance leads; 0 if it does not, or does not answer."""
    client = SequencerClient(instance.run_dir, answer_seconds_max=0.5)
    try:
        return int(str(client.status()["term"]))
    except LedgerFault:
        return 0
    finally:
        client._forget()


def leader_after(instances: list[RunningLedger], term: int) -> RunningLedger:
    """The instance that leads under a later term than this one, once there is one."""
    deadline = time.monotonic() + LEADER_SECONDS_MAX
    while time.monotonic() < deadline:
        for instance in instances:
            if term_of(instance) > term:
                return instance
        time.sleep(0.05)
    told = "\n".join(instance.log.read_text()[-2_000:] for instance in instances)
    raise AssertionError(f"nobody leads after term {term}:\n{told}")


def sequencer_of(instance: RunningLedger) -> int:
    """The process id of an instance's sequencer."""
    (pid,) = instance.children()["ledger.sequencer"]
    return pid


@contextmanager
def frozen(pid: int, database: str) -> Iterator[None]:
    """A sequencer that stands still between two batches: in the middle of one, SQLite lets nobody else write at all."""
    try:
        os.kill(pid, signal.SIGSTOP)
        while not can_write(database):
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.01)
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def can_write(database: str) -> bool:
    """Whether somebody else could begin to write now. On PostgreSQL the server sees to it when it ends a session."""
    path = sqlite_path(make_url(database))
    if path is None:
        return True
    with closing(sqlite3.connect(path, timeout=0.1, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return False
    return True


def take_the_lock_away(database: str) -> None:
    """The sign of life is lost and its holder does not know: a file is tidied away, a server ends a session."""
    url = make_url(database)
    path = sqlite_path(url)
    if path is not None:
        path.with_name(f"{path.name}.lease").unlink()
        return
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON oid = database"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        )


@pytest.mark.slow
def test_two_instances_fight_for_the_lease(database_url: str, tmp_path: Path) -> None:
    """Leaders are killed, one is frozen and loses its lock; each order still has one outcome, the acknowledged one."""
    first = RunningLedger(tmp_path / "first", database_url)
    other = OtherInstance(tmp_path / "other", database_url, first=first)
    instances: list[RunningLedger] = [first, other]
    with ExitStack() as running:
        running.enter_context(first)
        running.callback(other.stop)
        payers = funded_payers(first, PAYERS, 1_000_000)
        traffic = [
            Traffic(instances, one, two.account)
            for one, two in zip(payers, payers[1:] + payers[:1], strict=True)
        ]
        for thread in traffic:
            running.callback(thread.stop.set)
            thread.start()
        other.start_aside()
        led = fight(instances)
        for thread in traffic:
            thread.stop.set()
            thread.join(30)
        check_every_order(leader_after(instances, led[-1][1] - 1), traffic)
    assert {name for name, _ in led} == {"first", "other"}
    assert [term for _, term in led] == sorted({term for _, term in led})
    check_the_books(database_url, traffic)


def fight(instances: list[RunningLedger]) -> list[tuple[str, int]]:
    """Kill one leader after the other, until both have led; then freeze one. Returns who led, under which term."""
    leader = leader_after(instances, 0)
    led = [(leader.folder.name, term_of(leader))]

    def next_leader(term: int) -> RunningLedger:
        found = leader_after(instances, term)
        led.append((found.folder.name, term_of(found)))
        found.wait_until_ready()  # its supervisor watches over its sequencer only when it has come so far
        time.sleep(QUIET_SECONDS)
        return found

    time.sleep(QUIET_SECONDS)
    while len(led) <= KILLS or len({name for name, _ in led}) < len(instances):
        assert len(led) < KILLS * 4, f"only one of the two ever leads: {led}"
        os.kill(sequencer_of(leader), signal.SIGKILL)
        leader = next_leader(led[-1][1])
    deposed = sequencer_of(leader)
    with frozen(deposed, leader.database):
        take_the_lock_away(leader.database)
        leader = next_leader(led[-1][1])
    # It goes on with the orders that reached it meanwhile, finds that its term is over, and ends.
    deadline = time.monotonic() + LEADER_SECONDS_MAX
    while alive(deposed):
        assert time.monotonic() < deadline, "a deposed writer goes on"
        time.sleep(0.05)
    return led


def check_every_order(leader: RunningLedger, traffic: list[Traffic]) -> None:
    """Sent again, every order has one outcome, the acknowledged ones the very same."""
    sequences: dict[int, str] = {}
    for thread in traffic:
        assert thread.acknowledged, "no payment got through at all"
        for order_id, data in thread.payer.sent.items():
            answered = settle(leader.url, data)
            assert answered.status in SETTLED, answered.body
            sequence = int(str(answered.body["sequence"]))
            assert thread.acknowledged.get(order_id, sequence) == sequence
            assert sequences.setdefault(sequence, order_id) == order_id


def check_the_books(database: str, traffic: list[Traffic]) -> None:
    """Each payer paid each of its orders once, no more and no less; the audit finds nothing."""
    audit_ledger(database)
    with closing(Enquiries(reading_engine(database, connections=1))) as enquiries:
        assert not enquiries.trial_balance().balance.differences()
        for thread in traffic:
            view = enquiries.account(thread.payer.account)
            assert view is not None
            assert view.account.debits_posted == AMOUNT * len(thread.payer.sent)
