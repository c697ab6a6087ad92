"""The outbox: nothing that was signed is lost, whatever happens between saving, sending and the answer."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from ledger.addresses import new_order_id
from ledger.faults import BrokenPromise
from wallet_cli import files
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.outbox import Outbox

NOW = 1_795_431_959_000_000
ORDER = b"eyJhbGciOiJFZDI1NTE5In0.eyJvcmRlciI6InBheSJ9.c2lnbmF0dXJl"
SUMMARY: dict[str, str | int] = {"kind": "pay", "payee": "Juma", "amount_minor_units": 1_500_000}


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    """An empty outbox."""
    return Outbox(tmp_path / "outbox")


def saved(outbox: Outbox, *, profile: str = "asha", order: bytes = ORDER, at_us: int = NOW) -> str:
    """Save an order and return its id."""
    order_id = new_order_id(at_us)
    outbox.save(order_id, order, summary=SUMMARY, profile=profile, now_us=at_us)
    return order_id


def fault_of(outbox: Outbox, order_id: str) -> str:
    """The key of the fault that loading raises."""
    with pytest.raises(WalletFault) as caught:
        outbox.load(order_id)
    return caught.value.key


def test_what_is_saved_is_what_will_be_sent(outbox: Outbox) -> None:
    """The exact bytes, the summary, the profile and the time come back; file and folder are private."""
    order_id = saved(outbox)
    loaded = outbox.load(order_id)
    assert (loaded.order, loaded.summary, loaded.profile) == (ORDER, SUMMARY, "asha")
    assert loaded.saved_at == "2026-11-23T11:05:59.000000Z"
    assert (outbox.folder / f"{order_id}.json").stat().st_mode & 0o777 == 0o600
    assert outbox.folder.stat().st_mode & 0o777 == 0o700


def test_saving_is_durable_before_it_returns(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the disk refuses to flush, saving fails, so that nothing is sent which is not kept."""

    def broken(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(WalletFault) as caught:
        saved(outbox)
    assert caught.value.key == "file_not_written"
    assert outbox.pending().orders == ()


def test_one_id_holds_one_order(outbox: Outbox) -> None:
    """The same bytes again are one order; other bytes under the same id are a conflict and change nothing."""
    order_id = saved(outbox)
    assert outbox.save(order_id, ORDER, summary={}, profile="asha", now_us=NOW + 1).summary == SUMMARY
    with pytest.raises(WalletFault) as caught:
        outbox.save(order_id, ORDER + b"x", summary={}, profile="asha", now_us=NOW)
    assert (caught.value.key, caught.value.exit_code) == ("outbox_id_in_use", ExitCode.CONFLICT)
    assert outbox.load(order_id).order == ORDER


def test_pending_lists_the_oldest_first_and_by_profile(outbox: Outbox) -> None:
    """The id of an order begins with its time, so names sort by age."""
    second, first = saved(outbox, at_us=NOW + 5_000_000), saved(outbox, profile="juma")
    assert [order.order_id for order in outbox.pending().orders] == [first, second]
    assert [order.order_id for order in outbox.pending(profile="asha").orders] == [second]
    assert Outbox(outbox.folder / "nowhere").pending().orders == ()


def test_an_answer_takes_the_order_out_and_keeps_it(outbox: Outbox) -> None:
    """The order moves to `sent/` with the answer, and the first answer stays."""
    order_id = saved(outbox)
    outbox.mark_answered(order_id, {"outcome": "accepted", "receipt": {"record": "r"}}, now_us=NOW + 1)
    outbox.mark_answered(order_id, {"outcome": "forged"}, now_us=NOW + 2)
    answered = outbox.answered(order_id)
    assert answered.answer == {"outcome": "accepted", "receipt": {"record": "r"}}
    assert answered.saved.order == ORDER
    assert outbox.pending().orders == ()
    assert fault_of(outbox, order_id) == "outbox_unknown"


def test_a_crash_between_answer_and_clearing_away_is_mended(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its answer on disk, an order still in the outbox counts as answered and is cleared away."""
    order_id = saved(outbox)

    def die(_path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(files, "remove", die)
        with pytest.raises(KeyboardInterrupt):
            outbox.mark_answered(order_id, {"outcome": "accepted"}, now_us=NOW)
    assert (outbox.folder / f"{order_id}.json").exists()
    assert outbox.pending().orders == ()
    assert not (outbox.folder / f"{order_id}.json").exists()
    assert outbox.answered(order_id).answer == {"outcome": "accepted"}


def test_dropping_needs_the_word_that_nothing_was_posted(outbox: Outbox) -> None:
    """Without it the order stays; with it the file moves to `dropped/` and can still be shown as evidence."""
    order_id = saved(outbox)
    with pytest.raises(WalletFault) as caught:
        outbox.drop(order_id, nothing_was_posted=False)
    assert (caught.value.key, caught.value.exit_code) == ("outbox_drop_unsure", ExitCode.OUTCOME_UNKNOWN)
    assert outbox.load(order_id).order == ORDER
    outbox.drop(order_id, nothing_was_posted=True)
    assert outbox.pending().orders == ()
    assert ORDER.decode() in (outbox.folder / "dropped" / f"{order_id}.json").read_text()


@pytest.mark.parametrize("order_id", ["", "..", "../../etc/passwd", "x" * 300, "0" * 36, "sent"])
def test_only_order_ids_name_files(outbox: Outbox, order_id: str) -> None:
    """No path leads out of the outbox."""
    assert fault_of(outbox, order_id) == "outbox_unknown"
    with pytest.raises(BrokenPromise):
        outbox.save(order_id, ORDER, summary={}, profile="asha", now_us=NOW)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:0],
        lambda text: text[:-30],
        lambda text: "[" * 50_000 + text,
        lambda text: text[:0] + "null",
        lambda text: text.replace("pochi-order", "other"),
        lambda text: text.replace("eyJhbGci", "eyJhbGcj"),
        lambda text: text.replace('"saved_at": "', '"saved_at": 5, "x": "'),
        lambda text: text.replace('"summary": {', '"summary": {"x": [],'),
        lambda text: text.replace('"order_id": "0', '"order_id": "1'),
    ],
    ids=["empty", "cut", "deep", "null", "format", "bit", "type", "summary", "id"],
)
def test_a_damaged_file_is_reported_by_name_beside_the_others(outbox: Outbox, damage: object) -> None:
    """One file that cannot be read neither hides nor stops the rest, and loading it names it."""
    good, bad = saved(outbox), saved(outbox)
    path = outbox.folder / f"{bad}.json"
    assert callable(damage)
    path.write_text(damage(path.read_text()))
    pending = outbox.pending()
    assert [order.order_id for order in pending.orders] == [good]
    assert [(found.path, found.why) for found in pending.damaged] == [(path, "outbox_damaged")]
    assert fault_of(outbox, bad) == "outbox_damaged"


def test_strange_and_open_files_are_reported_too(outbox: Outbox) -> None:
    """A foreign file and one that others may read are named; what was never finished is no order."""
    order_id = saved(outbox)
    (outbox.folder / "notes.txt").write_text("buy milk")
    (outbox.folder / "notes.txt").chmod(0o600)
    (outbox.folder / f"{order_id}.json").chmod(0o644)
    (outbox.folder / f"{files.TEMPORARY_PREFIX}1").write_text("{")
    found = {(damaged.path.name, damaged.why) for damaged in outbox.pending().damaged}
    assert found == {("notes.txt", "outbox_damaged"), (f"{order_id}.json", "file_open_to_others")}


def test_a_damaged_answer_is_reported(outbox: Outbox) -> None:
    """An answer that cannot be read is named, and never read as "no answer"."""
    order_id = saved(outbox)
    outbox.mark_answered(order_id, {"outcome": "accepted"}, now_us=NOW)
    path = outbox.folder / "sent" / f"{order_id}.json"
    for text in ("{", json.dumps(json.loads(path.read_text()) | {"answer": 5})):
        path.write_text(text)
        with pytest.raises(WalletFault) as caught:
            outbox.answered(order_id)
        assert (caught.value.key, caught.value.details) == ("outbox_damaged", {"path": str(path)})


def _save_until_killed(folder: Path) -> None:
    outbox = Outbox(folder)
    while True:
        order_id = new_order_id(NOW)
        outbox.save(order_id, ORDER, summary=SUMMARY, profile="asha", now_us=NOW)
        (folder.parent / "told").open("a").write(f"{order_id}\n")


def test_kill_9_loses_no_order_that_was_saved(tmp_path: Path) -> None:
    """Whenever it is killed: every order whose saving returned is there, and no file is half an order."""
    folder = tmp_path / "outbox"
    context = multiprocessing.get_context("spawn")
    for _ in range(3):
        child = context.Process(target=_save_until_killed, args=(folder,))
        child.start()
        deadline = 200
        while deadline and (not (tmp_path / "told").exists() or (tmp_path / "told").stat().st_size < 500):
            child.join(0.05)
            deadline -= 1
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        told = (tmp_path / "told").read_text().splitlines()
        pending = Outbox(folder).pending()
        assert told
        assert pending.damaged == ()
        assert {line for line in told if len(line) == 36} <= {order.order_id for order in pending.orders}
        (tmp_path / "told").unlink()


def _answer_all(folder: Path, answer: str) -> None:
    outbox = Outbox(folder)
    for order in outbox.pending().orders:
        outbox.mark_answered(order.order_id, {"by": answer}, now_us=NOW)


def test_two_pochi_that_settle_the_same_orders_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Both mark all orders at once: each order ends with one answer, and nothing is left or lost."""
    folder = tmp_path / "outbox"
    ids = [saved(Outbox(folder)) for _ in range(30)]
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=_answer_all, args=(folder, name)) for name in "ab"]
    for child in children:
        child.start()
    for child in children:
        child.join(30)
    assert [child.exitcode for child in children] == [0, 0]
    outbox = Outbox(folder)
    assert outbox.pending() == Outbox(tmp_path / "none").pending()
    assert {outbox.answered(order_id).answer["by"] for order_id in ids} <= {"a", "b"}
