"""Strict JSON: one reading of the bytes, or none.

The standard parser takes NaN, 1e400, the last of two members of one name, lone surrogates, a byte order mark,
and recurses as deep as the sender likes. Signed bytes must mean the same to every reader, so all of that is
refused here (RFC 8259, narrowed in the manner of I-JSON, RFC 7493). Money and sizes are whole numbers: there
are no floats at all.
"""

from __future__ import annotations

import json
from typing import NoReturn

from ledger.faults import Fault, LedgerFault

INTEGER_MIN = -(2**63)
INTEGER_MAX = 2**63 - 1

_INTEGER_CHARACTERS_MAX = len(str(INTEGER_MIN))
_WHITESPACE = " \t\n\r"
_BRACKETS = bytes.maketrans(b"[{]}", b"(())")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))


def loads(data: bytes, *, bytes_max: int, depth_max: int = 8) -> object:
    """The one value of `data`: UTF-8, at most `bytes_max` bytes, nested at most `depth_max` deep.

    It is None, bool, int, str, or a list or dict (names are str) of these; who reads it says what it must be.

    Raises:
        LedgerFault: MALFORMED; `what` is `too_long`, `depth`, `byte_order_mark`, `not_utf8`, `not_json`,
            `duplicate_member`, `not_an_integer`, `integer_range` or `lone_surrogate`.
    """
    if len(data) > bytes_max:
        raise _malformed("too_long")
    # A text with so few brackets cannot nest deeper: most orders are done here.
    if data.count(b"[") + data.count(b"{") > depth_max and _is_deeper(data, depth_max):
        raise _malformed("depth")
    text = _decode(data).strip(_WHITESPACE)
    try:
        value, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError as error:
        raise _malformed("not_json") from error
    if end != len(text):
        raise _malformed("not_json")
    if "\\u" in text:
        _refuse_lone_surrogates(value)
    return value


def loads_object(data: bytes, *, bytes_max: int, depth_max: int = 8) -> dict[str, object]:
    """`loads` of what must be a JSON object.

    Raises:
        LedgerFault: MALFORMED, as `loads`, or with `what=not_an_object`.
    """
    value = loads(data, bytes_max=bytes_max, depth_max=depth_max)
    if not isinstance(value, dict):
        raise _malformed("not_an_object")
    return value


def dumps(value: object) -> bytes:
    """`value` as compact ASCII JSON: no spaces, members in the order given.

    Raises:
        LedgerFault: MALFORMED with `what=lone_surrogate`: a text that no reader of `loads` would take.
    """
    data = _ENCODER.encode(value).encode("ascii")
    if b"\\ud" in data:
        _refuse_lone_surrogates(value)
    return data


def _malformed(what: str) -> LedgerFault:
    return LedgerFault(Fault.MALFORMED, what=what)


def _is_deeper(data: bytes, depth_max: int) -> bool:
    """Whether brackets nest deeper than `depth_max`: without recursion, at the speed of `bytes.replace`.

    What is never closed is left to the parser to refuse, as long as it could not nest deeper than twice the
    limit.
    """
    # Escaped backslashes go first, then escaped quotes: the quotes that remain open and close the strings.
    outside = data.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2]
    brackets = b"".join(outside).translate(_BRACKETS, _NO_BRACKETS)
    for _ in range(depth_max):
        # One pass takes away every innermost pair, hence exactly one level.
        brackets = brackets.replace(b"()", b"")
    return b"()" in brackets or brackets.count(b"(") > depth_max


def _decode(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        raise _malformed("byte_order_mark")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed("not_utf8") from error


def _unique_members(members: list[tuple[str, object]]) -> dict[str, object]:
    unique = dict(members)
    if len(unique) != len(members):
        raise _malformed("duplicate_member")
    return unique


def _integer(digits: str) -> int:
    # Length before value: reading a million digits is slow, and -0 would be a second way to write 0.
    if len(digits) > _INTEGER_CHARACTERS_MAX or not INTEGER_MIN <= int(digits) <= INTEGER_MAX:
        raise _malformed("integer_range")
    if digits == "-0":
        raise _malformed("not_an_integer")
    return int(digits)


def _refuse_number(_text: str) -> NoReturn:
    raise _malformed("not_an_integer")


def _refuse_lone_surrogates(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise _malformed("lone_surrogate") from error


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique_members,
    parse_int=_integer,
    parse_float=_refuse_number,
    parse_constant=_refuse_number,
)
_ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))
