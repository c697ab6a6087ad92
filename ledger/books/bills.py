"""Bills: what an institution asks to be paid, and the control number by which it is paid."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from ledger.faults import BrokenPromise

CONTROL_NUMBER = re.compile(r"[0-9]{12}", re.ASCII)
CONTROL_NUMBER_PREFIX = re.compile(r"[0-9]{2}", re.ASCII)

CANDIDATES_MAX = 8
"""How many control numbers a bill may try. Each is one of 10^9 by hash: that all eight are taken never happens."""

_BODY = 10**9
# The quasigroup of H. Michael Damm (2004): catches every wrong digit and every swap of two neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class PayOption(StrEnum):
    """How a bill may be paid. Nothing ever collects more than the bill asks for.

    `full`: all that is outstanding, in one payment. `partial`: instalments of at least the bill's minimum; the last
    one may be smaller. `exact`: the very amount of the bill, once. What is refunded of a full or partial bill is
    outstanding again; an exact bill ends with its payment, and a refund reopens nothing.
    """

    FULL = "full"
    PARTIAL = "partial"
    EXACT = "exact"


class CancelReason(StrEnum):
    """Why an institution takes a bill back. Codes and no prose: nothing in the log can be erased."""

    DUPLICATE = "duplicate"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_PAYER = "wrong_payer"
    NOT_DUE = "not_due"
    COURT_ORDER = "court_order"


class BillStatus(StrEnum):
    """Where a bill stands. `expired` follows from the time; it is never stored."""

    RAISED = "raised"
    OPEN = "open"
    PART_PAID = "part_paid"
    PAID = "paid"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class BillItem(NamedTuple):
    """One item of a bill: what it is for, what it asks, who gets it and what they got so far, in minor units."""

    gfs_code: str
    """The code of the revenue in the Government Finance Statistics: 6 or 12 digits."""
    amount_minor_units: int
    payee: str
    paid: int = 0
    """What was paid of it and not given back."""

    @property
    def outstanding(self) -> int:
        """What it still asks, in minor units."""
        return self.amount_minor_units - self.paid


class PendingChange(NamedTuple):
    """What a maker asked to change of a bill and no checker has approved yet. None: stays as it is."""

    order: str
    """The id of the order that asked for it."""
    maker: str
    payable_until_us: int | None = None
    amount_minor_units: int | None = None
    items: tuple[BillItem, ...] | None = None
    cancel_reason: CancelReason | None = None
    """Given if the bill is to be cancelled; then nothing else is."""


class ApprovedChange(NamedTuple):
    """A change of a bill that one key asked for and another approved: the ids of both orders."""

    order: str
    approval: str


class Bulk(NamedTuple):
    """A checker's yes beforehand to many bills, each known by the content hash of the order that raises it."""

    bulk: str
    """The id of the order that approved it."""
    party: str
    checker: str
    currency: str
    total: int
    """What its bills come to, in minor units."""
    lines: int
    approved: int
    raised: int = 0
    """How many of its lines were raised."""
    raised_total: int = 0

    def fits(self, currency: str, amount_minor_units: int) -> bool:
        """Whether one more line of this amount keeps within the total; the last line must make it whole."""
        total = self.raised_total + amount_minor_units
        last = self.raised + 1 == self.lines
        return currency == self.currency and (total == self.total if last else total < self.total)


class Bill(NamedTuple):
    """A bill. Its name in the ledger is the id of the order that raised it."""

    bill: str
    party: str
    bill_id: str
    """The institution's own number for it, unique within the institution."""
    service: str
    payee: str
    currency: str
    amount_minor_units: int
    payable_until_us: int
    maker: str
    """The kid that raised it."""
    raised: int
    checker: str | None = None
    control_number: str | None = None
    paid_by: str | None = None
    """The id of the order whose payment left nothing outstanding."""
    refunded: int = 0
    """What was given back of its payments, in minor units."""
    option: PayOption = PayOption.EXACT
    minimum: int | None = None
    """The least that an instalment may be, in minor units."""
    paid: int = 0
    """What was paid by payments that stand, in minor units; what was refunded of them is not taken off."""
    items: tuple[BillItem, ...] = ()
    """Empty for a bill that names none: then all of it goes to `payee`."""
    reusable: bool = False
    """Whether a later bill of the institution may have its control number once this one is over."""
    reuses: str | None = None
    """The control number of an earlier bill that it asked for."""
    approved: int | None = None
    """The record that gave it its number."""
    cancelled: str | None = None
    """The id of the order that asked to cancel it."""
    cancel_reason: CancelReason | None = None
    pending: PendingChange | None = None
    content: str | None = None
    """The hash of what its order asked; None as long as the fields themselves still say it."""
    changes: tuple[ApprovedChange, ...] = ()
    """The changes that were approved, in order."""

    @property
    def outstanding(self) -> int:
        """What is still to be paid, in minor units."""
        if self.option is PayOption.EXACT:
            return self.amount_minor_units - self.paid
        return self.amount_minor_units - self.collected

    @property
    def collected(self) -> int:
        """What was paid and not given back, in minor units."""
        return self.paid - self.refunded

    @property
    def least(self) -> int:
        """The least that may be paid now, in minor units."""
        if self.option is PayOption.PARTIAL:
            return min(self.minimum or 1, self.outstanding)
        return self.outstanding

    @property
    def payees(self) -> tuple[str, ...]:
        """The accounts that its payments reach, each once, in the order of its items."""
        return tuple(dict.fromkeys(item.payee for item in self.items)) or (self.payee,)

    def status(self, now_us: int) -> BillStatus:
        """Its status at an instant."""
        if self.cancelled is not None:
            return BillStatus.CANCELLED
        if self.outstanding == 0:
            back = self.option is PayOption.EXACT and self.refunded >= self.amount_minor_units
            return BillStatus.REFUNDED if back else BillStatus.PAID
        if now_us >= self.payable_until_us:
            return BillStatus.EXPIRED
        if self.control_number is None:
            return BillStatus.RAISED
        return BillStatus.PART_PAID if self.collected else BillStatus.OPEN

    def shares(self, amount_minor_units: int) -> tuple[int, ...]:
        """What each item gets of a payment, in minor units: in proportion to what each still asks.

        Fractions of a minor unit are left away; what they come to goes to the first items that still ask for more. So
        the shares always add up to the payment, and no item gets more than it asks. A bill without items has one share.
        """
        if not self.items:
            return (amount_minor_units,)
        total = sum(item.outstanding for item in self.items)
        shares = [amount_minor_units * item.outstanding // total for item in self.items]
        left = amount_minor_units - sum(shares)
        for place, item in enumerate(self.items):
            more = min(left, item.outstanding - shares[place])
            shares[place] += more
            left -= more
        return tuple(shares)

    def parts(self, amount_minor_units: int) -> tuple[BillPart, ...]:
        """The shares of a payment, each with what it is for and who gets it."""
        shares = self.shares(amount_minor_units)
        whole = self.items or (BillItem("", self.amount_minor_units, self.payee),)
        return tuple(
            BillPart(item.gfs_code, item.payee, share) for item, share in zip(whole, shares, strict=True)
        )

    def with_payment(self, shares: tuple[int, ...], order_id: str) -> Bill:
        """The bill after a payment of these shares."""
        items = tuple(
            item._replace(paid=item.paid + share) for item, share in zip(self.items, shares, strict=False)
        )
        bill = self._replace(paid=self.paid + sum(shares), items=items)
        return bill._replace(paid_by=order_id) if bill.outstanding == 0 else bill

    def without_payment(self, moved: tuple[tuple[str, int], ...]) -> Bill:
        """The bill after a payment was reversed that had brought these payees these amounts."""
        bill = self._replace(paid=self.paid - sum(amount for _, amount in moved), paid_by=None)
        for payee, amount in moved:
            bill = bill._replace(items=bill.items_less(payee, amount))
        return bill

    def with_refund(self, payee: str, amount_minor_units: int) -> Bill:
        """The bill after its payee gave that much back; a negative amount if such a refund was itself reversed."""
        bill = self._replace(refunded=self.refunded + amount_minor_units)
        bill = bill._replace(items=self.items_less(payee, amount_minor_units))
        return bill if bill.outstanding == 0 else bill._replace(paid_by=None)

    def changed(self, approval: str) -> Bill:
        """The bill after its pending change, which does not cancel it, was approved by the order of this id."""
        pending = self.pending
        if pending is None or pending.cancel_reason is not None:
            raise BrokenPromise("a bill has the change that is approved")
        until, amount = pending.payable_until_us, pending.amount_minor_units
        return self._replace(
            payable_until_us=self.payable_until_us if until is None else until,
            amount_minor_units=self.amount_minor_units if amount is None else amount,
            items=self.items if pending.items is None else pending.items,
            minimum=None if self.minimum is None else min(self.minimum, amount or self.minimum),
            pending=None,
            content=self.asked(),
            changes=(*self.changes, ApprovedChange(pending.order, approval)),
        )

    def room(self, payee: str) -> int:
        """What this payee could still get by it before it had too much, in minor units."""
        if self.cancelled is not None:
            return 0
        if not self.items:
            return self.amount_minor_units - self.collected
        return sum(item.outstanding for item in self.items if item.payee == payee)

    def items_less(self, payee: str, amount_minor_units: int) -> tuple[BillItem, ...]:
        """The items after a payee gave that much back, or got it again if the amount is negative.

        What goes back leaves the payee's last items first; what comes again fills the first ones first.
        """
        items, left = list(self.items), amount_minor_units
        for place in range(len(items)) if left < 0 else reversed(range(len(items))):
            item = items[place]
            if item.payee == payee:
                step = max(left, -item.outstanding) if left < 0 else min(left, item.paid)
                items[place] = item._replace(paid=item.paid - step)
                left -= step
        return tuple(items)

    def asked(self) -> str:
        """The hash of what its order asked, for a bill whose fields still say it."""
        return self.content or bill_content(self)


class BillPart(NamedTuple):
    """What one item of a bill got of a payment, in minor units; the code is empty for a bill without items."""

    gfs_code: str
    payee: str
    amount_minor_units: int


class BillPayment(NamedTuple):
    """One payment of a bill, by the record `sequence`."""

    bill: str
    sequence: int
    order_id: str
    amount_minor_units: int
    parts: tuple[BillPart, ...]
    payer: str
    channel: str | None = None
    provider_receipt: str | None = None
    customer: str | None = None


def bill_content(bill: Bill, *, equivalent: Sequence[object] | None = None) -> str:
    """The hash of what a bill asks, by which the same bill sent again is known: all but who made it and when."""
    items = [(item.gfs_code, item.amount_minor_units, item.payee) for item in bill.items]
    asked = (
        bill.service, bill.payee, bill.currency, bill.amount_minor_units, bill.payable_until_us, bill.option.value,
        bill.minimum, items, bill.reusable, bill.reuses, equivalent and list(equivalent),
    )  # fmt: skip
    return hashlib.sha256(json.dumps(asked, separators=(",", ":")).encode()).hexdigest()


def control_number_candidates(*, ledger_id: str, bill: str, prefix: str) -> list[str]:
    """The control numbers that a bill may get, in order: 12 digits, of which the last is a check digit.

    Each comes from a hash of the random part of the bill's own id, so numbers cannot be walked from one to the next,
    and an auditor can compute them again without a secret.
    """
    numbers = []
    for attempt in range(CANDIDATES_MAX):
        text = f"daftari control number\x00{ledger_id}{bill}{attempt}"
        body = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % _BODY
        digits = f"{prefix}{body:09}"
        numbers.append(f"{digits}{check_digit(digits)}")
    return numbers


def control_number_holds(text: str) -> bool:
    """Whether the text has the form of a control number and its check digit is right."""
    return CONTROL_NUMBER.fullmatch(text) is not None and check_digit(text) == 0


def check_digit(digits: str) -> int:
    """The digit that makes these digits whole; 0 if the last of them is right."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim
