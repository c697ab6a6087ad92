"""What goes in and comes out, as marshmallow schemas, each built once.

Queries are read by them. Answers (`api.answer_schemas`) are only described: building one through a schema would cost
more than the answer, so the tests hold every real answer to its schema instead. The OpenAPI document is made from both.
"""

from __future__ import annotations

from typing import Any, NoReturn

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from ledger.addresses import ORDER_ID
from ledger.books.bills import BillStatus
from ledger.faults import Fault, LedgerFault
from ledger.money import MINOR_UNITS_MAX

PLACE = r"\A(?:0|[1-9][0-9]{0,17})\Z"


class Strict(Schema):
    """Nothing unknown."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE


class Query(Strict):
    """Parameters. `lang` goes with every page and route."""

    lang = fields.String(
        validate=validate.OneOf(("en", "sw")),
        metadata={"description": "Language: en or sw."},
    )


def _place(
    description: str,
    *,
    key: str | None = None,
    required: bool = False,
    default: int | None = None,
) -> fields.String:
    """A place in the log: digits only, since marshmallow's Integer reads more than one may want."""
    extra: dict[str, Any] = {} if default is None else {"load_default": str(default)}
    rule = validate.Regexp(PLACE, error="a whole number")
    return fields.String(
        data_key=key,
        required=required,
        validate=rule,
        metadata={"description": description},
        **extra,
    )


def _cursor(description: str, form: str) -> fields.String:
    return fields.String(validate=validate.Regexp(form), metadata={"description": description})


def _moment(description: str, *, key: str | None = None) -> fields.String:
    rule = validate.Regexp(r"\A[0-9TZ:.-]{1,27}\Z")
    return fields.String(data_key=key, validate=rule, metadata={"description": description})


_ENTRY = r"\A[0-9]{1,18}-[0-9]{1,4}\Z"
_EVENT = r"\Aevt_(0|[1-9][0-9]{0,17})_(0|[1-9][0-9]{0,3})\Z"
_ENTRY_AND_SIZE = r"\A[0-9]{1,18}-[0-9]{1,4}-[0-9]{1,18}\Z"


class AccountQuery(Query):
    """An account, now or as it was."""

    as_of = _moment("A size of the log, or an instant (UTC, RFC 3339).")


class EntriesQuery(Query):
    """A page of an account's entries, newest first."""

    limit = _place("Rows of the page, 1 to 100.", default=20)
    before = _cursor("Where the last page ended: its `next`.", _ENTRY)
    after = _cursor("Where the last page began, for newer entries; not together with `before`.", _ENTRY)


class EventsQuery(Query):
    """A page of an institution's events, oldest first."""

    after = _cursor("Where the last page ended: its `next`.", _EVENT)
    limit = fields.String(
        load_default="20",
        validate=validate.Regexp(r"\A(?:[1-9][0-9]?|100)\Z"),
        metadata={"description": "Rows of the page, 1 to 100."},
    )


class StatementQuery(Query):
    """A period of an account, and which page of it."""

    from_ = _moment("First day in East Africa, or instant; by default the month's first day.", key="from")
    to = _moment("Last day in East Africa, or instant, included; by default now.")
    limit = _place("Rows of the page, 1 to 1000.", default=1_000)
    after = _cursor("Where the last page ended: its `next`.", _ENTRY_AND_SIZE)
    format = fields.String(
        validate=validate.OneOf(("json", "csv", "page")),
        metadata={"description": "json, csv, or a page to print; by default what `Accept` prefers."},
    )


class SupplyQuery(Query):
    """All currencies, or one."""

    currency = fields.String(
        validate=validate.Regexp(r"\A[A-Z]{3}\Z"), metadata={"description": "Only this currency (ISO 4217)."}
    )


class OrdersQuery(Query):
    """How orders are handed in."""

    dry_run = fields.String(
        validate=validate.OneOf(("true", "false")),
        metadata={"description": "true: say what would become of them, and do nothing."},
    )


class RecordsQuery(Query):
    """A range of records."""

    from_ = _place("Sequence of the first record.", key="from", default=0)
    limit = _place("How many records, 1 to 1000.", default=100)


class LookupsQuery(Query):
    """A page of look-ups, newest first."""

    limit = fields.String(
        load_default="20",
        validate=validate.Regexp(r"\A(?:[1-9][0-9]?|100)\Z"),
        metadata={"description": "Rows of the page, 1 to 100."},
    )
    before = _cursor("Where the last page ended: its `next`.", rf"\A{ORDER_ID.pattern}\Z")


class DaysQuery(Query):
    """Closed days, oldest first."""

    from_ = fields.String(
        data_key="from",
        validate=validate.Regexp(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
        metadata={
            "description": "The first day, a date in East Africa; by default the first that was closed."
        },
    )
    limit = _place("How many days, 1 to 100.", default=31)


class BillsQuery(Query):
    """An institution's bills, newest first."""

    status = fields.String(
        validate=validate.OneOf([status.value for status in BillStatus]),
        metadata={"description": "Only bills that stand so now."},
    )
    bill_id = fields.String(
        validate=validate.Regexp(r"\A[A-Za-z0-9./-]{1,35}\Z"),
        metadata={"description": "Only the bill of this number of the institution's own."},
    )
    from_ = fields.String(
        data_key="from",
        validate=validate.Regexp(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
        metadata={"description": "Only bills raised on this day in East Africa or later."},
    )
    limit = _place("Rows of the page, 1 to 100.", default=20)
    before = _cursor("Where the last page ended: its `next`.", r"\A[0-9]{1,18}\Z")


class ReconciliationQuery(Query):
    """In which form."""

    format = fields.String(
        validate=validate.OneOf(("json", "csv", "page")),
        metadata={"description": "json, csv, or a page to print; by default what `Accept` prefers."},
    )


class ServicesQuery(Query):
    """All services, or some."""

    search = fields.String(
        validate=validate.Length(max=60),
        metadata={
            "description": "Words that the code, the service or the institution holds, in either language."
        },
    )


class InclusionQuery(Query):
    """Which record, in a log of which size."""

    index = _place("Sequence of the record.", required=True)
    size = _place("Size of the log.", required=True)


class ConsistencyQuery(Query):
    """Two sizes of the log."""

    from_ = _place("The smaller size.", key="from", required=True)
    to = _place("The larger size.", required=True)


QUERY = Query()
BILLS_QUERY = BillsQuery()
RECONCILIATION_QUERY = ReconciliationQuery()
SERVICES_QUERY = ServicesQuery()
ACCOUNT_QUERY = AccountQuery()
STATEMENT_QUERY = StatementQuery()
SUPPLY_QUERY = SupplyQuery()
ORDERS_QUERY = OrdersQuery()
ENTRIES_QUERY = EntriesQuery()
EVENTS_QUERY = EventsQuery()
RECORDS_QUERY = RecordsQuery()
DAYS_QUERY = DaysQuery()
LOOKUPS_QUERY = LookupsQuery()
INCLUSION_QUERY = InclusionQuery()
CONSISTENCY_QUERY = ConsistencyQuery()


def read_query(schema: Query) -> dict[str, str]:
    """The parameters of the request at hand.

    Raises:
        LedgerFault: QUERY_INVALID naming the parameter.
    """
    for name, values in request.args.lists():
        if len(values) > 1:
            _invalid(name)
    try:
        return dict(schema.load(request.args.to_dict()))
    except ValidationError as error:
        _invalid(next(iter(error.messages_dict)))


def bounded(text: str, *, least: int, most: int, parameter: str) -> int:
    """A number of a query within its bounds.

    Raises:
        LedgerFault: QUERY_INVALID.
    """
    number = int(text)
    if not least <= number <= min(most, MINOR_UNITS_MAX):
        _invalid(parameter)
    return number


def _invalid(parameter: object) -> NoReturn:
    """A name that is no parameter of ours is not repeated: it could be anything."""
    known = str(parameter)
    tame = known.isascii() and known.isidentifier() and len(known) < 40
    raise LedgerFault(Fault.QUERY_INVALID, parameter=known if tame else "–")
