"""The description and the API are the same thing: every route, every answer's shape, every error."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from api import parameters
from api.answer_schemas import AcceptedSchema
from api.description import document
from api.openapi import ROUTES, TOKEN, Route
from api.pages.frame import coded
from api.payloads import MEMBERS
from api.possible import codes_of
from api.problems import STATUS
from ledger.faults import Fault
from ledger.orders.forms import FORMS
from ledger.refusals import Reason
from tests.api.described import component
from tests.api.world import World
from tests.docs import openapi

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
            assert {"413", "415", "429", "500", "503"} <= operation["responses"].keys(), (method, path)
            for parameter in operation["parameters"]:
                assert parameter["name"] in parameters.SENTENCES, (method, path)
                assert parameter["schema"].keys() & {"pattern", "enum", "minimum", "type"}, (method, path)
            named = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


def test_the_copy_in_the_docs_is_the_served_one() -> None:
    """Otherwise: python -m tests.docs.openapi."""
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.text()


def test_it_is_a_schema_that_others_can_read() -> None:
    """Every schema in it is a valid JSON Schema 2020-12 whose patterns are not Python's own."""
    spec = document()
    for name in spec["components"]["schemas"]:
        component(name)
    assert "\\\\A" not in json.dumps(spec)
    assert "\\\\Z" not in json.dumps(spec)


def test_every_member_of_a_payload_has_a_form() -> None:
    """A new kind of order brings its members to api/payloads.py, and nothing there is left over."""
    named = {
        f"{kind.name}.{name}" if f"{kind.name}.{name}" in MEMBERS else name
        for kind in FORMS
        for name in kind.required | kind.optional
    }
    assert named == set(MEMBERS)


def test_every_possible_fault_stands_under_its_status() -> None:
    """What an operation can answer is told by status, with the codes of the table; anything else is a 5xx of ours."""
    for route in ROUTES:
        responses = document()["paths"][route.path][route.method.lower()]["responses"]
        for code in codes_of(route):
            assert code.value in responses[str(STATUS[code])]["x-codes"]


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
        "alias": world.lipa_namba(world.asha),
        "kid": world.asha.key.public.kid,
        "control_number": world.new_bill(),
        "date": world.first_day,
    }
    keys = {"overseer": world.role_key("auditor"), "biller": world.council.full}
    key = keys.get(route.who, world.asha.key)
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
            assert coded(route.sw if language == "sw" else route.en) in text
        assert "<script" not in text


@pytest.mark.parametrize("code", [*Reason, *Fault], ids=lambda code: code.value)
def test_every_problems_type_is_a_page(world: World, code: Reason | Fault) -> None:
    """The URL in `type` explains the code in the language asked for."""
    text = world.get(f"/docs/errors/{code.value}?lang=sw").text
    assert code.value in text
    assert '<html lang="sw">' in text
