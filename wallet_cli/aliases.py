"""What people give in the place of an address: a telephone number, a Lipa Namba, or the text of a bill's QR code."""

from __future__ import annotations

import re

from ledger.faults import LedgerFault
from ledger.formats.lipa_namba import parse_lipa_namba
from ledger.formats.phone import parse_phone
from ledger.formats.tan_qr import SANDBOX_ACQUIRER, parse_tan_qr
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.locale.catalogue import has_sentence
from wallet_cli.screen import Screen

_LIPA_NAMBA = re.compile(r"[0-9]{4}[ -]?[0-9]{4}", re.ASCII)
_PHONE = re.compile(r"(?:\+|00|0)[0-9][0-9 ().-]{5,20}|255[0-9]{9}|[67][0-9]{8}", re.ASCII)
_CODE_HEAD = "000201"


def is_alias(typed: str) -> bool:
    """Whether this means to be a telephone number or a Lipa Namba."""
    return _LIPA_NAMBA.fullmatch(typed.strip()) is not None or _PHONE.fullmatch(typed.strip()) is not None


def read_alias(typed: str, screen: Screen) -> str:
    """The one form of an alias, in which the ledger is asked for it.

    Raises:
        WalletFault: `data_form`, with why.
    """
    text = typed.strip()
    try:
        return parse_lipa_namba(text) if _LIPA_NAMBA.fullmatch(text) else parse_phone(text)
    except LedgerFault as fault:
        raise wrong_form(fault, screen) from fault


def is_code(typed: str) -> bool:
    """Whether this means to be the text of a QR code for payments."""
    return typed.strip().startswith(_CODE_HEAD)


def number_in_code(typed: str, screen: Screen) -> str:
    """The control number in the text of a bill's QR code.

    Raises:
        WalletFault: `data_form`, with why; `code_elsewhere` if it is no bill of a ledger like ours.
    """
    try:
        code = parse_tan_qr(typed.strip())
    except LedgerFault as fault:
        raise wrong_form(fault, screen) from fault
    if code.acquirer != SANDBOX_ACQUIRER or not code.bill_number:
        raise WalletFault("code_elsewhere", ExitCode.USAGE)
    return code.bill_number


def wrong_form(fault: LedgerFault, screen: Screen) -> WalletFault:
    """What a format found wrong, in the person's language."""
    key = f"form.{fault.details.get('what', '')}"
    return WalletFault(
        "data_form", ExitCode.USAGE, why=screen.say(key if has_sentence(key) else "form.other")
    )
