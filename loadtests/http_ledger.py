"""The ledger as its HTTP interface: one kept connection, whole answers, and nothing that a load generator needs."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from urllib.parse import urlsplit

from ledger.addresses import new_order_id
from ledger.faults import Fault, LedgerFault
from ledger.orders.genesis import Genesis, read_genesis
from ledger.signing import base64url
from ledger.signing.jws import sign_compact
from ledger.signing.keys import PrivateKey
from ledger.signing.log_keys import LogKey, chain_from_rows
from ledger.strict_json import dumps

TOKEN_TYPE = "daftari-caller+jwt"  # noqa: S105 - a media type
TOKEN_SECONDS = 300
BULK_ORDERS_MAX = 500
ANSWER_SECONDS_MAX = 60.0
RETRY_SECONDS_MAX = 60.0
_MADE = frozenset({200, 201, 204})
_NOT_NOW = frozenset({429, 503, 504})


class LedgerUnusable(Exception):
    """What stands at the URL cannot be load tested; the text says why."""


class Result(NamedTuple):
    """What the ledger said about one order: the HTTP status that it has alone, and the members of its body."""

    status: int
    members: dict[str, object]

    @property
    def sequence(self) -> int | None:
        """Its place in the log, if it has one."""
        value = self.members.get("sequence")
        return value if type(value) is int else None

    @property
    def replayed(self) -> bool:
        """Whether it had been decided before."""
        return self.members.get("replayed") is True


def caller_token(key: PrivateKey, ledger_id: str, *, issued: int, **bound: str) -> str:
    """What proves for `TOKEN_SECONDS` from `issued` (Unix seconds) who is asking. It reads; `bound`, it writes.

    `bound` are the claims that tie it to one request: `htm`, `htu`, `bsh` and `jti`.
    """
    claims = {"aud": ledger_id, "iat": issued, "exp": issued + TOKEN_SECONDS} | bound
    return sign_compact(key, typ=TOKEN_TYPE, payload=dumps(claims)).decode("ascii")


@dataclass
class HttpLedger:
    """A ledger at a URL. One connection: not for several threads."""

    url: str
    _connection: http.client.HTTPConnection | None = field(default=None, init=False)
    _tokens: dict[str, tuple[float, str]] = field(default_factory=dict, init=False)

    def genesis(self) -> Genesis:
        """What this ledger is, from its record 0; the id that it states must be the hash of it.

        Raises:
            LedgerUnusable: it is no ledger, or no sandbox: load is for test money.
        """
        try:
            members = self.get("/v1/ledger")
            genesis = read_genesis(str(members["genesis_record"]).encode("ascii"))
        except (OSError, KeyError, ValueError, http.client.HTTPException, LedgerFault) as error:
            raise LedgerUnusable(f"{self.url}: {error}") from error
        if genesis.ledger_id != members["ledger"] or not genesis.sandbox:
            raise LedgerUnusable(f"{self.url}: {members['ledger']}")
        return replace(genesis, later_log_keys=self.log_keys(genesis)[1:])

    def log_keys(self, genesis: Genesis) -> tuple[LogKey, ...]:
        """Every key of the log by the sizes that it signs, each vouched for by the one before, from record 0 on.

        Raises:
            LedgerFault: PROOF_INVALID, KEY_UNACCEPTABLE; `get` raises LedgerUnusable.
        """
        return chain_from_rows(
            genesis.log_key, self.get("/v1/ledger")["log_keys"], ledger_id=genesis.ledger_id
        )

    def get(self, path: str, *, key: PrivateKey | None = None, ledger_id: str = "") -> dict[str, object]:
        """The members of a JSON answer; with a key, as the party of that key.

        Raises:
            LedgerUnusable: any other answer than 200.
        """
        members = json.loads(self.get_bytes(path, key=key, ledger_id=ledger_id))
        return dict(members)

    def get_bytes(self, path: str, *, key: PrivateKey | None = None, ledger_id: str = "") -> bytes:
        """The bytes of an answer; a ledger that has no time now is asked again for a while.

        Raises:
            LedgerUnusable: any other answer than 200.
        """
        headers = {} if key is None else {"Authorization": f"Bearer {self._token(key, ledger_id)}"}
        deadline = time.monotonic() + RETRY_SECONDS_MAX
        while True:
            status, body = self._ask("GET", path, None, headers)
            if status == http.client.OK:
                return body
            if status not in _NOT_NOW or time.monotonic() > deadline:
                raise LedgerUnusable(f"GET {path}: {status} {body[:300].decode('utf-8', 'replace')}")
            time.sleep(0.5)

    def change(
        self, method: str, path: str, members: dict[str, object] | None, *, key: PrivateKey, ledger_id: str
    ) -> dict[str, object]:
        """Change something beside the log, by a token for this very request; what was answered.

        Raises:
            LedgerUnusable: the answer was no success.
        """
        now, body = time.time_ns() // 1_000, b"" if members is None else dumps(members)
        digest, name = base64url.encode(hashlib.sha256(body).digest()), new_order_id(now)
        token = caller_token(
            key, ledger_id, issued=now // 1_000_000, htm=method, htu=path, bsh=digest, jti=name
        )
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        status, answer = self._ask(method, path, body, headers)
        if status not in _MADE:
            raise LedgerUnusable(f"{method} {path}: {status} {answer[:300].decode('utf-8', 'replace')}")
        return dict(json.loads(answer or b"{}"))

    def post(self, orders: Sequence[bytes]) -> list[Result]:
        """Send orders in bulk; their results in the same order. What was not taken now is sent again for a while."""
        results: list[Result] = []
        for start in range(0, len(orders), BULK_ORDERS_MAX):
            results += self._settle(orders[start : start + BULK_ORDERS_MAX])
        return results

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _settle(self, orders: Sequence[bytes]) -> list[Result]:
        deadline = time.monotonic() + RETRY_SECONDS_MAX
        results: dict[int, Result] = {}
        waiting = list(range(len(orders)))
        while waiting:
            answers = self._bulk([orders[place] for place in waiting])
            results |= dict(zip(waiting, answers, strict=True))
            if time.monotonic() > deadline:
                break
            waiting = [place for place in waiting if results[place].status in _NOT_NOW]
            if waiting:
                time.sleep(0.5)
        return [results[place] for place in range(len(orders))]

    def _bulk(self, orders: Sequence[bytes]) -> list[Result]:
        body = dumps({"orders": [order.decode("ascii") for order in orders]})
        status, answer = self._ask("POST", "/v1/orders", body, {"Content-Type": "application/json"})
        if status != http.client.OK:
            return [Result(status, {})] * len(orders)
        return [Result(int(result["status"]), result) for result in json.loads(answer)["results"]]

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        """One request, and once more if the kept connection had been closed: sending an order twice is safe."""
        for attempt in range(2):
            try:
                if self._connection is None:
                    place = urlsplit(self.url)
                    host = place.hostname or "127.0.0.1"
                    self._connection = http.client.HTTPConnection(
                        host, place.port, timeout=ANSWER_SECONDS_MAX
                    )
                self._connection.request(method, path, body=body, headers=headers)
                answer = self._connection.getresponse()
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                self.close()
                if attempt:
                    raise
        raise LedgerFault(Fault.NOT_TAKEN)

    def _token(self, key: PrivateKey, ledger_id: str) -> str:
        """A caller token, kept while it is good: it only reads."""
        made, token = self._tokens.get(key.public.kid, (-float(TOKEN_SECONDS), ""))
        now = time.monotonic()
        if now - made > TOKEN_SECONDS / 2:
            token = caller_token(key, ledger_id, issued=int(time.time()))
            self._tokens[key.public.kid] = (now, token)
        return token
