"""The Flask application: its rooms, the ways out of them, and the headers that every answer carries."""

from __future__ import annotations

from time import perf_counter

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api import metrics, problems
from api.answers import NOTHING_CSP, Answered, headers_of_all
from api.front import refuse_encodings
from api.house import House
from api.limits import READS_PER_ADDRESS, counted_headers
from api.names import UNCOUNTED
from api.pages import pages
from api.pages.frame import coded, page
from api.routes import (
    accounts,
    billing,
    bills,
    days,
    directory,
    docs,
    health,
    ledger,
    log,
    names,
    notes,
    notices,
    orders,
    sandbox,
    statements,
)
from api.web import address, count, counted, to_response, who
from ledger.faults import Fault, LedgerFault
from ledger.strict_json import loads

_CSP = "Content-Security-Policy"
API_PATH = "/v1/"
_REDIRECTS = range(300, 400)
_FAULTS = {
    404: Fault.NOT_FOUND,
    405: Fault.METHOD_NOT_ALLOWED,
    413: Fault.TOO_LARGE,
    415: Fault.UNSUPPORTED_MEDIA_TYPE,
}
UNMATCHED = "unmatched"
"""The route of what no rule of ours fits, so that no stranger's path becomes a metric."""


def create_app(house: House) -> Flask:
    """The application around one ledger."""
    app = Flask("api", static_folder=None, template_folder="pages/templates")
    app.config["MAX_CONTENT_LENGTH"] = house.config.body_bytes_max
    app.url_map.merge_slashes = False
    app.jinja_env.filters["coded"] = coded
    for room in (
        orders,
        accounts,
        sandbox,
        statements,
        bills,
        billing,
        ledger,
        days,
        log,
        names,
        notes,
        notices,
        directory,
        health,
        docs,
        pages,
    ):
        app.register_blueprint(room.blueprint(house))
    _install_ways_out(app)
    _install_frame(app, house)
    app.context_processor(lambda: {"sandbox": _is_sandbox(house)})
    return app


def _is_sandbox(house: House) -> bool:
    """What the frame of a page must know, also of the page that says that the database is gone."""
    try:
        return house.genesis.sandbox
    except LedgerFault:
        return False


def _install_frame(app: Flask, house: House) -> None:
    """What happens before and after every request."""

    @app.before_request
    def begin() -> None:
        g.started = perf_counter()
        if request.path not in UNCOUNTED:
            count(house.quotas.count(READS_PER_ADDRESS, address(house)))
        if request.url_rule is not None and request.environ["REQUEST_METHOD"] != request.method:
            adapter = app.create_url_adapter(
                request
            )  # methods have a case (RFC 9110, 9.1), Werkzeug forgets it
            raise MethodNotAllowed(adapter.allowed_methods() if adapter is not None else None)
        refuse_encodings(request.headers.get("Content-Encoding"))

    @app.after_request
    def end(response: Response) -> Response:
        for name, value in headers_of_all(who()):
            response.headers[name] = value
        response.headers.setdefault(_CSP, NOTHING_CSP)
        for name, value in counted_headers(counted()):
            response.headers.setdefault(name, value)
        route = UNMATCHED if request.url_rule is None else request.url_rule.rule
        seconds = perf_counter() - g.started
        metrics.observe(route=route, method=request.method, status=response.status_code, seconds=seconds)
        return response


def _install_ways_out(app: Flask) -> None:
    """Every way out that is not a success becomes a problem; nothing of the inside shows."""

    @app.errorhandler(LedgerFault)
    def on_fault(fault: LedgerFault) -> Response:
        return _told(problems.problem(fault, who()))

    @app.errorhandler(HTTPException)
    def on_http(error: HTTPException) -> Response:
        code = error.code or 500
        if code in _REDIRECTS:
            return Response(status=code, headers=list(error.get_headers()))
        fault = _FAULTS.get(code, Fault.INTERNAL_ERROR if code >= 500 else Fault.MALFORMED)
        response = _told(problems.problem(LedgerFault(fault, **_details(app, fault)), who()))
        allowed = dict(error.get_headers()).get("Allow")
        if allowed:
            response.headers["Allow"] = allowed
        return response

    @app.errorhandler(Exception)
    def on_bug(error: Exception) -> Response:
        return _told(problems.bug(error, who()))


def _told(answered: Answered) -> Response:
    """A problem: as a page for a person with a browser, else as it is."""
    response = to_response(answered)
    if request.path.startswith(API_PATH) or "text/html" not in request.headers.get("Accept", ""):
        return response
    shown = page("problem.html", answered.status, problem=loads(answered.body, bytes_max=len(answered.body)))
    for name, value in answered.headers:
        shown.headers[name] = value
    return shown


def _details(app: Flask, fault: Fault) -> dict[str, str | int]:
    if fault is Fault.TOO_LARGE:
        return {"bytes_max": app.config["MAX_CONTENT_LENGTH"]}
    return {"what": "http_request"} if fault is Fault.MALFORMED else {}
