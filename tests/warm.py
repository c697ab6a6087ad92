"""Commands that start warm: a process for each run, forked from one that has imported the libraries already.

A run of `pochi` takes 0.2 s of processor before its first own line and one of `daftari` 0.5 s, all of it imports, and
the suite has a thousand such runs. What is forked here is still the real command: a process of its own, its own
streams, its own environment and exit code, its main module run from its file. It finds imported what `ROOMS` names.

What a cold start does stays tested where `COMMAND` of `tests.wallets` and of `tests.operators` is started: transcripts,
terminals, Ctrl-C, servers, `test_start`.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

from tests import warm_caller

ROOMS: Mapping[str, tuple[str, ...]] = {
    "wallet_cli.main": (
        "wallet_cli", "ledger.orders", "ledger.proofs", "ledger.signing", "ledger.words",
        "cryptography.hazmat.primitives.kdf.argon2", "http.client", "ssl", "segno",
        "tests.stretched",
    ),
    # Not `ledger.cli*`: they choose the language of their helps while they are imported.
    "ledger.cli": (
        "ledger.sequencer", "ledger.supervisor", "ledger.auditing", "ledger.backups", "ledger.exporting",
        "ledger.restoring", "ledger.sandbox_wallets", "ledger.verifying", "ledger.store", "ledger.exports",
        "alembic.command", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql", "psycopg",
    ),
}  # fmt: skip
"""What is imported beforehand for a program; a room of ours with all that is in it."""

NAMES = {"wallet_cli.main": "pochi", "ledger.cli": "daftari"}

_OURS = ("ledger", "wallet_cli")
_BY_PATH = "ledger.store.migrations"
"""Alembic loads what is in it by path."""

_USUAL = {"LANG": "C.UTF-8", "PYTHONUTF8": "1"}
"""How the interpreter was started. Whoever wants another one starts cold."""

Settings = Mapping[str, Mapping[str, Any]]
"""Values of a module, by its name, that one run is given: `{"wallet_cli.sending": {"PAUSES_S": [0.1]}}`."""


def usual(env: Mapping[str, str]) -> bool:
    """Whether the interpreter itself would start in this environment as it starts in any other here."""
    told = {
        name: value for name, value in env.items() if name == "LANG" or name.startswith(("PYTHON", "LC_"))
    }
    kept = {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}
    return told == kept | _USUAL


def run_warm(
    program: str,
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    folder: Path | None = None,
    typed: str = "",
    seconds: float = 60,
    settings: Settings | None = None,
) -> tuple[int, str, str]:
    """Run `python -m program words` from a process that is warm: exit code, standard output, standard error.

    `env` is the whole environment and `typed` all that can be read from standard input.

    Raises:
        TimeoutError: it did not end within `seconds`; it has been killed.
    """
    where = str(folder or Path.cwd())
    head = {"run": program, "words": [*words], "env": dict(env), "folder": where, "settings": settings or {}}
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        socket.socket(socket.AF_UNIX) as connection,
    ):
        stdin.write(typed.encode())
        stdin.seek(0)
        connection.settimeout(seconds)
        connection.connect(str(_warm(program)))
        pid = warm_caller.call(connection, head, [stream.fileno() for stream in (stdin, out, err)])
        try:
            code = warm_caller.number(connection)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise
        return code, _text(out), _text(err)


@cache
def warm_commands() -> Path:
    """A folder with `pochi` and `daftari` to put first on a PATH: each runs the installed command, warm."""
    folder = Path(tempfile.mkdtemp(prefix="daftari-warm-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for program, name in NAMES.items():
        caller = (
            sys.executable,
            "-IS",
            warm_caller.__file__,
            _warm(program),
            Path(sys.executable).parent / name,
        )
        words = " ".join(f"'{word}'" for word in caller)
        folder.joinpath(name).write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        folder.joinpath(name).chmod(0o700)
    return folder


def _text(stream: IO[bytes]) -> str:
    """What was written, with line ends as `subprocess` gives them in text mode."""
    stream.seek(0)
    return stream.read().decode().replace("\r\n", "\n")


@cache
def _warm(program: str) -> Path:
    """The socket of a warm process for this program, which lives as long as this interpreter."""
    folder = Path(tempfile.mkdtemp(prefix="daftari-warm-"))
    path = folder / "socket"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(64)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm", program, str(listener.fileno())],
            pass_fds=(listener.fileno(),),
            stdin=subprocess.PIPE,
            env=os.environ | _USUAL,
            cwd=Path(__file__).parents[1],
        )

    def end() -> None:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return path


def _serve(program: str, listener: socket.socket) -> None:
    """In the warm process: fork for each caller, until the suite, at the other end of standard input, is gone."""
    for name in ROOMS[program]:
        _import_all(name, beside=program)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries those who watch
    while 0 not in select.select([0, listener.fileno()], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _watch(connection)
        connection.close()


def _import_all(name: str, *, beside: str) -> None:
    """Import a library, or a room of ours with all that is in it but the program, which is run and not imported."""
    module = importlib.import_module(name)
    if name.partition(".")[0] not in _OURS:
        return
    for found in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{name}."):
        if found.name not in (beside, _BY_PATH):
            _import_all(found.name, beside=beside)


def _watch(caller: socket.socket) -> None:
    """Read what is asked, fork the run itself, wait for it and tell how it ended."""
    data, streams, _, _ = socket.recv_fds(caller, 4, 3)
    with caller.makefile("rb") as told:
        head = json.loads(told.read(int.from_bytes(data, "big")))
    pid = os.fork()
    if pid == 0:
        caller.close()
        _become(head, streams)
        if os.sep in head["run"]:
            runpy.run_path(head["run"], run_name="__main__")
        else:
            runpy.run_module(head["run"], run_name="__main__", alter_sys=True)
        sys.exit(0)
    for stream in (0, *streams):
        os.close(stream)
    with contextlib.suppress(OSError):  # whoever asked may be gone
        caller.sendall(pid.to_bytes(4, "big", signed=True))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        caller.sendall(code.to_bytes(4, "big", signed=True))
    os._exit(0)


def _become(head: Mapping[str, Any], streams: Sequence[int]) -> None:
    """Take on the streams, the environment, the folder and the words of one run."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(head["env"])
    os.chdir(head["folder"])
    sys.argv = [head["run"], *head["words"]]
    sys.stdin, sys.stdout, sys.stderr = _stream(0, "r"), _stream(1, "w"), _stream(2, "w", line_buffering=True)
    for module, values in head.get("settings", {}).items():
        for name, value in values.items():
            setattr(importlib.import_module(module), name, value)


def _stream(number: int, mode: str, *, line_buffering: bool = False) -> io.TextIOWrapper:
    """A standard stream as Python makes it in UTF-8 mode."""
    return io.TextIOWrapper(
        open(number, f"{mode}b", closefd=False),
        encoding="utf-8",
        errors="backslashreplace" if number == 2 else "surrogateescape",
        line_buffering=line_buffering or os.isatty(number),
    )


if __name__ == "__main__":
    _serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
