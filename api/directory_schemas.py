"""The shapes of what the directory is told and tells."""

from __future__ import annotations

from marshmallow import fields, validate

from api import members
from api.answer_schemas import TitleSchema
from api.schemas import Strict
from ledger.directory.kinds import NAME_CHARACTERS_MAX, NOTE_CHARACTERS_MAX, LookupReason
from ledger.orders.fields import REFERENCE


def _given(description: str) -> fields.String:
    """What may be left out, to stay as it is, or null, to be forgotten."""
    return fields.String(allow_none=True, metadata={"description": f"{description} Null forgets it."})


def _kept(description: str) -> fields.String:
    return members.words(f"{description} Null if there is none.", none=True)


class PersonWishSchema(Strict):
    """What a holder gives of their own; members that are left out stay as they are."""

    name = _given(f"Display name, at most {NAME_CHARACTERS_MAX} characters.")
    phone = _given("Mobile telephone number of Tanzania: `0712345678`, `+255712345678`.")
    tin = _given("TIN, nine digits.")
    nida = _given("NIDA number, twenty digits, of which the first eight are the date of birth.")
    account = fields.String(
        metadata={
            "description": "The open account of one's own that the telephone number pays; else the first."
        }
    )


class NumberWishSchema(Strict):
    """For which account a Lipa Namba is wanted."""

    account = members.words("An open account of the caller's.")


class PersonSchema(Strict):
    """What the directory keeps of the caller."""

    party = members.words("The caller's party.")
    name = _kept("Display name.")
    phone = _kept("Telephone number as it is said in the country.")
    tin = _kept("TIN.")
    nida = _kept("NIDA number.")
    lipa_namba = _kept("Lipa Namba, eight digits.")
    phone_account = _kept("The account that is paid by the telephone number.")
    lipa_namba_account = _kept("The account that is paid by the Lipa Namba.")


class NoteWishSchema(Strict):
    """What the caller writes about an order."""

    text = members.words(f"One line, at most {NOTE_CHARACTERS_MAX} characters.")


class NoteSchema(Strict):
    """A note about an order."""

    own = fields.Boolean(required=True, metadata={"description": "Whether the caller wrote it."})
    text = members.words("What was written.")
    written_at = members.instant("When.")
    salt = members.words("16 random bytes, base64url.")
    note_hash = members.words("SHA-256 of salt and text, base64url: what can be held against it later.")


class NotesSchema(Strict):
    """What those named in an order wrote about it, oldest first."""

    order = members.words("The order's id.")
    notes = fields.List(fields.Nested(NoteSchema), required=True)


class LookupWishSchema(Strict):
    """Whom an official looks up, by exactly one of the last members, and why."""

    reason = members.one_of("Why.", LookupReason)
    case = members.words(
        "The number under which the official's side keeps the matter.",
        rule=validate.Regexp(rf"\A{REFERENCE.pattern}\Z"),
    )
    party = fields.String(metadata={"description": "A party's id."})
    account = fields.String(metadata={"description": "An account's address."})
    phone = fields.String(metadata={"description": "A telephone number."})
    tin = fields.String(metadata={"description": "A TIN."})
    nida = fields.String(metadata={"description": "A NIDA number."})
    lipa_namba = fields.String(metadata={"description": "A Lipa Namba."})


class FoundSchema(Strict):
    """A person who was looked up. That it was done is written down, and the person can read it."""

    lookup = members.words("The id under which it is written down.")
    party = members.words("Who it is.")
    name = _kept("Display name.")
    phone = _kept("Telephone number.")
    tin = _kept("TIN.")
    nida = _kept("NIDA number.")
    lipa_namba = _kept("Lipa Namba.")


class LookupSchema(Strict):
    """One look-up: who, when and why. Never what was seen."""

    lookup = members.words("Its id.")
    looked_at = members.instant("When.")
    official = members.words("Which official's party.")
    official_title = fields.Nested(TitleSchema, required=True, allow_none=True)
    reason = members.one_of("Why.", LookupReason)
    case = members.words("The number under which the official's side keeps the matter.")


class OwnLookupsSchema(Strict):
    """The newest look-ups of the caller's data."""

    lookups = fields.List(fields.Nested(LookupSchema), required=True)


class AnyLookupSchema(LookupSchema):
    """One look-up of anybody."""

    party = members.words("Whose data; null if nobody was found.", none=True)


class LookupsSchema(Strict):
    """A page of all look-ups, newest first."""

    lookups = fields.List(fields.Nested(AnyLookupSchema), required=True)
    next = members.words("`before` of the next page; null on the last.", none=True)
