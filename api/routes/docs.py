"""The API explains itself: the OpenAPI document, the same as a page, and every error."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from api import problems
from api.answers import JSON
from api.description import document, operation_id
from api.house import House
from api.openapi import ROUTES
from api.pages import reference
from api.pages.frame import turning_page
from api.possible import ANYWHERE, own_codes
from api.web import language, tagged
from ledger.faults import Fault, LedgerFault
from ledger.refusals import Reason
from ledger.strict_json import dumps
from ledger.words import en, sw
from ledger.words.languages import LANGUAGES, Language


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
        wanted = language()
        return turning_page(
            "docs.html",
            rows=[reference.operation(route, wanted) for route in ROUTES],
            kinds=reference.kinds(wanted),
            anywhere=[code.value for code in ANYWHERE],
            tell=_tell,
        )

    @routes.get("/docs/errors")
    def errors() -> Response:
        return turning_page("errors.html", rows=[_row(code) for code in (*Reason, *Fault)])

    @routes.get("/docs/errors/<code>")
    def error(code: str) -> Response:
        known: dict[str, Reason | Fault] = {one.value: one for one in (*Reason, *Fault)}
        if code not in known:
            raise LedgerFault(Fault.NOT_FOUND)
        found = known[code]
        return turning_page(
            "error.html",
            row=_row(found),
            sentences={one: _sentence(found, one) for one in LANGUAGES},
            given_by=_given_by(found),
            tell=_tell,
        )

    return routes


def _tell(key: str) -> str:
    return reference.tell(key, language())


def _given_by(code: Reason | Fault) -> list[tuple[str, str]]:
    """The operations that can answer with a code; none if all can. A refusal is the answer to an order."""
    return [
        (operation_id(route), f"{route.method} {route.path}")
        for route in ROUTES
        if (route.who == "order" if isinstance(code, Reason) else code in own_codes(route))
    ]


def _sentence(code: Reason | Fault, wanted: Language) -> tuple[str, str]:
    """Title and detail as they stand, `{name}` where a case has its detail."""
    reasons, faults = (sw.REASONS, sw.FAULTS) if wanted == "sw" else (en.REASONS, en.FAULTS)
    return reasons[code] if isinstance(code, Reason) else faults[code]


def _row(code: Reason | Fault) -> dict[str, Any]:
    title, detail = _sentence(code, language())
    return {
        "code": code.value,
        "status": problems.STATUS[code] if isinstance(code, Fault) else problems.REFUSED,
        "title": title,
        "detail": detail,
        "retryable": isinstance(code, Fault) and code.retryable,
        "new_order": code.retry_with_new_order if isinstance(code, Reason) else None,
    }
