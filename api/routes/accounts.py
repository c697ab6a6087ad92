"""Accounts and keys: what a holder sees of their own, and the little that a payer sees of a payee."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Blueprint, Response

from api import callers, schemas, web
from api.answers import JSON
from api.house import House
from api.moments import log_size_of
from api.web import count, for_ever, language, linked, own, own_tagged
from ledger.books.accounts import Account
from ledger.books.freezes import Freeze
from ledger.books.parties import Holder, Party, Title
from ledger.enquiries import AccountView, EntriesView, KeyView
from ledger.entry_views import EntryView
from ledger.faults import Fault, LedgerFault
from ledger.instants import instant_text
from ledger.money import Currency
from ledger.strict_json import dumps


def blueprint(house: House) -> Blueprint:
    """`/v1/accounts`, `/v1/keys`."""
    routes = Blueprint("accounts", __name__)

    @routes.get("/v1/accounts/<address>")
    def get_account(address: str) -> Response:
        query = schemas.read_query(schemas.ACCOUNT_QUERY)
        view = callers.seen_account(house, callers.reader(house), address)
        if "as_of" in query:
            return _as_of(house, address, query["as_of"])
        freezes = [_freeze_members(freeze, house) for freeze in view.freezes]
        members = _account_members(view.account, house) | {"freezes": freezes}
        return own_tagged(members | {"log_size": view.log_size}, same=members)

    @routes.get("/v1/accounts/<address>/entries")
    def get_entries(address: str) -> Response:
        query = schemas.read_query(schemas.ENTRIES_QUERY)
        view = callers.seen_account(house, callers.reader(house), address)
        limit = schemas.bounded(query["limit"], least=1, most=house.config.page_rows_max, parameter="limit")
        before, after = (_place(query[name]) if name in query else None for name in ("before", "after"))
        if before is not None and after is not None:
            raise LedgerFault(Fault.QUERY_INVALID, parameter="after")
        page = house.enquiries.entries(address, before=before, after=after, limit=limit)
        return _page(house, view.account, page, limit)

    @routes.get("/v1/accounts/<address>/payee")
    def get_payee(address: str) -> Response:
        schemas.read_query(schemas.QUERY)
        caller = callers.reader(house)
        count(*house.quotas.count_lookup(kid=caller.key.kid, address=web.address(house)))
        view, party = callers.seen_payee(house, address)
        return own(payee_members(house, view, party))

    @routes.get("/v1/keys/<kid>")
    def get_key(kid: str) -> Response:
        schemas.read_query(schemas.QUERY)
        caller = callers.reader(house)
        view = callers.seen_key(house, caller, kid)
        return own(_key_members(kid, view, house, whole=caller.party.party == view.party.party))

    return routes


def _key_members(kid: str, view: KeyView, house: House, *, whole: bool) -> dict[str, object]:
    """The name whole for its holder alone: an overseer who wants it looks it up, for a reason."""
    name = house.enquiries.name(view.party.party)
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
        "name": name if whole or name is None else masked(name),
        "keys": keys,
        "accounts": [_account_members(account, house) for account in view.accounts],
        "log_size": view.log_size,
    }


def payee_members(house: House, view: AccountView, party: Party) -> dict[str, object]:
    """What whoever would pay an account is shown of it."""
    return {
        "account": view.account.address,
        "class": view.account.account_class.value,
        "currency": view.account.currency,
        "kind": "person" if party.title is None else "institution",
        "name": shown_name(party.title, house.enquiries.name(party.party)),
        "log_size": view.log_size,
    }


def title_members(title: Title) -> dict[str, object]:
    """A public title in both languages."""
    return {"en": title.en, "sw": title.sw}


def shown_name(title: Title | None, name: str | None) -> str:
    """What a payer is shown: an institution's title, a person's name masked, or nothing."""
    if title is not None:
        return title.sw if language() == "sw" else title.en
    return masked(name or "")


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


def _as_of(house: House, address: str, as_of: str) -> Response:
    past = house.statements.balance(address, log_size_of(house, as_of))
    if past is None:
        raise LedgerFault(Fault.NOT_FOUND)
    account = past.account
    members: dict[str, object] = {
        "account": account.address,
        "party": account.party,
        "class": account.account_class.value,
        "currency": account.currency,
        "balance": house.genesis.currencies[account.currency].text(past.balance),
        "recorded_at": instant_text(past.recorded_us),
        "log_size": past.log_size,
    }
    return for_ever(Response(dumps(members), content_type=JSON), shared=False)


def entry_members(row: EntryView, currency: Currency, others: Mapping[str, Holder]) -> dict[str, object]:
    """An entry, with the other side's public title or masked name."""
    entry, other = row.entry, others.get(row.entry.counterparty)
    return {
        "sequence": entry.sequence,
        "n": entry.n,
        "recorded_at": row.recorded_at,
        "side": entry.side.value,
        "amount": currency.text(entry.amount_minor_units),
        "balance_after": currency.text(entry.balance_after),
        "counterparty": entry.counterparty,
        "counterparty_title": (shown_name(other.title, other.name) or None) if other is not None else None,
        "order": row.order_id,
        "kind": row.kind,
        "reference": row.reference,
        "purpose": row.purpose,
        "control_number": row.control_number,
        "about": row.about,
    }


def _place(text: str) -> tuple[int, int]:
    sequence, n = text.split("-")
    return int(sequence), int(n)


def _page(house: House, account: Account, page: EntriesView, limit: int) -> Response:
    currency, rows = house.genesis.currencies[account.currency], page.entries
    path = f"/v1/accounts/{account.address}/entries?limit={limit}"
    first, last = (f"{row.entry.sequence}-{row.entry.n}" for row in (rows[0], rows[-1])) if rows else ("", "")
    older = last if rows and page.older else None
    newer = first if rows and page.newer else None
    members = {
        "entries": [entry_members(row, currency, page.others) for row in rows],
        "next": older,
    }
    response = own_tagged(members | {"log_size": page.log_size}, same=members)
    return linked(
        response,
        next=f"{path}&before={older}" if older else None,
        prev=f"{path}&after={newer}" if newer else None,
    )
