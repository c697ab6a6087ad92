"""The bench runs, measures real orders, and says when something failed."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from ledger.signing.keys import PrivateKey
from loadtests.bench_client import BenchClient, ClientTrouble, body_of, post_request
from loadtests.posting_bench import main
from loadtests.signature_checks import Check, SignatureChecks

REQUEST = post_request(b"x", port=1, media_type="text/plain")


def test_the_short_bench_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    """Both databases, both ways of sending, each beside its yardstick; the money is right at the end."""
    code = main(["--short", "--lang", "en"])
    told = capsys.readouterr().out
    assert code == 0, told
    assert len(re.findall(r"^ +SQLite [0-9.]+ .*ms$", told, re.MULTILINE)) == 2
    assert len(re.findall(r"^ +PostgreSQL [0-9.]+ .*ms$", told, re.MULTILINE)) == 2
    assert "verify the signature" in told
    assert "the books balance" in told


def test_the_short_settling_bench_ends_well() -> None:
    """Three ratios on each database, and the memory of a process that settled payments to many accounts.

    In a process of its own, as a person runs it: it sets the interpreter's search for garbage for the whole process.
    """
    command = [sys.executable, "-m", "loadtests.settling_bench", "--short", "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    told = done.stdout
    assert done.returncode == 0, told + done.stderr
    for line in ("deciding and writing", "every payment to one account", "after 3,000 records"):
        assert len(re.findall(rf"{line}.* [0-9.,]+ +[0-9.,]+ +[0-9.]+ [✓ ] +0\.[0-9]+", told)) == 2, told
    assert re.search(r"payments to 2,000 accounts: [0-9.]+ MB", told)


def echo(listener: socket.socket, pieces: tuple[bytes, ...]) -> None:
    """A server of one connection that answers each request with the given pieces until the client goes."""
    connection, _ = listener.accept()
    with connection:
        while connection.recv(65_536):
            for piece in pieces:
                connection.sendall(piece)


@contextlib.contextmanager
def served(*pieces: bytes) -> Iterator[BenchClient]:
    """A client of such a server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=echo, args=(listener, pieces))
        server.start()
        client = BenchClient(int(listener.getsockname()[1]), 1)
        try:
            yield client
        finally:
            client.close()
            server.join(5)


def test_the_client_puts_answers_together() -> None:
    """An answer in pieces is one answer; the statuses are counted, the bodies kept in their places."""
    with served(b"HTTP/1.1 201 Created\r\nContent-Le", b"ngth: 4\r\n\r\nab", b"cd") as client:
        done = client.run([REQUEST] * 3, seconds=5)
    assert done.answered == 3
    assert done.statuses == Counter({b"201": 3})
    assert [body_of(answer) for _, answer in sorted(done.answers.items())] == [b"abcd"] * 3
    assert done.latency.count == 3


def test_the_client_stops_in_time() -> None:
    """Repeating ends with the seconds, and keeps no answer."""
    with served(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") as client:
        done = client.repeat([REQUEST], seconds=0.2)
    assert done.answered > 10
    assert not done.answers
    assert 0.2 <= done.seconds < 2


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", b"nonsense\r\n\r\n"]
)
def test_the_client_trusts_nobody(answer: bytes) -> None:
    """What it cannot read to the end is a failure of the run, not a fast answer."""
    with served(answer) as client, pytest.raises(ClientTrouble):
        client.run([REQUEST], seconds=1)


def test_signatures_are_really_checked() -> None:
    """The yardstick counts checks that hold, and stops at one that does not."""
    key = PrivateKey.generate("Ed25519")
    good = Check(key.public, b"message", key.sign(b"message"))
    with SignatureChecks([good] * 10, 1) as checks:
        assert checks.run(0.1) > 100
    with (
        pytest.raises(Exception, match="signature_invalid"),
        SignatureChecks([good._replace(message=b"other")], 1),
    ):
        pass
