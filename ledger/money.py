"""Money: whole minor units of a currency. Never a float, never negative."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger.faults import Fault, LedgerFault, require

MINOR_UNITS_MAX = 2**63 - 1
"""The largest amount, and the largest sum: a signed 64-bit integer in both databases."""

_MAJOR = re.compile(r"(0|[1-9][0-9]{0,18})(?:\.([0-9]{1,8}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency of the ledger: its ISO 4217 `code` and how many `decimals` its major unit has (TZS: 2)."""

    code: str
    decimals: int

    def parse(self, text: object) -> int:
        """Minor units of a decimal string in major units: `"15000"`, `"15000.00"`; at least one minor unit.

        Raises:
            LedgerFault: MALFORMED with `what=amount` (a sign, a float, too many decimals, zero, over 64 bits).
        """
        match = _MAJOR.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise LedgerFault(Fault.MALFORMED, what="amount")
        fraction = match[2] or ""
        if len(fraction) > self.decimals:
            raise LedgerFault(Fault.MALFORMED, what="amount_decimals")
        minor_units = int(match[1] + fraction.ljust(self.decimals, "0"))
        if not 0 < minor_units <= MINOR_UNITS_MAX:
            raise LedgerFault(Fault.MALFORMED, what="amount_range")
        return minor_units

    def text(self, minor_units: int) -> str:
        """The amount in major units with all decimals: `15000.00`. The form in which a record states money."""
        require(
            0 <= minor_units <= MINOR_UNITS_MAX, "an amount fits a signed 64-bit integer and is not negative"
        )
        if not self.decimals:
            return str(minor_units)
        digits = str(minor_units).rjust(self.decimals + 1, "0")
        return f"{digits[: -self.decimals]}.{digits[-self.decimals :]}"


@dataclass(frozen=True, slots=True)
class Amount:
    """So much money of one currency, in minor units."""

    minor_units: int
    currency: Currency

    def __str__(self) -> str:
        """`TZS 15000.00`."""
        return f"{self.currency.code} {self.currency.text(self.minor_units)}"
