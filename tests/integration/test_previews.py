"""A preview says exactly what the real call says right after it, and leaves no trace, on both databases."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger import bookkeeper as bookkeeper_module
from ledger.addresses import new_order_id
from ledger.auditing import audit_ledger
from ledger.bookkeeper import Poisoned
from ledger.books.accounts import AccountClass
from ledger.books.parties import Scope
from ledger.faults import Fault
from ledger.instants import Clock
from ledger.intake import ClockWatch, Pace
from ledger.orders.kinds import ApproveBill, Issue, Leg, OpenAccount, Pay, RaiseBill, RevokeKey
from ledger.orders.relayed import relayed
from ledger.orders.signed import VerifiedOrder
from ledger.previews import REQUESTS_WAITING_MAX, Previews
from ledger.rules.changes import Outcome
from ledger.rules.state import State
from ledger.wire import AnswerStatus, Preview, RequestKind, pack_orders, pack_previews, unpack_previews
from tests.stored import MONEY, StoredLedger
from tests.strategies import HOUR_US, NOW_US, SERVICE, key_of

PEOPLE = ("asha", "juma")


@pytest.fixture
def ledger(database_url: str, tmp_path: Path) -> Iterator[StoredLedger]:
    """A ledger with asha and juma, who have money, and an agency with an open bill."""
    made = StoredLedger.create(database_url, tmp_path / "keys")
    for name in PEOPLE:
        made.person(name, money=MONEY // 2)
    made.institution("agency")
    yield made
    made.close()


class Drawn:
    """Orders of every kind, right and wrong, by a seed."""

    def __init__(self, ledger: StoredLedger, seed: int) -> None:
        self.ledger, self.chosen = ledger, random.Random(seed)
        self.bills = [ledger.bill("agency", f"B/{number}", 5_000) for number in range(3)]
        self.earlier: list[VerifiedOrder] = []
        self.kinds: tuple[Callable[[], VerifiedOrder], ...] = (
            self.payment, self.payment, self.overdraft, self.bill_paid, self.raised, self.approved, self.issued,
            self.opened, self.registered, self.key_added, self.revoked, self.expired, self.ahead, self.unknown_key,
            self.repeated, self.conflict, self.odd_currency,
        )  # fmt: skip

    def batch(self) -> list[VerifiedOrder]:
        """A few orders; some of them once more."""
        orders = [self.chosen.choice(self.kinds)() for _ in range(self.chosen.randint(1, 8))]
        if self.chosen.random() < 0.3:
            orders.append(self.chosen.choice(orders))
        self.earlier += orders
        return orders

    def person(self) -> str:
        """Somebody."""
        return self.chosen.choice(PEOPLE)

    def account(self) -> str:
        """Any account."""
        return self.chosen.choice([*self.ledger.accounts.values(), self.ledger.world.genesis.backing["TZS"]])

    def payment(self) -> VerifiedOrder:
        """Perhaps to oneself or to the backing account."""
        return self.ledger.paying(self.person(), Leg(self.account(), self.chosen.randint(1, 500)))

    def overdraft(self) -> VerifiedOrder:
        """More than there is, or nearly all, so that a second one is too much."""
        return self.ledger.paying(self.person(), Leg(self.account(), self.chosen.choice((MONEY, MONEY // 3))))

    def bill_paid(self) -> VerifiedOrder:
        """Perhaps paid before, perhaps with another amount."""
        amount = self.chosen.choice((5_000, 5_000, 4_999))
        return self.ledger.paying_bill(self.person(), self.chosen.choice(self.bills)[1], amount)

    def raised(self) -> VerifiedOrder:
        """By whoever."""
        payee, until = self.ledger.accounts["agency"], self.ledger.world.now_us + HOUR_US
        number = f"C/{self.chosen.randint(1, 9)}"
        body = RaiseBill(number, SERVICE.code, payee, "TZS", 700, until)
        return self.ledger.world.verified(
            body, self.chosen.choice(("agency-maker", "agency-checker", "asha"))
        )

    def approved(self) -> VerifiedOrder:
        """One that was raised in this run, or any other order's id."""
        raised = [order.order.order_id for order in self.earlier if isinstance(order.order.body, RaiseBill)]
        bill = self.chosen.choice([*raised, self.bills[0][0]])
        return self.ledger.world.verified(
            ApproveBill(bill), self.chosen.choice(("agency-checker", "agency-maker"))
        )

    def issued(self) -> VerifiedOrder:
        """By the issuer or somebody else, perhaps beyond the bound."""
        body = Issue(self.account(), "TZS", self.chosen.choice((100, MONEY * 9)))
        return self.ledger.world.verified(body, self.chosen.choice(("issuer", "issuer", "asha")))

    def opened(self) -> VerifiedOrder:
        """Another wallet."""
        return self.ledger.world.opening(self.person())[0]

    def registered(self) -> VerifiedOrder:
        """A new key, or one that is known."""
        return self.ledger.world.registering(self.chosen.choice(("neema", "zuhura", "asha")))

    def key_added(self) -> VerifiedOrder:
        """A second key."""
        return self.ledger.world.adding_key(
            f"second-{self.chosen.randint(1, 3)}", (Scope.READ,), self.person()
        )

    def revoked(self) -> VerifiedOrder:
        """A key that may be there or not."""
        return self.ledger.revoking(f"second-{self.chosen.randint(1, 3)}", self.person())

    def expired(self) -> VerifiedOrder:
        """Signed too long ago."""
        world = self.ledger.world
        pay = Pay(self.ledger.accounts["asha"], "TZS", (Leg(self.ledger.accounts["juma"], 5),))
        world.now_us += 1_000  # no two ids of one instant
        long_ago = new_order_id(world.now_us - 2 * HOUR_US)
        return world.verified(pay, "asha", order_id=long_ago, expires_us=world.now_us - HOUR_US)

    def ahead(self) -> VerifiedOrder:
        """From the future."""
        world = self.ledger.world
        order_id = new_order_id(world.now_us + HOUR_US)
        return world.verified(
            OpenAccount("TZS", AccountClass.WALLET), "asha",
            order_id=order_id, expires_us=world.now_us // 1_000 * 1_000 + 2 * HOUR_US,
        )  # fmt: skip

    def unknown_key(self) -> VerifiedOrder:
        """By nobody that the ledger knows."""
        pay = Pay(self.ledger.accounts["asha"], "TZS", (Leg(self.ledger.accounts["juma"], 5),))
        return self.ledger.world.verified(pay, "nobody")

    def repeated(self) -> VerifiedOrder:
        """The same order again."""
        return self.chosen.choice(self.earlier) if self.earlier else self.payment()

    def conflict(self) -> VerifiedOrder:
        """Another content under an id that is taken."""
        if not self.earlier:
            return self.payment()
        taken = self.chosen.choice(self.earlier).order.order_id
        return self.ledger.world.verified(RevokeKey(key_of("juma").public.kid), "asha", order_id=taken)

    def odd_currency(self) -> VerifiedOrder:
        """A currency that the account does not have."""
        pay = Pay(self.ledger.accounts["asha"], "USD", (Leg(self.ledger.accounts["juma"], 5),))
        return self.ledger.world.verified(pay, "asha")


def stored_rows(ledger: StoredLedger) -> tuple[int, bytes, str]:
    """The log as a reader sees it."""
    head = ledger.enquiries.head()
    return head.size, head.root, head.checkpoint


@pytest.mark.parametrize("seed", range(3))
def test_a_preview_is_what_happens_right_after_it(ledger: StoredLedger, seed: int) -> None:
    """For batches of random orders: the same answers to the byte, and nothing changed by asking, however often."""
    drawn, book = Drawn(ledger, seed), ledger.bookkeeper
    seen = set()
    for _ in range(12):
        orders = drawn.batch()
        now_us = ledger.world.now_us
        memory, stored = copy.deepcopy(book._state), stored_rows(ledger)
        first = book.preview(orders, now_us=now_us)
        assert book.preview(orders, now_us=now_us) == first
        assert (book._state, stored_rows(ledger), book._frontier.root()) == (memory, stored, stored[1])
        answers = book.settle(orders, now_us=now_us)
        assert [preview.answer for preview in first] == answers
        seen |= {answer.status for answer in answers}
        _check_balances(ledger, orders, first)
    assert seen == set(AnswerStatus)
    audit_ledger(ledger.url)


def _check_balances(ledger: StoredLedger, orders: list[VerifiedOrder], previews: list[Preview]) -> None:
    """Only accounts of the signer's party are told; of an order alone, what they hold now."""
    told: dict[str, tuple[str, int]] = {}
    for order, preview in zip(orders, previews, strict=True):
        key = ledger.enquiries.key(order.kid)
        for address, (currency, balance) in preview.balances.items():
            view = ledger.enquiries.account(address)
            assert view is not None
            assert key is not None
            assert (view.account.party, view.account.currency) == (key.party, currency)
            told[address] = (currency, balance)
    if len(orders) == 1:
        for address, (_, balance) in told.items():
            view = ledger.enquiries.account(address)
            assert view is not None
            assert view.account.balance == balance


def test_an_id_that_was_only_previewed_stays_free(ledger: StoredLedger) -> None:
    """After the preview of a refused order, the same id may carry another order; what was accepted is accepted."""
    too_much = ledger.paying("asha", Leg(ledger.accounts["juma"], MONEY * 5))
    (preview,) = ledger.bookkeeper.preview([too_much], now_us=ledger.world.now_us)
    assert preview.answer.status is AnswerStatus.REFUSED
    pay = Pay(ledger.accounts["asha"], "TZS", (Leg(ledger.accounts["juma"], 5),))
    other = ledger.world.verified(pay, "asha", order_id=too_much.order.order_id)
    ledger.settle(other)


def test_a_bug_while_previewing_leaves_everything_as_it_was(
    ledger: StoredLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The memory is put back, and the next batch is settled."""
    order = ledger.paying("asha", Leg(ledger.accounts["juma"], 5))

    def decide_with_a_bug(order: VerifiedOrder, state: State, now_us: int) -> Outcome:
        raise ZeroDivisionError

    memory = copy.deepcopy(ledger.bookkeeper._state)
    with monkeypatch.context() as patch:
        patch.setattr(bookkeeper_module, "decide", decide_with_a_bug)
        with pytest.raises(Poisoned):
            ledger.bookkeeper.preview([order], now_us=ledger.world.now_us)
    assert ledger.bookkeeper._state == memory
    ledger.settle(order)


class StillClock(Clock):
    """A clock that stands."""

    def wall_us(self) -> int:
        """The tests' time, later than all that they signed."""
        return NOW_US + HOUR_US // 2

    def monotonic_us(self) -> int:
        """Nothing passes."""
        return 0


def test_previews_are_bounded(ledger: StoredLedger) -> None:
    """So many requests wait, the others are told to come again; beyond the pace nothing is decided."""
    watch = ClockWatch(StillClock())
    order = ledger.paying("asha", Leg(ledger.accounts["juma"], 5))
    previews = Previews[str](ledger.bookkeeper, ledger.world.genesis, Pace(1, 3))
    assert not previews
    for number in range(REQUESTS_WAITING_MAX):
        assert previews.take(str(number), [relayed(order)]) == b""
    (busy,) = unpack_previews(previews.take("late", [relayed(order)]))
    assert busy.answer.fault().fault is Fault.BUSY
    told = []
    while previews:
        asker, body = previews.answer_next(watch, (), 0)
        told.append((asker, unpack_previews(body)[0].answer))
    assert [asker for asker, _ in told] == [str(number) for number in range(REQUESTS_WAITING_MAX)]
    assert [answer.status for _, answer in told[:3]] == [AnswerStatus.ACCEPTED] * 3
    assert {answer.fault().fault for _, answer in told[3:]} == {Fault.TOO_MANY_REQUESTS}


def test_an_order_that_is_held_off_is_held_off_in_a_preview_too(ledger: StoredLedger) -> None:
    """As the sequencer would answer it; those around it are previewed, in their places."""
    good, bad = (ledger.paying("asha", Leg(ledger.accounts["juma"], 5)) for _ in range(2))
    previews = Previews[str](ledger.bookkeeper, ledger.world.genesis)
    previews.take("me", [relayed(good), relayed(bad), relayed(good)])
    _, body = previews.answer_next(ClockWatch(StillClock()), {bad.content}, 0)
    first, held, again = (preview.answer for preview in unpack_previews(body))
    assert (first.status, held.fault().fault) == (AnswerStatus.ACCEPTED, Fault.INTERNAL_ERROR)
    assert again == first._replace(replayed=True)


def test_previews_travel_whole(ledger: StoredLedger) -> None:
    """What is packed is unpacked; the request says that it is one for previews."""
    orders = [ledger.paying("asha", Leg(ledger.accounts["juma"], amount)) for amount in (5, MONEY * 7)]
    previews = ledger.bookkeeper.preview(orders, now_us=ledger.world.now_us)
    assert unpack_previews(pack_previews(previews)) == previews
    assert [len(preview.balances) for preview in previews] == [1, 0]
    assert pack_orders([relayed(orders[0])], RequestKind.PREVIEW)[0] == RequestKind.PREVIEW
