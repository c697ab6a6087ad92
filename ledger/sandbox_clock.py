"""Time in a sandbox: the machine's clock, moved ahead on request, and the same for every process of one ledger.

How far ahead is eight bytes in a file of the run directory, which all processes map into memory. Only the sequencer
writes them, and never for a ledger of real money. A ledger's time does not go back, so neither does this one.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Self

from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_DAY, MICROSECONDS_PER_SECOND, Clock, MachineClock
from ledger.orders.genesis import Genesis

CLOCK_NAME = "clock"
AHEAD_DAYS_MAX = 3_660
"""Ten years in all: further, and a number of seconds becomes a mistake."""
_BYTES = 8


class SandboxClock:
    """The machine's clock, and ahead of it by as much as the sandbox with this run directory was moved."""

    def __init__(self, run_dir: Path, machine: Clock | None = None) -> None:
        self._path = run_dir.joinpath(CLOCK_NAME)
        self._machine = MachineClock() if machine is None else machine
        self._map: mmap.mmap | None = None

    @property
    def ahead_us(self) -> int:
        """By how many microseconds it is ahead of the machine's clock."""
        self._map = self._map or self._found()
        return int.from_bytes(self._map[:_BYTES], "little") if self._map is not None else 0

    def wall_us(self) -> int:
        """Microseconds since 1970, UTC."""
        return self._machine.wall_us() + self.ahead_us

    def monotonic_us(self) -> int:
        """Microseconds of the monotonic clock. It is moved too: time that was skipped has passed, no clock jumped."""
        return self._machine.monotonic_us() + self.ahead_us

    def kept(self, genesis: Genesis, recorded_us: int) -> Self:
        """Go on where this ledger's time was left: by its own file, and not before the instant of its newest record.

        Only the sequencer does this, when it starts.
        """
        mark = genesis.ledger_id.encode("ascii")
        found = self._path.read_bytes() if self._path.exists() else b""
        same = genesis.sandbox and found[_BYTES:] == mark
        ahead_us = int.from_bytes(found[:_BYTES], "little") if same else 0
        if genesis.sandbox:
            ahead_us = max(ahead_us, recorded_us - self._machine.wall_us())
        flags = os.O_RDWR | os.O_CREAT
        with os.fdopen(os.open(self._path, flags, 0o600), "r+b") as file:
            file.truncate(_BYTES + len(mark))
            file.write(ahead_us.to_bytes(_BYTES, "little") + mark)
        return self

    def move(self, seconds: int) -> int:
        """Move it ahead by so many seconds. Returns how many it is ahead in all.

        Raises:
            LedgerFault: MALFORMED for less than one second, or if it would be more than ten years ahead.
        """
        ahead_us = self.ahead_us + seconds * MICROSECONDS_PER_SECOND
        if seconds < 1 or ahead_us > AHEAD_DAYS_MAX * MICROSECONDS_PER_DAY:
            raise LedgerFault(Fault.MALFORMED, what="seconds")
        with self._path.open("r+b") as file, mmap.mmap(file.fileno(), _BYTES) as shared:
            shared[:_BYTES] = ahead_us.to_bytes(_BYTES, "little")
        return ahead_us // MICROSECONDS_PER_SECOND

    def _found(self) -> mmap.mmap | None:
        try:
            with self._path.open("rb") as file:
                return mmap.mmap(file.fileno(), _BYTES, access=mmap.ACCESS_READ)
        except (OSError, ValueError):  # not there yet, or only just made and still empty
            return None
