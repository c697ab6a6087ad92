"""The network between wallets and ledger, handed in: each message is lost, doubled or delayed as fate has it."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from tests.simulator.clock import SimulatedClock
from tests.simulator.faults import Fate, Place
from tests.simulator.story import Story, short
from wallet_cli.client import Reply


class Surroundings(NamedTuple):
    """What both sides live in."""

    clock: SimulatedClock
    fate: Fate
    story: Story
    network: Network


@dataclass(frozen=True)
class Message:
    """An order on its way to the ledger, or (with a reply) an answer on its way back to the wallet that sent it."""

    wallet: str
    order_id: str
    order: bytes
    reply: Reply | None = None
    status: str = ""
    """Of a reply: what it says, for the story."""

    @property
    def words(self) -> str:
        """What it is, in words."""
        what = f"the answer ({self.status}) to" if self.reply is not None else "order"
        return f"{what} {short(self.order_id)}"


class Network:
    """Messages in flight, by the step in which they arrive."""

    def __init__(self, chance: Random, fate: Fate, story: Story) -> None:
        self.chance = chance
        self.story = story
        self._fate = fate
        self._flying: list[tuple[int, int, Message]] = []
        self._sent = 0

    def send(self, message: Message) -> None:
        """Put a message on its way."""
        form = self._fate.draw(Place.ANSWER if message.reply is not None else Place.REQUEST)
        if form is None:
            self.post(message, steps=0)
        else:
            form.strike(self, message)
            self.story.tell(f"{message.words}: {form.name}", message.order_id)

    def post(self, message: Message, *, steps: int) -> None:
        """Let it arrive so many steps from now."""
        self._sent += 1
        heapq.heappush(self._flying, (self.story.step + steps, self._sent, message))

    def deliver(self, to_ledger: Callable[[Message], None], to_wallet: Callable[[Message], None]) -> None:
        """Hand over everything that is due."""
        while self._flying and self._flying[0][0] <= self.story.step:
            message = heapq.heappop(self._flying)[2]
            (to_ledger if message.reply is None else to_wallet)(message)

    @property
    def empty(self) -> bool:
        """Whether nothing is under way."""
        return not self._flying
