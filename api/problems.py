"""Problems (RFC 9457): one total table from every fault to its HTTP status, one form for all of them."""

from __future__ import annotations

import logging

from api.answers import NO_STORE, Answered
from api.asked import Asked
from api.limits import exceeded
from ledger.faults import Fault, LedgerFault
from ledger.refusals import Reason
from ledger.strict_json import dumps
from ledger.words.sentences import sentence

_LOG = logging.getLogger("daftari.api")
MEDIA_TYPE = "application/problem+json"
REFUSED = 422
"""The HTTP status of every refusal."""

STATUS: dict[Fault, int] = {
    Fault.MALFORMED: 400,
    Fault.TOO_LARGE: 413,
    Fault.UNSUPPORTED_MEDIA_TYPE: 415,
    Fault.OTHER_LEDGER: 400,
    Fault.CLOCK_AHEAD: 400,
    Fault.ID_IN_USE: 409,
    Fault.ALIAS_TAKEN: 409,
    Fault.UNKNOWN_KEY: 401,
    Fault.KEY_UNACCEPTABLE: 400,
    Fault.SIGNATURE_INVALID: 401,
    Fault.POSSESSION_INVALID: 400,
    Fault.CALLER_UNKNOWN: 401,
    Fault.CALLER_TOKEN_INVALID: 401,
    Fault.NOT_FOUND: 404,
    Fault.METHOD_NOT_ALLOWED: 405,
    Fault.QUERY_INVALID: 400,
    Fault.AS_OF_AHEAD: 400,
    Fault.CURSOR_INVALID: 400,
    Fault.PERIOD_TOO_LONG: 400,
    Fault.PROOF_INVALID: 500,
    Fault.TOO_MANY_REQUESTS: 429,
    Fault.BUSY: 503,
    Fault.NOT_TAKEN: 503,
    Fault.LOG_KEY_MISSING: 503,
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
    Fault.FILE_UNUSABLE: 500,
    Fault.LINE_WRONG: 500,
    Fault.ALREADY_RUNNING: 503,
    Fault.ALREADY_EXISTS: 409,
    Fault.LEASE_LOST: 503,
    Fault.BACKUP_INVALID: 500,
    Fault.BACKUP_OLDER: 500,
    Fault.COPY_OLDER: 500,
    Fault.ANOTHER_HISTORY: 500,
    Fault.KEY_FILE_MISSING: 500,
    Fault.PORT_IN_USE: 503,
    Fault.STORE_FORBIDDEN: 503,
}
"""The HTTP status of every fault. A test holds it total."""

_INSIDE = frozenset(
    {
        Fault.STORE_UNREACHABLE,
        Fault.STORE_EMPTY,
        Fault.STORE_NOT_DURABLE,
        Fault.SCHEMA_FOREIGN,
        Fault.LOG_HEAD_WRONG,
        Fault.BOOKS_UNBALANCED,
        Fault.RECORD_WRONG,
        Fault.PROJECTION_WRONG,
        Fault.GENESIS_INVALID,
        Fault.KEY_FILE_INVALID,
        Fault.FILE_UNUSABLE,
        Fault.LINE_WRONG,
        Fault.ALREADY_RUNNING,
        Fault.ALREADY_EXISTS,
        Fault.BACKUP_INVALID,
        Fault.BACKUP_OLDER,
        Fault.COPY_OLDER,
        Fault.ANOTHER_HISTORY,
        Fault.KEY_FILE_MISSING,
        Fault.PORT_IN_USE,
        Fault.STORE_FORBIDDEN,
    },
)
"""The operator's: their details name paths and hosts, so they go to the log and not to the caller."""

_TOLD_TO_THE_OPERATOR = frozenset({500, 504})
"""A caller who got one of these may ask what it was, with the id of the request."""
_TYPES = {
    Fault.TOO_MANY_REQUESTS: "https://iana.org/assignments/http-problem-types#quota-exceeded",
    Fault.BUSY: "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
}
"""The types that the draft on RateLimit headers registers; our own `code` stays, and has its page."""

_RETRY_LATER = frozenset({429, 503})
_NOT_AUTHENTICATED = 401
RETRY_AFTER_SECONDS = "1"


def members_of(code: Reason | Fault, details: dict[str, str], asked: Asked) -> dict[str, object]:
    """The members of a problem in the language of whoever asks."""
    title, detail = sentence(code, asked.language, details)
    members: dict[str, object] = {
        "type": type_of(code),
        "title": title,
        "status": STATUS[code] if isinstance(code, Fault) else REFUSED,
        "detail": detail,
        "code": code.value,
        "retryable": isinstance(code, Fault) and code.retryable,
        "request_id": asked.request_id,
        "details": details,
    }
    if "policy" in details:
        members["violated-policies"] = [details["policy"]]
    if isinstance(code, Reason):
        members["retry_with_new_order"] = code.retry_with_new_order
    return members


def type_of(code: Reason | Fault) -> str:
    """The problem's type: a page of ours, or a registered one."""
    found = _TYPES.get(code) if isinstance(code, Fault) else None
    return found or f"/docs/errors/{code.value}"


def problem(fault: LedgerFault, asked: Asked) -> Answered:
    """A fault as a whole answer."""
    if fault.fault in _INSIDE or STATUS[fault.fault] in _TOLD_TO_THE_OPERATOR:
        _LOG.error("%s", fault, extra=_extra(fault.fault, asked))
    return _problem(fault, asked)


def _problem(fault: LedgerFault, asked: Asked) -> Answered:
    status, details = STATUS[fault.fault], {} if fault.fault in _INSIDE else fault.details
    headers = [NO_STORE]
    if status in _RETRY_LATER:
        headers.append(("Retry-After", fault.details.get("retry_after_seconds", RETRY_AFTER_SECONDS)))
    if "policy" in details:
        headers += exceeded(details)
    if status == _NOT_AUTHENTICATED:
        headers.append(("WWW-Authenticate", 'Bearer realm="daftari"'))
    return Answered(status, dumps(members_of(fault.fault, details, asked)), MEDIA_TYPE, tuple(headers))


def bug(error: BaseException, asked: Asked, fault: Fault = Fault.INTERNAL_ERROR) -> Answered:
    """What nobody foresaw: the log says what it was, the answer only that it was."""
    _LOG.error("%s", type(error).__name__, exc_info=error, extra=_extra(fault, asked))
    return _problem(LedgerFault(fault), asked)


def _extra(fault: Fault, asked: Asked) -> dict[str, str]:
    """What finds the event again: the id that the caller was told, and the code."""
    return {"request_id": asked.request_id, "code": fault.value}
