"""Visits: how they travel to the generator, what it does when one goes wrong, and what is watched meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ledger.signing.base64url import decode
from loadtests.budgets import BUDGETS, read_budgets, step_lines
from loadtests.generator import Measured, generate
from loadtests.http_ledger import caller_token
from loadtests.memory import growth, memory_of, watched
from loadtests.people import STEPS
from loadtests.scenarios import forge
from loadtests.shapes import Scenario
from loadtests.visits import CREATED, NOT_PROVED, OK, Ask, Visit, read_visits, write_visits
from tests.loadtests.conftest import Ready, Sandbox

ASCII = st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=30)
ASKS = st.builds(
    Ask,
    kind=st.sampled_from(["pay", "receipt"]),
    expects=st.lists(st.integers(200, 599), min_size=1, max_size=3).map(tuple),
    order=st.none() | st.integers(0, 10**6),
    data=ASCII.map(str.encode),
    path=ASCII,
    token=ASCII,
)
VISITS = st.builds(Visit, st.floats(0, 1e4), st.lists(ASKS, max_size=4).map(tuple))


@given(st.lists(VISITS, max_size=5))
def test_visits_arrive_as_they_were_written(visits: list[Visit]) -> None:
    """Nothing is lost on the way to another process."""
    path = Path(f"/tmp/visits-{os.getpid()}.jsonl")
    try:
        write_visits(path, visits)
        assert list(read_visits(path)) == visits
    finally:
        path.unlink()


def test_a_false_signature_has_the_right_form(sandbox: Sandbox, ready: Ready) -> None:
    """The order is the same, and so is the signature's length; one letter in it is another."""
    (order,) = ready(count=1).script.orders
    signed, _, signature = order.data.rpartition(b".")
    forged_signed, _, forged = forge(order.data).rpartition(b".")
    assert forged_signed == signed
    assert sum(one != other for one, other in zip(signature, forged, strict=True)) == 1
    assert len(decode(forged.decode())) == 64


def test_a_visit_ends_where_it_goes_wrong(sandbox: Sandbox, ready: Ready, tmp_path: Path) -> None:
    """A receipt about another order proves nothing: it is counted as wrong, and what would follow is given up."""
    prepared = ready(count=2)
    workload, (first, second) = prepared.script.workload, prepared.script.orders
    token = caller_token(
        workload.payers[first.payer].key, workload.genesis.ledger_id, issued=int(time.time())
    )
    path = f"/v1/orders/{first.order_id}/receipt"
    good, false = (Ask("receipt", (OK,), None, about.data, path, token) for about in (first, second))
    paying = [Ask("pay", (CREATED,), place, order.data) for place, order in enumerate((first, second))]
    visits = [Visit(0.0, (paying[0], good, false, paying[1], good))]
    measured = generate(
        sandbox.target.url, workload.genesis, visits, tmp_path, seconds=0.5, pool=5, processes=1
    )
    assert (measured.planned, measured.sent, measured.skipped) == (5, 3, 2)
    assert measured.wrong == {("receipt", NOT_PROVED): 1}
    assert measured.times["receipt"].count == measured.times["pay"].count == 1
    assert sorted(measured.answers) == [0]
    assert measured.errors == 3


def test_one_person_who_waits_too_long_breaks_the_budget() -> None:
    """Not the average and not a percentile: the slowest of all, at each step."""
    run, wanted = Measured(planned=0, planned_orders=0), read_budgets(BUDGETS, Scenario.KIKAO_KAZI)
    for step in STEPS:
        for _ in range(999):
            run.times[step].add(12.0)
        run.times[step].add(1_990.0)
    assert all(line.kept for line in step_lines(wanted, run, STEPS))
    run.times["bill"].add(2_010.0)
    assert [line.name for line in step_lines(wanted, run, STEPS) if not line.kept] == ["slowest.bill"]
    assert not all(line.kept for line in step_lines(wanted, Measured(planned=0, planned_orders=0), STEPS))


def test_the_memory_of_a_server_is_seen(sandbox: Sandbox) -> None:
    """Every process of it by what it is, for as long as somebody looks."""
    found = memory_of(sandbox.served.pid)
    assert found.keys() == {"supervisor", "sequencer", "api"}
    assert all(megabytes > 5 for megabytes in found.values())
    with watched(sandbox.served.pid, each=0.05) as seen:
        deadline = time.monotonic() + 20
        while len(seen) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
    assert len(seen) >= 3
    assert abs(sum(seen[-1].by_process.values()) - seen[-1].megabytes) < 1e-6
    assert abs(growth(seen)) < 100
    with watched(None) as nothing:
        pass
    assert nothing == []
