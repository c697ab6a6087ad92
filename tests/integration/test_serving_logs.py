"""What a served ledger logs: JSON a line, the request's id, and nothing secret or personal, whatever happens to it."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from ledger.keys_folder import LOG_KEY, read_private_key
from ledger.signing import base64url
from tests.api.world import World, ask, bearer, settled, writing
from tests.postgres import BorrowedServer, PostgresServer
from tests.servers import RunningLedger

PASSWORD = "siri-ya-hifadhidata"
NAME = "Zawadi Binti Siri"
FORGED = "forged-by-a-stranger"
SECONDS_MAX = 30


def raw(world: World, *headers: bytes) -> None:
    """A request with headers that no well-behaved client would send; the answer does not matter."""
    with socket.create_connection(("127.0.0.1", world.ledger.port), timeout=10) as connection:
        connection.sendall(b"\r\n".join((b"GET /v1/supply HTTP/1.1", b"Host: x", *headers, b"", b"")))
        connection.settimeout(2)
        try:
            connection.recv(4_096)
        except TimeoutError:
            return


def events(log: Path) -> list[dict[str, Any]]:
    """Every line, each of which must be an event; what the command itself says on stdout comes in one line before."""
    lines = [line for line in log.read_text(encoding="utf-8").splitlines() if not line.startswith("✓")]
    return [json.loads(line) for line in lines]


def rough_life(world: World) -> list[str]:
    """Payments, names, tokens, hostile requests, a killed sequencer. Returns the tokens that were sent."""
    path = "/v1/names/me"
    tokens = [bearer(world.genesis, world.asha.key)]
    world.get(f"/v1/accounts/{world.asha.account}", Authorization=tokens[0])
    body = json.dumps({"name": NAME}).encode()
    tokens.append(writing(world.genesis, world.asha.key, "PUT", path, body))
    put = ask(
        world.url,
        "PUT",
        path,
        body=body,
        headers={"Authorization": tokens[1], "Content-Type": "application/json"},
    )
    assert put.status == 204, put.text
    world.post(world.asha.payment(world.juma.account, 1)[1])
    world.post(b"x" + world.asha.payment(world.juma.account, 1)[1])
    for header in (
        b"Request-Id: a\x1b[2J" + FORGED.encode(),
        b"Request-Id: a\n" + FORGED.encode() + b": b",
        b"Request-Id: " + FORGED.encode() + b"\xe2\x80\xa8",
    ):
        raw(world, header)
    ask(world.url, "GET", f"/%0a%1b{FORGED}", headers={"Request-Id": f"{FORGED} with spaces"})
    (sequencer,) = world.ledger.children()["ledger.sequencer"]
    os.kill(sequencer, signal.SIGKILL)
    world.post(world.asha.payment(world.juma.account, 1)[1])
    world.ledger.wait_until_ready()
    return tokens


@pytest.mark.slow
def test_logs_of_a_rough_life(
    postgres_server: PostgresServer | BorrowedServer, postgres_url: str, tmp_path: Path
) -> None:
    """The database goes at last, so that there is something to log about a request."""
    url = make_url(postgres_url).set(password=PASSWORD).render_as_string(hide_password=False)
    ledger = RunningLedger(tmp_path / "var", url, threads=2, options=("--log-format", "json"))
    ledger.options += ("--reader-database", url)
    with ledger:
        world = settled(ledger)
        tokens = rough_life(world)
        postgres_server.drop_database(postgres_url)
        deadline = time.monotonic() + SECONDS_MAX
        while world.get("/v1/supply", Request_Id="fit-1").status != 503 and time.monotonic() < deadline:
            time.sleep(0.1)
    logged = ledger.log.read_text(encoding="utf-8")
    told = events(ledger.log)
    assert {"fit-1"} == {event["request_id"] for event in told if event.get("code") == "store_unreachable"}
    assert any(
        event["room"] == "daftari.supervisor" and "sequencer ended" in event["event"] for event in told
    )
    secrets = [base64url.encode(world.asha.key.secret_bytes()), *(token.split()[1] for token in tokens)]
    secrets.append(base64url.encode(read_private_key(ledger.keys, LOG_KEY).secret_bytes()))
    for secret in (PASSWORD, NAME, FORGED, world.asha.account, *secrets):
        assert secret not in logged
    assert logged.replace("✓", "").replace("\n", "").isprintable()
