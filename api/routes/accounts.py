"""Accounts and keys: what a holder sees of their own, and the little that a payer sees of a payee."""

from __future__ import annotations

import json

from flask import Blueprint, Response

from api import callers, schemas, web
from api.house import House
from api.web import count, language, own
from ledger.books.accounts import Account
from ledger.books.freezes import Freeze
from ledger.books.journal import AccountEntry
from ledger.books.parties import Party, Title
from ledger.enquiries import EntryView, KeyView
from ledger.instants import instant_text


def blueprint(house: House) -> Blueprint:
    """`/v1/accounts`, `/v1/keys`."""
    routes = Blueprint("accounts", __name__)

    @routes.get("/v1/accounts/<address>")
    def get_account(address: str) -> Response:
        schemas.read_query(schemas.QUERY)
        view = callers.seen_account(house, callers.reader(house), address)
        freezes = [_freeze_members(freeze, house) for freeze in view.freezes]
        members = _account_members(view.account, house) | {"freezes": freezes}
        return own(members | {"log_size": view.log_size})

    @routes.get("/v1/accounts/<address>/entries")
    def get_entries(address: str) -> Response:
        query = schemas.read_query(schemas.ENTRIES_QUERY)
        view = callers.seen_account(house, callers.reader(house), address)
        limit = schemas.bounded(query["limit"], least=1, most=house.config.page_rows_max, parameter="limit")
        before = _place(query["before"]) if "before" in query else None
        page = house.enquiries.entries(address, before=before, limit=limit + 1)
        titles: dict[str, str | None] = {}
        rows = [_entry_members(row, view.account, house, titles) for row in page.entries]
        return _page(address, rows, limit, page.log_size)

    @routes.get("/v1/accounts/<address>/payee")
    def get_payee(address: str) -> Response:
        schemas.read_query(schemas.QUERY)
        caller = callers.reader(house)
        count(*house.quotas.count_lookup(kid=caller.key.kid, address=web.address(house)))
        view, party = callers.seen_payee(house, address)
        members: dict[str, object] = {
            "account": address,
            "class": view.account.account_class.value,
            "currency": view.account.currency,
            "kind": "person" if party.title is None else "institution",
            "name": shown_name(house, party),
            "log_size": view.log_size,
        }
        return own(members)

    @routes.get("/v1/keys/<kid>")
    def get_key(kid: str) -> Response:
        schemas.read_query(schemas.QUERY)
        view = callers.seen_key(house, callers.reader(house), kid)
        return own(_key_members(kid, view, house))

    return routes


def _key_members(kid: str, view: KeyView, house: House) -> dict[str, object]:
    keys = [
        {
            "kid": key.kid,
            "jwk": json.loads(key.jwk),
            "scopes": [scope.value for scope in key.scopes],
            "added": key.added,
            "revoked": key.revoked,
        }
        for key in view.keys
    ]
    return {
        "kid": kid,
        "party": view.party.party,
        "roles": [role.value for role in view.party.roles],
        "title": title_members(view.party.title) if view.party.title else None,
        "name": house.enquiries.name(view.party.party),
        "keys": keys,
        "accounts": [_account_members(account, house) for account in view.accounts],
        "log_size": view.log_size,
    }


def title_members(title: Title) -> dict[str, object]:
    """A public title in both languages."""
    return {"en": title.en, "sw": title.sw}


def shown_name(house: House, party: Party) -> str:
    """What a payer is shown: an institution's title, a person's name masked, or nothing."""
    if party.title is not None:
        return party.title.sw if language() == "sw" else party.title.en
    return masked(house.enquiries.name(party.party) or "")


def masked(name: str) -> str:
    """`Asha Mwinyi` as `A*** M*****`: enough to recognise somebody one knows."""
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())


def _account_members(account: Account, house: House) -> dict[str, object]:
    currency = house.genesis.currencies[account.currency]
    return {
        "account": account.address,
        "party": account.party,
        "class": account.account_class.value,
        "currency": account.currency,
        "balance": currency.text(account.balance),
        "debits_posted": currency.text(account.debits_posted),
        "credits_posted": currency.text(account.credits_posted),
        "status": "open" if account.closed is None else "closed",
        "closed": account.closed,
    }


def _freeze_members(freeze: Freeze, house: House) -> dict[str, object]:
    """A freeze as its holder sees it: by whose order, how far, until when. One that ended by time says so."""
    until_us = freeze.frozen_until_us
    return {
        "freeze": freeze.freeze,
        "scope": freeze.scope.value,
        "reason": freeze.reason.value,
        "order_number": freeze.order_number,
        "authority": freeze.authority,
        "frozen_until": None if until_us is None else instant_text(until_us),
        "placed": freeze.placed,
        "active": freeze.stands(house.clock.wall_us()),
    }


def _entry_members(
    row: EntryView,
    account: Account,
    house: House,
    titles: dict[str, str | None],
) -> dict[str, object]:
    currency, entry = house.genesis.currencies[account.currency], row.entry
    return {
        "sequence": entry.sequence,
        "n": entry.n,
        "recorded_at": row.recorded_at,
        "side": entry.side.value,
        "amount": currency.text(entry.amount_minor_units),
        "balance_after": currency.text(entry.balance_after),
        "counterparty": entry.counterparty,
        "counterparty_title": _counterparty_title(house, entry, titles),
        "order": row.order_id,
        "kind": row.kind,
        "reference": row.reference,
        "purpose": row.purpose,
        "control_number": row.control_number,
    }


def _counterparty_title(house: House, entry: AccountEntry, titles: dict[str, str | None]) -> str | None:
    """The other side's public title or masked name; each other side of a page is looked up once."""
    if entry.counterparty not in titles:
        view = house.enquiries.account(entry.counterparty)
        party = house.enquiries.party(view.account.party) if view is not None else None
        titles[entry.counterparty] = (shown_name(house, party) or None) if party is not None else None
    return titles[entry.counterparty]


def _place(text: str) -> tuple[int, int]:
    sequence, n = text.split("-")
    return int(sequence), int(n)


def _page(address: str, rows: list[dict[str, object]], limit: int, log_size: int) -> Response:
    shown, more = rows[:limit], len(rows) > limit
    after = f"{shown[-1]['sequence']}-{shown[-1]['n']}" if more else None
    response = own({"entries": shown, "next": after, "log_size": log_size})
    if after is not None:
        response.headers["Link"] = (
            f'</v1/accounts/{address}/entries?limit={limit}&before={after}>; rel="next"'
        )
    return response
