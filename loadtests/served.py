"""A fresh sandbox, really served: `daftari serve` in a folder of its own on a free port, stopped for sure."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ledger.instants import MachineClock
from ledger.sandbox import create_sandbox
from ledger.store.engine import connect_writer
from tests.postgres import start_or_borrow

START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 30.0
KEY_ORDERS_MAX = 1_000_000
"""The bound for one key is set aside here: what is measured is the ledger, not the fence before it."""

LIMITS_TIMES = 1_000
"""So many times the bounds for readers: the auditor reads everything right after a load, and is not to wait for it."""

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


class DidNotStart(Exception):
    """A server that ended or was not ready in time; the text holds what it said."""


class Store(NamedTuple):
    """A database for one ledger: its URL, how it is called in a report, and what makes one more of its kind."""

    url: str
    name: str
    another: Callable[[], str]


@dataclass(frozen=True)
class Served:
    """A sandbox that is being served."""

    folder: Path
    store: Store
    url: str
    pid: int

    @property
    def keys(self) -> Path:
        """The folder of the role keys."""
        return self.folder / "keys"


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="daftari-load-") as name:
        yield Path(name)


@contextlib.contextmanager
def store(database: str, folder: Path) -> Iterator[Store]:
    """The database that `database` names: `sqlite`, `postgresql` (a server of our own), or the URL of an empty one."""
    if database == "sqlite":
        numbers = itertools.count(2)
        yield Store(
            f"sqlite:///{folder / 'daftari.db'}",
            f"SQLite {sqlite3.sqlite_version}",
            lambda: f"sqlite:///{folder / f'daftari-{next(numbers)}.db'}",
        )
    elif database == "postgresql":
        server = start_or_borrow()
        try:
            url = server.database_url()
            yield Store(url, _name_of(url), server.database_url)
        finally:
            server.stop()
    else:
        yield Store(database, _name_of(database), _only_one)


def _only_one() -> str:
    raise DidNotStart("this measurement makes databases of its own: name sqlite or postgresql")


@contextlib.contextmanager
def served_sandbox(where: Store, folder: Path, *, workers: int, threads: int) -> Iterator[Served]:
    """Make a sandbox, serve it until the block ends.

    Raises:
        DidNotStart: it ended or was not ready in time, with what it said.
    """
    folder.mkdir(parents=True, exist_ok=True)
    create_sandbox(where.url, folder / "keys", MachineClock())
    port = free_port()
    command = [
        sys.executable, "-m", "ledger.cli", "serve", "--database", where.url, "--keys", str(folder / "keys"),
        "--run-dir", str(folder / "run"), "--port", str(port), "--workers", str(workers),
        "--threads", str(threads), "--key-orders-per-second", str(KEY_ORDERS_MAX),
        "--key-orders-burst", str(KEY_ORDERS_MAX), "--limits-times", str(LIMITS_TIMES),
    ]  # fmt: skip
    with started(command, folder / "serve.log", f"http://127.0.0.1:{port}/readyz") as pid:
        yield Served(folder, where, f"http://127.0.0.1:{port}", pid)


@contextlib.contextmanager
def started(command: list[str], log: Path, ready_url: str) -> Iterator[int]:
    """Run a command until the block ends; it ends with us, however we end. Yields its process id once it answers.

    Raises:
        DidNotStart: it ended or was not ready in time, with what it said.
    """
    with log.open("ab") as output:
        child = subprocess.Popen(  # noqa: S603 - our own modules
            command,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us, and we stop it in good order
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - one call into libc, loaded beforehand
        )
    try:
        _wait_until_ready(child, log, ready_url)
        yield child.pid
    finally:
        stop(child)


def stop(child: subprocess.Popen[bytes]) -> None:
    """Ask a child to end, wait, and end it."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop_on_signals() -> None:
    """Make SIGTERM unwind the stack as Ctrl-C does, so that what was started is stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def _end_with_parent() -> None:
    """In the child, between fork and exec: SIGTERM when the parent is gone (prctl(2), PR_SET_PDEATHSIG)."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_ready(child: subprocess.Popen[bytes], log: Path, ready_url: str) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while child.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(ready_url, timeout=2) as answer:  # noqa: S310 - a server that we started
                if int(answer.status) == 200:
                    return
        except OSError:
            time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace")[-3_000:]
    raise DidNotStart(f"{' '.join(command_of(child))}\n{said}")


def command_of(child: subprocess.Popen[bytes]) -> list[str]:
    """What was started, without what may hold a password."""
    words = child.args if isinstance(child.args, list) else []
    return [os.path.basename(str(word)) for word in words[:4]]  # noqa: PTH119 - words, not paths


def _name_of(url: str) -> str:
    """The engine and its version, as the database itself says it."""
    connection = connect_writer(url)
    try:
        version = connection.dialect.server_version_info or ()
        name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(
            connection.dialect.name, connection.dialect.name
        )
        return f"{name} {'.'.join(str(part) for part in version)}"
    finally:
        connection.close()
        connection.engine.dispose()
