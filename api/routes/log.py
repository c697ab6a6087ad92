"""The log, for anyone who would rather check than trust: checkpoint, tiles, proofs; for an auditor, the records."""

from __future__ import annotations

import base64
import re

from flask import Blueprint, Response, request

from api import callers, queries
from api.house import House
from api.routes.accounts import answer
from ledger.faults import Fault, LedgerFault
from ledger.money import MINOR_UNITS_MAX

_TILE = re.compile(r"(?:x[0-9]{3}/){0,5}[0-9]{3}(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)
_LEVELS = 8
_FOR_EVER = "public, max-age=31536000, immutable"


def blueprint(house: House) -> Blueprint:
    """`/v1/checkpoint`, `/tile`, `/v1/proofs`, `/v1/records`."""
    routes = Blueprint("log", __name__)

    @routes.get("/v1/checkpoint")
    def get_checkpoint() -> Response:
        queries.read_query(queries.QUERY)
        response = Response(house.enquiries.head().checkpoint, content_type="text/plain; charset=utf-8")
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        return response.make_conditional(request)

    @routes.get("/tile/<int:level>/<path:place>")
    def get_tile(level: int, place: str) -> Response:
        match = _TILE.fullmatch(place)
        if match is None or level >= _LEVELS:
            raise LedgerFault(Fault.NOT_FOUND)
        digits = place.split(".p/")[0].replace("x", "").replace("/", "")
        width = int(match[1]) if match[1] else 256
        hashes = house.enquiries.tile(level, int(digits), width) if width <= 256 else None
        if hashes is None:
            raise LedgerFault(Fault.NOT_FOUND)
        response = Response(hashes, content_type="application/octet-stream")
        response.headers["Cache-Control"] = _FOR_EVER
        return response

    @routes.get("/v1/proofs/inclusion")
    def get_inclusion() -> Response:
        query = queries.read_query(queries.INCLUSION)
        size = _size(house, query["size"], "size")
        index = queries.bounded(query["index"], least=0, most=size - 1, parameter="index")
        hashes = house.enquiries.inclusion(index, size)
        return _proof({"index": index, "size": size}, hashes)

    @routes.get("/v1/proofs/consistency")
    def get_consistency() -> Response:
        query = queries.read_query(queries.CONSISTENCY)
        newer = _size(house, query["to"], "to")
        older = queries.bounded(query["from_"], least=1, most=newer, parameter="from")
        return _proof({"from": older, "to": newer}, house.enquiries.consistency(older, newer))

    @routes.get("/v1/records")
    def get_records() -> Response:
        query = queries.read_query(queries.RECORDS)
        if not callers.reader(house).oversees:
            raise LedgerFault(Fault.NOT_FOUND)
        first = queries.bounded(query["from_"], least=0, most=MINOR_UNITS_MAX, parameter="from")
        limit = queries.bounded(query["limit"], least=1, most=house.config.records_max, parameter="limit")
        records = house.enquiries.records(first, limit)
        return answer({"from": first, "records": [record.decode("ascii") for record in records]})

    return routes


def _size(house: House, text: str, parameter: str) -> int:
    return queries.bounded(text, least=1, most=house.enquiries.head().size, parameter=parameter)


def _proof(members: dict[str, object], hashes: list[bytes]) -> Response:
    response = answer(members | {"hashes": [base64.b64encode(one).decode("ascii") for one in hashes]})
    response.headers["Cache-Control"] = _FOR_EVER
    return response
