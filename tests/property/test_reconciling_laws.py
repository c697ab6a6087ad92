"""Laws of holding two lists against each other, and how a list is read."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.books.bills import control_number_candidates
from ledger.money import Currency
from ledger.reconciling import SLIPS_SHOWN_MAX, Listed, Posted, Standing, hold, read_list

TZS = Currency("TZS", 2)
NUMBERS = control_number_candidates(ledger_id="a ledger", bill="a bill", prefix="88")
ROWS = st.tuples(st.sampled_from(NUMBERS[:3]), st.sampled_from((100, 200, 300)))
LISTS = st.lists(ROWS, max_size=8)


def posted(rows: list[tuple[str, int]], *, beside: bool = False) -> list[Posted]:
    """Postings with orders of their own."""
    return [Posted(f"{'b' if beside else 'o'}{n}", *row, beside=beside) for n, row in enumerate(rows)]


@given(there=LISTS, here=LISTS, around=LISTS)
def test_every_row_and_every_posting_is_in_one_class(
    there: list[tuple[str, int]], here: list[tuple[str, int]], around: list[tuple[str, int]]
) -> None:
    """None is lost, none is told twice; what matches is equal, and amounts add up on both sides."""
    listed = [Listed(line, *row) for line, row in enumerate(there, 2)]
    day = posted(here)
    found = hold(listed, [*day, *posted(around, beside=True)])
    assert [row.listed for row in found if row.listed] == listed
    assert sorted(row.posted.order for row in found if row.posted and not row.posted.beside) == sorted(
        one.order for one in day
    )
    for standing, row, one in found:
        if standing in {Standing.MATCHED, Standing.LATE}:
            assert row is not None
            assert one is not None
            assert (row.control_number, row.minor_units) == (one.control_number, one.minor_units)
            assert one.beside == (standing is Standing.LATE)
        if standing is Standing.AMOUNT_DIFFERS:
            assert row is not None
            assert one is not None
            assert row.control_number == one.control_number
            assert row.minor_units != one.minor_units
    matched = Counter(row.listed[1:] for row in found if row.standing is Standing.MATCHED and row.listed)
    assert matched == Counter(there) & Counter(here)


def test_each_class_by_an_example() -> None:
    """One control number for each."""
    a, b, c, d, e, f = NUMBERS[:6]
    listed = [Listed(n, number, 100) for n, number in enumerate((a, b, c, d, d, e), 2)]
    day = [Posted("1", a, 100), Posted("2", b, 250), Posted("3", d, 100), Posted("4", f, 100)]
    found = hold(listed, [*day, Posted("5", e, 100, beside=True)])
    assert [row.standing.value for row in found] == [
        "matched", "amount_differs", "missing_here", "matched", "duplicate", "late", "missing_there",
    ]  # fmt: skip


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("begins", [b"", b"\xef\xbb\xbf"])
def test_lists_of_several_hands_are_read(mark: str, begins: bytes) -> None:
    """Commas, semicolons, tabs; with a byte order mark or without; columns in any order, others beside them."""
    lines = [
        begins + mark.join(("Amount", "date", "control_number")).encode(),
        mark.join(('"1,500.00"', "2026-11-26", NUMBERS[0])).encode() + b"\r\n",
        b"\n",
    ]
    read = read_list(lines, TZS)
    assert (read.rows, read.wrong) == ([Listed(2, NUMBERS[0], 150_000)], 0)


@pytest.mark.parametrize(
    "line, what",
    [
        (b"1,2", "control_number"),
        (NUMBERS[0][:-1].encode() + b"x,2", "control_number"),
        (NUMBERS[0].encode() + b",-2", "formula"),
        (NUMBERS[0].encode() + b",=1+1", "formula"),
        (NUMBERS[0].encode() + b",0", "amount"),
        (NUMBERS[0].encode() + b",1.001", "amount"),
        (NUMBERS[0].encode() + b",NaN", "amount"),
        (NUMBERS[0].encode(), "columns"),
        (NUMBERS[0].encode() + b",1,500.00", "columns"),
        (NUMBERS[0].encode() + b',"1500,50"', "amount"),
        (NUMBERS[0].encode() + b',"1,2,3"', "amount"),
        (NUMBERS[0].encode() + b",7\r8", "columns"),
        (NUMBERS[0].encode() + b',"7', "columns"),
        (NUMBERS[0].encode() + b", =1+1", "formula"),
        (NUMBERS[0].encode() + b",\xff", "encoding"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_with_its_number(line: bytes, what: str) -> None:
    """And the lines after it are read all the same, so that everything is told at once."""
    good = NUMBERS[1].encode() + b",7"
    read = read_list([b"control_number,amount", line, good], TZS)
    assert [tuple(slip) for slip in read.slips] == [(2, what)]
    assert [row.line for row in read.rows] == [3]


def test_a_list_without_its_columns_is_refused() -> None:
    """Nothing of it is read."""
    read = read_list([b"number,amount", NUMBERS[0].encode() + b",7"], TZS)
    assert (read.rows, [tuple(slip) for slip in read.slips]) == ([], [(1, "columns")])


def test_many_wrong_lines_are_counted_and_few_are_kept() -> None:
    """A file that is no list does not fill the memory with its faults."""
    read = read_list([b"control_number,amount", *[b"x,y"] * 5_000], TZS)
    assert (read.wrong, len(read.slips)) == (5_000, SLIPS_SHOWN_MAX)
