"""Enquiries on a ledger that the real bookkeeper wrote, on both databases; also while it goes on writing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.addresses import new_order_id
from ledger.books.accounts import AccountClass, Side
from ledger.books.bills import BillStatus
from ledger.books.parties import Role, Scope
from ledger.directory.kinds import Kind
from ledger.directory.wishes import Change, Token
from ledger.directory_desk import open_desk
from ledger.directory_key import directory_key_path, read_directory_key
from ledger.enquiries import Enquiries
from ledger.faults import Fault
from ledger.instants import MachineClock
from ledger.orders.kinds import Issue, Leg
from ledger.orders.signed import open_order, verify_order
from ledger.proofs.checkpoint import open_checkpoint, origin_of
from ledger.proofs.merkle import leaf_hash, verify_consistency, verify_inclusion
from ledger.proofs.receipt import verify_receipt
from ledger.store.engine import reading_engine
from ledger.wire import AnswerStatus
from tests.refused import refused
from tests.stored import MONEY, StoredLedger
from tests.strategies import NOW_US, SERVICE, key_of


@pytest.fixture
def ledger(database_url: str, tmp_path: Path) -> Iterator[StoredLedger]:
    """A ledger with asha, who has money, juma, who has none, and an agency."""
    ledger = StoredLedger.create(database_url, tmp_path / "keys")
    ledger.person("asha", money=MONEY)
    ledger.person("juma")
    ledger.institution("agency")
    yield ledger
    ledger.close()


def _head(ledger: StoredLedger) -> int:
    return ledger.enquiries.head().size


def test_what_was_never_there_is_not_found(ledger: StoredLedger) -> None:
    """Names that nobody has: an answer, not an error."""
    ask, nowhere = ledger.enquiries, new_order_id(NOW_US)
    assert (ask.outcome(nowhere), ask.receipt(nowhere), ask.party("x"), ask.name("x")) == (
        None,
        None,
        None,
        None,
    )
    assert (ask.account("tzst1x"), ask.key("x"), ask.public_key("x"), ask.key_view("x")) == (
        None,
        None,
        None,
        None,
    )
    assert ask.bill("880000000000") is None
    assert ask.bills_of("x", limit=9) == []
    assert ask.entries("tzst1x", before=None, limit=9).entries == []
    assert ask.records(10_000, 9) == []
    assert ask.tile(0, 7, 1) is None
    assert ask.tile(0, 0, 250) is None


def test_a_key_leads_to_its_party_with_all_keys_and_accounts(ledger: StoredLedger) -> None:
    """What a wallet restored from words needs, in one answer; a revoked key is still known."""
    ledger.settle(ledger.revoking("agency-maker", "agency"))
    kid = key_of("agency-checker").public.kid
    view = ledger.enquiries.key_view(kid)
    assert view is not None
    assert (view.party.roles, view.party.services, view.log_size) == (
        (Role.INSTITUTION,),
        (SERVICE,),
        _head(ledger),
    )
    assert [key.scopes for key in view.keys] == [(Scope.ALL,), (Scope.MAKE,), (Scope.CHECK,)]
    assert [key.revoked for key in view.keys] == [None, _head(ledger) - 1, None]
    (account,) = view.accounts
    assert (account.address, account.account_class) == (ledger.accounts["agency"], AccountClass.COLLECTION)
    assert ledger.enquiries.public_key(key_of("agency-maker").public.kid) == key_of("agency-maker").public
    assert [party.party for party in ledger.enquiries.institutions()] == [view.party.party]


def test_a_balance_names_the_log_that_it_comes_from(ledger: StoredLedger) -> None:
    """The account as it is now, and the size of the log in that state."""
    ledger.settle(ledger.paying("asha", Leg(ledger.accounts["juma"], 25_00)))
    view = ledger.enquiries.account(ledger.accounts["asha"])
    assert view is not None
    assert (view.account.balance, view.account.debits_posted, view.log_size) == (
        MONEY - 25_00,
        25_00,
        _head(ledger),
    )


def test_entries_come_newest_first_in_pages_without_gap_or_repetition(ledger: StoredLedger) -> None:
    """Pages of any size put together are the whole statement, also across the legs of one payment."""
    asha, juma = ledger.accounts["asha"], ledger.accounts["juma"]
    ledger.settle(*(ledger.paying("asha", *[Leg(juma, amount)] * 3) for amount in range(1, 5)))
    whole = ledger.enquiries.entries(asha, before=None, limit=100).entries
    places = [(row.entry.sequence, row.entry.n) for row in whole]
    assert places == sorted(places, reverse=True)
    assert len(places) == 13
    for limit in (1, 2, 5):
        pages, before = list[tuple[int, int]](), None
        while page := ledger.enquiries.entries(asha, before=before, limit=limit).entries:
            assert len(page) <= limit
            pages += [(row.entry.sequence, row.entry.n) for row in page]
            before = pages[-1]
        assert pages == places
    assert whole[0].entry.balance_after == ledger.enquiries.account(asha).account.balance  # type: ignore[union-attr]


def test_an_entry_tells_the_order_behind_it(ledger: StoredLedger) -> None:
    """Kind, purpose, and of a payment with several legs the reference of the very leg, on both sides."""
    asha, juma, agency = (ledger.accounts[name] for name in ("asha", "juma", "agency"))
    legs = (Leg(juma, 1, "J-1"), Leg(agency, 2, "A-1"), Leg(juma, 3), Leg(juma, 4, "J-3"))
    order = ledger.paying("asha", *legs, purpose="SALA")
    ledger.settle(order)
    mine = ledger.enquiries.entries(asha, before=None, limit=4).entries
    assert [row.reference for row in mine] == ["J-3", None, "A-1", "J-1"]
    assert {(row.kind, row.purpose, row.order_id) for row in mine} == {("pay", "SALA", order.order.order_id)}
    theirs = ledger.enquiries.entries(juma, before=None, limit=9).entries
    assert [(row.reference, row.entry.amount_minor_units) for row in theirs] == [
        ("J-3", 4),
        (None, 3),
        ("J-1", 1),
    ]
    assert {row.entry.counterparty for row in theirs} == {asha}
    (issued,) = ledger.enquiries.entries(asha, before=(mine[-1].entry.sequence, 0), limit=9).entries
    assert (issued.kind, issued.entry.side, issued.reference) == ("issue", Side.CREDIT, None)


def test_a_bill_is_shown_with_the_signature_of_its_maker(ledger: StoredLedger) -> None:
    """Institution, service, state, and an order that verifies with the maker's key without asking the ledger."""
    bill, number = ledger.bill("agency", "B-1", 700_00)
    view = ledger.enquiries.bill(number)
    assert view is not None
    assert (view.bill.bill, view.bill.status(NOW_US), view.service) == (bill, BillStatus.OPEN, SERVICE)
    assert (view.institution.title is not None, view.log_size) == (True, _head(ledger))
    genesis = ledger.enquiries.genesis()
    signed = verify_order(open_order(view.raise_order, genesis), view.maker_key, genesis)
    assert signed.order.order_id == bill
    ledger.settle(ledger.paying_bill("asha", number, 700_00))
    paid = ledger.enquiries.bill(number)
    assert paid is not None
    assert paid.bill.status(NOW_US) is BillStatus.PAID
    (entry,) = ledger.enquiries.entries(ledger.accounts["agency"], before=None, limit=9).entries
    assert (entry.kind, entry.control_number, entry.entry.amount_minor_units) == ("pay_bill", number, 700_00)


def test_an_institutions_bills_come_newest_first(ledger: StoredLedger) -> None:
    """Approved or not, up to the limit."""
    for number in range(4):
        ledger.bill("agency", f"B-{number}", 100)
    (institution,) = ledger.enquiries.institutions()
    views = ledger.enquiries.bills_of(institution.party, limit=3)
    assert [view.bill.bill_id for view in views] == ["B-3", "B-2", "B-1"]


def test_an_outcome_tells_who_may_read_it(ledger: StoredLedger) -> None:
    """The signer's party and everybody named: payees, and the institution behind a bill; nobody else."""
    parties = {
        name: ledger.enquiries.key(key_of(name).public.kid).party  # type: ignore[union-attr]
        for name in ("asha", "juma", "agency")
    }
    payment = ledger.paying("asha", Leg(ledger.accounts["juma"], 1))
    _, number = ledger.bill("agency", "B-1", 100)
    bill_payment = ledger.paying_bill("asha", number, 100)
    answers = ledger.settle(payment, bill_payment)
    for order, answer, names in zip(
        (payment, bill_payment), answers, ({"asha", "juma"}, {"asha", "agency"}), strict=True
    ):
        view = ledger.enquiries.outcome(order.order.order_id)
        assert view is not None
        assert (view.record, view.sequence) == (answer.record, answer.sequence)
        assert view.parties == {parties[name] for name in names}


def test_a_refused_order_has_an_outcome_and_a_receipt_too(ledger: StoredLedger) -> None:
    """A "no" is recorded and proved like a "yes"."""
    order = ledger.paying("juma", Leg(ledger.accounts["asha"], 1))
    (answer,) = ledger.bookkeeper.settle([order], now_us=ledger.world.now_us)
    assert answer.status is AnswerStatus.REFUSED
    view = ledger.enquiries.outcome(order.order.order_id)
    assert view is not None
    assert view.record == answer.record
    _verify_receipt(ledger, order.order.order_id)


def _verify_receipt(ledger: StoredLedger, order_id: str) -> int:
    """Check a receipt as its holder would; returns the size of its checkpoint."""
    receipt, genesis = ledger.enquiries.receipt(order_id), ledger.enquiries.genesis()
    assert receipt is not None
    verify_receipt(receipt, ledger_id=genesis.ledger_id, log_keys=[genesis.log_key])
    return receipt.size


def test_a_receipt_keeps_the_checkpoint_of_its_own_batch(ledger: StoredLedger) -> None:
    """It verifies offline, and is the same receipt after the log has grown over several tiles."""
    juma = ledger.accounts["juma"]
    first, second = (ledger.paying("asha", Leg(juma, 1)) for _ in range(2))
    ledger.settle(first, second)
    size = _head(ledger)
    before = ledger.enquiries.receipt(first.order.order_id)
    ledger.settle(*(ledger.paying("asha", Leg(juma, 1)) for _ in range(300)))
    assert ledger.enquiries.receipt(first.order.order_id) == before
    assert (
        _verify_receipt(ledger, first.order.order_id)
        == _verify_receipt(ledger, second.order.order_id)
        == size
    )


def test_anybody_can_check_that_the_log_only_grew(ledger: StoredLedger) -> None:
    """Checkpoints, inclusion and consistency proofs and tiles hold together at every pair of sizes tried."""
    genesis, ask = ledger.enquiries.genesis(), ledger.enquiries

    def signed(text: str) -> tuple[int, bytes]:
        origin = origin_of(genesis.ledger_id)
        checkpoint = open_checkpoint(text, origin=origin, log_keys=[genesis.log_key])
        return checkpoint.size, checkpoint.root

    seen = [signed(ask.checkpoint())]
    for count in (1, 2, 270):
        ledger.settle(*(ledger.paying("asha", Leg(ledger.accounts["juma"], 1)) for _ in range(count)))
        seen.append(signed(ask.checkpoint()))
    new_size, new_root = seen[-1]
    assert (ask.head().size, ask.head().root) == (new_size, new_root)
    for old_size, old_root in seen:
        hashes = ask.consistency(old_size, new_size)
        verify_consistency(
            old_size=old_size, new_size=new_size, old_root=old_root, new_root=new_root, hashes=hashes
        )
    records = ask.records(0, new_size)
    assert len(records) == new_size
    assert ask.records(5, 3) == records[5:8]
    for index in (0, 7, 255, 256, new_size - 1):
        leaf = leaf_hash(records[index])
        hashes = ask.inclusion(index, new_size)
        verify_inclusion(leaf=leaf, index=index, size=new_size, hashes=hashes, root=new_root)
    assert ask.tile(0, 0, 256) == b"".join(leaf_hash(record) for record in records[:256])
    assert ask.tile(0, 1, 2) == b"".join(leaf_hash(record) for record in records[256:258])


def test_a_proof_for_a_log_that_is_not_there_yet_is_a_fault(ledger: StoredLedger) -> None:
    """Whoever asks about the future is told that the proof cannot be made."""
    size = _head(ledger)
    with refused(Fault.PROOF_INVALID, what="tile"):
        ledger.enquiries.inclusion(0, size + 1)
    with refused(Fault.PROOF_INVALID, what="index"):
        ledger.enquiries.inclusion(size, size)
    with refused(Fault.PROOF_INVALID, what="size"):
        ledger.enquiries.consistency(size, size - 1)


def test_the_supply_is_what_the_books_say(ledger: StoredLedger) -> None:
    """Issued, redeemed and outstanding per currency, and a trial balance that balances."""
    tzs, usd = ledger.enquiries.supply().rows
    assert (tzs.currency, tzs.issued, tzs.redeemed, tzs.outstanding) == ("TZS", MONEY, 0, MONEY)
    assert (usd.currency, usd.issued, usd.outstanding) == ("USD", 0, 0)
    view = ledger.enquiries.trial_balance()
    assert (view.balance.differences(), view.balance.outstanding("TZS")) == ({}, MONEY)


def test_a_name_is_read_after_it_was_set(ledger: StoredLedger, tmp_path: Path) -> None:
    """Names go through the one writer, and enquiries see them at once."""
    party = ledger.enquiries.key(key_of("asha").public.kid).party  # type: ignore[union-attr]
    desk = open_desk(ledger.bookkeeper, tmp_path / "directory", MachineClock())
    desk.answer(Change(party, {Kind.NAME: "Asha Juma"}, None, Token("1", 2**60)))
    assert ledger.enquiries.name(party) is None, "without the directory's key nobody has a name"
    ledger.enquiries.directory_key = read_directory_key(directory_key_path(tmp_path / "directory"))
    assert ledger.enquiries.name(party) == "Asha Juma"


def test_every_answer_comes_from_one_state(ledger: StoredLedger) -> None:
    """While batches are committed, the books balance in every answer, and entries fit the log size beside them."""
    asha, juma = ledger.accounts["asha"], ledger.accounts["juma"]
    wrong, sizes, ended = list[str](), set[int](), threading.Event()

    def watch() -> None:
        while not ended.is_set():
            view = ledger.enquiries.trial_balance()
            sizes.add(view.log_size)
            if view.balance.differences() or view.balance.outstanding("TZS") != _issued(view.log_size):
                wrong.append(f"books at {view.log_size}: {view.balance}")
            page = ledger.enquiries.entries(asha, before=None, limit=1)
            if page.entries[0].entry.sequence >= page.log_size:
                wrong.append(f"an entry at {page.entries[0].entry.sequence} in a log of {page.log_size}")

    start = _head(ledger)

    def _issued(size: int) -> int:
        """Each batch below is one issue and one payment."""
        return MONEY + (size - start) // 2

    watchers = [threading.Thread(target=watch) for _ in range(3)]
    for watcher in watchers:
        watcher.start()
    try:
        for _ in range(60):
            issuing = ledger.world.verified(Issue(asha, "TZS", 1), "issuer")
            ledger.settle(issuing, ledger.paying("asha", Leg(juma, 1)))
    finally:
        ended.set()
        for watcher in watchers:
            watcher.join()
    assert wrong == []
    assert len(sizes) > 3


def test_one_connection_is_enough(ledger: StoredLedger, database_url: str) -> None:
    """No enquiry needs a second connection while it holds one, not even the very first."""
    order = ledger.paying("asha", Leg(ledger.accounts["juma"], 1))
    ledger.settle(order)
    _, number = ledger.bill("agency", "B-1", 100)
    for ask in ("outcome", "receipt"):
        enquiries = Enquiries(reading_engine(database_url, connections=1))
        assert getattr(enquiries, ask)(order.order.order_id) is not None
        enquiries.close()
    enquiries = Enquiries(reading_engine(database_url, connections=1))
    assert enquiries.bill(number) is not None
    assert enquiries.entries(ledger.accounts["asha"], before=None, limit=9).entries
    assert enquiries.supply().rows
    enquiries.close()
