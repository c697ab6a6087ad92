"""Accounts, keys and names: what a holder sees of their own, and the little that a payer sees of a payee."""

from __future__ import annotations

import unicodedata

from flask import Blueprint, Response, request

from api import callers, problems, queries
from api.house import House
from ledger.addresses import parse_address
from ledger.books.accounts import Account
from ledger.books.journal import AccountEntry
from ledger.books.parties import Party, Title
from ledger.enquiries import AccountView, EntryView
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND
from ledger.strict_json import dumps, loads

JSON = "application/json"
NAME_CHARACTERS_MAX = 60


def blueprint(house: House) -> Blueprint:
    """`/v1/accounts`, `/v1/keys`, `/v1/names`."""
    routes = Blueprint("accounts", __name__)

    @routes.get("/v1/accounts/<address>")
    def get_account(address: str) -> Response:
        queries.read_query(queries.QUERY)
        view = _own_account(house, address)
        return answer(_account_members(view.account, house) | {"log_size": view.log_size})

    @routes.get("/v1/accounts/<address>/entries")
    def get_entries(address: str) -> Response:
        query = queries.read_query(queries.ENTRIES)
        view = _own_account(house, address)
        limit = queries.bounded(query["limit"], least=1, most=house.config.page_rows_max, parameter="limit")
        before = _place(query["before"]) if "before" in query else None
        page = house.enquiries.entries(address, before=before, limit=limit + 1)
        rows = [_entry_members(row, view.account, house) for row in page.entries]
        return _page(address, rows, limit, page.log_size)

    @routes.get("/v1/accounts/<address>/payee")
    def get_payee(address: str) -> Response:
        queries.read_query(queries.QUERY)
        caller = callers.reader(house)
        callers.limit_lookup(house, caller.key.kid)
        view = _account(house, address)
        party = house.enquiries.party(view.account.party) if view is not None else None
        if view is None or party is None:
            raise LedgerFault(Fault.NOT_FOUND)
        members: dict[str, object] = {
            "account": address,
            "class": view.account.account_class.value,
            "currency": view.account.currency,
            "kind": "person" if party.title is None else "institution",
            "name": shown_name(house, party),
            "log_size": view.log_size,
        }
        return answer(members)

    @routes.get("/v1/keys/<kid>")
    def get_key(kid: str) -> Response:
        queries.read_query(queries.QUERY)
        caller = callers.reader(house)
        view = house.enquiries.key_view(kid)
        if view is None or not caller.may_see(view.party.party):
            raise LedgerFault(Fault.NOT_FOUND)
        keys = [
            {"kid": key.kid, "scopes": [scope.value for scope in key.scopes], "added": key.added, "revoked": key.revoked}
            for key in view.keys
        ]
        return answer(
            {
                "kid": kid,
                "party": view.party.party,
                "roles": [role.value for role in view.party.roles],
                "title": title_members(view.party.title) if view.party.title else None,
                "name": house.enquiries.name(view.party.party),
                "keys": keys,
                "accounts": [_account_members(account, house) for account in view.accounts],
                "log_size": view.log_size,
            }
        )

    @routes.put("/v1/names/me")
    def put_name() -> Response:
        caller = callers.writer(house)
        body = loads(request.get_data(), bytes_max=house.config.name_bytes_max)
        name = body.get("name") if isinstance(body, dict) and body.keys() == {"name"} else None
        return _set_name(house, caller, _checked_name(name))

    @routes.delete("/v1/names/me")
    def delete_name() -> Response:
        return _set_name(house, callers.writer(house), None)

    return routes


def answer(members: dict[str, object], status: int = 200) -> Response:
    """A JSON answer for one caller: kept by nobody else."""
    response = Response(dumps(members), status, content_type=JSON)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def title_members(title: Title) -> dict[str, object]:
    """A public title in both languages."""
    return {"en": title.en, "sw": title.sw}


def shown_name(house: House, party: Party) -> str:
    """What a payer is shown: an institution's title, a person's name masked, or nothing."""
    if party.title is not None:
        return party.title.sw if problems.language() == "sw" else party.title.en
    return masked(house.enquiries.name(party.party) or "")


def masked(name: str) -> str:
    """`Asha Mwinyi` as `A*** M*****`: enough to recognise somebody one knows."""
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())


def _account(house: House, address: str) -> AccountView | None:
    try:
        parse_address(address, prefix=house.enquiries.genesis().prefix)
    except LedgerFault as fault:
        raise LedgerFault(Fault.NOT_FOUND) from fault
    return house.enquiries.account(address)


def _own_account(house: House, address: str) -> AccountView:
    caller = callers.reader(house)
    view = _account(house, address)
    if view is None or not caller.may_see(view.account.party):
        raise LedgerFault(Fault.NOT_FOUND)
    return view


def _account_members(account: Account, house: House) -> dict[str, object]:
    currency = house.enquiries.genesis().currencies[account.currency]
    return {
        "account": account.address,
        "party": account.party,
        "class": account.account_class.value,
        "currency": account.currency,
        "balance": currency.text(account.balance),
        "debits_posted": currency.text(account.debits_posted),
        "credits_posted": currency.text(account.credits_posted),
    }


def _entry_members(row: EntryView, account: Account, house: House) -> dict[str, object]:
    currency, entry = house.enquiries.genesis().currencies[account.currency], row.entry
    return {
        "sequence": entry.sequence,
        "n": entry.n,
        "recorded_at": row.recorded_at,
        "side": entry.side.value,
        "amount": currency.text(entry.amount_minor_units),
        "balance_after": currency.text(entry.balance_after),
        "counterparty": entry.counterparty,
        "counterparty_title": _counterparty_title(house, entry),
        "order": row.order_id,
        "kind": row.kind,
        "reference": row.reference,
        "purpose": row.purpose,
        "control_number": row.control_number,
    }


def _counterparty_title(house: House, entry: AccountEntry) -> str | None:
    view = house.enquiries.account(entry.counterparty)
    party = house.enquiries.party(view.account.party) if view is not None else None
    return (shown_name(house, party) or None) if party is not None else None


def _place(text: str) -> tuple[int, int]:
    sequence, n = text.split("-")
    return int(sequence), int(n)


def _page(address: str, rows: list[dict[str, object]], limit: int, log_size: int) -> Response:
    shown, more = rows[:limit], len(rows) > limit
    after = f"{shown[-1]['sequence']}-{shown[-1]['n']}" if more else None
    response = answer({"entries": shown, "next": after, "log_size": log_size})
    if after is not None:
        response.headers["Link"] = f'</v1/accounts/{address}/entries?limit={limit}&before={after}>; rel="next"'
    return response


def _checked_name(name: object) -> str:
    """Letters, marks, spaces, apostrophes, hyphens and points; no direction marks, nothing invisible."""
    if not isinstance(name, str) or not 1 <= len(name) <= NAME_CHARACTERS_MAX or name != name.strip():
        raise LedgerFault(Fault.MALFORMED, what="name")
    tidy = unicodedata.normalize("NFC", name)
    if not all(unicodedata.category(character)[0] in "LM" or character in " '’-." for character in tidy):
        raise LedgerFault(Fault.MALFORMED, what="name")
    return tidy


def _set_name(house: House, caller: callers.Caller, name: str | None) -> Response:
    fresh = house.sequencer.set_name(
        party=caller.party.party,
        name=name,
        token_id=str(caller.claims["jti"]),
        token_expires_us=(int(str(caller.claims["exp"])) + house.config.clock_skew_seconds_max)
        * MICROSECONDS_PER_SECOND,
    )
    if not fresh:
        raise LedgerFault(Fault.CALLER_TOKEN_INVALID, what="jti")
    return Response(status=204)
