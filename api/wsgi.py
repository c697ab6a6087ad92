"""`api.wsgi:application`, which any WSGI server can import. The only reader of the environment."""

from __future__ import annotations

import os
from pathlib import Path

from api.app import create_app
from api.config import Config
from api.house import House
from api.names import (
    DIRECTORY_KEY_VARIABLE,
    LIMITS_VARIABLE,
    PARENT_VARIABLE,
    PROXIES_VARIABLE,
    RUN_DIR_VARIABLE,
    THREADS_VARIABLE,
)
from ledger.directory_key import read_directory_key
from ledger.enquiries import Enquiries
from ledger.lifeline import DATABASE_VARIABLE, end_with_parent, watch_lifeline
from ledger.sandbox_clock import SandboxClock
from ledger.store.engine import reading_engine
from ledger.wire import SequencerClient


def _configured() -> Config:
    environment = os.environ
    key_file = environment.get(DIRECTORY_KEY_VARIABLE)
    return Config(
        database=environment[DATABASE_VARIABLE],
        run_dir=Path(environment[RUN_DIR_VARIABLE]),
        threads=int(environment.get(THREADS_VARIABLE, str(Config.threads))),
        trusted_proxies=tuple(environment.get(PROXIES_VARIABLE, "").replace(",", " ").split()),
        directory_key=None if key_file is None else Path(key_file),
        limits_times=int(environment.get(LIMITS_VARIABLE, str(Config.limits_times))),
    ).wider()


parent = os.environ.get(PARENT_VARIABLE)
if parent is not None:
    end_with_parent(int(parent))
    watch_lifeline()
config = _configured()
house = House(
    config,
    Enquiries(
        reading_engine(config.database, connections=config.threads),
        None if config.directory_key is None else read_directory_key(config.directory_key),
    ),
    SequencerClient(config.run_dir, answer_seconds_max=config.answer_seconds_max),
    SandboxClock(config.run_dir),
)
application = create_app(house)
