"""The codes of the government's payment gateway: service providers, groups of them, payment service providers."""

from __future__ import annotations

import re

from ledger.faults import Fault, LedgerFault

_SERVICE_PROVIDER = re.compile(r"SP[0-9]{3,5}", re.ASCII)
_GROUP = re.compile(r"SPG[0-9]{4}", re.ASCII)
_PAYMENT_PROVIDER = re.compile(r"PSP[0-9]{3}", re.ASCII)


def parse_sp_code(text: object) -> str:
    """A service provider, an institution that is paid: `SP` and three to five digits, as `SP023` or `SP19960`.

    Raises:
        LedgerFault: MALFORMED with `what=sp_code`.
    """
    return _whole(_SERVICE_PROVIDER, text, "sp_code")


def parse_spg_code(text: object) -> str:
    """A group of service providers that share a bill: `SPG` and four digits, as `SPG1121`.

    Raises:
        LedgerFault: MALFORMED with `what=spg_code`.
    """
    return _whole(_GROUP, text, "spg_code")


def parse_psp_code(text: object) -> str:
    """A payment service provider, through whom people pay: `PSP` and three digits, as `PSP006`.

    Raises:
        LedgerFault: MALFORMED with `what=psp_code`.
    """
    return _whole(_PAYMENT_PROVIDER, text, "psp_code")


def _whole(form: re.Pattern[str], text: object, what: str) -> str:
    if not isinstance(text, str) or form.fullmatch(text) is None:
        raise LedgerFault(Fault.MALFORMED, what=what)
    return text
