"""What the directory keeps of a person, in which form, and why an official may look."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from ledger.faults import Fault, LedgerFault
from ledger.formats.lipa_namba import parse_lipa_namba
from ledger.formats.nida import nida_shown, parse_nida
from ledger.formats.phone import parse_phone, phone_shown
from ledger.formats.tin import parse_tin, tin_shown
from ledger.signing import base64url

NAME_CHARACTERS_MAX = 60
NOTE_CHARACTERS_MAX = 140
SALT_BYTES = 16
_SALT_CHARACTERS = 22
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
    NOTE = "note"


OWN = (Kind.NAME, Kind.PHONE, Kind.TIN, Kind.NIDA, Kind.LIPA_NAMBA)
"""What there is of a person at most once. Notes are about orders, one about each."""

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
        case Kind.NOTE:
            return checked_note(typed)


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
    return {kind.value: _shown(kind, values.get(kind)) for kind in OWN}


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


class Note(NamedTuple):
    """What somebody wrote about an order that they are named in, with the salt of its hash."""

    party: str
    text: str
    salt: bytes
    written_us: int

    @property
    def note_hash(self) -> bytes:
        """SHA-256 of salt and text: what an order or a paper can hold, and tells nothing without the salt."""
        return hashlib.sha256(self.salt + self.text.encode("utf-8")).digest()


def sealed_note(text: str, salt: bytes) -> str:
    """Salt and text as the one text that is sealed."""
    return base64url.encode(salt) + text


def opened_note(party: str, content: str, written_us: int) -> Note:
    """A note out of the text that was sealed."""
    return Note(party, content[_SALT_CHARACTERS:], base64url.decode(content[:_SALT_CHARACTERS]), written_us)


def checked_note(text: object) -> str:
    """A note in NFC: one line of printable characters, at most 140, with something to read in it.

    Raises:
        LedgerFault: MALFORMED with `what=note`.
    """
    tidy = unicodedata.normalize("NFC", text) if isinstance(text, str) else ""
    # Printable to Python: no control, no line, nothing that turns the direction of reading, no lone surrogate.
    if not 1 <= len(tidy) <= NOTE_CHARACTERS_MAX or not tidy.isprintable() or tidy != tidy.strip():
        raise LedgerFault(Fault.MALFORMED, what="note")
    return tidy


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
