"""Who watches: everything that must hold is checked here, on what is stored and on what was ever answered.

The books are kept a second time, in the plainest way, from the text of the records alone; the rules are run a second
time by the audit's own replay. After each batch what it touched is compared; a full audit goes over all that is stored.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from ledger.auditing import audit_ledger
from ledger.bookkeeper import Head
from ledger.enquiries import Enquiries
from ledger.faults import Fault, LedgerFault
from ledger.orders.genesis import Genesis
from ledger.orders.signed import VerifiedOrder
from ledger.proofs.checkpoint import Checkpoint, open_checkpoint, origin_of
from ledger.proofs.merkle import Frontier, Tree, leaf_hash, verify_consistency
from ledger.proofs.receipt import verify_receipt
from ledger.rules.audit import begin, replay
from ledger.rules.state import State
from ledger.signing import base64url
from ledger.signing.keys import PublicKey
from ledger.store.engine import reading_engine
from ledger.wire import Answer, AnswerStatus
from tests.simulator.story import Broken

MINOR_UNITS = 100
"""Per major unit: both currencies of the simulated ledger have two decimals."""

OLD_RECEIPTS_CHECKED = 5
LEAVES_NO_RECORD = (Fault.UNKNOWN_KEY, Fault.CLOCK_AHEAD)


class Witness:
    """Sees every batch and every acknowledgement, and remembers them."""

    def __init__(self, url: str, genesis: Genesis) -> None:
        self.genesis = genesis
        self.records: list[bytes] = [genesis.record]
        self.sequences: dict[str, int] = {}
        """Order id -> sequence, for every order that has a record."""
        self.checkpoints: list[Checkpoint] = []
        self.acked: dict[str, str] = {}
        """Order id -> record, as a wallet was told it."""
        self.granted: set[str] = set()
        """The orders that were accepted."""
        self.accepted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._proved = 0
        self._consistent = 0
        self._url = url
        self._replay = begin(genesis.record)
        self._books: dict[str, list[int]] = {}
        self._stored = sqlite3.connect(url.removeprefix("sqlite:///"))
        self._enquiries = Enquiries(reading_engine(url, connections=1))

    @property
    def state(self) -> State:
        """Accounts and register after all records seen, by the audit's replay."""
        return self._replay.state

    def knows(self, order_id: str) -> bool:
        """Whether the order has an outcome."""
        return order_id in self.sequences

    def close(self) -> None:
        """Let go of the database."""
        self._stored.close()
        self._enquiries.close()

    def see_batch(self, orders: Sequence[VerifiedOrder], answers: Sequence[Answer], head: Head) -> None:
        """After a commit, before its answers leave: check what it touched and what is about to be answered."""
        first = len(self.records)
        self.follow()
        seen: set[str] = set()
        for order, answer in zip(orders, answers, strict=True):
            self._check_answer(order, answer, first, again=order.order.order_id in seen)
            if answer.status is not AnswerStatus.FAULT:
                seen.add(order.order.order_id)
        self._see_checkpoint(head)

    def follow(self) -> None:
        """Read the records that are new, keep the books from them, and compare with what is stored."""
        first = len(self.records)
        query = "SELECT sequence, record FROM records WHERE sequence >= ? ORDER BY sequence"
        rows = self._stored.execute(query, (first,)).fetchall()
        touched: dict[str, str] = {}
        for place, (sequence, record) in enumerate(rows, first):
            if sequence != place:
                raise Broken(f"record {place} is missing")
            self._keep_books(record, touched)
        self._decide_again(first)
        if touched:
            self._compare_accounts(touched)

    def _keep_books(self, record: bytes, touched: dict[str, str]) -> None:
        line, place = json.loads(record), len(self.records)
        self.records.append(record)
        order_id = _order_id(line["cause"])
        if order_id in self.sequences:
            raise Broken(
                f"order {order_id} has two outcomes: {self.sequences[order_id]} and {place}", order_id
            )
        if order_id:
            self.sequences[order_id] = place
            self._count(line, order_id)
        for posting in line.get("postings", ()):
            amount = int(Decimal(posting["amount"]) * MINOR_UNITS)
            for side, address in ((0, posting["debit"]), (1, posting["credit"])):
                self._books.setdefault(address, [0, 0])[side] += amount
                touched[address] = order_id

    def _count(self, line: dict[str, object], order_id: str) -> None:
        if line["outcome"] == "accepted":
            self.accepted[_payload(line["cause"])["order"]] += 1
            self.granted.add(order_id)
        else:
            self.refused[str(line["reason"])] += 1

    def _decide_again(self, first: int) -> None:
        try:
            for _ in replay(self._replay, self.records[first:], first=first):
                pass
        except LedgerFault as fault:
            sequence = int(fault.details.get("sequence", first))
            order_id = _order_id(json.loads(self.records[sequence])["cause"])
            raise Broken(f"what was recorded is not what the rules say: {fault}", order_id) from fault

    def _compare_accounts(self, touched: dict[str, str]) -> None:
        """What the batch touched: the stored counters are those of the plain books, and nothing is below zero."""
        query = "SELECT account_class, debits_posted, credits_posted FROM accounts WHERE address = ?"
        for address, order_id in touched.items():
            row = self._stored.execute(query, (address,)).fetchone()
            if row is None:
                raise Broken(f"account {address} is not stored", address, order_id)
            account_class, debits, credits_ = row
            if [debits, credits_] != self._books[address]:
                raise Broken(
                    f"account {address} is stored with debits and credits of {[debits, credits_]}, "
                    f"and the records add up to {self._books[address]}",
                    address, order_id,
                )  # fmt: skip
            balance = debits - credits_ if account_class == "backing" else credits_ - debits
            if balance < 0:
                raise Broken(f"account {address} is below zero: {balance}", address, order_id)
        sums = "SELECT currency, sum(debits_posted) - sum(credits_posted) FROM accounts GROUP BY currency"
        for currency, difference in self._stored.execute(sums):
            if difference:
                raise Broken(f"{currency} is not conserved: debits less credits {difference}", *touched)

    def _check_answer(self, order: VerifiedOrder, answer: Answer, first: int, *, again: bool) -> None:
        order_id = order.order.order_id
        sequence = self.sequences.get(order_id)
        if sequence is None:
            if answer.status is not AnswerStatus.FAULT:
                raise Broken("an answer is about to leave, and the store has no record of it", order_id)
            return
        same = b'"order":"' + order.data + b'"' in self.records[sequence]
        if answer.status is AnswerStatus.FAULT:
            # In one batch another order under this id may come first, by a key that is not known.
            later = sequence >= first and answer.fault().fault in LEAVES_NO_RECORD
            if same or not (later or answer.fault().fault is Fault.ID_IN_USE):
                raise Broken(f"a recorded order is answered with {answer.fault()}", order_id)
            return
        if not same:
            raise Broken("another order under a used id is answered with an outcome", order_id)
        if (answer.sequence, answer.record) != (sequence, self.records[sequence]):
            raise Broken(f"the answer to a retry is not the first answer, record {sequence}", order_id)
        if answer.replayed != (again or sequence < first):
            raise Broken(f"the answer says replayed={answer.replayed}", order_id)

    def _see_checkpoint(self, head: Head) -> None:
        checkpoint = self._open(head.checkpoint)
        if (checkpoint.size, checkpoint.root) != (head.size, head.root) or head.size != len(self.records):
            raise Broken(
                f"the checkpoint of size {checkpoint.size} is not that of the {len(self.records)} records"
            )
        if not self.checkpoints or self.checkpoints[-1] != checkpoint:
            self.checkpoints.append(checkpoint)

    def _open(self, text: str) -> Checkpoint:
        try:
            return open_checkpoint(text, origin=origin_of(self.genesis.ledger_id), log_keys=self._log_keys())
        except LedgerFault as fault:
            raise Broken(f"a checkpoint does not hold: {fault}") from fault

    def _log_keys(self) -> list[PublicKey]:
        return [self.genesis.log_key]

    def acknowledged(self, order_id: str, record: str) -> None:
        """A wallet was told an outcome. From now on it must stand for ever."""
        self.acked[order_id] = record

    def audit(self) -> None:
        """Replay equals stored; receipts of acknowledged orders verify; every checkpoint ever answered agrees."""
        self.follow()
        try:
            report = audit_ledger(self._url)
        except LedgerFault as fault:
            raise Broken(f"the audit finds {fault}", *self._named(fault)) from fault
        if report.records != len(self.records):
            raise Broken(f"the audit counts {report.records} records of {len(self.records)}")
        self._check_receipts()
        self._check_checkpoints()

    def check_conflict(self, order_id: str, order: bytes) -> None:
        """Whoever is told that the id of an order is taken: another order stands under it."""
        sequence = self.sequences.get(order_id)
        if sequence is None or order in self.records[sequence]:
            raise Broken("an order is told that its id is taken, which it is not", order_id)

    def check_given_up(self, order_ids: Sequence[str]) -> None:
        """What a wallet gave up with the word that nothing was posted was never accepted."""
        for order_id in order_ids:
            if order_id in self.granted:
                raise Broken("an order that its wallet had given up was accepted", order_id)

    def _named(self, fault: LedgerFault) -> list[str]:
        sequence = int(fault.details.get("sequence", 0))
        named = fault.details.get("key", "").split()
        if 0 < sequence < len(self.records):
            named.append(_order_id(json.loads(self.records[sequence])["cause"]))
        return named

    def _check_receipts(self) -> None:
        """Of each order when it was acknowledged, and of a few old ones again."""
        order_ids = list(self.acked)
        step = max(1, self._proved // OLD_RECEIPTS_CHECKED)
        for order_id in order_ids[: self._proved : step] + order_ids[self._proved :]:
            receipt = self._enquiries.receipt(order_id)
            if receipt is None or receipt.record != self.acked[order_id]:
                raise Broken("an acknowledged outcome is not in the store", order_id)
            try:
                verify_receipt(receipt, ledger_id=self.genesis.ledger_id, log_keys=self._log_keys())
            except LedgerFault as fault:
                raise Broken(
                    f"the receipt of an acknowledged order does not hold: {fault}", order_id
                ) from fault
        self._proved = len(order_ids)

    def _check_checkpoints(self) -> None:
        """The present tree, built here from the records, begins with every tree that was ever signed and shown."""
        frontier = Frontier()
        grown = frontier.append([leaf_hash(record) for record in self.records])
        tiles = {(tile.level, tile.tile_index): tile.hashes for tile in grown}
        tree = Tree(frontier.size, lambda level, index: tiles[level, index])
        newest = tree.root()
        for seen in self.checkpoints[max(0, self._consistent - 1) :]:
            try:
                hashes = tree.consistency(seen.size)
                verify_consistency(
                    old_size=seen.size, new_size=tree.size, old_root=seen.root, new_root=newest, hashes=hashes
                )
            except LedgerFault as fault:
                raise Broken(
                    f"the log is no continuation of its checkpoint of size {seen.size}: {fault}"
                ) from fault
        self._consistent = len(self.checkpoints)


def _payload(cause: object) -> dict[str, str]:
    """The payload of the order that caused a record; empty if the ledger itself did."""
    order = cause.get("order") if isinstance(cause, dict) else None
    if not isinstance(order, str):
        return {}
    return dict(json.loads(base64url.decode(order.split(".")[1])))


def _order_id(cause: object) -> str:
    return _payload(cause).get("id", "")
