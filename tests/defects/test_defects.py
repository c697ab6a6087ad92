"""The deliberate defects in short: all of them still apply, and the quick ones are caught. `make defects` tries all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.house import ROOT
from tests.defects.applying import Verdict, applies, copy_project, try_defect
from tests.defects.registry import DEFECTS, Defect
from tests.defects.run import main

QUICK = [defect for defect in DEFECTS if defect.quick]


def test_there_are_enough_of_them_each_with_a_name_of_its_own() -> None:
    """Forty at least; three of them quick enough to be tried here."""
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS) >= 40
    assert len(QUICK) >= 3


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_each_defect_still_applies(defect: Defect) -> None:
    """The text that it replaces stands in its file once, and the tests that are to catch it exist."""
    assert defect.right != defect.wrong
    assert applies(defect), (
        f"mend tests/defects/registry.py: {defect.file} does not hold this once:\n{defect.right}"
    )
    for test in defect.tests:
        path, _, name = test.partition("::")
        assert (ROOT / path).exists()
        assert not name or f"def {name.partition('[')[0]}(" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_quick_ones_are_caught(tmp_path: Path) -> None:
    """Each of them, applied to a copy, makes the test fail that is named for it."""
    copy = copy_project(tmp_path)
    ran = {defect.name: try_defect(defect, copy) for defect in QUICK}
    assert {name: one.verdict for name, one in ran.items()} == dict.fromkeys(ran, Verdict.CAUGHT)


@pytest.mark.slow
def test_a_survivor_and_a_stale_defect_are_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A change that breaks nothing survives, one whose text is gone is stale; an unknown name is no success."""
    copy = copy_project(tmp_path)
    harmless = Defect(
        "harmless", "a comment is lost", "ledger/money.py", "Never a float, never negative.", "Never a float.",
        ("tests/ledger/rules/test_edges.py::test_supply_max_is_exact",),
    )  # fmt: skip
    assert try_defect(harmless, copy).verdict is Verdict.SURVIVED
    gone = Defect("gone", "", "ledger/money.py", "no such words", "", harmless.tests)
    assert try_defect(gone, copy).verdict is Verdict.STALE
    nowhere = Defect(
        "nowhere", "", "ledger/money.py", harmless.right, harmless.wrong, ("tests/ledger::test_no",)
    )
    assert try_defect(nowhere, copy).verdict is Verdict.UNCLEAR
    assert main(["no-such-defect"]) == 1
    assert "There is no such defect" in capsys.readouterr().out
