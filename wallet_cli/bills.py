"""A bill as a payer meets it: what the ledger says of it, held against what the institution signed."""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger.books.bills import control_number_holds
from ledger.books.parties import Title
from ledger.faults import LedgerFault
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import RaiseBill
from ledger.orders.signed import open_order, verify_order
from ledger.signing.keys import public_key_from_jwk
from ledger.words.languages import Language
from wallet_cli import answers
from wallet_cli.client import LedgerSaidNo
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.session import Session
from wallet_cli.web import route


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


def _shown(members: dict[str, Any], genesis: Genesis, language: Language) -> ShownBill:
    currency = genesis.currencies.get(answers.text(members, "currency"))
    if currency is None:
        raise _forged()
    institution = answers.table(answers.table(members, "institution"), "title")
    service = answers.table(answers.table(members, "service"), "title")
    return ShownBill(
        control_number=answers.text(members, "control_number"),
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
    )


def _check_signed(members: dict[str, Any], shown: ShownBill, genesis: Genesis) -> str:
    """The kid of the institution's key that signed exactly these figures.

    Raises:
        WalletFault: `bill_forged`.
    """
    try:
        signed = open_order(answers.text(members, "order").encode("utf-8"), genesis)
        # The kid is the key's own thumbprint, so a key that fits it is the key that signed.
        verify_order(signed, public_key_from_jwk(answers.table(members, "maker_key")), genesis)
    except LedgerFault as error:
        raise _forged() from error
    body = signed.order.body
    same = isinstance(body, RaiseBill) and (
        signed.order.order_id == shown.bill
        and body.bill_id == shown.bill_id
        and body.service == answers.table(members, "service").get("code")
        and body.payee == shown.payee
        and body.currency == shown.currency
        and body.amount_minor_units == shown.minor_units
        and body.payable_until_us == shown.payable_until_us
    )
    if not same:
        raise _forged()
    return signed.kid


def _forged() -> WalletFault:
    return WalletFault("bill_forged", ExitCode.VERIFICATION_FAILED)
