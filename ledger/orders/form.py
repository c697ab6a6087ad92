"""What the form of every kind of order is made of, and the members that many kinds share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ledger.addresses import parse_address
from ledger.money import Currency
from ledger.orders.fields import Members, malformed
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body


class Form(NamedTuple):
    """The JSON form of one kind of order. `write` may give None for an optional member that is not there."""

    name: str
    body: type
    required: frozenset[str]
    optional: frozenset[str]
    read: Callable[[Members, Genesis], Body]
    write: Callable[[Any, Genesis], dict[str, object]]


def currency_of(value: object, genesis: Genesis) -> Currency:
    """A currency of this ledger."""
    currency = genesis.currencies.get(value) if isinstance(value, str) else None
    if currency is None:
        raise malformed("currency")
    return currency


def address_of(value: object, genesis: Genesis) -> str:
    """An address of this ledger, with its checksum right."""
    return parse_address(value, prefix=genesis.prefix)


def amount_text(minor_units: int, currency: str, genesis: Genesis) -> str:
    """An amount in major units, all decimals."""
    return genesis.currencies[currency].text(minor_units)


def form(
    name: str,
    body: type,
    members: str,
    read: Callable[[Members, Genesis], Body],
    write: Callable[[Any, Genesis], dict[str, object]],
) -> Form:
    """A form from the names of its members; `?` marks those that may be left out."""
    names = members.split()
    required = frozenset(member for member in names if not member.endswith("?"))
    optional = frozenset(member[:-1] for member in names if member.endswith("?"))
    return Form(name, body, required, optional, read, write)
