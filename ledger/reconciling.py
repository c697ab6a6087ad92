"""Two lists of one day held against each other: what a ledger posted, and what an institution or its bank noted.

Rows belong together by control number and amount. Of what then is left over, a row and a posting of one control number
differ in the amount; a row that equals one which has found its posting is a duplicate; a row whose posting is of a day
beside this one is late. Every row of the list and every posting of the day is in exactly one class.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from ledger.books.bills import control_number_holds
from ledger.faults import LedgerFault
from ledger.money import Currency

SLIPS_SHOWN_MAX = 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)
"""Commas between thousands; any other comma could be a decimal one, and is not guessed at."""
_NEEDED = ("control_number", "amount")


class Listed(NamedTuple):
    """A row of the list: its line in the file (the first is 1), and what it says, in minor units."""

    line: int
    control_number: str
    minor_units: int


class Posted(NamedTuple):
    """A payment that the ledger posted, in minor units. `beside`: on a day before or after the one in question."""

    order: str
    control_number: str
    minor_units: int
    beside: bool = False


class Standing(StrEnum):
    """How a row, a posting, or the two of them stand."""

    MATCHED = "matched"
    MISSING_HERE = "missing_here"
    """In the list, not in the ledger."""
    MISSING_THERE = "missing_there"
    """In the ledger, not in the list."""
    AMOUNT_DIFFERS = "amount_differs"
    LATE = "late"
    DUPLICATE = "duplicate"


class Held(NamedTuple):
    """A row, a posting, or both, and how they stand."""

    standing: Standing
    listed: Listed | None
    posted: Posted | None


class Slip(NamedTuple):
    """What is wrong with a line: `columns`, `encoding`, `formula`, `control_number`, `amount`."""

    line: int
    what: str


@dataclass
class ReadList:
    """The rows of a file, and how many of its lines are wrong; only the first wrong ones are kept."""

    rows: list[Listed] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
    wrong: int = 0

    def note(self, line: int, what: str) -> None:
        """Count a wrong line."""
        self.wrong += 1
        if len(self.slips) < SLIPS_SHOWN_MAX:
            self.slips.append(Slip(line, what))


def read_list(lines: Iterable[bytes], currency: Currency) -> ReadList:
    """A list as CSV: UTF-8 with or without a byte order mark, `,` `;` or tab between cells, a line of headings first.

    Headings are `control_number` and `amount`; other columns are passed over. A cell that a spreadsheet would compute
    makes its line wrong, and so does everything else that is not as it should be: nothing is guessed.
    """
    found = ReadList()
    rows = _cells(lines, found)
    line, headings = next(rows, (1, []))
    names = [heading.strip().lower() for heading in headings]
    if any(names.count(name) != 1 for name in _NEEDED):
        found.note(line, "columns")
        return found
    number_at, amount_at = (names.index(name) for name in _NEEDED)
    for line, cells in rows:
        if not any(cells):
            continue
        if not max(number_at, amount_at) < len(cells) <= len(names):
            found.note(line, "columns")
        elif any(cell.strip(" ").startswith(_FORMULA) for cell in cells):
            found.note(line, "formula")
        else:
            _read_row(line, cells[number_at], cells[amount_at], currency, found)
    return found


def _read_row(line: int, number: str, amount: str, currency: Currency, found: ReadList) -> None:
    digits = number.replace(" ", "").replace("-", "")
    if not control_number_holds(digits):
        found.note(line, "control_number")
        return
    typed = amount.strip()
    if "," in typed and _GROUPED.fullmatch(typed) is None:
        found.note(line, "amount")
        return
    try:
        found.rows.append(Listed(line, digits, currency.parse(typed.replace(",", ""))))
    except LedgerFault:
        found.note(line, "amount")


def _cells(lines: Iterable[bytes], found: ReadList) -> Iterator[tuple[int, list[str]]]:
    """Each line with its number, cut at the mark that the headings use. A line whose bytes are no text is wrong."""
    mark = ","
    for number, data in enumerate(lines, 1):
        try:
            text = data.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            found.note(number, "encoding")
            continue
        if number == 1:
            mark = max(",;\t", key=text.count)
        try:
            yield number, next(csv.reader([text], delimiter=mark, strict=True), [])
        except csv.Error:  # a quotation that does not end on its line could hide or forge rows
            found.note(number, "columns")


def hold(listed: Sequence[Listed], posted: Sequence[Posted]) -> list[Held]:
    """Hold a list against what was posted on its day and on the days beside it; in the order of the list."""
    open_by_row: dict[tuple[str, int], deque[Posted]] = defaultdict(deque)
    for one in sorted(posted, key=lambda each: each.beside):
        open_by_row[one.control_number, one.minor_units].append(one)
    held: dict[int, Held] = {}
    for place, row in enumerate(listed):
        if waiting := open_by_row[row.control_number, row.minor_units]:
            found = waiting.popleft()
            held[place] = Held(Standing.LATE if found.beside else Standing.MATCHED, row, found)
    taken = {(row.listed.control_number, row.listed.minor_units) for row in held.values() if row.listed}
    left: dict[str, deque[Posted]] = defaultdict(deque)
    for waiting in open_by_row.values():
        for one in waiting:
            if not one.beside:
                left[one.control_number].append(one)
    for place, row in enumerate(listed):
        if place not in held:
            held[place] = _left_over(row, taken, left[row.control_number])
    rest = [Held(Standing.MISSING_THERE, None, one) for waiting in left.values() for one in waiting]
    return [held[place] for place in range(len(listed))] + rest


def _left_over(row: Listed, taken: set[tuple[str, int]], left: deque[Posted]) -> Held:
    if (row.control_number, row.minor_units) in taken:
        return Held(Standing.DUPLICATE, row, None)
    if left:
        return Held(Standing.AMOUNT_DIFFERS, row, left.popleft())
    return Held(Standing.MISSING_HERE, row, None)
