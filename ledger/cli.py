"""`daftari`: the operator's command."""

from __future__ import annotations

import ipaddress
import json
import logging
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NoReturn, cast

import click

from ledger import __version__
from ledger.auditing import audit_ledger
from ledger.cli_books import export, verify
from ledger.cli_keeping import backup, checkpoint, restore, roles
from ledger.cli_keys import keys as keys_group
from ledger.cli_notices import notify
from ledger.cli_options import (
    READER_DATABASE_VARIABLE,
    VAR,
    P,
    database_option,
    example,
    keys_option,
    language,
    tell,
    tells_faults,
    warn,
)
from ledger.cli_words import say
from ledger.enquiries import Enquiries
from ledger.founding import genesis_template, read_public_keys
from ledger.garbage import search_rarely
from ledger.instants import MachineClock
from ledger.intake import Pace
from ledger.keys_folder import LOG_KEY, read_private_key
from ledger.logs import FORMATS, TEXT, chosen_format, start_logs
from ledger.opening import create_ledger
from ledger.sandbox import create_sandbox, make_sandbox_in
from ledger.sandbox_clock import SandboxClock
from ledger.sandbox_wallets import seed_wallets
from ledger.sequencer import Limits
from ledger.store.engine import parse_url, place, reading_engine
from ledger.store.migrations import migrate as migrate_database
from ledger.strict_json import loads
from ledger.supervisor import EXIT_INTERRUPTED, PORT_MAX, Serving, Supervisor, require_free

GENESIS_BYTES_MAX = 256 * 1024
METRICS_HOST = "127.0.0.1"


@click.group(help=say("help_daftari", language()))
@click.version_option(__version__, prog_name="daftari")
def main() -> None:
    """`daftari`."""
    logging.getLogger("alembic").setLevel(logging.WARNING)


for command in (keys_group, checkpoint, backup, restore, roles, export, verify, notify):
    main.add_command(command)


@main.command(
    help=say("help_init", language()),
    epilog=example("daftari init --sandbox", "daftari init --genesis genesis.json"),
)
@database_option
@keys_option
@click.option("--sandbox", is_flag=True, help=say("help_sandbox", language()))
@click.option(
    "--genesis",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=say("help_genesis", language()),
)
@click.option("--template", is_flag=True, help=say("help_template", language()))
@click.option(
    "--public-keys",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=say("help_public_keys", language()),
)
@tells_faults
def init(
    *,
    database: str,
    keys: Path,
    sandbox: bool,
    genesis: Path | None,
    template: bool,
    public_keys: Path | None,
) -> None:
    """A new ledger: a sandbox with its own role keys, or one from a genesis document of public keys."""
    if [sandbox, genesis is not None, template].count(True) != 1:
        raise click.UsageError(say("init_one_of", language()))
    if template:
        found = {} if public_keys is None else read_public_keys(public_keys)
        document = genesis_template(read_private_key(keys, LOG_KEY).public, found)
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    if genesis is None:
        made = create_sandbox(database, keys, MachineClock())
    else:
        read = loads(genesis.read_bytes(), bytes_max=GENESIS_BYTES_MAX, depth_max=12)
        members = read if isinstance(read, dict) else {}
        made = create_ledger(
            database, members, read_private_key(keys, LOG_KEY), now_us=MachineClock().wall_us()
        )
    tell("init_done", ledger=made.ledger_id)


@main.command(help=say("help_migrate", language()), epilog=example("daftari migrate"))
@database_option
@tells_faults
def migrate(database: str) -> None:
    """Bring the tables to this software's version."""
    migrate_database(database)
    tell("migrate_done")


def _networks(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses or networks, or a clear no before anything starts."""
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError as error:
            raise click.BadParameter(value) from error
    return values


def serving_options(command: Callable[P, None]) -> Callable[P, None]:
    """Where and how wide to serve."""
    pace = Limits().pace
    for option in (
        click.option("--host", default="127.0.0.1", show_default=True, help=say("help_host", language())),
        click.option(
            "--port",
            type=click.IntRange(1, PORT_MAX),
            default=8470,
            show_default=True,
            help=say("help_port", language()),
        ),
        click.option("--workers", default=1, show_default=True, help=say("help_workers", language())),
        click.option("--threads", default=16, show_default=True, help=say("help_threads", language())),
        click.option(
            "--metrics-port",
            type=click.IntRange(0, PORT_MAX),
            default=0,
            show_default=True,
            help=say("help_metrics_port", language()),
        ),
        click.option(
            "--key-orders-per-second",
            default=pace.orders_per_second,
            show_default=True,
            help=say("help_pace", language()),
        ),
        click.option(
            "--key-orders-burst",
            default=pace.orders_burst,
            show_default=True,
            help=say("help_burst", language()),
        ),
        click.option(
            "--trusted-proxy", multiple=True, callback=_networks, help=say("help_trusted_proxy", language())
        ),
        click.option(
            "--limits-times",
            type=click.IntRange(1, 1_000_000),
            default=1,
            show_default=True,
            help=say("help_limits_times", language()),
        ),
    ):
        command = option(command)
    return command


def running_options(command: Callable[P, None]) -> Callable[P, None]:
    """Where the server keeps its own, how it logs, and HTTPS."""
    for option in (
        click.option(
            "--run-dir",
            type=click.Path(path_type=Path, file_okay=False),
            default=VAR / "run",
            show_default=True,
            help=say("help_run_dir", language()),
        ),
        click.option("--notify-apart", is_flag=True, help=say("help_notify_apart", language())),
        click.option("--log-format", type=click.Choice(FORMATS), help=say("help_log_format", language())),
        click.option(
            "--tls-certificate",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help=say("help_tls_certificate", language()),
        ),
        click.option(
            "--tls-key",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help=say("help_tls_key", language()),
        ),
    ):
        command = option(command)
    return command


@main.command(help=say("help_serve", language()), epilog=example("daftari serve --metrics-port 9470"))
@database_option
@click.option(
    "--reader-database",
    envvar=READER_DATABASE_VARIABLE,
    show_envvar=True,
    help=say("help_reader_database", language()),
)
@keys_option
@serving_options
@running_options
@tells_faults
def serve(database: str, reader_database: str | None, keys: Path, **wide: object) -> None:
    """Serve the ledger until SIGTERM or Ctrl-C."""
    serving = _serving(database, reader_database or database, keys, wide)
    supervisor = Supervisor(serving)
    _require_free(serving, "serve")
    _end(supervisor.run(lambda: tell("serving")), place(parse_url(database)))


@main.command(help=say("help_run", language()), epilog=example("daftari run"))
@serving_options
@running_options
@tells_faults
def run(**wide: object) -> None:
    """The sandbox under `var/`: made and seeded if it is not there yet, then served."""
    database, keys = f"sqlite:///{VAR / 'daftari.db'}", VAR / "keys"
    serving = _serving(database, database, keys, wide)
    supervisor = Supervisor(serving)
    _require_free(serving, "run")
    make_sandbox_in(VAR, MachineClock())

    def seed() -> bool:
        told = seed_wallets(
            VAR,
            database,
            serving.url,
            language(),
            SandboxClock(serving.run_dir),
            stopping=supervisor.stopping,
        )
        if told:
            click.echo(told)
        return bool(told) or not supervisor.stopping()

    _end(supervisor.run(seed), f"{VAR}/")


def _require_free(serving: Serving, command: str) -> None:
    require_free(serving.host, serving.port, command=command)
    if serving.metrics_port:
        require_free(METRICS_HOST, serving.metrics_port, command=command, option="--metrics-port")


def _end(code: int, where: str) -> NoReturn:
    """The last line, for a person at a terminal; a log for programs ends without it."""
    if code == EXIT_INTERRUPTED:
        warn("cut_short")
    elif code == 0 and chosen_format(None) == TEXT:
        tell("stopped", where=where)
    sys.exit(code)


def _serving(database: str, reader_database: str, keys: Path, wide: dict[str, object]) -> Serving:
    start_logs(None if wide["log_format"] is None else str(wide["log_format"]))
    certificate, key = wide["tls_certificate"], wide["tls_key"]
    if (certificate is None) != (key is None):
        raise click.UsageError(say("tls_both", language()))
    return Serving(
        database=database,
        reader_database=reader_database,
        keys=keys,
        run_dir=Path(str(wide["run_dir"])),
        host=str(wide["host"]),
        port=int(str(wide["port"])),
        workers=int(str(wide["workers"])),
        threads=int(str(wide["threads"])),
        pace=Pace(int(str(wide["key_orders_per_second"])), int(str(wide["key_orders_burst"]))),
        metrics_port=int(str(wide["metrics_port"])),
        tls=(Path(str(certificate)), Path(str(key))) if certificate is not None else None,
        trusted_proxies=cast("tuple[str, ...]", wide["trusted_proxy"]),
        limits_times=int(str(wide["limits_times"])),
        notify_apart=bool(wide["notify_apart"]),
    )


@main.command(
    help=say("help_audit", language()), epilog=example("daftari audit --checkpoint checkpoint-2026-11-26")
)
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
    search_rarely()
    report = audit_ledger(database, outside_checkpoint=outside)
    click.echo(say("audit_done", language(), records=f"{report.records:,}", accounts=f"{report.accounts:,}"))


@main.command(
    "trial-balance", help=say("help_trial_balance", language()), epilog=example("daftari trial-balance")
)
@database_option
@click.option("--json", "as_json", is_flag=True, help=say("help_json", language()))
@tells_faults
def trial_balance(*, database: str, as_json: bool) -> None:
    """The books by account class."""
    with closing(Enquiries(reading_engine(database, connections=1))) as enquiries:
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
        shown = say(f"class_{name}", language())
        click.echo(
            f"{currency}  {shown:<14}{int(count):>9,}  {_grouped(debited):>24}  {_grouped(credited):>24}"
        )
    if balance.differences():
        warn("books_differ")
        sys.exit(1)
    tell("books_balance")


def _grouped(amount: str) -> str:
    """With commas between the thousands, for people."""
    whole, point, rest = amount.partition(".")
    return f"{int(whole):,}{point}{rest}"


if __name__ == "__main__":
    main()
