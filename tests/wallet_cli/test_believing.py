"""What the wallet believes of an answer: only what fits the bytes it signed, and nothing of a hostile shape."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.faults import LedgerFault
from ledger.strict_json import dumps
from wallet_cli import answers
from wallet_cli.bills import grouped, read_control_number
from wallet_cli.client import Reply
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.outbox import SavedOrder
from wallet_cli.pinned import mark_of, meet_ledger
from wallet_cli.sending import NOTHING_POSTED, checked_outcome, read_reply, reason_words

ORDER = SavedOrder("01900000-0000-7000-8000-000000000000", b"aaaa.bbbb.cccc", {}, "", "asha")


def answer(**changes: Any) -> Reply:
    """An accepted outcome about ORDER, with some of its members changed; `record_...` changes the record's."""
    line: dict[str, Any] = {
        "sequence": 7,
        "recorded_at": "2026-11-24T12:00:00.000000Z",
        "rules": 1,
        "cause": {"order": "aaaa.bbbb.cccc"},
        "outcome": "accepted",
        "postings": [],
        "result": {},
    }
    line |= {
        name.removeprefix("record_"): value for name, value in changes.items() if name.startswith("record_")
    }
    members: dict[str, Any] = {
        "order": ORDER.order_id,
        "outcome": "accepted",
        "replayed": False,
        "sequence": 7,
        "recorded_at": line["recorded_at"],
        "result": {},
        "record": dumps(line).decode(),
    }
    members |= {name: value for name, value in changes.items() if not name.startswith("record_")}
    return Reply(201, members, {})


def test_an_answer_about_this_very_order_is_believed() -> None:
    """The record holds the signed bytes, and agrees with what stands beside it."""
    outcome = checked_outcome(answer(), ORDER)
    assert (outcome.accepted, outcome.sequence, outcome.replayed) == (True, 7, False)
    refused = answer(
        outcome="refused",
        record_outcome="refused",
        record_reason="insufficient_funds",
        record_details={"needed": "5.00"},
    )
    outcome = checked_outcome(refused, ORDER)
    assert (outcome.accepted, outcome.reason, outcome.details) == (
        False,
        "insufficient_funds",
        {"needed": "5.00"},
    )
    assert "5.00" in reason_words(outcome.reason, outcome.details, "en")[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"record_cause": {"order": "aaaa.bbbb.dddd"}},
        {"record_cause": {"genesis": {}}},
        {"record_cause": "aaaa.bbbb.cccc"},
        {"record_outcome": "refused"},
        {"outcome": "refused"},
        {"outcome": "perhaps", "record_outcome": "perhaps"},
        {"record_sequence": 8},
        {"sequence": 8},
        {"record_sequence": "7", "sequence": "7"},
        {"order": "01900000-0000-7000-8000-000000000001"},
        {"record_recorded_at": "yesterday"},
        {"record": "{}"},
        {"record": ""},
        {"record": None},
        {"record": "[" * 1_000},
    ],
    ids=str,
)
def test_an_answer_about_anything_else_is_not(changes: dict[str, Any]) -> None:
    """Exit 10 for every member that does not fit."""
    with pytest.raises(WalletFault) as fault:
        checked_outcome(answer(**changes), ORDER)
    assert (fault.value.key, fault.value.exit_code) == ("answer_forged", ExitCode.VERIFICATION_FAILED)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_settles_nothing_is_sent_again(status: int) -> None:
    """A fault of the moment asks for the same bytes once more."""
    assert read_reply(Reply(status, {}, {}), ORDER, url="http://x", first=True) is None


@pytest.mark.parametrize("status", [400, 401, 409, 413, 415])
def test_only_a_first_no_to_the_form_means_that_nothing_was_posted(status: int) -> None:
    """After a lost answer the very same "no" proves nothing, and the order stays in the outbox."""
    reply = Reply(status, {"code": "malformed", "title": "T"}, {})
    with pytest.raises(WalletFault) as fault:
        read_reply(reply, ORDER, url="http://x", first=True)
    assert fault.value.key == "never_recorded"
    with pytest.raises(WalletFault) as fault:
        read_reply(reply, ORDER, url="http://x", first=False)
    assert fault.value.key != "never_recorded"
    with pytest.raises(WalletFault) as fault:
        read_reply(Reply(400, {"code": "other_ledger"}, {}), ORDER, url="http://x", first=True)
    assert fault.value.key == "other_ledger"


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    "status, code, exit_code",
    [
        (400, "clock_ahead", ExitCode.TRY_AGAIN_LATER),
        (401, "unknown_key", ExitCode.NOT_AUTHORISED),
        (403, "", ExitCode.NOT_AUTHORISED),
        (404, "not_found", ExitCode.NOT_FOUND),
        (400, "a_code_of_tomorrow", ExitCode.UNEXPECTED),
    ],
)
def test_a_no_that_may_turn_into_a_yes_gives_nothing_up(
    status: int, code: str, exit_code: ExitCode, *, first: bool
) -> None:
    """A clock goes on and a key is registered: a copy on its way may be taken, also by whatever says an unknown no."""
    with pytest.raises(WalletFault) as fault:
        read_reply(Reply(status, {"code": code, "title": "T"}, {}), ORDER, url="http://x", first=first)
    assert (fault.value.key, fault.value.exit_code) == ("may_be_tried", exit_code)
    assert fault.value.key not in NOTHING_POSTED


@pytest.mark.parametrize("first", [True, False])
def test_an_id_that_stands_for_another_order_settles_it(*, first: bool) -> None:
    """Had this order been recorded, its outcome would come: nothing was posted by it, however often it was sent."""
    with pytest.raises(WalletFault) as fault:
        read_reply(Reply(409, {"code": "id_in_use"}, {}), ORDER, url="http://x", first=first)
    assert (fault.value.key, fault.value.exit_code) == ("id_taken", ExitCode.CONFLICT)
    assert fault.value.key in NOTHING_POSTED


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.text(max_size=6)
    | st.sampled_from(["accepted", "2026"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.property
@given(
    members=st.dictionaries(
        st.sampled_from(["order", "outcome", "sequence", "record", "replayed"]), json_values
    ),
    line=st.dictionaries(
        st.sampled_from(["cause", "outcome", "sequence", "result", "reason", "details"]), json_values
    ),
)
def test_no_answer_of_any_shape_is_believed_or_breaks(members: dict[str, Any], line: dict[str, Any]) -> None:
    """Arbitrary JSON in place of an outcome: always one typed fault, never another exception."""
    whole = {"record": json.dumps(line), "outcome": line.get("outcome")} | members
    with pytest.raises(WalletFault) as fault:
        checked_outcome(Reply(201, whole, {}), ORDER)
    assert fault.value.key == "answer_forged"


@pytest.mark.property
@given(
    st.dictionaries(
        st.sampled_from(["ledger", "genesis_record", "checkpoint", "log_size", "time"]), json_values
    )
)
def test_no_ledger_of_any_shape_is_met(members: dict[str, Any]) -> None:
    """The same for the first look at a ledger."""
    with pytest.raises(WalletFault) as fault:
        meet_ledger(members)
    assert fault.value.key in ("answer_member", "ledger_not_itself")


@pytest.mark.property
@given(json_values, json_values)
def test_members_are_read_strictly(value: Any, other: Any) -> None:
    """Each reader gives its own kind back or one fault that names the member."""
    readers = {
        answers.text: str,
        answers.whole: int,
        answers.table: dict,
        answers.tables: list,
        answers.instant: int,
    }
    for read, kind in readers.items():
        try:
            found = read({"x": value, "y": other}, "x")
        except WalletFault as fault:
            assert (fault.key, fault.details) == ("answer_member", {"member": "x"})  # noqa: PT017 - either may happen
        else:
            assert type(found) is kind


def test_control_numbers_are_read_as_people_write_them() -> None:
    """Spaces and dashes do not matter, every other slip does."""
    number = "880000000000"
    numbers = [f"88000000000{digit}" for digit in range(10)]
    (right,) = [each for each in numbers if _reads(each)]
    assert read_control_number(grouped(right)) == right
    assert read_control_number(f" {right[:6]}-{right[6:]} ") == right
    for wrong in (right[:-1], f"{right}0", right.replace("0", "o", 1), "٨٨٠٠٠٠٠٠٠٠٠٠", "", number[:-1] + "x"):
        assert not _reads(wrong)


def _reads(typed: str) -> bool:
    try:
        return bool(read_control_number(typed))
    except WalletFault as fault:
        assert fault.exit_code is ExitCode.USAGE  # noqa: PT017 - either may happen
        return False


def test_marks_tell_ledgers_apart() -> None:
    """Four words of the list; another id, other words."""
    marks = {mark_of(f"{number:043}") for number in range(200)}
    assert len(marks) == 200
    assert all(len(mark.split("-")) == 4 for mark in marks)


def test_an_unknown_reason_is_shown_as_it_is() -> None:
    """A newer ledger may refuse for a reason that this wallet has no words for."""
    assert reason_words("moon_phase", {}, "sw") == ("moon_phase", "")


def test_a_fault_of_the_ledgers_code_is_no_wallet_fault() -> None:
    """The two families stay apart: what `ledger` raises is turned into words before it reaches a person."""
    assert not issubclass(LedgerFault, WalletFault)
