"""Rules for the register: `register_party`, `add_key`, `revoke_key`, `grant_role`, `withdraw_role`."""

from __future__ import annotations

from ledger.books.parties import Key, Party, PartyKind, Role, Scope
from ledger.orders.kinds import AddKey, GrantRole, RegisterParty, RevokeKey, WithdrawRole
from ledger.refusals import Reason, Refusal
from ledger.rules.acting import Acting
from ledger.rules.changes import Decision, KeyAdded, KeyRevoked, Outcome, PartyRegistered, RolesChanged
from ledger.rules.state import State
from ledger.signing.keys import PublicKey
from ledger.strict_json import dumps

_ROLES: dict[PartyKind, tuple[Role, ...]] = {PartyKind.PERSON: (), PartyKind.INSTITUTION: (Role.INSTITUTION,)}


def register_party(body: RegisterParty, acting: Acting, state: State) -> Outcome:
    """A new party with its first key: by a registrar, or in a sandbox by the key itself."""
    itself = acting.kid == body.key.kid and state.genesis.sandbox
    if not itself and (reason := acting.lacks(roles=(Role.REGISTRAR,))):
        return Refusal(reason)
    if state.keys.get(body.key.kid) is not None:
        return Refusal(Reason.KEY_ALREADY_REGISTERED)
    if state.holders >= state.genesis.holders_max:
        return Refusal(Reason.HOLDERS_MAX_REACHED, {"holders_max": str(state.genesis.holders_max)})
    party = Party(acting.order_id, _ROLES[body.kind], 0, body.title, body.services)
    key = _key(body.key, party.party, (Scope.ALL,))
    return Decision((PartyRegistered(party), KeyAdded(key)), {"party": party.party})


def add_key(body: AddKey, acting: Acting, state: State) -> Outcome:
    """One more key for the acting party, with scopes of its own."""
    if reason := acting.lacks():
        return Refusal(reason)
    if state.keys.get(body.key.kid) is not None:
        return Refusal(Reason.KEY_ALREADY_REGISTERED)
    return Decision((KeyAdded(_key(body.key, acting.party_id, body.scopes)),), {"kid": body.key.kid})


def revoke_key(body: RevokeKey, acting: Acting, state: State) -> Outcome:
    """An end to a key of the acting party, but never to the last one that can do everything."""
    if reason := acting.lacks():
        return Refusal(reason)
    key = state.keys.get(body.kid)
    if key is None:
        return Refusal(Reason.KEY_UNKNOWN)
    if key.party != acting.party_id:
        return Refusal(Reason.KEY_NOT_YOURS)
    if key.revoked is not None:
        return Refusal(Reason.KEY_ALREADY_REVOKED)
    if Scope.ALL in key.scopes and acting.party is not None and acting.party.full_keys == 1:
        return Refusal(Reason.LAST_KEY)
    return Decision((KeyRevoked(body.kid),), {"kid": body.kid})


def grant_role(body: GrantRole, acting: Acting, state: State) -> Outcome:
    """One more role for a party, by an authority: a second auditor, a successor of the supervisor."""
    if reason := acting.lacks(roles=(Role.AUTHORITY,)):
        return Refusal(reason)
    party = state.parties.get(body.party)
    if party is None:
        return Refusal(Reason.PARTY_UNKNOWN)
    if body.role in party.roles:
        return Refusal(Reason.ROLE_ALREADY_HELD)
    return Decision((RolesChanged(party.party, (*party.roles, body.role)),), {"party": party.party})


def withdraw_role(body: WithdrawRole, acting: Acting, state: State) -> Outcome:
    """A role taken back by an authority, never from itself: so there is always an authority left.

    Without it an official who left could only be stopped by revoking keys, which only their own party can.
    """
    if reason := acting.lacks(roles=(Role.AUTHORITY,)):
        return Refusal(reason)
    party = state.parties.get(body.party)
    if party is None:
        return Refusal(Reason.PARTY_UNKNOWN)
    if party.party == acting.party_id:
        return Refusal(Reason.ROLE_YOUR_OWN)
    if body.role not in party.roles:
        return Refusal(Reason.ROLE_NOT_HELD)
    left = tuple(role for role in party.roles if role is not body.role)
    return Decision((RolesChanged(party.party, left),), {"party": party.party})


def _key(public: PublicKey, party: str, scopes: tuple[Scope, ...]) -> Key:
    return Key(public.kid, party, dumps(public.jwk()).decode(), scopes, 0)
