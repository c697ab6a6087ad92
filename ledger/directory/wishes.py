"""What an API process asks of the writer for a person: as a value here, as JSON on the socket between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from ledger.directory.kinds import Kind, LookupReason


class Outcome(StrEnum):
    """What became of a wish."""

    DONE = "done"
    TOKEN_USED = "token_used"  # noqa: S105 - an outcome, not a secret
    TAKEN = "taken"
    NONE_LEFT = "none_left"


class Token(NamedTuple):
    """The caller's token, which is good for one wish."""

    token_id: str
    expires_us: int


class Change(NamedTuple):
    """Keep these values of a person, in their one form; None forgets one. `account`: what the telephone number pays."""

    party: str
    values: Mapping[Kind, str | None]
    account: str | None
    token: Token


class Erase(NamedTuple):
    """Erase a person: everything at once."""

    party: str
    token: Token


class GiveNumber(NamedTuple):
    """Give a person a Lipa Namba for an account of theirs, or let the one they have stand for it."""

    party: str
    account: str
    token: Token


class WriteNote(NamedTuple):
    """Keep a note of a person about an order; None takes it away."""

    party: str
    order: str
    text: str | None
    token: Token


class LookUp(NamedTuple):
    """Find a person by a value, or by the party itself if there is no `kind`, and write down that it was done."""

    official: str
    kid: str
    reason: LookupReason
    case: str
    kind: Kind | None
    value: str
    token: Token


Wish = Change | Erase | GiveNumber | WriteNote | LookUp
_WISHES: dict[str, type[Wish]] = {
    kind.__name__: kind for kind in (Change, Erase, GiveNumber, WriteNote, LookUp)
}


class Answered(NamedTuple):
    """The answer to a wish: the Lipa Namba that was given; the look-up's id and whom it found; which kind is taken."""

    outcome: Outcome
    number: str = ""
    lookup: str = ""
    party: str = ""
    kind: str = ""


def wish_members(wish: Wish) -> dict[str, Any]:
    """A wish as JSON."""
    return {"wish": type(wish).__name__} | wish._asdict()


def read_wish(told: Mapping[str, Any]) -> Wish:
    """A wish out of JSON; only our own processes send it."""
    members = {name: value for name, value in told.items() if name != "wish"}
    members["token"] = Token(*members["token"])
    if "values" in members:
        members["values"] = {Kind(kind): value for kind, value in members["values"].items()}
    if "reason" in members:
        members["reason"] = LookupReason(members["reason"])
        members["kind"] = None if members["kind"] is None else Kind(members["kind"])
    return _WISHES[told["wish"]](**members)
