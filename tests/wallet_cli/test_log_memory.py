"""A log that shrinks or changes is noticed; one that is merely read by two wallets at once is not accused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.home import Home, find_home
from wallet_cli.log_memory import LogSeen, log_seen, notice_log
from wallet_cli.profile import Profile

ASHA = Profile(
    name="asha",
    ledger_url="http://127.0.0.1:8470",
    ledger_id="L1",
    address_prefix="tzw",
    log_key={},
    party="p",
    account="a",
    order_kid="k",
    read_kid="r",
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty wallet's home."""
    return find_home({"POCHI_HOME": str(tmp_path / "pochi")})


def checkpoint(size: int, root: str, signature: str = "s") -> str:
    """A checkpoint's text, with another signature where asked."""
    return f"daftari/L1\n{size}\n{root}\n\n— daftari/L1 {signature}\n"


def notice(home: Home, size: int, text: str = "") -> None:
    """Ask and compare at once, as one wallet does."""
    notice_log(home, ASHA, before=log_seen(home, ASHA), size=size, checkpoint=text)


def test_growth_is_remembered(home: Home) -> None:
    """Size and checkpoint come back, an answer without a checkpoint keeps the earlier one."""
    assert log_seen(home, ASHA) == LogSeen("L1", 0, "")
    notice(home, 5, checkpoint(5, "r5"))
    notice(home, 9)
    assert log_seen(home, ASHA) == LogSeen("L1", 9, checkpoint(5, "r5"))
    notice(home, 9, checkpoint(9, "r9"))
    assert log_seen(home, ASHA).checkpoint == checkpoint(9, "r9")


def test_a_log_that_shrank_is_noticed(home: Home) -> None:
    """One entry less than before is history lost, and what was seen stays remembered."""
    notice(home, 9, checkpoint(9, "r9"))
    with pytest.raises(WalletFault) as caught:
        notice(home, 8, checkpoint(8, "r8"))
    assert (caught.value.key, caught.value.exit_code) == ("log_shrank", ExitCode.VERIFICATION_FAILED)
    assert caught.value.details == {"before": 9, "size": 8}
    assert log_seen(home, ASHA).size == 9


def test_another_root_at_the_same_size_is_noticed(home: Home) -> None:
    """The same size with another root is a rewritten history; with another signature it is the same one."""
    notice(home, 9, checkpoint(9, "r9"))
    notice(home, 9, checkpoint(9, "r9", "other signature"))
    with pytest.raises(WalletFault) as caught:
        notice(home, 9, checkpoint(9, "forged"))
    assert (caught.value.key, caught.value.exit_code) == ("log_rewritten", ExitCode.VERIFICATION_FAILED)
    assert log_seen(home, ASHA).checkpoint_body[2] == "r9"


def test_answers_that_overtake_each_other_are_no_alarm(home: Home) -> None:
    """Two wallets asked when the log had 5 entries; the one answered with 6 comes in after the one with 7."""
    notice(home, 5, checkpoint(5, "r5"))
    before = log_seen(home, ASHA)
    notice_log(home, ASHA, before=before, size=7, checkpoint=checkpoint(7, "r7"))
    notice_log(home, ASHA, before=before, size=6, checkpoint=checkpoint(6, "r6"))
    assert log_seen(home, ASHA) == LogSeen("L1", 7, checkpoint(7, "r7"))


def test_overtaking_does_not_hide_a_rewritten_log(home: Home) -> None:
    """Two questions at once, answered with two roots for one size: the second answer is the alarm."""
    before = log_seen(home, ASHA)
    notice_log(home, ASHA, before=before, size=7, checkpoint=checkpoint(7, "r7"))
    with pytest.raises(WalletFault) as caught:
        notice_log(home, ASHA, before=before, size=7, checkpoint=checkpoint(7, "forged"))
    assert caught.value.key == "log_rewritten"


def test_another_ledger_has_another_log(home: Home) -> None:
    """A profile that points to a ledger set up anew begins from nothing."""
    notice(home, 9, checkpoint(9, "r9"))
    assert log_seen(home, replace(ASHA, ledger_id="L2")) == LogSeen("L2", 0, "")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"size": "x"}', '{"ledger_id": "L1", "size": null, "checkpoint": ""}']
)
def test_damaged_memory_is_no_empty_memory(home: Home, text: str) -> None:
    """What cannot be read is reported: starting from nothing would forgive a shrunken log."""
    notice(home, 9)
    home.log_seen_file("asha").write_text(text)
    with pytest.raises(WalletFault) as caught:
        log_seen(home, ASHA)
    assert caught.value.key == "log_memory_damaged"
