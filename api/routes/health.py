"""Is it alive, and is it ready?"""

from __future__ import annotations

from flask import Blueprint, Response

from api import problems
from api.house import House
from api.routes.accounts import answer
from ledger.faults import Fault, LedgerFault


def blueprint(house: House) -> Blueprint:
    """`/healthz`, `/readyz`."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return answer({"status": "alive"})

    @routes.get("/readyz")
    def readyz() -> Response:
        status = house.sequencer.status()
        if status["clock"] != "ok":
            return problems.problem(LedgerFault(Fault.CLOCK_JUMPED))
        return answer(
            {
                "status": "ready",
                "log_size": house.enquiries.head().size,
                "term": status["term"],
                "waiting": status["waiting"],
                "held_off": status["held_off"],
            }
        )

    return routes
