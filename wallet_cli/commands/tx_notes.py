"""`pochi tx note ID`, `pochi tx notes ID`: what those named in an order write about it, beside the log."""

from __future__ import annotations

import click

from ledger.addresses import parse_order_id
from ledger.faults import LedgerFault
from wallet_cli import answers
from wallet_cli.commands.directory import write_own
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.receipts import find_receipt
from wallet_cli.running import command
from wallet_cli.screen import moment_text
from wallet_cli.session import Session
from wallet_cli.web import route


@command("note")
@click.argument("order")
def note(session: Session, order: str) -> None:
    """Ask for a note about an order and keep it, sealed; nothing typed takes it away."""
    screen, order_id = session.screen, _order_id(session, order)
    text = screen.ask(screen.say("written.ask")).strip()
    path = route("v1", "orders", order_id, "note")
    if text:
        told = write_own(session, "PUT", path, {"text": text})
        screen.done(screen.say("written.kept"))
        screen.show_json(told)
    else:
        write_own(session, "DELETE", path, None)
        screen.done(screen.say("written.erased"))
        screen.show_json({"order": order_id, "erased": True})


@command("notes")
@click.argument("order")
def notes(session: Session, order: str) -> None:
    """What those named in an order wrote about it."""
    screen = session.screen
    told = session.read(route("v1", "orders", _order_id(session, order), "notes"))
    found = answers.tables(told, "notes")
    if not found:
        screen.tell(screen.say("written.none"))
    for row in found:
        who = screen.say("person.you" if row.get("own") is True else "written.other")
        moment = moment_text(answers.instant(row, "written_at"), screen.language)
        screen.show(f"  {answers.text(row, 'text')}   ({who}, {moment})")
    screen.show_json(told)


def _order_id(session: Session, typed: str) -> str:
    """A whole id, or that of the saved receipt which is meant.

    Raises:
        WalletFault: `order_unknown`, `receipt_ambiguous`.
    """
    try:
        return parse_order_id(typed.strip().lower())
    except LedgerFault:
        path = find_receipt(session.home, session.profile, typed)
    if path is None:
        raise WalletFault("order_unknown", ExitCode.NOT_FOUND, order=typed[:40])
    return path.stem
