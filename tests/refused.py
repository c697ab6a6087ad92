"""`with refused(Fault.MALFORMED, what="typ"): ...`: the work inside must end in exactly that fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ledger.faults import Fault, LedgerFault


@contextmanager
def refused(fault: Fault, **details: str) -> Iterator[None]:
    """Expect this fault with exactly these details."""
    with pytest.raises(LedgerFault) as caught:
        yield
    assert (caught.value.fault, caught.value.details) == (fault, details)
