"""Who acts: the one question of authority that every family of orders asks in the same way."""

from __future__ import annotations

from typing import NamedTuple

from ledger.books.parties import Key, Party, Role, Scope
from ledger.refusals import Reason


class Acting(NamedTuple):
    """The order's id and time, and the key and party behind it. Both are None only for a key that registers itself."""

    order_id: str
    kid: str
    key: Key | None
    party: Party | None
    now_us: int
    content: bytes = b""
    """What identifies the order's bytes: SHA-256 of its signing input."""

    @property
    def party_id(self) -> str:
        """The id of the acting party; empty for a key that registers itself."""
        return "" if self.party is None else self.party.party

    def has_role(self, *roles: Role) -> bool:
        """Whether the acting party has one of these roles."""
        return self.party is not None and any(role in self.party.roles for role in roles)

    def lacks(self, *scopes: Scope, roles: tuple[Role, ...] = ()) -> Reason | None:
        """Why the key may not act: its scope, then the role of its party. None if it may."""
        if self.key is not None and not self.key.may(*scopes):
            return Reason.SCOPE_INSUFFICIENT
        if roles and not self.has_role(*roles):
            return Reason.ROLE_INSUFFICIENT
        return None
