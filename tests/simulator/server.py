"""The ledger's side: what an API process and the sequencer do with an order, around the real bookkeeper.

Bytes are read and verified by the real code, wait in a queue, are decided and committed together by the real
bookkeeper, and are answered in the real words of the API. Only sockets and processes are missing.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from api import outcomes
from api.asked import Asked
from ledger.bookkeeper import Bookkeeper, CommitUncertain, Poisoned
from ledger.faults import Fault, LedgerFault
from ledger.opening import OpenedLedger, open_bookkeeper
from ledger.orders.signed import VerifiedOrder, open_order, verify_order
from ledger.signing.keys import PublicKey
from ledger.strict_json import loads_object
from ledger.wire import Answer, AnswerStatus, fault_answer
from tests.simulator.network import Message, Surroundings
from tests.simulator.storage import Crash, ShakyConnection
from tests.simulator.story import Broken, short
from tests.simulator.witness import Witness
from wallet_cli.client import Reply

ASKED = Asked("en", "simulated")
ANSWER_BYTES_MAX = 1_000_000
BATCH_ORDERS_MAX = 12


class Server:
    """A sequencer that is started again when it ends, and the API in front of it."""

    def __init__(
        self, database: tuple[str, Path], around: Surroundings, keys: Mapping[str, PublicKey]
    ) -> None:
        self._url, self._keys_folder = database
        self._clock, self._fate, self._story, self._network = around
        self._keys = keys
        """Every public key that there is, by kid: an API process finds the registered ones in the database."""
        self.queue: deque[tuple[Message, VerifiedOrder]] = deque()
        self.turned_away: Counter[str] = Counter()
        self.bookkeeper: Bookkeeper
        self.genesis = self.open().genesis
        self.witness = Witness(self._url, self.genesis)

    def open(self) -> OpenedLedger:
        """Start a bookkeeper from what is stored, with everything that is checked then."""
        try:
            opened = open_bookkeeper(self._url, self._keys_folder, lease_seconds=0)
        except LedgerFault as fault:
            raise Broken(f"the ledger cannot be opened again: {fault}") from fault
        self.bookkeeper = opened.bookkeeper
        real = opened.bookkeeper._connection
        opened.bookkeeper._connection = cast("Connection", ShakyConnection(real, self._fate))
        return opened

    def die(self) -> None:
        """End as a killed process ends: the system closes its lock and its connection, and its memory is gone."""
        self.bookkeeper.close()
        for message, _ in self.queue:
            self._answer(message, fault_answer(LedgerFault(Fault.OUTCOME_UNKNOWN)))
        self.queue.clear()

    def take(self, message: Message) -> None:
        """What an API process does: read, verify, hand over; what it turns away leaves no trace."""
        try:
            signed = open_order(message.order, self.genesis)
            key = signed.self_registered_key() or self._keys[signed.kid]
            order = verify_order(signed, key, self.genesis)
        except LedgerFault as fault:
            self._answer(message, fault_answer(fault))
        else:
            self.queue.append((message, order))

    def settle(self) -> str:
        """Decide what waits, as one batch. Returns why the process ended, or nothing if it goes on."""
        if not self.queue:
            return ""
        size = min(BATCH_ORDERS_MAX, len(self.queue))
        batch = [self.queue[place] for place in range(size)]
        orders = [order for _, order in batch]
        ids = [order.order.order_id for order in orders]
        self._story.tell("a batch: " + ", ".join(short(order_id) for order_id in ids), *ids)
        try:
            answers = self.bookkeeper.settle(orders, now_us=self._clock.ledger_us())
        except Crash as crash:
            return f"killed {crash}"
        except CommitUncertain as uncertain:
            if not isinstance(uncertain.__cause__, OSError):
                raise Broken(f"the batch could not be written: {uncertain.__cause__!r}", *ids) from uncertain
            return f"a commit is uncertain: {uncertain.__cause__}"
        except Poisoned as poison:
            raise Broken(f"the rules broke over a batch: {poison.__cause__!r}", *ids) from poison
        except LedgerFault as fault:
            raise Broken(f"the only writer got {fault}", *ids) from fault
        for _ in batch:
            self.queue.popleft()
        self.witness.see_batch(orders, answers, self.bookkeeper.head)
        for (message, _), answer in zip(batch, answers, strict=True):
            self._answer(message, answer)
        return ""

    def try_deposed(self, deposed: Bookkeeper, orders: Sequence[VerifiedOrder]) -> None:
        """A writer whose term is over gets a batch: the fence must stop it, and nothing of it may be written."""
        ids = [order.order.order_id for order in orders]
        real = cast("ShakyConnection", deposed._connection).real
        deposed._connection = real
        try:
            deposed.settle(orders, now_us=self._clock.ledger_us())
        except LedgerFault as fault:
            if fault.fault is not Fault.LEASE_LOST:
                raise Broken(f"the deposed writer got {fault}", *ids) from fault
        except CommitUncertain as uncertain:
            raise Broken(f"the deposed writer came as far as {uncertain.__cause__!r}", *ids) from uncertain
        else:
            raise Broken("a deposed writer decided a batch", *ids)

    def _answer(self, message: Message, answer: Answer) -> None:
        if answer.status is AnswerStatus.FAULT:
            self.turned_away[answer.fault().fault.value] += 1
        told = outcomes.answered(message.order_id, answer, ASKED)
        members = loads_object(told.body, bytes_max=ANSWER_BYTES_MAX, depth_max=16)
        headers = {name.lower(): value for name, value in told.headers}
        words = _words(answer, members)
        self._story.tell(f"order {short(message.order_id)} gets: {words}", message.order_id)
        reply = Reply(told.status, members, headers)
        self._network.send(Message(message.wallet, message.order_id, message.order, reply, words))


def _words(answer: Answer, members: Mapping[str, object]) -> str:
    again = ", again" if answer.replayed else ""
    if answer.status is AnswerStatus.ACCEPTED:
        return f"accepted as record {answer.sequence}{again}"
    return str(members["code"]) + again
