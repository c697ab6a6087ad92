"""What the sequencer writes beside the log: webhooks, and how far receivers of notices have come.

There is one writer. An API process asks for what a caller wants, the notifying process for what it has delivered; each
is a short database transaction under the lease, and none of it is a decision of the ledger.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from ledger.bookkeeper import Bookkeeper
from ledger.directory.wishes import read_wish
from ledger.directory_desk import DirectoryDesk
from ledger.faults import BrokenPromise, Fault, LedgerFault
from ledger.instants import Clock
from ledger.keys_folder import notice_key
from ledger.orders.genesis import Genesis
from ledger.sandbox_clock import SandboxClock
from ledger.signing.keys import PrivateKey
from ledger.signing.notices import public_text, secret_of, secret_text
from ledger.store import notices
from ledger.store.directory import use_token
from ledger.store.notices import Webhook, WebhookState, Wish
from ledger.wire import RequestKind

TEST_EVENT = "test"
Wishes = Mapping[str, Any]


class Beside:
    """Carries out, one after the other, what is asked for beside the log."""

    def __init__(self, bookkeeper: Bookkeeper, genesis: Genesis, clock: Clock, keys: Path) -> None:
        self._bookkeeper = bookkeeper
        self._genesis = genesis
        self._clock = clock
        self._keys = keys
        self._notice_key: PrivateKey | None = None
        self.desk: DirectoryDesk | None = None
        """Where people's data are taken and shown; the sequencer's process opens it with the directory's key."""
        self.backlog: dict[str, int] = {}
        """How many notices wait, by institution, as the notifying process said last."""

    def take(self, kind: RequestKind, wish: Wishes) -> bytes:
        """What a process asked for."""
        if kind is RequestKind.NOTICES:
            return self.take_notices(wish)
        if kind is RequestKind.CLOCK:
            return _told(self._move_clock, wish)
        if self.desk is None:
            raise BrokenPromise("who serves people's data has their desk")
        return json.dumps(self.desk.answer(read_wish(wish))).encode()

    def take_notices(self, wish: Wishes) -> bytes:
        """What is asked about webhooks; a fault as `{"fault", "details"}`."""
        return _told(self._taken, wish)

    def _taken(self, wish: Wishes) -> dict[str, object]:
        match wish["verb"]:
            case "key":
                return {"key": public_text(self._key().public)}
            case "note":
                return self._note(wish)
            case "add":
                return self._add(wish)
            case "rotate":
                return self._rotate(wish)
            case "remove":
                return self._remove(wish)
            case "send":
                return self._send(wish)
            case verb:
                raise ValueError(verb)

    def _key(self) -> PrivateKey:
        """Made before the first webhook is: one that was lost must not be replaced without a word."""
        if self._notice_key is None:
            first = not self._bookkeeper.beside(notices.read_webhooks)
            self._notice_key = notice_key(self._keys, make=first)
        return self._notice_key

    def _note(self, wish: Wishes) -> dict[str, object]:
        states = [WebhookState(*row) for row in wish["states"]]
        done = [(str(party), str(webhook), str(event)) for party, webhook, event in wish["done"]]
        self.backlog = {str(party): int(count) for party, count in wish["backlog"].items()}
        if states or done:
            self._bookkeeper.beside(lambda connection: notices.note_states(connection, states, done))
        return {}

    def _add(self, wish: Wishes) -> dict[str, object]:
        made = Webhook(
            str(wish["party"]), f"wh_{secrets.token_hex(8)}", str(wish["url"]), 1, None, self._clock.wall_us()
        )
        secret, size = self._shown(made), self._bookkeeper.head.size

        def add(connection: Connection) -> bool:
            self._use_token(connection, wish)
            return notices.keep_webhook(connection, made, size=size)

        if not self._bookkeeper.beside(add):
            raise LedgerFault(Fault.MALFORMED, what="webhooks")
        return secret

    def _rotate(self, wish: Wishes) -> dict[str, object]:
        party, name, now_us = str(wish["party"]), str(wish["webhook"]), self._clock.wall_us()

        def rotate(connection: Connection) -> Webhook | None:
            self._use_token(connection, wish)
            return notices.rotate_webhook(connection, party, name, now_us=now_us)

        turned = self._bookkeeper.beside(rotate)
        if turned is None:
            raise LedgerFault(Fault.NOT_FOUND)
        return self._shown(turned)

    def _remove(self, wish: Wishes) -> dict[str, object]:
        def remove(connection: Connection) -> bool:
            self._use_token(connection, wish)
            return notices.remove_webhook(connection, str(wish["party"]), str(wish["webhook"]))

        if not self._bookkeeper.beside(remove):
            raise LedgerFault(Fault.NOT_FOUND)
        return {}

    def _send(self, wish: Wishes) -> dict[str, object]:
        asked = str(wish["event"])
        event = f"test_{secrets.token_hex(8)}" if asked == TEST_EVENT else asked
        made = Wish(str(wish["party"]), str(wish["webhook"]), event, self._clock.wall_us())

        def send(connection: Connection) -> bool:
            self._use_token(connection, wish)
            return notices.keep_wish(connection, made)

        if not self._bookkeeper.beside(send):
            raise LedgerFault(Fault.NOT_FOUND)
        return {"webhook": made.webhook, "event": event}

    def _move_clock(self, wish: Wishes) -> dict[str, object]:
        """Time passes in a sandbox. Anywhere else there is nothing to ask."""
        if not self._genesis.sandbox or not isinstance(self._clock, SandboxClock):
            raise LedgerFault(Fault.NOT_FOUND)
        self._bookkeeper.beside(lambda connection: self._use_token(connection, wish))
        return {"ahead_seconds": self._clock.move(int(wish["seconds"]))}

    def _use_token(self, connection: Connection, wish: Wishes) -> None:
        expires_us, token_id = int(wish["token_expires_us"]), str(wish["token_id"])
        if not use_token(connection, token_id=token_id, expires_us=expires_us, now_us=self._clock.wall_us()):
            raise LedgerFault(Fault.CALLER_TOKEN_INVALID, what="jti")

    def _shown(self, webhook: Webhook) -> dict[str, object]:
        """A webhook with its secret: the only time that it is shown."""
        key = self._key()
        secret = secret_of(
            key,
            ledger_id=self._genesis.ledger_id,
            party=webhook.party,
            webhook=webhook.webhook,
            generation=webhook.generation,
        )
        return {
            "webhook": webhook.webhook,
            "url": webhook.url,
            "secret": secret_text(secret),
            "key": public_text(key.public),
        }


def _told(take: Callable[[Wishes], dict[str, object]], wish: Wishes) -> bytes:
    """What came of a wish; a fault as `{"fault", "details"}`."""
    try:
        return json.dumps(take(wish)).encode()
    except LedgerFault as fault:
        return json.dumps({"fault": fault.fault.value, "details": fault.details}).encode()
