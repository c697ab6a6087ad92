"""The shapes of answers about the past and about what might be: a balance as it was, a statement, a dry run."""

from __future__ import annotations

from marshmallow import fields, validate

from api import members
from api.answer_schemas import EntrySchema, ProblemSchema
from api.schemas import Strict
from ledger.books.accounts import AccountClass


class AccountAsOfSchema(Strict):
    """An account as it was."""

    account = members.words("Its address.")
    party = members.words("Whose it is.")
    class_ = members.one_of("Its class.", AccountClass, key="class")
    currency = members.words("ISO 4217.")
    balance = members.amount("What was in it.")
    recorded_at = members.instant("When the last record of that log was recorded.")
    log_size = members.whole("The size of the log as of which this is the balance.")


class ClockWishSchema(Strict):
    """How far to move a sandbox's clock."""

    seconds = members.whole("Ahead, by one second at least; in all by ten years at most.")


class ClockSchema(Strict):
    """A sandbox's clock after it was moved."""

    time = members.instant("What it shows now.")
    ahead_seconds = members.whole("By how many seconds it is ahead of the machine's clock in all.")


class BalanceAtSchema(Strict):
    """A balance at one end of a period."""

    balance = members.amount("What was in it.")
    log_size = members.whole("The size of the log at that moment.")


class TotalsSchema(Strict):
    """The sums over a period, all pages together."""

    debits = members.amount("Debited.")
    credits = members.amount("Credited.")
    entries = members.whole("How many entries.")


class StatementSchema(Strict):
    """An account over a period: opening balance and totals make the closing balance. Its entries come in pages."""

    account = members.words("Its address.")
    party = members.words("Whose it is.")
    class_ = members.one_of("Its class.", AccountClass, key="class")
    currency = members.words("ISO 4217.")
    from_ = members.instant("The first instant.", key="from")
    to = members.instant("The last instant.")
    over = fields.Boolean(
        required=True,
        metadata={"description": "Whether no entry can be added to the period any more."},
    )
    opening = fields.Nested(BalanceAtSchema, required=True)
    closing = fields.Nested(BalanceAtSchema, required=True)
    totals = fields.Nested(TotalsSchema, required=True)
    brought_forward = members.amount("The balance before the first entry of this page.")
    entries = fields.List(fields.Nested(EntrySchema), required=True)
    carried_forward = members.amount("The balance after the last entry of this page.")
    next = members.words("`after` of the next page; null on the last.", none=True)
    log_size = members.log_size()


class PostingSchema(Strict):
    """An amount that would move from one account to another."""

    debit = members.words("From.")
    credit = members.words("To.")
    amount = members.amount("How much.")
    currency = members.words("ISO 4217.")


class BalanceAfterSchema(Strict):
    """What an account of the signer's party would hold."""

    account = members.words("Its address.")
    currency = members.words("ISO 4217.")
    balance = members.amount("What would be in it.")


def _dry_run() -> fields.Boolean:
    told = {"description": "true: nothing of this happened."}
    return fields.Boolean(required=True, validate=validate.Equal(True), metadata=told)


class PreviewSchema(Strict):
    """An order that would be accepted."""

    status = members.whole("The HTTP status that the order itself would get: 201.")
    dry_run = _dry_run()
    order = members.words("The order's id, which stays free.")
    outcome = members.words("`accepted`.", rule=validate.Equal("accepted"))
    replayed = fields.Boolean(required=True, metadata={"description": "Always false: it is not recorded."})
    postings = fields.List(fields.Nested(PostingSchema), required=True)
    result = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    balances = fields.List(fields.Nested(BalanceAfterSchema), required=True)


class PreviewRefusedSchema(ProblemSchema):
    """An order that would be refused: just what it would get, but for the record."""

    retry_with_new_order = fields.Boolean(
        required=True,
        metadata={"description": "May a new order succeed later?"},
    )
    order = members.words("The order's id, which stays free.")
    outcome = members.words("`refused`.", rule=validate.Equal("refused"))
    replayed = fields.Boolean(required=True, metadata={"description": "Always false: it is not recorded."})
    dry_run = _dry_run()


def _sum(description: str) -> fields.String:
    """A sum over many accounts, which may go beyond what one of them can hold."""
    rule = validate.Regexp(r"\A(?:0|[1-9][0-9]*)(?:\.[0-9]{1,8})?\Z")
    return members.words(f"{description} In major units, all decimals.", rule=rule)


class DayLineSchema(Strict):
    """One class of accounts at the end of a day."""

    currency = members.words("ISO 4217.")
    class_ = members.one_of("The class.", AccountClass, key="class")
    accounts = members.whole("How many.")
    debits = _sum("Debits posted.")
    credits = _sum("Credits posted.")
    balance = _sum("The difference.")


class DaySupplySchema(Strict):
    """Money of one currency at the end of a day."""

    currency = members.words("ISO 4217.")
    issued = _sum("Ever issued.")
    redeemed = _sum("Ever taken back.")
    outstanding = _sum("In circulation.")


class DayRecordsSchema(Strict):
    """How many records the day brought."""

    accepted = members.whole("Accepted.")
    refused = members.whole("Refused.")


class DaySchema(Strict):
    """A closed day in East Africa. The record says all of it; who has its sequence can prove it."""

    date = members.words("The day in East Africa.", rule=validate.Regexp(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"))
    sequence = members.whole("The record that closed it.")
    recorded_at = members.instant("When it was closed.")
    trial_balance = fields.List(fields.Nested(DayLineSchema), required=True)
    supply = fields.List(fields.Nested(DaySupplySchema), required=True)
    records = fields.Nested(DayRecordsSchema, required=True)
    record = members.words("The record's very bytes.")


class DaysSchema(Strict):
    """Closed days, oldest first."""

    days = fields.List(fields.Nested(DaySchema), required=True)
    next = members.words("`from` of the next page; null on the last.", none=True)
