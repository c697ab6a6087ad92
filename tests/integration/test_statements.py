"""Balances as they were and statements of periods, held against a plain reading of all records, on both databases."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.books.accounts import AccountClass, Side
from ledger.enquiries import Enquiries
from ledger.faults import Fault
from ledger.instants import MICROSECONDS_PER_DAY, instant_text
from ledger.money import MINOR_UNITS_MAX
from ledger.orders.kinds import Issue, Leg
from ledger.rules.records import RecordLine, read_record
from ledger.statements import Period, Place, Statements, StatementView
from ledger.store import readings
from ledger.store.engine import reading, reading_engine
from tests.postgres import BorrowedServer, PostgresServer
from tests.refused import refused
from tests.stored import MONEY, StoredLedger
from tests.strategies import HOUR_US, NOW_US

NAMES = ("asha", "juma", "agency")


class Moved(NamedTuple):
    """One entry, as the records alone tell it."""

    sequence: int
    n: int
    recorded_us: int
    change: int
    balance: int


class History:
    """A ledger of some days, and what its records say of each account: the naive reading."""

    def __init__(self, ledger: StoredLedger) -> None:
        self.ledger = ledger
        self._lines: list[RecordLine] = []
        self.statements = Statements(ledger.enquiries.engine, ledger.enquiries.genesis())
        self.addresses = [*ledger.accounts.values(), ledger.enquiries.genesis().backing["TZS"]]

    def lines(self) -> list[RecordLine]:
        """Every record, read once."""
        self._lines += [
            read_record(record) for record in self.ledger.enquiries.records(len(self._lines), 100_000)
        ]
        return self._lines

    def times(self) -> list[int]:
        """When each record was recorded."""
        return [line.recorded_us for line in self.lines()]

    def moved(self, address: str) -> list[Moved]:
        """Every entry of an account, oldest first."""
        currency = self.ledger.enquiries.genesis().currencies["TZS"]
        backing = address == self.addresses[-1]
        found: list[Moved] = []
        balance = 0
        for line in self.lines():
            n, postings = 0, line.members.get("postings", [])
            assert isinstance(postings, list)
            for posting in postings:
                for side in ("debit", "credit"):
                    if posting[side] == address:
                        sign = 1 if (side == "debit") == backing else -1
                        change = sign * currency.parse(posting["amount"])
                        balance += change
                        found.append(Moved(line.sequence, n, line.recorded_us, change, balance))
                        n += 1
        return found

    def balance(self, address: str, size: int) -> int:
        """What the records before `size` leave."""
        return sum(move.change for move in self.moved(address) if move.sequence < size)

    def settled_us(self) -> int:
        """The writer's word: nothing that comes is older than its clock."""
        return self.ledger.world.now_us - 1

    def grow(self, chosen: random.Random, batches: int) -> None:
        """Payments, alone and in batches, some in the very same microsecond, some hours apart."""
        ledger = self.ledger
        for _ in range(batches):
            ledger.world.now_us += chosen.choice((0, 1, 60_000_000, 9 * HOUR_US))
            payer, payee = chosen.sample(("asha", "juma"), 2)
            legs = [Leg(ledger.accounts[chosen.choice((payee, "agency"))], chosen.randint(1, 900))
                    for _ in range(chosen.randint(1, 3))]  # fmt: skip
            ledger.settle(*(ledger.paying(payer, *legs) for _ in range(chosen.randint(1, 3))))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """A ledger with some days of payments."""
    folder = tmp_path_factory.mktemp("history")
    server: PostgresServer | BorrowedServer | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
    url = server.database_url() if server is not None else f"sqlite:///{folder / 'ledger.sqlite'}"
    ledger = StoredLedger.create(url, folder / "keys")
    ledger.person("asha", money=MONEY)
    ledger.person("juma", money=MONEY)
    ledger.institution("agency")
    made = History(ledger)
    made.grow(random.Random(7), 16)
    yield made
    ledger.close()
    if server is not None:
        server.drop_database(url)


def instants(data: st.DataObject, history: History) -> int:
    """An instant at, just before or just after a record, or anywhere."""
    times = history.times()
    history.ledger.world.now_us = max(history.ledger.world.now_us, times[-1] + 3)
    near = st.sampled_from(times).flatmap(lambda at: st.sampled_from((at - 1, at, at + 1)))
    return data.draw(st.one_of(near, st.integers(NOW_US - MICROSECONDS_PER_DAY, times[-1])))


@settings(max_examples=30)
@given(data=st.data())
def test_a_balance_as_of_a_size_is_what_the_records_before_it_leave(
    history: History, data: st.DataObject
) -> None:
    """For every account and every size of the log; None before the account was there."""
    address = data.draw(st.sampled_from(history.addresses))
    size = data.draw(st.integers(0, len(history.times())))
    past = history.statements.balance(address, size)
    view = history.ledger.enquiries.account(address)
    assert view is not None
    if view.account.opened >= size:
        assert past is None
    else:
        assert past is not None
        assert (past.balance, past.log_size) == (history.balance(address, size), size)
        assert past.recorded_us == history.times()[size - 1]


@settings(max_examples=30)
@given(data=st.data())
def test_an_instant_is_the_state_after_its_last_record(history: History, data: st.DataObject) -> None:
    """Halving finds the number of records that were recorded at or before it."""
    instant = instants(data, history)
    times = history.times()
    size = history.statements.size_at(instant, history.settled_us, parameter="as_of")
    assert size == sum(time <= instant for time in times)


def pages(history: History, address: str, period: Period, limit: int) -> list[StatementView]:
    """All pages of a statement, as a client turns them."""
    found: list[StatementView] = []
    after: Place | None = None
    while True:
        view = history.statements.statement(address, period, history.settled_us, limit=limit, after=after)
        assert view is not None
        found.append(view)
        after = view.next
        if after is None:
            return found


@settings(max_examples=30)
@given(data=st.data())
def test_opening_and_movements_make_closing(history: History, data: st.DataObject) -> None:
    """For any period, account and page size: the pages join, and each balance follows from the one before it."""
    address = data.draw(st.sampled_from(history.addresses))
    begin, end = sorted((instants(data, history), instants(data, history)))
    times = history.times()
    view = history.ledger.enquiries.account(address)
    assert view is not None
    if times[view.account.opened] > end:
        nothing = history.statements.statement(address, Period(begin, end), history.settled_us, limit=5)
        assert nothing is None
        return
    found = pages(history, address, Period(begin, end), data.draw(st.sampled_from((1, 2, 7, 1_000))))
    first, last = found[0], found[-1]
    moves = [move for move in history.moved(address) if begin <= move.recorded_us <= end]
    grows = Side.DEBIT if view.account.account_class is AccountClass.BACKING else Side.CREDIT
    came, went = (
        (first.totals.debits, first.totals.credits)
        if grows is Side.DEBIT
        else (first.totals.credits, first.totals.debits)
    )
    assert first.opening + came - went == first.closing
    assert first.opening == sum(move.change for move in history.moved(address) if move.recorded_us < begin)
    assert [
        (row.entry.sequence, row.entry.n, row.entry.balance_after) for page in found for row in page.entries
    ] == [(move.sequence, move.n, move.balance) for move in moves]
    assert first.totals.entries == len(moves)
    assert (first.brought_forward, last.carried_forward) == (first.opening, last.closing)
    assert all(
        page.carried_forward == following.brought_forward for page, following in itertools.pairwise(found)
    )


@settings(max_examples=6)
@given(limit=st.integers(2, 9), seed=st.integers(0, 999))
def test_what_comes_while_pages_are_turned_is_neither_lost_nor_doubled(
    history: History, limit: int, seed: int
) -> None:
    """Pages of entries and of a running statement hold what was there when the first page was read, each entry once."""
    chosen, ledger = random.Random(seed), history.ledger
    address = ledger.accounts["agency"]
    period = Period(NOW_US, history.ledger.world.now_us + 90 * MICROSECONDS_PER_DAY)
    there = [(move.sequence, move.n) for move in history.moved(address)]
    older: list[tuple[int, int]] = []
    before: tuple[int, int] | None = None
    stated: list[tuple[int, int]] = []
    after: Place | None = None
    closing = set()
    turns = 0
    while before is not None or after is not None or not turns:
        if before is not None or not turns:
            page = ledger.enquiries.entries(address, before=before, limit=limit)
            older += [(row.entry.sequence, row.entry.n) for row in page.entries]
            before = older[-1] if page.older else None
        if after is not None or not turns:
            view = history.statements.statement(address, period, history.settled_us, limit=limit, after=after)
            assert view is not None
            stated += [(row.entry.sequence, row.entry.n) for row in view.entries]
            closing.add((view.closing, view.totals.entries))
            after = view.next
        turns += 1
        if turns in (1, 2, 5):
            history.grow(chosen, 1)
    assert older == there[::-1]
    assert stated == there
    assert len(closing) == 1


@settings(max_examples=20)
@given(limit=st.integers(1, 9), start=st.integers(0, 10_000))
def test_pages_turn_back_as_they_turned(history: History, limit: int, start: int) -> None:
    """From any entry, the page after it and the page before it surround it, newest first."""
    address = history.ledger.accounts["asha"]
    places = [(move.sequence, move.n) for move in history.moved(address)][::-1]
    at = start % len(places)
    newer = history.ledger.enquiries.entries(address, after=places[at], limit=limit)
    assert [(row.entry.sequence, row.entry.n) for row in newer.entries] == places[max(0, at - limit) : at]
    assert (newer.newer, newer.older) == (at > limit, True)


def test_cursors_that_no_page_gave_out_are_refused(history: History) -> None:
    """A place of another account, one that is nowhere, one outside the period, a log that is longer than it is."""
    ledger, statements = history.ledger, history.statements
    asha, juma = ledger.accounts["asha"], ledger.accounts["juma"]
    theirs = {(move.sequence, move.n) for move in history.moved(juma)}
    foreign = next(place for move in history.moved(asha) if (place := (move.sequence, move.n)) not in theirs)
    for parameter in ("before", "after"):
        for place in (foreign, (10**17, 0), (0, 0)):
            with refused(Fault.CURSOR_INVALID, parameter=parameter):
                ledger.enquiries.entries(juma, **{parameter: place}, limit=5)
    size, mine = len(history.times()), history.moved(juma)
    whole, late = Period(0, ledger.world.now_us), Period(mine[-1].recorded_us, ledger.world.now_us)
    for period, cursor in (
        (whole, Place(*foreign, size)),
        (whole, Place(mine[0].sequence, 9_999, size)),
        (whole, Place(mine[0].sequence, mine[0].n, size + 1)),
        (whole, Place(mine[0].sequence, mine[0].n, mine[0].sequence)),
        (late, Place(mine[0].sequence, mine[0].n, size)),
    ):
        with refused(Fault.CURSOR_INVALID, parameter="after"):
            statements.statement(juma, period, history.settled_us, limit=5, after=cursor)


def test_what_is_not_settled_is_refused(history: History) -> None:
    """An instant for which a record may still come, a log that is not so long, a period that has not begun."""
    statements, ledger = history.statements, history.ledger
    ledger.world.now_us += HOUR_US
    now_us = ledger.world.now_us
    latest = instant_text(now_us - 1)
    with refused(Fault.AS_OF_AHEAD, latest=latest, parameter="as_of"):
        statements.size_at(now_us, history.settled_us, parameter="as_of")
    assert statements.size_at(now_us - 1, history.settled_us, parameter="as_of") == len(history.times())
    newest = history.times()[-1]
    with refused(Fault.AS_OF_AHEAD, latest=instant_text(newest - 1), parameter="as_of"):
        statements.size_at(newest, lambda: 0, parameter="as_of")
    assert statements.size_at(newest - 1, lambda: 0, parameter="as_of") < len(history.times())
    size = len(history.times())
    with refused(Fault.AS_OF_AHEAD, latest=str(size), parameter="as_of"):
        statements.balance(ledger.accounts["asha"], size + 1)
    with refused(Fault.AS_OF_AHEAD, latest=latest, parameter="from"):
        period = Period(now_us + 1, now_us + 2)
        statements.statement(ledger.accounts["asha"], period, history.settled_us, limit=5)


def test_a_period_says_whether_it_is_over(history: History) -> None:
    """Over as soon as no record of it can come; without the writer's word only what a later record proves."""
    ledger, statements = history.ledger, history.statements
    ledger.world.now_us += HOUR_US
    asha, newest = ledger.accounts["asha"], history.times()[-1]

    def over(to_us: int) -> bool:
        view = statements.statement(asha, Period(0, to_us), history.settled_us, limit=1)
        assert view is not None
        return view.over

    assert (over(newest - 1), over(newest), over(ledger.world.now_us)) == (True, True, False)


def test_too_many_entries_are_refused_and_not_added_up(history: History) -> None:
    """The sums stop one beyond their bound."""
    ledger = history.ledger
    address, size = ledger.accounts["agency"], len(history.times())
    count = len(history.moved(address))
    with reading(ledger.enquiries.engine) as connection:
        whole = readings.movements(connection, address, first=0, until=size, entries_max=count)
        assert whole is not None
        assert whole.entries == count
        assert readings.movements(connection, address, first=0, until=size, entries_max=count - 1) is None


def test_a_statement_beyond_the_bound_says_so(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the bound in the answer."""
    monkeypatch.setattr("ledger.statements.ENTRIES_MAX", 3)
    period = Period(0, history.ledger.world.now_us)
    with refused(Fault.PERIOD_TOO_LONG, entries_max="3"):
        history.statements.statement(history.ledger.accounts["agency"], period, history.settled_us, limit=5)


def test_amounts_at_the_edge_of_64_bits(database_url: str, tmp_path: Path) -> None:
    """The largest amount there is comes through balance, statement and sums whole."""
    ledger = StoredLedger.create(
        database_url, tmp_path / "keys", supply_max=f"{MINOR_UNITS_MAX // 100}.{MINOR_UNITS_MAX % 100:02}"
    )
    address = ledger.person("asha")
    ledger.settle(ledger.world.verified(Issue(address, "TZS", MINOR_UNITS_MAX), "issuer"))
    enquiries = Enquiries(reading_engine(database_url, connections=1))
    statements = Statements(enquiries.engine, enquiries.genesis())
    view = statements.statement(address, Period(0, ledger.world.now_us), lambda: 0, limit=5)
    past = statements.balance(address, enquiries.head().size)
    assert view is not None
    assert past is not None
    assert (view.opening, view.totals.credits, view.closing, past.balance) == (
        0, MINOR_UNITS_MAX, MINOR_UNITS_MAX, MINOR_UNITS_MAX,
    )  # fmt: skip
    enquiries.close()
    ledger.close()
