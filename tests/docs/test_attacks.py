"""The list of attacks names tests that are there, and says so where there is none."""

from __future__ import annotations

import re

import pytest

from tests.architecture.house import ROOT

PAGE = ROOT / "docs" / "reference" / "attacks.md"
ATTACKS = 47
ROW = re.compile(r"^\| (\d+) \| (.+?) · (.+?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_the_list_is_whole() -> None:
    """Each attack once, in both languages; who has no test has a word about it."""
    assert [int(number) for number, *_ in ROWS] == list(range(1, ATTACKS + 1))
    assert (
        len({english for _, english, _, _, _ in ROWS})
        == len({swahili for _, _, swahili, _, _ in ROWS})
        == ATTACKS
    )
    assert all(tests or gap for _, _, _, tests, gap in ROWS)
    assert all(" · " in gap for *_, gap in ROWS if gap)


@pytest.mark.parametrize(
    "named", sorted({name for *_, tests, _ in ROWS for name in re.findall(r"`([^`]+)`", tests)})
)
def test_each_test_that_it_names_is_there(named: str) -> None:
    """The file, and the function in it."""
    path, _, function = named.partition("::")
    text = (ROOT / "tests" / path).read_text(encoding="utf-8")
    assert not function or re.search(rf"^def {function}\(", text, re.MULTILINE)
