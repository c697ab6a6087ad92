"""A real ledger, really served: a sandbox in a folder of its own, `daftari serve` on a free port, stopped for sure."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ledger.instants import MICROSECONDS_PER_DAY, MachineClock
from ledger.orders.genesis import Genesis
from ledger.sandbox import create_sandbox

START_SECONDS_MAX = 60.0


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class _Earlier:
    """The machine's clock, some days ago."""

    days: int

    def monotonic_us(self) -> int:
        """The machine's."""
        return MachineClock().monotonic_us()

    def wall_us(self) -> int:
        """The machine's, less those days."""
        return MachineClock().wall_us() - self.days * MICROSECONDS_PER_DAY


@dataclass
class RunningLedger:
    """A served sandbox under `folder`, on SQLite unless `database` names another."""

    folder: Path
    database: str = ""
    workers: int = 1
    threads: int = 8
    options: tuple[str, ...] = ()
    days_old: int = 0
    """How long ago it was made: so many days are closed as soon as it is used."""
    genesis: Genesis = field(init=False)
    port: int = field(init=False)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        """Make the sandbox; it is not served yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database = self.database or f"sqlite:///{self.folder / 'daftari.db'}"
        self.genesis = create_sandbox(self.database, self.keys, _Earlier(self.days_old))
        self.port = free_port()

    @property
    def keys(self) -> Path:
        """The folder of the role keys."""
        return self.folder / "keys"

    @property
    def run_dir(self) -> Path:
        """The folder of socket and lock."""
        return self.folder / "run"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.folder / "serve.log"

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        """What an operator would type."""
        return [
            sys.executable, "-m", "ledger.cli", "serve", "--database", self.database, "--keys", str(self.keys),
            "--run-dir", str(self.run_dir), "--port", str(self.port), "--workers", str(self.workers),
            "--threads", str(self.threads), *self.options,
        ]  # fmt: skip

    def start(self) -> Self:
        """Start it and wait until it is ready.

        Raises:
            RuntimeError: it ended or is not ready in time, with what it said.
        """
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.ready():
                return self
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"the ledger did not start:\n{self.log.read_text()[-4_000:]}")

    def ready(self) -> bool:
        """Whether it would answer an order now."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return int(answer.status) == 200
        except OSError:
            return False

    def wait_until_ready(self, seconds: float = START_SECONDS_MAX) -> None:
        """Wait for it to be ready again after something was killed."""
        deadline = time.monotonic() + seconds
        while not self.ready():
            if time.monotonic() > deadline:
                raise RuntimeError(f"not ready again:\n{self.log.read_text()[-4_000:]}")
            time.sleep(0.05)

    def stop(self) -> int | None:
        """Stop it as an operator would, and wait. Returns the exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.kill(self.process.pid, signal.SIGKILL)
                self.process.wait()
        return self.process.returncode

    def children(self) -> dict[str, list[int]]:
        """Process ids below the supervisor, by module: `ledger.sequencer`, `api.server` (its workers included)."""
        found: dict[str, list[int]] = {}
        waiting = [self.process.pid] if self.process else []
        while waiting:
            for pid in _children_of(waiting.pop()):
                waiting.append(pid)
                found.setdefault(_module_of(pid), []).append(pid)
        return found

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()


def alive(pid: int) -> bool:
    """Whether a process still runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def _children_of(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return found


def _module_of(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "?"
    for name in (b"ledger.sequencer", b"ledger.notifying", b"api.server"):
        if name in words:
            return name.decode()
    return "other"
