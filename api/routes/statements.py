"""An account's statement for a period: as JSON, as CSV for a spreadsheet, as a page to print."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from api import callers, schemas, statement_csv
from api.answers import JSON
from api.house import House
from api.moments import period_of, place_of
from api.pages import statements as pages
from api.routes.accounts import entry_members
from api.web import linked, own, tagged
from ledger.faults import Fault, LedgerFault
from ledger.instants import instant_text
from ledger.statements import Place, StatementView

HTML, CSV = "text/html", "text/csv"
_FORMATS = {JSON: "json", CSV: "csv", HTML: "page"}


def blueprint(house: House) -> Blueprint:
    """`/v1/accounts/{address}/statement`."""
    routes = Blueprint("statements", __name__)

    @routes.get("/v1/accounts/<address>/statement")
    def get_statement(address: str) -> Response:
        query = schemas.read_query(schemas.STATEMENT_QUERY)
        callers.seen_account(house, callers.reader(house), address)
        most = house.config.statement_rows_max
        limit = schemas.bounded(query["limit"], least=1, most=most, parameter="limit")
        after = place_of(query["after"]) if "after" in query else None
        period = period_of(house, query)
        view = house.statements.statement(address, period, house.settled_us, limit=limit, after=after)
        if view is None:
            raise LedgerFault(Fault.NOT_FOUND)
        following = _following(view, query)
        rendered = _rendered(house, view, _format(query), following, first=after is None)
        return linked(rendered, next=following)

    return routes


def _format(query: Mapping[str, str]) -> str:
    accepted = request.accept_mimetypes.best_match(list(_FORMATS), default=JSON)
    return query.get("format") or _FORMATS[accepted]


def _rendered(
    house: House, view: StatementView, form: str, following: str | None, *, first: bool
) -> Response:
    members = statement_members(house, view)
    if form == "csv":
        response = Response(statement_csv.text_of(members, first=first), content_type=f"{CSV}; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{view.account.address}.csv"'
        response.headers["Cache-Control"] = "private, no-cache"
        return tagged(response)
    if form == "page":
        return tagged(pages.page_of(house, view, following, first=first))
    return tagged(own(members))


def statement_members(house: House, view: StatementView) -> dict[str, object]:
    """The statement as JSON says it."""
    account, currency = view.account, house.genesis.currencies[view.account.currency]
    return {
        "account": account.address,
        "party": account.party,
        "class": account.account_class.value,
        "currency": account.currency,
        "from": instant_text(view.period.from_us),
        "to": instant_text(view.period.to_us),
        "over": view.over,
        "opening": {"balance": currency.text(view.opening), "log_size": view.opening_size},
        "closing": {"balance": currency.text(view.closing), "log_size": view.closing_size},
        "totals": {
            "debits": currency.text(view.totals.debits),
            "credits": currency.text(view.totals.credits),
            "entries": view.totals.entries,
        },
        "brought_forward": currency.text(view.brought_forward),
        "entries": [entry_members(row, currency, view.others) for row in view.entries],
        "carried_forward": currency.text(view.carried_forward),
        "next": None if view.next is None else _cursor(view.next),
        "log_size": view.log_size,
    }


def _cursor(place: Place) -> str:
    return f"{place.sequence}-{place.n}-{place.log_size}"


def _following(view: StatementView, query: Mapping[str, str]) -> str | None:
    """The next page: of the very same period, in the very same form, language and log."""
    if view.next is None:
        return None
    period = {"from": instant_text(view.period.from_us), "to": instant_text(view.period.to_us)}
    kept = {name: query[name] for name in ("limit", "format", "lang") if name in query}
    names = urlencode(period | kept | {"after": _cursor(view.next)}, safe=":")
    return f"/v1/accounts/{view.account.address}/statement?{names}"
