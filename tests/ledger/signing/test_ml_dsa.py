"""ML-DSA-44: the key of RFC 9964, jwcrypto as the outside library, and keys under which anybody could sign."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from ledger.faults import Fault, LedgerFault
from ledger.signing import base64url, ml_dsa
from ledger.signing.jws import sign_compact, split_compact, verify_compact
from ledger.signing.keys import PrivateKey, PublicKey, public_key_from_jwk, require_registrable, verify
from tests.refused import refused

NAME = "ML-DSA-44"
TYP = "test+jws"
PAYLOAD = b'{"bytes":"of any kind"}'
KEY = PrivateKey.from_seed(b"\x09" * 32, NAME)
MESSAGE = b"bytes"


def theirs_of(key: PrivateKey) -> JWK:
    """The same private key in jwcrypto."""
    members = key.public.jwk() | {"priv": base64url.encode(key.secret_bytes())}
    return JWK(**members)


def test_the_example_of_rfc_9964() -> None:
    """The key of the all-zero seed: its public bytes, by their hash, and its thumbprint (appendix A.1.1)."""
    key = PrivateKey.from_seed(bytes(32), NAME).public
    assert base64url.encode(key.raw[:12]) == "unH59k4RuutY-pxv"
    assert key.kid == "T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o"
    assert key.jwk() == {"kty": "AKP", "alg": NAME, "pub": base64url.encode(key.raw)}


def test_the_thumbprint_covers_the_required_members() -> None:
    """`alg`, `kty` and `pub`, in this order (RFC 9964 section 6); jwcrypto says the same."""
    members = {"alg": NAME, "kty": "AKP", "pub": base64url.encode(KEY.public.raw)}
    text = json.dumps(members, separators=(",", ":")).encode()
    assert KEY.public.kid == base64url.encode(hashlib.sha256(text).digest())
    assert KEY.public.kid == theirs_of(KEY).thumbprint()


def test_jwcrypto_takes_what_is_signed_here() -> None:
    """Our token verifies in another library, under the JWK that we publish."""
    data = sign_compact(KEY, typ=TYP, payload=PAYLOAD)
    token = JWS()
    token.allowed_algs = [NAME]
    token.deserialize(data.decode(), JWK(**KEY.public.jwk()))
    assert token.payload == PAYLOAD
    assert token.jose_header == {"alg": NAME, "kid": KEY.public.kid, "typ": TYP}


def test_what_jwcrypto_signs_is_taken() -> None:
    """Key, thumbprint and token of another library: registered, read and verified."""
    kind: dict[str, Any] = {"kty": "AKP", "alg": NAME}  # the stubs do not know this kind yet
    theirs = JWK.generate(**kind)
    public = public_key_from_jwk(json.loads(theirs.export_public()))
    require_registrable(public)
    assert public.kid == theirs.thumbprint()
    token = JWS(PAYLOAD)
    token.allowed_algs = [NAME]
    header = {"alg": NAME, "kid": public.kid, "typ": TYP}
    token.add_signature(theirs, alg=NAME, protected=json.dumps(header))
    jws = split_compact(token.serialize(compact=True).encode(), typ=TYP)
    assert verify_compact(jws, public) == PAYLOAD


def test_sizes() -> None:
    """FIPS 204, table 2; and the seed, which is the private key."""
    assert (len(KEY.public.raw), len(KEY.sign(MESSAGE)), len(KEY.secret_bytes())) == (1_312, 2_420, 32)


def test_signing_twice_gives_two_signatures() -> None:
    """Hedged: both hold, and nothing in the ledger is named by signature bytes."""
    one, other = KEY.sign(MESSAGE), KEY.sign(MESSAGE)
    assert one != other
    verify(KEY.public, MESSAGE, one)
    verify(KEY.public, MESSAGE, other)


@pytest.mark.parametrize("length", [0, 64, 2_419, 2_421, 4_840])
def test_a_signature_of_another_length(length: int) -> None:
    """It is refused before any arithmetic."""
    with refused(Fault.SIGNATURE_INVALID, what="length"):
        verify(KEY.public, MESSAGE, (KEY.sign(MESSAGE) * 2)[:length])


@pytest.mark.parametrize("place", [0, 31, 32, 1_200, 2_335, 2_336, 2_419])
def test_a_changed_signature(place: int) -> None:
    """In the challenge, in z, in the hint: none of it may change."""
    signature = bytearray(KEY.sign(MESSAGE))
    signature[place] ^= 1
    with refused(Fault.SIGNATURE_INVALID, what="signature"):
        verify(KEY.public, MESSAGE, bytes(signature))


def test_another_message_key_or_context() -> None:
    """Only what was signed, by this key, with the empty context."""
    signature = KEY.sign(MESSAGE)
    with refused(Fault.SIGNATURE_INVALID, what="signature"):
        verify(KEY.public, MESSAGE + b"!", signature)
    with refused(Fault.SIGNATURE_INVALID, what="signature"):
        verify(PrivateKey.generate(NAME).public, MESSAGE, signature)
    in_context = MLDSA44PrivateKey.from_seed_bytes(KEY.secret_bytes()).sign(MESSAGE, b"elsewhere")
    with refused(Fault.SIGNATURE_INVALID, what="signature"):
        verify(KEY.public, MESSAGE, in_context)


def packed(coefficients: list[int]) -> bytes:
    """A public key with this t1: ten bits each, little-endian (FIPS 204, SimpleBitPack)."""
    number = sum(value << 10 * place for place, value in enumerate(coefficients))
    return KEY.public.raw[:32] + number.to_bytes(1_280, "little")


@pytest.mark.parametrize(
    "coefficients",
    [[0] * 1_024, [1] * 1_024, [1_023] * 1_024, [0, 1_023] * 512, [500] * 511 + [0] * 513],
    ids=["zero", "one", "minus one", "both", "half"],
)
def test_keys_with_a_short_vector(coefficients: list[int]) -> None:
    """Under the first of them anybody signs anything; the others come near to it."""
    with refused(Fault.KEY_UNACCEPTABLE, why="short_vector"):
        require_registrable(PublicKey(NAME, packed(coefficients)))


def test_honest_keys_pass_the_rule() -> None:
    """However they were made; and the least that passes."""
    for seed in range(50):
        require_registrable(PrivateKey.from_seed(bytes([seed]) * 32, NAME).public)
    require_registrable(PublicKey(NAME, packed([500] * 512 + [0] * 512)))


@pytest.mark.parametrize("length", [0, 32, 1_311, 1_313])
def test_a_key_of_another_length(length: int) -> None:
    """As raw bytes, and as a JWK."""
    with refused(Fault.KEY_UNACCEPTABLE, why="length"):
        ml_dsa.require_registrable(bytes(length))
    with refused(Fault.KEY_UNACCEPTABLE, why="length"):
        public_key_from_jwk({"kty": "AKP", "alg": NAME, "pub": base64url.encode(bytes(length))})


GOOD = KEY.public.jwk()


@pytest.mark.parametrize(
    "jwk, fault",
    [
        ({**GOOD, "alg": "ML-DSA-65"}, Fault.KEY_UNACCEPTABLE),
        ({**GOOD, "alg": "ml-dsa-44"}, Fault.KEY_UNACCEPTABLE),
        ({"kty": "AKP", "pub": GOOD["pub"]}, Fault.KEY_UNACCEPTABLE),
        ({**GOOD, "kty": "OKP"}, Fault.KEY_UNACCEPTABLE),
        ({**GOOD, "priv": base64url.encode(bytes(32))}, Fault.MALFORMED),
        ({**GOOD, "kid": KEY.public.kid}, Fault.MALFORMED),
        ({**GOOD, "pub": GOOD["pub"] + "="}, Fault.MALFORMED),
        ({**GOOD, "pub": 5}, Fault.MALFORMED),
        ({"kty": "AKP", "alg": NAME}, Fault.MALFORMED),
    ],
)
def test_wrong_jwk(jwk: dict[str, object], fault: Fault) -> None:
    """Exactly the required members, in their one spelling: `alg` is one of them here."""
    with pytest.raises(LedgerFault) as caught:
        public_key_from_jwk(jwk)
    assert caught.value.fault is fault


def test_a_message_does_not_choose_the_algorithm() -> None:
    """A header that names another algorithm than the key's is refused, whatever is signed."""
    other = PrivateKey.generate("Ed25519")
    jws = split_compact(sign_compact(KEY, typ=TYP, payload=PAYLOAD), typ=TYP)
    with refused(Fault.SIGNATURE_INVALID, what="kid"):
        verify_compact(jws, other.public)
    with refused(Fault.SIGNATURE_INVALID, what="alg"):
        verify_compact(jws._replace(algorithm="Ed25519"), KEY.public)
