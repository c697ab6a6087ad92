"""`daftari export` and `daftari verify`: the books for outsiders, and the check that an outsider makes."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import click

from ledger.cli_options import database_option, example, language, tell, tells_faults, warn
from ledger.cli_words import say
from ledger.exporting import FORMATS, export_to_file, export_to_stream
from ledger.garbage import search_rarely
from ledger.verifying import verify_log


@click.command(
    help=say("help_export", language()),
    epilog=example("daftari export --format beancount --to books.beancount"),
)
@database_option
@click.option(
    "--format",
    "name",
    type=click.Choice(list(FORMATS)),
    required=True,
    help=say("help_export_format", language()),
)
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help=say("help_export_to", language()))
@tells_faults
def export(*, database: str, name: str, to: Path | None) -> None:
    """The books of a stored ledger, audited while they are written."""
    search_rarely()
    if to is None:
        export_to_stream(database, name, sys.stdout.buffer)
        return
    report = export_to_file(database, name, to)
    tell("export_done", path=str(to), records=f"{report.records:,}")


@click.command(
    help=say("help_verify", language()),
    epilog=example("daftari verify log.jsonl --checkpoint checkpoint-2026-11-26"),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=say("help_checkpoint", language()),
)
@tells_faults
def verify(*, file: Path, checkpoint: Path | None) -> None:
    """An exported log, checked without a database."""
    outside = checkpoint.read_text("utf-8", "replace") if checkpoint is not None else None
    search_rarely()
    log = verify_log(file, outside_checkpoint=outside)
    root = base64.b64encode(log.checkpoint.root).decode()
    tell("verify_done", records=f"{log.records:,}", ledger=log.run.genesis.ledger_id, root=root)
    if outside is None:
        warn("verify_unheld")
