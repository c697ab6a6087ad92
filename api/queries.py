"""Reading what stands behind the question mark: marshmallow schemas, built once."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from ledger.faults import Fault, LedgerFault
from ledger.money import MINOR_UNITS_MAX

PAGE_ROWS_MAX = 100
RECORDS_MAX = 1_000


class Query(Schema):
    """Parameters: unknown ones are refused. `lang` goes with every page and route."""

    class Meta:
        """Nothing unknown."""

        unknown = RAISE

    lang = fields.String(validate=validate.OneOf(("en", "sw")), metadata={"description": "Language: en or sw."})


def _place(description: str, *, required: bool = False, default: int | None = None) -> fields.String:
    """A place in the log: digits only, since `Integer` reads more than one may want."""
    rule = validate.Regexp(r"\A(?:0|[1-9][0-9]{0,17})\Z", error="a whole number")
    extra: dict[str, Any] = {} if default is None else {"load_default": str(default)}
    return fields.String(required=required, validate=rule, metadata={"description": description}, **extra)


class EntriesQuery(Query):
    """A page of an account's entries, newest first."""

    limit = _place("Rows of the page, 1 to 100.", default=20)
    before = fields.String(
        validate=validate.Regexp(r"\A[0-9]{1,18}-[0-9]{1,4}\Z"), metadata={"description": "Where the last page ended."}
    )


class RecordsQuery(Query):
    """A range of records."""

    from_ = fields.String(
        data_key="from", load_default="0", validate=validate.Regexp(r"\A(?:0|[1-9][0-9]{0,17})\Z"),
        metadata={"description": "Sequence of the first record."},
    )  # fmt: skip
    limit = _place("How many records, 1 to 1000.", default=100)


class InclusionQuery(Query):
    """Which record, in a log of which size."""

    index = _place("Sequence of the record.", required=True)
    size = _place("Size of the log.", required=True)


class ConsistencyQuery(Query):
    """Two sizes of the log."""

    from_ = fields.String(
        data_key="from", required=True, validate=validate.Regexp(r"\A(?:0|[1-9][0-9]{0,17})\Z"),
        metadata={"description": "The smaller size."},
    )  # fmt: skip
    to = _place("The larger size.", required=True)


QUERY = Query()
ENTRIES = EntriesQuery()
RECORDS = RecordsQuery()
INCLUSION = InclusionQuery()
CONSISTENCY = ConsistencyQuery()


def read_query(schema: Query) -> dict[str, str]:
    """The parameters of this request.

    Raises:
        LedgerFault: QUERY_INVALID naming the parameter.
    """
    if any(len(values) > 1 for _, values in request.args.lists()):
        _invalid(next(name for name, values in request.args.lists() if len(values) > 1))
    try:
        return dict(schema.load(request.args.to_dict()))
    except ValidationError as error:
        messages = error.normalized_messages()
        _invalid(next(iter(messages)))


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
    known = str(parameter)
    raise LedgerFault(Fault.QUERY_INVALID, parameter=known if known.isascii() and known.isidentifier() else "unknown")
