"""The latest payments, for everybody in a sandbox: how much, when, and to which institution; never a person."""

from __future__ import annotations

from typing import NamedTuple

from api.house import House
from api.pages.frame import figures, moment
from ledger.books.parties import Title
from ledger.orders.codec import kind_name
from ledger.orders.kinds import Issue, Pay, PayBill, Refund
from ledger.orders.signed import open_order
from ledger.rules.records import read_record

RECORDS_LOOKED_AT = 60
PAYMENTS_SHOWN = 8


class ShownPayment(NamedTuple):
    """One payment without its people."""

    time: str
    kind: str
    """`pay`, `pay_bill`, `issue` or `refund`."""
    institution: Title | None
    figures: str


def latest(house: House, log_size: int) -> list[ShownPayment]:
    """The newest accepted payments among the newest records, newest first."""
    first = max(1, log_size - RECORDS_LOOKED_AT)
    found: list[ShownPayment] = []
    for record in reversed(house.enquiries.records(first, RECORDS_LOOKED_AT)):
        payment = _shown(house, record)
        if payment is not None:
            found.append(payment)
        if len(found) == PAYMENTS_SHOWN:
            break
    return found


def _shown(house: House, record: bytes) -> ShownPayment | None:
    line = read_record(record)
    if not line.accepted or line.order is None:
        return None
    body = open_order(line.order, house.genesis).order.body
    if not isinstance(body, Pay | PayBill | Issue | Refund):
        return None
    amount = (
        sum(leg.amount_minor_units for leg in body.legs) if isinstance(body, Pay) else body.amount_minor_units
    )
    return ShownPayment(
        time=moment(line.recorded_us),
        kind=kind_name(body),
        institution=_institution(house, body),
        figures=figures(amount, house.genesis.currencies[body.currency]),
    )


def _institution(house: House, body: Pay | PayBill | Issue | Refund) -> Title | None:
    """The institution that was paid for a bill, or that gives back; a person has no title."""
    if isinstance(body, PayBill):
        view = house.enquiries.bill(body.control_number)
        return view.institution.title if view is not None else None
    account = house.enquiries.account(body.payer) if isinstance(body, Refund) else None
    party = house.enquiries.party(account.account.party) if account is not None else None
    return party.title if party is not None else None
