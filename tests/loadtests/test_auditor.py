"""The auditor catches what was planted: each kind of damage, made with SQL behind a served ledger's back."""

from __future__ import annotations

import json
import re
import sqlite3
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from api.config import READS_PER_ADDRESS
from ledger.addresses import new_order_id
from ledger.faults import LedgerFault
from ledger.instants import MachineClock
from ledger.keys_folder import LOG_KEY, log_key_name, read_private_key, write_private_key
from ledger.orders.kinds import Order, RotateLogKey
from ledger.orders.signed import prove_possession, sign_order
from ledger.signing.keys import PrivateKey
from ledger.signing.log_keys import chain_from_rows, endorse, log_key_row
from ledger.words.languages import LANGUAGES
from loadtests.auditor import Audited, Case, Place, audit, audit_totals
from loadtests.budgets import Verdict, read_budgets
from loadtests.generator import Answer, Measured
from loadtests.http_ledger import HttpLedger
from loadtests.report import Report, Setting, remarks, terminal_text
from loadtests.run import Loaded, examine
from loadtests.served import LIMITS_TIMES
from loadtests.shapes import Scenario
from loadtests.visits import CONFLICT, CREATED, NO_ANSWER, NOT_PROVED
from tests.loadtests.conftest import Damage, Ready, Sandbox, damage, sent_case

SETTING = Setting(Scenario.SPREAD, 60, 1, "", "SQLite", 1, 4, 1)


def examined(case: Case, measured: Measured, lenient: Path) -> Report:
    """The report of a case."""
    return examine(Loaded(case, measured), read_budgets(lenient, "spread"), SETTING)


def sequence_of(measured: Measured, place: int) -> int:
    """Where the order at this place stands in the log."""
    sequence = measured.answers[place][0].sequence
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


def overdraw(store: sqlite3.Connection, case: Case, measured: Measured) -> None:
    """One account has paid more than it ever had, to another: the ledger finds no words for such a balance."""
    giver, taker = case.workload.payers[0].account, case.workload.payers[1].account
    store.execute("PRAGMA ignore_check_constraints = ON")
    store.execute("UPDATE accounts SET debits_posted = debits_posted + 90000000 WHERE address = ?", (giver,))
    store.execute(
        "UPDATE accounts SET credits_posted = credits_posted + 90000000 WHERE address = ?", (taker,)
    )


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
        (overdraw, {"unreadable"}),
        (edit_records, {"receipt"}),
        (swap_places, {"moved"}),
    ],
)
def test_planted_damage_is_found(
    sandbox: Sandbox, ready: Ready, lenient: Path, how: Damage, kinds: set[str]
) -> None:
    """Wrong money ends with 2, whatever else the run was, and the report names what is wrong in both languages."""
    case, measured = sent_case(ready)
    with damage(sandbox.file, how, case, measured):
        report = examined(case, measured, lenient)
    found = {finding.kind for finding in report.audited.findings}
    assert kinds <= found, report.audited.findings
    assert report.verdict is Verdict.MONEY_WRONG
    assert not all(line.kept for line in report.money)
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
    measured.answers[5] = [Answer(NO_ANSWER, None)]
    del measured.answers[9]
    audited = audit(case, measured.answers)
    assert audited.settled_late == 1
    # The order that was left out of the answers is in the log all the same, so the log has one record too many.
    assert {finding.kind for finding in audited.findings} == {"strange", "log_grew", "balance"}


def test_the_quick_audit_of_the_bench_sees_damage(sandbox: Sandbox, ready: Ready) -> None:
    """The bench does not ask for each order again; a wrong balance and a shared place are found all the same."""
    case, measured = sent_case(ready)
    places = {
        place: Place(answers[0].sequence or 0, accepted=True) for place, answers in measured.answers.items()
    }
    assert audit_totals(case, places).findings == []
    shared = places | {1: places[0]}
    assert {finding.kind for finding in audit_totals(case, shared).findings} == {"shared"}
    with damage(sandbox.file, change_a_balance, case, measured):
        assert {"balance", "sum", "books"} <= {
            finding.kind for finding in audit_totals(case, places).findings
        }
    assert audit_totals(case, places).findings == []


def test_a_ledger_that_stops_answering_is_no_pass(sandbox: Sandbox, ready: Ready) -> None:
    """What cannot be audited is not said to be right."""
    case, measured = sent_case(ready)
    case.ledger.close()
    case.ledger.url = "http://127.0.0.1:9"
    audited = audit(case, measured.answers)
    assert isinstance(audited, Audited)
    assert [finding.kind for finding in audited.findings] == ["unreadable"]


class Overdrawn(HttpLedger):
    """A ledger that would let an account go below zero, and say so."""

    def get(self, path: str, *, key: PrivateKey | None = None, ledger_id: str = "") -> dict[str, object]:
        """What the real one says, but for the balances of accounts."""
        members = super().get(path, key=key, ledger_id=ledger_id)
        return members | {"balance": "-0.01"} if "balance" in members else members


def test_an_account_below_zero_is_found(sandbox: Sandbox, ready: Ready) -> None:
    """Each is named, beside the balance that it should have."""
    case, measured = sent_case(ready)
    with closing(Overdrawn(sandbox.target.url)) as lying:
        audited = audit(replace(case, ledger=lying), measured.answers)
    assert audited.count("overdrawn") == audited.count("balance") == len(case.workload.payers)


def test_a_storm_is_decided_once(sandbox: Sandbox, ready: Ready) -> None:
    """Each order several times, some with a rival: one content of each id is decided, once; the others conflict."""
    case, measured = sent_case(ready, count=60, scenario=Scenario.RETRY_STORM)
    assert len({payment.order_id for payment in case.payments}) == 10
    assert len(case.payments) == 14
    assert sum(answer.status == CREATED for answers in measured.answers.values() for answer in answers) == 10
    assert sum(answer.status == CONFLICT for answers in measured.answers.values() for answer in answers) == 12
    assert audit(case, measured.answers).findings == []


def plant_two_creations(answers: dict[int, list[Answer]]) -> None:
    """An order was told twice that it was new."""
    _, again, *rest = answers[2]
    answers[2] = [answers[2][0], Answer(CREATED, again.sequence), *rest]


def plant_a_paid_rival(answers: dict[int, list[Answer]]) -> None:
    """A content that lost was told that it was accepted."""
    answers[1][0] = Answer(CREATED, 7)


def plant_a_conflict(answers: dict[int, list[Answer]]) -> None:
    """An order without a rival was told that there is one."""
    answers[2][1] = Answer(CONFLICT, None)


@pytest.mark.parametrize(
    "plant,kind",
    [(plant_two_creations, "twice"), (plant_a_paid_rival, "conflict"), (plant_a_conflict, "conflict")],
)
def test_a_wrong_answer_in_a_storm_is_found(
    sandbox: Sandbox, ready: Ready, plant: Callable[[dict[int, list[Answer]]], None], kind: str
) -> None:
    """The ledger's books may be right and its answers wrong: somebody would pay again."""
    case, measured = sent_case(ready, count=30, scenario=Scenario.RETRY_STORM)
    plant(measured.answers)
    assert [finding.kind for finding in audit(case, measured.answers).findings] == [kind]


def test_a_rival_in_the_log_is_found(sandbox: Sandbox, ready: Ready) -> None:
    """The log holds the content that lost where the one that won should be."""
    case, measured = sent_case(ready, count=30, scenario=Scenario.RETRY_STORM)

    def put_the_rival_in(store: sqlite3.Connection, case: Case, measured: Measured) -> None:
        put_in_the_log(store, sequence_of(measured, 0), case.payments[0].data, case.payments[1].data)

    with damage(sandbox.file, put_the_rival_in, case, measured):
        assert "rival" in {finding.kind for finding in audit(case, measured.answers).findings}


def test_false_signatures_leave_no_trace(sandbox: Sandbox, ready: Ready) -> None:
    """They are turned away; and one that stands in the log all the same is found."""
    case, measured = sent_case(ready, count=60, scenario=Scenario.MIXED)
    assert len(case.forged) > 2
    assert audit(case, measured.answers).findings == []

    def let_one_in(store: sqlite3.Connection, case: Case, measured: Measured) -> None:
        put_in_the_log(store, sequence_of(measured, 0), case.payments[0].data, min(case.forged))

    with damage(sandbox.file, let_one_in, case, measured):
        assert {"forged", "missing"} <= {finding.kind for finding in audit(case, measured.answers).findings}


def put_in_the_log(store: sqlite3.Connection, sequence: int, old: bytes, new: bytes) -> None:
    """Another order's bytes where one stood."""
    store.execute(
        "UPDATE records SET record = CAST(replace(CAST(record AS TEXT), ?, ?) AS BLOB) WHERE sequence = ?",
        (old.decode("ascii"), new.decode("ascii"), sequence),
    )


def test_a_receipt_that_proved_nothing_is_wrong_money(sandbox: Sandbox, ready: Ready, lenient: Path) -> None:
    """What a person saw during the load counts, whatever the sample says afterwards."""
    case, measured = sent_case(ready)
    measured.wrong["receipt", NOT_PROVED] += 1
    report = examined(case, measured, lenient)
    assert report.verdict is Verdict.MONEY_WRONG
    assert [finding.kind for finding in report.audited.findings] == ["receipts_false"]
    told = terminal_text(report, "en", "out.html")
    assert "1 × a receipt that does not prove its order" in told


def rotate_log_key(sandbox: Sandbox) -> None:
    """Another key signs the log from now on; the sequencer finds it in its folder."""
    ledger, keys = HttpLedger(sandbox.target.url), sandbox.served.keys
    genesis, now_us = ledger.genesis(), MachineClock().wall_us()
    authority, old, new = (
        read_private_key(keys, "authority"),
        read_private_key(keys, LOG_KEY),
        PrivateKey.generate("Ed25519"),
    )
    write_private_key(keys, log_key_name(new.public.kid), new)
    order_id = new_order_id(now_us)
    proof = prove_possession(new, genesis=genesis, order_id=order_id, registrant=authority.public.kid)
    word = endorse(old, new.public, ledger_id=genesis.ledger_id, order_id=order_id)
    order = Order(order_id, now_us + 60_000_000, RotateLogKey(new.public, proof, word))
    (result,) = ledger.post([sign_order(order, authority, genesis)])
    assert result.status == CREATED, result
    assert [row.key for row in ledger.log_keys(genesis)] == [old.public, new.public]
    ledger.close()


def test_receipts_hold_by_the_log_key_of_their_size(
    own_sandbox: Sandbox, ready: Ready, lenient: Path
) -> None:
    """Before and after the log key was changed; what the plan of a generator carries is the whole chain."""
    before, measured_before = sent_case(ready)
    rotate_log_key(own_sandbox)
    after, measured_after = sent_case(ready)
    for case, measured in ((replace(before, alone=False), measured_before), (after, measured_after)):
        report = examined(case, measured, lenient)
        assert report.audited.findings == []
        assert report.audited.receipts == 50
    assert len(after.workload.genesis.log_keys) == 2
    rows = json.loads(json.dumps([log_key_row(row) for row in after.workload.genesis.log_keys]))
    first = after.workload.genesis.log_key
    assert (
        chain_from_rows(first, rows, ledger_id=after.workload.genesis.ledger_id)
        == after.workload.genesis.log_keys
    )


@pytest.mark.parametrize(
    "damaged",
    [
        None, [], [1], [{}],
        [{"key": 1}],
    ],
)  # fmt: skip
def test_log_keys_that_are_no_chain_are_not_believed(damaged: object) -> None:
    """Whatever shape they have: a fault, and no other error."""
    first = PrivateKey.generate("Ed25519").public
    with pytest.raises(LedgerFault):
        chain_from_rows(first, damaged, ledger_id="x")
    for later in (
        {},
        {"key": first.jwk(), "from": -1},
        {"key": {}, "from": 1, "order": "", "endorsement": ""},
    ):
        with pytest.raises(LedgerFault):
            chain_from_rows(first, [{"key": first.jwk()}, later], ledger_id="x")


def test_readers_of_a_served_sandbox_are_not_slowed_down(sandbox: Sandbox) -> None:
    """The auditor reads far beyond what a caller may elsewhere: the quota that it is told has room for all of it."""
    with urllib.request.urlopen(f"{sandbox.target.url}/v1/supply", timeout=60) as answer:
        policy = str(answer.headers["RateLimit-Policy"])
    quotas = [int(number) for number in re.findall(r"q=([0-9]+)", policy)]
    assert quotas, policy
    assert min(quotas) >= READS_PER_ADDRESS.orders_burst * LIMITS_TIMES, policy
