"""Keys: JWK and thumbprint as the RFCs have them, the table of algorithms, and private keys that do not tell."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest

from ledger.faults import BrokenPromise, Fault, LedgerFault
from ledger.signing import base64url
from ledger.signing.keys import (
    ALGORITHMS,
    PrivateKey,
    PublicKey,
    public_key_from_jwk,
    require_registrable,
    verify,
)
from tests.refused import refused

# RFC 8037, appendix A.
D = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
SIGNING_INPUT = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
SIGNATURE = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
JWK = {"kty": "OKP", "crv": "Ed25519", "x": X}


def test_rfc_8037() -> None:
    """Key, thumbprint (A.3, by RFC 7638), signing input and signature (A.4), verification (A.5)."""
    key = PrivateKey.from_seed(base64url.decode(D))
    assert key.public.jwk() == JWK
    assert key.public == public_key_from_jwk(JWK)
    assert key.public.kid == THUMBPRINT
    assert base64url.encode(key.sign(SIGNING_INPUT)) == SIGNATURE
    verify(key.public, SIGNING_INPUT, base64url.decode(SIGNATURE))


def test_the_table() -> None:
    """Three algorithms; EdDSA is the older name of the first, and no key calls itself so."""
    assert {name: row.name for name, row in ALGORITHMS.items()} == {
        "Ed25519": "Ed25519",
        "EdDSA": "Ed25519",
        "ES256": "ES256",
        "ML-DSA-44": "ML-DSA-44",
    }
    with pytest.raises(BrokenPromise):
        PublicKey("EdDSA", bytes(32))
    with pytest.raises(BrokenPromise):
        PublicKey("none", b"")
    assert PrivateKey("EdDSA", bytes(32)).algorithm == "Ed25519"


@pytest.mark.parametrize("algorithm", ["Ed25519", "ES256", "ML-DSA-44"])
def test_every_row_holds_together(algorithm: str) -> None:
    """What a row generates has the lengths it states, passes its rule, and signs what it verifies."""
    row, key = ALGORITHMS[algorithm], PrivateKey.generate(algorithm)
    assert (len(key.public.raw), len(key.secret_bytes())) == (row.public_bytes, row.private_bytes)
    assert key.public.jwk().keys() == row.jwk_kind.keys() | set(row.jwk_values)
    assert public_key_from_jwk(key.public.jwk()) == key.public
    require_registrable(key.public)
    verify(key.public, b"bytes", key.sign(b"bytes"))
    with refused(Fault.SIGNATURE_INVALID, what="signature"):
        verify(key.public, b"other bytes", key.sign(b"bytes"))
    assert len(base64url.decode(key.public.kid)) == 32


RSA = {"kty": "RSA", "n": "AQAB", "e": "AQAB"}

WRONG_JWK: dict[str, tuple[dict[str, object], Fault, dict[str, str]]] = {
    "nothing": ({}, Fault.KEY_UNACCEPTABLE, {"why": "algorithm"}),
    "RSA": (dict(RSA), Fault.KEY_UNACCEPTABLE, {"why": "algorithm"}),
    "a shared secret": ({"kty": "oct", "k": "AQAB"}, Fault.KEY_UNACCEPTABLE, {"why": "algorithm"}),
    "another curve": ({**JWK, "crv": "X25519"}, Fault.KEY_UNACCEPTABLE, {"why": "algorithm"}),
    "Ed448": ({**JWK, "crv": "Ed448"}, Fault.KEY_UNACCEPTABLE, {"why": "algorithm"}),
    "P-256 with the wrong type": (
        {"kty": "OKP", "crv": "P-256", "x": X},
        Fault.KEY_UNACCEPTABLE,
        {"why": "algorithm"},
    ),
    "a type that is no text": ({**JWK, "kty": ["OKP"]}, Fault.KEY_UNACCEPTABLE, {"why": "algorithm"}),
    "in capitals": ({**JWK, "crv": "ED25519"}, Fault.KEY_UNACCEPTABLE, {"why": "algorithm"}),
    "no value": ({"kty": "OKP", "crv": "Ed25519"}, Fault.MALFORMED, {"what": "jwk_members"}),
    "the private key": ({**JWK, "d": D}, Fault.MALFORMED, {"what": "jwk_members"}),
    "a kid": ({**JWK, "kid": THUMBPRINT}, Fault.MALFORMED, {"what": "jwk_members"}),
    "an alg": ({**JWK, "alg": "Ed25519"}, Fault.MALFORMED, {"what": "jwk_members"}),
    "a use": ({**JWK, "use": "sig"}, Fault.MALFORMED, {"what": "jwk_members"}),
    "a second coordinate": ({**JWK, "y": X}, Fault.MALFORMED, {"what": "jwk_members"}),
    "a value that is no text": ({**JWK, "x": 5}, Fault.MALFORMED, {"what": "jwk_members"}),
    "null": ({**JWK, "x": None}, Fault.MALFORMED, {"what": "jwk_members"}),
    "padding": ({**JWK, "x": X + "="}, Fault.MALFORMED, {"what": "base64url"}),
    "unused bits": ({**JWK, "x": X[:-1] + "p"}, Fault.MALFORMED, {"what": "base64url"}),
    "the other alphabet": ({**JWK, "x": X.replace("_", "/")}, Fault.MALFORMED, {"what": "base64url"}),
    "too short": ({**JWK, "x": "AQAB"}, Fault.KEY_UNACCEPTABLE, {"why": "length"}),
    "too long": ({**JWK, "x": "A" * 44}, Fault.KEY_UNACCEPTABLE, {"why": "length"}),
    "empty": ({**JWK, "x": ""}, Fault.KEY_UNACCEPTABLE, {"why": "length"}),
}


@pytest.mark.parametrize("name", WRONG_JWK)
def test_wrong_jwk(name: str) -> None:
    """A JWK has exactly the required members of a kind that the table knows, in their one spelling."""
    jwk, fault, details = WRONG_JWK[name]
    with refused(fault, **details):
        public_key_from_jwk(jwk)


@pytest.mark.parametrize("algorithm", ["Ed25519", "ES256", "ML-DSA-44"])
def test_a_private_key_does_not_tell(algorithm: str) -> None:
    """No text form of a private key, nor a traceback or a copy, shows its secret."""
    key = PrivateKey.generate(algorithm)
    secret = key.secret_bytes()
    told = [repr(key), str(key), f"{key}", repr([key]), repr({"key": key})]
    try:
        pickle.dumps(key)
    except TypeError as error:
        told.append("".join(traceback.format_exception(error)))
    assert len(told) == 6
    with pytest.raises(TypeError):
        copy.deepcopy(key)
    for text in told:
        assert secret.hex() not in text
        assert repr(secret) not in text
        assert base64url.encode(secret) not in text
    assert key.public.kid in repr(key)


def test_wrong_private_keys() -> None:
    """Wrong lengths and unknown algorithms are faults, without the bytes in them."""
    for algorithm in ("Ed25519", "ES256"):
        for length in (0, 31, 33, 64):
            with refused(Fault.KEY_UNACCEPTABLE, why="length"):
                PrivateKey(algorithm, b"\x01" * length)
    with refused(Fault.KEY_UNACCEPTABLE, why="algorithm"):
        PrivateKey("HS256", bytes(32))
    with refused(Fault.KEY_UNACCEPTABLE, why="algorithm"):
        PrivateKey.generate("RS256")


def test_fresh_keys_differ() -> None:
    """Keys come from the system's randomness."""
    assert len({PrivateKey.generate().public.raw for _ in range(20)}) == 20


def test_every_flipped_bit_of_a_signature_is_noticed() -> None:
    """Of the 512 signatures that differ in one bit none holds, for both algorithms."""
    for algorithm in ("Ed25519", "ES256"):
        key = PrivateKey.generate(algorithm)
        signature = int.from_bytes(key.sign(b"m"), "big")
        for place in range(512):
            with pytest.raises(LedgerFault) as caught:
                verify(key.public, b"m", (signature ^ 1 << place).to_bytes(64, "big"))
            assert caught.value.fault is Fault.SIGNATURE_INVALID
