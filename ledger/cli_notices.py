"""`daftari notify`: the notices of payments, delivered by a process of its own."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.cli_options import VAR, database_option, example, keys_option, language, tells_faults
from ledger.cli_words import say
from ledger.logs import start_logs
from ledger.notifying import Timing
from ledger.notifying import notify as deliver_notices


@click.command(
    "notify",
    help=say("help_notify", language()),
    epilog=example("daftari serve --notify-apart", "daftari notify"),
)
@database_option
@keys_option
@click.option(
    "--run-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=VAR / "run",
    show_default=True,
    help=say("help_run_dir", language()),
)
@tells_faults
def notify(*, database: str, keys: Path, run_dir: Path) -> None:
    """Deliver notices until SIGTERM or Ctrl-C, beside a server that leaves it to others."""
    start_logs()
    deliver_notices(database, keys, run_dir, Timing())
