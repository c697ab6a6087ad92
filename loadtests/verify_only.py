"""The yardstick of the bench: the ledger's own web server, set up the same way, that only verifies what it is sent.

The same functions split the JWS, read the payload and verify the signature; then it answers. Nothing is decided or
stored. What the ledger reaches beside it says how much of its time goes into anything but checking signatures.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Awaitable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from api.config import Config
from api.server import server
from ledger.orders.genesis import Genesis, read_genesis
from ledger.orders.signed import open_order, verify_order
from ledger.signing.keys import PublicKey, public_key_from_jwk

FOLDER_VARIABLE = "DAFTARI_VERIFY_ONLY"
TARGET = "loadtests.verify_only:application"
_GENESIS, _KEYS = "genesis.json", "keys.json"
_HEADERS = [("Content-Type", "application/json")]


class Outgoing(Protocol):
    """The part of granian's RSGI protocol that is used here."""

    def __call__(self) -> Awaitable[bytes]:
        """The whole body."""
        ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send an answer."""
        ...


class Scope(Protocol):
    """The part of granian's RSGI scope that is used here."""

    method: str


class VerifyOnly:
    """The application of one worker."""

    def __init__(self, genesis: Genesis, keys: dict[str, PublicKey]) -> None:
        self._genesis = genesis
        self._keys = keys

    async def __rsgi__(self, scope: Scope, protocol: Outgoing) -> None:
        """One request: 200 to whoever asks whether it is there, 201 for an order whose signature holds."""
        if scope.method != "POST":
            protocol.response_bytes(200, _HEADERS, b"{}")
            return
        signed = open_order(await protocol(), self._genesis)
        verified = verify_order(signed, self._keys[signed.kid], self._genesis)
        body = f'{{"order":"{verified.order.order_id}","content":"{verified.content.hex()}"}}'
        protocol.response_bytes(201, _HEADERS, body.encode("ascii"))


def write_folder(folder: Path, genesis: Genesis, keys: Iterable[PublicKey]) -> None:
    """What the application needs to know."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _GENESIS).write_bytes(genesis.record)
    (folder / _KEYS).write_text(json.dumps([key.jwk() for key in keys]), encoding="ascii")


def command(folder: Path, *, port: int, workers: int, threads: int) -> list[str]:
    """How to start it."""
    return [
        sys.executable, "-m", "loadtests.verify_only", "--folder", str(folder), "--port", str(port),
        "--workers", str(workers), "--threads", str(threads),
    ]  # fmt: skip


def __getattr__(name: str) -> VerifyOnly:
    """`application`, made when a worker of the server asks for it."""
    if name != "application":
        raise AttributeError(name)
    folder = Path(os.environ[FOLDER_VARIABLE])
    keys = [public_key_from_jwk(jwk) for jwk in json.loads((folder / _KEYS).read_text(encoding="ascii"))]
    return VerifyOnly(read_genesis((folder / _GENESIS).read_bytes()), {key.kid: key for key in keys})


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="loadtests.verify_only")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    chosen = parser.parse_args(arguments)
    os.environ[FOLDER_VARIABLE] = str(chosen.folder)
    config = Config("", chosen.folder, port=chosen.port, workers=chosen.workers, threads=chosen.threads)
    server(config, TARGET).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
