"""Closed days: the books and the money at the end of each day in East Africa, for everybody, for ever."""

from __future__ import annotations

import json

from flask import Blueprint, Response

from api import schemas
from api.answers import JSON
from api.house import House
from api.web import for_ever, linked, public
from ledger.enquiries import DayClosesView
from ledger.faults import Fault, LedgerFault
from ledger.instants import day_text, eat_day, eat_day_start_us
from ledger.strict_json import dumps


def blueprint(house: House) -> Blueprint:
    """`/v1/days`."""
    routes = Blueprint("days", __name__)

    @routes.get("/v1/days")
    def get_days() -> Response:
        query = schemas.read_query(schemas.DAYS_QUERY)
        limit = schemas.bounded(query["limit"], least=1, most=house.config.page_rows_max, parameter="limit")
        first = 0
        if "from_" in query:
            try:
                first = _day(query["from_"])
            except LedgerFault as fault:
                raise LedgerFault(Fault.QUERY_INVALID, parameter="from") from fault
        return _page(house.enquiries.day_closes(first, limit), limit)

    @routes.get("/v1/days/<date>")
    def get_day(date: str) -> Response:
        schemas.read_query(schemas.QUERY)
        try:
            record = house.enquiries.day_close(_day(date))
        except LedgerFault as fault:
            raise LedgerFault(Fault.NOT_FOUND) from fault
        if record is None:
            raise LedgerFault(Fault.NOT_FOUND)
        return for_ever(Response(dumps(_members(record)), content_type=JSON), shared=True)

    return routes


def _day(text: str) -> int:
    """A date in East Africa as whole days since 1970-01-01.

    Raises:
        LedgerFault: MALFORMED.
    """
    return eat_day(eat_day_start_us(text))


def _members(record: bytes) -> dict[str, object]:
    """What the record says, and its very bytes. It is our own, out of the log."""
    line = json.loads(record)
    result = line["result"]
    return {
        "date": result["day"],
        "sequence": line["sequence"],
        "recorded_at": line["recorded_at"],
        "trial_balance": result["trial_balance"],
        "supply": result["supply"],
        "records": result["records"],
        "record": record.decode("ascii"),
    }


def _page(view: DayClosesView, limit: int) -> Response:
    """Days with the pages before and after them. With a later day behind it, a page can never change any more."""
    days = view.days
    after = day_text(days[-1][0] + 1) if view.later else None
    members: dict[str, object] = {"days": [_members(record) for _, record in days], "next": after}
    whole = view.later
    response = (
        for_ever(Response(dumps(members), content_type=JSON), shared=True) if whole else public(members)
    )
    before = None
    if days and view.began is not None and days[0][0] > view.began:
        start = max(view.began, days[0][0] - limit)
        before = f"/v1/days?from={day_text(start)}&limit={days[0][0] - start}"
    after = f"/v1/days?from={after}&limit={limit}" if after else None
    return linked(response, next=after, prev=before)
