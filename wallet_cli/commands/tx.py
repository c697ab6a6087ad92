"""`pochi tx wait ID`: stay until an order has its outcome, sending it again if it waits in the outbox."""

from __future__ import annotations

import time
from typing import Any

import click

from wallet_cli import answers
from wallet_cli.client import LedgerSaidNo
from wallet_cli.commands.tx_notes import note, notes
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.outbox import SavedOrder
from wallet_cli.running import command, group
from wallet_cli.sending import own_sender, reason_words, require_accepted
from wallet_cli.session import Session
from wallet_cli.web import route

SECONDS = 60
SECONDS_MAX = 3_600
PAUSE_S = 1.0
ID_CHARACTERS_MIN = 6
_LATER = frozenset({ExitCode.OUTCOME_UNKNOWN, ExitCode.TRY_AGAIN_LATER})


@command("wait")
@click.argument("order")
@click.option("--timeout", type=click.IntRange(1, SECONDS_MAX), default=SECONDS)
def wait(session: Session, order: str, timeout: int) -> None:
    """Wait for the outcome of an order: exit 0 if it was posted, 6 if it was refused, 9 if it is still not known."""
    saved = _waiting(session, order)
    until = time.monotonic() + timeout
    while True:
        told = _settled(session, saved) if saved is not None else _recorded(session, order)
        if told is not None:
            session.screen.done(session.screen.say("tx.accepted", order=str(told["order"])))
            session.screen.show_json(told)
            return
        if time.monotonic() + PAUSE_S > until:
            break
        time.sleep(PAUSE_S)
    if saved is None:
        raise WalletFault("order_unknown", ExitCode.NOT_FOUND, order=order[:40])
    raise WalletFault("outcome_unknown", ExitCode.OUTCOME_UNKNOWN)


def _waiting(session: Session, order: str) -> SavedOrder | None:
    """The order in the outbox, by its id or the end of it; None if it does not wait there."""
    pending = session.outbox.pending(profile=session.profile.name).orders
    fitting = [saved for saved in pending if saved.order_id.endswith(order.lower())]
    return fitting[0] if len(order) >= ID_CHARACTERS_MIN and len(fitting) == 1 else None


def _settled(session: Session, saved: SavedOrder) -> dict[str, Any] | None:
    """Send the saved bytes again; None if there is still no answer.

    Raises:
        WalletFault: `refused` (exit 6), and whatever is no reason to wait.
    """
    try:
        settled = own_sender(session).settle(saved)
    except WalletFault as fault:
        if fault.exit_code in _LATER:
            return None
        raise
    require_accepted(settled.outcome, session.screen.language)
    outcome = settled.outcome
    return {"order": outcome.order_id, "outcome": "accepted", "sequence": outcome.sequence}


def _recorded(session: Session, order: str) -> dict[str, Any] | None:
    """What the ledger has recorded of an order of this party; None if nothing yet, or no answer."""
    try:
        members = session.read(route("v1", "orders", order))
    except WalletFault as fault:
        unknown = isinstance(fault, LedgerSaidNo) and fault.problem.status == 404
        if unknown or fault.exit_code in _LATER:
            return None
        raise
    if answers.text(members, "outcome") != "accepted":
        told = members.get("details")
        details = {name: str(value) for name, value in told.items()} if isinstance(told, dict) else {}
        reason = answers.text(members, "reason")
        title, detail = reason_words(reason, details, session.screen.language)
        raise WalletFault("refused", ExitCode.REFUSED, title=title, detail=detail, reason=reason)
    return {
        "order": answers.text(members, "order"),
        "outcome": "accepted",
        "sequence": answers.whole(members, "sequence"),
    }


tx = group("tx", wait, note, notes)
