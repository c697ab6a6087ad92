"""The kinds of members that answers have, each described in one word or two."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from marshmallow import fields, validate

INSTANT = validate.Regexp(r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z")
_AMOUNT = validate.Regexp(r"\A(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,8})?\Z")


def words(
    description: str,
    *,
    rule: validate.Validator | None = None,
    none: bool = False,
    key: str | None = None,
) -> fields.String:
    """A text."""
    told = {"description": description}
    return fields.String(required=True, validate=rule, allow_none=none, data_key=key, metadata=told)


def one_of(description: str, options: Iterable[StrEnum], *, key: str | None = None) -> fields.String:
    """A text out of a list."""
    return words(description, rule=validate.OneOf([option.value for option in options]), key=key)


def whole(description: str, *, none: bool = False) -> fields.Integer:
    """A whole number."""
    return fields.Integer(required=True, strict=True, allow_none=none, metadata={"description": description})


def amount(description: str) -> fields.String:
    """An amount of money."""
    return words(f"{description} In major units, all decimals.", rule=_AMOUNT)


def instant(description: str, *, key: str | None = None) -> fields.String:
    """An instant."""
    return words(f"{description} UTC, six decimals.", rule=INSTANT, key=key)


def log_size() -> fields.Integer:
    """What every reading answer names."""
    return whole("The size of the log that this answer saw.")
