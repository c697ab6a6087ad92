"""Orders that are wrong in one way each, and what each must be told."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

from ledger.addresses import new_order_id
from ledger.books.parties import PartyKind
from ledger.instants import MICROSECONDS_PER_DAY, MachineClock, instant_text
from ledger.orders.codec import encode_order
from ledger.orders.genesis import Genesis, genesis_record, read_genesis
from ledger.orders.kinds import Leg, Order, Pay, RegisterParty
from ledger.orders.signed import ORDER_TYPE, prove_possession, sign_order
from ledger.signing import base64url
from ledger.signing.jws import sign_compact
from ledger.signing.keys import PrivateKey
from ledger.strict_json import dumps
from tests.api.world import World
from tests.payers import EXPIRES_AFTER_US
from tests.strategies import genesis_document

SMALL_ORDER_KEYS = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)


def jws(header: object, payload: bytes, signature: bytes = b"\x00" * 64) -> bytes:
    """A compact JWS of any parts."""
    head = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return b".".join(base64url.encode_bytes(part) for part in (head, payload, signature))


class Hostile:
    """Makes orders that are wrong in one way. `key` is registered and has money."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.genesis: Genesis = world.genesis
        self.key = world.asha.key
        self.header = {"alg": "Ed25519", "kid": self.key.public.kid, "typ": ORDER_TYPE}

    def order(self, *, expires_in_us: int = EXPIRES_AFTER_US, ahead_us: int = 0) -> Order:
        """A fine payment."""
        now_us = MachineClock().wall_us() + ahead_us
        body = Pay(self.world.asha.account, "TZS", (Leg(self.world.juma.account, 100),))
        return Order(new_order_id(now_us), now_us // 1_000 * 1_000 + expires_in_us, body)

    def payload(self, **members: object) -> bytes:
        """Its payload, with members replaced or added; `...` removes one."""
        fine = json.loads(encode_order(self.order(), self.genesis))
        changed = fine | members
        kept = {name: value for name, value in changed.items() if value is not ...}
        return json.dumps(kept, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")

    def signed(self, payload: bytes, *, key: PrivateKey | None = None, typ: str = ORDER_TYPE) -> bytes:
        """Any payload, well signed."""
        return sign_compact(key or self.key, typ=typ, payload=payload)

    def text(self, pattern: str, replacement: str) -> bytes:
        """A fine payload with some of its text replaced, well signed."""
        fine = self.payload().decode()
        assert pattern in fine
        return self.signed(fine.replace(pattern, replacement).encode("utf-8", "surrogatepass"))

    def legs(self, *amounts: object) -> bytes:
        """A payment of these amounts, as they are."""
        legs = [{"payee": self.world.juma.account, "amount": amount} for amount in amounts]
        return self.signed(self.payload(legs=legs))

    def lasting(self, microseconds: int) -> bytes:
        """A fine payment with another life."""
        return sign_order(self.order(expires_in_us=microseconds), self.key, self.genesis)

    def address(self, change: Callable[[str], str]) -> bytes:
        """A payment to an address that was changed."""
        return self.text(self.world.juma.account, change(self.world.juma.account))

    def paying_bill(self, control_number: str) -> bytes:
        """A payment of this control number."""
        return self.signed(
            self.payload(order="pay_bill", legs=..., control_number=control_number, amount="1")
        )

    def registering(self, jwk: object) -> bytes:
        """An order that registers this key; signed by Asha, with a proof that cannot hold."""
        return self.signed(
            self.payload(order="register_party", kind="person", key=jwk, payer=..., currency=..., legs=...),
        )

    def of_another_ledger(self) -> bytes:
        """A fine order, but for another ledger."""
        other = read_genesis(genesis_record(genesis_document(), now_us=MachineClock().wall_us()))
        return sign_order(
            self.order(),
            self.key,
            Genesis(**(vars(other) | {"currencies": self.genesis.currencies})),
        )

    def possession_of_another(self) -> bytes:
        """A new key whose proof of possession was made for another order."""
        key, order = PrivateKey.generate(), self.order()
        proof = prove_possession(
            key,
            genesis=self.genesis,
            order_id=new_order_id(0),
            registrant=self.key.public.kid,
        )
        body = RegisterParty(PartyKind.PERSON, key.public, possession=proof)
        return sign_order(Order(order.order_id, order.expires_us, body), self.key, self.genesis)


def ed25519_jwk(raw: str) -> dict[str, str]:
    """A JWK of these bytes."""
    return {"kty": "OKP", "crv": "Ed25519", "x": base64url.encode(bytes.fromhex(raw))}


def _flipped(data: bytes) -> bytes:
    head, payload, signature = data.split(b".")
    raw = bytearray(base64.urlsafe_b64decode(signature + b"=="))
    raw[10] ^= 1
    return b".".join((head, payload, base64url.encode_bytes(bytes(raw))))


def _registering_raw(raw: str) -> Callable[[Hostile], bytes]:
    return lambda h: h.registering(ed25519_jwk(raw))


def _in_local_time() -> str:
    return instant_text(MachineClock().wall_us())[:-1] + "+03:00"


Row = tuple[str, Callable[[Hostile], bytes], str]

FORMS: list[Row] = [
    ("empty", lambda _: b"", "malformed"),
    ("one dot", lambda _: b"a.b", "malformed"),
    ("four parts", lambda h: h.signed(h.payload()) + b".AAAA", "malformed"),
    ("not base64url", lambda h: b"!!!." + h.signed(h.payload()).split(b".", 1)[1], "malformed"),
    ("padded base64", lambda h: h.signed(h.payload()) + b"==", "malformed"),
    ("unused bits set", lambda h: jws(h.header, h.payload())[:-1] + b"B", "malformed"),
    ("NUL bytes", lambda _: b"\x00" * 100, "malformed"),
    ("bytes above ASCII", lambda _: "سلام.สวัสดี.🙂".encode(), "malformed"),
    ("JSON serialisation", lambda _: dumps({"payload": "", "signatures": []}), "malformed"),
    ("header not JSON", lambda h: jws(b"{", h.payload()), "malformed"),
    ("header with twice alg", lambda h: jws(b'{"alg":"none","alg":"Ed25519"}', h.payload()), "malformed"),
    ("no kid", lambda h: jws({"alg": "Ed25519", "typ": ORDER_TYPE}, h.payload()), "malformed"),
    (
        "a key in the header",
        lambda h: jws(h.header | {"jwk": ed25519_jwk("00" * 32)}, h.payload()),
        "malformed",
    ),
    ("crit", lambda h: jws(h.header | {"crit": ["b64"], "b64": False}, h.payload()), "malformed"),
    ("wrong typ", lambda h: h.signed(h.payload(), typ="JWT"), "malformed"),
    ("a caller token as an order", lambda h: h.signed(h.payload(), typ="daftari-caller+jwt"), "malformed"),
    ("a possession as an order", lambda h: h.signed(h.payload(), typ="daftari-key+jws"), "malformed"),
    ("alg none", lambda h: jws(h.header | {"alg": "none"}, h.payload(), b""), "malformed"),
    ("alg HS256", lambda h: jws(h.header | {"alg": "HS256"}, h.payload()), "malformed"),
    (
        "alg of another kind of key",
        lambda h: jws(h.header | {"alg": "ES256"}, h.payload()),
        "signature_invalid",
    ),
    ("alg a number", lambda h: jws(h.header | {"alg": 1}, h.payload()), "malformed"),
    ("kid not a thumbprint", lambda h: jws(h.header | {"kid": "../../etc"}, h.payload()), "malformed"),
    ("kid with a NUL", lambda h: jws(h.header | {"kid": "\x00" * 43}, h.payload()), "malformed"),
    ("unknown kid", lambda h: h.signed(h.payload(), key=PrivateKey.generate()), "unknown_key"),
    ("no signature", lambda h: jws(h.header, h.payload(), b""), "signature_invalid"),
    ("zero signature", lambda h: jws(h.header, h.payload()), "signature_invalid"),
    (
        "another's signature",
        lambda h: jws(h.header, h.payload(), PrivateKey.generate().sign(b"x")),
        "signature_invalid",
    ),
    ("one bit flipped", lambda h: _flipped(h.signed(h.payload())), "signature_invalid"),
]

PAYLOADS: list[Row] = [
    ("empty payload", lambda h: h.signed(b""), "malformed"),
    ("a number", lambda h: h.signed(b"1"), "malformed"),
    ("an array", lambda h: h.signed(b"[]"), "malformed"),
    ("a byte order mark", lambda h: h.signed(b"\xef\xbb\xbf" + h.payload()), "malformed"),
    ("UTF-16", lambda h: h.signed(h.payload().decode().encode("utf-16")), "malformed"),
    ("bad UTF-8", lambda h: h.signed(h.payload() + b"\xff"), "malformed"),
    ("something behind", lambda h: h.signed(h.payload() + b"{}"), "malformed"),
    ("100,000 brackets", lambda h: h.signed(b"[" * 40_000), "malformed"),
    ("deep object", lambda h: h.signed(b'{"a":' * 9 + b"1" + b"}" * 9), "malformed"),
    ("twice the same member", lambda h: h.text('"currency"', '"payer":"x","currency"'), "malformed"),
    ("an unknown member", lambda h: h.signed(h.payload(note="hello")), "malformed"),
    ("a missing member", lambda h: h.signed(h.payload(currency=...)), "malformed"),
    ("an unknown kind", lambda h: h.signed(h.payload(order="mint")), "malformed"),
    ("a kind that is no text", lambda h: h.signed(h.payload(order=["pay"])), "malformed"),
    ("another ledger", lambda h: h.of_another_ledger(), "other_ledger"),
    ("a ledger that is no text", lambda h: h.signed(h.payload(ledger=None)), "other_ledger"),
    ("id in upper case", lambda h: h.signed(h.payload(id=new_order_id(1).upper())), "malformed"),
    ("id of version 4", lambda h: h.signed(h.payload(id="b4c6f1a2-8c1d-4e7f-9a0b-1c2d3e4f5a6b")), "malformed"),
    ("id with a NUL", lambda h: h.signed(h.payload(id="\x00" * 36)), "malformed"),
    ("expires before its id", lambda h: h.signed(h.payload(expires="2020-01-01T00:00:00Z")), "malformed"),
    ("expires after a day", lambda h: h.lasting(MICROSECONDS_PER_DAY + 1_000), "malformed"),
    ("expires in local time", lambda h: h.signed(h.payload(expires=_in_local_time())), "malformed"),
    ("expires on a 30th of February", lambda h: h.signed(h.payload(expires="2026-02-30T00:00:00Z")), "malformed"),
    ("clock ahead", lambda h: sign_order(h.order(ahead_us=600_000_000), h.key, h.genesis), "clock_ahead"),
    ("NaN", lambda h: h.text('"1.00"', "NaN"), "malformed"),
    ("Infinity", lambda h: h.text('"1.00"', "Infinity"), "malformed"),
    ("a float", lambda h: h.text('"1.00"', "1.0"), "malformed"),
    ("1e400", lambda h: h.text('"1.00"', "1e400"), "malformed"),
    ("an integer", lambda h: h.legs(100), "malformed"),
    ("true", lambda h: h.legs(True), "malformed"),
    ("negative", lambda h: h.legs("-1.00"), "malformed"),
    ("zero", lambda h: h.legs("0.00"), "malformed"),
    ("three decimals", lambda h: h.legs("1.001"), "malformed"),
    ("leading zero", lambda h: h.legs("01.00"), "malformed"),
    ("thousands separator", lambda h: h.legs("1,000"), "malformed"),
    ("Arabic digits", lambda h: h.legs("١٢٣"), "malformed"),
    ("full-width digits", lambda h: h.legs("\uff11\uff12\uff13"), "malformed"),
    ("a space", lambda h: h.legs(" 1.00"), "malformed"),
    ("over 64 bits", lambda h: h.legs("92233720368547758.08"), "malformed"),
    ("sum over 64 bits", lambda h: h.legs("92233720368547758.07", "92233720368547758.07"), "malformed"),
    ("a thousand digits", lambda h: h.legs("9" * 1_000), "malformed"),
    ("no legs", lambda h: h.legs(), "malformed"),
    ("101 legs", lambda h: h.legs(*["0.01"] * 101), "malformed"),
    ("wrong checksum of an address", lambda h: h.address(lambda at: at[:-1] + "b"), "malformed"),
    ("address in upper case", lambda h: h.address(str.upper), "malformed"),
    ("address of another prefix", lambda h: h.address(lambda at: "bc1" + at[5:]), "malformed"),
    ("unknown currency", lambda h: h.signed(h.payload(currency="USD")), "malformed"),
    ("lone surrogate", lambda h: h.signed(rb'{"order":"\ud800"}'), "malformed"),
    ("lone surrogate in a member", lambda h: h.text('"pay"', r'"pay\ud800"'), "malformed"),
    ("NUL in a member", lambda h: h.signed(h.payload(purpose="A\x00BC")), "malformed"),
    ("right to left", lambda h: h.signed(h.payload(purpose="\u202eYAP")), "malformed"),
    ("zero width", lambda h: h.signed(h.payload(purpose="P\u200bAY")), "malformed"),
    ("wrong control number", lambda h: h.paying_bill("881234567890"), "malformed"),
    ("control number in words", lambda h: h.paying_bill("moja"), "malformed"),
    *[(f"small-order key {raw[:4]}", _registering_raw(raw), "key_unacceptable") for raw in SMALL_ORDER_KEYS],
    ("key of another curve", lambda h: h.registering({"kty": "EC", "crv": "P-384"}), "key_unacceptable"),
    ("key with its secret", lambda h: h.registering(h.key.public.jwk() | {"d": "AA"}), "malformed"),
    ("key that is no object", lambda h: h.registering("key"), "key_unacceptable"),
    ("a key without possession", lambda h: h.registering(PrivateKey.generate().public.jwk()), "possession_invalid"),
    ("another's possession", lambda h: h.possession_of_another(), "possession_invalid"),
    ("payload over 64 KiB", lambda h: h.signed(h.payload(note="x" * 65_536)), "malformed"),
]  # fmt: skip

ROWS = FORMS + PAYLOADS
