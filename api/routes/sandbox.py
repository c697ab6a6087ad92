"""What exists in a sandbox only: a clock that is moved ahead, so that bills expire, days close and notices go out."""

from __future__ import annotations

from flask import Blueprint, Response

from api import callers
from api.house import House
from api.web import json_members, own
from ledger.faults import Fault, LedgerFault
from ledger.instants import instant_text


def blueprint(house: House) -> Blueprint:
    """`/v1/sandbox/clock`."""
    routes = Blueprint("sandbox", __name__)

    @routes.post("/v1/sandbox/clock")
    def post_clock() -> Response:
        callers.require_sandbox(house)
        seconds = json_members({"seconds"})["seconds"]
        caller = callers.writer(house)
        if caller.party.party not in {party.party for party in house.genesis.parties}:
            raise LedgerFault(Fault.NOT_FOUND)
        if type(seconds) is not int:
            raise LedgerFault(Fault.MALFORMED, what="seconds")
        token = callers.token_of(house, caller)
        told = house.sequencer.move_clock(
            seconds=seconds, token_id=token.token_id, token_expires_us=token.expires_us
        )
        return own({"time": instant_text(house.clock.wall_us())} | told)

    return routes
