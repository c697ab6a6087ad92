"""Writes docs/reference/reasons.md from the tables of refusals and faults: `python -m tests.docs.reasons`."""

from __future__ import annotations

from api.problems import REFUSED, STATUS
from ledger.faults import Fault
from ledger.refusals import Reason
from ledger.words import en, sw
from tests.architecture.house import ROOT

PAGE = ROOT / "docs" / "reference" / "reasons.md"
HEAD = """\
# Refusals and faults · Makatazo na hitilafu

Written by `python -m tests.docs.reasons` from the tables of the software; a test fails when they differ. `{name}`
is filled with a detail of the case.

## Refusals · Makatazo

A refusal is the ledger's recorded "no": permanent for that order, HTTP """
REFUSALS = """. The rules check in the order of this table, and the first that
applies is given. *New order*: whether the same wish, signed as a new order later, could be accepted without
anything being mended.

Katazo ni "hapana" ya leja iliyoandikwa: ya kudumu kwa agizo hilo. Kanuni hukagua kwa mpangilio wa jedwali hili, na ya
kwanza inayohusika ndiyo inayotolewa. *New order*: kama nia ileile, ikisainiwa baadaye kama agizo jipya, inaweza
kukubaliwa.

| code | new order | English | Kiswahili |
|---|---|---|---|
"""
FAULTS = """
## Faults · Hitilafu

A fault stopped a request. *Same bytes*: whether sending the very same bytes again may help; that can never pay twice.

Hitilafu ilisimamisha ombi. *Same bytes*: kama kutuma baiti zilezile tena kunaweza kusaidia; hakuwezi kulipa mara mbili.

| code | HTTP | same bytes | English | Kiswahili |
|---|---|---|---|---|
"""


def yes(truth: object) -> str:
    """A mark, or nothing."""
    return "✓" if truth else ""


def cell(words: tuple[str, str]) -> str:
    """Title and detail in a table's cell."""
    return " ".join(words).replace("|", "\\|").replace("\n", " ")


def row(code: str, *cells: object) -> str:
    """A line of a table."""
    return f"| `{code}` | {' | '.join(map(str, cells))} |\n"


def page() -> str:
    """The whole page."""
    refusals = "".join(
        row(reason, yes(reason.retry_with_new_order), cell(en.REASONS[reason]), cell(sw.REASONS[reason]))
        for reason in Reason
    )
    faults = "".join(
        row(fault, STATUS[fault], yes(fault.retryable), cell(en.FAULTS[fault]), cell(sw.FAULTS[fault]))
        for fault in Fault
    )
    return f"{HEAD}{REFUSED}{REFUSALS}{refusals}{FAULTS}{faults}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
