"""Is it alive, and is it ready?"""

from __future__ import annotations

from flask import Blueprint, Response

from api.house import House
from api.web import own
from ledger.faults import Fault, LedgerFault

CLOCK_OK = "ok"


def blueprint(house: House) -> Blueprint:
    """`/healthz`, `/readyz`."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return own({"status": "alive"})

    @routes.get("/readyz")
    def readyz() -> Response:
        status = house.sequencer.status()
        if status["clock"] != CLOCK_OK:
            raise LedgerFault(Fault.CLOCK_JUMPED)
        return own(
            {
                "status": "ready",
                "log_size": house.enquiries.head().size,
                "term": status["term"],
                "waiting": status["waiting"],
                "held_off": status["held_off"],
            },
        )

    return routes
