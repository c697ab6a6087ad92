"""The examples of the description are true: each fits its schema, and a real ledger answers in the same form today."""

from __future__ import annotations

from typing import Any

import pytest

from api.answers import JOSE, JSON
from api.description import example_of, examples, operation_id
from api.openapi import ROUTES, Route
from api.payloads import COMPACT_PATTERN, name_of
from ledger.orders.form import Form
from ledger.orders.forms import FORMS
from ledger.signing import base64url
from ledger.strict_json import loads
from tests.api.described import component, described, faults_of, validator
from tests.api.world import World, settled
from tests.docs import examples as recording

BY_ID = {operation_id(route): route for route in ROUTES}


def form(value: Any) -> Any:
    """The form of a value: members and kinds without what is in them; of a list its first."""
    if isinstance(value, dict):
        return {name: form(member) for name, member in value.items()}
    if isinstance(value, list):
        return [form(item) for item in value[:1]]
    return type(value).__name__


def test_every_operation_has_one_and_no_other() -> None:
    """Otherwise: python -m tests.docs.examples."""
    assert list(examples()["operations"]) == list(BY_ID)
    assert set(examples()["orders"]) == {kind.name for kind in FORMS}


def test_a_real_ledger_answers_like_them(world: World) -> None:
    """Asked again in a fresh world: the same status, the same members of the same kinds."""
    recorder = recording.Recorder(settled(world.ledger))
    for name, route in BY_ID.items():
        assert form(recorder.example(route)) == form(example_of(route)), name
        assert example_of(route)["status"] in (route.status, 201), name


@pytest.mark.parametrize("name", BY_ID)
def test_each_fits_its_schema(name: str) -> None:
    """The answer fits the schema that the document gives for its status, the request that of its body."""
    route, example = BY_ID[name], example_of(BY_ID[name])
    operation = described()["paths"][route.path][route.method.lower()]
    content = operation["responses"][str(example["status"])].get("content", {})
    if "answer" in example:
        assert not faults_of(validator(content[route.media_type]["schema"]), example["answer"])
        assert content[route.media_type]["example"] == example["answer"]
    if "request" in example:
        media_type = JOSE if isinstance(example["request"], str) else JSON
        body = operation["requestBody"]["content"][media_type]
        assert not faults_of(validator(body["schema"]), example["request"])
        assert body["example"] == example["request"]


def test_the_posted_order_is_a_payment() -> None:
    """What stands inside the JWS fits the schemas of header and payload."""
    header, payload, _ = example_of(BY_ID["post_v1_orders"])["request"].split(".")
    assert not faults_of(component("OrderHeader"), loads(base64url.decode(header), bytes_max=1_000))
    assert not faults_of(component("PayPayload"), loads(base64url.decode(payload), bytes_max=10_000))
    assert component("OrderPayload").is_valid(loads(base64url.decode(payload), bytes_max=10_000))
    assert COMPACT_PATTERN.startswith("^")


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.name)
def test_each_kind_of_order_has_a_payload(kind: Form) -> None:
    """The example of a kind is the test vectors', and fits that kind's schema and no other's."""
    payload = examples()["orders"][kind.name]
    assert payload == recording.orders()[kind.name]
    fitting = [one.name for one in FORMS if component(name_of(one)).is_valid(payload)]
    assert fitting == [kind.name]


def test_routes_are_told_apart_by_id() -> None:
    """An operation's id is its own."""
    assert len(BY_ID) == len(ROUTES)
    assert all(isinstance(route, Route) for route in BY_ID.values())
