"""The outbox and the webhooks: what there is to tell, to whom, and how far each receiver has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Table, delete, func, select, tuple_

from ledger.rules.notices import Notice
from ledger.store.beside_schema import webhook_states, webhook_wishes, webhooks
from ledger.store.schema import notices

WEBHOOKS_MAX = 8
"""How many an institution may have: each is a connection that the ledger opens."""

WISHES_MAX = 100
"""How many events may wait to be sent once more to one receiver."""


class Webhook(NamedTuple):
    """Where an institution wants its notices."""

    party: str
    webhook: str
    url: str
    generation: int
    """Which of its secrets signs: 1, 2, ..."""
    rotated_us: int | None
    """When the one before was replaced; it signs as well for a while."""
    created_us: int


class WebhookState(NamedTuple):
    """How far a receiver has come: (sequence, n) of the last notice that it took."""

    party: str
    webhook: str
    sequence: int
    n: int
    attempts: int = 0
    """How often the next notice was tried in vain."""
    next_us: int = 0
    """When it is tried again."""
    last_status: int = 0
    """The HTTP status of the last answer; 0: none came."""
    last_us: int = 0
    """When something was sent last; 0: never."""
    why: str = ""
    """What was wrong with it, in one word; empty: nothing."""

    @property
    def place(self) -> tuple[int, int]:
        """The last notice that was taken."""
        return self.sequence, self.n


class Wish(NamedTuple):
    """An event that is to be sent once more, or a test event."""

    party: str
    webhook: str
    event: str
    asked_us: int


def read_notices(connection: Connection, party: str, *, after: tuple[int, int], limit: int) -> list[Notice]:
    """An institution's notices after the place (sequence, n), oldest first."""
    place = tuple_(notices.c.sequence, notices.c.n)
    query = (
        select(notices)
        .where(notices.c.party == party, place > after)
        .order_by(notices.c.sequence, notices.c.n)
        .limit(limit)
    )
    return [Notice(*row) for row in connection.execute(query)]


def count_notices(connection: Connection, party: str, *, after: tuple[int, int]) -> int:
    """How many of an institution's notices come after the place (sequence, n)."""
    place = tuple_(notices.c.sequence, notices.c.n)
    query = select(func.count()).select_from(notices).where(notices.c.party == party, place > after)
    return int(connection.execute(query).scalar_one())


def read_webhooks(connection: Connection, party: str | None = None) -> list[Webhook]:
    """The webhooks of an institution, or of all, oldest first."""
    query = select(webhooks).order_by(webhooks.c.created_us, webhooks.c.webhook)
    rows = connection.execute(query if party is None else query.where(webhooks.c.party == party))
    return [Webhook(*row) for row in rows]


def read_states(connection: Connection, party: str | None = None) -> dict[str, WebhookState]:
    """How far each receiver has come, by webhook."""
    query = select(webhook_states)
    rows = connection.execute(query if party is None else query.where(webhook_states.c.party == party))
    return {row.webhook: WebhookState(*row) for row in rows}


def read_wishes(connection: Connection) -> list[Wish]:
    """Everything that waits to be sent once more, oldest first."""
    query = select(webhook_wishes).order_by(webhook_wishes.c.asked_us, webhook_wishes.c.event)
    return [Wish(*row) for row in connection.execute(query)]


def keep_webhook(connection: Connection, webhook: Webhook, *, size: int) -> bool:
    """Keep a new webhook, whose notices are those of records from `size` on. False: there are too many."""
    if len(read_webhooks(connection, webhook.party)) >= WEBHOOKS_MAX:
        return False
    connection.execute(webhooks.insert().values(**webhook._asdict()))
    state = WebhookState(webhook.party, webhook.webhook, size - 1, _AFTER_ALL)
    connection.execute(webhook_states.insert().values(**state._asdict()))
    return True


_AFTER_ALL = 2**31 - 1
"""Beyond every notice of one record."""


def rotate_webhook(connection: Connection, party: str, name: str, *, now_us: int) -> Webhook | None:
    """Let the next secret sign. None: there is no such webhook."""
    found = _webhook(connection, party, name)
    if found is None:
        return None
    turned = found._replace(generation=found.generation + 1, rotated_us=now_us)
    _forget(connection, webhooks, party, name)
    connection.execute(webhooks.insert().values(**turned._asdict()))
    return turned


def remove_webhook(connection: Connection, party: str, name: str) -> bool:
    """Forget a webhook and all about it. False: there is no such webhook."""
    there = _webhook(connection, party, name) is not None
    for table in (webhook_wishes, webhook_states, webhooks):
        _forget(connection, table, party, name)
    return there


def keep_wish(connection: Connection, wish: Wish) -> bool:
    """Let an event be sent once more. False: there is no such webhook, or too much waits already."""
    mine = (webhook_wishes.c.party == wish.party, webhook_wishes.c.webhook == wish.webhook)
    waiting = connection.execute(select(webhook_wishes.c.event).where(*mine)).scalars().all()
    if _webhook(connection, wish.party, wish.webhook) is None or len(waiting) >= WISHES_MAX:
        return False
    if wish.event not in waiting:
        connection.execute(webhook_wishes.insert().values(**wish._asdict()))
    return True


def note_states(
    connection: Connection, states: Sequence[WebhookState], done: Sequence[tuple[str, str, str]]
) -> None:
    """How far receivers have come since; a webhook that is gone stays gone. `done`: party, webhook, event of wishes."""
    for state in states:
        if _webhook(connection, state.party, state.webhook) is not None:
            _forget(connection, webhook_states, state.party, state.webhook)
            connection.execute(webhook_states.insert().values(**state._asdict()))
    for party, name, event in done:
        mine = (webhook_wishes.c.party == party, webhook_wishes.c.webhook == name)
        connection.execute(delete(webhook_wishes).where(*mine, webhook_wishes.c.event == event))


def _webhook(connection: Connection, party: str, name: str) -> Webhook | None:
    query = select(webhooks).where(webhooks.c.party == party, webhooks.c.webhook == name)
    row = connection.execute(query).one_or_none()
    return None if row is None else Webhook(*row)


def _forget(connection: Connection, table: Table, party: str, name: str) -> None:
    connection.execute(delete(table).where(table.c.party == party, table.c.webhook == name))
