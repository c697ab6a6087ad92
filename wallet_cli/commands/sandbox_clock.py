"""`pochi sandbox clock`: let time pass in a sandbox, so that bills expire, days close and notices are tried again."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.instants import MICROSECONDS_PER_SECOND, instant_text
from ledger.signing.keys import PrivateKey
from ledger.strict_json import dumps
from wallet_cli import answers
from wallet_cli.agencies import FAUCET, sandbox_key
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.figures import read_span, span_text
from wallet_cli.running import command
from wallet_cli.screen import Row, moment_text
from wallet_cli.session import Session


@command("clock")
@click.argument("span", required=False)
@click.option("--faucet-key", type=click.Path(path_type=Path), envvar="POCHI_FAUCET_KEY")
def clock(session: Session, span: str | None, faucet_key: Path | None) -> None:
    """Show the sandbox's clock, or move it ahead. It never goes back: no record may be older than the one before."""
    if not session.profile.sandbox:
        raise WalletFault("not_a_sandbox", ExitCode.USAGE)
    seconds = None if span is None else read_span(span)
    met = session.check_ledger()
    time_us, ahead_s = met.time_us, met.ahead_us // MICROSECONDS_PER_SECOND
    if seconds is not None:
        time_us, ahead_s = _moved(session, seconds, sandbox_key(session, FAUCET, faucet_key))
    screen = session.screen
    if seconds is not None:
        screen.done(screen.say("clock.moved", span=span_text(seconds)))
    screen.show_rows(
        [
            Row(screen.say("clock.time"), moment_text(time_us, screen.language)),
            Row(screen.say("clock.ahead"), span_text(ahead_s)),
        ]
    )
    screen.show_json({"time": instant_text(time_us), "ahead_seconds": ahead_s})


def _moved(session: Session, seconds: int, key: PrivateKey) -> tuple[int, int]:
    """What the clock shows, and by how many seconds it is ahead in all, after it was moved."""
    client = session.client(session.profile, caller=key)
    told = client.write("POST", "/v1/sandbox/clock", dumps({"seconds": seconds})).members
    return answers.instant(told, "time"), answers.whole(told, "ahead_seconds")
