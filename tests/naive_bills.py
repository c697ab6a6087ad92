"""Bills in the naive ledger, written from what the rules promise in words; the journal says what was collected."""

from __future__ import annotations

import base64
from abc import abstractmethod
from fractions import Fraction
from typing import Any

from ledger.orders.kinds import (
    ApproveBill,
    ApproveBulk,
    BillLine,
    Body,
    CancelBill,
    ChangeBill,
    GrantRole,
    PayBill,
    RaiseBill,
    Reverse,
    WithdrawRole,
)
from ledger.orders.signed import VerifiedOrder
from ledger.refusals import Reason
from tests.naive_books import Plain
from tests.naive_corrections import NaiveCorrections

OPEN = ("open", "part_paid")


class NaiveBills(NaiveCorrections):
    """Reasons, all that apply, and what is done."""

    @abstractmethod
    def _transfer(
        self, payer_address: str, legs: list[tuple[str, int]], currency: str, key: Plain, now_us: int
    ) -> set[Reason]:
        """Every reason why no money may go from one to these."""

    def needs_third_rules(self, body: Body) -> bool:
        """Whether an order could not be said before version 3 of the rules."""
        if isinstance(body, RaiseBill):
            return body._replace(bill_id="") != RaiseBill("", *body[1:6])
        if isinstance(body, PayBill):
            return (body.channel, body.provider_receipt, body.customer) != (None, None, None)
        if isinstance(body, ApproveBill):
            return body.change is not None
        if isinstance(body, GrantRole | WithdrawRole):
            return body.role.value == "provider"
        return isinstance(body, ChangeBill | CancelBill | ApproveBulk)

    def numbered(self, number: str) -> Plain | None:
        """The bill that a number stands for: the last one that got it."""
        return next((bill for bill in reversed(self.numbers) if bill["number"] == number), None)

    def collected(self, bill: Plain) -> tuple[int, int]:
        """What payments of a bill that stand brought, and what of it was given back: summed up from the journal."""
        payments = [
            entry for entry in self.entries.values() if entry["bill"] is bill and entry["about"] is None
        ]
        paid = sum(moved for entry in payments if not entry["reversed"] for _, _, moved in entry["moves"])
        return paid, sum(back for entry in payments for back in entry["back"].values())

    def outstanding(self, bill: Plain) -> int:
        """What is still to be paid."""
        paid, back = self.collected(bill)
        return int(bill["amount"] - paid + (0 if bill["option"] == "exact" else back))

    def status(self, bill: Plain, now_us: int) -> str:
        """Where a bill stands."""
        paid, back = self.collected(bill)
        if bill["cancelled"]:
            return "cancelled"
        if self.outstanding(bill) == 0:
            return "refunded" if bill["option"] == "exact" and back == bill["amount"] else "paid"
        if now_us >= bill["until"]:
            return "expired"
        if bill["number"] is None:
            return "raised"
        return "part_paid" if paid - back else "open"

    def _items(self, lines: tuple[BillLine, ...], payee: str, amount: int) -> list[Plain]:
        rows = [(line.payee or payee, line.amount_minor_units) for line in lines] or [(payee, amount)]
        return [{"payee": address, "amount": part, "got": 0} for address, part in rows]

    def _raisebill(self, body: RaiseBill, key: Plain, party: Plain, now_us: int) -> set[Reason]:
        earlier = [
            b for b in self.bills.values() if (b["party"], b["bill_id"]) == (key["party"], body.bill_id)
        ]
        if earlier and self.rules >= 3 and earlier[0]["asked"] == _asked(body):
            return set()
        found = {Reason.BILL_ID_IN_USE} if earlier else set()
        found |= {Reason.SERVICE_UNKNOWN} if body.service not in party["services"] else set()
        found |= {Reason.BILL_EXPIRED} if now_us >= body.payable_until_us else set()
        found |= self._reuse(body.reuse, key, now_us) if body.reuse else set()
        bulk = self.bulks.get(self.lines.get((key["party"], self.content), ""))
        if bulk is not None:
            found |= {Reason.APPROVER_IS_MAKER} if self.keys[bulk["checker"]] is key else set()
            total, left = bulk["got"] + body.amount_minor_units, bulk["lines"] - bulk["raised"] - 1
            fits = total == bulk["total"] if left == 0 else total < bulk["total"]
            found |= {Reason.BULK_DIFFERS} if not fits or body.currency != bulk["currency"] else set()
        items = self._items(body.items, body.payee, body.amount_minor_units)
        return found | self._payees(body.payee, items, body.currency, key)

    def _reuse(self, number: str, key: Plain, now_us: int) -> set[Reason]:
        earlier = self.numbered(number)
        if earlier is None:
            return {Reason.BILL_UNKNOWN}
        found = {Reason.BILL_NOT_YOURS} if earlier["party"] != key["party"] else set()
        found |= {Reason.CONTROL_NUMBER_NOT_REUSABLE} if not earlier["reusable"] else set()
        return found | ({Reason.CONTROL_NUMBER_IN_USE} if self.status(earlier, now_us) in OPEN else set())

    def _payees(self, own: str, items: list[Plain], currency: str, key: Plain) -> set[Reason]:
        found, addresses = set[Reason](), {item["payee"] for item in items}
        for address in addresses | {own}:
            payee = self.accounts.get(address)
            if payee is None:
                found.add(Reason.PAYEE_UNKNOWN)
                continue
            found |= {Reason.PAYEE_NOT_PAYABLE} if payee["class"] != "collection" else set()
            found |= {Reason.PAYEE_CLOSED} if payee["closed"] else set()
            found |= {Reason.CURRENCY_DIFFERS} if payee["currency"] != currency else set()
        owners = {self.accounts[address]["party"] for address in addresses if address in self.accounts}
        mine = own in self.accounts and self.accounts[own]["party"] == key["party"]
        return found | ({Reason.PAYEE_NOT_YOURS} if not mine or key["party"] not in owners else set())

    def _approvebill(self, body: ApproveBill, key: Plain, party: object, now_us: int) -> set[Reason]:
        bill = self.bills.get(body.bill)
        if bill is None:
            return {Reason.BILL_UNKNOWN}
        found = {Reason.BILL_NOT_YOURS} if bill["party"] != key["party"] else set()
        if bill["number"] is None and bill["reuse"]:
            found |= self._reuse(bill["reuse"], key, now_us)
        pending, makers = bill["pending"], [bill["maker"]] if bill["number"] is None else []
        if body.change is not None:
            if pending is None or pending["id"] != body.change:
                return found | {Reason.CHANGE_UNKNOWN}
            makers.append(pending["maker"])
            found |= self._change(bill, pending, key, now_us)
        else:
            found |= {Reason.BILL_ALREADY_APPROVED} if bill["number"] else set()
            found |= {Reason.CHANGE_PENDING} if pending and not bill["number"] else set()
            found |= {Reason.BILL_CANCELLED} if bill["cancelled"] else set()
            found |= {Reason.BILL_EXPIRED} if now_us >= bill["until"] else set()
        return found | (
            {Reason.APPROVER_IS_MAKER} if any(self.keys.get(kid) is key for kid in makers) else set()
        )

    def _change(
        self, bill: Plain, asked: Plain, key: Plain, now_us: int, currency: str | None = None
    ) -> set[Reason]:
        status, (paid, back) = self.status(bill, now_us), self.collected(bill)
        over = {
            "cancelled": {Reason.BILL_CANCELLED},
            "paid": {Reason.BILL_PAID},
            "refunded": {Reason.BILL_REFUNDED},
        }
        found = set(over.get(status, ()))
        money = asked["reason"] or asked["amount"] is not None or asked["items"] is not None
        found |= {Reason.BILL_PART_PAID} if money and paid > back else set()
        if bill["number"] and self.numbered(bill["number"]) is not bill:
            found.add(Reason.BILL_REPLACED)
        if asked["reason"]:
            return found
        found |= {Reason.BILL_EXPIRED} if now_us >= (asked["until"] or bill["until"]) else set()
        amount = asked["amount"] if asked["amount"] is not None else bill["amount"]
        items = asked["items"] if asked["items"] is not None else bill["items"] if bill["itemised"] else None
        if items is not None and sum(item["amount"] for item in items) != amount:
            found.add(Reason.ITEMS_DIFFER)
        if asked["items"] is not None:
            found |= self._payees(bill["payee"], asked["items"], currency or bill["currency"], key)
        return found | ({Reason.CURRENCY_DIFFERS} if currency not in (None, bill["currency"]) else set())

    def _changebill(self, body: ChangeBill, key: Plain, party: object, now_us: int) -> set[Reason]:
        bill = self.bills.get(body.bill)
        if bill is None:
            return {Reason.BILL_UNKNOWN}
        found = {Reason.BILL_NOT_YOURS} if bill["party"] != key["party"] else set()
        return found | self._change(bill, self._wish(body, bill), key, now_us, body.currency)

    def _cancelbill(self, body: CancelBill, key: Plain, party: object, now_us: int) -> set[Reason]:
        bill = self.bills.get(body.bill)
        if bill is None:
            return {Reason.BILL_UNKNOWN}
        found = {Reason.BILL_NOT_YOURS} if bill["party"] != key["party"] else set()
        return found | self._change(bill, self._wish(body, bill), key, now_us)

    def _wish(self, body: ChangeBill | CancelBill, bill: Plain) -> Plain:
        if isinstance(body, CancelBill):
            return {"until": None, "amount": None, "items": None, "reason": body.reason.value}
        items = self._items(body.items, bill["payee"], 0) if body.items else None
        return {
            "until": body.payable_until_us,
            "amount": body.amount_minor_units,
            "items": items,
            "reason": None,
        }

    def _approvebulk(self, body: ApproveBulk, key: Plain, party: object, now_us: int) -> set[Reason]:
        known = any((key["party"], line) in self.lines for line in body.lines)
        return {Reason.BULK_LINE_KNOWN} if known else set()

    def _paybill(self, body: PayBill, key: Plain, party: object, now_us: int) -> set[Reason]:
        bill, amount = self.numbered(body.control_number), body.amount_minor_units
        if bill is None:
            return {Reason.BILL_UNKNOWN}
        over = {
            "cancelled": Reason.BILL_CANCELLED,
            "paid": Reason.BILL_PAID,
            "refunded": Reason.BILL_REFUNDED,
            "expired": Reason.BILL_EXPIRED,
        }
        status, asked = self.status(bill, now_us), self.outstanding(bill)
        found = {over[status]} if status in over else set()
        if body.provider_receipt and (key["party"], body.provider_receipt) in self.receipts:
            found.add(Reason.PROVIDER_RECEIPT_IN_USE)
        if self.rules < 3:
            found |= {Reason.AMOUNT_DIFFERS} if amount != asked else set()
        else:
            least = min(asked, bill["minimum"] or 1) if bill["option"] == "partial" else asked
            found |= {Reason.AMOUNT_TOO_LITTLE} if amount < least else set()
            found |= {Reason.AMOUNT_TOO_MUCH} if amount > asked else set()
        moves = self._moves(bill, amount) if 0 < amount <= asked else [(bill["payee"], amount)]
        others = [(item["payee"], 0) for item in bill["items"]]
        return found | self._transfer(body.payer, moves + others, body.currency, key, now_us)

    def _moves(self, bill: Plain, amount: int) -> list[tuple[str, int]]:
        """What each payee gets of a payment: in proportion, rounded down, the rest to the first that ask for more."""
        asks = [item["amount"] - item["got"] for item in bill["items"]]
        parts = [int(Fraction(amount * ask, sum(asks))) for ask in asks]
        for place, ask in enumerate(asks):
            parts[place] += min(amount - sum(parts), ask - parts[place])
        together: dict[str, int] = {}
        for item, part in zip(bill["items"], parts, strict=True):
            together[item["payee"]] = together.get(item["payee"], 0) + part
        self.parts = parts
        return [(payee, part) for payee, part in together.items() if part]

    def _overpays(self, body: Reverse) -> bool:
        """Whether the payee of a refunded bill would have more of it than it asks, were the refund reversed."""
        entry = self.entries[body.entry]
        if entry["kind"] != "Refund" or entry["about"]["bill"] is None:
            return False
        bill, ((payee, _, moved),) = entry["about"]["bill"], entry["moves"]
        room = sum(item["amount"] - item["got"] for item in bill["items"] if item["payee"] == payee)
        return bool(bill["cancelled"]) or room < moved

    def _give_back(self, payment: Plain, payee: str, amount: int) -> None:
        super()._give_back(payment, payee, amount)
        if payment["bill"] is not None:
            self._take(payment["bill"], payee, amount)

    def _take(self, bill: Plain, payee: str, amount: int) -> None:
        """Off the payee's last items first; back onto its first ones first. One unit after the other."""
        mine = [item for item in bill["items"] if item["payee"] == payee]
        for _ in range(abs(amount)):
            if amount > 0:
                next(item for item in reversed(mine) if item["got"] > 0)["got"] -= 1
            else:
                next(item for item in mine if item["got"] < item["amount"])["got"] += 1

    def _carry_out_bills(self, order: VerifiedOrder, owner: str, result: dict[str, str]) -> bool:
        body, name = order.order.body, order.order.order_id
        if isinstance(body, RaiseBill):
            self._carry_out_raising(order, body, owner, result)
        elif isinstance(body, ApproveBill):
            self._carry_out_approval(body, result)
        elif isinstance(body, ChangeBill | CancelBill):
            bill = self.bills[body.bill]
            if isinstance(body, CancelBill) and bill["number"] is None:
                bill["cancelled"], bill["pending"] = True, None
            else:
                bill["pending"] = {"id": name, "maker": order.kid, **self._wish(body, bill)}
        elif isinstance(body, ApproveBulk):
            self.bulks[name] = {
                "checker": order.kid, "currency": body.currency, "total": body.total_minor_units,
                "lines": len(body.lines), "raised": 0, "got": 0,
            }  # fmt: skip
            self.lines |= {(owner, line): name for line in body.lines}
        elif isinstance(body, PayBill):
            paid = self.numbered(body.control_number)
            assert paid is not None
            bill = paid
            moves = self._moves(bill, body.amount_minor_units)
            for item, part in zip(bill["items"], self.parts, strict=True):
                item["got"] += part
            if body.provider_receipt:
                self.receipts.add((owner, body.provider_receipt))
            self._enter(order, [(body.payer, payee, part) for payee, part in moves], bill)
        else:
            return False
        return True

    def _carry_out_raising(
        self, order: VerifiedOrder, body: RaiseBill, owner: str, result: dict[str, str]
    ) -> None:
        if result["bill"] != order.order.order_id:
            return  # the same bill again
        bill = self.bills[result["bill"]] = {
            "party": owner, "bill_id": body.bill_id, "payee": body.payee, "amount": body.amount_minor_units,
            "currency": body.currency, "until": body.payable_until_us, "maker": order.kid, "number": None, "back": 0,
            "option": "exact" if body.option is None else body.option.value, "minimum": body.minimum_minor_units,
            "items": self._items(body.items, body.payee, body.amount_minor_units), "itemised": bool(body.items),
            "reusable": body.reusable, "reuse": body.reuse, "cancelled": False, "pending": None, "asked": _asked(body),
        }  # fmt: skip
        bulk = self.bulks.get(self.lines.get((owner, content_of(order)), ""))
        assert ("control_number" in result) == (bulk is not None)
        if bulk is not None:
            bulk["raised"] += 1
            bulk["got"] += body.amount_minor_units
            self._number(bill, result)

    def _number(self, bill: Plain, result: dict[str, str]) -> None:
        number = result["control_number"]
        earlier = self.numbered(number)
        assert (earlier is not None) == (bill["reuse"] == number), (
            "a number is new, or the one that was asked for"
        )
        bill["number"] = number
        self.numbers.append(bill)

    def _carry_out_approval(self, body: ApproveBill, result: dict[str, str]) -> None:
        bill = self.bills[body.bill]
        if body.change is not None:
            pending, bill["pending"] = bill["pending"], None
            if pending["reason"]:
                bill["cancelled"] = True
                return
            bill["until"] = pending["until"] or bill["until"]
            bill["amount"] = bill["amount"] if pending["amount"] is None else pending["amount"]
            if pending["items"] is not None:
                bill["items"], bill["itemised"] = pending["items"], True
            elif not bill["itemised"]:
                bill["items"][0]["amount"] = bill["amount"]
            if bill["minimum"] is not None:
                bill["minimum"] = min(bill["minimum"], bill["amount"])
        if bill["number"] is None:
            self._number(bill, result)


def _asked(body: RaiseBill) -> tuple[Any, ...]:
    """What the same bill asks again: all but its number; `exact` may be said or left out."""
    items = tuple(line._replace(payee=line.payee or body.payee) for line in body.items)
    option = "exact" if body.option is None else body.option.value
    return (*body._replace(bill_id="", items=items, option=None), option)


def content_of(order: VerifiedOrder) -> str:
    """What a bulk approval names an order by."""
    return base64.urlsafe_b64encode(order.content).decode().rstrip("=")
