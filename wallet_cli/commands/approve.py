"""`pochi approve BILL`: a checker's yes to a bill, or to what its maker asked to change of it."""

from __future__ import annotations

import click

from ledger.orders.kinds import ApproveBill
from wallet_cli.bills import grouped, own_bill
from wallet_cli.commands.bill import bill_rows
from wallet_cli.commands.send import consent, settled_members
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.running import command
from wallet_cli.sending import own_sender, require_accepted
from wallet_cli.session import Session
from wallet_cli.unlocking import unlock


@command("approve")
@click.argument("bill_named")
def approve(session: Session, bill_named: str) -> None:
    """Show what the maker signed, take consent, approve exactly that with the checker's own key."""
    screen = session.screen
    session.check_ledger()
    row = own_bill(session, bill_named)
    bill = row.shown
    if bill.control_number and row.pending is None:
        number = grouped(bill.control_number)
        raise WalletFault("nothing_to_approve", ExitCode.REFUSED, control_number=number)
    screen.tell_rows(bill_rows(session, row))
    consent(session, "approve.ask")
    body = ApproveBill(bill.bill, None if row.pending is None else row.pending.order.order_id)
    summary: dict[str, str | int] = {"kind": "approve_bill"}
    settled = own_sender(session).place(body, unlock(session, session.profile), summary=summary)
    require_accepted(settled.outcome, screen.language)
    number = str(settled.outcome.result.get("control_number") or bill.control_number)
    screen.done(screen.say("approve.done", bill=bill.bill_id))
    screen.show(number)
    screen.show_json(settled_members(settled) | {"bill_id": bill.bill_id, "control_number": number})
