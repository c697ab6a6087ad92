"""The shapes of answers about bills."""

from __future__ import annotations

from marshmallow import fields, validate

from api.answer_schemas import JwkSchema, PartyTitleSchema, ReceiptSchema, TitleSchema
from api.members import amount as _amount
from api.members import instant, one_of, words
from api.members import log_size as size_of_log
from api.schemas import Strict
from ledger.books.bills import BillStatus, CancelReason, PayOption

_CANCEL_REASONS = validate.OneOf([reason.value for reason in CancelReason])


class ServiceTitleSchema(Strict):
    """What an institution raises bills for."""

    code = words("Its code.")
    title = fields.Nested(TitleSchema, required=True)


class BillItemSchema(Strict):
    """An item of a bill."""

    gfs_code = words("The revenue's code: 6 or 12 digits.")
    amount = _amount("What it asks.")
    paid = _amount("What was paid of it and not given back.")
    payee = words("The account that it reaches.")
    title = fields.Nested(TitleSchema, required=True, allow_none=True)


class EquivalentSchema(Strict):
    """What a bill comes to in another currency."""

    currency = words("ISO 4217.")
    amount = _amount("For information: the bill is paid in its own currency.")


class AskedChangeSchema(Strict):
    """A change of a bill that its institution's maker asked for."""

    order = words("The institution's signed order.")
    key = fields.Nested(JwkSchema, required=True)


class ApprovedChangeSchema(AskedChangeSchema):
    """A change of a bill that was approved."""

    approval = words("The checker's signed order, an approve_bill that names the change.")
    checker_key = fields.Nested(JwkSchema, required=True)


class BillSchema(Strict):
    """A bill."""

    control_number = words("By which it is paid; null before it is approved.", none=True)
    bill = words("The order that raised it.")
    bill_id = words("The institution's own number.")
    institution = fields.Nested(PartyTitleSchema, required=True)
    service = fields.Nested(ServiceTitleSchema, required=True)
    payee = words("The account that is paid.")
    currency = words("ISO 4217.")
    amount = _amount("What it asks.")
    option = one_of("How it may be paid.", PayOption)
    outstanding = _amount("What is still to be paid.")
    least = _amount("The least that may be paid now.")
    paid = _amount("What was paid; what was refunded of it is not taken off.")
    refunded = _amount("What was given back.")
    items = fields.List(fields.Nested(BillItemSchema), required=True)
    equivalent = fields.Nested(EquivalentSchema, required=True, allow_none=True)
    payable_until = instant("Until when.")
    status = one_of("Where it stands.", BillStatus)
    cancel_reason = words(
        "Why it was taken back.", none=True, rule=validate.OneOf([reason.value for reason in CancelReason])
    )
    order = words("The institution's signed order.")
    maker_key = fields.Nested(JwkSchema, required=True)
    changes = fields.List(fields.Nested(ApprovedChangeSchema), required=True)
    approval = words("The checker's signed order: approve_bill, or approve_bulk.", none=True)
    checker_key = fields.Nested(JwkSchema, required=True, allow_none=True)
    log_size = size_of_log()


class OwnBillSchema(BillSchema):
    """A bill as its institution sees it."""

    pending = fields.Nested(AskedChangeSchema, required=True, allow_none=True)


class BillProofSchema(Strict):
    """That a control number stands for what its institution signed."""

    control_number = words("The number.")
    receipts = fields.List(
        fields.Nested(ReceiptSchema),
        required=True,
        metadata={"description": "Of the orders that raised, approved and changed the bill."},
    )
