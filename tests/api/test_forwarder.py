"""The lanes to the sequencer: what travels together, and what everybody is told when the other end misbehaves."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from api.forwarder import EAGER_ORDERS, LANES, Forwarder
from ledger.faults import Fault, LedgerFault
from ledger.orders.relayed import RelayedOrder
from ledger.wire import SOCKET_NAME, Answer, AnswerStatus, frame, pack_answers, unpack_orders

Reply = Callable[[list[bytes]], bytes | None]


@pytest.fixture
def run_dir() -> Iterator[Path]:
    """A folder with a short name: the path of a Unix socket has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="lane") as folder:
        yield Path(folder)


def accepted(orders: list[bytes]) -> list[Answer]:
    """An answer to each, holding the order's own bytes."""
    return [
        Answer(AnswerStatus.ACCEPTED, replayed=False, sequence=n, record=data)
        for n, data in enumerate(orders)
    ]


class Sequencer:
    """The other end of the socket. `reply` makes the bytes to answer a frame with; None hangs up."""

    def __init__(self, reply: Reply, seconds: float = 0.0) -> None:
        self.reply = reply
        self.seconds = seconds
        self.frames: list[list[bytes]] = []
        self.connections = 0
        self._writers: list[asyncio.StreamWriter] = []

    def hang_up(self) -> None:
        """End every connection, as a sequencer does that ends."""
        for writer in self._writers:
            writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        self._writers.append(writer)
        try:
            while True:
                length = int.from_bytes(await reader.readexactly(4), "big")
                orders = [order.data for order in unpack_orders(await reader.readexactly(length))]
                self.frames.append(orders)
                await asyncio.sleep(self.seconds)
                answer = self.reply(orders)
                if answer is None:
                    break
                writer.write(answer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()


def fine(orders: list[bytes]) -> bytes:
    """What a sequencer answers."""
    return frame(pack_answers(accepted(orders)))


def run(
    run_dir: Path,
    sequencer: Sequencer | None,
    work: Callable[[Forwarder], Awaitable[None]],
    *,
    seconds_max: float = 5.0,
    waiting_max: int = 10_000,
) -> None:
    """Some work with a forwarder in front of this sequencer."""

    async def all_of_it() -> None:
        server = None
        if sequencer is not None:
            server = await asyncio.start_unix_server(sequencer.serve, run_dir / SOCKET_NAME)
        forwarder = Forwarder(run_dir, answer_seconds_max=seconds_max, orders_waiting_max=waiting_max)
        try:
            await work(forwarder)
        finally:
            forwarder.stop()
            if sequencer is not None and server is not None:
                server.close()
                sequencer.hang_up()
            await asyncio.sleep(0.02)

    asyncio.run(all_of_it())


async def fault_of(forwarder: Forwarder, data: bytes = b"order") -> Fault | None:
    """What one order is told; None for an answer."""
    try:
        await forwarder.submit(RelayedOrder(data))
    except LedgerFault as fault:
        return fault.fault
    return None


def test_everybody_gets_their_own_answer(run_dir: Path) -> None:
    """Hundreds at once over a few lanes, many to a frame; each gets the answer to its own bytes."""
    sequencer = Sequencer(fine, seconds=0.002)

    async def work(forwarder: Forwarder) -> None:
        orders = [f"order {number}".encode() for number in range(500)]
        answers = await asyncio.gather(*(forwarder.submit(RelayedOrder(order)) for order in orders))
        assert [answer.record for answer in answers] == orders

    run(run_dir, sequencer, work)
    assert sum(len(orders) for orders in sequencer.frames) == 500
    assert len(sequencer.frames) < 100
    assert 1 <= sequencer.connections <= LANES


def test_an_order_alone_goes_at_once(run_dir: Path) -> None:
    """Nobody waits for company."""
    sequencer = Sequencer(fine)

    async def work(forwarder: Forwarder) -> None:
        for number in range(10):
            assert (await forwarder.submit(RelayedOrder(b"%d" % number))).record == b"%d" % number

    run(run_dir, sequencer, work)
    assert [len(orders) for orders in sequencer.frames] == [1] * 10
    assert sequencer.connections == 1


def test_a_few_ready_orders_share_a_frame(run_dir: Path) -> None:
    """Those of one turn of the loop, up to the eager number, go together once a lane is open."""
    sequencer = Sequencer(fine)

    async def work(forwarder: Forwarder) -> None:
        await forwarder.submit(RelayedOrder(b"opens the lane"))
        await asyncio.gather(*(forwarder.submit(RelayedOrder(b"x")) for _ in range(EAGER_ORDERS - 1)))

    run(run_dir, sequencer, work)
    assert [len(orders) for orders in sequencer.frames] == [1, EAGER_ORDERS - 1]


def test_nobody_there(run_dir: Path) -> None:
    """NOT_TAKEN: it cannot have arrived."""

    async def work(forwarder: Forwarder) -> None:
        faults = await asyncio.gather(*(fault_of(forwarder) for _ in range(5)))
        assert faults == [Fault.NOT_TAKEN] * 5

    run(run_dir, None, work)


@pytest.mark.parametrize(
    "reply",
    [
        lambda _: None,
        lambda _: b"\xff\xff\xff\xff",
        lambda _: frame(b"nonsense"),
        lambda orders: fine(orders[:-1]),
        lambda orders: fine([*orders, b"one more"]),
        lambda orders: fine(orders) + fine(orders),
    ],
    ids=["hangs up", "a frame too long", "no answers", "one answer less", "one answer more", "two frames"],
)
def test_an_answer_that_is_none(run_dir: Path, reply: Reply) -> None:
    """OUTCOME_UNKNOWN: it may have arrived; and the next order is served on a fresh lane."""
    sequencer = Sequencer(reply)

    async def work(forwarder: Forwarder) -> None:
        assert await fault_of(forwarder) is Fault.OUTCOME_UNKNOWN
        sequencer.reply = fine
        assert await fault_of(forwarder) is None

    run(run_dir, sequencer, work)


def test_an_answer_that_does_not_come(run_dir: Path) -> None:
    """What was sent is unknown, what still waited was not taken; nobody waits longer than the bound."""
    sequencer = Sequencer(fine, seconds=60)

    async def work(forwarder: Forwarder) -> None:
        first = [asyncio.ensure_future(fault_of(forwarder)) for _ in range(3)]
        await asyncio.sleep(0.05)
        rest = [asyncio.ensure_future(fault_of(forwarder)) for _ in range(300)]
        faults = await asyncio.wait_for(asyncio.gather(*first, *rest), 3)
        assert set(faults[:3]) == {Fault.OUTCOME_UNKNOWN}
        assert set(faults) <= {Fault.OUTCOME_UNKNOWN, Fault.NOT_TAKEN}

    run(run_dir, sequencer, work, seconds_max=0.3)


def test_what_nobody_can_carry_is_turned_away(run_dir: Path) -> None:
    """Beyond the bound of those who wait: BUSY, at once."""
    sequencer = Sequencer(fine, seconds=0.1)

    async def work(forwarder: Forwarder) -> None:
        faults = await asyncio.gather(*(fault_of(forwarder) for _ in range(50)))
        assert faults.count(Fault.BUSY) == 40
        assert faults.count(None) == 10

    run(run_dir, sequencer, work, waiting_max=10)


def test_a_lane_that_the_sequencer_closed_is_not_used(run_dir: Path) -> None:
    """A sequencer that restarts while nothing is under way costs nobody an answer."""
    sequencer = Sequencer(fine)

    async def work(forwarder: Forwarder) -> None:
        assert await fault_of(forwarder) is None
        sequencer.hang_up()
        await asyncio.sleep(0.05)
        assert await fault_of(forwarder) is None

    run(run_dir, sequencer, work)
    assert sequencer.connections == 2


def test_who_stops_waiting_is_passed_over(run_dir: Path) -> None:
    """A caller that went away takes nothing from the others in its frame."""
    sequencer = Sequencer(fine, seconds=0.05)

    async def work(forwarder: Forwarder) -> None:
        gone, stays = (
            asyncio.ensure_future(forwarder.submit(RelayedOrder(data))) for data in (b"gone", b"stays")
        )
        await asyncio.sleep(0.02)
        gone.cancel()
        assert (await stays).record == b"stays"

    run(run_dir, sequencer, work)
