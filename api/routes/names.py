"""Display names of people: kept beside the log, so that they can be erased."""

from __future__ import annotations

import unicodedata

from flask import Blueprint, Response, request

from api import callers
from api.answers import JSON
from api.house import House
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND
from ledger.strict_json import loads_object

NAME_CHARACTERS_MAX = 60
_LETTERS_AND_MARKS = "LM"
_SIGNS = frozenset(" '’-.")
_MARKS_IN_A_ROW_MAX = 2


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


def checked_name(name: object) -> str:
    """A name in NFC: letters, marks, single spaces, apostrophes, hyphens, points; nothing invisible or turning.

    Raises:
        LedgerFault: MALFORMED with `what=name`.
    """
    tidy = unicodedata.normalize("NFC", name) if isinstance(name, str) else ""
    fits = 1 <= len(tidy) <= NAME_CHARACTERS_MAX and tidy == " ".join(tidy.split())
    categories = [unicodedata.category(character)[0] for character in tidy]
    plain = all(
        kind in _LETTERS_AND_MARKS or sign in _SIGNS for kind, sign in zip(categories, tidy, strict=True)
    )
    # A letter carries two marks at most, and none stands before a letter: towers of marks hide what is around them.
    towers = categories[:1] == ["M"] or "M" * (_MARKS_IN_A_ROW_MAX + 1) in "".join(categories)
    if not fits or not plain or towers or "L" not in categories:
        raise LedgerFault(Fault.MALFORMED, what="name")
    return tidy


def _set_name(house: House, caller: callers.Caller, name: str | None) -> Response:
    expires = caller.claims.expires + house.config.clock_skew_seconds_max
    fresh = house.sequencer.set_name(
        party=caller.party.party,
        name=name,
        token_id=caller.claims.token_id,
        token_expires_us=expires * MICROSECONDS_PER_SECOND,
    )
    if not fresh:
        raise LedgerFault(Fault.CALLER_TOKEN_INVALID, what="jti")
    return Response(status=204)
