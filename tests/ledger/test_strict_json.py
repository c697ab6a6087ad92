"""Strict JSON: what is taken, what is refused and why, and that depth costs nothing."""

from __future__ import annotations

import sys

import pytest

from ledger.faults import Fault, LedgerFault
from ledger.strict_json import INTEGER_MAX, INTEGER_MIN, dumps, loads, loads_object
from tests.refused import refused

BYTES_MAX = 1_000_000

REFUSED = {
    "nothing": (b"", "not_json"),
    "white space alone": (b" \n", "not_json"),
    "two values": (b"{}{}", "not_json"),
    "a tail": (b"[1]x", "not_json"),
    "a comma too many": (b"[1,]", "not_json"),
    "a member without a name": (b"{1:2}", "not_json"),
    "single quotes": (b"{'a':1}", "not_json"),
    "a comment": (b"[1] // one", "not_json"),
    "a control character in a text": (b'["a\nb"]', "not_json"),
    "a NUL in a text": (b'["a\x00b"]', "not_json"),
    "an unknown escape": (b'["\\x41"]', "not_json"),
    "an escape cut short": (b'["\\u12"]', "not_json"),
    "a text never closed": (b'["abc', "not_json"),
    "an object never closed": (b'{"a":1', "not_json"),
    "a leading zero": (b"[01]", "not_json"),
    "a plus sign": (b"[+1]", "not_json"),
    "hexadecimal": (b"[0x1]", "not_json"),
    "other digits": ("[١٢٣]".encode(), "not_json"),
    "a form feed as white space": (b"\x0c[]", "not_json"),
    "a no-break space": ("\u00a0[]".encode(), "not_json"),
    "a member twice": (b'{"a":1,"a":1}', "duplicate_member"),
    "a member twice, deep": (b'{"a":[{"b":1,"b":2}]}', "duplicate_member"),
    "a member twice, one escaped": (b'{"a":1,"\\u0061":2}', "duplicate_member"),
    "a float": (b"[1.0]", "not_an_integer"),
    "an exponent": (b"[1e3]", "not_an_integer"),
    "an infinite float": (b"[1e400]", "not_an_integer"),
    "minus zero": (b"[-0]", "not_an_integer"),
    "NaN": (b"[NaN]", "not_an_integer"),
    "Infinity": (b"[Infinity]", "not_an_integer"),
    "minus Infinity": (b"[-Infinity]", "not_an_integer"),
    "one over 64 bits": (b"[9223372036854775808]", "integer_range"),
    "one under 64 bits": (b"[-9223372036854775809]", "integer_range"),
    "five thousand digits": (b"[" + b"9" * 5_000 + b"]", "integer_range"),
    "half a pair": (b'["\\ud800"]', "lone_surrogate"),
    "the other half": (b'["\\uDC00"]', "lone_surrogate"),
    "half a pair as a name": (b'{"\\ud800":1}', "lone_surrogate"),
    "a pair the wrong way round": (b'["\\udc00\\ud800"]', "lone_surrogate"),
    "half a pair in UTF-8": (b'["\xed\xa0\x80"]', "not_utf8"),
    "Latin-1": (b'["\xe9"]', "not_utf8"),
    "an overlong slash": (b'["\xc0\xaf"]', "not_utf8"),
    "UTF-16": ('{"a":1}'.encode("utf-16-le"), "not_json"),
    "UTF-16 with its mark": ('{"a":1}'.encode("utf-16"), "not_utf8"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "byte_order_mark"),
    "nine deep": (b"[" * 9 + b"]" * 9, "depth"),
    "100,000 brackets": (b"[" * 100_000, "depth"),
    "100,000 braces": (b'{"a":' * 100_000, "depth"),
    "100,000 brackets, closed": (b"[" * 100_000 + b"]" * 100_000, "depth"),
    "deep behind a text with a quote": (b'["\\"",' + b"[" * 100_000, "depth"),
    "deep behind a text with backslashes": (b'["\\\\",' + b"[" * 100_000, "depth"),
    "deep among many closed pairs": (b"[" + b"[]," * 1_000 + b"[" * 500, "depth"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Each wrong text is refused with its own short reason."""
    data, what = REFUSED[name]
    with refused(Fault.MALFORMED, what=what):
        loads(data, bytes_max=BYTES_MAX)


TAKEN: dict[bytes, object] = {
    b"null": None,
    b" \t\r\n[true,false] \n": [True, False],
    b"0": 0,
    str(INTEGER_MIN).encode(): INTEGER_MIN,
    str(INTEGER_MAX).encode(): INTEGER_MAX,
    b'""': "",
    b'{"a":{"b":[1,"2"]}}': {"a": {"b": [1, "2"]}},
    b'"\\ud83d\\ude00"': "\U0001f600",
    '"Sh\u0129l\u0129ng\u0129 \U0001f600"'.encode(): "Sh\u0129l\u0129ng\u0129 \U0001f600",
    b'"\\u0000"': "\x00",
    b'["[[[[[[[[[[[[", "}}}}", "\\"[[[[[[[[[[", "\\\\"]': ["[" * 12, "}}}}", '"[[[[[[[[[[', "\\"],
    b"[[[[[[[[]]]]]]]]": [[[[[[[[]]]]]]]],
    b"[[],[],[],[],[],[],[],[],[],[]]": [[]] * 10,
}


@pytest.mark.parametrize("data", TAKEN)
def test_taken(data: bytes) -> None:
    """What is JSON without those traps means what it says."""
    assert loads(data, bytes_max=BYTES_MAX) == TAKEN[data]


def test_nesting_never_recurses() -> None:
    """The depth is known before anything is parsed: even with hardly any stack left, it is a fault and no crash."""
    deep = b"[" * 100_000 + b"]" * 100_000
    frames, frame = 0, sys._getframe()
    while frame.f_back is not None:
        frames, frame = frames + 1, frame.f_back
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(frames + 60)
    try:
        with refused(Fault.MALFORMED, what="depth"):
            loads(deep, bytes_max=BYTES_MAX)
    finally:
        sys.setrecursionlimit(before)


def test_length_counts_bytes() -> None:
    """The limit is in bytes of the text as it came, and it is the first thing looked at."""
    assert loads(b"[1]", bytes_max=3) == [1]
    with refused(Fault.MALFORMED, what="too_long"):
        loads(b"[1] ", bytes_max=3)
    with refused(Fault.MALFORMED, what="too_long"):
        loads(b"\xff\xff\xff\xff", bytes_max=3)


def test_depth_limit_is_the_callers() -> None:
    """Who asks says how deep; unbalanced brackets in a shallow text are no matter of depth."""
    assert loads(b"[1]", bytes_max=10, depth_max=1) == [1]
    with refused(Fault.MALFORMED, what="depth"):
        loads(b"[[1]]", bytes_max=10, depth_max=1)
    with refused(Fault.MALFORMED, what="depth"):
        loads(b"[]", bytes_max=10, depth_max=0)
    with refused(Fault.MALFORMED, what="not_json"):
        loads(b"[[],[],[]", bytes_max=10, depth_max=2)


@pytest.mark.parametrize("data", [b"[]", b"1", b"null", b'"{}"'])
def test_only_an_object_is_an_object(data: bytes) -> None:
    """`loads_object` takes objects alone."""
    with refused(Fault.MALFORMED, what="not_an_object"):
        loads_object(data, bytes_max=BYTES_MAX)
    assert loads_object(b'{"a":1}', bytes_max=BYTES_MAX) == {"a": 1}


def test_written_form() -> None:
    """Compact, ASCII, members in the order given."""
    assert dumps({"b": [1, True, None], "a": "é\u2014\n"}) == b'{"b":[1,true,null],"a":"\\u00e9\\u2014\\n"}'


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}, ["a", {"b": "x\udc80"}]])
def test_no_lone_surrogate_is_written(value: object) -> None:
    """What no reader would take is not written either."""
    with refused(Fault.MALFORMED, what="lone_surrogate"):
        dumps(value)


def test_faults_carry_no_text_of_the_sender() -> None:
    """A fault says which rule was broken and repeats nothing of what was sent."""
    with pytest.raises(LedgerFault) as caught:
        loads(b'{"siri":"my secret",}', bytes_max=BYTES_MAX)
    assert "secret" not in str(caught.value)
