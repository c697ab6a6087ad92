"""A payment request as a URI: who is to be paid, on which ledger, how much, under which reference.

    pochi:tzst1qf8k…h6a?ledger=<ledger id>&currency=TZS&amount=15000.00&reference=INV/17

It may come from anywhere (a poster, a message, a stranger's QR code), so it is read strictly and grants nothing: the
wallet shows the holder of the account as the ledger knows them, and asks, as ever. There is no name and no free text in
it, since either could say anything.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.addresses import parse_address
from ledger.faults import LedgerFault
from ledger.money import Currency
from ledger.orders.fields import REFERENCE
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.profile import Profile

SCHEME = "pochi:"
URI_CHARACTERS_MAX = 300
_MEMBERS = ("ledger", "currency", "amount", "reference")


class Request(NamedTuple):
    """What a payee asks for. No amount: the payer chooses."""

    address: str
    minor_units: int | None
    reference: str | None


def is_request(typed: str) -> bool:
    """Whether this means to be a payment request."""
    return typed.strip().lower().startswith(SCHEME)


def request_uri(profile: Profile, *, minor_units: int | None, reference: str | None) -> str:
    """The URI by which this profile's holder asks to be paid."""
    members = {"ledger": profile.ledger_id, "currency": profile.currency}
    if minor_units is not None:
        members["amount"] = Currency(profile.currency, profile.decimals).text(minor_units)
    if reference is not None:
        members["reference"] = reference
    return f"{SCHEME}{profile.account}?" + "&".join(f"{name}={value}" for name, value in members.items())


def read_request(typed: str, profile: Profile) -> Request:
    """Read a payment request that somebody else made, for this profile's ledger.

    Raises:
        WalletFault: `request_form` with what is wrong, `request_other_ledger`, `request_currency`, `address_wrong`.
    """
    text = typed.strip()
    if len(text) > URI_CHARACTERS_MAX:
        raise _form("length")
    # Nothing in a request needs an escape: whatever is written in another way hides something.
    if not text.isascii() or not text.isprintable() or set(text) & set(' %+#"<>\\^`{|}'):
        raise _form("characters")
    address, _, query = text[len(SCHEME) :].partition("?")
    members = _members(query)
    if members.get("ledger") != profile.ledger_id:
        raise WalletFault("request_other_ledger", ExitCode.USAGE)
    if members.get("currency") != profile.currency:
        currency = members.get("currency", "")[:12]
        raise WalletFault("request_currency", ExitCode.USAGE, currency=currency, own=profile.currency)
    reference = members.get("reference")
    if reference is not None and REFERENCE.fullmatch(reference) is None:
        raise _form("reference")
    try:
        checked = parse_address(address.lower(), prefix=profile.address_prefix)
    except LedgerFault as error:
        raise WalletFault("address_wrong", ExitCode.USAGE, typed=address[:60]) from error
    return Request(checked, _amount(members, profile), reference)


def _members(query: str) -> dict[str, str]:
    """The members of a request: known ones, each once."""
    found: dict[str, str] = {}
    for part in query.split("&"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise _form("members")
        if name not in _MEMBERS:
            raise WalletFault("request_unknown", ExitCode.USAGE, name=name[:20])
        if name in found:
            raise _form("members")
        found[name] = value
    return found


def _amount(members: dict[str, str], profile: Profile) -> int | None:
    """The amount in minor units, written as an order writes it: no grouping, no symbol."""
    if "amount" not in members:
        return None
    try:
        return Currency(profile.currency, profile.decimals).parse(members["amount"])
    except LedgerFault as error:
        raise _form("amount") from error


def _form(what: str) -> WalletFault:
    return WalletFault("request_form", ExitCode.USAGE, what=what)
