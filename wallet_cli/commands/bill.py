"""A maker of an institution raises bills, lists them, asks to change or cancel them. A checker approves."""

from __future__ import annotations

from datetime import date

import click

from ledger.addresses import parse_address
from ledger.books.bills import CancelReason, PayOption
from ledger.faults import LedgerFault
from ledger.formats.tan_qr import bill_text
from ledger.instants import MICROSECONDS_PER_DAY, MICROSECONDS_PER_SECOND, eat_day_start_us, instant_text
from ledger.orders import fields
from ledger.orders.codec import kind_name
from ledger.orders.kinds import BillLine, Body, CancelBill, ChangeBill, RaiseBill
from wallet_cli.bills import OwnBill, grouped, own_bill, own_bills
from wallet_cli.commands.request import terminal_code
from wallet_cli.commands.send import consent, settled_members
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.figures import read_span
from wallet_cli.running import command
from wallet_cli.screen import Row, moment_text, parse_amount_input
from wallet_cli.sending import Settled, own_sender, require_accepted
from wallet_cli.session import Session
from wallet_cli.unlocking import unlock

DAYS = 30
ROWS = 50
STATES = {
    "open": "state.open", "paid": "state.paid", "expired": "state.expired", "refunded": "state.refunded",
    "raised": "state.draft", "part_paid": "state.part_paid", "cancelled": "state.cancelled",
}  # fmt: skip


@command("create")
@click.option("--service", "bill_service", default="")
@click.option("--amount", "bill_amount", default="")
@click.option("--bill-id", "own_number", default="")
@click.option("--until", "last_day")
@click.option("--option", "pay_option", type=click.Choice([option.value for option in PayOption]))
@click.option("--minimum", "least_instalment")
@click.option("--item", "bill_items", multiple=True)
@click.option("--reusable", is_flag=True)
@click.option("--reuse", "reuse_number")
def create(
    session: Session, *, bill_service: str, bill_amount: str, own_number: str, last_day: str | None,
    pay_option: str | None, least_instalment: str | None, bill_items: tuple[str, ...], reusable: bool,
    reuse_number: str | None,
) -> None:  # fmt: skip
    """Raise a bill with the maker's key. It gets its control number from a checker's yes."""
    needed = {"--service": bill_service, "--amount": bill_amount, "--bill-id": own_number}
    if missing := ", ".join(name for name, given in needed.items() if not given):
        raise WalletFault("usage_missing_options", ExitCode.USAGE, names=missing, command="pochi bill create")
    for value, form in ((own_number, fields.REFERENCE), (bill_service, fields.SERVICE_CODE)):
        if form.fullmatch(value) is None:
            raise WalletFault("code_form", ExitCode.USAGE, typed=value[:40])
    amount, items = _minor_units(session, bill_amount), tuple(_item(session, typed) for typed in bill_items)
    if items and sum(item.amount_minor_units for item in items) != amount:
        raise WalletFault("items_sum", ExitCode.USAGE, amount=session.money(amount))
    minimum = _minor_units(session, least_instalment) if least_instalment else None
    if minimum is not None and (pay_option != PayOption.PARTIAL.value or minimum > amount):
        raise WalletFault("minimum_form", ExitCode.USAGE)
    session.check_ledger()
    body = RaiseBill(
        own_number, bill_service, session.profile.account, session.currency.code, amount,
        _until_us(session, last_day), PayOption(pay_option) if pay_option else None, minimum, items,
        reusable=reusable, reuse=reuse_number,
    )  # fmt: skip
    settled = _place(session, body, "bill.ask_raise", _asked_rows(session, body))
    session.screen.done(session.screen.say("bill.raised", bill=own_number))
    session.screen.tell(f"  {session.screen.say('bill.next_approve', bill=own_number)}")
    told = {"bill_id": own_number, "amount": session.currency.text(amount)}
    session.screen.show_json(settled_members(settled) | told)


@command("list")
@click.option("--status", "bill_status", type=click.Choice(list(STATES)))
def list_(session: Session, bill_status: str | None) -> None:
    """List the newest bills of one's own institution."""
    session.check_ledger()
    screen, rows = session.screen, own_bills(session, status=bill_status, limit=ROWS)
    if rows:
        names = ("bill", "control_number", "amount", "outstanding", "state")
        screen.show_table(
            [screen.say(f"label.{name}") for name in names], [_line(session, row) for row in rows]
        )
    else:
        screen.tell(screen.say("bill.none"))
    screen.show_json({"bills": [bill_members(session, row) for row in rows]})


@command("show")
@click.argument("bill_named")
@click.option("--qr", "with_code", is_flag=True)
def show(session: Session, bill_named: str, *, with_code: bool) -> None:
    """Show one bill of one's own institution, by its own number or its control number."""
    session.check_ledger()
    row, screen = own_bill(session, bill_named), session.screen
    screen.show_rows(bill_rows(session, row))
    code = _code_text(session, row) if with_code else None
    if code is not None:
        screen.tell(terminal_code(code))
    screen.show_json(bill_members(session, row) | ({"qr": code} if with_code else {}))


def _code_text(session: Session, row: OwnBill) -> str | None:
    """What the bill's code says, which is what the code on its page says; None where nothing can be paid."""
    bill = row.shown
    if bill.status not in ("open", "part_paid"):
        return None
    return bill_text(
        institution=bill.titles.sw if session.screen.language == "sw" else bill.titles.en,
        payee=bill.payee,
        currency=session.genesis.currencies[bill.currency],
        outstanding=bill.outstanding,
        control_number=bill.control_number,
    )


@command("change")
@click.argument("bill_named")
@click.option("--amount", "new_amount")
@click.option("--until", "last_day")
def change(session: Session, bill_named: str, new_amount: str | None, last_day: str | None) -> None:
    """Ask for another amount while nothing is paid, or for another last day. A checker approves it."""
    if new_amount is None and last_day is None:
        names = "--amount, --until"
        raise WalletFault("usage_missing_options", ExitCode.USAGE, names=names, command="pochi bill change")
    amount = None if new_amount is None else _minor_units(session, new_amount)
    session.check_ledger()
    until_us = None if last_day is None else _until_us(session, last_day)
    row = own_bill(session, bill_named)
    currency = None if amount is None else row.shown.currency
    _ask(session, row, ChangeBill(row.shown.bill, until_us, currency, amount))


@command("cancel")
@click.argument("bill_named")
@click.option("--reason", "cancel_reason", type=click.Choice([reason.value for reason in CancelReason]))
def cancel(session: Session, bill_named: str, cancel_reason: str | None) -> None:
    """Take a bill back of which nothing is paid. One that has a number needs a checker's yes."""
    session.check_ledger()
    row = own_bill(session, bill_named)
    _ask(session, row, CancelBill(row.shown.bill, CancelReason(cancel_reason or CancelReason.WRONG_AMOUNT)))


def _ask(session: Session, row: OwnBill, body: ChangeBill | CancelBill) -> None:
    """Show the bill and what is asked, sign it, and say what comes next."""
    rows = [*bill_rows(session, row._replace(pending=None)), *change_rows(session, body)]
    settled = _place(session, body, "bill.ask_change", rows)
    screen, name = session.screen, row.shown.bill_id
    if row.shown.control_number or isinstance(body, ChangeBill):
        screen.done(screen.say("bill.change_asked", bill=name))
        screen.tell(f"  {screen.say('bill.next_approve', bill=name)}")
    else:
        screen.done(screen.say("bill.cancelled", bill=name))
    screen.show_json(settled_members(settled) | {"bill_id": name})


def _place(session: Session, body: Body, question: str, rows: list[Row]) -> Settled:
    session.screen.tell_rows(rows)
    consent(session, question)
    summary: dict[str, str | int] = {"kind": kind_name(body)}
    settled = own_sender(session).place(body, unlock(session, session.profile), summary=summary)
    require_accepted(settled.outcome, session.screen.language)
    return settled


def _minor_units(session: Session, typed: str) -> int:
    currency = session.currency
    return parse_amount_input(typed, decimals=currency.decimals, currency=currency.code)


def _until_us(session: Session, last_day: str | None) -> int:
    """Until when a bill can be paid: the end of a day in East Africa, or a span from now; a month if none was typed."""
    if last_day is None:
        return session.now_us() + DAYS * MICROSECONDS_PER_DAY
    if last_day.startswith("+"):
        return session.now_us() + read_span(last_day) * MICROSECONDS_PER_SECOND
    try:
        date.fromisoformat(last_day)
        return eat_day_start_us(last_day) + MICROSECONDS_PER_DAY
    except (ValueError, LedgerFault) as error:
        raise WalletFault("date_form", ExitCode.USAGE, typed=last_day[:40]) from error


def _item(session: Session, typed: str) -> BillLine:
    """`GFS-CODE:AMOUNT` or `GFS-CODE:AMOUNT:ACCOUNT`.

    Raises:
        WalletFault: `item_form`, `address_wrong`, and what the amount raises.
    """
    code, _, rest = typed.partition(":")
    amount, _, payee = rest.partition(":")
    if fields.GFS_CODE.fullmatch(code) is None or not amount:
        raise WalletFault("item_form", ExitCode.USAGE, typed=typed[:60])
    try:
        account = parse_address(payee, prefix=session.profile.address_prefix) if payee else None
    except LedgerFault as error:
        raise WalletFault("address_wrong", ExitCode.USAGE, typed=payee[:60]) from error
    return BillLine(code, _minor_units(session, amount), account)


def _asked_rows(session: Session, body: RaiseBill) -> list[Row]:
    screen, amount = session.screen, body.amount_minor_units
    items = [(item.gfs_code, item.amount_minor_units) for item in body.items]
    return [
        Row(screen.say("label.bill"), body.bill_id),
        Row(screen.say("label.purpose"), body.service),
        *_item_rows(session, items),
        Row(screen.say("label.amount"), session.money(amount), session.words(amount)),
        Row(screen.say("label.option"), screen.say(f"option.{(body.option or PayOption.EXACT).value}")),
        Row(screen.say("label.pay_before"), moment_text(body.payable_until_us, screen.language)),
    ]


def _item_rows(session: Session, items: list[tuple[str, int]]) -> list[Row]:
    label = session.screen.say("label.item")
    return [
        Row("" if place else label, session.money(minor_units), code)
        for place, (code, minor_units) in enumerate(items)
    ]


def bill_rows(session: Session, row: OwnBill) -> list[Row]:
    """A bill as its institution's own people see it, with what was asked to change of it."""
    screen, bill = session.screen, row.shown
    number = grouped(bill.control_number) if bill.control_number else screen.say("state.draft")
    return [
        Row(screen.say("label.bill"), bill.bill_id, f"({bill.institution})"),
        Row(screen.say("label.control_number"), number),
        Row(screen.say("label.purpose"), bill.service),
        *_item_rows(session, [(item.gfs_code, item.minor_units) for item in bill.items]),
        Row(screen.say("label.amount"), session.money(bill.minor_units), session.words(bill.minor_units)),
        Row(screen.say("label.outstanding"), session.money(bill.outstanding)),
        Row(screen.say("label.option"), screen.say(f"option.{bill.option}")),
        Row(screen.say("label.pay_before"), moment_text(bill.payable_until_us, screen.language)),
        Row(screen.say("label.state"), screen.say(STATES.get(bill.status, "state.unknown"))),
        *(change_rows(session, row.pending.order.body) if row.pending is not None else []),
    ]


def change_rows(session: Session, body: Body) -> list[Row]:
    """What is asked to change of a bill."""
    screen, label = session.screen, session.screen.say("label.change")
    if isinstance(body, CancelBill):
        return [Row(label, screen.say("bill.to_cancel"), f"({body.reason.value})")]
    rows = list[Row]()
    if isinstance(body, ChangeBill) and body.amount_minor_units is not None:
        rows.append(Row(label, session.money(body.amount_minor_units)))
    if isinstance(body, ChangeBill) and body.payable_until_us is not None:
        moment = moment_text(body.payable_until_us, screen.language)
        rows.append(Row(label, screen.say("bill.to_last", moment=moment)))
    return rows


def _line(session: Session, row: OwnBill) -> tuple[str, ...]:
    bill, state = row.shown, session.screen.say(STATES.get(row.shown.status, "state.unknown"))
    amounts = session.money(bill.minor_units), session.money(bill.outstanding)
    return (bill.bill_id, grouped(bill.control_number), *amounts, state)


def bill_members(session: Session, row: OwnBill) -> dict[str, object]:
    """A bill in the names of `--json`."""
    bill = row.shown
    currency = session.genesis.currencies[bill.currency]
    return {
        "bill_id": bill.bill_id,
        "bill": bill.bill,
        "control_number": bill.control_number or None,
        "status": bill.status,
        "option": bill.option,
        "currency": bill.currency,
        "amount": currency.text(bill.minor_units),
        "outstanding": currency.text(bill.outstanding),
        "payable_until": instant_text(bill.payable_until_us),
        "pending": None if row.pending is None else row.pending.order.order_id,
    }
