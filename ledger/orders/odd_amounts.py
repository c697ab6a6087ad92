"""What goes wrong on purpose in a sandbox, so that a program can be tried against it before it meets money.

A payment of a bill of one of these very amounts is posted as any other; what is odd is how the answer comes. They are
told apart by the amount because the payer's order then says it all, and nothing has to be looked up.
"""

from __future__ import annotations

from enum import IntEnum

from ledger.orders.kinds import Body, PayBill

SLOW_SECONDS = 5


class OddAmount(IntEnum):
    """Amounts of a bill, in minor units of its currency."""

    SLOW = 500_505
    """5,005.05: the answer takes five seconds."""
    DROPPED = 500_606
    """5,006.06: the payment is committed, and the connection ends without the answer. Sent again, it is answered."""


_ODD = {amount.value: amount for amount in OddAmount}


def odd_amount(body: Body) -> OddAmount | None:
    """Which of them an order pays."""
    return _ODD.get(body.amount_minor_units) if isinstance(body, PayBill) else None
