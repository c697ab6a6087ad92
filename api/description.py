"""The OpenAPI 3.1 document, made from the routes, the schemas, the faults and the recorded examples."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import Any, cast

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from api import answer_schemas as shapes
from api import directory_schemas, notice_schemas, other_schemas, parameters, payloads, problems
from api.answers import JOSE, JSON
from api.names import UNCOUNTED
from api.openapi import BYTES, HTML, ROUTES, TEXT, TOKEN, Route, path_parameters
from api.possible import codes_of, is_strict, status_of
from ledger import __version__
from ledger.faults import Fault
from ledger.refusals import Reason
from ledger.rules.notices import NoticeKind
from ledger.signing import notices
from ledger.words.sentences import sentence

Members = dict[str, Any]
NO_EXAMPLE: Members = {}
_HEADERS = {
    "Request-Id": {"description": "The id of the request.", "schema": {"type": "string"}},
    "Content-Language": {"description": "`en` or `sw`.", "schema": {"type": "string", "enum": ["en", "sw"]}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
    "WWW-Authenticate": {"description": "How to prove who one is.", "schema": {"type": "string"}},
    "Order-Replayed": {"description": "`true`: recorded before.", "schema": {"type": "string", "const": "true"}},
    "RateLimit-Policy": {"description": "Quota and window, per policy.", "schema": {"type": "string"}},
    "RateLimit": {"description": "What remains of the quota.", "schema": {"type": "string"}},
}  # fmt: skip
_WAIT = frozenset({429, 503})


@cache
def examples() -> Members:
    """What a real ledger answered, recorded by `python -m tests.docs.examples`; tests ask it again."""
    text = resources.files("api").joinpath("examples.json").read_text(encoding="utf-8")
    found: Members = json.loads(text)
    return found


def document() -> Members:
    """The OpenAPI 3.1 document."""
    spec = APISpec(
        title="Daftari",
        version=__version__,
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
        info={
            "description": "A digital-money ledger: signed orders in, proofs out.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
    )
    spec.components.security_scheme(
        "caller",
        {"type": "http", "scheme": "bearer", "bearerFormat": "daftari-caller+jwt"},
    )
    for shape in (shapes.JwkSchema, shapes.TitleSchema):
        spec.components.schema(_name(shape), schema=shape)
    for name, schema in payloads.schemas().items():
        spec.components.schema(name, schema)
    for name, header in _HEADERS.items():
        spec.components.header(name, header)
    for route in ROUTES:
        spec.path(path=route.path, operations={route.method.lower(): operation(route)})
    return cast("Members", _portable(spec.to_dict() | {"webhooks": _webhooks()}))


def _portable(node: object) -> object:
    r"""The document with patterns as every language reads them: `^` and `$`, where Python says `\A` and `\Z`."""
    if isinstance(node, dict):
        return {
            name: f"^{value[2:-2]}$"
            if name == "pattern" and str(value).startswith("\\A")
            else _portable(value)
            for name, value in node.items()
        }
    return [_portable(item) for item in node] if isinstance(node, list) else node


def operation_id(route: Route) -> str:
    """`get_v1_orders_order_id_receipt`."""
    return "_".join([route.method.lower(), *re.findall(r"\w+", route.path)])


def example_of(route: Route) -> Members:
    """The recorded example of an operation: `path`, `request`, `status`, `answer`, as far as it has them."""
    found: Members = examples()["operations"].get(operation_id(route), NO_EXAMPLE)
    return found


def described_parameters(route: Route) -> list[Members]:
    """The parameters of an operation as the document has them: `name`, `in`, `schema`, `required`."""
    found: list[Members] = _document()["paths"][route.path][route.method.lower()]["parameters"]
    return found


@cache
def _document() -> Members:
    """Made once per process."""
    return document()


def _name(schema: Schema | type[Schema] | str) -> str:
    if isinstance(schema, str):
        return schema
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__).removesuffix("Schema")


def operation(route: Route) -> Members:
    """One operation, whole."""
    described: Members = {
        "operationId": operation_id(route),
        "summary": route.en,
        "x-summary-sw": route.sw,
        "x-who": route.who,
        "parameters": [*_in_path(route), *_in_query(route)],
        "responses": _problems(route) | _good(route),
    }
    if route.who in TOKEN:
        described["security"] = [{"caller": []}]
    body = _request_body(route)
    return described | ({"requestBody": body} if body else {})


def _in_path(route: Route) -> list[Members]:
    return [
        {
            "in": "path",
            "name": name,
            "required": True,
            "schema": parameters.PATHS[name],
            "description": parameters.SENTENCES[name][0],
            "x-description-sw": parameters.SENTENCES[name][1],
        }
        for name in path_parameters(route)
    ]


def _in_query(route: Route) -> list[Members]:
    """Reading under /v1 is strict; everything else passes over what it does not know, as a page's visitor expects."""
    if is_strict(route):
        return [{"in": "query", "schema": type(route.query)}]
    told = f"{parameters.SENTENCES['lang'][0]} Any other is passed over."
    return [{"in": "query", "name": "lang", "schema": {"type": "string"}, "description": told}]


def _request_body(route: Route) -> Members:
    recorded = example_of(route).get("request")
    example = {} if recorded is None else {"example": recorded}
    if route.path == "/v1/orders" and route.method == "POST":
        one = {"schema": payloads.signed_order()} | example
        return {"required": True, "content": {JOSE: one, JSON: {"schema": shapes.OrdersSchema}}}
    if route.path == "/receipts" and route.method == "POST":
        upload = {"type": "object", "properties": {"receipt": {"type": "string", "format": "binary"}}}
        return {"content": {"multipart/form-data": {"schema": upload}}}
    if shape := _BODIES.get((route.method, route.path)):
        return {"required": True, "content": {JSON: {"schema": shape} | example}}
    return {}


def _webhooks() -> Members:
    """What the ledger itself sends, as OpenAPI 3.1 describes it: one POST for each type of event."""
    body = {"required": True, "content": {JSON: {"schema": {"$ref": "#/components/schemas/Event"}}}}
    names = (notices.ID_HEADER, notices.TIME_HEADER, notices.SIGNATURE_HEADER)
    headers = [
        {"in": "header", "name": name, "required": True, "schema": {"type": "string"}} for name in names
    ]
    taken = {"2XX": {"description": "Taken. Any other answer, a redirect too: it is sent again."}}
    sent = {"parameters": headers, "requestBody": body, "responses": taken}
    told = {
        NoticeKind.BILL_PAID: "A bill was paid.",
        NoticeKind.BILL_REFUNDED: "A part of a bill's payment, or all of it, was given back.",
        NoticeKind.PAYMENT_REVERSED: "A bill's payment was reversed.",
        NoticeKind.REFUND_REVERSED: "A refund of a bill's payment was reversed.",
    }
    return {kind.value: {"post": {"summary": words} | sent} for kind, words in told.items()}


def _good(route: Route) -> Members:
    """The answers that are no problem, by status. A refusal is one of them: a recorded outcome."""
    if route.path == "/v1/orders" and route.method == "POST":
        return _posted(route)
    if route.status == 204:
        return {"204": _answer("Done.", {})}
    if route.status == 303:
        place = {"Location": {"description": "Where to look.", "schema": {"type": "string"}}}
        return {"303": _answer("See there.", {}, place)}
    schema: Any = route.shape if route.shape is not None else _PLAIN.get(route.media_type, {"type": "object"})
    if route.path in _EITHER:
        schema = {"oneOf": list(_EITHER[route.path])}
    example = {"example": example_of(route)["answer"]} if "answer" in example_of(route) else {}
    media_types = {route.media_type, *(_FILES if route.path.startswith("/static") else ())}
    content = {media_type: {"schema": schema} | example for media_type in sorted(media_types)}
    if route.path.endswith("/statement") or "/reconciliations/" in route.path:
        content |= {CSV: {"schema": {"type": "string"}}, HTML: {"schema": {"type": "string"}}}
    return {str(route.status): _answer("The answer.", content, _told_limits(route))}


_BODIES: dict[tuple[str, str], type[Schema]] = {
    ("PUT", "/v1/names/me"): shapes.NameSchema,
    ("PUT", "/v1/directory/me"): directory_schemas.PersonWishSchema,
    ("PUT", "/v1/directory/me/lipa-namba"): directory_schemas.NumberWishSchema,
    ("PUT", "/v1/orders/{order_id}/note"): directory_schemas.NoteWishSchema,
    ("POST", "/v1/directory/lookups"): directory_schemas.LookupWishSchema,
    ("POST", "/v1/webhooks"): notice_schemas.NewWebhookSchema,
    ("POST", "/v1/webhooks/{webhook}/send"): notice_schemas.SendSchema,
    ("POST", "/v1/sandbox/clock"): other_schemas.ClockWishSchema,
}
CSV = "text/csv"
_EITHER: dict[str, tuple[type[Schema], ...]] = {
    "/v1/orders/{order_id}": (shapes.AcceptedSchema, shapes.RefusedSchema),
    "/v1/accounts/{address}": (shapes.AccountSchema, other_schemas.AccountAsOfSchema),
}
_PLAIN: Members = {
    TEXT: {"type": "string"},
    HTML: {"type": "string"},
    BYTES: {},
    "text/css": {"type": "string"},
}
_FILES = ("image/svg+xml", "text/javascript")


def _posted(route: Route) -> Members:
    accepted = {JSON: {"schema": shapes.AcceptedSchema, "example": example_of(route).get("answer", {})}}
    either = {
        JSON: {
            "schema": {"oneOf": [shapes.AcceptedSchema, shapes.ResultsSchema, other_schemas.PreviewSchema]}
        }
    }
    refused = {
        problems.MEDIA_TYPE: {"schema": {"oneOf": [shapes.RefusedSchema, other_schemas.PreviewRefusedSchema]}}
    }
    replayed = {"Order-Replayed": "Order-Replayed"}
    refusal = _answer("Refused and recorded, for ever.", refused, replayed)
    return {
        "200": _answer("Accepted before, or the results of several.", either, replayed),
        "201": _answer("Accepted and recorded.", accepted),
        "422": refusal | {"x-codes": [reason.value for reason in Reason]},
    }


def _told_limits(route: Route) -> Members:
    counted = route.method == "GET" and route.path not in UNCOUNTED
    return {name: name for name in ("RateLimit-Policy", "RateLimit")} if counted else {}


def _answer(description: str, content: Members, more: Members | None = None) -> Members:
    headers = {name: name for name in ("Request-Id", "Content-Language")} | (more or {})
    return {"description": description, "headers": headers} | ({"content": content} if content else {})


def _problems(route: Route) -> Members:
    """The faults of an operation by HTTP status, each status with its codes and what they mean."""
    by_status: dict[int, list[Fault]] = {}
    for code in codes_of(route):
        by_status.setdefault(status_of(code), []).append(code)
    return {str(status): _problem(status, by_status[status], route) for status in sorted(by_status)}


def _problem(status: int, codes: list[Fault], route: Route) -> Members:
    told = " ".join(f"`{code.value}`: {sentence(code, 'en', {})[0]}" for code in codes)
    told_sw = " ".join(f"`{code.value}`: {sentence(code, 'sw', {})[0]}" for code in codes)
    more: Members = {}
    if status in _WAIT:
        more["Retry-After"] = "Retry-After"
    if status == 429:
        more |= {name: name for name in ("RateLimit-Policy", "RateLimit")}
    if status == 401:
        more["WWW-Authenticate"] = "WWW-Authenticate"
    content: Members = {problems.MEDIA_TYPE: {"schema": shapes.ProblemSchema}}
    if not route.path.startswith("/v1/"):
        content[HTML] = {"schema": {"type": "string", "description": "For a person with a browser."}}
    return _answer(told, content, more) | {
        "x-description-sw": told_sw,
        "x-codes": [code.value for code in codes],
    }
