"""A bill as a payer meets it: what the ledger says of it, held against what the institution signed."""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger.books.bills import PayOption, control_number_holds
from ledger.books.parties import Title
from ledger.faults import LedgerFault
from ledger.money import Currency
from ledger.orders.fields import REFERENCE
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import ApproveBill, ApproveBulk, Body, ChangeBill, Order, RaiseBill
from ledger.orders.signed import VerifiedOrder, open_order, verify_order
from ledger.signing import base64url
from ledger.signing.keys import public_key_from_jwk
from ledger.words.languages import Language
from wallet_cli import answers
from wallet_cli.client import LedgerSaidNo
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.session import Session
from wallet_cli.web import route


class ShownItem(NamedTuple):
    """An item of a bill: what it is for, what it asks in minor units, and which institution gets it."""

    gfs_code: str
    minor_units: int
    payee: str
    institution: str


class ShownBill(NamedTuple):
    """A bill whose figures are those that its institution signed."""

    control_number: str
    bill: str
    bill_id: str
    institution: str
    titles: Title
    """The institution's name in both languages."""
    service: str
    payee: str
    currency: str
    minor_units: int
    payable_until_us: int
    status: str
    option: str
    outstanding: int
    """What is still to be paid, in minor units; `least`: the least that may be paid now."""
    least: int
    items: tuple[ShownItem, ...] = ()


def read_control_number(typed: str) -> str:
    """The twelve digits, however they were grouped.

    Raises:
        WalletFault: `control_number_form`, or `control_number_slip` if the last digit does not fit the others.
    """
    digits = "".join(typed.split()).replace("-", "")
    if len(digits) != 12 or not (digits.isascii() and digits.isdecimal()):
        raise WalletFault("control_number_form", ExitCode.USAGE, typed=typed[:40])
    if not control_number_holds(digits):
        raise WalletFault("control_number_slip", ExitCode.USAGE, typed=grouped(digits))
    return digits


def grouped(control_number: str) -> str:
    """`8812 3456 7890`: in the groups that pages and bills show too."""
    return " ".join(control_number[at : at + 4] for at in range(0, len(control_number), 4))


def bill_numbered(session: Session, control_number: str) -> ShownBill:
    """The bill behind a control number.

    Raises:
        WalletFault: `bill_unknown`; `bill_forged` (exit 10) if the ledger says other than what the institution signed.
    """
    try:
        members = session.read(route("v1", "bills", control_number))
    except LedgerSaidNo as fault:
        if fault.problem.status == 404:
            number = grouped(control_number)
            raise WalletFault("bill_unknown", ExitCode.NOT_FOUND, control_number=number) from fault
        raise
    shown = _shown(members, session.genesis, session.screen.language)
    if shown.control_number != control_number:
        raise _forged()
    _check_signed(members, shown, session.genesis)
    return shown


class OwnBill(NamedTuple):
    """A bill of the profile's own institution, as its maker signed it, and what was asked to change of it since."""

    shown: ShownBill
    pending: VerifiedOrder | None


def own_bill(session: Session, typed: str) -> OwnBill:
    """A bill of one's own institution, by the institution's own number for it or by its control number.

    Raises:
        WalletFault: `own_bill_unknown`, and what `own_bills` raises.
    """
    digits = typed.replace(" ", "").replace("-", "")
    rows = own_bills(session, bill_id=typed) if REFERENCE.fullmatch(typed) else []
    if not rows and control_number_holds(digits):
        rows = own_bills(session, bill_id=bill_numbered(session, digits).bill_id)
    if len(rows) != 1:
        raise WalletFault("own_bill_unknown", ExitCode.NOT_FOUND, typed=typed[:40])
    return rows[0]


def own_bills(session: Session, **query: str | int | None) -> list[OwnBill]:
    """The newest bills of one's own institution that fit a query, each held against the maker's signature.

    Raises:
        WalletFault: `no_institution` for a profile that is none's; `bill_forged`.
    """
    genesis, language = session.genesis, session.screen.language
    try:
        page = session.read(route("v1", "bills", **query))
    except LedgerSaidNo as fault:
        if fault.problem.status == 404:
            raise WalletFault("no_institution", ExitCode.USAGE) from fault
        raise
    found = list[OwnBill]()
    for members in answers.tables(page, "bills"):
        shown = _shown(members, genesis, language)
        _check_signed(members, shown, genesis, approved=bool(shown.control_number))
        waiting = members.get("pending")
        try:
            pending = _verified(waiting, "order", "key", genesis) if isinstance(waiting, dict) else None
        except LedgerFault as error:
            raise _forged() from error
        found.append(OwnBill(shown, pending))
    return found


def _shown(members: dict[str, Any], genesis: Genesis, language: Language) -> ShownBill:
    currency = genesis.currencies.get(answers.text(members, "currency"))
    if currency is None:
        raise _forged()
    institution = answers.table(answers.table(members, "institution"), "title")
    service = answers.table(answers.table(members, "service"), "title")
    return ShownBill(
        control_number=str(members.get("control_number") or ""),
        bill=answers.text(members, "bill"),
        bill_id=answers.text(members, "bill_id"),
        institution=answers.text(institution, language),
        titles=Title(answers.text(institution, "en"), answers.text(institution, "sw")),
        service=answers.text(service, language),
        payee=answers.text(members, "payee"),
        currency=currency.code,
        minor_units=answers.minor_units(members, "amount", currency),
        payable_until_us=answers.instant(members, "payable_until"),
        status=answers.text(members, "status"),
        option=answers.text(members, "option"),
        outstanding=answers.minor_units(members, "outstanding", currency),
        least=answers.minor_units(members, "least", currency),
        items=tuple(_item(row, currency, language) for row in answers.tables(members, "items")),
    )


def _item(row: dict[str, Any], currency: Currency, language: Language) -> ShownItem:
    title = row.get("title")
    return ShownItem(
        answers.text(row, "gfs_code"),
        answers.minor_units(row, "amount", currency),
        answers.text(row, "payee"),
        answers.text(title, language) if isinstance(title, dict) else "",
    )


def _check_signed(
    members: dict[str, Any], shown: ShownBill, genesis: Genesis, *, approved: bool = True
) -> None:
    """Hold what is shown against what was signed: the bill and its changes, each approved by another key.

    Raises:
        WalletFault: `bill_forged`.
    """
    try:
        # The kid is the key's own thumbprint, so a key that fits it is the key that signed.
        raised = _verified(members, "order", "maker_key", genesis)
        changes = [_approved_change(row, shown.bill, genesis) for row in answers.tables(members, "changes")]
        approval = _verified(members, "approval", "checker_key", genesis) if approved else None
    except LedgerFault as error:
        raise _forged() from error
    body = raised.order.body
    same = isinstance(body, RaiseBill) and (
        raised.order.order_id == shown.bill
        and body.bill_id == shown.bill_id
        and body.service == answers.table(members, "service").get("code")
        and body.payee == shown.payee
        and body.currency == shown.currency
        and (body.option or PayOption.EXACT).value == shown.option
        and _asked(body, [change.body for change in changes], shown)
    )
    if not same:
        raise _forged()
    if approval is not None and (approval.kid == raised.kid or not _approves(approval, raised, changes)):
        raise _forged()


def _verified(row: dict[str, Any], order: str, key: str, genesis: Genesis) -> VerifiedOrder:
    signed = open_order(answers.text(row, order).encode("utf-8"), genesis)
    return verify_order(signed, public_key_from_jwk(answers.table(row, key)), genesis)


def _approved_change(row: dict[str, Any], bill: str, genesis: Genesis) -> Order:
    """A change to which somebody else said yes: to this very order, and to this very bill."""
    change = _verified(row, "order", "key", genesis)
    approval = _verified(row, "approval", "checker_key", genesis)
    yes = ApproveBill(bill, change.order.order_id)
    if approval.kid == change.kid or approval.order.body != yes:
        raise _forged()
    return change.order


def _asked(body: RaiseBill, changes: list[Body], shown: ShownBill) -> bool:
    """Whether amount, end and items are those that were signed, change after change."""
    amount, until_us, items = body.amount_minor_units, body.payable_until_us, body.items
    for change in changes:
        if not isinstance(change, ChangeBill) or change.bill != shown.bill:
            return False
        amount = amount if change.amount_minor_units is None else change.amount_minor_units
        until_us = until_us if change.payable_until_us is None else change.payable_until_us
        items = change.items or items
    lines = tuple((item.gfs_code, item.amount_minor_units, item.payee or body.payee) for item in items)
    told = tuple((item.gfs_code, item.minor_units, item.payee) for item in shown.items)
    return (amount, until_us, lines) == (shown.minor_units, shown.payable_until_us, told)


def _approves(approval: VerifiedOrder, raised: VerifiedOrder, changes: list[Order]) -> bool:
    """Whether an order is the yes to this bill: to it by name, with a change of it or without, or to its very bytes."""
    body = approval.order.body
    if isinstance(body, ApproveBulk):
        return base64url.encode(raised.content) in body.lines
    named = {None, *(change.order_id for change in changes)}
    return isinstance(body, ApproveBill) and body.bill == raised.order.order_id and body.change in named


def _forged() -> WalletFault:
    return WalletFault("bill_forged", ExitCode.VERIFICATION_FAILED)
