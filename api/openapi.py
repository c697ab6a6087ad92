"""The API described once: each route with its sentence in both languages, who may open it, and what it answers.

The OpenAPI 3.1 document, the page /docs and the test that pins every route to its callers are made from this table.
"""

from __future__ import annotations

from typing import NamedTuple

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from api import problems, schemas
from ledger import __version__
from ledger.faults import Fault
from ledger.refusals import Reason


class Route(NamedTuple):
    """One operation. `who`: `public`, `order` (the order is its own credential), `caller`, `owner`, `overseer`."""

    method: str
    path: str
    who: str
    en: str
    sw: str
    query: schemas.Query = schemas.QUERY
    media_type: str = "application/json"


ROUTES: tuple[Route, ...] = (
    Route("POST", "/v1/orders", "order", "Hand in one signed order, or up to 1,000.", "Wasilisha agizo moja lenye saini, au hadi 1,000."),
    Route("GET", "/v1/orders/{order_id}", "owner", "The outcome of an order.", "Matokeo ya agizo."),
    Route("GET", "/v1/orders/{order_id}/receipt", "owner", "The receipt, which verifies offline.", "Stakabadhi, inayohakikiwa nje ya mtandao."),
    Route("GET", "/v1/accounts/{address}", "owner", "An account and its balance.", "Akaunti na salio lake."),
    Route("GET", "/v1/accounts/{address}/entries", "owner", "A page of its entries, newest first.", "Ukurasa wa maingizo yake, mapya kwanza.", schemas.ENTRIES_QUERY),
    Route("GET", "/v1/accounts/{address}/payee", "caller", "Whom one would pay: a masked name or a public title.", "Utakayemlipa: jina lililofichwa au jina la taasisi."),
    Route("GET", "/v1/keys/{kid}", "owner", "A key's party, keys and accounts.", "Mwenye ufunguo, funguo zake na akaunti zake."),
    Route("PUT", "/v1/names/me", "owner", "Give a display name, kept beside the log.", "Toa jina la kuonyeshwa, linalotunzwa nje ya kumbukumbu."),
    Route("DELETE", "/v1/names/me", "owner", "Erase the display name.", "Futa jina la kuonyeshwa."),
    Route("GET", "/v1/bills/{control_number}", "caller", "A bill by its control number, with the institution's signature.", "Ankara kwa namba yake ya malipo, pamoja na saini ya taasisi."),
    Route("GET", "/v1/ledger", "public", "What this ledger is.", "Leja hii ni nini."),
    Route("GET", "/v1/supply", "public", "Money issued and in circulation.", "Fedha zilizotolewa na zilizo kwenye mzunguko."),
    Route("GET", "/v1/trial-balance", "overseer", "The books by account class.", "Urari wa majaribio kwa aina ya akaunti."),
    Route("GET", "/v1/checkpoint", "public", "The newest signed checkpoint.", "Alama ya ukaguzi ya karibuni yenye saini.", media_type="text/plain"),
    Route("GET", "/tile/{level}/{place}", "public", "A tile of the Merkle tree.", "Kigae cha mti wa Merkle.", media_type="application/octet-stream"),
    Route("GET", "/v1/proofs/inclusion", "public", "That a record is in the log.", "Kwamba rekodi imo kwenye kumbukumbu.", schemas.INCLUSION_QUERY),
    Route("GET", "/v1/proofs/consistency", "public", "That the log only grew.", "Kwamba kumbukumbu imeongezeka tu.", schemas.CONSISTENCY_QUERY),
    Route("GET", "/v1/records", "overseer", "Records, whole.", "Rekodi, zima zima.", schemas.RECORDS_QUERY),
    Route("GET", "/healthz", "public", "Is it alive?", "Je, ni hai?"),
    Route("GET", "/readyz", "public", "Is it ready?", "Je, iko tayari?"),
    Route("GET", "/openapi.json", "public", "This description.", "Maelezo haya."),
    Route("GET", "/docs", "public", "This description as a page.", "Maelezo haya kama ukurasa.", media_type="text/html"),
    Route("GET", "/docs/errors", "public", "Every error and refusal.", "Kila hitilafu na katazo.", media_type="text/html"),
    Route("GET", "/docs/errors/{code}", "public", "One error or refusal.", "Hitilafu au katazo moja.", media_type="text/html"),
    Route("GET", "/", "public", "A sandbox's institutions.", "Taasisi za mazingira ya majaribio.", media_type="text/html"),
    Route("GET", "/institutions/{party}", "public", "A sandbox institution's bills.", "Ankara za taasisi ya majaribio.", media_type="text/html"),
    Route("GET", "/bills/{control_number}", "public", "A sandbox bill as a page.", "Ankara ya majaribio kama ukurasa.", media_type="text/html"),
    Route("GET", "/files/{name}", "public", "Style and script of the pages.", "Mtindo na hati ya kurasa.", media_type="text/css"),
)  # fmt: skip


def document() -> dict[str, object]:
    """The OpenAPI 3.1 document."""
    spec = APISpec(
        title="Daftari",
        version=__version__,
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin()],
        info={"description": "A digital-money ledger: signed orders in, proofs out.", "license": {"name": "Apache-2.0"}},
    )
    spec.components.schema("Problem", _problem_schema())
    spec.components.security_scheme("caller", {"type": "http", "scheme": "bearer", "bearerFormat": "daftari-caller+jwt"})
    for route in ROUTES:
        spec.path(path=route.path, operations={route.method.lower(): _operation(route)})
    made: dict[str, object] = spec.to_dict()
    return made


def _operation(route: Route) -> dict[str, object]:
    parameters: list[dict[str, object]] = [{"in": "query", "schema": type(route.query)}]
    for part in route.path.split("/"):
        if part.startswith("{"):
            parameters.append({"in": "path", "name": part[1:-1], "required": True, "schema": {"type": "string"}})
    problem = {problems.MEDIA_TYPE: {"schema": "Problem"}}
    operation: dict[str, object] = {
        "summary": route.en,
        "x-summary-sw": route.sw,
        "x-who": route.who,
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer.", "content": {route.media_type: {}}},
            "default": {"description": "A problem (RFC 9457).", "content": problem},
        },
    }
    if route.who in ("caller", "owner", "overseer"):
        operation["security"] = [{"caller": []}]
    if route.path == "/v1/orders":
        operation |= _posting(problem)
    return operation


def _posting(problem: dict[str, object]) -> dict[str, object]:
    bulk = {
        "type": "object",
        "required": ["orders"],
        "additionalProperties": False,
        "properties": {"orders": {"type": "array", "minItems": 1, "maxItems": 1_000, "items": {"type": "string"}}},
    }
    return {
        "requestBody": {
            "required": True,
            "content": {"application/jose": {"schema": {"type": "string"}}, "application/json": {"schema": bulk}},
        },
        "responses": {
            "200": {"description": "Accepted before (`Order-Replayed`), or the results of several orders."},
            "201": {"description": "Accepted and recorded."},
            "422": {"description": "Refused and recorded, for ever.", "content": problem},
            "default": {"description": "Not recorded.", "content": problem},
        },
    }


def _problem_schema() -> dict[str, object]:
    codes = [code.value for code in (*Fault, *Reason)]
    texts = ("type", "title", "detail", "request_id")
    properties: dict[str, object] = {name: {"type": "string"} for name in texts}
    properties["status"] = {"type": "integer"}
    properties["code"] = {"type": "string", "enum": codes}
    properties["retryable"] = {"type": "boolean"}
    properties["retry_with_new_order"] = {"type": "boolean"}
    properties["details"] = {"type": "object", "additionalProperties": {"type": "string"}}
    return {"type": "object", "required": [*texts, "status", "code", "retryable", "details"], "properties": properties}
