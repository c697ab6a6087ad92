"""Schemathesis reads the description and attacks every operation: no 5xx, nothing that is not described.

It sends requests that fit the description and requests that do not; each as a stranger, as a holder and as the auditor.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from api.description import document, operation_id
from api.openapi import ROUTES
from api.problems import MEDIA_TYPE
from tests.api.world import World, bearer

SCHEMA = schemathesis.openapi.from_dict(document())
SETTINGS = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
NOT_EXPECTED: dict[str, list[Any]] = {
    # A signature, the size that the log has now, and which currencies it has are more than a schema can say.
    "post_v1_orders": [positive_data_acceptance],
    "get_v1_proofs_inclusion": [positive_data_acceptance],
    "get_v1_proofs_consistency": [positive_data_acceptance],
    # Which days the calendar has, and which currencies this ledger.
    "get_v1_days": [positive_data_acceptance],
    "get_v1_supply": [positive_data_acceptance],
    # Whether the last digit fits the others.
    "get_v1_aliases_alias": [positive_data_acceptance],
    # What is not in form may first of all be too large.
    "post_v1_directory_lookups": [negative_data_rejection],
    # A page says so to a person, above the same form, with 200.
    "post_receipts": [negative_data_rejection],
}
CALLERS = ("stranger", "holder", "auditor")


@schemathesis.serializer("application/jose")
def jose(_: object, value: object) -> bytes:
    """A compact JWS is sent as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def headers_of(world: World, caller: str) -> dict[str, str]:
    """How this caller proves who it is."""
    if caller == "stranger":
        return {}
    key = world.asha.key if caller == "holder" else world.role_key("auditor")
    return {"Authorization": bearer(world.genesis, key)}


@pytest.mark.parametrize("caller", CALLERS)
@SCHEMA.parametrize()
@SETTINGS
def test_no_deviation(world: World, case: schemathesis.Case[Any], caller: str) -> None:
    """Status, headers, media type, body and the code of a problem are as described, whatever is sent."""
    described = case.operation.definition.raw
    excluded: list[Any] = NOT_EXPECTED.get(str(described["operationId"]), [])
    got = case.call_and_validate(
        base_url=world.url,
        headers=headers_of(world, caller),
        excluded_checks=excluded,
    )
    if got.headers.get("content-type", [""])[0] == MEDIA_TYPE:
        responses = described["responses"] | {"405": {"x-codes": ["method_not_allowed"]}}
        assert got.json()["code"] in responses[str(got.status_code)]["x-codes"]


def test_what_is_not_expected_is_of_operations_that_exist() -> None:
    """No exception outlives its operation."""
    assert set(NOT_EXPECTED) <= {operation_id(route) for route in ROUTES}
