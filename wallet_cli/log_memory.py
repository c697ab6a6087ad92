"""What the wallet remembers of its ledger's log, so that a log which shrinks or changes is noticed.

An append-only log only grows. A ledger that shows a shorter one than before, or another root at the same
size, has lost or rewritten history, and the wallet says so instead of going on. What was seen is read
*before* a question is sent and compared with the answer: two wallets asking at once may get their answers in
either order, and that is no alarm.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from wallet_cli import files
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.home import Home
from wallet_cli.profile import Profile

FILE_BYTES_MAX = 16_384

_CHECKPOINT_BODY_LINES = 3


@dataclass(frozen=True, slots=True)
class LogSeen:
    """The greatest log size seen, and the last checkpoint (C2SP tlog-checkpoint; empty before the first)."""

    ledger_id: str
    size: int
    checkpoint: str

    @property
    def checkpoint_body(self) -> tuple[str, ...]:
        """Origin, size and root: what two checkpoints of one size must agree in. Signatures may differ."""
        return tuple(self.checkpoint.split("\n")[:_CHECKPOINT_BODY_LINES])


def log_seen(home: Home, profile: Profile) -> LogSeen:
    """What this profile has seen of its ledger; size 0 if nothing yet.

    Raises:
        WalletFault: `log_memory_damaged`, and what `files.read_private` raises.
    """
    path = home.log_seen_file(profile.name)
    nothing = LogSeen(profile.ledger_id, 0, "")
    try:
        members = json.loads(files.read_private(path, bytes_max=FILE_BYTES_MAX))
        seen = LogSeen(str(members["ledger_id"]), int(members["size"]), str(members["checkpoint"]))
    except FileNotFoundError:
        return nothing
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WalletFault("log_memory_damaged", ExitCode.VERIFICATION_FAILED, path=str(path)) from error
    return seen if seen.ledger_id == profile.ledger_id else nothing


def notice_log(home: Home, profile: Profile, *, before: LogSeen, size: int, checkpoint: str = "") -> None:
    """Compare the log in an answer with what was seen before the question, and remember the greater.

    `checkpoint` is a verified one; its own size may be less than `size`, which an answer may name without
    one.

    Raises:
        WalletFault: `log_shrank`, or `log_rewritten` for another root at the same size.
    """
    now = LogSeen(profile.ledger_id, size, checkpoint)
    if size < before.size:
        raise WalletFault("log_shrank", ExitCode.VERIFICATION_FAILED, before=before.size, size=size)
    _check_same_root(now, before)
    path = home.log_seen_file(profile.name)
    with files.locked(path.parent):
        kept = log_seen(home, profile)
        _check_same_root(now, kept)
        newest = now if checkpoint and _checkpoint_size(now) >= _checkpoint_size(kept) else kept
        remembered = LogSeen(profile.ledger_id, max(size, kept.size), newest.checkpoint)
        if remembered != kept:
            files.replace(path, _encode(remembered))


def _check_same_root(now: LogSeen, seen: LogSeen) -> None:
    """Two checkpoints of one size name one root."""
    both = bool(now.checkpoint and seen.checkpoint)
    if (
        both
        and _checkpoint_size(now) == _checkpoint_size(seen)
        and now.checkpoint_body != seen.checkpoint_body
    ):
        raise WalletFault("log_rewritten", ExitCode.VERIFICATION_FAILED, size=_checkpoint_size(now))


def _checkpoint_size(seen: LogSeen) -> int:
    """The size on the checkpoint's second line; -1 without a checkpoint."""
    body = seen.checkpoint_body
    return int(body[1]) if len(body) == _CHECKPOINT_BODY_LINES and body[1].isdecimal() else -1


def _encode(seen: LogSeen) -> bytes:
    members = {"ledger_id": seen.ledger_id, "size": seen.size, "checkpoint": seen.checkpoint}
    return json.dumps(members, indent=1).encode("ascii") + b"\n"
