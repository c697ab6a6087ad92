"""The log, for anyone who would rather check than trust: checkpoint, tiles, proofs; for an auditor, the records."""

from __future__ import annotations

import re

from flask import Blueprint, Response

from api import callers, schemas
from api.answers import JSON
from api.house import House
from api.parameters import TILE
from api.web import for_ever, linked, own_tagged, tagged
from ledger.faults import Fault, LedgerFault
from ledger.money import MINOR_UNITS_MAX
from ledger.signing import base64url
from ledger.strict_json import dumps

_SIZE = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_LEVELS = 8
_WIDTH = 256


def blueprint(house: House) -> Blueprint:
    """`/v1/checkpoint`, `/v1/checkpoints`, `/tile`, `/v1/proofs`, `/v1/records`."""
    routes = Blueprint("log", __name__)

    @routes.get("/v1/checkpoint")
    def get_checkpoint() -> Response:
        schemas.read_query(schemas.QUERY)
        response = Response(house.enquiries.head().checkpoint, content_type="text/plain; charset=utf-8")
        response.headers["Cache-Control"] = "no-cache"
        return tagged(response)

    @routes.get("/v1/checkpoints/<size>")
    def get_old_checkpoint(size: str) -> Response:
        schemas.read_query(schemas.QUERY)
        checkpoint = house.enquiries.checkpoint_of(int(size)) if _SIZE.fullmatch(size) else None
        if checkpoint is None:
            raise LedgerFault(Fault.NOT_FOUND)
        return for_ever(Response(checkpoint, content_type="text/plain; charset=utf-8"), shared=True)

    @routes.get("/tile/<int:level>/<path:place>")
    def get_tile(level: int, place: str) -> Response:
        return _tile(house, level, place)

    @routes.get("/v1/proofs/inclusion")
    def get_inclusion() -> Response:
        query = schemas.read_query(schemas.INCLUSION_QUERY)
        size = _size(house, query["size"], "size")
        index = schemas.bounded(query["index"], least=0, most=size - 1, parameter="index")
        return _proof({"index": index, "size": size}, house.enquiries.inclusion(index, size))

    @routes.get("/v1/proofs/consistency")
    def get_consistency() -> Response:
        query = schemas.read_query(schemas.CONSISTENCY_QUERY)
        newer = _size(house, query["to"], "to")
        older = schemas.bounded(query["from_"], least=1, most=newer, parameter="from")
        return _proof({"from": older, "to": newer}, house.enquiries.consistency(older, newer))

    @routes.get("/v1/records")
    def get_records() -> Response:
        query = schemas.read_query(schemas.RECORDS_QUERY)
        callers.require_overseer(callers.reader(house))
        first = schemas.bounded(query["from_"], least=0, most=MINOR_UNITS_MAX, parameter="from")
        limit = schemas.bounded(query["limit"], least=1, most=house.config.records_max, parameter="limit")
        records = house.enquiries.records(first, limit)
        return _records(first, limit, records, house.enquiries.head().size)

    return routes


def _tile(house: House, level: int, place: str) -> Response:
    match = TILE.fullmatch(place)
    if match is None or level >= _LEVELS:
        raise LedgerFault(Fault.NOT_FOUND)
    digits = place.partition(".p/")[0].replace("x", "").replace("/", "")
    part = int(match[1]) if match[1] else None
    if part is not None and part >= _WIDTH:
        raise LedgerFault(Fault.NOT_FOUND)
    hashes = house.enquiries.tile(level, int(digits), part or _WIDTH)
    if hashes is None:
        raise LedgerFault(Fault.NOT_FOUND)
    return for_ever(Response(hashes, content_type="application/octet-stream"), shared=True)


def _records(first: int, limit: int, records: list[bytes], size: int) -> Response:
    """Records with the ranges before and after them. A whole range is for ever; one at the log's end may still grow."""
    after, path = first + len(records), "/v1/records"
    members: dict[str, object] = {"from": first, "records": [record.decode("ascii") for record in records]}
    if len(records) == limit:
        response = for_ever(Response(dumps(members), content_type=JSON), shared=False)
    else:
        response = own_tagged(members)
    earlier = max(0, first - limit)
    return linked(
        response,
        next=f"{path}?from={after}&limit={limit}" if records and after < size else None,
        prev=f"{path}?from={earlier}&limit={first - earlier}" if first and records else None,
    )


def _size(house: House, text: str, parameter: str) -> int:
    return schemas.bounded(text, least=1, most=house.enquiries.head().size, parameter=parameter)


def _proof(members: dict[str, object], hashes: list[bytes]) -> Response:
    body = dumps(members | {"hashes": [base64url.encode(one) for one in hashes]})
    return for_ever(Response(body, content_type=JSON), shared=True)
