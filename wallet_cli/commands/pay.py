"""`pochi pay CONTROL_NUMBER`: a government bill, shown whole before consent."""

from __future__ import annotations

import click

from ledger.books.bills import control_number_holds
from ledger.instants import MICROSECONDS_PER_DAY
from ledger.orders.kinds import PayBill
from wallet_cli.aliases import is_alias, is_code, number_in_code
from wallet_cli.bills import ShownBill, bill_numbered, grouped, read_control_number
from wallet_cli.commands.balance import balance_of
from wallet_cli.commands.send import (
    amount_missing,
    consent,
    pay_request,
    require_funds,
    send_money,
    settled_members,
    show_dry_run,
)
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.people import short_address
from wallet_cli.receipts import find_receipt
from wallet_cli.requests import is_request
from wallet_cli.running import command
from wallet_cli.screen import Row, day_text, moment_text, parse_amount_input
from wallet_cli.sending import Settled, own_sender, require_accepted
from wallet_cli.session import Session
from wallet_cli.unlocking import unlock


@command("pay")
@click.argument("control_number", nargs=-1, required=True)
@click.option("--amount", "instalment")
@click.option("--dry-run", is_flag=True)
def pay(session: Session, *, control_number: tuple[str, ...], instalment: str | None, dry_run: bool) -> None:
    """Show the bill, take consent, pay all of it or an instalment. Requests and aliases are paid as by `pochi send`."""
    typed = " ".join(control_number)  # the groups in which a number is printed may come as several words
    if is_request(typed):
        pay_request(session, typed, None, None, dry_run=dry_run)
        return
    if not _is_control_number(typed) and is_alias(control_number[0]):
        pay_alias(session, control_number, dry_run=dry_run)
        return
    pay_bill_numbered(session, typed, instalment, dry_run=dry_run)


def pay_bill_numbered(
    session: Session, typed: str, instalment: str | None = None, *, dry_run: bool = False
) -> None:
    """Pay the bill behind a control number, or behind the text of a bill's code.

    Raises:
        WalletFault: whatever stops the payment.
    """
    number = read_control_number(number_in_code(typed, session.screen) if is_code(typed) else typed)
    profile, screen = session.profile, session.screen
    session.check_ledger()
    bill = bill_numbered(session, number)
    _require_payable(session, bill)
    bill = bill._replace(outstanding=_amount_of(session, bill, instalment))
    held = balance_of(session)
    screen.tell(f"  {screen.say('pay.heading', institution=bill.institution)}")
    screen.tell_rows(_rows(session, bill, held))
    require_funds(session, held, bill.outstanding)
    body = PayBill(profile.account, bill.control_number, bill.currency, bill.outstanding)
    if dry_run:
        show_dry_run(session, body, _told(session, bill))
        return
    consent(session, "pay.ask")
    summary: dict[str, str | int] = {
        "kind": "pay_bill",
        "control_number": bill.control_number,
        "payee": bill.payee,
        "name": bill.institution,
        "name_en": bill.titles.en,
        "name_sw": bill.titles.sw,
        "service": bill.service,
        "amount": bill.outstanding,
    }
    settled = own_sender(session).place(body, unlock(session, profile), summary=summary)
    require_accepted(settled.outcome, screen.language)
    _report(session, settled, bill)


def _is_control_number(typed: str) -> bool:
    """Whether all that was typed is one control number: then no part of it is an alias."""
    return control_number_holds("".join(typed.split()).replace("-", ""))


def pay_alias(session: Session, words: tuple[str, ...], *, dry_run: bool) -> None:
    """Pay whom a telephone number or a Lipa Namba stands for: the alias as one word, then the amount.

    Raises:
        WalletFault: `usage_missing`, `usage_extra`, and what `send_money` raises.
    """
    if len(words) > 2:
        raise WalletFault("usage_extra", ExitCode.USAGE, typed=words[2][:40], command="pochi pay")
    if len(words) < 2:
        raise amount_missing(session, "pay")
    currency = session.currency
    minor_units = parse_amount_input(words[1], decimals=currency.decimals, currency=currency.code)
    send_money(session, words[0], minor_units, None, dry_run=dry_run)


def _amount_of(session: Session, bill: ShownBill, typed: str | None) -> int:
    """What is paid now, in minor units: all that is outstanding, or the instalment that was typed.

    Raises:
        WalletFault: `bill_amount` (exit 2) for less or more than the bill takes now.
    """
    if typed is None:
        return bill.outstanding
    currency = session.currency
    minor_units = parse_amount_input(typed, decimals=currency.decimals, currency=currency.code)
    if not bill.least <= minor_units <= bill.outstanding:
        least, most = session.money(bill.least), session.money(bill.outstanding)
        raise WalletFault("bill_amount", ExitCode.USAGE, least=least, most=most)
    return minor_units


def _require_payable(session: Session, bill: ShownBill) -> None:
    """Stop at a bill that is paid, expired or not approved yet.

    Raises:
        WalletFault: `bill_not_payable` (exit 6).
    """
    if bill.status in {"open", "part_paid"} and bill.currency == session.profile.currency:
        return
    screen = session.screen
    if bill.status == "paid":
        mine = find_receipt(session.home, session.profile, bill.control_number) is not None
        key = "bill_paid_by_you" if mine else "bill_paid"
        raise WalletFault(key, ExitCode.REFUSED, control_number=bill.control_number)
    states = {
        "expired": "state.expired",
        "raised": "state.draft",
        "refunded": "state.refunded",
        "cancelled": "state.cancelled",
    }
    state = screen.say(states.get(bill.status, "state.unknown"))
    number = grouped(bill.control_number)
    raise WalletFault("bill_not_payable", ExitCode.REFUSED, control_number=number, state=state)


def _rows(session: Session, bill: ShownBill, held: int) -> list[Row]:
    screen = session.screen
    left = screen.say("note.now", amount=session.money(held))
    rows = [
        Row(screen.say("label.control_number"), grouped(bill.control_number)),
        Row(screen.say("label.purpose"), bill.service),
        Row(screen.say("label.bill"), bill.bill_id, screen.say("pay.signed")),
        Row(screen.say("label.payer"), session.profile.name, short_address(session.profile.account)),
        *_item_rows(session, bill),
        Row(screen.say("label.amount"), session.money(bill.outstanding), session.words(bill.outstanding)),
        Row(screen.say("label.pay_before"), *_until(session, bill)),
    ]
    if held >= bill.outstanding:
        rows.append(Row(screen.say("label.after"), session.money(held - bill.outstanding), f"({left})"))
    if session.profile.sandbox:
        rows.append(Row("", screen.say("banner.sandbox")))
    return rows


def _item_rows(session: Session, bill: ShownBill) -> list[Row]:
    """What the bill is made of, if it says so, and its whole amount if another one is paid now."""
    rows = [
        Row(session.screen.say("label.item") if place == 0 else "", session.money(item.minor_units),
            f"{item.gfs_code} · {item.institution}")
        for place, item in enumerate(bill.items)
    ]  # fmt: skip
    if bill.outstanding != bill.minor_units:
        rows.append(Row(session.screen.say("label.bill_amount"), session.money(bill.minor_units)))
    return rows


def _until(session: Session, bill: ShownBill) -> tuple[str, str]:
    screen = session.screen
    left_us = bill.payable_until_us - session.now_us()
    days = round(left_us / MICROSECONDS_PER_DAY)
    left = screen.say("note.days_left", days=days) if days > 1 else screen.say("note.last_day")
    if days <= 1:
        return moment_text(bill.payable_until_us, screen.language), f"({left})"
    return day_text(bill.payable_until_us, screen.language), f"({left})"


def _told(session: Session, bill: ShownBill) -> dict[str, object]:
    return {
        "control_number": bill.control_number,
        "bill_id": bill.bill_id,
        "institution": bill.institution,
        "purpose": bill.service,
        "payer": session.profile.account,
        "payee": bill.payee,
        "currency": bill.currency,
        "amount": session.currency.text(bill.outstanding),
    }


def _report(session: Session, settled: Settled, bill: ShownBill) -> None:
    screen, outcome = session.screen, settled.outcome
    screen.done(screen.say("pay.done", order=outcome.order_id))
    moment = moment_text(outcome.recorded_us, screen.language)
    posted = screen.say("pay.posted", moment=moment, record=f"{outcome.sequence:,}")
    screen.show(f"  {posted}")
    if settled.path is not None:
        verify = screen.say("pay.verify", path=settled.path.stem)
        screen.tell("\n".join(f"  {line}" for line in verify.split("\n")))
    screen.show_json(settled_members(settled) | _told(session, bill))
