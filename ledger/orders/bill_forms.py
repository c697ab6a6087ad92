"""The JSON form of bills: raised, approved one by one or in bulk, changed, cancelled, paid."""

from __future__ import annotations

from ledger.addresses import parse_order_id
from ledger.books.bills import CancelReason, PayOption
from ledger.instants import instant_text, parse_instant
from ledger.money import MINOR_UNITS_MAX, Currency
from ledger.orders import fields
from ledger.orders.fields import Members, malformed
from ledger.orders.form import address_of, amount_text, currency_of, form
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import (
    ApproveBill,
    ApproveBulk,
    BillLine,
    CancelBill,
    ChangeBill,
    Equivalent,
    PayBill,
    RaiseBill,
)

ITEMS_MAX = 50
BULK_LINES_MAX = 1_000
"""So that a whole approval keeps within the bytes of any order; more lines take more approvals."""

_ITEM = frozenset({"gfs_code", "amount"})
_ITEM_OPTIONAL = frozenset({"payee"})
_EQUIVALENT = frozenset({"currency", "amount"})


def _read_raise_bill(members: Members, genesis: Genesis) -> RaiseBill:
    currency = currency_of(members["currency"], genesis)
    amount = currency.parse(members["amount"])
    option = fields.choice(PayOption, members["option"], "option") if "option" in members else None
    items = _read_items(members["items"], amount, currency, genesis) if "items" in members else ()
    return RaiseBill(
        bill_id=fields.bill_id(members["bill_id"]),
        service=fields.service_code(members["service"]),
        payee=address_of(members["payee"], genesis),
        currency=currency.code,
        amount_minor_units=amount,
        payable_until_us=parse_instant(members["payable_until"]),
        option=option,
        minimum_minor_units=_minimum(members, option, amount, currency),
        items=items,
        equivalent=_equivalent(members["equivalent"], currency, genesis) if "equivalent" in members else None,
        reusable=_true(members["reusable"], "reusable") if "reusable" in members else False,
        reuse=fields.control_number(members["reuse"]) if "reuse" in members else None,
    )


def _minimum(members: Members, option: PayOption | None, amount: int, currency: Currency) -> int | None:
    if "minimum" not in members:
        return None
    minimum = currency.parse(members["minimum"])
    if option is not PayOption.PARTIAL or minimum > amount:
        raise malformed("minimum")
    return minimum


def _read_items(
    value: object, amount: int | None, currency: Currency, genesis: Genesis
) -> tuple[BillLine, ...]:
    """The items of a bill. They come to its amount, if the order states that."""
    if not isinstance(value, list) or not 1 <= len(value) <= ITEMS_MAX:
        raise malformed("items")
    items = tuple(_read_item(row, currency, genesis) for row in value)
    total = sum(item.amount_minor_units for item in items)
    if total > MINOR_UNITS_MAX or (amount is not None and total != amount):
        raise malformed("items_sum")
    return items


def _read_item(value: object, currency: Currency, genesis: Genesis) -> BillLine:
    row = fields.exact(value, required=_ITEM, optional=_ITEM_OPTIONAL, what="items")
    payee = address_of(row["payee"], genesis) if "payee" in row else None
    return BillLine(fields.gfs_code(row["gfs_code"]), currency.parse(row["amount"]), payee)


def _equivalent(value: object, of: Currency, genesis: Genesis) -> Equivalent:
    row = fields.exact(value, required=_EQUIVALENT, what="equivalent")
    currency = currency_of(row["currency"], genesis)
    if currency.code == of.code:
        raise malformed("equivalent")
    return Equivalent(currency.code, currency.parse(row["amount"]))


def _true(value: object, what: str) -> bool:
    """A member that is `true` or left out: so that one wish has one form."""
    if value is not True:
        raise malformed(what)
    return True


def _write_items(items: tuple[BillLine, ...], currency: str, genesis: Genesis) -> list[dict[str, object]]:
    rows = list[dict[str, object]]()
    for item in items:
        amount = amount_text(item.amount_minor_units, currency, genesis)
        payee = {"payee": item.payee} if item.payee else {}
        rows.append({"gfs_code": item.gfs_code, "amount": amount, **payee})
    return rows


def _write_raise_bill(body: RaiseBill, genesis: Genesis) -> dict[str, object]:
    minimum, equivalent = body.minimum_minor_units, body.equivalent
    return {
        "bill_id": body.bill_id,
        "service": body.service,
        "payee": body.payee,
        "currency": body.currency,
        "amount": amount_text(body.amount_minor_units, body.currency, genesis),
        "payable_until": instant_text(body.payable_until_us),
        "option": body.option.value if body.option else None,
        "minimum": None if minimum is None else amount_text(minimum, body.currency, genesis),
        "items": _write_items(body.items, body.currency, genesis) or None,
        "equivalent": equivalent
        and {
            "currency": equivalent.currency,
            "amount": amount_text(equivalent.amount_minor_units, equivalent.currency, genesis),
        },
        "reusable": body.reusable or None,
        "reuse": body.reuse,
    }


def _read_approve_bill(members: Members, _: Genesis) -> ApproveBill:
    change = parse_order_id(members["change"]) if "change" in members else None
    return ApproveBill(parse_order_id(members["bill"]), change)


def _write_approve_bill(body: ApproveBill, _: Genesis) -> dict[str, object]:
    return {"bill": body.bill, "change": body.change}


def _read_pay_bill(members: Members, genesis: Genesis) -> PayBill:
    currency = currency_of(members["currency"], genesis)
    return PayBill(
        payer=address_of(members["payer"], genesis),
        control_number=fields.control_number(members["control_number"]),
        currency=currency.code,
        amount_minor_units=currency.parse(members["amount"]),
        channel=fields.channel(members["channel"]) if "channel" in members else None,
        provider_receipt=(
            fields.provider_receipt(members["provider_receipt"]) if "provider_receipt" in members else None
        ),
        customer=fields.customer(members["customer"]) if "customer" in members else None,
    )


def _write_pay_bill(body: PayBill, genesis: Genesis) -> dict[str, object]:
    return {
        "payer": body.payer,
        "control_number": body.control_number,
        "currency": body.currency,
        "amount": amount_text(body.amount_minor_units, body.currency, genesis),
        "channel": body.channel,
        "provider_receipt": body.provider_receipt,
        "customer": body.customer,
    }


def _read_change_bill(members: Members, genesis: Genesis) -> ChangeBill:
    until = parse_instant(members["payable_until"]) if "payable_until" in members else None
    money = "amount" in members or "items" in members
    if money != ("currency" in members) or (until is None and not money):
        raise malformed("change")
    if not money:
        return ChangeBill(parse_order_id(members["bill"]), until)
    currency = currency_of(members["currency"], genesis)
    amount = currency.parse(members["amount"]) if "amount" in members else None
    items = _read_items(members["items"], amount, currency, genesis) if "items" in members else ()
    return ChangeBill(parse_order_id(members["bill"]), until, currency.code, amount, items)


def _write_change_bill(body: ChangeBill, genesis: Genesis) -> dict[str, object]:
    written: dict[str, object] = {
        "bill": body.bill,
        "payable_until": None if body.payable_until_us is None else instant_text(body.payable_until_us),
        "currency": body.currency,
    }
    if body.currency is not None:
        amount = body.amount_minor_units
        written["amount"] = None if amount is None else amount_text(amount, body.currency, genesis)
        written["items"] = _write_items(body.items, body.currency, genesis) or None
    return written


def _read_cancel_bill(members: Members, _: Genesis) -> CancelBill:
    reason = fields.choice(CancelReason, members["reason"], "reason")
    return CancelBill(parse_order_id(members["bill"]), reason)


def _write_cancel_bill(body: CancelBill, _: Genesis) -> dict[str, object]:
    return {"bill": body.bill, "reason": body.reason.value}


def _read_approve_bulk(members: Members, genesis: Genesis) -> ApproveBulk:
    currency = currency_of(members["currency"], genesis)
    rows, count = members["lines"], members["count"]
    if not isinstance(rows, list) or not 1 <= len(rows) <= BULK_LINES_MAX:
        raise malformed("lines")
    lines = tuple(fields.content_hash(row) for row in rows)
    if len(set(lines)) < len(lines) or isinstance(count, bool) or count != len(lines):
        raise malformed("lines")
    return ApproveBulk(currency.code, currency.parse(members["total"]), lines)


def _write_approve_bulk(body: ApproveBulk, genesis: Genesis) -> dict[str, object]:
    return {
        "currency": body.currency,
        "count": len(body.lines),
        "total": amount_text(body.total_minor_units, body.currency, genesis),
        "lines": list(body.lines),
    }


BILL_FORMS = (
    form(
        "raise_bill", RaiseBill,
        "bill_id service payee currency amount payable_until option? minimum? items? equivalent? reusable? reuse?",
        _read_raise_bill, _write_raise_bill,
    ),
    form("approve_bill", ApproveBill, "bill change?", _read_approve_bill, _write_approve_bill),
    form(
        "pay_bill", PayBill, "payer control_number currency amount channel? provider_receipt? customer?",
        _read_pay_bill, _write_pay_bill,
    ),
    form(
        "change_bill", ChangeBill, "bill payable_until? currency? amount? items?",
        _read_change_bill, _write_change_bill,
    ),
    form("cancel_bill", CancelBill, "bill reason", _read_cancel_bill, _write_cancel_bill),
    form(
        "approve_bulk", ApproveBulk, "currency count total lines",
        _read_approve_bulk, _write_approve_bulk,
    ),
)  # fmt: skip
"""The kinds of order that bills know."""
