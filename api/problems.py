"""Problems (RFC 9457): one total table from every reason and fault to its HTTP status, one form for all of them."""

from __future__ import annotations

import logging
import re
import secrets

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from ledger.faults import Fault, LedgerFault
from ledger.refusals import Reason
from ledger.strict_json import dumps
from ledger.words.languages import Language, choose_language
from ledger.words.sentences import sentence

_LOG = logging.getLogger("daftari.api")
MEDIA_TYPE = "application/problem+json"
REFUSED = 422

STATUS: dict[Fault, int] = {
    Fault.MALFORMED: 400,
    Fault.TOO_LARGE: 413,
    Fault.UNSUPPORTED_MEDIA_TYPE: 415,
    Fault.OTHER_LEDGER: 400,
    Fault.CLOCK_AHEAD: 400,
    Fault.ID_IN_USE: 409,
    Fault.UNKNOWN_KEY: 401,
    Fault.KEY_UNACCEPTABLE: 400,
    Fault.SIGNATURE_INVALID: 401,
    Fault.POSSESSION_INVALID: 400,
    Fault.CALLER_UNKNOWN: 401,
    Fault.CALLER_TOKEN_INVALID: 401,
    Fault.NOT_FOUND: 404,
    Fault.METHOD_NOT_ALLOWED: 405,
    Fault.QUERY_INVALID: 400,
    Fault.PROOF_INVALID: 500,
    Fault.TOO_MANY_REQUESTS: 429,
    Fault.BUSY: 503,
    Fault.NOT_TAKEN: 503,
    Fault.CLOCK_JUMPED: 503,
    Fault.OUTCOME_UNKNOWN: 504,
    Fault.INTERNAL_ERROR: 500,
    Fault.STORE_UNREACHABLE: 503,
    Fault.STORE_EMPTY: 503,
    Fault.STORE_NOT_DURABLE: 503,
    Fault.SCHEMA_FOREIGN: 503,
    Fault.LOG_HEAD_WRONG: 500,
    Fault.BOOKS_UNBALANCED: 500,
    Fault.RECORD_WRONG: 500,
    Fault.PROJECTION_WRONG: 500,
    Fault.GENESIS_INVALID: 500,
    Fault.KEY_FILE_INVALID: 500,
    Fault.ALREADY_RUNNING: 503,
    Fault.ALREADY_EXISTS: 409,
    Fault.LEASE_LOST: 503,
}
"""The HTTP status of every fault. Every reason is 422. Tests hold both total."""

_OF_STATUS = {
    404: Fault.NOT_FOUND,
    405: Fault.METHOD_NOT_ALLOWED,
    413: Fault.TOO_LARGE,
    415: Fault.UNSUPPORTED_MEDIA_TYPE,
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def language() -> Language:
    """The language of whoever asks: `?lang=`, else Accept-Language."""
    wish = request.args.get("lang")
    return choose_language(wish if wish in ("en", "sw") else request.headers.get("Accept-Language"))


def request_id() -> str:
    """The id of this request: the caller's `Request-Id` if it has a fit form, else one of ours."""
    if "request_id" not in g:
        offered = request.headers.get("Request-Id", "")
        g.request_id = offered if _REQUEST_ID.fullmatch(offered) else secrets.token_hex(12)
    return str(g.request_id)


def members_of(code: Reason | Fault, details: dict[str, str], status: int) -> dict[str, object]:
    """The members of a problem in the language of whoever asks."""
    title, detail = sentence(code, language(), details)
    members: dict[str, object] = {
        "type": f"/docs/errors/{code.value}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code.value,
        "retryable": code.retryable if isinstance(code, Fault) else False,
        "request_id": request_id(),
        "details": details,
    }
    if isinstance(code, Reason):
        members["retry_with_new_order"] = code.retry_with_new_order
    return members


def fault_members(fault: LedgerFault) -> dict[str, object]:
    """A fault as the members of a problem."""
    return members_of(fault.fault, fault.details, STATUS[fault.fault])


def problem(fault: LedgerFault) -> Response:
    """A fault as an HTTP answer."""
    status = STATUS[fault.fault]
    answer = Response(dumps(fault_members(fault)), status, content_type=MEDIA_TYPE)
    if status in (429, 503):
        answer.headers["Retry-After"] = fault.details.get("retry_after_seconds", "1")
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="daftari"'
    return answer


def install(app: Flask) -> None:
    """Every way out that is not a success becomes a problem; nothing of the inside shows."""

    @app.errorhandler(LedgerFault)
    def on_fault(fault: LedgerFault) -> Response:
        return problem(fault)

    @app.errorhandler(HTTPException)
    def on_http(error: HTTPException) -> Response:
        code = error.code or 500
        if code == 500:
            return problem(LedgerFault(Fault.INTERNAL_ERROR))
        if code in (301, 302, 307, 308):
            return Response(status=code, headers=error.get_headers())
        fault = _OF_STATUS.get(code, Fault.MALFORMED)
        details = {"bytes_max": app.config["MAX_CONTENT_LENGTH"]} if fault is Fault.TOO_LARGE else {}
        if fault is Fault.MALFORMED:
            details = {"what": "http_request"}
        answer = problem(LedgerFault(fault, **details))
        if allowed := dict(error.get_headers()).get("Allow"):
            answer.headers["Allow"] = allowed
        return answer

    @app.errorhandler(Exception)
    def on_bug(error: Exception) -> Response:
        _LOG.error("request %s: %s", request_id(), type(error).__name__, exc_info=error)
        return problem(LedgerFault(Fault.INTERNAL_ERROR))
