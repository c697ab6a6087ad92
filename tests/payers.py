"""Payers over real HTTP: sign with real keys, post, and remember every answer."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ledger.addresses import account_address, new_order_id
from ledger.books.accounts import AccountClass
from ledger.books.parties import PartyKind
from ledger.instants import MICROSECONDS_PER_SECOND, MachineClock
from ledger.keys_folder import read_private_key
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, Leg, OpenAccount, Order, Pay, RegisterParty
from ledger.orders.signed import sign_order
from ledger.sandbox import FAUCET, FAUCET_CODE
from ledger.signing.keys import PrivateKey
from tests.servers import RunningLedger

EXPIRES_AFTER_US = 3_600 * MICROSECONDS_PER_SECOND


@dataclass
class Answered:
    """One HTTP answer to one order. The names of the headers are in lower case."""

    status: int
    body: dict[str, object]
    headers: dict[str, str]


def post(url: str, data: bytes, media_type: str = "application/jose", timeout: float = 15.0) -> Answered:
    """POST /v1/orders on a connection of its own.

    Raises:
        OSError, http.client.HTTPException: no answer came.
    """
    place = urlsplit(url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=timeout)
    try:
        connection.request("POST", "/v1/orders", body=data, headers={"Content-Type": media_type})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answered(answer.status, json.loads(answer.read()), headers)
    finally:
        connection.close()


@dataclass
class Payer:
    """A registered person with a wallet account."""

    genesis: Genesis
    key: PrivateKey
    account: str = ""
    sent: dict[str, bytes] = field(default_factory=dict)

    def sign(self, body: Body) -> tuple[str, bytes]:
        """A fresh order id and the signed order around the body."""
        now_us = MachineClock().wall_us()
        order_id = new_order_id(now_us)
        order = Order(order_id, now_us // 1_000 * 1_000 + EXPIRES_AFTER_US, body)
        return order_id, sign_order(order, self.key, self.genesis)

    def opening_orders(self) -> list[bytes]:
        """The orders that register the key and open its wallet."""
        _, registering = self.sign(RegisterParty(PartyKind.PERSON, self.key.public))
        order_id, opening = self.sign(OpenAccount("TZS", AccountClass.WALLET))
        genesis = self.genesis
        self.account = account_address(
            prefix=genesis.prefix, ledger_id=genesis.ledger_id, kid=self.key.public.kid, order_id=order_id
        )
        return [registering, opening]

    def payment(self, payee: str, minor_units: int) -> tuple[str, bytes]:
        """A signed payment."""
        return self.sign(Pay(self.account, "TZS", (Leg(payee, minor_units),)))


def bulk(url: str, orders: list[bytes]) -> list[dict[str, object]]:
    """Post up to 1,000 orders at once; their results in order."""
    body = json.dumps({"orders": [order.decode() for order in orders]}).encode()
    answered = post(url, body, "application/json", timeout=60)
    if answered.status != 200:
        raise RuntimeError(f"bulk: {answered.status} {answered.body}")
    return answered.body["results"]  # type: ignore[return-value]


def funded_payers(ledger: RunningLedger, count: int, minor_units: int) -> list[Payer]:
    """So many payers, registered, each with so much money from the faucet."""
    payers = [Payer(ledger.genesis, PrivateKey.generate("Ed25519")) for _ in range(count)]
    orders = [order for payer in payers for order in payer.opening_orders()]
    faucet = Payer(
        ledger.genesis, read_private_key(ledger.keys, FAUCET), ledger.genesis.address_of(FAUCET_CODE)
    )
    orders += [faucet.payment(payer.account, minor_units)[1] for payer in payers]
    for start in range(0, len(orders), 500):
        results = bulk(ledger.url, orders[start : start + 500])
        wrong = [result for result in results if result["status"] not in (200, 201)]
        if wrong:
            raise RuntimeError(f"funding failed: {wrong[0]}")
    return payers


def settle(url: str, data: bytes, seconds: float = 60.0) -> Answered:
    """Send the same order until the ledger says what became of it."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            answered = post(url, data)
            if answered.status not in (429, 500, 502, 503, 504):
                return answered
        except (OSError, http.client.HTTPException):
            pass
        if time.monotonic() > deadline:
            raise RuntimeError("the order could not be settled in time")
        time.sleep(0.1)
