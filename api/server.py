"""`python -m api.server`: the WSGI server and its workers, below the supervisor."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from api.config import Config
from api.names import DATABASE_VARIABLE, PARENT_VARIABLE, RUN_DIR_VARIABLE, THREADS_VARIABLE
from ledger.lifeline import end_with_parent, watch_lifeline

HEADER_MILLISECONDS_MAX = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop."""
    config = _read(arguments)
    end_with_parent()
    watch_lifeline()
    os.environ[DATABASE_VARIABLE] = config.database
    os.environ[RUN_DIR_VARIABLE] = str(config.run_dir)
    os.environ[THREADS_VARIABLE] = str(config.threads)
    os.environ[PARENT_VARIABLE] = str(os.getpid())
    Granian(
        target="api.wsgi:application",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=config.threads,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS_MAX, keep_alive=True),
        respawn_failed_workers=True,
        log_access=False,
        websockets=False,
    ).serve()
    return 0


def _read(arguments: Sequence[str] | None) -> Config:
    parser = argparse.ArgumentParser(prog="api.server")
    parser.add_argument("--database", required=True)
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8470)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--metrics-port", type=int, default=0)
    chosen = parser.parse_args(arguments)
    return Config(**vars(chosen))


if __name__ == "__main__":
    sys.exit(main())
