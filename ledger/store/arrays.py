"""Columns of values as PostgreSQL's binary arrays.

A batch goes to PostgreSQL as one array a column. The driver would write each element as quoted text, in Python, which
the server parses again: more than half of the time of a batch. The binary form is a header and, for each element, its
length and its bytes (`array_send` in PostgreSQL's source).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEADER = struct.Struct(">iiIii")
_LENGTH = struct.Struct(">i")
_NULL = _LENGTH.pack(-1)
_FIRST = 1
_INTEGER_BYTES = 8


class Integers(tuple[int | None, ...]):
    """A column of whole numbers for `bigint[]`."""

    __slots__ = ()


class Texts(tuple[str | None, ...]):
    """A column of texts for `text[]`."""

    __slots__ = ()


class Blobs(tuple[bytes | None, ...]):
    """A column of bytes for `bytea[]`."""

    __slots__ = ()


COLUMN_TYPES: dict[str, type[Integers | Texts | Blobs]] = {"i": Integers, "t": Texts, "b": Blobs}
"""The letters by which a statement names the types of its columns."""


class _IntegersDumper(Dumper):
    format, oid, element_oid = Format.BINARY, 1016, 20

    def dump(self, obj: Integers) -> bytes:
        if None in obj:
            packed = [None if number is None else struct.pack(">q", number) for number in obj]
            return _array(packed, self.element_oid)
        pairs = [part for number in obj for part in (_INTEGER_BYTES, number)]
        return _head(len(obj), self.element_oid, nulls=False) + struct.pack(f">{'iq' * len(obj)}", *pairs)


class _TextsDumper(Dumper):
    format, oid, element_oid = Format.BINARY, 1009, 25

    def dump(self, obj: Texts) -> bytes:
        return _array([None if text is None else text.encode() for text in obj], self.element_oid)


class _BlobsDumper(Dumper):
    format, oid, element_oid = Format.BINARY, 1001, 17

    def dump(self, obj: Blobs) -> bytes:
        return _array(obj, self.element_oid)


def register_arrays(connection: psycopg.Connection[Any]) -> None:
    """Let a connection take columns as parameters."""
    connection.adapters.register_dumper(Integers, _IntegersDumper)
    connection.adapters.register_dumper(Texts, _TextsDumper)
    connection.adapters.register_dumper(Blobs, _BlobsDumper)


def _array(elements: Sequence[bytes | None], element_oid: int) -> bytes:
    pack, parts = _LENGTH.pack, [_head(len(elements), element_oid, nulls=None in elements)]
    for element in elements:
        if element is None:
            parts.append(_NULL)
        else:
            parts += (pack(len(element)), element)
    return b"".join(parts)


def _head(count: int, element_oid: int, *, nulls: bool) -> bytes:
    """One dimension, whether there are nulls, the element's type, how many, and the first index."""
    return _HEADER.pack(1, nulls, element_oid, count, _FIRST)
