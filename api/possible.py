"""Which faults each operation can answer with. What can go wrong with any request stands here once."""

from __future__ import annotations

from api.openapi import TOKEN, Route, path_parameters
from api.problems import STATUS
from ledger.faults import Fault

ANYWHERE: tuple[Fault, ...] = (
    Fault.MALFORMED,
    Fault.TOO_LARGE,
    Fault.UNSUPPORTED_MEDIA_TYPE,
    Fault.TOO_MANY_REQUESTS,
    Fault.INTERNAL_ERROR,
    Fault.BUSY,
    Fault.STORE_UNREACHABLE,
)
"""A body that does not come whole, is too large or compressed; too much at once; a ledger in trouble."""

_OF_ORDERS = (
    Fault.OTHER_LEDGER,
    Fault.CLOCK_AHEAD,
    Fault.KEY_UNACCEPTABLE,
    Fault.POSSESSION_INVALID,
    Fault.UNKNOWN_KEY,
    Fault.SIGNATURE_INVALID,
    Fault.ID_IN_USE,
)
_OF_THE_SEQUENCER = (Fault.NOT_TAKEN, Fault.CLOCK_JUMPED, Fault.LEASE_LOST, Fault.OUTCOME_UNKNOWN)
_ASKING_THE_SEQUENCER = frozenset(
    {
        "/v1/orders",
        "/v1/names/me",
        "/readyz",
        "/v1/webhooks",
        "/v1/webhooks/{webhook}",
        "/v1/webhooks/{webhook}/rotate",
        "/v1/webhooks/{webhook}/send",
        "/v1/sandbox/clock",
    }
)
_IN_THE_DIRECTORY = frozenset({"self", "official"})
_OF_CALLERS = (Fault.CALLER_UNKNOWN, Fault.CALLER_TOKEN_INVALID)
_OF_THE_LOG = frozenset({"/v1/proofs/inclusion", "/v1/proofs/consistency"})

_OF_VIEWS: dict[str, tuple[Fault, ...]] = {
    "/v1/webhooks": (Fault.NOT_FOUND,),
    "/v1/sandbox/clock": (Fault.NOT_FOUND,),
    "/v1/accounts/{address}": (Fault.AS_OF_AHEAD, *_OF_THE_SEQUENCER),
    "/v1/directory/me": (Fault.ALIAS_TAKEN, Fault.NOT_FOUND),
    "/v1/directory/me/lipa-namba": (Fault.NOT_FOUND,),
    "/v1/accounts/{address}/entries": (Fault.CURSOR_INVALID,),
    "/v1/accounts/{address}/statement": (
        Fault.AS_OF_AHEAD, Fault.CURSOR_INVALID, Fault.PERIOD_TOO_LONG, *_OF_THE_SEQUENCER,
    ),
}  # fmt: skip


def status_of(code: Fault) -> int:
    """The HTTP status of a fault."""
    return STATUS[code]


def is_strict(route: Route) -> bool:
    """Whether a parameter that it does not know is refused."""
    return route.path.startswith("/v1/") and (route.method == "GET" or route.path == "/v1/orders")


def codes_of(route: Route) -> tuple[Fault, ...]:
    """Every fault that the operation can answer with, in the order of `Fault`."""
    return tuple(code for code in Fault if code in own_codes(route) or code in ANYWHERE)


def own_codes(route: Route) -> frozenset[Fault]:
    """Those that not every operation has."""
    found: list[Fault] = []
    if route.who == "order":
        found += _OF_ORDERS
    if route.path in _ASKING_THE_SEQUENCER or route.who in _IN_THE_DIRECTORY:
        found += _OF_THE_SEQUENCER
    if route.who in TOKEN or route.who == "books":
        found += _OF_CALLERS
    if path_parameters(route) or route.who in {"biller", "official", "overseer", "books", "sandbox"}:
        found.append(Fault.NOT_FOUND)
    if is_strict(route):
        found.append(Fault.QUERY_INVALID)
    found += _OF_VIEWS.get(route.path, ())
    return frozenset(found) - frozenset(ANYWHERE)
