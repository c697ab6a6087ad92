"""A served sandbox with people in every role, and the few words in which tests ask its API."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ledger.addresses import account_address, new_order_id
from ledger.books.accounts import AccountClass
from ledger.books.parties import BillService, PartyKind, Scope, Title
from ledger.instants import MICROSECONDS_PER_SECOND, MachineClock, day_text, eat_day, parse_instant
from ledger.keys_folder import read_private_key
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import (
    AddKey,
    ApproveBill,
    Body,
    OpenAccount,
    Order,
    PayBill,
    RaiseBill,
    RegisterParty,
)
from ledger.orders.signed import prove_possession, sign_order
from ledger.signing import base64url
from ledger.signing.jws import sign_compact
from ledger.signing.keys import PrivateKey
from ledger.strict_json import dumps
from tests.payers import EXPIRES_AFTER_US, Payer, bulk, funded_payers
from tests.servers import RunningLedger

HOUR_US = 3_600 * MICROSECONDS_PER_SECOND
SERVICE = BillService("LESENI", Title("Business licence", "Leseni ya biashara"))
DAYS_OLD = 3
"""How old the ledger of a world is, so that it has closed days."""

TITLE = Title("Model Council", "Halmashauri ya Mfano")


@dataclass(frozen=True)
class Got:
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object."""
        members = json.loads(self.body)
        assert isinstance(members, dict)
        return members

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")


def ask(
    url: str,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 20.0,
    **named: str,
) -> Got:
    """One request on a connection of its own. Underscores in the names of headers stand for hyphens."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=timeout)
    try:
        together = {name.replace("_", "-"): value for name, value in (dict(headers or {}) | named).items()}
        connection.request(method, path, body=body, headers=together)
        answer = connection.getresponse()
        return Got(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def signed(genesis: Genesis, key: PrivateKey, body: Body) -> tuple[str, bytes]:
    """A fresh order around this body: its id and its bytes."""
    now_us = MachineClock().wall_us()
    order_id = new_order_id(now_us)
    return order_id, sign_order(
        Order(order_id, now_us // 1_000 * 1_000 + EXPIRES_AFTER_US, body),
        key,
        genesis,
    )


def token_claims(genesis: Genesis, **more: object) -> dict[str, object]:
    """The claims of a good token for reading; `more` replaces or adds, None removes."""
    now_s = int(time.time())
    claims: dict[str, object] = {"aud": genesis.ledger_id, "iat": now_s, "exp": now_s + 120}
    return {name: value for name, value in (claims | more).items() if value is not None}


def bearer(genesis: Genesis, key: PrivateKey, *, typ: str = "daftari-caller+jwt", **more: object) -> str:
    """An Authorization header of this key."""
    return f"Bearer {sign_compact(key, typ=typ, payload=dumps(token_claims(genesis, **more))).decode()}"


def writing(genesis: Genesis, key: PrivateKey, method: str, path: str, body: bytes, *, jti: str = "") -> str:
    """An Authorization header for exactly this write."""
    digest = base64url.encode(hashlib.sha256(body).digest())
    token_id = jti or new_order_id(MachineClock().wall_us())
    return bearer(genesis, key, htm=method, htu=path, bsh=digest, jti=token_id)


@dataclass
class Council:
    """An institution: its full key, a maker's and a checker's, and the account it collects on."""

    genesis: Genesis
    full: PrivateKey = field(default_factory=PrivateKey.generate)
    maker: PrivateKey = field(default_factory=PrivateKey.generate)
    checker: PrivateKey = field(default_factory=PrivateKey.generate)
    party: str = ""
    account: str = ""

    def opening_orders(self) -> list[bytes]:
        """Register, open the account, add the maker's and the checker's key."""
        genesis, full = self.genesis, self.full
        body = RegisterParty(PartyKind.INSTITUTION, full.public, TITLE, (SERVICE,))
        self.party, registering = signed(genesis, full, body)
        order_id, opening = signed(genesis, full, OpenAccount("TZS", AccountClass.COLLECTION))
        self.account = account_address(
            prefix=genesis.prefix,
            ledger_id=genesis.ledger_id,
            kid=full.public.kid,
            order_id=order_id,
        )
        return [
            registering,
            opening,
            self._adding(self.maker, Scope.MAKE),
            self._adding(self.checker, Scope.CHECK),
        ]

    def _adding(self, key: PrivateKey, scope: Scope) -> bytes:
        now_us = MachineClock().wall_us()
        order_id = new_order_id(now_us)
        kid = self.full.public.kid
        possession = prove_possession(key, genesis=self.genesis, order_id=order_id, registrant=kid)
        body = AddKey(key.public, (scope,), possession)
        order = Order(order_id, now_us // 1_000 * 1_000 + EXPIRES_AFTER_US, body)
        return sign_order(order, self.full, self.genesis)

    def raised(self, bill_id: str, minor_units: int, *, seconds: int = 86_400) -> tuple[str, bytes]:
        """A bill by the maker."""
        until_us = (MachineClock().wall_us() // 1_000_000 + seconds) * 1_000_000
        body = RaiseBill(bill_id, SERVICE.code, self.account, "TZS", minor_units, until_us)
        return signed(self.genesis, self.maker, body)


@dataclass
class World:
    """Who lives there. A test leaves it usable for the next."""

    ledger: RunningLedger
    asha: Payer
    juma: Payer
    council: Council
    bills: int = 0

    @property
    def url(self) -> str:
        """Where it is served."""
        return self.ledger.url

    @property
    def first_day(self) -> str:
        """The first day that was closed, a date in East Africa."""
        return day_text(eat_day(parse_instant(self.genesis.recorded_at)))

    @property
    def genesis(self) -> Genesis:
        """What record 0 says."""
        return self.ledger.genesis

    def role_key(self, name: str) -> PrivateKey:
        """The key of a role of the sandbox."""
        return read_private_key(self.ledger.keys, name)

    def get(
        self,
        path: str,
        key: PrivateKey | None = None,
        headers: Mapping[str, str] | None = None,
        **named: str,
    ) -> Got:
        """A GET, with a token of this key if there is one."""
        if key is not None:
            named = {"Authorization": bearer(self.genesis, key), **named}
        return ask(self.url, "GET", path, headers=dict(headers or {}) | named)

    def post(self, data: bytes, **headers: str) -> Got:
        """One order."""
        together = {"Content_Type": "application/jose"} | headers
        return ask(self.url, "POST", "/v1/orders", body=data, headers=together)

    def accepted(self, data: bytes) -> dict[str, Any]:
        """One order that must be accepted."""
        got = self.post(data)
        assert got.status == 201, got.text
        return got.json

    def new_bill(self, minor_units: int = 1_500_000, *, approve: bool = True, seconds: int = 86_400) -> str:
        """A fresh bill: its control number, or its id if it is not approved."""
        self.bills += 1
        bill, raising = self.council.raised(f"LIC/{self.bills:04}", minor_units, seconds=seconds)
        self.accepted(raising)
        if not approve:
            return bill
        answered = self.accepted(signed(self.genesis, self.council.checker, ApproveBill(bill))[1])
        return str(answered["result"]["control_number"])

    def written(
        self, key: PrivateKey, method: str, path: str, told: Mapping[str, object] | None = None
    ) -> Got:
        """A write beside the log, with a token of this key for just that."""
        body = b"" if told is None else json.dumps(told).encode()
        token = writing(self.genesis, key, method, path, body)
        return ask(self.url, method, path, body=body, Authorization=token, Content_Type="application/json")

    def lipa_namba(self, payer: Payer) -> str:
        """The Lipa Namba that pays somebody's account."""
        got = self.written(payer.key, "PUT", "/v1/directory/me/lipa-namba", {"account": payer.account})
        assert got.status == 200, got.text
        return str(got.json["lipa_namba"])

    def paid(self, payer: Payer, control_number: str, minor_units: int = 1_500_000) -> str:
        """Pay a bill; the order's id."""
        order_id, data = payer.sign(PayBill(payer.account, control_number, "TZS", minor_units))
        self.accepted(data)
        return order_id


def settled(ledger: RunningLedger) -> World:
    """A world on a ledger that is served already."""
    asha, juma = funded_payers(ledger, 2, 100_000_000)
    council = Council(ledger.genesis)
    results = bulk(ledger.url, council.opening_orders())
    assert [result["status"] for result in results] == [201] * 4, results
    return World(ledger, asha, juma, council)
