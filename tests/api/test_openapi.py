"""The description and the API are the same thing: every route, every answer's shape, every error."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from api.answer_schemas import AcceptedSchema
from api.openapi import ROUTES, TOKEN, Route, document
from ledger.faults import Fault
from ledger.refusals import Reason
from tests.api.world import World

READ_BY_OWNER: dict[str, str] = {
    "/v1/proofs/inclusion": "?index=1&size=3",
    "/v1/proofs/consistency": "?from=1&to=3",
}


def references(node: Any) -> list[str]:
    """Every `$ref` in a document."""
    if isinstance(node, dict):
        return (
            [str(node["$ref"])]
            if "$ref" in node
            else [ref for value in node.values() for ref in references(value)]
        )
    return [ref for value in node for ref in references(value)] if isinstance(node, list) else []


def test_it_is_served_as_it_is_made(world: World) -> None:
    """/openapi.json is the generated document, cheap to ask for again."""
    got = world.get("/openapi.json")
    assert got.json == json.loads(json.dumps(document()))
    assert world.get("/openapi.json", If_None_Match=got.headers["etag"]).status == 304


def test_it_hangs_together() -> None:
    """OpenAPI 3.1; every reference resolves; every operation has a sentence in both languages and its answers."""
    spec = document()
    assert spec["openapi"] == "3.1.0"
    for reference in references(spec):
        node: Any = spec
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            assert operation["x-summary-sw"] != operation["summary"] != "", (method, path)
            assert "default" in operation["responses"], (method, path)
            named = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


def test_who_must_prove_who_they_are_is_described() -> None:
    """A route that wants a token says so."""
    spec = document()
    for route in ROUTES:
        operation = spec["paths"][route.path][route.method.lower()]
        assert ("security" in operation) == (route.who in TOKEN)


def test_every_code_is_described() -> None:
    """A client can generate the whole list of codes from the document."""
    schemas = document()["components"]["schemas"]
    assert schemas["Problem"]["properties"]["code"]["enum"] == [code.value for code in (*Fault, *Reason)]
    assert schemas["Refused"]["properties"]["code"]["enum"] == [reason.value for reason in Reason]


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.shape is not None and route.method == "GET"],
    ids=lambda route: route.path,
)
def test_every_answer_has_its_shape(world: World, route: Route) -> None:
    """A real answer of each route holds exactly the members that its schema says, of their kinds."""
    order_id, order = world.asha.payment(world.juma.account, 5)
    world.accepted(order)
    values = {
        "order_id": order_id,
        "address": world.asha.account,
        "kid": world.asha.key.public.kid,
        "control_number": world.new_bill(),
    }
    key = world.role_key("auditor") if route.who == "overseer" else world.asha.key
    place = (route.path + READ_BY_OWNER.get(route.path, "")).format(**values)
    got = world.get(place, key if route.who in TOKEN else None)
    assert got.status == 200
    assert got.headers["content-type"].split(";")[0] == route.media_type
    shape = AcceptedSchema if route.path == "/v1/orders/{order_id}" else route.shape
    assert shape is not None
    assert not shape().validate(got.json)


def test_the_page_names_every_route(world: World) -> None:
    """/docs shows them all, in both languages, without a script."""
    for language in ("en", "sw"):
        text = world.get(f"/docs?lang={language}").text
        for route in ROUTES:
            assert f"{route.method} {route.path}" in text.replace("&lt;", "<")
            assert (route.sw if language == "sw" else route.en).replace("'", "&#39;") in text
        assert "<script" not in text


@pytest.mark.parametrize("code", [*Reason, *Fault], ids=lambda code: code.value)
def test_every_problems_type_is_a_page(world: World, code: Reason | Fault) -> None:
    """The URL in `type` explains the code in the language asked for."""
    text = world.get(f"/docs/errors/{code.value}?lang=sw").text
    assert code.value in text
    assert '<html lang="sw">' in text
