"""TAN-QR: the QR code by which merchants and the government are paid in Tanzania, after EMVCo, in shillings.

A code is static (`11`: a poster, the payer types the amount) or dynamic (`12`: for one payment, with its amount). A
bill's code is dynamic and carries the control number as its bill number. A code proves nothing: whoever reads one
asks the ledger what the number stands for.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import NamedTuple

from ledger.faults import Fault, LedgerFault, require
from ledger.formats.emv import close_payload, open_payload, read_objects, write_objects
from ledger.money import Currency

CURRENCY = Currency("TZS", 2)
TAX_CATEGORY, GOVERNMENT_CATEGORY = "9311", "9399"
"""Merchant category codes (ISO 18245): tax payments, and government services that have no code of their own."""

SANDBOX_ACQUIRER = "99999"
"""Neither a bank (01…) nor a mobile network (02…): no payment app of the country can mistake our codes for its own."""

AMOUNT_MINOR_UNITS_MAX = 9_999_999_999_99
"""The largest amount that a code can say: thirteen characters with its point."""

NAME_CHARACTERS_MAX, CITY_CHARACTERS_MAX = 25, 15
_FORMAT, _METHOD, _TIPS, _CATEGORY, _CURRENCY, _AMOUNT = "00", "01", "26", "52", "53", "54"
_TIPS_OR_FEES = ("55", "56", "57")
_COUNTRY, _NAME, _CITY, _POSTAL_CODE, _MORE = "58", "59", "60", "61", "62"
_SYSTEM, _ACQUIRER, _MERCHANT = "00", "01", "02"
_BILL_NUMBER, _STORE, _REFERENCE, _TERMINAL = "01", "03", "05", "07"
_VERSION, _STATIC, _DYNAMIC = "01", "11", "12"
_SYSTEM_NAME, _SHILLINGS, _TANZANIA = "tz.go.bot.tips", "834", "TZ"
_AMOUNT_CHARACTERS_MAX, _MORE_CHARACTERS_MAX = 13, 25
_MERCHANT_DIGITS_MAX = 15


class TanQr(NamedTuple):
    """What a code says."""

    dynamic: bool
    acquirer: str
    """Five digits: with whom the merchant has its account."""
    merchant: str
    """At most fifteen digits."""
    category: str
    name: str
    city: str
    amount_minor_units: int | None = None
    """In cents; a dynamic code has one."""
    postal_code: str = ""
    bill_number: str = ""
    store: str = ""
    """The merchant's Lipa Namba."""
    reference: str = ""
    terminal: str = ""

    def text(self) -> str:
        """The payload, as it stands in the picture."""
        amount = "" if self.amount_minor_units is None else CURRENCY.text(self.amount_minor_units)
        tips = {_SYSTEM: _SYSTEM_NAME, _ACQUIRER: self.acquirer, _MERCHANT: self.merchant}
        more = {
            _BILL_NUMBER: self.bill_number,
            _STORE: self.store,
            _REFERENCE: self.reference,
            _TERMINAL: self.terminal,
        }
        objects = {
            _FORMAT: _VERSION,
            _METHOD: _DYNAMIC if self.dynamic else _STATIC,
            _TIPS: write_objects(tips),
            _CATEGORY: self.category,
            _CURRENCY: _SHILLINGS,
            _AMOUNT: amount,
            _COUNTRY: _TANZANIA,
            _NAME: self.name,
            _CITY: self.city,
            _POSTAL_CODE: self.postal_code,
            _MORE: write_objects(more),
        }
        payload = close_payload(write_objects(objects))
        require(parse_tan_qr(payload) == self, "what a QR code says is in the form of TAN-QR")
        return payload


def parse_tan_qr(payload: object) -> TanQr:
    """What a payload says. Objects of other payment systems and of no meaning here are passed over, as EMVCo asks.

    Raises:
        LedgerFault: MALFORMED with `what` one of those of `open_payload`, or `qr_version`, `qr_method`, `qr_not_tips`,
            `qr_acquirer`, `qr_merchant`, `qr_category`, `qr_currency`, `qr_amount`, `qr_amount_missing`, `qr_fees` (a
            tip or a fee on top, which TAN-QR does not have), `qr_country`, `qr_name`, `qr_city`, `qr_postal_code` or
            `qr_additional_data`.
    """
    objects = open_payload(payload)
    if next(iter(objects), "") != _FORMAT or objects[_FORMAT] != _VERSION:
        raise _wrong("qr_version")
    method = _whole(r"11|12", objects.get(_METHOD, ""), "qr_method")
    tips = read_objects(objects.get(_TIPS, ""))
    if tips.get(_SYSTEM) != _SYSTEM_NAME:
        raise _wrong("qr_not_tips")
    if objects.keys() & set(_TIPS_OR_FEES):
        raise _wrong("qr_fees")
    category = _whole(r"[0-9]{4}", objects.get(_CATEGORY, ""), "qr_category")
    _whole(_SHILLINGS, objects.get(_CURRENCY, ""), "qr_currency")
    _whole(_TANZANIA, objects.get(_COUNTRY, ""), "qr_country")
    amount = _amount(objects.get(_AMOUNT))
    if method == _DYNAMIC and amount is None:
        raise _wrong("qr_amount_missing")
    more = read_objects(objects.get(_MORE, ""))
    if any(len(value) > _MORE_CHARACTERS_MAX for value in more.values()):
        raise _wrong("qr_additional_data")
    return TanQr(
        dynamic=method == _DYNAMIC,
        acquirer=_whole(r"[0-9]{5}", tips.get(_ACQUIRER, ""), "qr_acquirer"),
        merchant=_whole(rf"[0-9]{{1,{_MERCHANT_DIGITS_MAX}}}", tips.get(_MERCHANT, ""), "qr_merchant"),
        category=category,
        name=_whole(rf".{{1,{NAME_CHARACTERS_MAX}}}", objects.get(_NAME, ""), "qr_name"),
        city=_whole(rf".{{1,{CITY_CHARACTERS_MAX}}}", objects.get(_CITY, ""), "qr_city"),
        amount_minor_units=amount,
        postal_code=_whole(r".{0,10}", objects.get(_POSTAL_CODE, ""), "qr_postal_code"),
        bill_number=more.get(_BILL_NUMBER, ""),
        store=more.get(_STORE, ""),
        reference=more.get(_REFERENCE, ""),
        terminal=more.get(_TERMINAL, ""),
    )


def bill_code(*, institution: str, payee: str, amount_minor_units: int, control_number: str) -> TanQr:
    """The dynamic code of a bill: its institution by name, its control number, and what is due in cents.

    TIPS gives merchants their numbers; ours comes from a hash of the address that is paid, and only marks it.
    """
    merchant = int.from_bytes(hashlib.sha256(payee.encode()).digest()[:8], "big") % 10**_MERCHANT_DIGITS_MAX
    return TanQr(
        dynamic=True,
        acquirer=SANDBOX_ACQUIRER,
        merchant=f"{merchant:0{_MERCHANT_DIGITS_MAX}}",
        category=GOVERNMENT_CATEGORY,
        name=plain_name(institution),
        city="TANZANIA",
        amount_minor_units=amount_minor_units,
        bill_number=control_number,
    )


def bill_text(
    *, institution: str | None, payee: str, currency: Currency, outstanding: int, control_number: str
) -> str:
    """What the code of a bill says: TAN-QR with what is due and the control number.

    TAN-QR knows shillings only, and not so many; beyond that the code is the control number alone.
    """
    if institution is None or currency != CURRENCY or not 0 < outstanding <= AMOUNT_MINOR_UNITS_MAX:
        return control_number
    return bill_code(
        institution=institution, payee=payee, amount_minor_units=outstanding, control_number=control_number
    ).text()


def plain_name(name: str) -> str:
    """A name in what a code takes: ASCII, at most 25 characters, cut where a word ends if it can be."""
    plain = " ".join(unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().split())
    if len(plain) <= NAME_CHARACTERS_MAX:
        return plain or "-"
    cut = plain[: NAME_CHARACTERS_MAX + 1].rpartition(" ")[0]
    return cut or plain[:NAME_CHARACTERS_MAX]


def _amount(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        if len(text) > _AMOUNT_CHARACTERS_MAX:
            raise _wrong("qr_amount")
        return CURRENCY.parse(text)
    except LedgerFault as fault:
        raise _wrong("qr_amount") from fault


def _whole(form: str, text: str, what: str) -> str:
    if re.fullmatch(form, text, re.ASCII) is None:
        raise _wrong(what)
    return text


def _wrong(what: str) -> LedgerFault:
    return LedgerFault(Fault.MALFORMED, what=what)
