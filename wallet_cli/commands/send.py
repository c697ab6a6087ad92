"""`pochi send PAYEE AMOUNT`: money to a person or an institution."""

from __future__ import annotations

import click

from ledger.orders.fields import REFERENCE
from ledger.orders.kinds import Body, Leg, Pay
from wallet_cli.commands.balance import balance_of
from wallet_cli.dry_run import project, tell_projection
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.locale.helps import SWAHILI_NAMES
from wallet_cli.people import Payee, payee_named
from wallet_cli.requests import is_request, read_request
from wallet_cli.running import command
from wallet_cli.screen import Row, clock_text, moment_text, parse_amount_input
from wallet_cli.sending import ORDER_LIFE_US, Settled, own_sender, require_accepted
from wallet_cli.session import Session
from wallet_cli.unlocking import unlock


@command("send")
@click.argument("payee")
@click.argument("amount", required=False)
@click.option("-r", "--reference")
@click.option("--dry-run", is_flag=True)
def send(session: Session, *, payee: str, amount: str | None, reference: str | None, dry_run: bool) -> None:
    """Show whom and how much, take consent, pay. The payee may be a payment request, which then says how much."""
    currency = session.currency
    minor_units = None
    if amount is not None:
        minor_units = parse_amount_input(amount, decimals=currency.decimals, currency=currency.code)
    if reference is not None and REFERENCE.fullmatch(reference) is None:
        raise WalletFault("reference_form", ExitCode.USAGE, typed=reference[:40])
    if is_request(payee):
        pay_request(session, payee, minor_units, reference, dry_run=dry_run)
        return
    if minor_units is None:
        raise amount_missing(session, "send")
    send_money(session, payee, minor_units, reference, dry_run=dry_run)


def pay_request(
    session: Session, typed: str, minor_units: int | None, reference: str | None, *, dry_run: bool
) -> None:
    """Pay what a payment request asks for; what it leaves open is the payer's to say, what it says is not.

    Raises:
        WalletFault: what `read_request` raises, `request_differs`, and what `send_money` raises.
    """
    asked = read_request(typed, session.profile)
    if asked.minor_units is not None and minor_units not in (None, asked.minor_units):
        amount = session.money(asked.minor_units)
        raise WalletFault("request_differs", ExitCode.USAGE, asked=amount)
    if asked.reference is not None and reference not in (None, asked.reference):
        raise WalletFault("request_differs", ExitCode.USAGE, asked=asked.reference)
    amount_due = asked.minor_units if asked.minor_units is not None else minor_units
    if amount_due is None:
        raise amount_missing(session, "send")
    send_money(session, asked.address, amount_due, asked.reference or reference, dry_run=dry_run)


def send_money(
    session: Session, payee: str, minor_units: int, reference: str | None, *, dry_run: bool
) -> None:
    """Show whom and how much, take consent, pay.

    Raises:
        WalletFault: `payee_is_you`, `declined`, `refused_funds`, and what looking up and placing raise.
    """
    profile, currency, screen = session.profile, session.currency, session.screen
    session.check_ledger()
    to = payee_named(session, payee)
    if to.address == profile.account:
        raise WalletFault("payee_is_you", ExitCode.USAGE)
    held = balance_of(session)
    screen.tell_rows(_rows(session, to, minor_units, held, reference))
    require_funds(session, held, minor_units)
    body = Pay(profile.account, currency.code, (Leg(to.address, minor_units, reference),))
    if dry_run:
        show_dry_run(session, body, _told(session, to, minor_units, reference))
        return
    consent(session, "send.ask")
    summary: dict[str, str | int] = {
        "kind": "pay",
        "payee": to.address,
        "name": to.shown,
        "amount": minor_units,
    }
    settled = own_sender(session).place(body, unlock(session, profile), summary=summary)
    require_accepted(settled.outcome, screen.language)
    _report(session, settled, to, minor_units, reference)


def show_dry_run(session: Session, body: Body, told: dict[str, object]) -> None:
    """Show what the ledger says would become of an order; it is signed, so the passphrase may be asked for.

    Raises:
        WalletFault: as `project`.
    """
    projection = project(own_sender(session), body, unlock(session, session.profile))
    tell_projection(session, projection)
    after = session.currency.text(projection.balance_after)
    session.screen.show_json({"dry_run": True, "balance_after": after, **told})


def amount_missing(session: Session, name: str) -> WalletFault:
    """As click tells of an argument that is not there."""
    command_name = SWAHILI_NAMES[name] if session.screen.language == "sw" else name
    missing = session.screen.say("argument.amount")
    return WalletFault("usage_missing", ExitCode.USAGE, name=missing, command=f"pochi {command_name}")


def consent(session: Session, question: str) -> None:
    """Ask for a yes to what has been shown.

    Raises:
        WalletFault: `declined` (exit 3); `answer_needed` (exit 2) with `--no-input` and without `--yes`.
    """
    if not session.screen.confirm(session.screen.say(question)):
        fault = WalletFault("declined", ExitCode.DECLINED)
        if not session.screen.keyboard.isatty():
            fault.wording = "declined_unasked"
        raise fault


def require_funds(session: Session, held: int, minor_units: int) -> None:
    """Stop before anything is signed if the money is not there: a refusal is for ever, this is not.

    Raises:
        WalletFault: `refused_funds` (exit 6).
    """
    if held < minor_units:
        raise WalletFault(
            "refused_funds",
            ExitCode.REFUSED,
            have=session.money(held),
            need=session.money(minor_units),
            short=session.money(minor_units - held),
        )


def settled_members(settled: Settled) -> dict[str, object]:
    """What `--json` says of every order that was posted."""
    outcome = settled.outcome
    return {
        "order": outcome.order_id,
        "outcome": "accepted",
        "replayed": outcome.replayed,
        "sequence": outcome.sequence,
        "recorded_at": outcome.members["recorded_at"],
        "receipt": str(settled.path) if settled.path is not None else None,
    }


def _rows(session: Session, to: Payee, minor_units: int, held: int, reference: str | None) -> list[Row]:
    screen = session.screen
    expires = clock_text(session.now_us() + ORDER_LIFE_US)
    rows = [
        Row(screen.say("label.to"), to.described, to.note),
        Row(screen.say("label.amount"), session.money(minor_units), session.words(minor_units)),
    ]
    if reference is not None:
        rows.append(Row(screen.say("label.reference"), reference))
    if held >= minor_units:
        now = screen.say("note.now", amount=session.money(held))
        rows.append(Row(screen.say("label.after"), session.money(held - minor_units), f"({now})"))
    rows.append(Row(screen.say("label.expires"), expires, f"({screen.say('note.if_not_posted')})"))
    if session.profile.sandbox:
        rows.append(Row("", screen.say("banner.sandbox")))
    return rows


def _told(session: Session, to: Payee, minor_units: int, reference: str | None) -> dict[str, object]:
    return {
        "payer": session.profile.account,
        "payee": to.address,
        "payee_name": to.name,
        "currency": session.currency.code,
        "amount": session.currency.text(minor_units),
        "reference": reference,
    }


def _report(session: Session, settled: Settled, to: Payee, minor_units: int, reference: str | None) -> None:
    screen, outcome = session.screen, settled.outcome
    screen.done(screen.say("send.done", amount=session.money(minor_units), payee=to.shown))
    moment = moment_text(outcome.recorded_us, screen.language)
    posted = screen.say("send.posted", order=outcome.order_id, moment=moment, record=f"{outcome.sequence:,}")
    screen.show("\n".join(f"  {line}" for line in posted.split("\n")))
    screen.tell(f"  {screen.say('send.receipt', order=outcome.order_id)}")
    screen.show_json(settled_members(settled) | _told(session, to, minor_units, reference))
