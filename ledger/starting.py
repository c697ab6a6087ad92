"""How a sequencer that must not serve tells its supervisor why, so that the operator reads it in their language."""

from __future__ import annotations

import json
from pathlib import Path

from ledger.faults import Fault, LedgerFault

EXIT_REFUSED = 3
"""The exit code of a sequencer that found a fault when it opened the ledger. To start it again would not help."""


def leave_refusal(run_dir: Path, fault: LedgerFault) -> None:
    """Write down why this ledger is not served."""
    told = {"fault": fault.fault.value, "details": fault.details}
    _file(run_dir).write_text(json.dumps(told), encoding="utf-8")


def take_refusal(run_dir: Path) -> LedgerFault:
    """What the sequencer wrote down when it ended with EXIT_REFUSED; it is gone afterwards."""
    path = _file(run_dir)
    told = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    return LedgerFault(Fault(told["fault"]), **told["details"])


def _file(run_dir: Path) -> Path:
    return run_dir / "refused.json"
