"""Display names of people: kept in the directory beside the log, so that they can be erased."""

from __future__ import annotations

from flask import Blueprint, Response, request

from api import callers
from api.answers import JSON
from api.house import House
from api.routes.directory import do
from ledger.directory.kinds import Kind, checked_name
from ledger.directory.wishes import Change
from ledger.faults import Fault, LedgerFault
from ledger.strict_json import loads_object


def blueprint(house: House) -> Blueprint:
    """`/v1/names/me`."""
    routes = Blueprint("names", __name__)

    @routes.put("/v1/names/me")
    def put_name() -> Response:
        if request.mimetype != JSON:
            raise LedgerFault(Fault.UNSUPPORTED_MEDIA_TYPE)
        if len(request.get_data()) > house.config.name_bytes_max:
            raise LedgerFault(Fault.TOO_LARGE, bytes_max=house.config.name_bytes_max)
        caller = callers.writer(house)
        body = loads_object(request.get_data(), bytes_max=house.config.name_bytes_max)
        if body.keys() != {"name"} or caller.party.title is not None:
            raise LedgerFault(Fault.MALFORMED, what="name")
        return _set_name(house, caller, checked_name(body["name"]))

    @routes.delete("/v1/names/me")
    def delete_name() -> Response:
        return _set_name(house, callers.writer(house), None)

    return routes


def _set_name(house: House, caller: callers.Caller, name: str | None) -> Response:
    token = callers.token_of(house, caller)
    do(house, Change(caller.party.party, {Kind.NAME: name}, None, token))
    return Response(status=204)
