"""Notices on their way: in order, at least once, backed off, signed, and nobody delayed by another."""

from __future__ import annotations

import fcntl
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from ledger.faults import Fault
from ledger.instants import MachineClock
from ledger.keys_folder import NOTICE_KEY, key_path
from ledger.notices import Notices
from ledger.notifying import LOCK_NAME
from ledger.orders.genesis import Genesis
from ledger.sequencer import Limits, Sequencer
from ledger.signing.notices import read_public, require_signed
from ledger.store.notices import WebhookState
from ledger.wire import SequencerClient
from tests.operators import daftari
from tests.receiving import Got, Receiving
from tests.refused import refused
from tests.stored import MONEY, StoredLedger

PAUSES = "0.01,0.05"


@dataclass
class Noticed:
    """A ledger with a sequencer that answers, and a notifying process that can be killed."""

    ledger: StoredLedger
    keys: Path
    run_dir: Path
    sequencer: Sequencer
    client: SequencerClient
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def genesis(self) -> Genesis:
        """What record 0 says."""
        return self.ledger.world.genesis

    def party(self, name: str) -> str:
        """The party behind a name."""
        view = self.ledger.enquiries.account(self.ledger.accounts[name])
        assert view is not None
        return view.account.party

    def asked(self, verb: str, name: str, **wish: object) -> dict[str, Any]:
        """Ask the sequencer in the name of a party, with a fresh token."""
        token = {"token_id": f"{verb}-{threading.get_ident()}-{id(wish)}-{len(self.processes)}-{wish}"}
        wish |= {"party": self.party(name), "token_expires_us": 2**60}
        return self.client.notices(verb, **token, **wish)

    def paid(self, name: str, count: int) -> list[str]:
        """So many bills of an institution, paid in one batch: the events, in order."""
        before = self.ledger.enquiries.head().size
        numbers = [self.ledger.bill(name, f"{name}/{before}/{n}", 100)[1] for n in range(count)]
        payments = [self.ledger.paying_bill("asha", number, 100) for number in numbers]
        return [f"evt_{answer.sequence}_0" for answer in self.ledger.settle(*payments)]

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """One more notifying process."""
        command = [
            sys.executable, "-m", "ledger.notifying", "--database", self.ledger.url, "--keys", str(self.keys),
            "--run-dir", str(self.run_dir), "--pauses", PAUSES, *options,
        ]  # fmt: skip
        self.processes.append(subprocess.Popen(command))
        return self.processes[-1]

    def state(self, name: str) -> WebhookState:
        """How far the one receiver of a party has come, as the database says."""
        reader = Notices(self.ledger.enquiries.engine, self.genesis)
        return reader.webhooks(self.party(name))[0].state


@pytest.fixture
def noticed(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Noticed]:
    """A payer, two agencies, and a sequencer in a thread of this process: the bookkeeper is shared with the test."""
    ledger = StoredLedger.create(database_url, tmp_path / "keys")
    ledger.person("asha", money=MONEY)
    for name in ("agency", "council"):
        ledger.institution(name)
    run_dir = tmp_path / "run"
    run_dir.mkdir(mode=0o700)
    lock, beside = threading.Lock(), ledger.bookkeeper.beside
    settle = ledger.bookkeeper.settle

    def locked_settle(*args: Any, **named: Any) -> Any:
        with lock:
            return settle(*args, **named)

    def locked_beside(change: Any) -> Any:
        with lock:
            return beside(change)

    monkeypatch.setattr(ledger.bookkeeper, "settle", locked_settle)
    monkeypatch.setattr(ledger.bookkeeper, "beside", locked_beside)
    monkeypatch.setattr(ledger.bookkeeper, "day_is_over", lambda _: False)
    sequencer = Sequencer(
        ledger.bookkeeper, ledger.world.genesis, MachineClock(), Limits(), run_dir, keys=tmp_path / "keys"
    )
    running = threading.Thread(target=sequencer.run, daemon=True)
    running.start()
    made = Noticed(ledger, tmp_path / "keys", run_dir, sequencer, SequencerClient(run_dir))
    yield made
    for process in made.processes:
        process.kill()
        process.wait()
    sequencer.stop()
    made.client._forget()  # which wakes it
    running.join()
    for row in list(sequencer._selector.get_map().values()):
        cast("socket.socket", row.fileobj).close()
    ledger.close()


def test_notices_arrive_in_order_signed_and_at_least_once(noticed: Noticed) -> None:
    """Failures are tried again before anything later; a killed process goes on where it was, under the same ids."""
    failing = {"times": 2}

    def answer(_: Got) -> int:
        failing["times"] -= 1
        return 503 if failing["times"] >= 0 else 204

    with Receiving(answer) as receiving:
        made = noticed.asked("add", "agency", url=receiving.url)
        events = noticed.paid("agency", 30)
        first = noticed.start()
        receiving.wait(lambda: len(receiving.got) >= 12)
        first.kill()
        first.wait()
        noticed.start()
        receiving.wait(lambda: events[-1] in receiving.events)
    assert receiving.events[:3] == [events[0]] * 3, "tried again, and nothing overtook it"
    assert list(dict.fromkeys(receiving.events)) == events, "in order, each at least once"
    bodies: dict[str, bytes] = {}
    for got in receiving.got:
        assert bodies.setdefault(got.event, got.body) == got.body, "the same id always says the same"
        assert got.verified(made["secret"])["data"]["event"] == got.event
        key, now_s = read_public(made["key"]), int(got.headers["webhook-timestamp"])
        assert require_signed(got.headers, got.body, now_s=now_s, key=key) == got.event
    with pytest.raises(WebhookVerificationError):
        Verifier(made["secret"]).verify(got.body + b" ", got.headers)


def test_nobody_is_delayed_by_another(noticed: Noticed) -> None:
    """One receiver never answers, one refuses connections, one redirects; the fourth gets everything at once."""
    with Receiving() as good, Receiving(lambda _: None) as silent, Receiving(lambda _: 302) as elsewhere:
        elsewhere.location = good.url
        with Receiving() as gone:
            dead = gone.url
        for url in (silent.url, dead, elsewhere.url):
            noticed.asked("add", "council", url=url)
        noticed.asked("add", "agency", url=good.url)
        lost, events = noticed.paid("council", 3), noticed.paid("agency", 3)
        noticed.start()
        good.wait(lambda: len(good.got) == 3)
        assert good.events == events
        assert silent.got == []
        elsewhere.wait(lambda: len(elsewhere.got) >= 2)
        assert set(elsewhere.events) == {lost[0]}, "a redirect is no yes, and is not followed"
        deadline = time.monotonic() + 30
        while noticed.client.status()["notices"] != {noticed.party("council"): 3, noticed.party("agency"): 0}:
            assert time.monotonic() < deadline
    reader = Notices(noticed.ledger.enquiries.engine, noticed.genesis)
    assert [view.backlog for view in reader.webhooks(noticed.party("council"))] == [3, 3, 3]


def test_rotation_tests_and_sending_again(noticed: Noticed) -> None:
    """Both secrets sign for a while; a test event and an old event come when they are asked for, out of their order."""
    with Receiving() as receiving:
        made = noticed.asked("add", "agency", url=receiving.url)
        (event,) = noticed.paid("agency", 1)
        turned = noticed.asked("rotate", "agency", webhook=made["webhook"])
        assert turned["secret"] != made["secret"]
        noticed.start()
        receiving.wait(lambda: receiving.events == [event])
        for secret in (made["secret"], turned["secret"]):
            assert receiving.got[0].verified(secret)["type"] == "bill.paid"
        test = noticed.asked("send", "agency", webhook=made["webhook"], event="test")["event"]
        receiving.wait(lambda: receiving.events == [event, test])
        assert receiving.got[1].verified(turned["secret"])["type"] == "webhook.test"
        noticed.asked("send", "agency", webhook=made["webhook"], event=event)
        receiving.wait(lambda: receiving.events == [event, test, event])
        assert receiving.got[2].body == receiving.got[0].body
        noticed.asked("remove", "agency", webhook=made["webhook"])
        noticed.paid("agency", 1)
        fresh = noticed.asked("add", "agency", url=receiving.url)
        (later,) = noticed.paid("agency", 1)
        receiving.wait(lambda: later in receiving.events)
    assert receiving.events == [event, test, event, later], (
        "what was recorded before it was added is not sent"
    )
    assert receiving.got[-1].verified(fresh["secret"])


def test_a_lost_key_is_not_replaced_without_a_word(noticed: Noticed) -> None:
    """While there are webhooks the secrets of which hang on it; with none left a new one is made."""
    made = noticed.asked("add", "agency", url="http://127.0.0.1:9/")
    path = key_path(noticed.keys, NOTICE_KEY)
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    noticed.sequencer.beside._notice_key = None  # as after a restart
    with refused(Fault.KEY_FILE_INVALID, path=str(path), why="unreadable"):
        noticed.asked("rotate", "agency", webhook=made["webhook"])
    noticed.asked("remove", "agency", webhook=made["webhook"])
    assert noticed.client.notices("key")["key"] != made["key"]
    assert path.exists()


def test_there_is_one_notifying_process(noticed: Noticed) -> None:
    """A second one is told so, in two lines: both would deliver everything."""
    with (noticed.run_dir / LOCK_NAME).open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = daftari(
            "notify", "--database", noticed.ledger.url, "--keys", noticed.keys, "--run-dir", noticed.run_dir
        )
    assert (told.code, "Traceback" in told.err, told.err.count("\n")) == (1, False, 2), told.text
