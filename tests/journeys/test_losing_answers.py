"""Lost answers, busy ledgers and no network at all: nothing is paid twice, and nothing is forgotten."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.between import Between
from tests.journeys.conftest import Town
from tests.servers import free_port
from tests.wallets import COMMAND, Said, Wallet, made_wallet
from wallet_cli.main import run


def wallet_behind(town: Town, between: Between, folder: Path) -> Wallet:
    """A funded wallet whose every word to the ledger passes through `between`."""
    return made_wallet(folder, between.url, "Neema Mfano", faucet=town.faucet, amount="50,000")


def said_in_json(said: Said) -> dict[str, object]:
    """The JSON object on standard error."""
    members = json.loads(said.err.splitlines()[-1])
    assert isinstance(members, dict)
    return members


def test_a_lost_answer_is_settled_once(town: Town, tmp_path: Path) -> None:
    """All answers lost: exit 9, one order waits. `outbox retry` settles it, and the money moved once."""
    with Between(town.ledger.url) as between:
        wallet = wallet_behind(town, between, tmp_path / "neema")
        between.posted.clear()
        between.lose = 99
        said = wallet.run("send", town.juma.account, "1,000", "--yes", "--json")
        assert said.code == 9, said.text
        assert said_in_json(said)["code"] == "outcome_unknown"
        assert "pochi outbox retry" in said.err
        assert len(between.posted) == 4
        assert len(set(between.posted)) == 1  # the very same bytes each time
        between.lose = 0
        (waiting,) = wallet.pending()
        listed = wallet.ok("outbox", "list").out.splitlines()
        assert listed[1].split()[0] == waiting[-8:]
        assert all(len(line) <= 78 for line in listed)
        assert wallet.balance == "49000.00"  # posted the first time, though nobody heard
        told = wallet.told("outbox", "retry")
        assert [(row["order"], row["outcome"], row["replayed"]) for row in told["orders"]] == [
            (waiting, "accepted", True)
        ]
        assert between.posted[-1] == between.posted[0]
        assert wallet.balance == "49000.00"
        assert wallet.pending() == []
        wallet.ok("receipt", "verify", told["orders"][0]["receipt"])


def test_one_lost_answer_is_not_even_noticed(town: Town, tmp_path: Path) -> None:
    """The wallet sends the same bytes again by itself and ends with exit 0."""
    with Between(town.ledger.url) as between:
        wallet = wallet_behind(town, between, tmp_path / "neema")
        wallet.patient = True
        between.posted.clear()
        between.lose, between.busy = 1, 1
        told = wallet.told("send", town.juma.account, "1,000")
        assert told["replayed"] is True
        assert len(between.posted) == 3
        assert wallet.balance == "49000.00"


def test_a_busy_ledger_leaves_the_order_in_the_outbox(town: Town, tmp_path: Path) -> None:
    """503 again and again: exit 9, nothing was posted, and retrying later posts it once."""
    with Between(town.ledger.url) as between:
        wallet = wallet_behind(town, between, tmp_path / "neema")
        between.busy = 99
        assert wallet.run("send", town.juma.account, "1,000", "--yes").code == 9
        between.busy = 0
        assert wallet.balance == "50000.00"
        (told,) = wallet.told("outbox", "retry")["orders"]
        assert (told["outcome"], told["replayed"]) == ("accepted", False)
        assert wallet.balance == "49000.00"


def test_without_a_network_nothing_is_signed(town: Town, tmp_path: Path) -> None:
    """Nobody listens: exit 75, said in both languages, and the outbox is empty."""
    wallet = town.newcomer(tmp_path / "neema")
    config = wallet.folder / "config.toml"
    config.write_text(config.read_text().replace(town.ledger.url, f"http://127.0.0.1:{free_port()}"))
    for lang, words in (("en", "Nothing was sent"), ("sw", "Hakuna kilichotumwa")):
        said = wallet.run("send", town.juma.account, "100", "--yes", "--lang", lang)
        assert said.code == 75, said.text
        assert words in said.err
    assert wallet.run("balance").code == 75
    assert not list((wallet.folder / "state" / "outbox").glob("*.json"))


def test_dropping_needs_certainty(town: Town, tmp_path: Path) -> None:
    """What the ledger has recorded is not given up; what it has not is, after a yes."""
    with Between(town.ledger.url) as between:
        wallet = wallet_behind(town, between, tmp_path / "neema")
        between.lose = 99
        assert wallet.run("send", town.juma.account, "1,000", "--yes").code == 9
        between.lose = 0
        (posted,) = wallet.pending()
        assert wallet.run("outbox", "drop", posted, "--yes").code == 7
        wallet.told("outbox", "retry")
        between.busy = 99
        assert wallet.run("send", town.juma.account, "1,000", "--yes").code == 9
        (lost,) = wallet.pending()
        assert wallet.run("outbox", "drop", lost[-8:], typed="n\n").code == 9
        assert wallet.pending() == [lost]
        assert wallet.told("outbox", "ondoa", lost) == {"order": lost, "dropped": True}
        assert wallet.pending() == []


def test_an_answer_about_another_order_is_not_believed(town: Town, tmp_path: Path) -> None:
    """A server that swaps records: exit 10, the order stays in the outbox until the truth comes."""
    with Between(town.ledger.url) as between:
        wallet = wallet_behind(town, between, tmp_path / "neema")
        other = wallet.told("send", town.juma.account, "50")
        record = wallet.told("api", "GET", f"/v1/orders/{other['order']}")["record"]
        between.change = lambda path, told: told | {"record": record} if path == "/v1/orders" else None
        said = wallet.run("send", town.juma.account, "1,000", "--yes")
        assert said.code == 10, said.text
        between.change = None
        assert len(wallet.pending()) == 1
        assert wallet.told("outbox", "retry")["orders"][0]["outcome"] == "accepted"
        assert wallet.balance == "48950.00"


def interrupted(wallet: Wallet, words: tuple[str, ...], ready: Callable[[str], bool]) -> str:
    """Run a command, press Ctrl-C once `ready` says so of what it has printed, and return what it printed."""
    running = subprocess.Popen(
        [*COMMAND, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=wallet.environment(),
        text=True,
    )
    stderr, seen = running.stderr, list[str]()
    assert stderr is not None
    reader = threading.Thread(target=lambda: seen.extend(iter(lambda: stderr.read(1), "")), daemon=True)
    reader.start()
    deadline = time.monotonic() + 30
    while not ready("".join(seen)) and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    code = running.wait(30)
    reader.join(30)
    stderr.close()
    assert running.stdin is not None
    running.stdin.close()
    assert code == 130, "".join(seen)
    return "".join(seen)


def test_ctrl_c_while_sending_keeps_the_order(town: Town, tmp_path: Path) -> None:
    """The answer is on its way, Ctrl-C: exit 130, and the order waits in the outbox to be settled, once."""
    with Between(town.ledger.url) as between:
        wallet = wallet_behind(town, between, tmp_path / "neema")
        between.posted.clear()
        between.delay_s = 5
        said = interrupted(
            wallet, ("send", town.juma.account, "1,000", "--yes"), lambda _: bool(between.posted)
        )
        assert "Traceback" not in said
        assert "is in the outbox" in said
        between.delay_s = 0
        (waiting,) = wallet.pending()
        (told,) = wallet.told("outbox", "retry", waiting)["orders"]
        assert told["outcome"] == "accepted"
        assert wallet.balance == "49000.00"


def test_an_order_that_comes_too_late_is_refused_for_good(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An order whose time is over is a recorded "no", so that "not paid" is certain: exit 6, nothing waits."""
    wallet = town.newcomer(tmp_path / "neema")
    for name, value in (wallet.environment() | {"POCHI_LANG": "sw"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("wallet_cli.sending.ORDER_LIFE_US", 1)
    assert run(["send", town.juma.account, "100", "--yes"]) == 6
    assert "limechelewa" in capsys.readouterr().err
    assert wallet.pending() == []
    assert wallet.balance == "50000.00"


def test_ctrl_c_while_asking_leaves_nothing_behind(town: Town) -> None:
    """Exit 130, no traceback, nothing in the outbox."""
    said = interrupted(town.asha, ("send", "juma", "100"), lambda seen: "Send it?" in seen)
    assert "Traceback" not in said
    assert town.asha.pending() == []
