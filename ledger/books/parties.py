"""The register of parties and keys: who exists, in which role, and which keys speak for them."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a party may be, whoever signs for it."""

    ISSUER = "issuer"
    REGISTRAR = "registrar"
    AUTHORITY = "authority"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    INSTITUTION = "institution"
    PROVIDER = "provider"


class Scope(StrEnum):
    """What a key may do for its party: everything, only look, or the two halves of an institution's bill."""

    ALL = "all"
    READ = "read"
    MAKE = "make"
    CHECK = "check"


class PartyKind(StrEnum):
    """What an order may register."""

    PERSON = "person"
    INSTITUTION = "institution"


class Title(NamedTuple):
    """A public name of an institution, a service or an account, in both languages. Never about a person."""

    en: str
    sw: str


class Holder(NamedTuple):
    """Whose an account is, as others may be shown it: an institution's title, or the display name of a person."""

    title: Title | None
    name: str | None


class BillService(NamedTuple):
    """A service for which an institution raises bills."""

    code: str
    title: Title


class Party(NamedTuple):
    """A person, an institution or an authority. A person has no title here: names of people live outside the log."""

    party: str
    """Its id: the id of the order that registered it, or the name that genesis gives it."""
    roles: tuple[Role, ...]
    registered: int
    title: Title | None = None
    services: tuple[BillService, ...] = ()
    full_keys: int = 0
    """How many unrevoked keys of scope `all` it has; the last one cannot be revoked."""

    @property
    def holder(self) -> bool:
        """Whether it counts against the pilot's `holders_max`: everybody whom an order registered."""
        return self.registered > 0


class Key(NamedTuple):
    """A public key that speaks for a party, between two positions of the log."""

    kid: str
    party: str
    jwk: str
    """The public key as a JSON Web Key in its one text form; opaque here."""
    scopes: tuple[Scope, ...]
    added: int
    revoked: int | None = None

    def may(self, *scopes: Scope) -> bool:
        """Whether the key has one of these scopes, or all of them by `all`."""
        return Scope.ALL in self.scopes or any(scope in self.scopes for scope in scopes)
