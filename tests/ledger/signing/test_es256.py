"""ES256: RFC 7515's example, points that are none, and signatures in every wrong form."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ledger.faults import Fault
from ledger.signing import base64url
from ledger.signing.keys import PrivateKey, PublicKey, public_key_from_jwk, require_registrable, verify
from tests.refused import refused

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

# RFC 7515, appendix A.3.
X = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
Y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
D = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
SIGNING_INPUT = (
    b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb29"
    b"0Ijp0cnVlfQ"
)
SIGNATURE = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"


def key_of_rfc_7515() -> PrivateKey:
    """The private key of the example."""
    return PrivateKey("ES256", base64url.decode(D))


def raw(x: int, y: int, prefix: bytes = b"\x04") -> bytes:
    """An uncompressed point, or what looks like one."""
    return prefix + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def test_rfc_7515() -> None:
    """The example's key has its public half, its JWK, and its signature holds."""
    key = key_of_rfc_7515()
    assert key.public == public_key_from_jwk({"kty": "EC", "crv": "P-256", "x": X, "y": Y})
    assert key.public.jwk() == {"kty": "EC", "crv": "P-256", "x": X, "y": Y}
    require_registrable(key.public)
    verify(key.public, SIGNING_INPUT, base64url.decode(SIGNATURE))


def test_both_halves_of_s_are_taken() -> None:
    """(r, s) and (r, n - s) are the same signature in two spellings; nothing is named by signature bytes."""
    key, signature = key_of_rfc_7515(), base64url.decode(SIGNATURE)
    flipped = N - int.from_bytes(signature[32:], "big")
    verify(key.public, SIGNING_INPUT, signature[:32] + flipped.to_bytes(32, "big"))


@pytest.mark.parametrize("length", [0, 32, 63, 65, 70, 128])
def test_signature_length(length: int) -> None:
    """A signature is r and s, 32 bytes each: no DER, nothing shorter, nothing longer."""
    key = key_of_rfc_7515()
    with refused(Fault.SIGNATURE_INVALID, what="length"):
        verify(key.public, SIGNING_INPUT, (base64url.decode(SIGNATURE) * 2)[:length])


def test_r_and_s_out_of_range() -> None:
    """Neither may be 0 or reach the order of the group (the first signs anything in broken libraries)."""
    key, signature = key_of_rfc_7515(), base64url.decode(SIGNATURE)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    for wrong_r, wrong_s in [
        (0, 0),
        (0, s),
        (r, 0),
        (N, s),
        (r, N),
        (N, N),
        (2**256 - 1, s),
        (r, 2**256 - 1),
    ]:
        with refused(Fault.SIGNATURE_INVALID, what="signature"):
            verify(key.public, SIGNING_INPUT, wrong_r.to_bytes(32, "big") + wrong_s.to_bytes(32, "big"))


def test_another_message_or_key() -> None:
    """The signature holds for its message and its key."""
    signature = base64url.decode(SIGNATURE)
    with refused(Fault.SIGNATURE_INVALID, what="signature"):
        verify(key_of_rfc_7515().public, SIGNING_INPUT + b"A", signature)
    with refused(Fault.SIGNATURE_INVALID, what="signature"):
        verify(PrivateKey.generate("ES256").public, SIGNING_INPUT, signature)


def test_points_that_are_none() -> None:
    """Off the curve, not reduced, infinity, another form: none is registered, and none verifies anything."""
    good = key_of_rfc_7515().public.raw
    x, y = int.from_bytes(good[1:33], "big"), int.from_bytes(good[33:], "big")
    wrong = {
        "not_on_curve": [raw(x, y ^ 1), raw(x ^ 1, y), raw(0, 0), raw(y, x)],
        "not_canonical": [
            raw(P, y),
            raw(x, P),
            raw(2**256 - 1, y),
            raw(x, y, b"\x03"),
            raw(x, y, b"\x06"),
            bytes(65),
        ],
    }
    for why, points in wrong.items():
        for encoding in points:
            key = PublicKey("ES256", encoding)
            with refused(Fault.KEY_UNACCEPTABLE, why=why):
                require_registrable(key)
            with refused(Fault.KEY_UNACCEPTABLE, why=why):
                verify(key, SIGNING_INPUT, base64url.decode(SIGNATURE))
    require_registrable(PublicKey("ES256", raw(x, P - y)))


def test_point_length() -> None:
    """A compressed point, or coordinates of unequal length, are no key."""
    good = key_of_rfc_7515().public.raw
    with refused(Fault.KEY_UNACCEPTABLE, why="length"):
        PublicKey("ES256", b"\x02" + good[1:33])
    halves = {"x": base64url.encode(good[1:32]), "y": base64url.encode(good[32:])}
    with refused(Fault.KEY_UNACCEPTABLE, why="length"):
        public_key_from_jwk({"kty": "EC", "crv": "P-256", **halves})


@pytest.mark.parametrize("scalar", [0, N, N + 1, 2**256 - 1])
def test_scalar_out_of_range(scalar: int) -> None:
    """A private key lies between 1 and n - 1."""
    with refused(Fault.KEY_UNACCEPTABLE, why="range"):
        PrivateKey("ES256", scalar.to_bytes(32, "big"))


def test_generated_keys() -> None:
    """Fresh keys differ, pass the rule, sign, and come back from their raw bytes."""
    one, other = PrivateKey.generate("ES256"), PrivateKey.generate("ES256")
    assert one.public != other.public
    for key in (one, other):
        require_registrable(key.public)
        again = PrivateKey("ES256", key.secret_bytes())
        assert again.public == key.public
        verify(key.public, b"m", again.sign(b"m"))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.public.raw)
