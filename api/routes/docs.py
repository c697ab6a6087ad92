"""The API explains itself: the OpenAPI document, the same as a page, and every error."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from api import problems
from api.web import language as wanted
from api.house import House
from api.openapi import ROUTES, document
from api.pages.words import say
from ledger.faults import Fault, LedgerFault
from ledger.refusals import Reason
from ledger.strict_json import dumps
from ledger.words.sentences import sentence


def blueprint(_: House) -> Blueprint:
    """`/openapi.json`, `/docs`."""
    routes = Blueprint("docs", __name__)
    text = dumps(document())

    @routes.get("/openapi.json")
    def openapi() -> Response:
        return Response(text, content_type="application/json")

    @routes.get("/docs")
    def page() -> Response:
        return _page("docs.html", ROUTES)

    @routes.get("/docs/errors")
    def errors() -> Response:
        return _page("errors.html", [_row(code) for code in (*Reason, *Fault)])

    @routes.get("/docs/errors/<code>")
    def error(code: str) -> Response:
        known: dict[str, Reason | Fault] = {one.value: one for one in (*Reason, *Fault)}
        if code not in known:
            raise LedgerFault(Fault.NOT_FOUND)
        return _page("errors.html", [_row(known[code])])

    return routes


def _row(code: Reason | Fault) -> dict[str, object]:
    title, detail = sentence(code, wanted(), {})
    return {
        "code": code.value,
        "status": problems.STATUS[code] if isinstance(code, Fault) else problems.REFUSED,
        "title": title,
        "detail": detail,
        "retryable": isinstance(code, Fault) and code.retryable,
    }


def _page(template: str, rows: object) -> Response:
    language = wanted()
    other = "en" if language == "sw" else "sw"
    text = render_template(template, rows=rows, language=language, other=other, say=lambda key: say(key, language))
    return Response(text, content_type="text/html; charset=utf-8")
