"""Between Flask and the values of this house: who asks, and an answer as Flask's response."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flask import Response, g, request

from api.addresses import client_address
from api.answers import JSON, Answered
from api.asked import Asked, asked
from api.house import House
from api.limits import Counted
from ledger.faults import Fault, LedgerFault
from ledger.strict_json import dumps, loads_object
from ledger.words.languages import Language

_TAG_CHARACTERS = 32
_BODY_BYTES_MAX = 2_048


def who() -> Asked:
    """How to answer the request at hand: its language and id."""
    if "who" not in g:
        g.who = asked(request.headers.get, request.query_string.decode("latin-1"))
    found: Asked = g.who
    return found


def address(house: House) -> str:
    """The network address that the request at hand is counted under."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return client_address(request.remote_addr or "", forwarded, house.trusted_proxies)


def json_members(names: set[str]) -> dict[str, object]:
    """The members of a small JSON body, which has these and no others.

    Raises:
        LedgerFault: UNSUPPORTED_MEDIA_TYPE, TOO_LARGE, MALFORMED.
    """
    if request.mimetype != JSON:
        raise LedgerFault(Fault.UNSUPPORTED_MEDIA_TYPE)
    if len(request.get_data()) > _BODY_BYTES_MAX:
        raise LedgerFault(Fault.TOO_LARGE, bytes_max=_BODY_BYTES_MAX)
    body = loads_object(request.get_data(), bytes_max=_BODY_BYTES_MAX)
    if body.keys() != names:
        raise LedgerFault(Fault.MALFORMED, what="members")
    return body


def count(*counted: Counted) -> None:
    """Let the answer say what remains of a quota."""
    g.setdefault("counted", []).extend(counted)


def counted() -> list[Counted]:
    """The quotas that the request at hand was counted under."""
    found: list[Counted] = g.get("counted", [])
    return found


def language() -> Language:
    """The language of whoever asks."""
    return who().language


def to_response(answered: Answered) -> Response:
    """An answer as Flask's response."""
    response = Response(answered.body, answered.status, content_type=answered.media_type)
    for name, value in answered.headers:
        response.headers[name] = value
    return response


def own(members: dict[str, object]) -> Response:
    """A JSON answer for one caller alone: kept by nobody on the way, and asked for again each time."""
    response = Response(dumps(members), content_type=JSON)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def own_tagged(members: dict[str, object], same: Mapping[str, object] | None = None) -> Response:
    """As `own`, for whoever asks again and again: an empty 304 while nothing changed.

    With `same`, the members of which the tag is made where others, like the size of the log, change all the time: a
    weak tag, which says "nothing that matters".
    """
    response = own(members)
    if same is None:
        return tagged(response)
    response.set_etag(hashlib.sha256(dumps(dict(same))).hexdigest()[:_TAG_CHARACTERS], weak=True)
    response.make_conditional(request)
    return response


def linked(response: Response, **places: str | None) -> Response:
    """With `Link` (RFC 8288) to the pages around this one, by relation; None where there is none."""
    links = [f'<{place}>; rel="{relation}"' for relation, place in places.items() if place is not None]
    if links:
        response.headers["Link"] = ", ".join(links)
    return response


def public(members: dict[str, object]) -> Response:
    """A JSON answer that anybody may see and that may change."""
    response = Response(dumps(members), content_type=JSON)
    response.headers["Cache-Control"] = "no-cache"
    return tagged(response)


def tagged(response: Response) -> Response:
    """With a strong ETag; an empty 304 if the caller has just this already."""
    response.add_etag()
    response.make_conditional(request)
    return response


def for_ever(response: Response, *, shared: bool) -> Response:
    """What can never change may be kept: by anybody, or only by the one who may see it."""
    response.headers["Cache-Control"] = f"{'public' if shared else 'private'}, max-age=31536000, immutable"
    return tagged(response)
