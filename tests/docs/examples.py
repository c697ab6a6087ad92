"""Writes api/examples.json, the examples of the API's description: `python -m tests.docs.examples`.

Every example is what a real sandbox was asked and answered. `tests/api/test_examples.py` asks a real ledger again and
holds each answer to the form of the recorded one.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from api.answers import JOSE, JSON
from api.description import operation_id
from api.openapi import ROUTES, TOKEN, Route
from ledger.strict_json import loads
from tests.api.world import DAYS_OLD, Got, World, ask, bearer, settled, writing
from tests.architecture.house import ROOT
from tests.servers import RunningLedger

FILE = ROOT / "api" / "examples.json"
VECTORS = ROOT / "docs" / "reference" / "order-vectors.json"
QUERIES = {
    "/v1/proofs/inclusion": "?index=1&size=3",
    "/v1/proofs/consistency": "?from=1&to=3",
    "/v1/records": "?from=0&limit=1",
    "/v1/days": "?limit=1",
    "/v1/accounts/{address}/entries": "?limit=1",
    "/bills": "?control_number={control_number}",
}
BODIES: dict[tuple[str, str], dict[str, str | int]] = {
    ("PUT", "/v1/names/me"): {"name": "Asha Mrisho"},
    ("PUT", "/v1/directory/me"): {"name": "Asha Mrisho", "phone": "0754 000 001", "tin": "121-207-079"},
    ("PUT", "/v1/directory/me/lipa-namba"): {"account": "{address}"},
    ("PUT", "/v1/orders/{order_id}/note"): {"text": "Rent of November"},
    ("POST", "/v1/directory/lookups"): {
        "reason": "court_order",
        "case": "HC/12/2026",
        "account": "{address}",
    },
    ("POST", "/v1/webhooks"): {"url": "http://127.0.0.1:9/notices"},
    ("POST", "/v1/webhooks/{webhook}/send"): {"event": "test"},
    ("POST", "/v1/sandbox/clock"): {"seconds": 1},
}
OF_INSTITUTIONS = ("/v1/events", "/v1/notices", "/v1/webhooks")
RECEIPT_LINES = (
    b'--x\r\nContent-Disposition: form-data; name="receipt"; filename="r.json"\r\n\r\n%b\r\n--x--\r\n'
)


class Recorder:
    """Asks every operation once, in a world of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        control_number = world.new_bill()
        self.order_id = world.paid(world.asha, control_number)
        self.values = {
            "order_id": self.order_id,
            "address": world.asha.account,
            "alias": world.lipa_namba(world.asha),
            "kid": world.asha.key.public.kid,
            "control_number": control_number,
            "party": world.council.party,
            "date": world.first_day,
            "code": "insufficient_funds",
            "size": "1",
            "level": "0",
            "place": "000.p/1",
            "name": "daftari.css",
            "webhook": self._webhook(),
        }

    def _webhook(self) -> str:
        """A webhook of the council's, whose receiver is not there."""
        body = json.dumps(BODIES["POST", "/v1/webhooks"]).encode()
        token = writing(self.world.genesis, self.world.council.full, "POST", "/v1/webhooks", body)
        headers = {"Content-Type": JSON, "Authorization": token}
        got = ask(self.world.url, "POST", "/v1/webhooks", body=body, headers=headers)
        return str(got.json["webhook"])

    def path(self, route: Route) -> str:
        """The operation's path with values, and its query."""
        return (route.path + QUERIES.get(route.path, "")).format(**self.values)

    def ask(self, route: Route) -> tuple[dict[str, Any], Got]:
        """What is recorded of a call, and what came back."""
        path, body, headers = self.path(route), None, {}
        asked: dict[str, Any] = {"path": path}
        if route.path == "/v1/orders" and route.method == "POST":
            body = self.world.asha.payment(self.world.juma.account, 1_500_000)[1]
            headers, asked["request"] = {"Content-Type": JOSE}, body.decode()
        elif route.path == "/receipts" and route.method == "POST":
            receipt = self.world.get(f"/v1/orders/{self.order_id}/receipt", self.world.asha.key)
            body, headers = RECEIPT_LINES % receipt.body, {"Content-Type": "multipart/form-data; boundary=x"}
        elif (route.method, route.path) in BODIES:
            told = {
                name: value.format(**self.values) if isinstance(value, str) else value
                for name, value in BODIES[route.method, route.path].items()
            }
            body, headers, asked["request"] = json.dumps(told).encode(), {"Content-Type": JSON}, told
        headers |= self._authorization(route, path, body or b"")
        return asked, ask(self.world.url, route.method, path, body=body, headers=headers)

    def _authorization(self, route: Route, path: str, body: bytes) -> dict[str, str]:
        if route.who not in TOKEN:
            return {}
        genesis, council = self.world.genesis, route.path.startswith(OF_INSTITUTIONS)
        key = self.world.council.full if council else self.world.asha.key
        if route.who == "self":
            return {"Authorization": writing(genesis, key, route.method, path, body)}
        if route.who in {"official", "founder"}:
            key = self.world.role_key("auditor")
            return {"Authorization": writing(genesis, key, route.method, path, body)}
        if route.who == "biller":
            key = self.world.council.full
        if route.who == "overseer":
            key = self.world.role_key("auditor")
        return {"Authorization": bearer(genesis, key)}

    def example(self, route: Route) -> dict[str, Any]:
        """The example of an operation. Pages, tiles and style are not kept."""
        asked, got = self.ask(route)
        if got.status not in (route.status, 201):
            raise RuntimeError(f"{route.method} {asked['path']}: {got.status} {got.text}")
        example = asked | {"status": got.status}
        kind = got.headers.get("content-type", "").split(";")[0]
        if kind == JSON and route.path != "/openapi.json":
            example["answer"] = got.json
        elif kind == "text/plain":
            example["answer"] = got.text
        return example


def operations(world: World) -> dict[str, Any]:
    """The example of every operation, by its id."""
    recorder = Recorder(world)
    return {operation_id(route): recorder.example(route) for route in ROUTES}


def orders() -> dict[str, Any]:
    """One payload of each kind, from the test vectors."""
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    payloads = [loads(row["payload"].encode(), bytes_max=100_000) for row in vectors["orders"]]
    return {str(payload["order"]): payload for payload in reversed(payloads) if isinstance(payload, dict)}


def main() -> None:
    """Record everything anew."""
    with (
        tempfile.TemporaryDirectory() as folder,
        RunningLedger(Path(folder) / "var", threads=2, days_old=DAYS_OLD) as ledger,
    ):
        found = {"operations": operations(settled(ledger)), "orders": orders()}
    FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
