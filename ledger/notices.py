"""Notices as they are read and rendered: always from the outbox, the record and its receipt, never from memory.

What a notice says follows from the log alone, so it says the very same each time that it is sent, and it carries the
receipt that proves it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from ledger.books.bills import Bill
from ledger.faults import Fault, LedgerFault
from ledger.orders.genesis import Genesis
from ledger.orders.signed import open_order
from ledger.proofs.merkle import inclusion_proof
from ledger.proofs.receipt import Receipt
from ledger.rules.notices import Notice, NoticeKind
from ledger.rules.records import read_record
from ledger.store import batch, head, readings
from ledger.store import notices as outbox
from ledger.store.engine import reading
from ledger.store.notices import Webhook, WebhookState, Wish
from ledger.strict_json import dumps, loads

EVENT = re.compile(r"evt_(0|[1-9][0-9]{0,17})_(0|[1-9][0-9]{0,3})", re.ASCII)
TEST_KIND = "webhook.test"
BEFORE_ALL = (-1, -1)


class WebhookView(NamedTuple):
    """A webhook, how far its receiver has come, and how many notices wait for it."""

    webhook: Webhook
    state: WebhookState
    backlog: int


class EventsView(NamedTuple):
    """A page of an institution's notices, rendered, oldest first."""

    events: list[dict[str, object]]
    more: bool
    log_size: int


class NoticesView(NamedTuple):
    """A page of an institution's notices, each with its bill, and its webhooks."""

    notices: list[tuple[Notice, Bill]]
    webhooks: list[WebhookView]
    more: bool
    log_size: int


class Outbox(NamedTuple):
    """Everything that there is to do, as of one moment."""

    webhooks: list[Webhook]
    states: dict[str, WebhookState]
    wishes: list[Wish]
    log_size: int


def event_id(notice: Notice) -> str:
    """The id of an event: the same however often it is sent, and another for every other event."""
    return f"evt_{notice.sequence}_{notice.n}"


def place_of(event: str) -> tuple[int, int]:
    """The place (sequence, n) of an event.

    Raises:
        LedgerFault: CURSOR_INVALID.
    """
    found = EVENT.fullmatch(event)
    if found is None:
        raise LedgerFault(Fault.CURSOR_INVALID, parameter="after")
    return int(found[1]), int(found[2])


class Notices:
    """The reader of the outbox."""

    def __init__(self, engine: Engine, genesis: Genesis) -> None:
        self._engine = engine
        self._genesis = genesis

    def events(self, party: str, *, after: tuple[int, int], limit: int) -> EventsView:
        """An institution's events after a place, oldest first."""
        with reading(self._engine) as connection:
            rows = outbox.read_notices(connection, party, after=after, limit=limit + 1)
            events = _rendered(connection, rows[:limit], self._genesis)
            return EventsView(events, len(rows) > limit, head.read_head(connection).size)

    def event(self, party: str, event: str) -> dict[str, object] | None:
        """One of an institution's events."""
        sequence, n = place_of(event)
        with reading(self._engine) as connection:
            rows = outbox.read_notices(connection, party, after=(sequence, n - 1), limit=1)
            mine = [row for row in rows if (row.sequence, row.n) == (sequence, n)]
            return next(iter(_rendered(connection, mine, self._genesis)), None)

    def notices(self, party: str, *, after: tuple[int, int], limit: int) -> NoticesView:
        """An institution's notices after a place, and how far its receivers have come."""
        with reading(self._engine) as connection:
            rows = outbox.read_notices(connection, party, after=after, limit=limit + 1)
            bills = batch.load_bills(connection, list({row.bill for row in rows}))
            told = [(row, bills[row.bill]) for row in rows[:limit]]
            webhooks = _webhook_views(connection, party)
            return NoticesView(told, webhooks, len(rows) > limit, head.read_head(connection).size)

    def webhooks(self, party: str) -> list[WebhookView]:
        """An institution's webhooks."""
        with reading(self._engine) as connection:
            return _webhook_views(connection, party)

    def outbox(self) -> Outbox:
        """What there is to do for the notifying process."""
        with reading(self._engine) as connection:
            return Outbox(
                outbox.read_webhooks(connection),
                outbox.read_states(connection),
                outbox.read_wishes(connection),
                head.read_head(connection).size,
            )

    def waiting(self, party: str, *, after: tuple[int, int]) -> int:
        """How many of an institution's notices come after a place."""
        with reading(self._engine) as connection:
            return outbox.count_notices(connection, party, after=after)


def body_of(event: dict[str, object]) -> bytes:
    """An event as it is sent: compact JSON, the same bytes each time."""
    return dumps(event)


def trial_event(event: str, *, webhook: str, recorded_at: str) -> dict[str, object]:
    """An event that says nothing but that notices arrive."""
    return {"type": TEST_KIND, "timestamp": recorded_at, "data": {"event": event, "webhook": webhook}}


def _webhook_views(connection: Connection, party: str) -> list[WebhookView]:
    states = outbox.read_states(connection, party)
    views = []
    for webhook in outbox.read_webhooks(connection, party):
        state = states[webhook.webhook]
        waiting = outbox.count_notices(connection, party, after=state.place)
        views.append(WebhookView(webhook, state, waiting))
    return views


def _rendered(connection: Connection, rows: list[Notice], genesis: Genesis) -> list[dict[str, object]]:
    records = readings.records_at(connection, {row.sequence for row in rows})
    bills = batch.load_bills(connection, list({row.bill for row in rows}))
    return [
        _event(row, bills[row.bill], records[row.sequence], _receipt(connection, row, records), genesis)
        for row in rows
    ]


def _receipt(connection: Connection, notice: Notice, records: dict[int, bytes]) -> Receipt:
    sequence = notice.sequence
    size, checkpoint = readings.checkpoint_after(connection, sequence)
    hashes = inclusion_proof(index=sequence, size=size, read_tile=head.tile_reader(connection))
    return Receipt(records[sequence].decode("ascii"), sequence, size, tuple(hashes), checkpoint)


def _event(
    notice: Notice, bill: Bill, record: bytes, receipt: Receipt, genesis: Genesis
) -> dict[str, object]:
    """An event: what happened to whose bill, how much of it is this institution's, and the proof."""
    line = read_record(record).members
    order_id = open_order(read_record(record).order or b"", genesis).order.order_id
    currency = genesis.currencies[bill.currency]
    return {
        "type": notice.kind,
        "timestamp": line["recorded_at"],
        "data": {
            "event": event_id(notice),
            "order": order_id,
            "sequence": notice.sequence,
            "payment": notice.payment,
            "bill": notice.bill,
            "bill_id": bill.bill_id,
            "control_number": bill.control_number,
            "institution": bill.party,
            "service": bill.service,
            "currency": bill.currency,
            "amount": currency.text(notice.amount_minor_units),
            "counterparty": _counterparty(notice, line),
            "receipt": loads(receipt.to_json(), bytes_max=1024 * 1024, depth_max=4),
        },
    }


def _counterparty(notice: Notice, line: dict[str, object]) -> str:
    """The account at the other end: who paid, or who was given back. It is in the record that the receipt holds."""
    postings = line["postings"]
    inward = notice.kind in (NoticeKind.BILL_PAID, NoticeKind.REFUND_REVERSED)
    first = postings[0] if isinstance(postings, list) else {}
    return str(first["debit" if inward else "credit"])
