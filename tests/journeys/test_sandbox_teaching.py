"""A sandbox that teaches: every case tried as its table says, time that passes, and a token for other tools."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.journeys.conftest import Town, settled

REFUSED = {
    "expired": "bill_expired",
    "paid": "bill_paid",
    "cancelled": "bill_cancelled",
    "frozen": "payee_frozen",
}


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of its own, whose time may pass."""
    there = settled(tmp_path_factory.mktemp("practice"))
    yield there
    there.ledger.stop()


def test_each_case_becomes_what_its_table_says(practice: Town) -> None:
    """Made twice: the institutions are there already, the numbers are new. What is refused says why."""
    faucet = ("--faucet-key", str(practice.faucet))
    before = {row["control_number"] for row in practice.asha.told("sandbox", "cases", *faucet)["cases"]}
    made = practice.asha.told("sandbox", "cases", *faucet)["cases"]
    assert before.isdisjoint(row["control_number"] for row in made)
    numbers = {row["case"]: row["control_number"] for row in made}
    assert list(numbers) == ["open", "expired", "paid", "cancelled", "frozen", "slow", "dropped", "unheard"]
    for row in made:
        said = practice.asha.run("pay", row["control_number"], "--yes", "--json")
        if (reason := REFUSED.get(row["case"])) is None:
            assert said.code == 0, (row, said.text)
        else:
            assert (said.code, reason in row["becomes"]) == (6, True), (row, said.text)
            told = json.loads(said.err.strip().splitlines()[-1])
            whys = {told["code"], told["details"].get("reason"), told["details"].get("state")}
            assert whys & {reason, row["case"].upper()}, told
    (webhook,) = practice.asha.told("webhook", "list", "--profile", "practice-unheard")["webhooks"]
    assert webhook["backlog"] >= 1


def test_time_passes_and_every_wallet_goes_with_it(practice: Town, tmp_path: Path) -> None:
    """Who did not move the clock learns of it at the first question; a new wallet too."""
    number = practice.new_bill("1,000", "--days", "2")
    assert practice.asha.told("sandbox", "clock")["ahead_seconds"] == 0
    wrong = practice.asha.run("sandbox", "clock", "3 days", "--faucet-key", str(practice.faucet))
    assert (wrong.code, "24h" in wrong.text) == (2, True)
    moved = practice.asha.told("sandbox", "clock", "+3d", "--faucet-key", str(practice.faucet))
    assert moved["ahead_seconds"] == 3 * 86_400
    for wallet in (practice.juma, practice.asha):
        wallet.ok("balance")
        wallet.ok("history")
    assert practice.asha.run("pay", number, "--yes").code == 6
    practice.asha.ok("send", "juma", "100", "--yes")
    assert "+0 s" in practice.juma.ok("doctor").text
    late = practice.newcomer(tmp_path / "late")
    late.ok("send", practice.asha.account, "1", "--yes")
    practice.asha.ok("pay", practice.new_bill("500"), "--yes")


def test_a_token_for_other_tools(practice: Town) -> None:
    """It reads over plain HTTP; it stands alone, and for no longer than a day."""
    token = practice.asha.ok("api", "--token", "24h").out.strip()
    url = f"{practice.ledger.url}/v1/accounts/{practice.asha.account}"
    with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"}), timeout=10) as answer:
        assert json.load(answer)["account"] == practice.asha.account
    for words in (("--token", "25h"), ("--token", "soon"), ("GET", "/v1/ledger", "--token", "1h"), ()):
        assert practice.asha.run("api", *words).code == 2, words
