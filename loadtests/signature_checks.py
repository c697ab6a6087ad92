"""The other yardstick of the bench: signature checks alone, in one process per core, without any server."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from types import TracebackType
from typing import NamedTuple, Self

from ledger.faults import LedgerFault
from ledger.signing.keys import PublicKey, verify

_AT_ONCE = 64
_checks: list[Check] = []


class Check(NamedTuple):
    """One signature to be checked."""

    key: PublicKey
    message: bytes
    signature: bytes


class SignatureChecks:
    """A process for each core, ready to check signatures for a while. A context manager."""

    def __init__(self, checks: Sequence[Check], cores: int) -> None:
        self._cores = cores
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(
            cores, mp_context=context, initializer=_keep, initargs=(list(checks),)
        )
        self.run(0.01)  # all processes are up before anything is measured

    def __enter__(self) -> Self:
        """Ready."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes."""
        self._pool.shutdown()

    def run(self, seconds: float) -> float:
        """Signatures checked a second by all cores together, measured for so long."""
        return sum(self._pool.map(_rate, [seconds] * self._cores))


def _keep(checks: list[Check]) -> None:
    _checks[:] = checks


def _rate(seconds: float) -> float:
    started, count = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - started) < seconds or not count:
        for place in range(count, count + _AT_ONCE):
            key, message, signature = _checks[place % len(_checks)]
            _verify(key, message, signature)
        count += _AT_ONCE
    return count / elapsed


def _verify(key: PublicKey, message: bytes, signature: bytes) -> None:
    try:
        verify(key, message, signature)
    except LedgerFault as fault:
        raise ValueError(str(fault)) from None  # a fault does not travel between processes
