"""What the directory keeps of a person, in which form, and why an official may look."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from ledger.faults import Fault, LedgerFault
from ledger.formats.lipa_namba import parse_lipa_namba
from ledger.formats.nida import nida_shown, parse_nida
from ledger.formats.phone import parse_phone, phone_shown
from ledger.formats.tin import parse_tin, tin_shown

NAME_CHARACTERS_MAX = 60
_LETTERS_AND_MARKS = "LM"
_SIGNS = frozenset(" '’-.")
_MARKS_IN_A_ROW_MAX = 2
_LIPA_NAMBA_DIGITS = 8


class Kind(StrEnum):
    """The kinds of data about a person."""

    NAME = "name"
    PHONE = "phone"
    TIN = "tin"
    NIDA = "nida"
    LIPA_NAMBA = "lipa_namba"


GIVEN = (Kind.NAME, Kind.PHONE, Kind.TIN, Kind.NIDA)
"""What a holder gives; a Lipa Namba is given to them."""

HASHED = frozenset({Kind.PHONE, Kind.TIN, Kind.NIDA, Kind.LIPA_NAMBA})
"""By what a person is found; each belongs to one person at a time."""

ALIASES = frozenset({Kind.PHONE, Kind.LIPA_NAMBA})
"""By what an account is paid."""


class LookupReason(StrEnum):
    """Why an official looks somebody up. Codes and no prose: the list of look-ups is never shortened."""

    COURT_ORDER = "court_order"
    INVESTIGATION = "investigation"
    SANCTIONS = "sanctions"
    TAX = "tax"
    FRAUD = "fraud"
    DEATH = "death"
    HOLDER_REQUEST = "holder_request"
    AUDIT = "audit"


class Lookup(NamedTuple):
    """One look-up: who looked at whose data, when, and why. Never what was seen."""

    lookup: str
    party: str
    """Whose data; empty if nobody was found."""
    official: str
    kid: str
    reason: LookupReason
    case: str
    """The number under which the official's side keeps the matter."""
    looked_us: int


def checked(kind: Kind, typed: object, *, today: int) -> str:
    """A value in the one form in which it is kept. `today`: a day of `ledger.instants.eat_day`.

    Raises:
        LedgerFault: MALFORMED, with `what` from the format of this kind.
    """
    match kind:
        case Kind.NAME:
            return checked_name(typed)
        case Kind.PHONE:
            return parse_phone(typed)
        case Kind.TIN:
            return parse_tin(typed)
        case Kind.NIDA:
            return parse_nida(typed, today=today)
        case Kind.LIPA_NAMBA:
            return parse_lipa_namba(typed)


def checked_alias(typed: object) -> tuple[Kind, str]:
    """What an alias is, and its one form: eight digits are a Lipa Namba, everything else a telephone number.

    Raises:
        LedgerFault: MALFORMED, with `what` from the format.
    """
    digits = "".join(sign for sign in typed if sign.isdigit()) if isinstance(typed, str) else ""
    if len(digits) == _LIPA_NAMBA_DIGITS:
        return Kind.LIPA_NAMBA, parse_lipa_namba(typed)
    return Kind.PHONE, parse_phone(typed)


def shown(values: Mapping[Kind, str]) -> dict[str, object]:
    """Every kind as its owner reads it; None for what there is not."""
    return {kind.value: _shown(kind, values.get(kind)) for kind in Kind}


def _shown(kind: Kind, value: str | None) -> str | None:
    match kind:
        case Kind.PHONE if value is not None:
            return phone_shown(value)
        case Kind.TIN if value is not None:
            return tin_shown(value)
        case Kind.NIDA if value is not None:
            return nida_shown(value)
        case _:
            return value


def checked_name(name: object) -> str:
    """A name in NFC: letters, marks, single spaces, apostrophes, hyphens, points; nothing invisible or turning.

    Raises:
        LedgerFault: MALFORMED with `what=name`.
    """
    tidy = unicodedata.normalize("NFC", name) if isinstance(name, str) else ""
    fits = 1 <= len(tidy) <= NAME_CHARACTERS_MAX and tidy == " ".join(tidy.split())
    categories = [unicodedata.category(character)[0] for character in tidy]
    plain = all(
        kind in _LETTERS_AND_MARKS or sign in _SIGNS for kind, sign in zip(categories, tidy, strict=True)
    )
    # A letter carries two marks at most, and none stands before a letter: towers of marks hide what is around them.
    towers = categories[:1] == ["M"] or "M" * (_MARKS_IN_A_ROW_MAX + 1) in "".join(categories)
    if not fits or not plain or towers or "L" not in categories:
        raise LedgerFault(Fault.MALFORMED, what="name")
    return tidy
