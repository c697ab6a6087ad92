"""What keeps a ledger safe: `daftari checkpoint`, `backup`, `restore`, `roles`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ledger.backups import make_backup
from ledger.cli_options import database_option, example, keys_option, language, tell, tells_faults, warn
from ledger.cli_words import say
from ledger.enquiries import Enquiries
from ledger.faults import Fault, LedgerFault
from ledger.instants import MachineClock
from ledger.proofs.receipt import parse_receipt
from ledger.restoring import Restored, compare_receipts, restore_backup
from ledger.store.copying import flush
from ledger.store.engine import reading_engine
from ledger.store.roles import grant_roles

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(
    "checkpoint",
    help=say("help_checkpoint_command", language()),
    epilog=example("daftari checkpoint --to checkpoint-2026-11-26"),
)
@database_option
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help=say("help_to", language()))
@tells_faults
def checkpoint(*, database: str, to: Path | None) -> None:
    """The newest signed checkpoint, to be kept outside."""
    enquiries = Enquiries(reading_engine(database, connections=1))
    try:
        head = enquiries.head()
    finally:
        enquiries.close()
    if to is None:
        click.echo(head.checkpoint, nl=False)
        return
    _write_new(to, head.checkpoint)
    tell("checkpoint_done", path=str(to), size=f"{head.size:,}")


def _write_new(path: Path, text: str) -> None:
    """A file that was not there: an older checkpoint is evidence, and is never written over."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise LedgerFault(Fault.ALREADY_EXISTS, path=str(path)) from error
    flush(path.absolute().parent)


@click.command(
    "backup", help=say("help_backup", language()), epilog=example("daftari backup backups/2026-11-26")
)
@click.argument("to", type=_FOLDER)
@database_option
@tells_faults
def backup(*, to: Path, database: str) -> None:
    """A consistent copy, checked against its own manifest when it is restored."""
    made = make_backup(database, to, MachineClock())
    tell("backup_done", path=str(to), size=f"{made.size:,}", ledger=made.ledger, made_at=made.made_at)
    tell("backup_private")


@click.command(
    "restore",
    help=say("help_restore", language()),
    epilog=example("daftari restore backups/2026-11-26 --checkpoint checkpoint-2026-11-26"),
)
@click.argument("backup", type=_FOLDER)
@database_option
@keys_option
@click.option("--checkpoint", type=_FILE, help=say("help_checkpoint", language()))
@click.option("--accept-older", is_flag=True, help=say("help_accept_older", language()))
@click.option(
    "--receipts",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=say("help_receipts", language()),
)
@tells_faults
def restore(
    *,
    backup: Path,
    database: str,
    keys: Path,
    checkpoint: Path | None,
    accept_older: bool,
    receipts: Path | None,
) -> None:
    """Restore, audit, compare; only then may it be served."""
    outside = None if checkpoint is None else checkpoint.read_text(encoding="utf-8")
    restored = restore_backup(backup, database, keys, outside=outside, accept_older=accept_older)
    tell("restore_done", records=f"{restored.report.records:,}")
    if outside is None:
        warn("restore_unheld")
    held = receipts is None or _tell_receipts(database, receipts)
    _tell_end(restored, whole=held)


def _tell_end(restored: Restored, *, whole: bool) -> None:
    if restored.missing:
        warn("restore_missing", missing=f"{restored.missing:,}", size=f"{restored.manifest.size:,}")
    if restored.missing or not whole:
        warn("restore_may_serve_older")
    else:
        tell("restore_may_serve")


def _tell_receipts(database: str, folder: Path) -> bool:
    """Name every receipt that the restored ledger does not bear out. True if there is none."""
    found: dict[str, tuple[int, bytes]] = {}
    whole = True
    for path in sorted(folder.glob("*.json")):
        try:
            receipt = parse_receipt(path.read_bytes().strip())
        except (LedgerFault, OSError):
            warn("receipt_unreadable", name=path.name)
            whole = False
        else:
            found[path.name] = (receipt.index, receipt.record.encode("ascii"))
    compared = compare_receipts(database, found)
    tell("receipts_held", count=str(compared.held))
    for name in compared.missing:
        warn("receipt_missing", name=name)
    for name in compared.differing:
        warn("receipt_differs", name=name)
    return whole and not compared.missing and not compared.differing


@click.command(
    "roles",
    help=say("help_roles", language()),
    epilog=example("daftari roles --writer daftari_writer --reader daftari_reader"),
)
@database_option
@click.option("--writer", required=True, help=say("help_writer", language()))
@click.option("--reader", required=True, help=say("help_reader", language()))
@tells_faults
def roles(*, database: str, writer: str, reader: str) -> None:
    """Grant each role what it must do and nothing else."""
    grant_roles(database, writer=writer, reader=reader)
    tell("roles_done", writer=writer, reader=reader)
