"""What goes in and comes out, as marshmallow schemas, each built once.

Queries are read by them. Answers (`api.answer_schemas`) are only described: building one through a schema would cost
more than the answer, so the tests hold every real answer to its schema instead. The OpenAPI document is made from both.
"""

from __future__ import annotations

from typing import Any, NoReturn

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields, validate

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


class EntriesQuery(Query):
    """A page of an account's entries, newest first."""

    limit = _place("Rows of the page, 1 to 100.", default=20)
    before = fields.String(
        validate=validate.Regexp(r"\A[0-9]{1,18}-[0-9]{1,4}\Z"),
        metadata={"description": "Where the last page ended: its `next`."},
    )


class RecordsQuery(Query):
    """A range of records."""

    from_ = _place("Sequence of the first record.", key="from", default=0)
    limit = _place("How many records, 1 to 1000.", default=100)


class InclusionQuery(Query):
    """Which record, in a log of which size."""

    index = _place("Sequence of the record.", required=True)
    size = _place("Size of the log.", required=True)


class ConsistencyQuery(Query):
    """Two sizes of the log."""

    from_ = _place("The smaller size.", key="from", required=True)
    to = _place("The larger size.", required=True)


QUERY = Query()
ENTRIES_QUERY = EntriesQuery()
RECORDS_QUERY = RecordsQuery()
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
