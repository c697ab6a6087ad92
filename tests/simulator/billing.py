"""How orders about bills in full are thought of: changes, cancellations, approvals in bulk.

They join as those in `kinds` do: one decorated function each. Options, items and payments in parts are there.
"""

from __future__ import annotations

from ledger.books.bills import Bill, CancelReason
from ledger.orders.kinds import ApproveBulk, BillLine, CancelBill, ChangeBill
from tests.simulator.kinds import wishes_for
from tests.simulator.town import INSTITUTIONS, Town, Wish
from tests.strategies import HOUR_US

RECENT = 10


def _bill(town: Town) -> tuple[str, Bill] | None:
    """A maker and mostly a recent bill of the same institution."""
    name = town.pick(INSTITUTIONS)
    makers, party = town.registered((f"{name}-maker", name)), town.party(name)
    own = town.percent(90)
    bills = town.bills(lambda bill: (bill.party == party) == own)
    if not makers or not bills:
        return None
    return makers[0] if town.percent(85) else town.pick(makers), town.pick(bills[-RECENT:])


@wishes_for(ChangeBill, weight=7)
def change_bill(town: Town) -> Wish | None:
    """Another end, another amount, other items; now and then items that do not come to the bill."""
    found = _bill(town)
    if found is None:
        return None
    maker, bill = found
    until = town.now_us + town.chance.randrange(-2, 40) * HOUR_US // 8 if town.percent(70) else None
    if until is not None and town.percent(40):
        return Wish(maker, ChangeBill(bill.bill, until))
    amount = town.chance.randrange(2, 3_000)
    lines = (BillLine("140101", amount - 1), BillLine("142201660128", 1)) if bill.items else ()
    if town.percent(8):
        return Wish(maker, ChangeBill(bill.bill, until, bill.currency, None, (BillLine("140101", amount),)))
    return Wish(maker, ChangeBill(bill.bill, until, bill.currency, amount, lines))


@wishes_for(CancelBill, weight=4)
def cancel_bill(town: Town) -> Wish | None:
    """A bill is taken back, paid or not."""
    found = _bill(town)
    if found is None:
        return None
    maker, bill = found
    return Wish(maker, CancelBill(bill.bill, town.pick(tuple(CancelReason))))


@wishes_for(ApproveBulk, weight=4)
def approve_bulk(town: Town) -> Wish | None:
    """A yes to orders that makers signed lately: some are in flight, so the yes and its lines arrive in any order."""
    name = town.pick(INSTITUTIONS)
    checkers = town.registered((f"{name}-checker", name))
    signed = [line for line in town.raising if line.signer.split("-")[0] == name][-3:]
    if not checkers or not signed:
        return None
    known = town.state().bulk_lines
    party = town.party(name)
    lines = [line for line in signed if known.get((party, line.content)) is None or town.percent(5)]
    if not lines:
        return None
    total = sum(line.minor_units for line in lines) + (1 if town.percent(30) else 0)
    return Wish(checkers[0], ApproveBulk(lines[0].currency, total, tuple(line.content for line in lines)))
