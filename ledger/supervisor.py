"""The supervisor of `daftari serve`: a sequencer, an API server, a notifier, restarted when they die, ended with it.

It refuses to start beside a running instance, and leaves no child behind: each holds the lifeline.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ledger.directory_key import directory_key_path
from ledger.faults import Fault, LedgerFault
from ledger.intake import Pace
from ledger.keys_folder import make_folder
from ledger.lifeline import DATABASE_VARIABLE, LIFELINE_VARIABLE
from ledger.starting import EXIT_REFUSED, take_refusal
from ledger.wire import SequencerClient

_LOG = logging.getLogger("daftari.supervisor")
LOCK_NAME = "serve.lock"
PORT_MAX = 65_535
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 10.0
PAUSE_SECONDS_MAX = 5.0
STEADY_SECONDS = 10.0
"""Whoever lived so long did not die of how it was started: it is started again at once."""

LOOK_SECONDS = 0.1
EXIT_INTERRUPTED = 130
"""What a shell says of a command that Ctrl-C ended before it was done."""

_NOT_FOR_CHILDREN = frozenset({"DAFTARI_READER_DATABASE"})
"""Each child is told one database, its own."""


@dataclass(frozen=True)
class Serving:
    """What `daftari serve` was asked: where the ledger is and where it is served."""

    database: str
    reader_database: str
    """The same database for those who only read, perhaps by a role that cannot write."""
    keys: Path
    run_dir: Path
    host: str
    port: int
    workers: int
    threads: int
    pace: Pace
    metrics_port: int
    tls: tuple[Path, Path] | None = None
    """Certificate and key, for HTTPS."""
    trusted_proxies: tuple[str, ...] = ()
    limits_times: int = 1
    notify_apart: bool = False
    """Notices are delivered by a process of somebody else's: `daftari notify`."""

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    def sequencer_command(self) -> list[str]:
        """The sequencer's process."""
        return [
            sys.executable, "-m", "ledger.sequencer", "--keys", str(self.keys), "--run-dir", str(self.run_dir),
            "--key-orders-per-second", str(self.pace.orders_per_second),
            "--key-orders-burst", str(self.pace.orders_burst),
        ]  # fmt: skip

    def notify_command(self) -> list[str]:
        """The process that delivers notices."""
        return [
            sys.executable, "-m", "ledger.notifying", "--keys", str(self.keys), "--run-dir", str(self.run_dir),
        ]  # fmt: skip

    def api_command(self) -> list[str]:
        """The API server's process, which starts its own workers."""
        tls = ("--tls-certificate", str(self.tls[0]), "--tls-key", str(self.tls[1])) if self.tls else ()
        return [
            sys.executable, "-m", "api.server", "--run-dir", str(self.run_dir),
            "--host", self.host, "--port", str(self.port), "--workers", str(self.workers),
            "--threads", str(self.threads), "--metrics-port", str(self.metrics_port), *tls,
            "--limits-times", str(self.limits_times), "--directory-key", str(directory_key_path(self.keys)),
            *(word for proxy in self.trusted_proxies for word in ("--trusted-proxy", proxy)),
        ]  # fmt: skip


class Child:
    """A process that is started again when it dies, after a pause that grows while it keeps dying."""

    def __init__(self, name: str, command: list[str], database: str, lifeline: int) -> None:
        self.name = name
        self._command = command
        self._database = database
        self._lifeline = lifeline
        self._pause_seconds = 0.0
        self._start_at = 0.0
        self._started_at = 0.0
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, in a session of its own so that Ctrl-C reaches the supervisor alone."""
        told = {LIFELINE_VARIABLE: str(self._lifeline), DATABASE_VARIABLE: self._database}
        environment = {
            name: value for name, value in os.environ.items() if name not in _NOT_FOR_CHILDREN
        } | told
        self._started_at = time.monotonic()
        self.running = subprocess.Popen(  # noqa: S603 - our own modules
            self._command,
            env=environment,
            pass_fds=(self._lifeline,),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
        )

    def exit_code(self) -> int | None:
        """With what it ended, if it did and was not looked at since."""
        return None if self.running is None else self.running.poll()

    def look(self) -> None:
        """Start it again if it died and its pause is over."""
        now = time.monotonic()
        if self.running is not None and (code := self.running.poll()) is not None:
            _LOG.warning("%s ended with %d", self.name, code)
            lived_long = now - self._started_at > STEADY_SECONDS
            self._pause_seconds = 0.0 if lived_long else min(PAUSE_SECONDS_MAX, self._pause_seconds * 2 + 0.1)
            self._start_at = now + self._pause_seconds
            self.running = None
        if self.running is None and now >= self._start_at:
            self.start()

    def stop(self) -> None:
        """Ask it to end, wait, and end it."""
        if self.running is None or self.running.poll() is not None:
            return
        self.running.terminate()
        try:
            self.running.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            _LOG.warning("%s did not stop in time", self.name)
            self.running.kill()
            self.running.wait()


class Supervisor:
    """Starts the sequencer, the API server, then the notifier, and watches over them until it is told to stop."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._stopping = 0
        self._lock = _take_lock(serving.run_dir)
        self._reading_end, self._writing_end = os.pipe()
        self._trusting = None if serving.tls is None else _trust_only(*serving.tls)
        self._sequencer = Child("sequencer", serving.sequencer_command(), serving.database, self._reading_end)
        self._api = Child("api", serving.api_command(), serving.reader_database, self._reading_end)
        self._notify = Child("notify", serving.notify_command(), serving.reader_database, self._reading_end)

    def run(self, when_ready: Callable[[], bool | None]) -> int:
        """Serve until SIGTERM or SIGINT.

        `when_ready` is called once, when the first request can be answered; False says: stopped in its midst.

        Returns the exit code: 0, 1 if the ledger could not be served at all, or 130 for SIGINT before it was ready.

        Raises:
            LedgerFault: why the sequencer refuses to serve this ledger.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            for child, ready in ((self._sequencer, self._sequencer_ready), (self._api, self._api_ready)):
                child.start()
                if not self._wait(ready):
                    return self._cut_short() if self._stopping else 1
            whole = when_ready() is not False
            apart = self._serving.notify_apart
            watched = (self._sequencer, self._api, *(() if apart else (self._notify,)))
            if not whole:
                return self._cut_short()
            while not self._stopping:
                for child in watched:
                    child.look()
                time.sleep(LOOK_SECONDS)
            return 0
        finally:
            self._notify.stop()
            self._api.stop()
            self._sequencer.stop()
            os.close(self._writing_end)
            self._lock.close()

    def stopping(self) -> bool:
        """Whether somebody said stop."""
        return bool(self._stopping)

    def _stop(self, number: int, _: object) -> None:
        self._stopping = number

    def _cut_short(self) -> int:
        return EXIT_INTERRUPTED if self._stopping == signal.SIGINT else 0

    def _wait(self, ready: Callable[[], bool]) -> bool:
        """Wait until it is ready. False: the API server ended, or the time is over, or somebody said stop.

        A sequencer that dies meanwhile is started again, as later on; one that refuses ends it all.
        """
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._stopping and time.monotonic() < deadline:
            if self._sequencer.exit_code() == EXIT_REFUSED:
                raise take_refusal(self._serving.run_dir)
            self._sequencer.look()
            if self._api.exit_code() is not None:  # a port that is taken, say
                return False
            if ready():
                return True
            time.sleep(LOOK_SECONDS / 2)
        return False

    def _sequencer_ready(self) -> bool:
        try:
            SequencerClient(self._serving.run_dir).status()
        except LedgerFault:
            return False
        return True

    def _api_ready(self) -> bool:
        try:
            with urllib.request.urlopen(  # noqa: S310 - our own server
                f"{self._serving.url}/readyz", timeout=2, context=self._trusting
            ) as answer:
                return int(answer.status) == 200
        except OSError:
            return False


def require_free(host: str, port: int, *, command: str, option: str = "--port") -> None:
    """Look whether a port can be listened on, before anything is started that would fail on it with a traceback.

    Raises:
        LedgerFault: PORT_IN_USE, naming the `command` and its `option` with another port that may be free.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return  # the server says what is wrong with such an address
            other = port + 1 if port < PORT_MAX else port - 1
            raise LedgerFault(
                Fault.PORT_IN_USE, port=port, command=command, option=option, other=other
            ) from error


def _trust_only(certificate: Path, key: Path) -> ssl.SSLContext:
    """Trust our own certificate and no other, whatever name it bears: we ask ourselves by a number.

    That certificate and key are a pair is tried here, where it can be told; a key with a passphrase cannot be used.

    Raises:
        LedgerFault: KEY_FILE_INVALID.
    """
    try:
        context = ssl.create_default_context(cafile=str(certificate))
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except OSError as error:
        raise LedgerFault(
            Fault.KEY_FILE_INVALID, path=str(key), why="no_pair_of_certificate_and_key"
        ) from error
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _take_lock(run_dir: Path) -> IO[str]:
    """The lock of a running instance, held as long as the file is open.

    Raises:
        LedgerFault: ALREADY_RUNNING.
    """
    make_folder(run_dir)
    lock = (run_dir / LOCK_NAME).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise LedgerFault(Fault.ALREADY_RUNNING, run_dir=str(run_dir)) from error
    return lock
