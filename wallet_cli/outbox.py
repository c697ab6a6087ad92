"""The outbox: a signed order is on disk before its first byte is sent, and stays until it is answered.

So a lost answer, a power cut or Ctrl-C loses nothing and pays nothing twice: the very same bytes are sent
again, and the ledger gives the same outcome again.

One file per order, `<order id>.json`, mode 0600, in one of three places:

    outbox/            saved; perhaps sent, not known to be answered
    outbox/sent/       answered for good, with the answer
    outbox/dropped/    given up by its owner, who knows that nothing was posted

An order moves from the first place to one of the others and never back. A file that cannot be read is
reported by its name beside those that can.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.addresses import ORDER_ID
from ledger.faults import require
from ledger.instants import instant_text
from wallet_cli import files
from wallet_cli.faults import ExitCode, WalletFault

FILE_BYTES_MAX = 1_048_576
"""An order has at most 64 KiB of payload; its receipt holds it once more, with a proof."""

_FORMAT = "pochi-order"
_VERSION = 1

Summary = dict[str, str | int]
"""What a person needs to recognise the order: payee, amount, reference ... as texts and whole numbers."""


@dataclass(frozen=True, slots=True)
class SavedOrder:
    """A signed order as it lies in the outbox. `order` are exactly the bytes to send."""

    order_id: str
    order: bytes
    summary: Summary
    saved_at: str
    profile: str


@dataclass(frozen=True, slots=True)
class AnsweredOrder:
    """An order with the ledger's final answer to it (an outcome, perhaps with its receipt), as JSON."""

    saved: SavedOrder
    answer: dict[str, Any]
    answered_at: str


@dataclass(frozen=True, slots=True)
class DamagedFile:
    """A file in the outbox that is no readable order, and the key of the reason."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits in the outbox, the oldest first, and what could not be read."""

    orders: tuple[SavedOrder, ...]
    damaged: tuple[DamagedFile, ...]


class Outbox:
    """The outbox in one folder. Several `pochi` may use it at once: changes are made under a lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sent = folder / "sent"
        self._dropped = folder / "dropped"

    def save(self, order_id: str, order: bytes, *, summary: Summary, profile: str, now_us: int) -> SavedOrder:
        """Put a signed order on disk, durably, before it is sent. The same bytes are saved once.

        Raises:
            WalletFault: `outbox_id_in_use` for another order under this id, and what `files.write_new`
                raises.
        """
        require(ORDER_ID.fullmatch(order_id), "an order's id is a UUIDv7")
        saved = SavedOrder(order_id, order, dict(summary), instant_text(now_us), profile)
        try:
            with files.locked(self.folder):
                files.write_new(self._file(order_id), _encode(saved))
        except FileExistsError as error:
            earlier = self.load(order_id)
            if earlier.order != order:
                raise WalletFault("outbox_id_in_use", ExitCode.CONFLICT, order=order_id) from error
            return earlier
        return saved

    def pending(self, *, profile: str | None = None) -> Pending:
        """What is not known to be answered, of one profile or of all, and every file that cannot be read."""
        orders: list[SavedOrder] = []
        damaged: list[DamagedFile] = []
        for path in _visible_files(self.folder):
            if self._settled(path):
                continue
            try:
                saved = _read_saved(path)
            except FileNotFoundError:
                continue  # answered by another pochi in this very moment
            except WalletFault as fault:
                damaged.append(DamagedFile(path, fault.key))
                continue
            if profile in (None, saved.profile):
                orders.append(saved)
        return Pending(tuple(orders), tuple(damaged))

    def load(self, order_id: str) -> SavedOrder:
        """One order that is not answered yet.

        Raises:
            WalletFault: `outbox_unknown`, `outbox_damaged`, and what `files.read_private` raises.
        """
        if ORDER_ID.fullmatch(order_id) is None:
            raise WalletFault("outbox_unknown", ExitCode.NOT_FOUND, order=order_id[:40])
        try:
            return _read_saved(self._file(order_id))
        except FileNotFoundError as error:
            raise WalletFault("outbox_unknown", ExitCode.NOT_FOUND, order=order_id) from error

    def mark_answered(self, order_id: str, answer: Mapping[str, Any], *, now_us: int) -> AnsweredOrder:
        """Keep the ledger's final answer and take the order out of the outbox. The first answer stays.

        Raises:
            WalletFault: as `load`.
        """
        with files.locked(self.folder):
            path = self._file(order_id)
            try:
                saved = self.load(order_id)
            except WalletFault:
                if self._is_answered(order_id):
                    return self.answered(order_id)
                raise
            answered = AnsweredOrder(saved, dict(answer), instant_text(now_us))
            try:
                files.write_new(self._sent / path.name, _encode(saved, answered))
            except FileExistsError:
                answered = self.answered(order_id)
            files.remove(path)
        return answered

    def answered(self, order_id: str) -> AnsweredOrder:
        """One order that the ledger has answered, with the answer.

        Raises:
            WalletFault: `outbox_unknown`, `outbox_damaged`, and what `files.read_private` raises.
        """
        if not self._is_answered(order_id):
            raise WalletFault("outbox_unknown", ExitCode.NOT_FOUND, order=order_id[:40])
        path = self._sent / f"{order_id}.json"
        members = _read_members(path)
        answer = members.get("answer")
        if not isinstance(answer, dict):
            raise _damaged(path)
        return AnsweredOrder(_saved_of(path, members), answer, str(members.get("answered_at")))

    def drop(self, order_id: str, *, nothing_was_posted: bool) -> SavedOrder:
        """Give an order up, only with the word that nothing was posted: afterwards it cannot be settled.

        The file moves to `dropped/`, so that whoever gave this word in error still has the evidence.

        Raises:
            WalletFault: `outbox_drop_unsure` without that word; else as `load`.
        """
        if not nothing_was_posted:
            raise WalletFault("outbox_drop_unsure", ExitCode.OUTCOME_UNKNOWN, order=order_id[:40])
        with files.locked(self.folder):
            saved = self.load(order_id)
            files.make_private_folder(self._dropped)
            files.move(self._file(order_id), self._dropped / f"{order_id}.json")
        return saved

    def _file(self, order_id: str) -> Path:
        return self.folder / f"{order_id}.json"

    def _is_answered(self, order_id: str) -> bool:
        return ORDER_ID.fullmatch(order_id) is not None and (self._sent / f"{order_id}.json").exists()

    def _settled(self, path: Path) -> bool:
        """Whether the answer is kept, and only clearing away was cut short; then it is done now."""
        if not self._is_answered(path.stem):
            return False
        with files.locked(self.folder):
            files.remove(path)
        return True


def _visible_files(folder: Path) -> list[Path]:
    """All but folders, the lock, and what was never written to its end (nothing of that was ever sent)."""
    try:
        return sorted(
            path for path in folder.iterdir() if not path.name.startswith(".") and not path.is_dir()
        )
    except FileNotFoundError:
        return []


def _encode(saved: SavedOrder, answered: AnsweredOrder | None = None) -> bytes:
    members: dict[str, Any] = {
        "format": _FORMAT,
        "version": _VERSION,
        "order_id": saved.order_id,
        "profile": saved.profile,
        "saved_at": saved.saved_at,
        "summary": saved.summary,
        "order": saved.order.decode("ascii"),
        "order_sha256": hashlib.sha256(saved.order).hexdigest(),
    }
    if answered is not None:
        members |= {"answered_at": answered.answered_at, "answer": answered.answer}
    data = json.dumps(members, indent=1).encode("ascii") + b"\n"
    require(len(data) <= FILE_BYTES_MAX, "an order and its answer fit the outbox's file")
    return data


def _read_saved(path: Path) -> SavedOrder:
    return _saved_of(path, _read_members(path))


def _read_members(path: Path) -> dict[str, Any]:
    try:
        members = json.loads(files.read_private(path, bytes_max=FILE_BYTES_MAX))
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(members, dict) or (members.get("format"), members.get("version")) != (
        _FORMAT,
        _VERSION,
    ):
        raise _damaged(path)
    return members


def _saved_of(path: Path, members: dict[str, Any]) -> SavedOrder:
    texts = [members.get(name) for name in ("order_id", "order", "order_sha256", "saved_at", "profile")]
    summary = members.get("summary")
    if not all(isinstance(text, str) for text in texts) or not _is_summary(summary):
        raise _damaged(path)
    order_id, order, order_sha256, saved_at, profile = map(str, texts)
    data = order.encode("utf-8", "replace")
    if f"{order_id}.json" != path.name or hashlib.sha256(data).hexdigest() != order_sha256:
        raise _damaged(path)
    return SavedOrder(order_id, data, dict(summary or {}), saved_at, profile)


def _is_summary(summary: object) -> bool:
    return isinstance(summary, dict) and all(isinstance(value, str | int) for value in summary.values())


def _damaged(path: Path) -> WalletFault:
    return WalletFault("outbox_damaged", ExitCode.UNEXPECTED, path=str(path))
