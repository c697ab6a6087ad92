"""Rules of the state machine for bills in full; the machine itself is in the test."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from ledger.addresses import new_order_id
from ledger.books.bills import BillStatus, CancelReason, PayOption, control_number_candidates
from ledger.books.journal import ReversalReason
from ledger.books.parties import Role
from ledger.orders.kinds import (
    ApproveBill,
    ApproveBulk,
    BillLine,
    Body,
    CancelBill,
    ChangeBill,
    Equivalent,
    GrantRole,
    PayBill,
    RaiseBill,
    Refund,
    Reverse,
    RevokeKey,
)
from ledger.rules.state import State
from ledger.signing import base64url
from tests.property.later_orders import PICKS, LaterOrders
from tests.strategies import HOUR_US, key_of

MAKERS = st.sampled_from(("maker", "maker", "maker", "wakala", "checker"))
CHECKERS = st.sampled_from(("checker", "checker", "checker", "wakala", "maker"))
NOBODYS = control_number_candidates(ledger_id="nothing", bill="nothing", prefix="88")[0]
SHARES = st.lists(st.integers(1, 400), min_size=1, max_size=4)
STEPS = st.lists(
    st.sampled_from(
        ("pay the least", "pay all", "pay half", "pay less", "pay more", "refund one", "refund all", "reverse the last",
         "reverse a refund", "cancel", "change", "later")
    ),
    min_size=1, max_size=8,
)  # fmt: skip


class BillOrders(LaterOrders):
    """Draws bills of every option, often wrong, and lets them live."""

    state: State
    other: str
    """The collection account of a second institution."""

    def asked(self, amounts: list[int], option: PayOption, **more: Any) -> RaiseBill:
        """A bill in items, every second one for the other institution."""
        items = tuple(
            BillLine("142201660128", amount, self.other if place % 2 else None)
            for place, amount in enumerate(amounts)
        )
        return RaiseBill(
            new_order_id(self.world.now_us)[:35], "LIC", self.collection, "TZS", sum(amounts),
            self.world.now_us + 5 * HOUR_US, option, items=items, **more,
        )  # fmt: skip

    def by(self, body: Body, signer: str) -> tuple[str, dict[str, str] | None]:
        """Settle an order of somebody; its id, and the result if it was accepted."""
        order = self.world.verified(body, signer)
        return order.order.order_id, self.settle(order)

    def any_bill(self, pick: int) -> str:
        """The id of a bill, or of nothing."""
        names = [*self.model.bills, new_order_id(self.world.now_us)]
        return names[pick % len(names)]

    def any_number(self, pick: int) -> str:
        """The number of a bill that got one, or of nothing."""
        numbers = [str(bill["number"]) for bill in self.model.numbers]
        return numbers[pick % len(numbers)] if numbers else NOBODYS

    @rule(
        amounts=SHARES,
        option=st.sampled_from(PayOption),
        steps=STEPS,
        minimum=st.sampled_from((None, 1, 30, 200)),
    )
    def a_bill_lives(
        self, amounts: list[int], option: PayOption, steps: list[str], minimum: int | None
    ) -> None:
        """Paid in parts, refunded, reversed, changed, cancelled, in any order; each step as it may come."""
        total = sum(amounts)
        least = min(minimum, total) if minimum is not None and option is PayOption.PARTIAL else None
        bill, raised = self.by(self.asked(amounts, option, minimum_minor_units=least, reusable=True), "maker")
        _, approved = self.by(ApproveBill(bill), "checker") if raised else ("", None)
        if approved is None:
            return
        wallet, made = self.wallet_of("asha"), list[tuple[str, Body]]()
        for step in steps:
            left = max(1, self.model.outstanding(self.model.bills[bill]))
            body, signer = self._step(step, bill, wallet, left, made)
            name, done = self.by(body, signer)
            if done is not None and step in {"cancel", "change"}:
                self.by(ApproveBill(bill, name), "checker")
            if done is not None:
                made.append((name, body))
            if step == "later":
                self.world.now_us += HOUR_US

    def _step(
        self, step: str, bill: str, wallet: str, left: int, made: list[tuple[str, Body]]
    ) -> tuple[Body, str]:  # fmt: skip
        paid = [name for name, body in made if isinstance(body, PayBill)] or [bill]
        back = [name for name, body in made if isinstance(body, Refund)] or [bill]
        match step:
            case "refund one":
                return Refund(paid[-1], self.collection, "TZS", 1), "wakala"
            case "refund all":
                entry = self.model.entries.get(paid[-1])
                moved = (
                    [part for _, payee, part in entry["moves"] if payee == self.collection] if entry else [1]
                )
                return Refund(paid[-1], self.collection, "TZS", sum(moved) or 1), "wakala"
            case "reverse the last":
                return Reverse(paid[-1], ReversalReason.FRAUD, "CASE/1"), "supervisor"
            case "reverse a refund":
                return Reverse(back[-1], ReversalReason.OPERATOR_ERROR, "CASE/2"), "supervisor"
            case "cancel":
                return CancelBill(bill, CancelReason.NOT_DUE), "maker"
            case "change":
                lines = (BillLine("140101", left + 5), BillLine("140202", 7, self.other))
                return ChangeBill(bill, self.world.now_us + 7 * HOUR_US, "TZS", left + 12, lines), "maker"
            case _:
                least = self.model.bills[bill]["minimum"] or 1
                amount = {"pay the least": min(least, left), "pay half": (left + 1) // 2, "pay less": left - 1,
                          "pay more": left + 1}.get(step, left)  # fmt: skip
                number = self.model.bills[bill]["number"]
                return PayBill(wallet, number, "TZS", max(1, amount)), "asha"

    @rule(amounts=SHARES, option=st.sampled_from((None, *PayOption)), pick=PICKS, again=st.booleans(),
          itself=st.booleans(), owner=st.booleans(), signer=MAKERS)  # fmt: skip
    def raise_in_full(
        self, *, amounts: list[int], option: PayOption | None, pick: int, again: bool, itself: bool, owner: bool,
        signer: str,
    ) -> None:  # fmt: skip
        """A bill with every member, perhaps with an earlier number, perhaps sent twice, perhaps for another."""
        body = self.asked(amounts, PayOption.FULL)._replace(option=option)
        if not itself:
            body = body._replace(items=tuple(line._replace(payee=self.other) for line in body.items))
        if not owner:
            body = body._replace(payee=self.other)
        if again:
            body = body._replace(reuse=self.any_number(pick), equivalent=Equivalent("USD", 5))
        self.by(body, signer)
        self.by(body, "maker")
        self.by(body._replace(reusable=True), signer)

    @rule(pick=PICKS, signer=MAKERS, hours=st.sampled_from((None, -1, 3, 40)), amount=st.sampled_from((None, 1, 900)),
          split=st.booleans(), currency=st.sampled_from(("TZS", "TZS", "USD")), checker=CHECKERS)  # fmt: skip
    def change_any_bill(
        self, *, pick: int, signer: str, hours: int | None, amount: int | None, split: bool, currency: str,
        checker: str,
    ) -> None:  # fmt: skip
        """A change of any bill, approved at once by somebody, or another change in its place."""
        bill, until = self.any_bill(pick), None if hours is None else self.world.now_us + hours * HOUR_US
        items = (BillLine("140101", 1), BillLine("140101", 899, self.other)) if split else ()
        amount = 900 if items and amount is not None else amount
        money = amount is not None or bool(items)
        if until is None and not money:
            return
        asked, _ = self.by(ChangeBill(bill, until, currency if money else None, amount, items), signer)
        self.by(ApproveBill(bill, asked if pick % 3 else None), checker)

    @rule(pick=PICKS, signer=MAKERS, checker=CHECKERS)
    def cancel_any_bill(self, pick: int, signer: str, checker: str) -> None:
        """Any bill is taken back."""
        bill = self.any_bill(pick)
        asked, _ = self.by(CancelBill(bill, CancelReason.DUPLICATE), signer)
        self.by(ApproveBill(bill, asked), checker)

    @rule(amounts=st.lists(st.integers(1, 50), min_size=1, max_size=3), off=st.sampled_from((0, 0, 1, -1)),
          signer=CHECKERS, maker=MAKERS)  # fmt: skip
    def in_bulk(self, amounts: list[int], off: int, signer: str, maker: str) -> None:
        """Bills that are approved before they are raised; the total may be wrong."""
        orders = [self.world.verified(self.asked([amount], PayOption.PARTIAL), maker) for amount in amounts]
        lines = tuple(base64url.encode(order.content) for order in orders)
        approval = ApproveBulk("TZS", max(1, sum(amounts) + off), lines)
        self.by(approval, signer)
        self.by(approval._replace(lines=lines[:1]), signer)
        for order in orders:
            self.settle(order)

    @rule(
        pick=PICKS,
        amount=st.integers(1, 300),
        receipt=st.sampled_from(("MP/1", "MP/2", None)),
        right=st.booleans(),
    )
    def pay_for_a_customer(self, pick: int, amount: int, receipt: str | None, right: bool) -> None:
        """A provider pays, perhaps before it has the role, perhaps with a receipt that it used."""
        party = self.model.keys[key_of("juma").public.kid]["party"]
        if right:
            self.by(GrantRole(party, Role.PROVIDER), "authority")
        body = PayBill(self.wallet_of("juma"), self.any_number(pick), "TZS", amount, "USSD", receipt)
        if not self.model.numbers:
            return
        self.by(body, "juma")

    @rule(amount=st.integers(1, 90), late=st.booleans(), signer=st.sampled_from(("maker", "bandari")))
    def a_number_lives_twice(self, amount: int, late: bool, signer: str) -> None:
        """Changed, approved, paid or expired; then a later bill has its number, and the first is past change."""
        body = self.asked([amount], PayOption.FULL, reusable=True)
        bill, raised = self.by(body, "maker")
        asked, _ = self.by(ChangeBill(bill, self.world.now_us + 6 * HOUR_US), signer)
        self.by(ApproveBill(bill), "checker")
        self.by(ApproveBill(bill, asked), "checker")
        number = self.model.bills[bill]["number"] if raised else None
        if number is None:
            return
        if late:
            self.world.now_us += 7 * HOUR_US
        else:
            self.by(PayBill(self.wallet_of("asha"), number, "TZS", amount), "asha")
        later, _ = self.by(self.asked([amount], PayOption.EXACT, reuse=number), "maker")
        self.by(ApproveBill(later), "checker")
        self.by(ChangeBill(bill, self.world.now_us + 9 * HOUR_US), "maker")
        self.by(CancelBill(bill, CancelReason.DUPLICATE), signer)
        self.by(PayBill(self.wallet_of("asha"), number, "TZS", amount), "asha")

    @rule(amount=st.integers(2, 90))
    def a_provider_pays_twice(self, amount: int) -> None:
        """With one receipt: the first payment stands, the second is refused."""
        party = self.model.keys[key_of("juma").public.kid]["party"]
        self.by(GrantRole(party, Role.PROVIDER), "authority")
        bill, raised = self.by(self.asked([amount, amount], PayOption.PARTIAL), "maker")
        _, approved = self.by(ApproveBill(bill), "checker") if raised else ("", None)
        if approved:
            body = PayBill(
                self.wallet_of("juma"), approved["control_number"], "TZS", amount, None, f"MP/{bill[:30]}"
            )
            self.by(body, "juma")
            self.by(body, "juma")

    @rule(signer=st.sampled_from(("wakala", "maker")))
    def a_maker_leaves(self, signer: str) -> None:
        """The key that raised bills is revoked, now and then, by its own institution."""
        if len(self.model.bills) % 5 == 4:
            self.by(RevokeKey(key_of("maker").public.kid), signer)

    @invariant()
    def never_over_collected(self) -> None:
        """No bill and no item of one ever holds more than it asks; items come to the bill; a number opens one bill."""
        open_numbers = list[str]()
        for name, plain in self.model.bills.items():
            bill = self.state.bills[name]
            assert bill is not None
            paid, back = self.model.collected(plain)
            assert (bill.paid, bill.refunded) == (paid, back)
            assert 0 <= bill.collected <= bill.amount_minor_units
            if bill.items:
                assert sum(item.amount_minor_units for item in bill.items) == bill.amount_minor_units
                assert [item.paid for item in bill.items] == [item["got"] for item in plain["items"]]
                assert all(0 <= item.paid <= item.amount_minor_units for item in bill.items)
            assert bill.status(self.world.now_us).value == self.model.status(plain, self.world.now_us)
            if bill.status(self.world.now_us) in {BillStatus.OPEN, BillStatus.PART_PAID}:
                open_numbers.append(str(bill.control_number))
        assert len(open_numbers) == len(set(open_numbers))
