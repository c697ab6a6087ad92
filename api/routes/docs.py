"""The API explains itself: the OpenAPI document, the same as a page, and every error."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, Response

from api import problems
from api.answers import JSON
from api.description import document
from api.house import House
from api.openapi import ROUTES, Route, path_parameters
from api.pages.frame import turning_page
from api.web import language, tagged
from ledger.faults import Fault, LedgerFault
from ledger.refusals import Reason
from ledger.strict_json import dumps
from ledger.words.sentences import sentence


class ShownRoute(NamedTuple):
    """A route as the page shows it: `parameters` and whether they must be given, its answer's `members` and kinds."""

    method: str
    path: str
    anchor: str
    sentence: str
    who: str
    parameters: list[tuple[str, bool]]
    members: list[tuple[str, str]]


def blueprint(_: House) -> Blueprint:
    """`/openapi.json`, `/docs`."""
    routes = Blueprint("docs", __name__)
    text = dumps(document())

    @routes.get("/openapi.json")
    def openapi() -> Response:
        response = Response(text, content_type=JSON)
        response.headers["Cache-Control"] = "no-cache"
        return tagged(response)

    @routes.get("/docs")
    def page() -> Response:
        return turning_page("docs.html", rows=[_shown(route) for route in ROUTES])

    @routes.get("/docs/errors")
    def errors() -> Response:
        return turning_page("errors.html", rows=[_row(code) for code in (*Reason, *Fault)])

    @routes.get("/docs/errors/<code>")
    def error(code: str) -> Response:
        known: dict[str, Reason | Fault] = {one.value: one for one in (*Reason, *Fault)}
        if code not in known:
            raise LedgerFault(Fault.NOT_FOUND)
        return turning_page("errors.html", rows=[_row(known[code])])

    return routes


def _shown(route: Route) -> ShownRoute:
    fields = route.query.fields if route.path.startswith("/v1/") else {}
    query = [(field.data_key or name, bool(field.required)) for name, field in fields.items()]
    return ShownRoute(
        method=route.method,
        path=route.path,
        anchor=f"{route.method.lower()}{route.path.replace('/', '-').strip('{}')}",
        sentence=route.sw if language() == "sw" else route.en,
        who=route.who,
        parameters=[(name, True) for name in path_parameters(route)] + query,
        members=_members(route),
    )


def _members(route: Route) -> list[tuple[str, str]]:
    if route.shape is None:
        return []
    found: list[tuple[str, str]] = []
    for name, field in route.shape().fields.items():
        kind = type(field).__name__.lower()
        found.append((field.data_key or name, _KINDS.get(kind, kind)))
    return found


_KINDS: dict[str, str] = {"nested": "object", "dict": "object", "list": "array"}


def _row(code: Reason | Fault) -> dict[str, Any]:
    title, detail = sentence(code, language(), {})
    return {
        "code": code.value,
        "status": problems.STATUS[code] if isinstance(code, Fault) else problems.REFUSED,
        "title": title,
        "detail": detail,
        "retryable": isinstance(code, Fault) and code.retryable,
    }
