"""Compact JWS: the one form that is taken, every game with the header that is not, and what another library makes."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from joserfc import jws as other_jws
from joserfc.jwk import ECKey, OKPKey

from ledger.faults import Fault, LedgerFault
from ledger.signing import base64url
from ledger.signing.jws import JWS_BYTES_MAX, Jws, sign_compact, split_compact, verify_compact
from ledger.signing.keys import PrivateKey, public_key_from_jwk, require_registrable
from tests.refused import refused

TYP = "daftari-order+jws"
KEY = PrivateKey.from_seed(b"\x2a" * 32)
KID = KEY.public.kid
HEADER = {"alg": "Ed25519", "kid": KID, "typ": TYP}
PAYLOAD = b'{"order":"pay"}'


def compact(header: object, payload: bytes = PAYLOAD, key: PrivateKey = KEY) -> bytes:
    """A compact JWS with any header (an object, or bytes as they are), rightly signed."""
    data = header if isinstance(header, bytes) else json.dumps(header).encode()
    signing_input = base64url.encode_bytes(data) + b"." + base64url.encode_bytes(payload)
    return signing_input + b"." + base64url.encode_bytes(key.sign(signing_input))


@pytest.mark.parametrize("typ", [TYP, "daftari-caller+jwt", "daftari-key+jws"])
@pytest.mark.parametrize("algorithm", ["Ed25519", "ES256"])
def test_there_and_back(typ: str, algorithm: str) -> None:
    """What is signed is read, verified, and gives its payload back."""
    key = PrivateKey.generate(algorithm)
    data = sign_compact(key, typ=typ, payload=PAYLOAD)
    jws = split_compact(data, typ=typ)
    assert jws == Jws(algorithm, key.public.kid, PAYLOAD, data.rpartition(b".")[0], jws.signature)
    assert verify_compact(jws, key.public) == PAYLOAD
    assert jws.content == hashlib.sha256(jws.signing_input).digest()


def test_written_form() -> None:
    """The header's members stand in one order, without spaces."""
    header, payload, _ = sign_compact(KEY, typ=TYP, payload=PAYLOAD).split(b".")
    assert base64url.decode(header) == f'{{"alg":"Ed25519","kid":"{KID}","typ":"{TYP}"}}'.encode()
    assert base64url.decode(payload) == PAYLOAD


def test_the_content_is_not_the_signature() -> None:
    """Two signatures of the same signing input are one content: ES256 signs at random."""
    key = PrivateKey.generate("ES256")
    one, other = (split_compact(sign_compact(key, typ=TYP, payload=PAYLOAD), typ=TYP) for _ in range(2))
    assert one.signature != other.signature
    assert one.content == other.content


TAKEN: dict[str, bytes] = {
    "members in another order": compact({"typ": TYP, "kid": KID, "alg": "Ed25519"}),
    "the older name": compact({**HEADER, "alg": "EdDSA"}),
    "with spaces": compact(json.dumps(HEADER, indent=2).encode()),
    "an escaped letter": compact(json.dumps(HEADER).replace("pay", "\\u0070ay").encode()),
    "an empty payload": compact(HEADER, b""),
    "a payload that is no JSON": compact(HEADER, b"\xff\x00"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_taken(name: str) -> None:
    """What other libraries may write, and payloads of any kind: their meaning is somebody else's."""
    jws = split_compact(TAKEN[name], typ=TYP)
    assert (jws.algorithm, jws.kid) == ("Ed25519", KID)
    verify_compact(jws, KEY.public)


GOOD = compact(HEADER)
HEAD, BODY, SIGNATURE = GOOD.split(b".")
NO_KID = {"alg": "Ed25519", "typ": TYP}

MALFORMED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "jws_parts"),
    "no dots": (HEAD, "jws_parts"),
    "two parts": (HEAD + b"." + BODY, "jws_parts"),
    "four parts": (GOOD + b"." + SIGNATURE, "jws_parts"),
    "five parts, as in JWE": (GOOD + b"..", "jws_parts"),
    "a dot at the end": (GOOD + b".", "jws_parts"),
    "the JSON serialisation": (
        json.dumps({"payload": BODY.decode(), "signatures": []}).encode(),
        "jws_parts",
    ),
    "dots alone": (b"..", "not_json"),
    "no header": (b"." + BODY + b"." + SIGNATURE, "not_json"),
    "a padded header": (HEAD + b"==." + BODY + b"." + SIGNATURE, "base64url"),
    "a padded payload": (HEAD + b"." + BODY + b"=." + SIGNATURE, "base64url"),
    "a padded signature": (GOOD + b"==", "base64url"),
    "unused bits in the signature": (GOOD[:-1] + (b"B" if GOOD[-1:] != b"B" else b"C"), "base64url"),
    "unused bits in the payload": (HEAD + b".QR." + SIGNATURE, "base64url"),
    "a newline at the end": (GOOD + b"\n", "base64url"),
    "a space at the front": (b" " + GOOD, "base64url"),
    "the other alphabet": (HEAD + b".-_+/." + SIGNATURE, "base64url"),
    "NUL": (GOOD + b"\x00", "base64url"),
    "not ASCII": (HEAD + b".\xc3\xa9\xc3\xa9." + SIGNATURE, "base64url"),
    "a header that is no object": (compact([HEADER]), "depth"),
    "a header that is a text": (compact("Ed25519"), "not_an_object"),
    "a header in UTF-16": (compact(json.dumps({"a": 1}).encode("utf-16")), "not_utf8"),
    "a byte order mark": (compact(b"\xef\xbb\xbf" + json.dumps(HEADER).encode()), "byte_order_mark"),
    "a member twice": (compact(json.dumps(HEADER)[:-1].encode() + b',"alg":"none"}'), "duplicate_member"),
    "a nested member": (compact({**HEADER, "jwk": KEY.public.jwk()}), "depth"),
    "crit": (compact({**HEADER, "crit": ["exp"]}), "depth"),
    "a key set's address": (compact({**HEADER, "jku": "https://evil.example/keys"}), "header_members"),
    "a certificate's address": (compact({**HEADER, "x5u": "https://evil.example/c"}), "header_members"),
    "a certificate's thumbprint": (compact({**HEADER, "x5t": "AAAA"}), "header_members"),
    "b64": (compact({**HEADER, "b64": False}), "header_members"),
    "cty": (compact({**HEADER, "cty": "JWT"}), "header_members"),
    "zip": (compact({**HEADER, "zip": "DEF"}), "header_members"),
    "a member of one's own": (compact({**HEADER, "note": "x"}), "header_members"),
    "no kid": (compact(NO_KID), "header_members"),
    "no alg": (compact({"kid": KID, "typ": TYP}), "header_members"),
    "no typ": (compact({"alg": "Ed25519", "kid": KID}), "header_members"),
    "Kid": (compact({**NO_KID, "Kid": KID}), "header_members"),
    "jwk in place of kid": (compact({**NO_KID, "jwk": "x"}), "header_members"),
    "another typ": (compact({**HEADER, "typ": "JWT"}), "typ"),
    "a caller's typ": (compact({**HEADER, "typ": "daftari-caller+jwt"}), "typ"),
    "typ in capitals": (compact({**HEADER, "typ": TYP.upper()}), "typ"),
    "typ with its family": (compact({**HEADER, "typ": f"application/{TYP}"}), "typ"),
    "typ that is no text": (compact({**HEADER, "typ": None}), "typ"),
    "alg none": (compact({**HEADER, "alg": "none"}), "alg"),
    "alg None": (compact({**HEADER, "alg": "None"}), "alg"),
    "alg none without a signature": (
        base64url.encode_bytes(json.dumps({**HEADER, "alg": "none"}).encode()) + b"." + BODY + b".",
        "alg",
    ),
    "alg HS256": (compact({**HEADER, "alg": "HS256"}), "alg"),
    "alg RS256": (compact({**HEADER, "alg": "RS256"}), "alg"),
    "alg ES384": (compact({**HEADER, "alg": "ES384"}), "alg"),
    "alg Ed448": (compact({**HEADER, "alg": "Ed448"}), "alg"),
    "alg in small letters": (compact({**HEADER, "alg": "ed25519"}), "alg"),
    "alg that is no text": (compact({**HEADER, "alg": 1}), "alg"),
    "alg null": (compact({**HEADER, "alg": None}), "alg"),
    "an empty kid": (compact({**HEADER, "kid": ""}), "kid"),
    "a short kid": (compact({**HEADER, "kid": KID[:-1]}), "kid"),
    "a padded kid": (compact({**HEADER, "kid": KID + "="}), "kid"),
    "a kid with unused bits": (compact({**HEADER, "kid": "A" * 42 + "B"}), "kid"),
    "a kid that is a path": (compact({**HEADER, "kid": "../" + "A" * 40}), "kid"),
    "a kid that is no text": (compact({**HEADER, "kid": 7}), "kid"),
    "a long header": (compact({**HEADER, "typ": "x" * 600}), "too_long"),
    "too long": (GOOD + b"A" * JWS_BYTES_MAX, "too_long"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(name: str) -> None:
    """Every other form is refused before anything in it is believed, with its own short reason."""
    data, what = MALFORMED[name]
    with refused(Fault.MALFORMED, what=what):
        split_compact(data, typ=TYP)
    with refused(Fault.MALFORMED, what=what):  # and again, in case something was remembered
        split_compact(data, typ=TYP)


def test_limit() -> None:
    """Exactly `bytes_max` bytes are taken, and not one more."""
    assert split_compact(GOOD, typ=TYP, bytes_max=len(GOOD)).payload == PAYLOAD
    with refused(Fault.MALFORMED, what="too_long"):
        split_compact(GOOD, typ=TYP, bytes_max=len(GOOD) - 1)


def test_one_type_is_not_another() -> None:
    """A caller's token is no order, and an order no proof of possession, though the same key signed both."""
    types = (TYP, "daftari-caller+jwt", "daftari-key+jws")
    for signed in types:
        for asked in types:
            data = sign_compact(KEY, typ=signed, payload=PAYLOAD)
            if signed == asked:
                verify_compact(split_compact(data, typ=asked), KEY.public)
            else:
                with refused(Fault.MALFORMED, what="typ"):
                    split_compact(data, typ=asked)


def test_another_key() -> None:
    """A message is held to the key that its kid names and no other."""
    with refused(Fault.SIGNATURE_INVALID, what="kid"):
        verify_compact(split_compact(GOOD, typ=TYP), PrivateKey.generate().public)
    forged = split_compact(compact(HEADER, key=PrivateKey.generate()), typ=TYP)
    with refused(Fault.SIGNATURE_INVALID, what="signature"):
        verify_compact(forged, KEY.public)


def test_the_key_fixes_the_algorithm() -> None:
    """A header that names another algorithm than the registered key's is refused, whatever signed it."""
    agency = PrivateKey.generate("ES256")
    for header, key in (({**HEADER, "alg": "ES256"}, KEY), ({**HEADER, "kid": agency.public.kid}, agency)):
        for signer in (KEY, agency):
            with refused(Fault.SIGNATURE_INVALID, what="alg"):
                verify_compact(split_compact(compact(header, key=signer), typ=TYP), key.public)


@pytest.mark.parametrize("cut", [b"", b"AAAA", SIGNATURE[:-2], SIGNATURE[:-2] + b"AAAA"])
def test_a_signature_of_another_length(cut: bytes) -> None:
    """It reads as a JWS and holds for nobody."""
    with refused(Fault.SIGNATURE_INVALID, what="length"):
        verify_compact(split_compact(HEAD + b"." + BODY + b"." + cut, typ=TYP), KEY.public)


def test_every_changed_character_is_noticed() -> None:
    """Any one character of a token replaced by another: refused as a form, or as a signature."""
    for place in range(len(GOOD)):
        for character in b"Az9-_.=":
            changed = GOOD[:place] + bytes([character]) + GOOD[place + 1 :]
            if changed != GOOD:
                with pytest.raises(LedgerFault) as caught:
                    verify_compact(split_compact(changed, typ=TYP), KEY.public)
                assert caught.value.fault in (Fault.MALFORMED, Fault.SIGNATURE_INVALID)


def other_key(algorithm: str) -> Any:
    """A key made by joserfc."""
    return ECKey.generate_key("P-256") if algorithm == "ES256" else OKPKey.generate_key("Ed25519")


@pytest.mark.parametrize("algorithm", ["Ed25519", "EdDSA", "ES256"])
@pytest.mark.filterwarnings(
    "ignore:EdDSA is deprecated"
)  # RFC 9864 says so too; the older name is meant here
def test_what_joserfc_signs_is_taken(algorithm: str) -> None:
    """Key, thumbprint and token of another library: registered, read and verified."""
    theirs = other_key(algorithm)
    key = public_key_from_jwk(theirs.as_dict(private=False))
    require_registrable(key)
    assert key.kid == theirs.thumbprint()
    header = {"typ": TYP, "alg": algorithm, "kid": key.kid}
    data = other_jws.serialize_compact(header, PAYLOAD, theirs, algorithms=[algorithm])
    jws = split_compact(data.encode(), typ=TYP)
    assert verify_compact(jws, key) == PAYLOAD


@pytest.mark.parametrize("algorithm", ["Ed25519", "ES256"])
def test_joserfc_takes_what_is_signed_here(algorithm: str) -> None:
    """Our tokens verify in another library, under the JWK that we publish."""
    key = PrivateKey.generate(algorithm)
    data = sign_compact(key, typ=TYP, payload=PAYLOAD)
    jwk: dict[str, str | list[str]] = {**key.public.jwk()}
    theirs = (ECKey if algorithm == "ES256" else OKPKey).import_key(jwk)
    read = other_jws.deserialize_compact(data, theirs, algorithms=[algorithm])
    assert read.payload == PAYLOAD
    assert read.headers() == {"alg": algorithm, "kid": key.public.kid, "typ": TYP}
    assert theirs.thumbprint() == key.public.kid


def test_a_lenient_decoder_would_read_other_bytes() -> None:
    """Why the content is not the signature, and padding is refused: other decoders take several texts for the same."""
    changed = GOOD[:-1] + (b"B" if GOOD[-1:] != b"B" else b"C")
    loose = base64.urlsafe_b64decode(changed.rpartition(b".")[2] + b"==")
    assert loose == split_compact(GOOD, typ=TYP).signature
    assert changed.rpartition(b".")[0] == split_compact(GOOD, typ=TYP).signing_input
