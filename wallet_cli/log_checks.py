"""Whether the ledger's history only grew: proven with public data, or evidence kept that it did not.

Every checkpoint that the wallet ever kept, in its memory or in a receipt, must be one of the history of today. The
ledger proves that with a consistency proof; what it cannot prove is the alarm. Both checkpoints are signed with the
ledger's own key, so the two together convince anybody, and they are written into a file before anything is said.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from ledger.faults import LedgerFault
from ledger.proofs.checkpoint import Checkpoint
from ledger.proofs.merkle import verify_consistency
from ledger.signing import base64url
from wallet_cli import files
from wallet_cli.client import LedgerClient, LedgerSaidNo
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.home import Home
from wallet_cli.log_memory import LogSeen
from wallet_cli.pinned import MetLedger
from wallet_cli.profile import Profile
from wallet_cli.web import route

_NO_PROOF = frozenset({400, 404, 422})


class Kept(NamedTuple):
    """A checkpoint that the wallet kept: what it says, its text, and where it was kept (for the evidence)."""

    checkpoint: Checkpoint
    text: str
    source: str


def prove_growth(client: LedgerClient, seen: Checkpoint, now: Checkpoint) -> None:
    """Have the ledger prove that the log of `now` begins with the log of `seen`.

    Raises:
        LedgerFault: PROOF_INVALID: it does not, or the ledger cannot prove it.
        WalletFault: what asking raises.
    """
    hashes: list[bytes] = []
    if 0 < seen.size < now.size:
        path = route("v1", "proofs", "consistency", **{"from": seen.size, "to": now.size})
        told = client.get(path).get("hashes")
        hashes = [base64url.decode(str(each)) for each in told] if isinstance(told, list) else []
    verify_consistency(
        old_size=seen.size, new_size=now.size, old_root=seen.root, new_root=now.root, hashes=hashes
    )


class LogCheck:
    """One look at a ledger's log; each size that was kept is proven once, however many receipts are of it."""

    def __init__(self, home: Home, profile: Profile, client: LedgerClient, met: MetLedger) -> None:
        self._home = home
        self._profile = profile
        self._client = client
        self._met = met
        self._proven: dict[int, bytes] = {}

    def require_contained(self, kept: Kept) -> None:
        """The history of today contains this checkpoint.

        Raises:
            WalletFault: `log_rolled_back` or `log_forked` (exit 11), with the file that holds the evidence; what asking
                raises.
        """
        seen, now = kept.checkpoint, self._met.checkpoint
        if self._proven.get(seen.size) == seen.root:
            return
        if now.size < seen.size:
            raise self._alarm("log_rolled_back", seen.size, kept.text, kept.source)
        try:
            prove_growth(self._client, seen, now)
        except LedgerFault as fault:
            raise self._alarm("log_forked", seen.size, kept.text, kept.source) from fault
        except LedgerSaidNo as fault:
            if fault.problem.status in _NO_PROOF:
                raise self._alarm("log_forked", seen.size, kept.text, kept.source) from fault
            raise
        self._proven[seen.size] = seen.root

    def require_size(self, before: LogSeen) -> None:
        """The log is no shorter than the ledger said in any answer; of that there may be no signed checkpoint.

        Raises:
            WalletFault: `log_rolled_back`.
        """
        if self._met.log_size < before.size:
            raise self._alarm(
                "log_rolled_back", before.size, before.checkpoint, f"an answer that told {before.size}"
            )

    def _alarm(self, key: str, size: int, checkpoint: str, source: str) -> WalletFault:
        path = self._keep_evidence(size, checkpoint, source)
        before, now = f"{size:,}", f"{self._met.log_size:,}"
        return WalletFault(key, ExitCode.HISTORY_CHANGED, before=before, size=now, path=str(path))

    def _keep_evidence(self, size: int, checkpoint: str, source: str) -> Path:
        """Both checkpoints side by side, in a file that is named by what it holds: the same evidence, the same file."""
        now = self._met.checkpoint
        members = {
            "ledger": self._profile.ledger_id,
            "genesis_record": self._met.genesis.record.decode("ascii"),
            "kept": {"checkpoint": checkpoint, "from": source},
            "shown": {"checkpoint": self._met.checkpoint_text, "url": self._profile.ledger_url},
        }
        name = f"{self._profile.name}-{size}-{now.size}-{now.root.hex()[:8]}.json"
        path = self._home.state_folder / "evidence" / name
        files.replace(path, json.dumps(members, indent=1).encode("ascii") + b"\n")
        return path
