"""Payment notices: an institution's events, its webhooks, and how deliveries stand."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from api import callers, schemas
from api.answers import JSON
from api.house import House
from api.notice_schemas import WEBHOOK
from api.web import json_members, own
from ledger.books.parties import Role
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND, instant_text
from ledger.notices import BEFORE_ALL, EVENT, NoticesView, WebhookView, event_id, place_of
from ledger.receivers import read_receiver
from ledger.rules.notices import Notice
from ledger.strict_json import dumps

_WEBHOOK = re.compile(WEBHOOK, re.ASCII)
_N_MAX = 10_000
_TEST = "test"


def blueprint(house: House) -> Blueprint:
    """`/v1/events`, `/v1/notices`, `/v1/webhooks`."""
    routes = Blueprint("notices", __name__)

    @routes.get("/v1/events")
    def get_events() -> Response:
        after, limit = _page(house)
        party = callers.reader(house).party.party
        view = house.notices.events(party, after=after, limit=limit)
        last = [event["data"] for event in view.events[-1:]]
        following = next((str(data["event"]) for data in last if isinstance(data, dict)), None)
        members = {"events": view.events, "next": following or request.args.get("after")}
        return own(members | {"more": view.more, "log_size": view.log_size})

    @routes.get("/v1/notices")
    def get_notices() -> Response:
        after, limit = _page(house)
        party = callers.reader(house).party.party
        view = house.notices.notices(party, after=after, limit=limit)
        following = event_id(view.notices[-1][0]) if view.notices else request.args.get("after")
        members = {"notices": _notices(house, view), "next": following}
        return own(members | {"more": view.more, "log_size": view.log_size})

    _webhook_routes(routes, house)
    return routes


def _webhook_routes(routes: Blueprint, house: House) -> None:
    @routes.get("/v1/webhooks")
    def get_webhooks() -> Response:
        schemas.read_query(schemas.QUERY)
        party = callers.reader(house).party.party
        views, key = house.notices.webhooks(party), house.sequencer.notices("key")["key"]
        size = house.enquiries.head().size
        return own({"webhooks": [_webhook(view) for view in views], "key": key, "log_size": size})

    @routes.post("/v1/webhooks")
    def post_webhook() -> Response:
        body = json_members({"url"})
        caller = _institution(house)
        receiver = read_receiver(body["url"], sandbox=house.genesis.sandbox)
        return _made(_asked(house, caller, "add", url=receiver.url), 201)

    @routes.delete("/v1/webhooks/<webhook>")
    def delete_webhook(webhook: str) -> Response:
        _asked(house, _institution(house), "remove", webhook=_named(webhook))
        return Response(status=204)

    @routes.post("/v1/webhooks/<webhook>/rotate")
    def post_rotate(webhook: str) -> Response:
        return _made(_asked(house, _institution(house), "rotate", webhook=_named(webhook)), 200)

    @routes.post("/v1/webhooks/<webhook>/send")
    def post_send(webhook: str) -> Response:
        event = json_members({"event"})["event"]
        caller = _institution(house)
        if not isinstance(event, str) or (event != _TEST and EVENT.fullmatch(event) is None):
            raise LedgerFault(Fault.MALFORMED, what="event")
        if event != _TEST and house.notices.event(caller.party.party, event) is None:
            raise LedgerFault(Fault.NOT_FOUND)
        return _made(_asked(house, caller, "send", webhook=_named(webhook), event=event), 202)


def _page(house: House) -> tuple[tuple[int, int], int]:
    query = schemas.read_query(schemas.EVENTS_QUERY)
    limit = schemas.bounded(query["limit"], least=1, most=house.config.page_rows_max, parameter="limit")
    return place_of(query["after"]) if "after" in query else BEFORE_ALL, limit


def _institution(house: House) -> callers.Caller:
    """The caller of a request that changes webhooks: an institution's full key, with a token for this very request.

    Raises:
        LedgerFault: CALLER_UNKNOWN, CALLER_TOKEN_INVALID, NOT_FOUND.
    """
    caller = callers.writer(house)
    if Role.INSTITUTION not in caller.party.roles:
        raise LedgerFault(Fault.NOT_FOUND)
    return caller


def _named(webhook: str) -> str:
    if _WEBHOOK.fullmatch(webhook) is None:
        raise LedgerFault(Fault.NOT_FOUND)
    return webhook


def _asked(house: House, caller: callers.Caller, verb: str, **wish: object) -> dict[str, object]:
    """Let the sequencer do it, with the caller's token used up in the same database transaction."""
    expires = caller.claims.expires + house.config.clock_skew_seconds_max
    return house.sequencer.notices(
        verb,
        party=caller.party.party,
        token_id=caller.claims.token_id,
        token_expires_us=expires * MICROSECONDS_PER_SECOND,
        **wish,
    )


def _made(members: dict[str, object], status: int) -> Response:
    """What was made, kept by nobody on the way: a secret may be in it."""
    response = Response(dumps(members), status, content_type=JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


def _webhook(view: WebhookView) -> dict[str, object]:
    webhook, state = view.webhook, view.state
    return {
        "webhook": webhook.webhook,
        "url": webhook.url,
        "created_at": instant_text(webhook.created_us),
        "backlog": view.backlog,
        "delivered": f"evt_{state.sequence}_{state.n}" if state.n < _N_MAX else None,
        "attempts": state.attempts,
        "next_attempt": instant_text(state.next_us) if state.next_us else None,
        "last_status": state.last_status or None,
        "last_problem": state.why or None,
    }


def _notices(house: House, view: NoticesView) -> list[dict[str, object]]:
    return [
        {
            "event": event_id(notice),
            "type": notice.kind,
            "sequence": notice.sequence,
            "bill_id": bill.bill_id,
            "control_number": bill.control_number,
            "currency": bill.currency,
            "amount": house.genesis.currencies[bill.currency].text(notice.amount_minor_units),
            "deliveries": [
                {"webhook": each.webhook.webhook, "state": _state(notice, each)} for each in view.webhooks
            ],
        }
        for notice, bill in view.notices
    ]


def _state(notice: Notice, view: WebhookView) -> str:
    """A receiver gets its notices in order: what is tried again is the first one after the last that it took."""
    if (notice.sequence, notice.n) <= view.state.place:
        return "delivered"
    return "retrying" if view.state.attempts else "waiting"
