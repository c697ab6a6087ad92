"""Hypothesis strategies and a small world to draw them from: keys, parties, accounts, orders of every kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from ledger.addresses import account_address, new_order_id
from ledger.books.accounts import AccountClass
from ledger.books.parties import BillService, PartyKind, Scope, Title
from ledger.instants import MICROSECONDS_PER_SECOND
from ledger.orders.genesis import RULES_VERSION, Genesis, genesis_record, read_genesis
from ledger.orders.kinds import AddKey, Body, OpenAccount, Order, RegisterParty, RotateLogKey
from ledger.orders.signed import VerifiedOrder, open_order, prove_possession, sign_order, verify_order
from ledger.signing import base64url
from ledger.signing.keys import PrivateKey
from ledger.signing.log_keys import endorse

NOW_US = 1_795_518_000_000_000
"""24 November 2026, in microseconds."""

HOUR_US = 3_600 * MICROSECONDS_PER_SECOND
ROLES = ("issuer", "registrar", "authority", "supervisor", "auditor")
SERVICE = BillService("LIC", Title("Business licence", "Leseni ya biashara"))


@lru_cache(maxsize=256)
def key_of(name: str) -> PrivateKey:
    """The same private key for the same name, always."""
    return PrivateKey.from_seed(name.encode().ljust(32, b".")[:32])


def genesis_document(
    *, sandbox: bool = True, supply_max: str = "1000000", holders_max: int = 50
) -> dict[str, object]:
    """A genesis document with two currencies, every role and a faucet."""

    def title(name: str) -> dict[str, str]:
        return {"en": name, "sw": name}

    parties = [
        {
            "party": name,
            "title": title(name),
            "roles": [name] if name in ROLES else [],
            "keys": [{"key": key_of(name).public.jwk(), "scopes": ["all"]}],
        }
        for name in (*ROLES, "faucet")
    ]
    chart = [
        ("1000", "backing", "TZS", "issuer"),
        ("1001", "backing", "USD", "issuer"),
        ("2900", "distribution", "TZS", "faucet"),
        ("2901", "distribution", "USD", "faucet"),
    ]
    return {
        "nonce": base64url.encode(bytes(16)),
        "name": "Test ledger",
        "sandbox": sandbox,
        "prefix": "tzst",
        "control_number_prefix": "88",
        "currencies": [{"code": "TZS", "decimals": 2}, {"code": "USD", "decimals": 2}],
        "parties": parties,
        "chart": [
            {"code": code, "class": name, "currency": currency, "party": party, "title": title(code)}
            for code, name, currency, party in chart
        ],
        "bounds": {"supply_max": {"TZS": supply_max, "USD": supply_max}, "holders_max": holders_max},
        "log_key": key_of("log").public.jwk(),
    }


def make_genesis(*, rules: int = RULES_VERSION, **bounds: object) -> Genesis:
    """A genesis at `NOW_US`."""
    document = genesis_document(**bounds)  # type: ignore[arg-type]
    return read_genesis(genesis_record(document, now_us=NOW_US, rules=rules))


@dataclass
class World:
    """Signs orders for a ledger. Time goes on by a millisecond an order, so ids and addresses never repeat."""

    genesis: Genesis = field(default_factory=make_genesis)
    now_us: int = NOW_US

    def order(self, body: Body, *, order_id: str | None = None, expires_us: int | None = None) -> Order:
        """An order around a body, good for an hour."""
        self.now_us += 1_000
        chosen = order_id or new_order_id(self.now_us)
        return Order(chosen, expires_us or self.now_us + HOUR_US, body)

    def signed(self, body: Body, signer: str, **envelope: str | int | None) -> bytes:
        """The bytes of an order signed by the key of that name."""
        return sign_order(self.order(body, **envelope), key_of(signer), self.genesis)  # type: ignore[arg-type]

    def verified(self, body: Body, signer: str, **envelope: str | int | None) -> VerifiedOrder:
        """An order that went through signing and verification for real."""
        data = self.signed(body, signer, **envelope)
        return verify_order(open_order(data, self.genesis), key_of(signer).public, self.genesis)

    def registering(self, name: str, kind: PartyKind = PartyKind.PERSON) -> VerifiedOrder:
        """An order by which a key registers itself."""
        title = Title(f"Institution {name}", f"Taasisi {name}") if kind is PartyKind.INSTITUTION else None
        services = (SERVICE,) if kind is PartyKind.INSTITUTION else ()
        return self.verified(RegisterParty(kind, key_of(name).public, title, services), name)

    def registering_by(self, registrar: str, name: str) -> VerifiedOrder:
        """An order by which a registrar registers the key of a person, who proves to have it."""
        self.now_us += 1_000
        order_id, kid = new_order_id(self.now_us), key_of(registrar).public.kid
        proof = prove_possession(key_of(name), genesis=self.genesis, order_id=order_id, registrant=kid)
        body = RegisterParty(PartyKind.PERSON, key_of(name).public, None, (), proof)
        return self.verified(body, registrar, order_id=order_id)

    def adding_key(self, name: str, scopes: tuple[Scope, ...], signer: str) -> VerifiedOrder:
        """An order that adds the key of that name to the signer's party, with proof of possession."""
        self.now_us += 1_000
        order_id = new_order_id(self.now_us)
        proof = prove_possession(
            key_of(name), genesis=self.genesis, order_id=order_id, registrant=key_of(signer).public.kid
        )
        return self.verified(AddKey(key_of(name).public, scopes, proof), signer, order_id=order_id)

    def rotating(self, name: str, *, vouching: str = "log", signer: str = "authority") -> VerifiedOrder:
        """An order by which the key of that name takes over the log, vouched for by the key `vouching`."""
        self.now_us += 1_000
        order_id, key = new_order_id(self.now_us), key_of(name)
        proof = prove_possession(
            key, genesis=self.genesis, order_id=order_id, registrant=key_of(signer).public.kid
        )
        endorsement = endorse(
            key_of(vouching), key.public, ledger_id=self.genesis.ledger_id, order_id=order_id
        )
        return self.verified(RotateLogKey(key.public, proof, endorsement), signer, order_id=order_id)

    def opening(
        self, signer: str, account_class: AccountClass = AccountClass.WALLET, currency: str = "TZS"
    ) -> tuple[VerifiedOrder, str]:
        """An order that opens an account, and the address that the signer knows before sending."""
        order = self.verified(OpenAccount(currency, account_class), signer)
        return order, self.address(signer, order.order.order_id)

    def address(self, signer: str, order_id: str) -> str:
        """The address of the account that this signer opens with this order."""
        kid = key_of(signer).public.kid
        return account_address(
            prefix=self.genesis.prefix, ledger_id=self.genesis.ledger_id, kid=kid, order_id=order_id
        )
