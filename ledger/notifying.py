"""The notifying process: takes what the outbox holds to the receivers, in order, until each has it.

    outbox and cursors (read) -> a page for each receiver that is due -> a thread each -> cursors (to the sequencer)

It reads the database and never writes it: how far receivers have come is told to the sequencer, for all receivers
together, a few times a second. Killed between a delivery and that, it delivers again, under the same id: at least once.
A receiver has at most one delivery under way, so its notices arrive in order, and whoever is slow or dead delays itself
alone.
"""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ledger.delivering import SECONDS_MAX, Delivered, deliver
from ledger.enquiries import Enquiries
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND, Clock, MachineClock, instant_text
from ledger.keys_folder import make_folder, notice_key
from ledger.lifeline import DATABASE_VARIABLE, end_with_parent, watch_lifeline
from ledger.logs import start_logs
from ledger.notices import EVENT, Notices, Outbox, body_of, place_of, trial_event
from ledger.orders.genesis import Genesis
from ledger.receivers import read_receiver
from ledger.sandbox_clock import SandboxClock
from ledger.signing.keys import PrivateKey
from ledger.signing.notices import secret_of, signed_headers
from ledger.store.engine import reading_engine
from ledger.store.notices import Webhook, WebhookState, Wish
from ledger.wire import SequencerClient

_LOG = logging.getLogger("daftari.notifying")
LOCK_NAME = "notify.lock"
LOOK_SECONDS = 0.25
REST_SECONDS = 0.02
"""Between two looks, however many receivers answer meanwhile."""

PAGE_NOTICES = 20
THREADS_MAX = 256
WISH_ATTEMPTS_MAX = 5
OVERLAP_US = 24 * 3_600 * MICROSECONDS_PER_SECOND
"""How long a secret signs after another took its place."""

PAUSES_SECONDS = (1.0, 5.0, 30.0, 120.0, 600.0, 1_800.0, 3_600.0)
"""How long to wait after the first, second, ... failure in a row; the last one again and again."""

JITTER = 0.2
_LOST = (Fault.NOT_TAKEN, Fault.OUTCOME_UNKNOWN, Fault.STORE_UNREACHABLE, Fault.BUSY)


class Timing(NamedTuple):
    """How patient it is, in seconds."""

    pauses: tuple[float, ...] = PAUSES_SECONDS
    delivery: float = SECONDS_MAX
    look: float = LOOK_SECONDS
    recount: float = 1.0


class _Parcel(NamedTuple):
    """One notice on its way: its id and its bytes; `wish` if somebody asked for it once more."""

    event: str
    body: bytes
    wish: bool


@dataclass
class _Lane:
    """A receiver as this process knows it."""

    state: WebhookState
    busy: bool = False
    empty_at: int = -1
    """The size of the log at which there was nothing more to tell."""
    wish_attempts: dict[str, int] = field(default_factory=dict)
    wishes_next_us: int = 0


class Notifier:
    """Looks, delivers, tells: around readers and threads, with no state that is not in the database as well."""

    def __init__(
        self,
        notices: Notices,
        genesis: Genesis,
        sequencer: SequencerClient,
        key: Callable[[], PrivateKey],
        *,
        clock: Clock,
        timing: Timing = Timing(),  # noqa: B008 - a tuple, which nothing changes
    ) -> None:
        self._notices = notices
        self._genesis = genesis
        self._sequencer = sequencer
        self._key = key
        self._clock = clock
        self._timing = timing
        self._lanes: dict[str, _Lane] = {}
        self._changed: set[str] = set()
        self._done: set[tuple[str, str, str]] = set()
        self._told: dict[str, int] = {}
        self._counted: object = None
        self._count_next_us = 0
        self._tell_next_us = 0
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._stopping = False

    def stop(self, *_: object) -> None:
        """Stop after the look at hand; what is under way is sent again by the next process."""
        self._stopping = True
        self._news.set()

    def run(self) -> None:
        """Until stopped. A database or a sequencer that is away for a while is waited for."""
        while not self._stopping:
            try:
                self.look()
            except LedgerFault as fault:
                if fault.fault not in _LOST:
                    raise
                _LOG.warning("%s", fault)
            self._news.wait(self._timing.look)
            self._news.clear()
            time.sleep(REST_SECONDS)
        self.tell()

    def look(self) -> None:
        """One round: start what is due, and tell what was done."""
        now_us = self._clock.monotonic_us()
        if now_us >= self._tell_next_us:
            self._tell_next_us = now_us + int(self._timing.look * MICROSECONDS_PER_SECOND)
            self.tell()
        found = self._notices.outbox()
        self._meet(found)
        for webhook in found.webhooks:
            self._start(webhook, found)
        self._count(found)

    def tell(self) -> None:
        """Let the sequencer write down how far receivers have come."""
        with self._lock:
            changed, done = set(self._changed), set(self._done)
            states = [self._lanes[name].state for name in changed if name in self._lanes]
            backlog = dict(self._told)
        if not changed and not done:
            return
        self._sequencer.notices("note", states=states, done=sorted(done), backlog=backlog)
        with self._lock:
            self._done -= done
            kept = {state.webhook: state for state in states}
            self._changed = {
                name
                for name in self._changed
                if name in self._lanes and self._lanes[name].state != kept.get(name)
            }

    def _meet(self, found: Outbox) -> None:
        """Lanes for receivers that are new, none for those that are gone."""
        names = {webhook.webhook for webhook in found.webhooks}
        with self._lock:
            self._lanes = {name: lane for name, lane in self._lanes.items() if name in names}
            for name in names - self._lanes.keys():
                self._lanes[name] = _Lane(found.states[name])

    def _start(self, webhook: Webhook, found: Outbox) -> None:
        """A thread for a receiver that is due and has something to get."""
        lane = self._lanes[webhook.webhook]
        busy = sum(each.busy for each in self._lanes.values())
        if lane.busy or busy >= THREADS_MAX:
            return
        parcels = self._wished(webhook, lane, found) if lane.wishes_next_us <= self._clock.wall_us() else []
        if lane.state.next_us <= self._clock.wall_us() and lane.empty_at < found.log_size:
            view = self._notices.events(webhook.party, after=lane.state.place, limit=PAGE_NOTICES)
            if not view.more:
                lane.empty_at = view.log_size
            for event in view.events:
                data = event["data"]
                name = str(data["event"]) if isinstance(data, dict) else ""
                parcels.append(_Parcel(name, body_of(event), wish=False))
        if parcels:
            lane.busy = True
            threading.Thread(target=self._carry, args=(webhook, lane, parcels), daemon=True).start()

    def _wished(self, webhook: Webhook, lane: _Lane, found: Outbox) -> list[_Parcel]:
        """What was asked to be sent once more, and was not yet."""
        parcels = []
        for wish in found.wishes:
            done = (wish.party, wish.webhook, wish.event) in self._done
            if wish.webhook == webhook.webhook and wish.party == webhook.party and not done:
                parcels.append(_Parcel(wish.event, self._wished_body(wish), wish=True))
        lane.wish_attempts = {name: lane.wish_attempts.get(name, 0) for name, _, _ in parcels}
        return parcels

    def _wished_body(self, wish: Wish) -> bytes:
        if EVENT.fullmatch(wish.event):
            return body_of(self._notices.event(wish.party, wish.event) or {})
        return body_of(trial_event(wish.event, webhook=wish.webhook, recorded_at=instant_text(wish.asked_us)))

    def _carry(self, webhook: Webhook, lane: _Lane, parcels: Sequence[_Parcel]) -> None:
        """In a thread: one parcel after the other, up to the first notice that is not taken."""
        try:
            for parcel in parcels:
                if self._stopping or self._lanes.get(webhook.webhook) is not lane:
                    break  # the webhook was removed meanwhile
                delivered = self._deliver(webhook, parcel)
                if parcel.wish:
                    self._note_wish(webhook, lane, parcel, delivered)
                elif not self._note(webhook, lane, parcel, delivered):
                    break
        except LedgerFault as fault:  # the notice key is not there
            _LOG.error("%s", fault)
            self._note(webhook, lane, None, Delivered(0, fault.fault.value))
        except Exception:  # noqa: BLE001 - whatever it is, the receiver is tried again and the others go on
            _LOG.exception("a delivery to %s met a bug", webhook.webhook)
            self._note(webhook, lane, None, Delivered(0, "bug"))
        finally:
            with self._lock:
                lane.busy = False
            self._news.set()

    def _deliver(self, webhook: Webhook, parcel: _Parcel) -> Delivered:
        try:
            receiver = read_receiver(webhook.url, sandbox=self._genesis.sandbox)
        except LedgerFault:
            return Delivered(0, "forbidden_address")
        now_us, key = self._clock.wall_us(), self._key()
        overlap = webhook.rotated_us is not None and now_us < webhook.rotated_us + OVERLAP_US
        generations = (webhook.generation, webhook.generation - 1) if overlap else (webhook.generation,)
        secrets = [
            secret_of(
                key,
                ledger_id=self._genesis.ledger_id,
                party=webhook.party,
                webhook=webhook.webhook,
                generation=generation,
            )
            for generation in generations
        ]
        # By the machine's clock also in a sandbox that was moved ahead: the receiver's own was not.
        now_s = MachineClock().wall_us() // MICROSECONDS_PER_SECOND
        headers = signed_headers(parcel.event, parcel.body, now_s=now_s, secrets=secrets, key=key)
        seconds = self._timing.delivery
        return deliver(receiver, headers, parcel.body, sandbox=self._genesis.sandbox, seconds_max=seconds)

    def _note(self, webhook: Webhook, lane: _Lane, parcel: _Parcel | None, delivered: Delivered) -> bool:
        """What came of a notice. Whether the next one may follow."""
        now_us, state = self._clock.wall_us(), lane.state
        taken = parcel is not None and delivered.taken
        place, attempts, next_us = state.place, 0, 0
        if parcel is not None and taken:
            place = place_of(parcel.event)
        else:
            attempts, next_us = state.attempts + 1, now_us + self._pause_us(state.attempts)
        with self._lock:
            lane.state = WebhookState(
                webhook.party,
                webhook.webhook,
                *place,
                attempts,
                next_us,
                delivered.status,
                now_us,
                delivered.why,
            )
            lane.empty_at = lane.empty_at if taken else -1
            self._changed.add(webhook.webhook)
        return taken

    def _note_wish(self, webhook: Webhook, lane: _Lane, parcel: _Parcel, delivered: Delivered) -> None:
        """A wish is over when it was taken, or tried often enough: the notice itself stands in its order anyhow."""
        tried = lane.wish_attempts.get(parcel.event, 0) + 1
        with self._lock:
            lane.wish_attempts[parcel.event] = tried
            lane.wishes_next_us = 0 if delivered.taken else self._clock.wall_us() + self._pause_us(tried - 1)
            if delivered.taken or tried >= WISH_ATTEMPTS_MAX:
                self._done.add((webhook.party, webhook.webhook, parcel.event))

    def _pause_us(self, attempts: int) -> int:
        """How long to wait after so many earlier failures in a row, with jitter, in microseconds."""
        pauses = self._timing.pauses
        seconds = pauses[min(attempts, len(pauses) - 1)]
        return int(seconds * random.uniform(1 - JITTER, 1 + JITTER) * MICROSECONDS_PER_SECOND)  # noqa: S311 - no secret

    def _count(self, found: Outbox) -> None:
        """How many notices wait, by institution, for whoever watches: those of its slowest receiver."""
        slowest: dict[str, tuple[int, int]] = {}
        for webhook in found.webhooks:
            place = self._lanes[webhook.webhook].state.place
            slowest[webhook.party] = min(place, slowest.get(webhook.party, place))
        now_us, shape = self._clock.monotonic_us(), (found.log_size, tuple(slowest.items()))
        if shape == self._counted or now_us < self._count_next_us:
            return
        self._counted, self._count_next_us = (
            shape,
            now_us + int(self._timing.recount * MICROSECONDS_PER_SECOND),
        )
        told = {party: self._notices.waiting(party, after=place) for party, place in slowest.items()}
        if told != self._told:
            self._told = told
            self._sequencer.notices("note", states=[], done=[], backlog=told)


def notify(database: str, keys: Path, run_dir: Path, timing: Timing) -> None:
    """Deliver until SIGTERM or SIGINT.

    Raises:
        LedgerFault: ALREADY_RUNNING beside another one; why the database or the key cannot be used.
    """
    make_folder(run_dir)
    with (run_dir / LOCK_NAME).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LedgerFault(Fault.ALREADY_RUNNING, run_dir=str(run_dir)) from error
        engine = reading_engine(database, connections=1)
        try:
            genesis = Enquiries(engine).genesis()
            notifier = Notifier(
                Notices(engine, genesis),
                genesis,
                SequencerClient(run_dir),
                cache(lambda: notice_key(keys, make=False)),
                clock=SandboxClock(run_dir),
                timing=timing,
            )
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, notifier.stop)
            notifier.run()
        finally:
            engine.dispose()


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m ledger.notifying`: what `daftari serve` starts and watches over."""
    parser = argparse.ArgumentParser(prog="ledger.notifying")
    parser.add_argument("--database", default=(told := os.environ.get(DATABASE_VARIABLE)), required=not told)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--pauses", default=",".join(map(str, PAUSES_SECONDS)))
    parser.add_argument("--delivery-seconds", type=float, default=SECONDS_MAX)
    chosen = parser.parse_args(arguments)
    start_logs()
    end_with_parent()
    watch_lifeline()
    timing = Timing(tuple(map(float, chosen.pauses.split(","))), chosen.delivery_seconds)
    try:
        notify(chosen.database, chosen.keys, chosen.run_dir, timing)
    except LedgerFault as fault:
        _LOG.error("%s", fault)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
