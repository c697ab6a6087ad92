"""What a ledger's JSON must hold for the wallet to go on: typed members, or one fault that names what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.faults import LedgerFault
from ledger.instants import parse_instant
from ledger.money import Currency
from wallet_cli.faults import ExitCode, WalletFault

Members = Mapping[str, Any]


def text(members: Members, name: str) -> str:
    """A text."""
    value = members.get(name)
    if not isinstance(value, str):
        raise _missing(name)
    return value


def whole(members: Members, name: str) -> int:
    """A whole number, zero or more."""
    value = members.get(name)
    if type(value) is not int or value < 0:
        raise _missing(name)
    return value


def table(members: Members, name: str) -> dict[str, Any]:
    """An object."""
    value = members.get(name)
    if not isinstance(value, dict):
        raise _missing(name)
    return value


def tables(members: Members, name: str) -> list[dict[str, Any]]:
    """A list of objects."""
    value = members.get(name)
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise _missing(name)
    return value


def instant(members: Members, name: str) -> int:
    """An instant, in microseconds since 1970."""
    try:
        return parse_instant(members.get(name))
    except LedgerFault as error:
        raise _missing(name) from error


def minor_units(members: Members, name: str, currency: Currency) -> int:
    """An amount in minor units; zero is one, as a balance may be."""
    value = members.get(name)
    if isinstance(value, str) and value in ("0", currency.text(0)):
        return 0
    try:
        return currency.parse(value)
    except LedgerFault as error:
        raise _missing(name) from error


def _missing(name: str) -> WalletFault:
    return WalletFault("answer_member", ExitCode.UNEXPECTED, member=name)
