"""The holders' side: the real outbox on disk, the real reading of answers, and a memory that may be killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.faults import LedgerFault
from ledger.orders.signed import open_order
from tests.simulator.network import Message, Surroundings
from tests.simulator.story import Broken, short
from tests.simulator.witness import Witness
from wallet_cli.commands.outbox import CLOCK_MARGIN_US
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.outbox import Outbox, SavedOrder
from wallet_cli.sending import NOTHING_POSTED, Outcome, read_reply

ATTEMPTS_MAX = 4
PAUSE_STEPS_MAX = 12
URL = "http://ledger.example"


@dataclass
class Waiting:
    """An order that this run of `pochi` has sent and waits for."""

    saved: SavedOrder
    fresh: bool
    """Whether this run signed it; else it came from the outbox."""
    attempts: int = 0
    due: int = 0


class Wallet:
    """One actor's machine."""

    def __init__(self, name: str, folder: Path, around: Surroundings, witness: Witness) -> None:
        self.name = name
        self.outbox = Outbox(folder / name)
        self.waiting: dict[str, Waiting] = {}
        self.dropped: list[SavedOrder] = []
        """Given up with the word that nothing was posted: none of them may ever be accepted."""
        self._taken: set[str] = set()
        """Orders whose id somebody else had used before they arrived."""
        self._learned: dict[str, tuple[int, str]] = {}
        self._clock, _, self._story, self._network = around
        self._chance = around.network.chance
        self._witness = witness

    def place(self, order_id: str, order: bytes, what: str) -> SavedOrder:
        """Save an order before the first byte of it leaves."""
        summary: dict[str, str | int] = {"kind": what}
        now_us = self._clock.wall_us()
        saved = self.outbox.save(order_id, order, summary=summary, profile=self.name, now_us=now_us)
        self.waiting[order_id] = Waiting(saved, fresh=True)
        return saved

    def send_due(self) -> None:
        """Send what is due, the same bytes each time; after a few attempts it is left in the outbox."""
        for order_id, waiting in list(self.waiting.items()):
            if waiting.due > self._story.step:
                continue
            if waiting.attempts == ATTEMPTS_MAX:
                del self.waiting[order_id]
                continue
            waiting.attempts += 1
            waiting.due = self._story.step + self._chance.randrange(3, PAUSE_STEPS_MAX)
            if waiting.attempts > 1:
                self._story.tell(f"{self.name} sends {short(order_id)} again", order_id)
            self._network.send(Message(self.name, order_id, waiting.saved.order))

    def hear(self, message: Message) -> None:
        """An answer arrived: what it means is for the wallet's own code to say."""
        waiting = self.waiting.get(message.order_id)
        if waiting is None or message.reply is None:
            return  # nobody waits for it any more: it comes late, or twice, or the wallet was killed
        first = waiting.attempts == 1
        self.learn(waiting, lambda: read_reply(message.reply, waiting.saved, url=URL, first=first))  # type: ignore[arg-type]

    def learn(self, waiting: Waiting, ask: Callable[[], Outcome | None]) -> None:
        """Take what an answer says, as `pochi` does, and keep or give up the order accordingly."""
        saved = waiting.saved
        try:
            outcome = ask()
        except WalletFault as fault:
            self._cannot_learn(waiting, fault)
            return
        if outcome is None:
            return  # the same bytes are sent again
        del self.waiting[saved.order_id]
        told = (outcome.sequence, outcome.record)
        if self._learned.setdefault(saved.order_id, told) != told:
            raise Broken("the ledger gave one order two outcomes", saved.order_id)
        self._witness.acknowledged(saved.order_id, outcome.record)
        self.outbox.mark_answered(saved.order_id, outcome.members, now_us=self._clock.wall_us())

    def _cannot_learn(self, waiting: Waiting, fault: WalletFault) -> None:
        order_id = waiting.saved.order_id
        if fault.key in ("answer_forged", "proof_invalid"):
            raise Broken(f"the wallet was given a forged answer: {fault}", order_id) from fault
        del self.waiting[order_id]
        conflict = fault.exit_code is ExitCode.CONFLICT
        if conflict:
            self._witness.check_conflict(order_id, waiting.saved.order)
            self._taken.add(order_id)
        if fault.key in NOTHING_POSTED and waiting.fresh:
            self._drop(order_id, "it can never be recorded", certain=True)

    def look_into_outbox(self) -> int:
        """`pochi outbox retry`, and `drop` for what is void. Returns how many orders still want an outcome."""
        pending = self.outbox.pending(profile=self.name)
        if pending.damaged:
            raise Broken(f"the outbox has a damaged file: {pending.damaged[0].path.name}")
        found = 0
        for saved in pending.orders:
            if saved.order_id in self.waiting or saved.order_id in self._taken:
                continue
            found += 1
            if self._is_void(saved) and not self._witness.knows(saved.order_id):
                self._drop(saved.order_id, "it is void", certain=True)
            else:
                self._story.tell(
                    f"{self.name} takes {short(saved.order_id)} out of the outbox", saved.order_id
                )
                self.waiting[saved.order_id] = Waiting(saved, fresh=False)
        return found

    def _drop(self, order_id: str, why: str, *, certain: bool) -> None:
        self._story.tell(f"{self.name} gives {short(order_id)} up: {why}", order_id)
        saved = self.outbox.drop(order_id, nothing_was_posted=True)
        if certain:
            self.dropped.append(saved)

    def _is_void(self, saved: SavedOrder) -> bool:
        try:
            expires_us = open_order(saved.order, self._witness.genesis).order.expires_us
        except LedgerFault:
            return True  # malformed, so no ledger ever posts it
        return self._clock.wall_us() > expires_us + CLOCK_MARGIN_US

    def kill(self) -> None:
        """What only this run knew is gone."""
        self.waiting.clear()
