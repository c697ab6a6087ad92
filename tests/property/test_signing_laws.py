"""Signing: what is signed verifies and nothing else does; one text for the same bytes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.faults import Fault, LedgerFault
from ledger.signing import base64url, ed25519_points
from ledger.signing.jws import sign_compact, split_compact, verify_compact
from ledger.signing.keys import PrivateKey, PublicKey, public_key_from_jwk, require_registrable, verify

pytestmark = pytest.mark.property

SEEDS = st.binary(min_size=32, max_size=32)
# Scalars of P-256 that are surely below its order and not 0.
SCALARS = st.binary(min_size=31, max_size=31).filter(any).map(lambda tail: b"\x00" + tail)
KEYS = st.builds(PrivateKey.from_seed, SEEDS) | st.builds(PrivateKey, st.just("ES256"), SCALARS)
TYPES = st.sampled_from(["daftari-order+jws", "daftari-key+jws", "daftari-caller+jwt"])


@given(data=st.binary(max_size=100))
def test_base64url_round_trips(data: bytes) -> None:
    """Bytes come back from their text, which is the standard library's without padding."""
    text = base64url.encode(data)
    assert base64url.decode(text) == data
    assert text == base64.urlsafe_b64encode(data).decode().rstrip("=")


@given(text=st.text("AQgwEZaz09-_+/= \n", max_size=12) | st.binary(max_size=12))
def test_base64url_has_one_text(text: str | bytes) -> None:
    """Whatever is taken is exactly what encoding the bytes would write."""
    try:
        data = base64url.decode(text)
    except LedgerFault:
        return
    assert base64url.encode(data) == (text if isinstance(text, str) else text.decode("ascii"))


@given(key=KEYS, payload=st.binary(max_size=200), typ=TYPES)
def test_a_token_round_trips(key: PrivateKey, payload: bytes, typ: str) -> None:
    """A token gives its payload back under the public key that its own JWK describes."""
    public = public_key_from_jwk(key.public.jwk())
    require_registrable(public)
    jws = split_compact(sign_compact(key, typ=typ, payload=payload), typ=typ)
    assert (jws.kid, jws.algorithm) == (public.kid, public.algorithm)
    assert verify_compact(jws, public) == payload


@given(key=KEYS, payload=st.binary(max_size=60), place=st.integers(0), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(key: PrivateKey, payload: bytes, place: int, bit: int) -> None:
    """One flipped bit anywhere in a token: refused as a form or as a signature, never anything else."""
    data = bytearray(sign_compact(key, typ="daftari-order+jws", payload=payload))
    data[place % len(data)] ^= 1 << bit
    with pytest.raises(LedgerFault) as caught:
        verify_compact(split_compact(bytes(data), typ="daftari-order+jws"), key.public)
    assert caught.value.fault in (Fault.MALFORMED, Fault.SIGNATURE_INVALID)


@given(data=st.binary(max_size=120) | st.text("eyJhbGciOiJ.=_-{}", max_size=60).map(str.encode))
def test_any_bytes_end_in_a_fault(data: bytes) -> None:
    """Whatever bytes come, reading them as a token is a fault and nothing worse."""
    with pytest.raises(LedgerFault) as caught:
        split_compact(data, typ="daftari-order+jws")
    assert caught.value.fault is Fault.MALFORMED


@given(raw=SEEDS)
def test_any_bytes_as_a_key(raw: bytes) -> None:
    """Any 32 bytes are a registrable key or are refused with one of the reasons; a registrable key is canonical."""
    key = PublicKey("Ed25519", raw)
    try:
        require_registrable(key)
    except LedgerFault as fault:
        point = ed25519_points.decompress(raw)
        reason = fault.details["why"]
    else:
        point = ed25519_points.decompress(raw)
        reason = ""
    if point is None:
        assert reason in ("not_on_curve", "not_canonical", "small_order")
    else:
        assert ed25519_points.compress(point) == raw
        assert (reason == "") == ed25519_points.in_prime_order_subgroup(point)


@given(key=KEYS, signature=st.binary(min_size=64, max_size=64), message=st.binary(max_size=20))
def test_no_random_signature_holds(key: PrivateKey, signature: bytes, message: bytes) -> None:
    """64 bytes that nobody signed are a signature of nothing, and never an error of the library."""
    with pytest.raises(LedgerFault) as caught:
        verify(key.public, message, signature)
    assert caught.value.fault is Fault.SIGNATURE_INVALID
