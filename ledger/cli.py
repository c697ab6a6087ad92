"""`daftari`: the operator's command."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from ledger import __version__
from ledger.auditing import audit_ledger
from ledger.cli_books import export, verify
from ledger.cli_words import say
from ledger.enquiries import Enquiries
from ledger.faults import LedgerFault
from ledger.instants import MachineClock
from ledger.intake import Pace
from ledger.keys_folder import LOG_KEY, read_private_key
from ledger.opening import create_ledger
from ledger.sandbox import create_sandbox
from ledger.sandbox_wallets import seed_wallets
from ledger.sequencer import Limits
from ledger.store.engine import reading_engine
from ledger.store.migrations import migrate as migrate_database
from ledger.strict_json import loads
from ledger.supervisor import Serving, Supervisor
from ledger.words.languages import Language
from ledger.words.sentences import sentence

P = ParamSpec("P")
GENESIS_BYTES_MAX = 256 * 1024
_DEFAULT = Path("var")


def language() -> Language:
    """The language of the operator's terminal: DAFTARI_LANG, else LANG."""
    wish = os.environ.get("DAFTARI_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "sw" if wish.startswith("sw") else "en"


def tells_faults(command: Callable[P, None]) -> Callable[P, None]:
    """A fault becomes two lines on stderr and exit code 1: what is wrong, and what to do."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except LedgerFault as fault:
            title, detail = sentence(fault.fault, language(), fault.details)
            click.echo(f"✗ {title}\n  {detail}", err=True)
            sys.exit(1)

    return told


database_option = click.option(
    "--database", default=f"sqlite:///{_DEFAULT / 'daftari.db'}", show_default=True, envvar="DAFTARI_DATABASE",
    help=say("help_database", language()),
)  # fmt: skip
keys_option = click.option(
    "--keys", type=click.Path(path_type=Path, file_okay=False), default=_DEFAULT / "keys", show_default=True,
    help=say("help_keys", language()),
)  # fmt: skip


@click.group(help=say("help_daftari", language()))
@click.version_option(__version__, prog_name="daftari")
def main() -> None:
    """`daftari`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


@main.command(help=say("help_init", language()))
@database_option
@keys_option
@click.option("--sandbox", is_flag=True, help=say("help_sandbox", language()))
@click.option(
    "--genesis",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=say("help_genesis", language()),
)
@tells_faults
def init(*, database: str, keys: Path, sandbox: bool, genesis: Path | None) -> None:
    """A new ledger: a sandbox with its own role keys, or one from a genesis document of public keys."""
    if sandbox == (genesis is not None):
        raise click.UsageError(say("init_one_of", language()))
    if genesis is None:
        made = create_sandbox(database, keys, MachineClock())
    else:
        document = loads(genesis.read_bytes(), bytes_max=GENESIS_BYTES_MAX, depth_max=12)
        members = document if isinstance(document, dict) else {}
        made = create_ledger(
            database, members, read_private_key(keys, LOG_KEY), now_us=MachineClock().wall_us()
        )
    click.echo(say("init_done", language(), ledger=made.ledger_id))


@main.command(help=say("help_migrate", language()))
@database_option
@tells_faults
def migrate(database: str) -> None:
    """Bring the tables to this software's version."""
    migrate_database(database)
    click.echo(say("migrate_done", language()))


def serving_options(command: Callable[P, None]) -> Callable[P, None]:
    """Where and how wide to serve."""
    pace = Limits().pace
    for option in (
        click.option("--host", default="127.0.0.1", show_default=True),
        click.option("--port", default=8470, show_default=True),
        click.option("--workers", default=1, show_default=True, help=say("help_workers", language())),
        click.option("--threads", default=16, show_default=True, help=say("help_threads", language())),
        click.option(
            "--metrics-port", default=0, show_default=True, help=say("help_metrics_port", language())
        ),
        click.option("--key-orders-per-second", default=pace.orders_per_second, show_default=True),
        click.option("--key-orders-burst", default=pace.orders_burst, show_default=True),
        click.option(
            "--run-dir",
            type=click.Path(path_type=Path, file_okay=False),
            default=_DEFAULT / "run",
            show_default=True,
        ),
    ):
        command = option(command)
    return command


@main.command(help=say("help_serve", language()))
@database_option
@keys_option
@serving_options
@tells_faults
def serve(database: str, keys: Path, **wide: object) -> None:
    """Serve the ledger until SIGTERM or Ctrl-C."""
    sys.exit(Supervisor(_serving(database, keys, wide)).run(lambda: click.echo(say("serving", language()))))


@main.command(help=say("help_run", language()))
@serving_options
@tells_faults
def run(**wide: object) -> None:
    """The sandbox under `var/`: made and seeded if it is not there yet, then served."""
    database, keys = f"sqlite:///{_DEFAULT / 'daftari.db'}", _DEFAULT / "keys"
    serving = _serving(database, keys, wide)
    supervisor = Supervisor(serving)
    if not (_DEFAULT / "daftari.db").exists():
        create_sandbox(database, keys, MachineClock())
    url = f"http://{serving.host}:{serving.port}"
    sys.exit(
        supervisor.run(lambda: click.echo(seed_wallets(_DEFAULT, database, url, language(), MachineClock())))
    )


def _serving(database: str, keys: Path, wide: dict[str, object]) -> Serving:
    return Serving(
        database=database,
        keys=keys,
        run_dir=Path(str(wide["run_dir"])),
        host=str(wide["host"]),
        port=int(str(wide["port"])),
        workers=int(str(wide["workers"])),
        threads=int(str(wide["threads"])),
        pace=Pace(int(str(wide["key_orders_per_second"])), int(str(wide["key_orders_burst"]))),
        metrics_port=int(str(wide["metrics_port"])),
    )


@main.command(help=say("help_audit", language()))
@database_option
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=say("help_checkpoint", language()),
)
@tells_faults
def audit(database: str, checkpoint: Path | None) -> None:
    """Recompute everything stored from the records alone; the first wrong record is named."""
    outside = checkpoint.read_text() if checkpoint is not None else None
    report = audit_ledger(database, outside_checkpoint=outside)
    click.echo(say("audit_done", language(), records=f"{report.records:,}", accounts=f"{report.accounts:,}"))


@main.command("trial-balance", help=say("help_trial_balance", language()))
@database_option
@click.option("--json", "as_json", is_flag=True)
@tells_faults
def trial_balance(*, database: str, as_json: bool) -> None:
    """The books by account class."""
    enquiries = Enquiries(reading_engine(database, connections=1))
    genesis, balance = enquiries.genesis(), enquiries.trial_balance().balance
    rows = [
        (
            line.currency, line.account_class.value, str(line.accounts),
            genesis.currencies[line.currency].text(line.debits_posted),
            genesis.currencies[line.currency].text(line.credits_posted),
        )
        for line in balance.lines
    ]  # fmt: skip
    if as_json:
        names = ("currency", "class", "accounts", "debits", "credits")
        click.echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows]))
        return
    click.echo(say("trial_balance_head", language()))
    for currency, name, count, debited, credited in rows:
        click.echo(f"{currency}  {name:<14}{count:>9}  {debited:>24}  {credited:>24}")
    click.echo(say("books_balance" if not balance.differences() else "books_differ", language()))


@main.command(help=say("help_checkpoint_command", language()))
@database_option
@tells_faults
def checkpoint(database: str) -> None:
    """The newest signed checkpoint, to be kept outside."""
    click.echo(Enquiries(reading_engine(database, connections=1)).checkpoint(), nl=False)


for command in (export, verify):
    main.add_command(command)


if __name__ == "__main__":
    main()
