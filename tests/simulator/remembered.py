"""What the simulator remembers to be quick, said openly: one pure check, by its argument.

Whether a point lies in the prime-order subgroup takes a millisecond and is asked for the same two dozen keys again and
again, since every audit and every doubled message reads the same orders. The answer depends on the point alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from ledger.signing import ed25519_points

_remembering = cache(ed25519_points.in_prime_order_subgroup)


@contextmanager
def key_checks_remembered() -> Iterator[None]:
    """While this lasts, the check of one key is made once in this process."""
    checking = ed25519_points.in_prime_order_subgroup
    ed25519_points.in_prime_order_subgroup = _remembering
    try:
        yield
    finally:
        ed25519_points.in_prime_order_subgroup = checking
