"""Notes about an order, by those who are named in it: beside the log, sealed, and erased with their writer's data."""

from __future__ import annotations

from flask import Blueprint, Response

from api import callers, schemas
from api.house import House
from api.routes.directory import do, written
from api.web import own
from ledger.directory.kinds import checked_note
from ledger.directory.wishes import WriteNote
from ledger.faults import Fault, LedgerFault
from ledger.instants import instant_text
from ledger.signing import base64url


def blueprint(house: House) -> Blueprint:
    """`/v1/orders/.../note`, `/v1/orders/.../notes`."""
    routes = Blueprint("notes", __name__)

    @routes.get("/v1/orders/<order_id>/notes")
    def get_notes(order_id: str) -> Response:
        schemas.read_query(schemas.QUERY)
        return _notes(house, callers.reader(house), order_id)

    @routes.put("/v1/orders/<order_id>/note")
    def put_note(order_id: str) -> Response:
        caller, body = written(house)
        if body.keys() != {"text"}:
            raise LedgerFault(Fault.MALFORMED, what="member_unknown")
        text = checked_note(body["text"])
        _named(house, caller, order_id)
        do(house, WriteNote(caller.party.party, order_id, text, callers.token_of(house, caller)))
        return _notes(house, caller, order_id)

    @routes.delete("/v1/orders/<order_id>/note")
    def delete_note(order_id: str) -> Response:
        caller = callers.writer(house)
        _named(house, caller, order_id)
        do(house, WriteNote(caller.party.party, order_id, None, callers.token_of(house, caller)))
        return Response(status=204)

    return routes


def _named(house: House, caller: callers.Caller, order_id: str) -> frozenset[str]:
    """The parties named in an order, for one of them. Overseers see orders; what people write beside them they do not.

    Raises:
        LedgerFault: NOT_FOUND.
    """
    parties = callers.seen_outcome(house, caller, order_id).parties
    if caller.party.party not in parties:
        raise LedgerFault(Fault.NOT_FOUND)
    return parties


def _notes(house: House, caller: callers.Caller, order_id: str) -> Response:
    found = house.directory.notes(_named(house, caller, order_id), order_id)
    notes = [
        {
            "own": note.party == caller.party.party,
            "text": note.text,
            "written_at": instant_text(note.written_us),
            "salt": base64url.encode(note.salt),
            "note_hash": base64url.encode(note.note_hash),
        }
        for note in found
    ]
    return own({"order": order_id, "notes": notes})
