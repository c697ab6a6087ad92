"""The table of gateway codes names reasons and faults that there are."""

from __future__ import annotations

import re

from ledger.books.bills import BillStatus
from ledger.faults import Fault
from ledger.refusals import Reason
from tests.architecture.house import ROOT

PAGE = ROOT / "docs" / "reference" / "gateway-codes.md"


def test_every_code_of_ours_exists_and_every_one_of_theirs_stands_once() -> None:
    """A reason that was renamed is found here."""
    known = {one.value for group in (Reason, Fault, BillStatus) for one in group} | {"closed"}
    rows = [line.split("|")[1:-1] for line in PAGE.read_text().splitlines() if re.match(r"\| \d{4}", line)]
    named = {word for row in rows for word in re.findall(r"`(\w+)`", row[3])}
    assert named - known == set()
    theirs = [code for row in rows for code in re.findall(r"\d{4}", row[0])]
    assert len(theirs) == len(set(theirs))
    assert {"7204", "7207", "7212", "7213", "7224", "7226", "7279", "7283", "7301", "7302"} <= set(theirs)
