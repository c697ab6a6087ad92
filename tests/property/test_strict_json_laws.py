"""Strict JSON against the standard library and against a naive measure of depth."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.faults import Fault, LedgerFault
from ledger.strict_json import INTEGER_MAX, INTEGER_MIN, dumps, loads
from tests.refused import refused

pytestmark = pytest.mark.property

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.text('[]{}"\\,:', max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(INTEGER_MIN, INTEGER_MAX) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=30)
BYTES_MAX = 1_000_000


def depth(value: Any) -> int:
    """How deep lists and objects nest, by recursion."""
    if isinstance(value, dict):
        return 1 + max((depth(inner) for inner in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((depth(inner) for inner in value), default=0)
    return 0


@given(value=VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    """`loads` undoes `dumps`, and what comes back is written the same again, member order included."""
    data = dumps(value)
    again = loads(data, bytes_max=BYTES_MAX, depth_max=100)
    assert again == value
    assert dumps(again) == data
    assert data.isascii()
    assert b"\n" not in data


@given(value=VALUES, limit=st.integers(0, 6), spaced=st.booleans(), plain=st.booleans())
def test_depth_is_measured_rightly(value: Any, limit: int, spaced: bool, plain: bool) -> None:
    """A text is refused for its depth exactly if a naive recursive count says that it nests deeper."""
    data = json.dumps(value, ensure_ascii=plain, indent=1 if spaced else None).encode()
    if depth(value) > limit:
        with refused(Fault.MALFORMED, what="depth"):
            loads(data, bytes_max=BYTES_MAX, depth_max=limit)
    else:
        assert loads(data, bytes_max=BYTES_MAX, depth_max=limit) == value


PIECES = '" \\ \\\\ \\" { } [ ] , : 1 -0 1.5 1e9 NaN null true \\ud800 \\udc00 \\u0041 "a": a é'.split()
ODD_PIECES = ["\ufeff", " ", "\n", "\x00", "9" * 19, "9" * 20]
FRAGMENTS = st.lists(st.sampled_from([*PIECES, *ODD_PIECES]), max_size=12).map("".join)


def read(data: bytes) -> object:
    """The value, or the fault that it ends in."""
    try:
        return loads(data, bytes_max=BYTES_MAX)
    except LedgerFault as fault:
        return fault.fault


@given(data=FRAGMENTS.map(str.encode) | st.binary(max_size=40))
@example(data=b"[9223372036854775807]")
def test_never_laxer_than_the_standard_library(data: bytes) -> None:
    """Whatever is taken, the standard parser takes with the same meaning; whatever is not, ends in the one fault."""
    value = read(data)
    if isinstance(value, Fault):
        assert value is Fault.MALFORMED
        return
    assert value == json.loads(data)
    assert json.dumps(value, ensure_ascii=False).encode()
    assert loads(dumps(value), bytes_max=BYTES_MAX) == value
