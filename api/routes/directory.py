"""The directory: people's own data, whom an alias pays, and look-ups by officials, each of which is written down."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request

from api import callers, schemas, web
from api.answers import JSON
from api.house import House
from api.routes.accounts import payee_members, title_members
from api.web import count, own
from ledger.directory.kinds import GIVEN, Kind, Lookup, LookupReason, checked, checked_alias, shown
from ledger.directory.wishes import Answered, Change, Erase, GiveNumber, LookUp, Outcome, Wish
from ledger.faults import Fault, LedgerFault
from ledger.instants import eat_day, instant_text
from ledger.orders.fields import PARTY, REFERENCE
from ledger.strict_json import loads_object

_ACCOUNT = "account"
_SOUGHT_BY = {kind.value: kind for kind in (Kind.PHONE, Kind.TIN, Kind.NIDA, Kind.LIPA_NAMBA)}


def blueprint(house: House) -> Blueprint:
    """`/v1/directory`, `/v1/aliases`."""
    routes = Blueprint("directory", __name__)
    _of_holders(routes, house)
    _of_officials(routes, house)

    @routes.get("/v1/aliases/<alias>")
    def get_alias(alias: str) -> Response:
        schemas.read_query(schemas.QUERY)
        caller = callers.reader(house)
        count(*house.quotas.count_lookup(kid=caller.key.kid, address=web.address(house)))
        address = house.directory.account_of(*checked_alias(alias))
        if address is None:
            raise LedgerFault(Fault.NOT_FOUND)
        view, party = callers.seen_payee(house, address)
        if view.account.closed is not None:
            raise LedgerFault(Fault.NOT_FOUND)
        return own(payee_members(house, view, party))

    return routes


def _of_holders(routes: Blueprint, house: House) -> None:
    """What a person does with their own data."""

    @routes.get("/v1/directory/me")
    def get_own() -> Response:
        schemas.read_query(schemas.QUERY)
        return own(_own_members(house, callers.reader(house).party.party))

    @routes.put("/v1/directory/me")
    def put_own() -> Response:
        caller, body = written(house)
        count(*house.quotas.count_lookup(kid=caller.key.kid, address=web.address(house)))
        do(house, _change(house, caller, body))
        return own(_own_members(house, caller.party.party))

    @routes.delete("/v1/directory/me")
    def delete_own() -> Response:
        caller = callers.writer(house)
        do(house, Erase(caller.party.party, callers.token_of(house, caller)))
        return Response(status=204)

    @routes.put("/v1/directory/me/lipa-namba")
    def put_number() -> Response:
        caller, body = written(house)
        if body.keys() != {_ACCOUNT}:
            raise LedgerFault(Fault.MALFORMED, what="member_unknown")
        account = _own_account(house, caller, body[_ACCOUNT])
        do(house, GiveNumber(caller.party.party, account, callers.token_of(house, caller)))
        return own(_own_members(house, caller.party.party))

    @routes.get("/v1/directory/me/lookups")
    def get_own_lookups() -> Response:
        schemas.read_query(schemas.QUERY)
        caller, most = callers.reader(house), house.config.lookups_shown_max
        found = house.directory.lookups_of(caller.party.party, limit=most)
        return own({"lookups": [_lookup_members(house, lookup) for lookup in found]})


def _of_officials(routes: Blueprint, house: House) -> None:
    """What an official does with the data of others, and what overseers see of it."""

    @routes.post("/v1/directory/lookups")
    def post_lookup() -> Response:
        caller, body = written(house)
        callers.require_official(caller)
        count(*house.quotas.count_lookup(kid=caller.key.kid, address=web.address(house)))
        answered = do(house, _look_up(house, caller, body))
        if not answered.party or house.enquiries.party(answered.party) is None:
            raise LedgerFault(Fault.NOT_FOUND)
        told: dict[str, object] = {"lookup": answered.lookup, "party": answered.party}
        return own(told | shown(house.directory.person(answered.party)))

    @routes.get("/v1/directory/lookups")
    def get_lookups() -> Response:
        query = schemas.read_query(schemas.LOOKUPS_QUERY)
        callers.require_overseer(callers.reader(house))
        limit = min(int(query["limit"]), house.config.lookups_shown_max)
        found = house.directory.lookups(before=query.get("before"), limit=limit)
        rows = [_lookup_members(house, lookup) | {"party": lookup.party or None} for lookup in found]
        return own({"lookups": rows, "next": found[-1].lookup if len(found) == limit else None})


def do(house: House, wish: Wish) -> Answered:
    """Have a wish done by the writer.

    Raises:
        LedgerFault: CALLER_TOKEN_INVALID for a used token, ALIAS_TAKEN, BUSY; what the way to the writer raises.
    """
    answered = house.sequencer.ask_directory(wish)
    match answered.outcome:
        case Outcome.TOKEN_USED:
            raise LedgerFault(Fault.CALLER_TOKEN_INVALID, what="jti")
        case Outcome.TAKEN:
            raise LedgerFault(Fault.ALIAS_TAKEN, kind=answered.kind)
        case Outcome.NONE_LEFT:
            raise LedgerFault(Fault.BUSY, retry_after_seconds=1)
        case Outcome.DONE:
            return answered


def written(house: House) -> tuple[callers.Caller, Mapping[str, object]]:
    """The caller of a request that changes something, and its JSON object.

    Raises:
        LedgerFault: UNSUPPORTED_MEDIA_TYPE, TOO_LARGE, MALFORMED; what `callers.writer` raises.
    """
    if request.mimetype != JSON:
        raise LedgerFault(Fault.UNSUPPORTED_MEDIA_TYPE)
    if len(request.get_data()) > house.config.person_bytes_max:
        raise LedgerFault(Fault.TOO_LARGE, bytes_max=house.config.person_bytes_max)
    caller = callers.writer(house)
    return caller, loads_object(request.get_data(), bytes_max=house.config.person_bytes_max)


def _change(house: House, caller: callers.Caller, body: Mapping[str, object]) -> Change:
    """Members that are not there stay as they are; null forgets one."""
    given = {kind for kind in GIVEN if kind.value in body}
    if not given or body.keys() - {kind.value for kind in given} - {_ACCOUNT}:
        raise LedgerFault(Fault.MALFORMED, what="member_unknown")
    if caller.party.title is not None:
        raise LedgerFault(
            Fault.MALFORMED, what="institution"
        )  # what names it stands in the log, for everybody
    today = eat_day(house.clock.wall_us())
    values = {
        kind: None if body[kind.value] is None else checked(kind, body[kind.value], today=today)
        for kind in GIVEN
        if kind in given
    }
    account = None
    if values.get(Kind.PHONE) is not None and house.genesis.sandbox:
        account = _own_account(house, caller, body.get(_ACCOUNT))
    return Change(caller.party.party, values, account, callers.token_of(house, caller))


def _own_account(house: House, caller: callers.Caller, named: object) -> str:
    """The open account of the caller's that is named, or the first that they have if none is.

    Raises:
        LedgerFault: NOT_FOUND.
    """
    view = house.enquiries.key_view(caller.key.kid)
    accounts = [one.address for one in view.accounts if one.closed is None] if view is not None else []
    if named is None and accounts:
        return accounts[0]
    if not isinstance(named, str) or named not in accounts:
        raise LedgerFault(Fault.NOT_FOUND)
    return named


def _own_members(house: House, party: str) -> dict[str, object]:
    directory = house.directory
    return {
        "party": party,
        **shown(directory.person(party)),
        "phone_account": directory.paid_by(party, Kind.PHONE),
        "lipa_namba_account": directory.paid_by(party, Kind.LIPA_NAMBA),
    }


def _look_up(house: House, caller: callers.Caller, body: Mapping[str, object]) -> LookUp:
    """By a party, an account, or one of the values by which people are found; with a reason and the case's number."""
    sought = [name for name in ("party", _ACCOUNT, *_SOUGHT_BY) if name in body]
    if len(sought) != 1 or body.keys() != {"reason", "case", sought[0]}:
        raise LedgerFault(Fault.MALFORMED, what="lookup_members")
    reason, case = body["reason"], body["case"]
    if reason not in set(LookupReason):
        raise LedgerFault(Fault.MALFORMED, what="reason")
    if not isinstance(case, str) or REFERENCE.fullmatch(case) is None:
        raise LedgerFault(Fault.MALFORMED, what="case")
    kind, value = _sought(house, sought[0], body[sought[0]])
    token = callers.token_of(house, caller)
    return LookUp(caller.party.party, caller.key.kid, LookupReason(str(reason)), case, kind, value, token)


def _sought(house: House, name: str, typed: object) -> tuple[Kind | None, str]:
    if name in _SOUGHT_BY:
        kind = _SOUGHT_BY[name]
        return kind, checked(kind, typed, today=eat_day(house.clock.wall_us()))
    if not isinstance(typed, str):
        raise LedgerFault(Fault.MALFORMED, what=name)
    if name == _ACCOUNT:
        view = house.enquiries.account(typed)
        return None, view.account.party if view is not None else ""
    if PARTY.fullmatch(typed) is None:
        raise LedgerFault(Fault.MALFORMED, what="party")
    return None, typed if house.enquiries.party(typed) is not None else ""


def _lookup_members(house: House, lookup: Lookup) -> dict[str, object]:
    official = house.enquiries.party(lookup.official)
    title = official.title if official is not None else None
    return {
        "lookup": lookup.lookup,
        "looked_at": instant_text(lookup.looked_us),
        "official": lookup.official,
        "official_title": title_members(title) if title is not None else None,
        "reason": lookup.reason.value,
        "case": lookup.case,
    }
