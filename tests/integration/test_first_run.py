"""`daftari run` as a newcomer meets it: cut short, in each other's way, restored to an older day, and stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.auditing import audit_ledger
from ledger.faults import Fault, LedgerFault
from ledger.instants import MachineClock
from ledger.sandbox import DATABASE_NAME, make_sandbox_in
from ledger.sandbox_wallets import HOME, SEEDED_FILE
from tests.operators import COMMAND, daftari, done
from tests.servers import free_port

SECONDS_MAX = 60.0
READY = {"en": "The sandbox is served", "sw": "Leja ya majaribio ipo"}


class Run:
    """`daftari run` in a folder, its words in a file, and Ctrl-C for all that would get it at a terminal."""

    def __init__(self, folder: Path, port: int, language: str = "en") -> None:
        self.said = folder / "said"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAFTARI_", "LC_"))}
        with self.said.open("wb") as said:
            self.running = subprocess.Popen(
                [*COMMAND, "run", "--port", str(port), "--log-format", "text"], cwd=folder,
                env=kept | {"LANG": "C.UTF-8", "PYTHONUTF8": "1", "DAFTARI_LANG": language},
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip

    @property
    def text(self) -> str:
        """What it said so far."""
        return self.said.read_text(encoding="utf-8")

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for something that it brings about."""
        deadline = time.monotonic() + SECONDS_MAX
        while not until():
            assert self.running.poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.02)

    def interrupt(self) -> int:
        """Ctrl-C reaches the whole group. Returns the exit code."""
        os.killpg(self.running.pid, signal.SIGINT)
        return self.running.wait(SECONDS_MAX)

    def end(self) -> None:
        """Whatever the test came to."""
        if self.running.poll() is None:
            self.interrupt()


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Starts `daftari run` in one folder, again and again, and leaves none behind."""
    started: list[Run] = []
    port = free_port()

    def start(language: str = "en") -> Run:
        started.append(Run(tmp_path, port, language))
        return started[-1]

    yield start
    for run in started:
        run.end()


def pochi(folder: Path, *words: str) -> str:
    """What the sandbox's wallet says."""
    env = os.environ | {"POCHI_HOME": str(folder / "var" / HOME), "POCHI_LANG": "en"}
    return subprocess.run(
        [COMMAND[0], "-m", "wallet_cli.main", *words], env=env, cwd=folder, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=True, timeout=SECONDS_MAX,
    ).stdout  # fmt: skip


@pytest.mark.slow
def test_a_first_run_cut_short_is_finished_by_the_next(tmp_path: Path, runs: Callable[..., Run]) -> None:
    """After the passphrase, after the first wallet, and once whole: nothing is missing and nothing was made twice."""
    home = tmp_path / "var" / HOME
    for awaited in (home / "passphrase", home / "keys" / "juma.key"):
        run = runs()
        run.wait(
            awaited.exists if awaited.name == "passphrase" else lambda: bool(list(home.rglob("juma.key")))
        )
        code = run.interrupt()
        assert (code, "Traceback" in run.text) == (130, False), run.text
        assert run.text.count("the next start takes it up again") == 1
        assert not (home / SEEDED_FILE).exists()
    run = runs()
    run.wait(lambda: READY["en"] in run.text)
    assert "juma" in pochi(tmp_path, "contact", "list", "--profile", "asha")
    assert "asha" in pochi(tmp_path, "contact", "list", "--profile", "juma")
    assert "250,000.00" in pochi(tmp_path, "balance")
    assert "80,000.00" in pochi(tmp_path, "balance", "--profile", "juma")
    assert run.interrupt() == 0
    assert "✓ Stopped. The data is in var/." in run.text
    assert "granian" not in run.text
    assert "Traceback" not in run.text


@pytest.mark.slow
def test_an_older_backup_in_the_sandbox_is_served(tmp_path: Path, runs: Callable[..., Run]) -> None:
    """Its wallets rightly object, so no bill is made; one sentence in the operator's language says why."""
    first = runs()
    first.wait(lambda: READY["en"] in first.text)
    number = next(word for word in first.text.split() if word.isdigit() and len(word) == 12)
    pochi(tmp_path, "pay", number, "--yes", "--passphrase-file", str(tmp_path / "var" / HOME / "passphrase"))
    done("backup", "older", folder=tmp_path)
    assert first.interrupt() == 0
    later = runs()  # makes another bill
    later.wait(lambda: READY["en"] in later.text)
    assert later.interrupt() == 0
    for left in (tmp_path / "var").glob("daftari.db*"):
        left.rename(tmp_path / left.name)
    done("restore", "older", "--accept-older", folder=tmp_path)
    run = runs("sw")
    wait_for(run, "hata hivyo")
    assert "pochi ilisema: " in run.text
    assert "pochi said" not in run.text
    assert READY["sw"] not in run.text
    with urllib.request.urlopen(f"{url_in(run.text)}/readyz", timeout=10) as answer:
        assert answer.status == 200
    assert (run.interrupt(), "Traceback" in run.text) == (0, False), run.text
    assert "Imesimama. Data imo kwenye var/." in run.text


def wait_for(run: Run, words: str) -> None:
    """Until it said this."""
    run.wait(lambda: words in run.text)


def url_in(text: str) -> str:
    """Where it said that it is served."""
    return next(word.rstrip(";") for word in text.split() if word.startswith("http://"))


@pytest.mark.parametrize("language, words", [("en", "is in use"), ("sw", "linatumika")])
@pytest.mark.parametrize("option", ["--port", "--metrics-port"])
def test_a_port_that_is_taken(tmp_path: Path, language: str, words: str, option: str) -> None:
    """Two lines, before anything is made; the other port that it names is typed as it stands."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        other = () if option == "--port" else ("--port", str(free_port()))
        told = daftari("run", option, port, *other, folder=tmp_path, DAFTARI_LANG=language)
    assert (told.code, told.out) == (1, "")
    assert told.err.splitlines()[0].startswith("✗ ")
    assert port in told.err.splitlines()[0]
    assert words in told.err
    assert f"daftari run {option} " in told.err
    assert len(told.err.splitlines()) == 2
    assert not (tmp_path / "var" / "daftari.db").exists()


@pytest.mark.parametrize("port", ["99999", "0", "-1", "x"])
def test_a_port_that_there_is_not(tmp_path: Path, port: str) -> None:
    """Refused as it is typed."""
    told = daftari("run", "--port", port, folder=tmp_path)
    assert (told.code, "Traceback" in told.text) == (2, False)
    assert not (tmp_path / "var").exists()


def test_a_sandbox_that_was_half_made(tmp_path: Path) -> None:
    """Cut short while it was being made, it is made anew; between the two moves, it is moved; other keys are kept."""
    unfinished = tmp_path / "sandbox.unfinished"
    unfinished.joinpath("keys").mkdir(parents=True)
    unfinished.joinpath("keys", "log.key").write_text("half")
    unfinished.joinpath(DATABASE_NAME).write_text("half")
    make_sandbox_in(tmp_path, MachineClock())
    url = f"sqlite:///{tmp_path / DATABASE_NAME}"
    assert audit_ledger(url).records == 2
    assert not unfinished.exists()
    unfinished.mkdir()
    (tmp_path / DATABASE_NAME).rename(unfinished / DATABASE_NAME)
    make_sandbox_in(tmp_path, MachineClock())
    assert audit_ledger(url).records == 2
    (tmp_path / DATABASE_NAME).unlink()
    kept = (tmp_path / "keys" / "log.key").read_bytes()
    with pytest.raises(LedgerFault) as caught:
        make_sandbox_in(tmp_path, MachineClock())
    assert caught.value.fault is Fault.ALREADY_EXISTS
    assert (tmp_path / "keys" / "log.key").read_bytes() == kept
