"""Base64url: one text for the same bytes."""

from __future__ import annotations

import base64

import pytest

from ledger.faults import Fault
from ledger.signing import base64url
from tests.refused import refused


@pytest.mark.parametrize(
    "data, text",
    [
        (b"", ""),
        (b"f", "Zg"),
        (b"fo", "Zm8"),
        (b"foo", "Zm9v"),
        (b"foob", "Zm9vYg"),
        (b"fooba", "Zm9vYmE"),
        (b"foobar", "Zm9vYmFy"),
        (b"\xfb\xff\xfe", "-__-"),
        (bytes([3, 236, 255, 224, 193]), "A-z_4ME"),
    ],
)
def test_vectors(data: bytes, text: str) -> None:
    """The vectors of RFC 4648 section 10 without padding, and RFC 7515 appendix C."""
    assert base64url.encode(data) == text
    assert base64url.encode_bytes(data) == text.encode()
    assert base64url.decode(text) == base64url.decode(text.encode()) == data


@pytest.mark.parametrize(
    "text",
    [
        *("Zg==", "Zm8=", "Zm9v=", "=", "Zg=", "Z=g"),  # padding
        *("Z", "Zm9vY"),  # one character too many or too few
        *("Zh", "Zv", "Zm9", "Zm_"),  # unused bits that are not zero
        *("+//+", "Zm9/", "Zm+v"),  # the other alphabet
        *("Zm9v\n", " Zm9v", "Zm\n9v", "Zm9v\x00", "Zm.9", "Zm9v.", "Zmé9", "Ｚｍ９ｖ", "Zm9\udc80"),  # noqa: RUF001
    ],
)
def test_refused(text: str) -> None:
    """Any other text is no base64url, though lenient decoders take it."""
    with refused(Fault.MALFORMED, what="base64url"):
        base64url.decode(text)
    with refused(Fault.MALFORMED, what="base64url"):
        base64url.decode(text.encode("utf-8", "surrogatepass"))


def test_every_last_group() -> None:
    """Of all texts of two and of three characters exactly those are taken that encoding would write."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for head in ("A", "AA"):
        taken = []
        for last in alphabet:
            padded = base64.urlsafe_b64decode(head + last + "==")
            if base64url.encode(padded) == head + last:
                taken.append(last)
                assert base64url.decode(head + last) == padded
            else:
                with refused(Fault.MALFORMED, what="base64url"):
                    base64url.decode(head + last)
        assert len(taken) == (4 if head == "A" else 16)
