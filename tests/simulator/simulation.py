"""One run: a small town, its wallets, the network and the ledger in one process, all chance from one seed.

A step lets time go by, lets somebody wish for something, carries the messages that are due, and mostly lets the ledger
decide what waits. Faults strike in between. Nothing here reads a clock or a source of randomness of the machine.
"""

from __future__ import annotations

import atexit
import logging
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Self, cast

from ledger.addresses import order_id_instant
from ledger.keys_folder import LOG_KEY, log_key_name, write_private_key
from ledger.opening import create_ledger
from ledger.orders.codec import kind_name
from ledger.orders.genesis import RULES_KNOWN
from ledger.orders.kinds import Order, RaiseBill
from ledger.orders.signed import ORDER_TYPE, sign_order
from ledger.signing import base64url
from ledger.signing.jws import split_compact
from tests.simulator import billing, official, strikes
from tests.simulator.clock import SimulatedClock
from tests.simulator.faults import Fate, Place
from tests.simulator.founding import founding_wishes
from tests.simulator.kinds import wish
from tests.simulator.network import Message, Network, Surroundings
from tests.simulator.remembered import key_checks_remembered
from tests.simulator.server import Server
from tests.simulator.story import Broken, Story, short
from tests.simulator.town import KEY_NAMES, PUBLIC_KEYS, SignedLine, Town, Wish
from tests.simulator.wallets import URL, Wallet
from tests.strategies import HOUR_US, NOW_US, genesis_document, key_of
from wallet_cli.client import LedgerClient, Reply
from wallet_cli.outbox import SavedOrder
from wallet_cli.sending import Outcome, send
from wallet_cli.web import LostAnswer

AUDIT_STEPS = 100
DRAIN_ROUNDS_MAX = 200
CLOCK_AHEAD_US = 600_000_000
"""How far a wallet's clock is ahead when it is wrong: more than the ledger takes."""
LIVES_US = (HOUR_US, HOUR_US, 300_000_000, 300_000_000, 15_000_000)
STRANGER = "stranger"
NAME_LENGTH_MIN = 12
DATABASE = "ledger.sqlite"
MEMORY = Path("/dev/shm")
"""A folder in memory, where a run's files lie if the machine has it: flushing stays on, and costs nothing there."""

SMALL = {"supply_max": "20000", "holders_max": 9}
"""Bounds that a run of 500 steps reaches."""

__all__ = ["Result", "Simulation", "billing", "official", "simulate", "strikes"]


@dataclass
class Result:
    """What a run did."""

    seed: int
    steps: int
    root: str = ""
    records: int = 0
    accepted: Counter[str] = field(default_factory=Counter)
    """By kind of order."""
    refused: Counter[str] = field(default_factory=Counter)
    """By reason."""
    turned_away: Counter[str] = field(default_factory=Counter)
    """By fault: what left no record."""
    struck: Counter[str] = field(default_factory=Counter)
    """By fault of the simulator's."""
    restarts: int = 0
    audits: int = 0
    acknowledged: int = 0
    story: list[str] = field(default_factory=list)


@cache
def _template(rules: int) -> Path:
    """A fresh ledger under a version of the rules, made once in this process and copied for each run."""
    folder = Path(tempfile.mkdtemp(prefix="daftari-simulator-", dir=_memory()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_private_key(folder / "keys", LOG_KEY, key_of("log"))
    for name in official.HELD_LOG_KEYS:
        key = key_of(name)
        write_private_key(folder / "keys", log_key_name(key.public.kid), key)
    document = genesis_document(**SMALL)  # type: ignore[arg-type]
    create_ledger(f"sqlite:///{folder / DATABASE}", document, key_of("log"), now_us=NOW_US, rules=rules)
    return folder


def _memory() -> Path | None:
    return MEMORY if MEMORY.is_dir() else None


class Simulation(AbstractContextManager["Simulation"]):
    """The world of one seed."""

    def __init__(self, seed: int, steps: int) -> None:
        self.result = Result(seed, steps)
        self.chance = Random(seed)
        self.folder = Path(tempfile.mkdtemp(prefix="daftari-simulator-", dir=_memory()))
        rules = RULES_KNOWN[seed % len(RULES_KNOWN)]
        shutil.copytree(_template(rules), self.folder / "ledger")
        self.clock, self.story = SimulatedClock(), Story()
        self.fate = Fate(Random(f"fate {seed}"))
        self.fate.on = False
        self.network = Network(Random(f"network {seed}"), self.fate, self.story)
        url = f"sqlite:///{self.folder / 'ledger' / DATABASE}"
        database = (url, self.folder / "ledger" / "keys")
        around = Surroundings(self.clock, self.fate, self.story, self.network)
        self.server = Server(database, around, PUBLIC_KEYS)
        self.witness = self.server.witness
        self.town = Town(self.chance, self.clock, self.server.genesis, lambda: self.witness.state)
        self.wallets = {
            name: Wallet(name, self.folder / "wallets", around, self.witness) for name in KEY_NAMES
        }
        self._mailbox: list[Reply] = []
        self._listening = ""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        self.witness.close()
        self.server.bookkeeper.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self) -> Result:
        """All steps, then peace, then the last audit.

        Raises:
            Broken: a promise did not hold; `story` tells what led to it.
        """
        self._found()
        self.fate.on = True
        for number in range(1, self.result.steps + 1):
            self.story.step = number
            self._step()
            if number % AUDIT_STEPS == 0:
                self._audit()
        self._come_to_rest()
        self.result.struck = self.fate.struck
        self._count()
        return self.result

    def _found(self) -> None:
        """The town as every run finds it."""
        for one in founding_wishes(self.town):
            self.place(one)
            self.wallets[one.signer].send_due()
            self._carry()
            self._settle()
            self._carry()

    def _step(self) -> None:
        self.clock.advance(self.chance.choice((0, 0.004, 0.5, 2, 20, 90)))
        if self.chance.randrange(60) == 0:
            self.clock.advance(self.chance.choice((600, 1_800, 4_000, 20_000, 100_000)))
        form = self.fate.draw(Place.STEP)
        if form is not None:
            form.strike(self)
        if self.chance.randrange(10) < 6:
            self._act()
        for wallet in self.wallets.values():
            wallet.send_due()
        self._carry()
        if self.chance.randrange(10) < 4:
            self._settle()
            self._carry()

    def _act(self) -> None:
        lot = self.chance.randrange(100)
        if lot < 8:
            self.wallets[self.chance.choice(KEY_NAMES)].look_into_outbox()
        elif lot < 20:
            self._see_through(wish(self.town))
        elif lot < 23:
            self._imitate(wish(self.town))
        else:
            self.place(wish(self.town))

    def place(self, wanted: Wish) -> SavedOrder:
        """Sign and save an order; it is sent with what is due."""
        ahead_us = CLOCK_AHEAD_US if self.fate.on and self.chance.randrange(80) == 0 else 0
        order_id = self._order_id(self.clock.wall_us() + ahead_us)
        data, what = self._sign(wanted, order_id)
        return self.wallets[wanted.signer].place(order_id, data, what)

    def _sign(self, wanted: Wish, order_id: str) -> tuple[bytes, str]:
        signer, body = wanted
        chosen = body(order_id, signer) if callable(body) else body
        life_us = self.chance.choice(LIVES_US)
        expires_us = max(self.clock.wall_us(), order_id_instant(order_id)) + life_us
        what = kind_name(chosen)
        self.story.tell(f"{signer} signs {what} {short(order_id)}", order_id, *_names(chosen))
        self.town.sent.append(order_id)
        data = sign_order(Order(order_id, expires_us, chosen), key_of(signer), self.server.genesis)
        if isinstance(chosen, RaiseBill):
            content = base64url.encode(split_compact(data, typ=ORDER_TYPE).content)
            line = SignedLine(signer, content, chosen.currency, chosen.amount_minor_units)
            self.town.raising.append(line)
        return data, what

    def _order_id(self, at_us: int) -> str:
        """A UUIDv7 whose random part is the seed's."""
        random, other = self.chance.getrandbits(12), self.chance.getrandbits(62)
        number = (at_us // 1_000) << 80 | 0x7 << 76 | random << 64 | 0b10 << 62 | other
        return str(uuid.UUID(int=number))

    def _imitate(self, wanted: Wish) -> None:
        """A machine with the right key and no scruples: an id that is taken, or a signature that is none."""
        if self.chance.randrange(3) == 0:
            order_id = self._order_id(self.clock.wall_us())
            data, _ = self._sign(wanted, order_id)
            data = data[:-8] + (b"AAAAAAAA" if data[-8:] != b"AAAAAAAA" else b"AAAAAAAQ")
        else:
            order_id = self.chance.choice(self.town.sent[-40:])
            data, _ = self._sign(wanted, order_id)
        self.network.send(Message(STRANGER, order_id, data))

    def _see_through(self, wanted: Wish) -> None:
        """As `pochi send` does it: one order, sent by the wallet's own loop until it is settled or patience ends."""
        saved = self.place(wanted)
        wallet = self.wallets[wanted.signer]
        waiting = wallet.waiting[saved.order_id]
        place = SimpleNamespace(url=URL)
        client = SimpleNamespace(
            post_order=lambda _: self._ask(wallet, saved), web=SimpleNamespace(place=place)
        )

        def ask() -> Outcome:
            return send(cast("LedgerClient", client), saved, sleep=self.clock.advance)

        wallet.learn(waiting, ask)

    def _ask(self, wallet: Wallet, saved: SavedOrder) -> Reply:
        """One attempt: the request, a few rounds of everybody's messages and batches, and the answer if it came."""
        self._listening, self._mailbox = saved.order_id, []
        self.network.send(Message(wallet.name, saved.order_id, saved.order))
        for _ in range(2):
            self._carry()
            self._settle()
            self._carry()
        self._listening = ""
        if not self._mailbox:
            raise LostAnswer("nothing came back")
        return self._mailbox[0]

    def _hear(self, message: Message) -> None:
        if message.order_id == self._listening and message.reply is not None:
            self._mailbox.append(message.reply)
        elif message.wallet != STRANGER:
            self.wallets[message.wallet].hear(message)

    def _carry(self) -> None:
        self.network.deliver(self.server.take, self._hear)

    def _settle(self) -> None:
        why = self.server.settle()
        if why:
            self.restart(why)

    def restart(self, why: str) -> None:
        """The ledger's process ends; what is stored is audited; the supervisor starts another one."""
        self.story.tell(f"THE LEDGER ENDS: {why}")
        self.result.restarts += 1
        self.server.die()
        self._audit()
        self.server.open()
        self.story.tell(f"the ledger is back with {len(self.witness.records)} records")

    def depose(self) -> None:
        """Another writer begins its term while the old one still believes in its own: it must not get one batch in."""
        deposed = self.server.bookkeeper
        deposed._lease.release()
        self.server.open()
        self.story.tell("another writer takes over, and the old one goes on without knowing")
        waiting = [order for _, order in self.server.queue]
        if waiting:
            self.server.try_deposed(deposed, waiting)
        deposed.close()

    def kill_wallet(self) -> None:
        """Some wallet forgets what it waited for."""
        names = [name for name, wallet in self.wallets.items() if wallet.waiting]
        if names:
            name = self.chance.choice(names)
            lost = list(self.wallets[name].waiting)
            self.wallets[name].kill()
            self.story.tell(f"the wallet of {name} is killed", *lost)

    def _audit(self) -> None:
        self.result.audits += 1
        self.witness.audit()

    def _come_to_rest(self) -> None:
        """No fault strikes any more: now every order gets its outcome, and all of it must hold."""
        self.fate.on = False
        for _ in range(DRAIN_ROUNDS_MAX):
            self.story.step += 1
            self.clock.advance(120)
            for wallet in self.wallets.values():
                wallet.send_due()
            self._carry()
            while self.server.queue:
                self._settle()
                self._carry()
            if self.network.empty and not any(wallet.waiting for wallet in self.wallets.values()):
                found = [wallet.look_into_outbox() for wallet in self.wallets.values()]
                if not any(found):
                    break
        else:
            self._complain_of_open_orders()
        self.restart("it is stopped for the last audit")
        self.witness.check_given_up(saved for wallet in self.wallets.values() for saved in wallet.dropped)

    def _complain_of_open_orders(self) -> None:
        still = [
            saved.order_id
            for wallet in self.wallets.values()
            for saved in wallet.outbox.pending(profile=wallet.name).orders
        ]
        raise Broken(f"{len(still)} orders never got an outcome", *still[:5])

    def _count(self) -> None:
        result, witness = self.result, self.witness
        result.root = self.server.bookkeeper.head.root.hex()
        result.records, result.acknowledged = len(witness.records), len(witness.acked)
        result.accepted, result.refused = witness.accepted, witness.refused
        result.turned_away = self.server.turned_away
        result.story = [f"{event.step} {event.text}" for event in self.story.events]


def _names(body: object) -> list[str]:
    """The addresses and ids that an order names, for the story."""
    parts = list(cast("tuple[object, ...]", body))
    parts += [
        part
        for row in parts
        if isinstance(row, tuple)
        for leg in row
        if isinstance(leg, tuple)
        for part in leg
    ]
    return [part for part in parts if isinstance(part, str) and len(part) >= NAME_LENGTH_MIN]


@contextmanager
def _quiet() -> Iterator[None]:
    """Answers like "outcome unknown" are told by the story; the log of the API need not repeat them."""
    log = logging.getLogger("daftari.api")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def simulate(seed: int, steps: int) -> Result:
    """Run one seed.

    Raises:
        Broken: with the story, and the command that replays it.
    """
    with key_checks_remembered(), _quiet(), Simulation(seed, steps) as simulation:
        try:
            return simulation.run()
        except Broken as broken:
            told = "\n".join(simulation.story.about(broken.touched))
            again = f"make simulate SEED={seed} STEPS={steps}"
            raise Broken(
                f"seed {seed}, step {simulation.story.step}: {broken.what}\n{told}\nAgain: {again}",
                *broken.touched,
            ) from broken
