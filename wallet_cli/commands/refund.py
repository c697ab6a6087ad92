"""`pochi refund RECEIPT [AMOUNT]`: money that came in goes back to whoever paid it, linked to the payment."""

from __future__ import annotations

from typing import Any, NamedTuple

import click

from ledger.addresses import ORDER_ID
from ledger.orders.fields import REFERENCE
from ledger.orders.kinds import Refund
from wallet_cli import answers
from wallet_cli.commands.balance import balance_of
from wallet_cli.commands.send import consent, require_funds, settled_members
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.people import known_as, short_address
from wallet_cli.running import command
from wallet_cli.screen import Row, moment_text, parse_amount_input
from wallet_cli.sending import own_sender, require_accepted
from wallet_cli.session import Session
from wallet_cli.unlocking import unlock
from wallet_cli.web import route

PAGES_MAX = 20
ROWS = 100
ID_CHARACTERS_MIN = 6


class Received(NamedTuple):
    """A payment that came in: who paid, how much this account got by it, how much of that went back, and when."""

    order: str
    payer: str
    shown: str
    minor_units: int
    given_back: int
    recorded_us: int

    @property
    def left(self) -> int:
        """What can still be given back."""
        return self.minor_units - self.given_back


@command("refund")
@click.argument("receipt_name")
@click.argument("amount", required=False)
@click.option("-r", "--reference")
def refund(session: Session, *, receipt_name: str, amount: str | None, reference: str | None) -> None:
    """Show whom and how much, take consent, give it back: all that is left of the payment, or a part of it."""
    currency, screen = session.currency, session.screen
    wanted = None
    if amount is not None:
        wanted = parse_amount_input(amount, decimals=currency.decimals, currency=currency.code)
    if reference is not None and REFERENCE.fullmatch(reference) is None:
        raise WalletFault("reference_form", ExitCode.USAGE, typed=reference[:40])
    session.check_ledger()
    payment = _received(session, receipt_name)
    minor_units = payment.left if wanted is None else wanted
    _require_left(session, payment, minor_units)
    held = balance_of(session)
    screen.tell_rows(_rows(session, payment, minor_units, held))
    require_funds(session, held, minor_units)
    consent(session, "refund.ask")
    body = Refund(payment.order, session.profile.account, currency.code, minor_units, reference)
    summary: dict[str, str | int] = {
        "kind": "refund",
        "payee": payment.payer,
        "name": payment.shown,
        "amount": minor_units,
    }
    settled = own_sender(session).place(body, unlock(session, session.profile), summary=summary)
    require_accepted(settled.outcome, screen.language)
    screen.done(screen.say("refund.done", amount=session.money(minor_units), payee=payment.shown))
    moment = moment_text(settled.outcome.recorded_us, screen.language)
    screen.show(f"  {screen.say('pay.posted', moment=moment, record=f'{settled.outcome.sequence:,}')}")
    screen.tell(f"  {screen.say('send.receipt', order=settled.outcome.order_id)}")
    screen.show_json(
        settled_members(settled)
        | {"payment": payment.order, "payee": payment.payer, "amount": currency.text(minor_units)}
    )


def _require_left(session: Session, payment: Received, minor_units: int) -> None:
    """Stop before anything is signed if the payment does not hold so much any more.

    Raises:
        WalletFault: `refund_above`, `refund_above_rest`, `refund_nothing_left` (exit 6).
    """
    paid, left = session.money(payment.minor_units), session.money(payment.left)
    if payment.left <= 0:
        raise WalletFault("refund_nothing_left", ExitCode.REFUSED, paid=paid)
    if minor_units > payment.left:
        key = "refund_above_rest" if payment.given_back else "refund_above"
        raise WalletFault(key, ExitCode.REFUSED, paid=paid, left=left)


def _received(session: Session, named: str) -> Received:
    """The payment that is meant, among the entries of this account.

    Raises:
        WalletFault: `refund_unknown` if none of them, or more than one, is it.
    """
    found: dict[str, dict[str, Any]] = {}
    returned: list[dict[str, Any]] = []
    before: str | None = None
    for _ in range(PAGES_MAX):
        account = session.profile.account
        page = session.read(route("v1", "accounts", account, "entries", limit=ROWS, before=before))
        for entry in answers.tables(page, "entries"):
            if entry.get("kind") in ("refund", "reverse"):
                returned.append(entry)
            if _is_meant(entry, named):
                found[answers.text(entry, "order")] = entry
        following = page.get("next")
        if not isinstance(following, str) or named in found:
            break
        before = following
    if len(found) != 1:
        raise WalletFault("refund_unknown", ExitCode.NOT_FOUND, named=named[:40])
    ((order, entry),) = found.items()
    payer = answers.text(entry, "counterparty")
    title = entry.get("counterparty_title")
    shown = known_as(session.profile, payer, session.screen, title if isinstance(title, str) else "")
    amount = answers.minor_units(entry, "amount", session.currency)
    given_back = _given_back(session, order, returned)
    return Received(order, payer, shown, amount, given_back, answers.instant(entry, "recorded_at"))


def _given_back(session: Session, payment: str, returned: list[dict[str, Any]]) -> int:
    """What went back of a payment: its refunds, without those that were corrected away. All are newer than it is."""
    refunds = [entry for entry in returned if (entry.get("kind"), entry.get("about")) == ("refund", payment)]
    corrected = {entry.get("about") for entry in returned if entry.get("kind") == "reverse"}
    return sum(
        answers.minor_units(entry, "amount", session.currency)
        for entry in refunds
        if entry.get("side") == "debit" and entry.get("order") not in corrected
    )


def _is_meant(entry: dict[str, Any], named: str) -> bool:
    """Whether an entry is a payment that came in under this id, the end of it, or this control number."""
    order = entry.get("order")
    if entry.get("side") != "credit" or not isinstance(order, str):
        return False
    if entry.get("control_number") == named or order == named:
        return True
    short = ORDER_ID.fullmatch(named) is None and len(named) >= ID_CHARACTERS_MIN
    return short and order.endswith(named.lower())


def _rows(session: Session, payment: Received, minor_units: int, held: int) -> list[Row]:
    screen = session.screen
    moment = moment_text(payment.recorded_us, screen.language)
    paid = screen.say("refund.paid", amount=session.money(payment.minor_units))
    rows = [
        Row(screen.say("label.to"), f"{payment.shown} · {short_address(payment.payer)}"),
        Row(screen.say("label.amount"), session.money(minor_units), session.words(minor_units)),
        Row(screen.say("refund.payment"), moment, f"({paid})"),
    ]
    if payment.given_back:
        back = screen.say("refund.given_back", amount=session.money(payment.given_back))
        rows.append(Row("", back))
    if held >= minor_units:
        now = screen.say("note.now", amount=session.money(held))
        rows.append(Row(screen.say("label.after"), session.money(held - minor_units), f"({now})"))
    if session.profile.sandbox:
        rows.append(Row("", screen.say("banner.sandbox")))
    return rows
