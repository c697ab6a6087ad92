r"""The log as lines: record `n` is line `n + 1`, exactly its bytes; the last line is the signed checkpoint over them.

    {"sequence":0,"recorded_at":"...","rules":1,"cause":{"genesis":{...}}, ...}
    {"sequence":1,...}
    {"checkpoint":"daftari/...\n2\n...\n\n... ...\n"}

Every line ends in one newline. A leaf of the tree is SHA-256 of a zero byte and a line without its newline.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.faults import LedgerFault
from ledger.rules.audit import Replayed
from ledger.rules.history import History
from ledger.rules.records import RECORD_BYTES_MAX
from ledger.rules.state import State
from ledger.strict_json import dumps, loads_object

LINE_BYTES_MAX = RECORD_BYTES_MAX


class LogLines:
    """The log itself."""

    def begin(self, history: History) -> Iterator[bytes]:
        """Record 0."""
        yield history.genesis.record + b"\n"

    def note(self, replayed: Replayed) -> Iterator[bytes]:
        """One more record."""
        yield replayed.record + b"\n"

    def end(self, state: State, checkpoint: str, recorded_us: int) -> Iterator[bytes]:
        """The checkpoint."""
        del state, recorded_us  # the records say it all
        yield dumps({"checkpoint": checkpoint}) + b"\n"


def read_checkpoint_line(line: bytes) -> str | None:
    """The checkpoint that a last line holds; None if it is something else."""
    if not line.startswith(b'{"checkpoint":'):
        return None
    try:
        members = loads_object(line, bytes_max=LINE_BYTES_MAX, depth_max=1)
    except LedgerFault:
        return None
    checkpoint = members.get("checkpoint")
    return checkpoint if members.keys() == {"checkpoint"} and isinstance(checkpoint, str) else None
