"""The ledger's identity: met once, kept beside the keys, and held to ever after.

Record 0 says what a ledger is, and its SHA-256 is the ledger's id: whoever keeps the id can check the record, and from
the record knows the currencies, the addresses and the log key. So one file, named by its own hash, is all of the trust.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ledger.faults import LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND
from ledger.orders.genesis import GENESIS_BYTES_MAX, Genesis, read_genesis
from ledger.proofs.checkpoint import Checkpoint, open_checkpoint, origin_of
from ledger.proofs.receipt import parse_receipt
from ledger.signing import base64url
from ledger.signing.log_keys import chain_from_rows, key_at, log_key_row
from ledger.strict_json import dumps
from wallet_cli import answers, files
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.home import Home
from wallet_cli.recovery import word_list

MARK_WORDS = 4
_WORD_BITS = 11


class MetLedger(NamedTuple):
    """A ledger as it shows itself, everything checked that it can be held to."""

    genesis: Genesis
    checkpoint_text: str
    checkpoint: Checkpoint
    log_size: int
    time_us: int
    ahead_us: int = 0
    """By how much a sandbox's clock was moved ahead; where money is money, 0 whatever the answer says."""


def meet_ledger(members: dict[str, Any]) -> MetLedger:
    """Read the answer of `/v1/ledger`: the id is the hash of record 0, and the log key signed the checkpoint.

    Raises:
        WalletFault: `ledger_not_itself` (exit 10), `answer_member`.
    """
    genesis = genesis_of(answers.text(members, "genesis_record").encode("utf-8"))
    if answers.text(members, "ledger") != genesis.ledger_id:
        raise WalletFault("ledger_not_itself", ExitCode.VERIFICATION_FAILED)
    genesis = with_log_keys(genesis, answers.tables(members, "log_keys"))
    checkpoint_text = answers.text(members, "checkpoint")
    checkpoint = open_checkpoint_of(genesis, checkpoint_text)
    return MetLedger(
        genesis,
        checkpoint_text,
        checkpoint,
        answers.whole(members, "log_size"),
        answers.instant(members, "time"),
        _ahead_us(members) if genesis.sandbox else 0,
    )


def _ahead_us(members: dict[str, Any]) -> int:
    return (
        answers.whole(members, "ahead_seconds") * MICROSECONDS_PER_SECOND if "ahead_seconds" in members else 0
    )


def open_checkpoint_of(genesis: Genesis, text: str) -> Checkpoint:
    """The head that this ledger's log key signed: the one whose range has the size of it.

    Raises:
        WalletFault: `ledger_not_itself`.
    """
    log_keys = genesis.log_keys
    try:
        checkpoint = open_checkpoint(
            text, origin=origin_of(genesis.ledger_id), log_keys=[row.key for row in log_keys]
        )
    except LedgerFault as error:
        raise WalletFault("ledger_not_itself", ExitCode.VERIFICATION_FAILED) from error
    if key_at(log_keys, checkpoint.size).kid != checkpoint.kid:
        raise WalletFault("ledger_not_itself", ExitCode.VERIFICATION_FAILED)
    return checkpoint


def genesis_of(record: bytes) -> Genesis:
    """Record 0, read.

    Raises:
        WalletFault: `ledger_not_itself` if it is none.
    """
    try:
        return read_genesis(record)
    except LedgerFault as error:
        raise WalletFault("ledger_not_itself", ExitCode.VERIFICATION_FAILED) from error


def pin_ledger(home: Home, genesis: Genesis) -> None:
    """Keep record 0 under its own hash, and the log keys that took over since."""
    files.replace(_genesis_file(home, genesis.ledger_id), genesis.record)
    remember_log_keys(home, genesis)


def remember_log_keys(home: Home, genesis: Genesis) -> Genesis:
    """Keep log keys that are new to this wallet; their chain was verified when the ledger was met.

    Returns the ledger with every log key that is known now: an answer that knows fewer makes the wallet forget none.

    Raises:
        WalletFault: `ledger_not_itself` if a log key that is kept here, even a retired one, has another successor.
    """
    kept = pinned_ledger(home, genesis.ledger_id)
    both = min(len(kept.log_keys), len(genesis.log_keys))
    if kept.log_keys[:both] != genesis.log_keys[:both]:
        raise WalletFault("ledger_not_itself", ExitCode.VERIFICATION_FAILED)
    if both == len(genesis.log_keys):
        return kept
    files.replace(_log_keys_file(home, genesis.ledger_id), dumps([*map(log_key_row, genesis.log_keys)]))
    return genesis


def hold_log_keys(home: Home, met: MetLedger) -> None:
    """Hold a ledger to every log key that this wallet ever saw of it: a retired one signs nothing new.

    Raises:
        WalletFault: `ledger_not_itself`.
    """
    open_checkpoint_of(remember_log_keys(home, met.genesis), met.checkpoint_text)


def with_log_keys(genesis: Genesis, rows: list[dict[str, Any]]) -> Genesis:
    """The ledger with the log keys that it says took over, each vouched for by the one before it.

    Raises:
        WalletFault: `ledger_not_itself`.
    """
    try:
        chain = chain_from_rows(genesis.log_key, rows, ledger_id=genesis.ledger_id)
    except LedgerFault as error:
        raise WalletFault("ledger_not_itself", ExitCode.VERIFICATION_FAILED) from error
    return replace(genesis, later_log_keys=chain[1:])


def knows_signer(genesis: Genesis, data: bytes) -> bool:
    """Whether a receipt is signed by a log key that is known here; also if it is broken in any other way."""
    keys = [row.key for row in genesis.log_keys]
    try:
        receipt = parse_receipt(data.strip())
        open_checkpoint(receipt.checkpoint, origin=origin_of(genesis.ledger_id), log_keys=keys)
    except LedgerFault as fault:
        return fault.details.get("what") != "checkpoint_unsigned"
    return True


def pinned_ledger(home: Home, ledger_id: str) -> Genesis:
    """The ledger that was pinned under this id.

    Raises:
        WalletFault: `ledger_not_pinned` if the file is missing or its hash is not the id.
    """
    path = _genesis_file(home, ledger_id)
    try:
        record = files.read_private(path, bytes_max=GENESIS_BYTES_MAX)
    except FileNotFoundError as error:
        raise WalletFault("ledger_not_pinned", ExitCode.VERIFICATION_FAILED, path=str(path)) from error
    if base64url.encode(hashlib.sha256(record).digest()) != ledger_id:
        raise WalletFault("ledger_not_pinned", ExitCode.VERIFICATION_FAILED, path=str(path))
    return _with_kept_log_keys(home, genesis_of(record))


def _with_kept_log_keys(home: Home, genesis: Genesis) -> Genesis:
    path = _log_keys_file(home, genesis.ledger_id)
    try:
        rows = json.loads(files.read_private(path, bytes_max=GENESIS_BYTES_MAX))
    except FileNotFoundError:
        return genesis
    except (ValueError, RecursionError) as error:
        raise WalletFault("ledger_not_pinned", ExitCode.VERIFICATION_FAILED, path=str(path)) from error
    return with_log_keys(genesis, answers.tables({"log_keys": rows}, "log_keys"))


def ledger_from_file(path: Path) -> Genesis:
    """A ledger from a file that somebody handed over: record 0 itself, or a saved answer of `/v1/ledger`.

    It is trusted because its holder says so; the screen shows its mark.

    Raises:
        WalletFault: `ledger_file_unreadable`, `ledger_not_itself`.
    """
    try:
        data = path.read_bytes()[: GENESIS_BYTES_MAX * 2]
        members = json.loads(data)
    except (OSError, ValueError, RecursionError) as error:
        raise WalletFault("ledger_file_unreadable", ExitCode.USAGE, path=str(path)) from error
    if isinstance(members, dict) and "genesis_record" in members:
        genesis = genesis_of(answers.text(members, "genesis_record").encode("utf-8"))
        return with_log_keys(genesis, answers.tables(members, "log_keys"))
    return genesis_of(data.strip())


def mark_of(ledger_id: str) -> str:
    """Four words that stand for a ledger's id, to be compared by eye or by voice: `brave-river-salt-nine`."""
    number = int.from_bytes(hashlib.sha256(ledger_id.encode()).digest(), "big")
    words = word_list()
    return "-".join(words[number >> _WORD_BITS * place & 2_047] for place in range(MARK_WORDS))


def _genesis_file(home: Home, ledger_id: str) -> Path:
    return home.data_folder / "ledgers" / f"{ledger_id}.json"


def _log_keys_file(home: Home, ledger_id: str) -> Path:
    return home.data_folder / "ledgers" / f"{ledger_id}.log-keys.json"
