"""The API's description as a set of JSON Schemas that real bytes are held to."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs

from api.description import document

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def described() -> dict[str, Any]:
    """The document, made once."""
    return document()


def validator(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """A validator for a schema of the document, whose references it resolves."""
    return jsonschema_rs.Draft202012Validator(
        schema | {"$schema": DIALECT, "components": described()["components"]},
    )


@cache
def component(name: str) -> jsonschema_rs.Draft202012Validator:
    """A validator for a named schema."""
    return validator({"$ref": f"#/components/schemas/{name}"})


def faults_of(schema: jsonschema_rs.Draft202012Validator, value: Any) -> list[str]:
    """What is wrong with a value, in words."""
    return [f"{error.instance_path}: {error.message}" for error in schema.iter_errors(value)]
