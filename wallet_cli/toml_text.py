"""TOML written out: the few kinds of value that settings hold. `tomllib` reads them back unchanged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from ledger.faults import require

TomlValue: TypeAlias = "str | int | bool | list[TomlValue] | Mapping[str, TomlValue]"

_INTEGER_MIN, _INTEGER_MAX = -(2**63), 2**63 - 1
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
# What a basic string may not hold as it is (TOML 1.0, "String"), and what no editor should be shown raw.
_ESCAPED = re.compile(r'[\x00-\x1f\x7f-\x9f"\\\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def toml_text(table: Mapping[str, TomlValue]) -> str:
    """A TOML document of this table: plain values first, then its tables, each under its full name.

    A text must be valid Unicode (no lone surrogates), a whole number fit 64 bits; a list holds no tables.
    """
    return "\n".join(_lines(table, ())) + "\n"


def _lines(table: Mapping[str, TomlValue], path: tuple[str, ...]) -> list[str]:
    plain = {name: value for name, value in table.items() if not isinstance(value, Mapping)}
    inner = {name: value for name, value in table.items() if isinstance(value, Mapping)}
    lines = [f"{_key(name)} = {_value(value)}" for name, value in plain.items()]
    if path and (plain or not inner):
        lines.insert(0, f"[{'.'.join(map(_key, path))}]")
    for name, value in inner.items():
        lines += [*([""] if lines else []), *_lines(value, (*path, name))]
    return lines


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _string(name)


def _value(value: TomlValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        require(_INTEGER_MIN <= value <= _INTEGER_MAX, "a TOML integer fits 64 bits")
        return str(value)
    if isinstance(value, str):
        return _string(value)
    require(
        isinstance(value, list), "TOML is written of texts, whole numbers, truth values, lists and tables"
    )
    return f"[{', '.join(_value(item) for item in value if not isinstance(item, Mapping))}]"


def _string(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    return _SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}"
