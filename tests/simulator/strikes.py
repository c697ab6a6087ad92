"""The faults themselves, each registered by its decorator: messages, crashes around COMMIT, rivals, clocks."""

from __future__ import annotations

from random import Random
from typing import Protocol

from sqlalchemy import Connection

from ledger.instants import MICROSECONDS_PER_SECOND
from tests.simulator.clock import SimulatedClock
from tests.simulator.faults import Place, fault
from tests.simulator.network import Message, Network
from tests.simulator.storage import Crash
from tests.simulator.story import Story

DELAY_STEPS_MAX = 40
CLOCK_BACK_SECONDS_MAX = 90


class World(Protocol):
    """What a fault between two steps finds: the simulation."""

    chance: Random
    clock: SimulatedClock
    story: Story

    def restart(self, why: str) -> None:
        """The ledger's process ends and another one starts."""
        ...

    def depose(self) -> None:
        """Another writer takes over."""
        ...

    def kill_wallet(self) -> None:
        """A wallet forgets what only its run knew."""
        ...


@fault(Place.REQUEST, per_mille=60)
def request_lost(network: Network, message: Message) -> None:
    """The order never arrives."""


@fault(Place.REQUEST, per_mille=60)
def request_doubled(network: Network, message: Message) -> None:
    """The order arrives, and once more later."""
    network.post(message, steps=0)
    network.post(message, steps=network.chance.randrange(DELAY_STEPS_MAX))


@fault(Place.REQUEST, per_mille=60)
def request_delayed(network: Network, message: Message) -> None:
    """The order arrives when its sender has long sent it again, and after orders that were sent later."""
    network.post(message, steps=network.chance.randrange(1, DELAY_STEPS_MAX))


@fault(Place.ANSWER, per_mille=60)
def answer_lost(network: Network, message: Message) -> None:
    """The wallet never hears what became of its order."""


@fault(Place.ANSWER, per_mille=60)
def answer_doubled(network: Network, message: Message) -> None:
    """The wallet hears it twice."""
    network.post(message, steps=0)
    network.post(message, steps=network.chance.randrange(DELAY_STEPS_MAX))


@fault(Place.ANSWER, per_mille=60)
def answer_delayed(network: Network, message: Message) -> None:
    """The wallet hears it when it has long asked again."""
    network.post(message, steps=network.chance.randrange(1, DELAY_STEPS_MAX))


@fault(Place.BEGIN, per_mille=4)
def begin_fails(connection: Connection) -> None:
    """The database does not answer when a batch begins."""
    raise OSError("the database does not answer")


@fault(Place.COMMIT, per_mille=4)
def crash_before_commit(connection: Connection) -> None:
    """The process ends when everything is written and COMMIT is not yet said."""
    raise Crash("before COMMIT")


@fault(Place.COMMIT, per_mille=4)
def commit_fails(connection: Connection) -> None:
    """COMMIT is said, and the database rolls back: nobody in the process knows which of the two it was."""
    connection.rollback()
    raise OSError("the disk is full")


@fault(Place.COMMIT, per_mille=4)
def commit_answer_lost(connection: Connection) -> None:
    """COMMIT takes place, and its answer is lost."""
    connection.commit()
    raise OSError("the connection was reset")


@fault(Place.COMMIT, per_mille=4)
def crash_after_commit(connection: Connection) -> None:
    """COMMIT takes place, and the process ends before one answer leaves."""
    connection.commit()
    raise Crash("after COMMIT, before an answer left")


@fault(Place.STEP, per_mille=1)
def crash_between_batches(simulation: World) -> None:
    """The process ends while orders wait that it has taken and not yet decided."""
    simulation.restart("the ledger's process is killed between two batches")


@fault(Place.STEP, per_mille=1)
def rival_takes_the_lease(simulation: World) -> None:
    """The writer loses its lock without knowing; another one begins its term; the deposed one goes on."""
    simulation.depose()


@fault(Place.STEP, per_mille=10)
def wallet_killed(simulation: World) -> None:
    """`pochi` is killed: what it waited for is forgotten, and only what is on disk is known."""
    simulation.kill_wallet()


@fault(Place.STEP, per_mille=5)
def clock_set_back(simulation: World) -> None:
    """The ledger's wall clock goes back a little, as time daemons do to it."""
    back = simulation.chance.randrange(1, CLOCK_BACK_SECONDS_MAX)
    simulation.clock.behind_us = back * MICROSECONDS_PER_SECOND
    simulation.story.tell(f"the ledger's clock goes back by {back} s")
