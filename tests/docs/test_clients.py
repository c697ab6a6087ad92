"""The clients of docs/how-to/write-a-client.md, taken from the page, run against a served ledger and a bad network."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import pytest

from ledger.keys_folder import read_private_key
from ledger.sandbox import FAUCET, FAUCET_CODE
from tests.api.world import Got, World, ask, settled
from tests.architecture.house import ROOT
from tests.docs.programs import Program
from tests.payers import Payer
from tests.servers import RunningLedger

PAGES = (ROOT / "docs" / "how-to" / "write-a-client.md", ROOT / "docs" / "sw" / "how-to" / "andika-mteja.md")
VECTORS = ROOT / "docs" / "reference" / "order-vectors.json"
CODE = re.compile(r"^```(python|js)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LANGUAGES = ("python", "js")
FILES = {"python": "client.py", "js": "client.mjs"}


def code(page: Path, language: str) -> str:
    """The client in this language, as it stands on the page."""
    (found,) = [text for name, text in CODE.findall(page.read_text(encoding="utf-8")) if name == language]
    return str(found)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger of this module's own."""
    with RunningLedger(tmp_path_factory.mktemp("clients") / "var", threads=2) as ledger:
        yield settled(ledger)


def client_in(folder: Path, language: str) -> Program:
    """The client of the page, in a folder of its own."""
    (folder / FILES[language]).write_text(code(PAGES[0], language), encoding="utf-8")
    program = sys.executable if language == "python" else shutil.which("node") or ""
    return Program(folder, [program, FILES[language]])


@pytest.fixture(params=LANGUAGES)
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Program:
    """Each client; Node's where there is Node 20 or later, and the report says where there is not."""
    if request.param == "js" and not _has_node():
        pytest.skip("node 20 or later is not on this machine: the client for Node was not run")
    return client_in(tmp_path, str(request.param))


def _has_node() -> bool:
    node = shutil.which("node")
    if node is None:
        return False
    told = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=False)
    found = re.match(r"v(\d+)\.", told.stdout)
    return found is not None and int(found[1]) >= 20


def opened(client: Program, world: World) -> str:
    """The client's account, with TZS 1,000 from the faucet."""
    account = client.told(world.url, "open")
    key = read_private_key(world.ledger.keys, FAUCET)
    faucet = Payer(world.genesis, key, world.genesis.address_of(FAUCET_CODE))
    world.accepted(faucet.payment(account, 100_000)[1])
    return account


def test_the_pages_have_the_same_clients() -> None:
    """What is run is what both languages show."""
    for language in LANGUAGES:
        assert code(PAGES[0], language) == code(PAGES[1], language)


def test_nothing_of_ours_is_in_them() -> None:
    """The Python client imports the standard library and joserfc, the one for Node only its own modules."""
    tree = ast.parse(code(PAGES[0], "python"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names) | {"joserfc"}
    imported = re.findall(r'from "([^"]+)"', code(PAGES[0], "js"))
    assert imported == ["node:crypto", "node:fs"]


def test_they_sign_like_the_vectors(client: Program) -> None:
    """Every kind of order, to the byte."""
    assert client.told("-", "vectors", str(VECTORS)).endswith(" as published")


def test_vectors_that_differ_are_found(client: Program, tmp_path: Path) -> None:
    """One changed byte in what should come out, and it says so."""
    changed = tmp_path / "changed.json"
    text = VECTORS.read_text(encoding="utf-8")
    changed.write_text(text.replace('"order": "eyJ', '"order": "fyJ', 1), encoding="utf-8")
    done = client.run("-", "vectors", str(changed))
    assert done.returncode != 0
    assert "differs" in done.stderr


def test_they_pay_and_verify(client: Program, served: World) -> None:
    """Open, pay, and hold a receipt that their own code has verified."""
    account = opened(client, served)
    told = client.told(served.url, "pay", account, served.juma.account, "250.00", "INV/1")
    assert told.endswith(" accepted 250.00")
    assert len(list(client.folder.glob("*.receipt.json"))) == 1
    assert (client.folder / "key.json").stat().st_mode & 0o077 == 0


def test_they_tell_a_refusal(client: Program, served: World) -> None:
    """A recorded no ends them with its code."""
    account = opened(client, served)
    done = client.run(served.url, "pay", account, served.juma.account, "5000.00", "INV/2")
    assert done.returncode != 0
    assert "insufficient_funds" in done.stderr
    assert not list(client.folder.glob("*.receipt.json"))


class BadNetwork(ThreadingHTTPServer):
    """Between client and ledger: the first order is turned away with 503, the second one's answer is lost."""

    daemon_threads = True

    def __init__(self, url: str, *, changes_receipts: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), Between)
        self.url = url
        self.changes_receipts = changes_receipts
        self.orders: list[bytes] = []

    def __enter__(self) -> Self:
        """Begin."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self.shutdown()
        self.server_close()

    @property
    def place(self) -> str:
        """Where the client finds it."""
        return f"http://127.0.0.1:{self.server_port}"


class Between(BaseHTTPRequestHandler):
    """One request on its way."""

    server: BadNetwork

    def do_POST(self) -> None:
        """An order: lost on the way there, lost on the way back, then passed on."""
        order = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.orders.append(order)
        if len(self.server.orders) == 1:
            self._answer(Got(503, {"retry-after": "1"}, b"{}"))
            return
        got = ask(
            self.server.url, "POST", self.path, body=order, headers={"Content-Type": "application/jose"}
        )
        if len(self.server.orders) == 2:
            self.close_connection = True
            return
        self._answer(got)

    def do_GET(self) -> None:
        """Passed on, or changed by whoever sits between."""
        headers = {"Authorization": self.headers["Authorization"]} if "Authorization" in self.headers else {}
        got = ask(self.server.url, "GET", self.path, headers=headers)
        if self.server.changes_receipts and self.path.endswith("/receipt"):
            got = Got(got.status, got.headers, got.body.replace(b"250.00", b"350.00"))
        self._answer(got)

    def _answer(self, got: Got) -> None:
        self.send_response(got.status)
        for name in ("retry-after", "content-type"):
            if name in got.headers:
                self.send_header(name, got.headers[name])
        self.send_header("Content-Length", str(len(got.body)))
        self.end_headers()
        self.wfile.write(got.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_they_send_the_same_bytes_again(client: Program, served: World) -> None:
    """503, then a lost answer, then the outcome: three times the same bytes, one payment."""
    account = opened(client, served)
    with BadNetwork(served.url) as network:
        told = client.told(network.place, "pay", account, served.juma.account, "250.00", "INV/3")
    assert told.endswith(" accepted 250.00")
    assert len(network.orders) == 3
    assert len(set(network.orders)) == 1
    balance = served.get(f"/v1/accounts/{account}", served.role_key("auditor")).json["balance"]
    assert balance == "750.00"


def test_they_do_not_believe_a_changed_receipt(client: Program, served: World) -> None:
    """Somebody between changes the amount in the receipt: nothing is printed, nothing kept."""
    account = opened(client, served)
    with BadNetwork(served.url, changes_receipts=True) as network:
        done = client.run(network.place, "pay", account, served.juma.account, "250.00", "INV/4")
    assert done.returncode != 0
    assert "accepted" not in done.stdout
    assert not list(client.folder.glob("*.receipt.json"))
