"""An agency's day at three machines: a maker raises and changes bills, a checker approves them, a citizen pays."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger.books.bills import control_number_candidates
from ledger.formats.tan_qr import parse_tan_qr
from ledger.instants import MICROSECONDS_PER_DAY, MachineClock, day_text, eat_day, parse_instant
from tests.between import Between
from tests.journeys.conftest import AGENCY, CHECKER, MAKER, Town
from tests.journeys.test_starting import Terminal
from tests.wallets import COMMAND, Said, Wallet
from wallet_cli.commands.request import terminal_code
from wallet_cli.commands.sandbox import slug

NOBODYS = control_number_candidates(ledger_id="nothing", bill="nothing", prefix="88")[0]


def raised(town: Town, bill_id: str, *more: str, amount: str = "10,000") -> dict[str, Any]:
    """A bill that waits for a yes."""
    words = ("--service", "LESENI", "--amount", amount, "--bill-id", bill_id)
    return town.institution.told("bill", "create", *words, *more, *MAKER)


def approved(town: Town, bill_id: str) -> str:
    """Its control number after the checker's yes."""
    return str(town.institution.told("approve", bill_id, *CHECKER)["control_number"])


def test_instalments_from_raising_to_the_last(town: Town) -> None:
    """Items, a minimum, two instalments; the clerk sees what is still outstanding."""
    items = ("--item", "142201660128:8,500", "--item", "142201660008:1,500")
    raised(town, "J/1", "--option", "partial", "--minimum", "2,000", *items)
    assert town.institution.run("approve", "J/1", *MAKER, "--yes").code == 6
    number = approved(town, "J/1")
    said = town.asha.ok("pay", number, "--amount", "4,000", "--yes")
    assert "142201660128" in said.err
    for wrong in ("1,999", "6,000.01"):
        refused = town.asha.run("pay", number, "--amount", wrong, "--yes")
        assert (refused.code, "2,000.00" in refused.text) == (2, True), refused.text
    (row,) = town.institution.told("bill", "list", "--status", "part_paid", *MAKER)["bills"]
    assert (row["bill_id"], row["outstanding"]) == ("J/1", "6000.00")
    assert town.asha.told("pay", number)["amount"] == "6000.00"
    shown = town.institution.ok("ankara", "onesha", number, *MAKER, "--lang", "sw").text
    assert "IMELIPWA" in shown


def test_a_change_takes_a_second_person_and_the_payer_sees_it(town: Town) -> None:
    """The payer's wallet holds the changed amount against two signatures: who asked for it and who approved it."""
    raised(town, "J/2")
    number = approved(town, "J/2")
    town.institution.ok(
        "bill", "change", "J/2", "--amount", "7,000", "--until", "2030-06-30", *MAKER, "--yes"
    )
    assert town.asha.told("pay", number, "--dry-run")["amount"] == "10000.00"
    seen = town.institution.ok("approve", "J/2", *CHECKER, "--yes")
    assert "7,000.00" in seen.text
    assert town.asha.told("pay", number)["amount"] == "7000.00"
    assert town.institution.run("approve", number, *CHECKER, "--yes").code == 6


def test_a_cancelled_bill_is_not_paid(town: Town) -> None:
    """At once before it is approved; with a second yes afterwards. The payer is told the state in words."""
    raised(town, "J/3")
    town.institution.ok("bill", "cancel", "J/3", "--reason", "duplicate", *MAKER, "--yes")
    assert town.institution.run("approve", "J/3", *CHECKER, "--yes").code == 6
    raised(town, "J/4")
    number = approved(town, "J/4")
    town.institution.ok("bill", "cancel", number, *MAKER, "--yes")
    approved(town, "J/4")
    for language, word in (("en", "CANCELLED"), ("sw", "IMEFUTWA")):
        said = town.asha.run("pay", number, "--yes", "--lang", language)
        assert (said.code, word in said.text) == (6, True), said.text


@pytest.mark.parametrize(
    "more",
    [
        ("--item", "142201660128:9,999"),
        ("--item", "14220:10,000"),
        ("--minimum", "5,000"),
        ("--until", "tomorrow"),
        ("--until", "+0d"),
        ("--until", "+999999w"),
        ("--option", "partial", "--minimum", "10,001"),
    ],
)
def test_a_bill_that_contradicts_itself_is_not_signed(town: Town, more: tuple[str, ...]) -> None:
    """Each with an answer of its own in both languages, and nothing reaches the ledger."""
    words = (
        "bill",
        "create",
        "--service",
        "LESENI",
        "--amount",
        "10,000",
        "--bill-id",
        "J/9",
        *more,
        *MAKER,
        "--yes",
    )
    told = {language: town.institution.run(*words, "--lang", language) for language in ("en", "sw")}
    assert [said.code for said in told.values()] == [2, 2]
    assert told["en"].text != told["sw"].text
    assert town.institution.run("bill", "show", "J/9", *MAKER).code == 5


def test_who_is_no_institution_has_no_bills(town: Town) -> None:
    """A citizen's profile is told so."""
    assert town.asha.run("bill", "list").code == 2


def test_a_day_is_held_against_the_banks_list(town: Town, tmp_path: Path) -> None:
    """All match and exit 0; then a missing row, another amount and a row twice, each in its class and exit 8."""
    day = ("--day", day_text(eat_day(MachineClock().wall_us())), *MAKER)
    paid = [approved(town, f"R/{n}") for n in range(3) if raised(town, f"R/{n}", amount="1,000")]
    for number in paid:
        town.asha.ok("pay", number, "--yes")
    lines = town.institution.told("api", "GET", "/v1/reconciliations/" + day[1], *MAKER)["lines"]
    rows = [f"{line['control_number']};{line['amount']}" for line in lines if line["kind"] == "payment"]
    listed = tmp_path / "bank.csv"
    listed.write_text("\n".join(["control_number;amount", *rows]), encoding="utf-8-sig")
    payment = town.asha.told("history")["entries"][0]["order"]
    town.institution.ok("refund", payment, "400", "--profile", slug(AGENCY), "--yes")
    told = town.institution.told("reconcile", str(listed), *day)
    assert told["counts"]["matched"] == len(rows)
    assert told["sums"]["listed"] == told["sums"]["posted"]
    assert told["sums"]["given_back"] == "400.00"
    wrong = [rows[0], rows[0], *rows[1:-2], f"{paid[1]};999", f"{NOBODYS};5"]
    listed.write_text("\n".join(["control_number;amount", *wrong]))
    said = town.institution.run("suluhisha", str(listed), *day, "--lang", "sw", "--json")
    assert said.code == 8
    counts = said.json["counts"]
    assert (counts["duplicate"], counts["amount_differs"], counts["missing_here"]) == (1, 1, 1)
    assert counts["missing_there"] == 1
    listed.write_text(f"control_number,amount\n{paid[0]},=1+1\n123,4\n")
    for language, words in (("en", "no control number"), ("sw", "si namba ya malipo")):
        refused = town.institution.run("reconcile", str(listed), *day, "--lang", language)
        assert (refused.code, words in refused.text) == (2, True), refused.text


def test_a_bills_code_is_drawn_in_the_terminal(town: Town) -> None:
    """The text of the code on its page; none for a bill that cannot be paid."""
    raised(town, "Q/1")
    assert town.institution.told("bill", "show", "Q/1", "--qr", *MAKER)["qr"] is None
    number = approved(town, "Q/1")
    assert "qr" not in town.institution.told("bill", "show", "Q/1", *MAKER)
    text = town.institution.told("bill", "show", "Q/1", "--qr", *MAKER)["qr"]
    read = parse_tan_qr(text)
    assert (read.bill_number, read.amount_minor_units) == (number, 1_000_000)
    drawn = town.institution.ok("bill", "show", "Q/1", "--qr", *MAKER).err
    assert terminal_code(text).splitlines()[3] in drawn
    assert town.asha.told("pay", text)["amount"] == "10000.00"
    assert town.institution.told("bill", "show", "Q/1", "--qr", *MAKER)["qr"] is None


def test_a_bill_is_due_a_span_from_now(town: Town) -> None:
    """`+2d` instead of a date, for a new bill and for a change of one."""
    raised(town, "SPAN/1", "--until", "+2d")
    number = approved(town, "SPAN/1")
    now_us = MachineClock().wall_us()
    due_us = parse_instant(town.institution.told("bill", "show", number, *MAKER)["payable_until"])
    assert abs(due_us - now_us - 2 * MICROSECONDS_PER_DAY) < 60_000_000
    town.institution.ok("bill", "change", "SPAN/1", "--until", "+1w", *MAKER, "--yes")
    approved(town, "SPAN/1")
    due_us = parse_instant(town.institution.told("bill", "show", number, *MAKER)["payable_until"])
    assert abs(due_us - now_us - 7 * MICROSECONDS_PER_DAY) < 60_000_000


def test_services_ask_for_a_control_number(town: Town) -> None:
    """Somebody at a terminal types it below the list and pays; Enter alone pays nothing."""
    number = town.new_bill("700")
    terminal = Terminal(town.asha, "services")
    terminal.answer(r"Control number to pay", number)
    terminal.answer(r"\[y/N\]", "y")
    assert terminal.end() == 0
    assert town.institution.told("bill", "show", number, *MAKER)["status"] == "paid"
    terminal = Terminal(town.asha, "huduma", "--lang", "sw")
    terminal.answer(r"Namba ya malipo ya kulipa", "")
    assert terminal.end() == 0
    assert "pochi lipa" in terminal.seen


def test_services_are_found_and_paid_from_there(town: Town) -> None:
    """In the reader's language, by words of either."""
    said = town.asha.ok("huduma", "leseni", "--lang", "sw")
    assert "Leseni ya biashara" in said.out
    assert town.asha.told("services", "nothing of the kind")["services"] == []
    raised(town, "S/1", amount="500")
    number = approved(town, "S/1")
    assert town.asha.told("services", "--pay", number)["amount"] == "500.00"


class Watch:
    """`pochi bill watch` while it runs, in a process of its own; what it writes goes to files."""

    def __init__(self, wallet: Wallet, folder: Path, *words: str) -> None:
        folder.mkdir()
        self._out, self._err = folder / "out", folder / "err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [*COMMAND, *words, *MAKER],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=wallet.environment(),
            )

    @property
    def said(self) -> Said:
        """What it has written so far, and its exit code if it has ended."""
        code = self.process.poll()
        return Said(-1 if code is None else code, self._out.read_text(), self._err.read_text())

    def until(self, ready: Callable[[Said], bool]) -> None:
        """Wait until it has written what is waited for."""
        deadline = time.monotonic() + 30
        while not ready(self.said):
            assert self.process.poll() is None, self.said.text
            assert time.monotonic() < deadline, self.said.text
            time.sleep(0.05)

    def ended(self) -> Said:
        """What it said when it has ended."""
        self.process.wait(30)
        return self.said


@contextmanager
def watched(wallet: Wallet, folder: Path, *words: str) -> Iterator[Watch]:
    """A watch that does not outlive the test."""
    watch = Watch(wallet, folder, *words)
    try:
        yield watch
    finally:
        watch.process.kill()
        watch.process.wait()


def test_a_watch_sees_each_payment_and_ends_with_the_last(town: Town, tmp_path: Path) -> None:
    """From the draft on: the approval, an instalment, the rest; a line for each, in Swahili too, and exit 0."""
    raised(town, "W/1", "--option", "partial")
    words = ("ankara", "fuatilia", "W/1", "--every", "1", "--lang", "sw")
    with watched(town.institution, tmp_path / "w", *words) as watch:
        watch.until(lambda said: "HAIJAIDHINISHWA" in said.out)
        number = approved(town, "W/1")
        watch.until(lambda said: "HAIJALIPWA" in said.out)
        town.asha.ok("pay", number, "--amount", "4,000", "--yes")
        watch.until(lambda said: "IMELIPWA SEHEMU" in said.out)
        town.asha.ok("pay", number, "--yes")
        said = watch.ended()
    assert said.code == 0, said.text
    lines = said.out.splitlines()
    assert len(lines) == 5, said.out
    assert lines[0].split() == ["Wakati", "Hali", "Kilicholipwa", "Kinachodaiwa"]
    assert lines[3].endswith("IMELIPWA SEHEMU   TSh 4,000.00   TSh 6,000.00")
    assert lines[4].endswith("IMELIPWA          TSh 10,000.00  TSh 0.00")
    assert "Ankara W/1 imelipwa" in said.err
    again = town.institution.ok("bill", "watch", number, *MAKER)
    assert again.out.endswith("PAID              TSh 10,000.00  TSh 0.00\n")
    assert "Bill W/1 is paid" in again.err


def test_a_watch_tells_a_script_the_whole_story(town: Town, tmp_path: Path) -> None:
    """One object at the end: the bill as `bill show` has it, and every change that was seen."""
    raised(town, "W/2")
    number = approved(town, "W/2")
    with watched(
        town.institution, tmp_path / "w", "bill", "watch", number, "--every", "1", "--json"
    ) as watch:
        time.sleep(2)
        town.asha.ok("pay", number, "--yes")
        said = watch.ended()
    told = said.json
    changes = told.pop("changes")
    last = {name: changes[-1][name] for name in ("status", "paid", "outstanding")}
    assert last == {"status": "paid", "paid": "10000.00", "outstanding": "0.00"}
    shown = town.institution.told("bill", "show", number, *MAKER)
    assert (said.code, told) == (0, {name: shown[name] for name in told})


def test_a_watch_that_does_not_end_in_a_payment(town: Town, tmp_path: Path) -> None:
    """6 for a bill taken back, 75 when time is up, 130 for Ctrl-C, and the error of `show` for a wrong bill."""
    raised(town, "W/3")
    number = approved(town, "W/3")
    waited = town.institution.run("bill", "watch", "W/3", "--timeout", "1", "--json", *MAKER)
    assert (waited.code, waited.json["status"]) == (75, "open")
    assert json.loads(waited.err.splitlines()[-1])["code"] == "bill_not_ended"
    with watched(town.institution, tmp_path / "stopped", "bill", "watch", "W/3") as watch:
        watch.until(lambda said: "OPEN" in said.out)
        watch.process.send_signal(signal.SIGINT)
        stopped = watch.ended()
    assert (stopped.code, "Traceback" in stopped.text) == (130, False), stopped.text
    town.institution.ok("bill", "cancel", number, *MAKER, "--yes")
    with watched(town.institution, tmp_path / "taken", "bill", "watch", "W/3", "--every", "1") as watch:
        watch.until(lambda said: "OPEN" in said.out)
        approved(town, "W/3")
        taken = watch.ended()
    assert (taken.code, "CANCELLED" in taken.out) == (6, True), taken.text
    assert "bill W/3: CANCELLED" in taken.err
    for wrong in ("W/none", NOBODYS):
        show, watch_ = (town.institution.run("bill", verb, wrong, *MAKER) for verb in ("show", "watch"))
        assert (watch_.code, watch_.text) == (show.code, show.text)
        assert watch_.code == 5


def test_a_watch_outlives_a_ledger_that_is_away(town: Town, tmp_path: Path) -> None:
    """No answer for a while: said once, and the payment is seen when the ledger is back."""
    raised(town, "W/4")
    number = approved(town, "W/4")
    wallet = Wallet(tmp_path / "institution")
    shutil.copytree(town.institution.folder, wallet.folder)
    with Between(town.ledger.url) as between:
        wallet.ok("config", "set", "ledger_url", between.url, *MAKER)
        with watched(wallet, tmp_path / "w", "bill", "watch", "W/4", "--every", "1") as watch:
            watch.until(lambda said: "OPEN" in said.out)
            there, between.target = between.target, between.target._replace(netloc="127.0.0.1:1")
            watch.until(lambda said: "does not answer" in said.err)
            town.asha.ok("pay", number, "--yes")
            time.sleep(2)
            between.target = there
            said = watch.ended()
    assert said.code == 0, said.text
    assert said.err.count("does not answer") == 1
    assert len(said.out.splitlines()) == 3
