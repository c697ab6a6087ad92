"""Ed25519: the published vectors, the key rule, and the traps on which libraries disagree.

The hostile keys and signatures are made here by arithmetic: torsion points are added to honest ones.
"""

from __future__ import annotations

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from ledger.faults import Fault, LedgerFault
from ledger.signing import ed25519, ed25519_points
from ledger.signing.ed25519_points import IDENTITY, NON_CANONICAL, SMALL_ORDER, L, P, Point
from ledger.signing.keys import PrivateKey, PublicKey, require_registrable, verify
from tests.refused import refused

BASE = bytes.fromhex("58" + "66" * 31)
MESSAGES = (b"", b"pay 1 to bob", b"pay 1000000 to mallory")


def point(encoding: bytes) -> Point:
    """The point of an encoding that is one."""
    found = ed25519_points.decompress(encoding)
    assert found is not None
    return found


def torsion() -> list[Point]:
    """The eight points of small order, the identity first."""
    points = [point(encoding) for encoding in SMALL_ORDER if ed25519_points.decompress(encoding)]
    return sorted(points, key=lambda each: not ed25519_points.is_identity(each))


def sign_oddly(message: bytes, *, scalar: int, key: bytes, nonce: int, added: Point) -> bytes:
    """An EdDSA signature whose R has the point `added` to it, for a chosen key encoding."""
    commitment = ed25519_points.compress(
        ed25519_points.add(ed25519_points.multiply(nonce, point(BASE)), added)
    )
    digest = hashlib.sha512(commitment + key + message).digest()
    response = (nonce + int.from_bytes(digest, "little") * scalar) % L
    return commitment + response.to_bytes(32, "little")


def openssl_takes(key: bytes, message: bytes, signature: bytes) -> bool:
    """What `cryptography` says of raw bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def libsodium_takes(key: bytes, message: bytes, signature: bytes) -> bool:
    """What PyNaCl says of raw bytes."""
    try:
        crypto_sign_open(signature + message, key)
    except BadSignatureError:
        return False
    return True


def ledger_takes(key: bytes, message: bytes, signature: bytes) -> bool:
    """What the ledger says: the key is registered, if it can be, and the signature checked."""
    public = PublicKey("Ed25519", key)
    try:
        require_registrable(public)
        verify(public, message, signature)
    except LedgerFault:
        return False
    return True


RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]


@pytest.mark.parametrize("seed, public, message, signature", RFC_8032)
def test_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    """The vectors of RFC 8032 section 7.1: key, signature, verification."""
    key = PrivateKey.from_seed(bytes.fromhex(seed))
    assert key.public.raw.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    require_registrable(key.public)
    verify(key.public, bytes.fromhex(message), bytes.fromhex(signature))


def test_the_small_order_encodings_are_all_of_them() -> None:
    """Fourteen encodings: two for each of the seven y, eight of them canonical, all of order dividing 8."""
    canonical = [encoding for encoding in SMALL_ORDER if ed25519_points.decompress(encoding)]
    assert (len(SMALL_ORDER), len(NON_CANONICAL), len(canonical)) == (14, 38, 8)
    assert len(SMALL_ORDER & NON_CANONICAL) == 4
    for encoding in canonical:
        assert ed25519_points.is_identity(ed25519_points.multiply(8, point(encoding)))
        assert ed25519_points.compress(point(encoding)) == encoding
    generator = next(
        each for each in torsion() if not ed25519_points.is_identity(ed25519_points.multiply(4, each))
    )
    every = {ed25519_points.compress(ed25519_points.multiply(times, generator)) for times in range(8)}
    assert every == set(canonical)


@pytest.mark.parametrize("encoding", sorted(SMALL_ORDER))
def test_a_small_order_key_is_never_registered(encoding: bytes) -> None:
    """All fourteen encodings are refused as keys, and as the R of a signature."""
    with refused(Fault.KEY_UNACCEPTABLE, why="small_order"):
        require_registrable(PublicKey("Ed25519", encoding))
    with refused(Fault.SIGNATURE_INVALID, what="point_refused"):
        verify(PrivateKey.from_seed(bytes(32)).public, b"", encoding + bytes(32))


def test_the_rule_is_needed() -> None:
    """Under the identity as key a library takes one signature for every message; the ledger takes it for none."""
    identity = ed25519_points.compress(IDENTITY)
    signature = identity + bytes(32)
    for message in MESSAGES:
        assert openssl_takes(identity, message, signature)
        assert not ledger_takes(identity, message, signature)
        with refused(Fault.SIGNATURE_INVALID, what="point_refused"):
            verify(PublicKey("Ed25519", identity), message, signature)


@pytest.mark.parametrize("encoding", sorted(NON_CANONICAL - SMALL_ORDER))
def test_a_second_spelling_of_a_key_is_refused(encoding: bytes) -> None:
    """A y that is not reduced would give one key two thumbprints, and one signature two spellings."""
    with refused(Fault.KEY_UNACCEPTABLE, why="not_canonical"):
        require_registrable(PublicKey("Ed25519", encoding))
    with refused(Fault.SIGNATURE_INVALID, what="point_refused"):
        verify(PrivateKey.from_seed(bytes(32)).public, b"", encoding + bytes(32))


def test_no_point_no_key() -> None:
    """About half of all y belong to no point of the curve; Euler's criterion says which."""
    d = -121665 * pow(121666, -1, P) % P
    outside = [
        y for y in range(2, 40) if pow((y * y - 1) * pow(d * y * y + 1, -1, P) % P, (P - 1) // 2, P) == P - 1
    ]
    assert len(outside) > 10
    for y in outside:
        with refused(Fault.KEY_UNACCEPTABLE, why="not_on_curve"):
            require_registrable(PublicKey("Ed25519", y.to_bytes(32, "little")))


def test_a_mixed_order_key_is_refused() -> None:
    """An honest key with any small-order point added to it has signatures on which libraries may differ."""
    honest = PrivateKey.from_seed(b"\x07" * 32).public.raw
    require_registrable(PublicKey("Ed25519", honest))
    for added in torsion()[1:]:
        mixed = ed25519_points.compress(ed25519_points.add(point(honest), added))
        with refused(Fault.KEY_UNACCEPTABLE, why="not_in_prime_order_subgroup"):
            require_registrable(PublicKey("Ed25519", mixed))


def test_libraries_and_ledger_agree_on_registrable_keys() -> None:
    """For a key of the subgroup and an R with any torsion point added, both libraries and the ledger say the same.

    This pins the choice of the verifying library: one that verified with the cofactor would take these.
    """
    scalar = 0x1234567890ABCDEF % L
    key = ed25519_points.compress(ed25519_points.multiply(scalar, point(BASE)))
    for number, added in enumerate(torsion()):
        for message in MESSAGES:
            signature = sign_oddly(message, scalar=scalar, key=key, nonce=10_007 + number, added=added)
            verdicts = [
                takes(key, message, signature) for takes in (openssl_takes, libsodium_takes, ledger_takes)
            ]
            assert verdicts == [number == 0] * 3


def test_libraries_disagree_without_the_rule() -> None:
    """Of mixed-order keys and small R some signatures pass in one library and not in the other; none pass here."""
    scalar, disagreements = 0xFEDCBA0987654321 % L, 0
    honest = ed25519_points.multiply(scalar, point(BASE))
    for added in torsion():
        key = ed25519_points.compress(ed25519_points.add(honest, added))
        for message in MESSAGES * 4:
            signature = sign_oddly(message, scalar=scalar, key=key, nonce=0, added=added)
            disagreements += openssl_takes(key, message, signature) != libsodium_takes(
                key, message, signature
            )
            assert not ledger_takes(key, message, signature)
    assert disagreements


def test_a_response_that_is_not_reduced_is_refused() -> None:
    """S + L stands for the same number as S: only one of them is a signature."""
    key = PrivateKey.from_seed(b"\x01" * 32)
    signature = key.sign(b"m")
    verify(key.public, b"m", signature)
    raised = int.from_bytes(signature[32:], "little") + L
    with refused(Fault.SIGNATURE_INVALID, what="signature"):
        verify(key.public, b"m", signature[:32] + raised.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 128])
def test_signature_length(length: int) -> None:
    """A signature has 64 bytes."""
    key = PrivateKey.from_seed(b"\x02" * 32)
    signature = (key.sign(b"m") * 2)[:length]
    with refused(Fault.SIGNATURE_INVALID, what="length"):
        verify(key.public, b"m", signature)


def test_key_length() -> None:
    """A key has 32 bytes, whoever asks."""
    for raw in (b"", b"\x05" * 31, b"\x05" * 33):
        with refused(Fault.KEY_UNACCEPTABLE, why="length"):
            PublicKey("Ed25519", raw)
        with refused(Fault.KEY_UNACCEPTABLE, why="length"):
            ed25519.require_registrable(raw)


def test_addition_agrees_with_the_library() -> None:
    """Keys computed by our arithmetic are those that the library computes (RFC 8032 section 5.1.5)."""
    for number in range(8):
        seed = bytes([number]) * 32
        digest = bytearray(hashlib.sha512(seed).digest()[:32])
        digest[0] &= 248
        digest[31] = digest[31] & 127 | 64
        product = ed25519_points.multiply(int.from_bytes(digest, "little"), point(BASE))
        assert ed25519_points.compress(product) == PrivateKey.from_seed(seed).public.raw
