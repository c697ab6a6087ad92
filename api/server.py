"""`python -m api.server`: the web server and its workers, below the supervisor.

It imports nothing that belongs to a worker: workers are forked from it and import the application themselves.
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer

from api.config import Config
from api.names import (
    DIRECTORY_KEY_VARIABLE,
    LIMITS_VARIABLE,
    METRICS_FOLDER,
    METRICS_VARIABLE,
    PARENT_VARIABLE,
    PROXIES_VARIABLE,
    RUN_DIR_VARIABLE,
    THREADS_VARIABLE,
)
from ledger.lifeline import DATABASE_VARIABLE, LIFELINE_VARIABLE, end_with_parent, watch_lifeline
from ledger.logs import TEXT, chosen_format, start_logs

_LOG = logging.getLogger("daftari.api")
APPLICATION = "api.rsgi:application"
BACKLOG = 4_096
WORKER_STOP_SECONDS_MAX = 8
RESPAWN_SECONDS = 0.5
METRICS_PAUSE_SECONDS = 1.0
_FILES_BESIDE_CONNECTIONS = 512
_GRANIAN_LOGS = {
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"propagate": True}, "granian.access": {"propagate": True}},
}
"""What granian has to say goes the way of all our logs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop."""
    config = _read(arguments)
    start_logs()
    end_with_parent()
    watch_lifeline()
    _allow_files(config.connections_max + _FILES_BESIDE_CONNECTIONS)
    os.environ[DATABASE_VARIABLE] = config.database
    os.environ[RUN_DIR_VARIABLE] = str(config.run_dir)
    os.environ[THREADS_VARIABLE] = str(config.threads)
    os.environ[PROXIES_VARIABLE] = ",".join(config.trusted_proxies)
    os.environ[LIMITS_VARIABLE] = str(config.limits_times)
    if config.directory_key is not None:
        os.environ[DIRECTORY_KEY_VARIABLE] = str(config.directory_key)
    os.environ[PARENT_VARIABLE] = str(os.getpid())
    os.register_at_fork(after_in_child=_end_when_told)
    if config.metrics_port:
        _start_metrics(config)
    server(config).serve()
    return 0


def server(config: Config, target: str = APPLICATION) -> AbstractServer[Any]:
    """The server for these settings; not started. Another `target` gets the very same server: a yardstick does."""
    return Granian(
        target=target,
        address=config.host,
        port=config.port,
        interface=Interfaces.RSGI,
        workers=config.workers,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=config.header_milliseconds_max, keep_alive=True),
        backlog=BACKLOG,
        backpressure=config.connections_max,
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_SECONDS,
        workers_kill_timeout=WORKER_STOP_SECONDS_MAX,
        log_access=False,
        # A person at a terminal is told by the supervisor what starts and stops; a log for programs keeps it all.
        log_level=LogLevels.error if chosen_format(None) == TEXT else LogLevels.info,
        log_dictconfig=_GRANIAN_LOGS,
        ssl_cert=config.tls_certificate,
        ssl_key=config.tls_key,
        ssl_protocol_min=SSLProtocols.tls12,
        websockets=False,
    )


def _allow_files(count: int) -> None:
    """Every connection is an open file; the soft limit of many systems is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _end_when_told() -> None:
    """In a new worker: a signal ends it, until it has loaded the application and finishes what is under way first.

    Otherwise it would inherit the server's answer to a signal, which is nothing to a worker, and be waited for in vain.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def _start_metrics(config: Config) -> None:
    """A fresh folder for the workers' numbers, and the process that serves them, started again if it dies."""
    folder = config.run_dir / METRICS_FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ[METRICS_VARIABLE] = str(folder)
    threading.Thread(target=_serve_metrics, args=(config,), name="metrics", daemon=True).start()


def _serve_metrics(config: Config) -> None:
    command = [
        sys.executable, "-m", "api.metrics_port", "--run-dir", str(config.run_dir), "--port", str(config.metrics_port),
        "--parent", str(os.getpid()),
    ]  # fmt: skip
    lifeline = os.environ.get(LIFELINE_VARIABLE)
    held = () if lifeline is None else (int(lifeline),)
    pause = threading.Event()
    while True:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, pass_fds=held, check=False)  # noqa: S603 - our own
        _LOG.warning("the metrics port ended with %d", ended.returncode)
        pause.wait(METRICS_PAUSE_SECONDS)


def _read(arguments: Sequence[str] | None) -> Config:
    parser = argparse.ArgumentParser(prog="api.server")
    parser.add_argument("--database", default=os.environ.get(DATABASE_VARIABLE))
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--host", default=Config.host)
    parser.add_argument("--port", type=int, default=Config.port)
    parser.add_argument("--workers", type=int, default=Config.workers)
    parser.add_argument("--threads", type=int, default=Config.threads)
    parser.add_argument("--metrics-port", type=int, default=Config.metrics_port)
    parser.add_argument("--tls-certificate", type=Path)
    parser.add_argument("--tls-key", type=Path)
    parser.add_argument("--trusted-proxy", dest="trusted_proxies", action="append", default=[])
    parser.add_argument("--limits-times", type=int, default=Config.limits_times)
    parser.add_argument("--directory-key", type=Path)
    chosen = vars(parser.parse_args(arguments))
    if chosen["database"] is None:
        parser.error(f"--database, or {DATABASE_VARIABLE} in the environment")
    return Config(**chosen | {"trusted_proxies": tuple(chosen["trusted_proxies"])})


if __name__ == "__main__":
    sys.exit(main())
