"""The few facts about the points of Ed25519 that decide if a key may be registered (RFC 8032 section 5.1).

Pure arithmetic on public values, about a millisecond a key and once in its life: it need not be quick or
constant in time, it must be plain. A point is (X, Y, Z, T), extended coordinates: x = X/Z, y = Y/Z, xy = T/Z.
"""

from __future__ import annotations

from typing import TypeAlias

P = 2**255 - 19
"""The prime of the field."""

L = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point: the size of the one subgroup in which keys may lie."""

Point: TypeAlias = tuple[int, int, int, int]

IDENTITY: Point = (0, 1, 1, 0)

_D = -121665 * pow(121666, -1, P) % P
_SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
_SIGN = 1 << 255
# The y coordinates of the eight points of order 1, 2, 4 and 8; the last two are those of order 8.
_ORDER_8_Y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER_Y = (1, P - 1, 0, _ORDER_8_Y, P - _ORDER_8_Y)


def _encodings(y: int) -> tuple[bytes, bytes]:
    """Both texts of a y coordinate, with the sign of x clear and set."""
    return y.to_bytes(32, "little"), (y | _SIGN).to_bytes(32, "little")


SMALL_ORDER = frozenset(text for y in (*_SMALL_ORDER_Y, P, P + 1) for text in _encodings(y))
"""All 14 encodings, canonical or not, of the eight points of small order."""

NON_CANONICAL = frozenset(text for y in range(P, 2**255) for text in _encodings(y))
"""All 38 encodings whose y is not reduced."""


def decompress(encoding: bytes) -> Point | None:
    """The point of 32 bytes, or None if they are not its one canonical encoding or no point of the curve."""
    number = int.from_bytes(encoding, "little")
    sign, y = number >> 255, number & (_SIGN - 1)
    if len(encoding) != 32 or y >= P:
        return None
    x = _x_of(y)
    if x is None or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def compress(point: Point) -> bytes:
    """The canonical encoding of a point."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def add(one: Point, other: Point) -> Point:
    """The sum of two points (RFC 8032 section 5.1.4: complete, doubling included)."""
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = 2 * t1 * t2 * _D % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar: int, point: Point) -> Point:
    """`point` added `scalar` times."""
    product = IDENTITY
    while scalar:
        if scalar & 1:
            product = add(product, point)
        point = add(point, point)
        scalar >>= 1
    return product


def is_identity(point: Point) -> bool:
    """Whether this is the neutral point."""
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0


def in_prime_order_subgroup(point: Point) -> bool:
    """Whether [L]A is the identity: no component of small order hides in the point."""
    return is_identity(multiply(L, point))


def _x_of(y: int) -> int | None:
    """A square root of (y^2 - 1) / (d y^2 + 1), if there is one (RFC 8032 section 5.1.3)."""
    u, v = (y * y - 1) % P, (_D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == u:
        return x
    if v * x * x % P == P - u:
        return x * _SQRT_MINUS_1 % P
    return None
