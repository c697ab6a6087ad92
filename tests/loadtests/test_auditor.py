"""The auditor catches what was planted: each kind of damage, made with SQL behind a served ledger's back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ledger.words.languages import LANGUAGES
from loadtests.auditor import Audited, Case, Place, audit, audit_totals
from loadtests.budgets import Verdict, read_budgets
from loadtests.generator import NO_ANSWER, Answer, Measured
from loadtests.report import Report, Setting, remarks, terminal_text
from loadtests.run import examine
from loadtests.shapes import Scenario
from tests.loadtests.conftest import Damage, Ready, Sandbox, damage, sent_case

SETTING = Setting(Scenario.SPREAD, 60, 1, "", "SQLite", 1, 4, 1)


def examined(case: Case, measured: Measured, lenient: Path) -> Report:
    """The report of a case."""
    return examine(case, measured, read_budgets(lenient, "spread"), SETTING)


def sequence_of(measured: Measured, place: int) -> int:
    """Where the order at this place stands in the log."""
    sequence = measured.answers[place].sequence
    assert sequence is not None
    return sequence


def lose_an_id(store: sqlite3.Connection, case: Case, measured: Measured) -> None:
    """The outcome of one order is gone: asked again, the ledger decides it a second time."""
    store.execute("DELETE FROM outcomes WHERE order_id = ?", (case.payments[7].order_id,))


def double_an_id(store: sqlite3.Connection, case: Case, measured: Measured) -> None:
    """One order stands twice in the log, and another not at all."""
    first, second = sequence_of(measured, 3), sequence_of(measured, 4)
    store.execute(
        "UPDATE records SET record = (SELECT record FROM records WHERE sequence = ?) WHERE sequence = ?",
        (first, second),
    )


def change_a_balance(store: sqlite3.Connection, case: Case, measured: Measured) -> None:
    """One cent out of nothing."""
    account = case.workload.payers[0].account
    store.execute("UPDATE accounts SET credits_posted = credits_posted + 1 WHERE address = ?", (account,))


def move_a_cent(store: sqlite3.Connection, case: Case, measured: Measured) -> None:
    """One cent from one account to another: the books balance as before."""
    giver, taker = case.workload.payers[0].account, case.workload.payers[1].account
    store.execute("UPDATE accounts SET debits_posted = debits_posted + 1 WHERE address = ?", (giver,))
    store.execute("UPDATE accounts SET credits_posted = credits_posted + 1 WHERE address = ?", (taker,))


def edit_records(store: sqlite3.Connection, case: Case, measured: Measured) -> None:
    """Every record says another time than the one that the log's hashes cover."""
    store.execute(
        'UPDATE records SET record = CAST(replace(CAST(record AS TEXT), \'"recorded_at":"20\', '
        '\'"recorded_at":"19\') AS BLOB) WHERE sequence >= ?',
        (case.before.log_size,),
    )


def swap_places(store: sqlite3.Connection, case: Case, measured: Measured) -> None:
    """Two orders point to each other's place in the log."""
    for place, other in ((3, 4), (4, 3)):
        row = (sequence_of(measured, other), case.payments[place].order_id)
        store.execute("UPDATE outcomes SET sequence = ? WHERE order_id = ?", row)


@pytest.mark.parametrize(
    "how,kinds",
    [
        (lose_an_id, {"lost"}),
        (double_an_id, {"doubled", "missing"}),
        (change_a_balance, {"balance", "sum", "books"}),
        (move_a_cent, {"balance"}),
        (edit_records, {"receipt"}),
        (swap_places, {"moved"}),
    ],
)
def test_planted_damage_is_found(
    own_sandbox: Sandbox, ready: Ready, lenient: Path, how: Damage, kinds: set[str]
) -> None:
    """Wrong money ends with 2, whatever else the run was, and the report names what is wrong in both languages."""
    case, measured = sent_case(ready)
    damage(own_sandbox.file, how, case, measured)
    report = examined(case, measured, lenient)
    found = {finding.kind for finding in report.audited.findings}
    assert kinds <= found, report.audited.findings
    assert report.verdict is Verdict.MONEY_WRONG
    for language in LANGUAGES:
        assert len(remarks(report, language)) >= len(kinds)
        assert "✗" in terminal_text(report, language, "out.html")


def test_a_sound_ledger_is_found_sound(sandbox: Sandbox, ready: Ready, lenient: Path) -> None:
    """Without damage nothing is found: every order replays, every balance is right, every sampled receipt holds."""
    case, measured = sent_case(ready)
    report = examined(case, measured, lenient)
    assert report.audited.findings == []
    assert report.verdict is Verdict.PASS
    assert (report.audited.asked_again, report.audited.balances, report.audited.receipts) == (60, 5, 50)
    assert report.audited.records_read == 60
    assert report.audited.books_difference == "0.00"


def test_orders_without_an_answer_are_settled(sandbox: Sandbox, ready: Ready) -> None:
    """An order whose answer was lost, and one that never arrived, have one outcome after the audit."""
    case, measured = sent_case(ready)
    measured.answers[5] = Answer(NO_ANSWER, None)
    del measured.answers[9]
    audited = audit(case, measured.answers)
    assert audited.settled_late == 1
    # The order that was left out of the answers is in the log all the same, so the log has one record too many.
    assert {finding.kind for finding in audited.findings} == {"strange", "log_grew", "balance"}


def test_the_quick_audit_of_the_bench_sees_damage(own_sandbox: Sandbox, ready: Ready) -> None:
    """The bench does not ask for each order again; a wrong balance and a shared place are found all the same."""
    case, measured = sent_case(ready)
    places = {place: Place(answer.sequence or 0, accepted=True) for place, answer in measured.answers.items()}
    assert audit_totals(case, places).findings == []
    shared = places | {1: places[0]}
    assert {finding.kind for finding in audit_totals(case, shared).findings} == {"shared"}
    damage(own_sandbox.file, change_a_balance, case, measured)
    assert {"balance", "sum", "books"} <= {finding.kind for finding in audit_totals(case, places).findings}


def test_a_ledger_that_stops_answering_is_no_pass(own_sandbox: Sandbox, ready: Ready) -> None:
    """What cannot be audited is not said to be right."""
    case, measured = sent_case(ready)
    case.ledger.close()
    case.ledger.url = "http://127.0.0.1:9"
    audited = audit(case, measured.answers)
    assert isinstance(audited, Audited)
    assert [finding.kind for finding in audited.findings] == ["unreadable"]
