"""The application: routes, problems, and the headers that every answer carries."""

from __future__ import annotations

from flask import Flask, Response, request

from api import problems
from api.config import Config
from api.house import House
from api.pages import pages
from api.routes import accounts, bills, docs, health, ledger, log, orders
from ledger.enquiries import Enquiries
from ledger.wire import SequencerClient

_CSP = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"


def create_app(config: Config, enquiries: Enquiries, sequencer: SequencerClient) -> Flask:
    """One WSGI application around one ledger."""
    app = Flask("api", static_folder=None, template_folder="pages/templates")
    app.config["MAX_CONTENT_LENGTH"] = config.body_bytes_max
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    house = House(config, enquiries, sequencer)
    for room in (orders, accounts, bills, ledger, log, health, docs, pages):
        app.register_blueprint(room.blueprint(house))
    problems.install(app)

    @app.after_request
    def every_answer(response: Response) -> Response:
        headers = response.headers
        headers["Request-Id"] = problems.request_id()
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Content-Security-Policy"] = _CSP
        headers["Vary"] = "Accept-Language"
        if request.path != "/v1/orders" or response.status_code != 201:
            headers["Content-Language"] = problems.language()
        return response

    return app
