"""`pochi verify-log`: that the ledger's history only grew, and that one's own receipts are in it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ledger.addresses import ORDER_ID
from ledger.proofs.receipt import Receipt
from ledger.strict_json import dumps
from wallet_cli import answers
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.log_checks import Kept, LogCheck
from wallet_cli.log_memory import log_seen, notice_log
from wallet_cli.pinned import hold_log_keys, open_checkpoint_of
from wallet_cli.receipts import (
    ReadReceipt,
    check_receipt,
    keep_receipt,
    read_receipt_file,
    receipt_of,
    receipts_folder,
)
from wallet_cli.running import command
from wallet_cli.session import Session
from wallet_cli.web import route

ENTRIES_MAX = 100
"""So many of the account's newest entries are looked at; older ones have their receipts from an earlier look."""


class Held(NamedTuple):
    """A genuine receipt of this wallet, and its file or the order that it was fetched for."""

    receipt: Receipt
    read: ReadReceipt
    source: str


@command("verify-log")
def verify_log(session: Session) -> None:
    """Prove that the log only grew and holds every receipt; remember the new checkpoint only if all is well."""
    screen, profile, home = session.screen, session.profile, session.home
    # What is held is gathered before the ledger is looked at: what is posted meanwhile must not look like an alarm.
    before = log_seen(home, profile)
    hold_log_keys(home, session.meet_pinned())
    saved, damaged = _saved_receipts(session)
    fetched = _receipts_of_account(session, {held.read.order_id for held in saved})
    met = session.meet_pinned()
    check = LogCheck(home, profile, session.client(profile), met)
    seen = open_checkpoint_of(session.genesis, before.checkpoint) if before.checkpoint else None
    if seen is not None:
        check.require_contained(Kept(seen, before.checkpoint, "memory"))
    check.require_size(before)
    key, size = "verify_log.grew" if seen else "verify_log.first", met.checkpoint.size
    screen.done(screen.say(key, before=f"{seen.size if seen else 0:,}", size=f"{size:,}"))
    for receipt, read, source in (*saved, *(fetched or [])):
        check.require_contained(Kept(read.verified.checkpoint, receipt.checkpoint, source))
    _tell_receipts(session, saved, fetched)
    notice_log(home, profile, before=before, size=met.log_size, checkpoint=met.checkpoint_text)
    screen.show_json(
        {
            "ledger": profile.ledger_id,
            "before": seen.size if seen else 0,
            "size": size,
            "receipts_saved": len(saved),
            "receipts_fetched": None if fetched is None else len(fetched),
            "receipts_damaged": [str(path) for path in damaged],
            "checkpoint": met.checkpoint_text,
        }
    )
    if damaged:
        code = ExitCode.VERIFICATION_FAILED
        raise WalletFault("receipts_damaged", code, count=len(damaged), path=str(damaged[0]))


def _saved_receipts(session: Session) -> tuple[list[Held], list[Path]]:
    """The genuine receipts on disk, and the files that hold none."""
    found, damaged = list[Held](), list[Path]()
    folder = receipts_folder(session.home, session.profile)
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        if ORDER_ID.fullmatch(path.stem) is None:
            continue  # the same receipt once more, under its control number
        try:
            found.append(_held(session, read_receipt_file(path), str(path)))
        except WalletFault:
            damaged.append(path)
    return found, damaged


def _held(session: Session, data: bytes, source: str) -> Held:
    read = check_receipt(data, session.genesis, session.screen, name=source)
    return Held(receipt_of(data, name=source), read, source)


def _receipts_of_account(session: Session, saved: set[str]) -> list[Held] | None:
    """The receipts of the account's newest entries that are not on disk yet; None if the ledger does not give them.

    Raises:
        WalletFault: `receipt_invalid` if what the ledger gives is none of its own.
    """
    screen, profile = session.screen, session.profile
    try:
        path = route("v1", "accounts", profile.account, "entries", limit=ENTRIES_MAX)
        entries = answers.tables(session.reader.get(path), "entries")
        orders = dict.fromkeys(answers.text(entry, "order") for entry in entries)
        given = {
            order: dumps(session.reader.get(route("v1", "orders", order, "receipt")))
            for order in orders
            if order not in saved
        }
    except WalletFault as fault:
        screen.warn(screen.say("verify_log.account_not_asked", why=fault.key))
        return None
    return [_held(session, data, order) for order, data in given.items()]


def _tell_receipts(session: Session, saved: list[Held], fetched: list[Held] | None) -> None:
    """Say how many there are; those that were fetched are kept from now on."""
    screen = session.screen
    screen.done(screen.say("verify_log.saved", count=len(saved)))
    for held in fetched or []:
        keep_receipt(session.home, session.profile, held.receipt, held.read)
    if fetched is not None:
        screen.done(screen.say("verify_log.fetched", count=len(fetched)))
