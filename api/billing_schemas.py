"""The shapes of answers that a billing system reads: lists of bills, payments, days to reconcile, services."""

from __future__ import annotations

from marshmallow import fields, validate

from api.answer_schemas import PartyTitleSchema, TitleSchema
from api.bill_schemas import OwnBillSchema
from api.members import amount as _amount
from api.members import instant, words
from api.members import log_size as size_of_log
from api.members import whole as whole_number
from api.schemas import Strict

_SIGNED = validate.Regexp(r"\A-?[0-9]+(\.[0-9]+)?\Z")


class BillsSchema(Strict):
    """A page of an institution's bills, newest first."""

    bills = fields.List(fields.Nested(OwnBillSchema), required=True)
    next = words("Where the next page begins; null at the end.", none=True)
    log_size = size_of_log()


class PartSchema(Strict):
    """What an item got of a payment."""

    gfs_code = words("The revenue's code; null for a bill without items.", none=True)
    payee = words("The account that got it.")
    amount = _amount("How much.")


class BillPaymentSchema(Strict):
    """A payment of a bill."""

    order = words("The order that paid.")
    sequence = whole_number("Its record.")
    recorded_at = instant("When.")
    amount = _amount("How much.")
    refunded = _amount("What was given back of it.")
    reversed_by = words("The order that reversed it.", none=True)
    payer = words("The account that paid.")
    channel = words("How the customer paid the provider.", none=True)
    provider_receipt = words("The provider's own number.", none=True)
    customer = words("Who paid the provider: a reference into a directory.", none=True)
    parts = fields.List(fields.Nested(PartSchema), required=True)


class BillPaymentsSchema(Strict):
    """The payments of a bill, oldest first, as far as the caller may see them."""

    control_number = words("Of the bill.")
    payments = fields.List(fields.Nested(BillPaymentSchema), required=True)
    log_size = size_of_log()


class CollectingSchema(Strict):
    """A collection account."""

    account = words("Its address.")
    currency = words("ISO 4217.")


class ReconciledLineSchema(Strict):
    """One movement of a collection account for a bill."""

    kind = words("What it is.", rule=validate.OneOf(("payment", "refund", "reversal")))
    order = words("The order that moved it.")
    sequence = whole_number("Its record.")
    recorded_at = instant("When.")
    control_number = words("Of the bill.")
    bill_id = words("The institution's own number of the bill.")
    service = words("The service.")
    account = words("The collection account.")
    currency = words("ISO 4217.")
    amount = words("In major units, all decimals; below zero for what went back.", rule=_SIGNED)
    payment = words("The order of the payment: this one, or the one that goes back.")
    channel = words("How the customer paid the provider.", none=True)
    provider_receipt = words("The provider's own number.", none=True)
    parts = fields.List(fields.Nested(PartSchema), required=True)


class ReconciledTotalSchema(Strict):
    """A sum."""

    currency = words("ISO 4217.")
    name = words("Of what; empty where nothing is named.")
    lines = whole_number("How many lines.")
    amount = words("In major units, all decimals, refunds taken off.", rule=_SIGNED)


class ReconciledTotalsSchema(Strict):
    """The sums of a day."""

    currency = fields.List(fields.Nested(ReconciledTotalSchema), required=True)
    service = fields.List(fields.Nested(ReconciledTotalSchema), required=True)
    gfs_code = fields.List(fields.Nested(ReconciledTotalSchema), required=True)
    channel = fields.List(fields.Nested(ReconciledTotalSchema), required=True)


class ReconciliationSchema(Strict):
    """What an institution collected by bills on a day in East Africa."""

    day = words("The date.")
    fiscal_year = words("July to June: `2026/27`.")
    closed = fields.Boolean(required=True, metadata={"description": "Whether nothing can be added."})
    party = words("The institution.")
    accounts = fields.List(fields.Nested(CollectingSchema), required=True)
    lines = fields.List(fields.Nested(ReconciledLineSchema), required=True)
    totals = fields.Nested(ReconciledTotalsSchema, required=True)
    log_size = size_of_log()


class ServiceRowSchema(Strict):
    """A service of an institution."""

    institution = fields.Nested(PartyTitleSchema, required=True)
    code = words("Its code.")
    title = fields.Nested(TitleSchema, required=True)


class ServicesSchema(Strict):
    """Who bills for what."""

    services = fields.List(fields.Nested(ServiceRowSchema), required=True)
