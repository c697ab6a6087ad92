"""The bookkeeper on both databases: one outcome per id, conflicts, poison, the fence, and audited books."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger import bookkeeper as bookkeeper_module
from ledger.auditing import audit_ledger
from ledger.bookkeeper import Bookkeeper, CommitUncertain, Poisoned
from ledger.faults import Fault, LedgerFault
from ledger.keys_folder import LOG_KEY, write_private_key
from ledger.opening import create_ledger, open_bookkeeper
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Issue, Leg, Pay
from ledger.orders.signed import VerifiedOrder, open_order, sign_order, verify_order
from ledger.rules import decide as rules_decide
from ledger.rules.changes import Outcome
from ledger.rules.state import State
from ledger.store import batch
from ledger.wire import Answer, AnswerStatus
from tests.naive_model import NaiveLedger
from tests.strategies import HOUR_US, NOW_US, World, genesis_document, key_of


class Opened:
    """A ledger on a real database, with a world that signs for it."""

    def __init__(self, url: str, keys: Path) -> None:
        self.url, self.keys = url, keys
        write_private_key(keys, LOG_KEY, key_of("log"))
        self.genesis: Genesis = create_ledger(url, genesis_document(), key_of("log"), now_us=NOW_US)
        self.world = World(self.genesis)
        self.bookkeeper = self.open()

    def open(self) -> Bookkeeper:
        """Open it for writing, under a new term."""
        return open_bookkeeper(self.url, self.keys, lease_seconds=1).bookkeeper

    def settle(self, *orders: VerifiedOrder) -> list[Answer]:
        """One batch."""
        return self.bookkeeper.settle(orders, now_us=self.world.now_us)

    def reopen(self) -> None:
        """Close and open, as after a restart."""
        self.bookkeeper.close()
        self.bookkeeper = self.open()


@pytest.fixture
def opened(database_url: str, tmp_path: Path) -> Iterator[Opened]:
    """A fresh ledger on each engine."""
    made = Opened(database_url, tmp_path / "keys")
    yield made
    made.bookkeeper.close()


def two_wallets(opened: Opened) -> tuple[str, str]:
    """Asha with money and Juma without."""
    world = opened.world
    registering = [world.registering(name) for name in ("asha", "juma")]
    openings = [world.opening(name) for name in ("asha", "juma")]
    issue = world.verified(Issue(openings[0][1], "TZS", 10_000), "issuer")
    answers = opened.settle(*registering, openings[0][0], openings[1][0], issue)
    assert {answer.status for answer in answers} == {AnswerStatus.ACCEPTED}
    return openings[0][1], openings[1][1]


def payment(opened: Opened, payer: str, payee: str, amount: int = 100, **envelope: str) -> VerifiedOrder:
    """Asha pays."""
    return opened.world.verified(Pay(payer, "TZS", (Leg(payee, amount),)), "asha", **envelope)


def test_one_outcome_per_id_in_a_batch_and_across_batches_and_restarts(opened: Opened) -> None:
    """The same order twice in a batch, in the next one, and after a restart: one record, the same answer."""
    asha, juma = two_wallets(opened)
    order = payment(opened, asha, juma)
    first, twin = opened.settle(order, order)
    (later,) = opened.settle(order)
    opened.reopen()
    (much_later,) = opened.settle(order)
    assert not first.replayed
    for again in (twin, later, much_later):
        assert again == first._replace(replayed=True)
    assert audit_ledger(opened.url).records == first.sequence + 1


def test_another_content_under_the_same_id_is_a_conflict(opened: Opened) -> None:
    """In the same batch and later; the first one stands."""
    asha, juma = two_wallets(opened)
    order = payment(opened, asha, juma)
    other = payment(opened, asha, juma, 200, order_id=order.order.order_id)
    first, conflict = opened.settle(order, other)
    (again,) = opened.settle(other)
    assert first.status is AnswerStatus.ACCEPTED
    for answer in (conflict, again):
        assert answer.fault().fault is Fault.ID_IN_USE


def test_a_refused_order_stays_refused_when_the_money_arrives(opened: Opened) -> None:
    """Refused for lack of money; the money comes; the same order is still refused, with the same record."""
    asha, juma = two_wallets(opened)
    order = payment(opened, asha, juma, 50_000)
    (refused,) = opened.settle(order)
    assert refused.status is AnswerStatus.REFUSED
    opened.settle(opened.world.verified(Issue(asha, "TZS", 90_000), "issuer"))
    assert opened.settle(order) == [refused._replace(replayed=True)]


def test_what_never_reaches_the_rules_leaves_no_record(opened: Opened) -> None:
    """An unknown key and a clock that is far ahead."""
    asha, juma = two_wallets(opened)
    size = opened.bookkeeper.head.size
    unknown = opened.world.verified(Pay(asha, "TZS", (Leg(juma, 1),)), "neema")
    opened.world.now_us += HOUR_US
    ahead = payment(opened, asha, juma)
    opened.world.now_us -= HOUR_US
    faults = [answer.fault().fault for answer in opened.settle(unknown, ahead)]
    assert faults == [Fault.UNKNOWN_KEY, Fault.CLOCK_AHEAD]
    assert opened.bookkeeper.head.size == size


def test_a_key_registered_and_used_in_one_batch(opened: Opened) -> None:
    """Register, open, fund and pay at once; money may be spent right after it came."""
    asha, juma = two_wallets(opened)
    world = opened.world
    opening, neema = world.opening("neema")
    answers = opened.settle(
        world.registering("neema"),
        opening,
        payment(opened, asha, neema, 700),
        world.verified(Pay(neema, "TZS", (Leg(juma, 700),)), "neema"),
    )
    assert [answer.status for answer in answers] == [AnswerStatus.ACCEPTED] * 4


def test_poison_is_rolled_back_and_harms_nobody_else(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug while deciding one order: nothing of the batch is written, and the others go through one by one."""
    asha, juma = two_wallets(opened)
    good, bad = payment(opened, asha, juma), payment(opened, asha, juma)
    decide = rules_decide.decide

    def decide_with_a_bug(order: VerifiedOrder, state: State, now_us: int) -> Outcome:
        if order.order.order_id == bad.order.order_id:
            raise ZeroDivisionError
        return decide(order, state, now_us)

    monkeypatch.setattr(bookkeeper_module, "decide", decide_with_a_bug)
    size = opened.bookkeeper.head.size
    with pytest.raises(Poisoned):
        opened.settle(good, bad)
    with pytest.raises(Poisoned):
        opened.settle(bad)
    assert opened.bookkeeper.head.size == size
    (answer,) = opened.settle(good)
    assert (answer.status, answer.sequence) == (AnswerStatus.ACCEPTED, size)
    audit_ledger(opened.url)


def test_a_deposed_writer_cannot_commit(opened: Opened) -> None:
    """Another term begins behind its back: its next batch is lost with the lease, and nothing of it is written."""
    asha, juma = two_wallets(opened)
    deposed = opened.bookkeeper
    deposed._lease.release()
    if opened.url.startswith("postgresql"):
        deposed._connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")
        deposed._connection.commit()
    opened.bookkeeper = opened.open()
    with pytest.raises(LedgerFault) as caught:
        deposed.settle([payment(opened, asha, juma)], now_us=opened.world.now_us)
    assert caught.value.fault is Fault.LEASE_LOST
    deposed.close()
    (answer,) = opened.settle(payment(opened, asha, juma))
    assert answer.status is AnswerStatus.ACCEPTED
    audit_ledger(opened.url)


def test_a_failed_write_ends_the_memory(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails between deciding and commit is uncertain; after a restart the order is settled once."""
    asha, juma = two_wallets(opened)
    order = payment(opened, asha, juma)

    def no_disk(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(batch, "save", no_disk)
        with pytest.raises(CommitUncertain):
            opened.settle(order)
    opened.reopen()
    (answer,) = opened.settle(order)
    assert (answer.status, answer.replayed) == (AnswerStatus.ACCEPTED, False)
    audit_ledger(opened.url)


def test_random_batches_agree_with_the_naive_ledger(opened: Opened) -> None:
    """Batches of random payments, restarts between them: the same outcomes and balances as the naive ledger."""
    chance, model = random.Random(7), NaiveLedger(opened.world)
    world, settled = opened.world, list[Answer]()

    def settle(*orders: VerifiedOrder) -> None:
        expected = []
        for order in orders:
            reason = model.expected(order, world.now_us)
            expected.append(reason)
            if reason is None:
                address = world.address(names[order.kid], order.order.order_id)
                model.carry_out(order, {"account": address})
        for answer, reason in zip(opened.settle(*orders), expected, strict=True):
            assert (answer.status is AnswerStatus.ACCEPTED) == (reason is None)
            assert reason is None or f'"reason":"{reason.value}"'.encode() in answer.record
            settled.append(answer)

    names = {key_of(name).public.kid: name for name in ("asha", "juma", "neema", "issuer")}
    addresses = []
    for name in ("asha", "juma", "neema"):
        registering = world.registering(name)
        opening, address = world.opening(name)
        addresses.append(address)
        settle(registering, opening, world.verified(Issue(address, "TZS", 5_000), "issuer"))
    for turn in range(12):
        orders = []
        for _ in range(chance.randint(1, 25)):
            legs = tuple(
                Leg(chance.choice(addresses), chance.randint(1, 900)) for _ in range(chance.randint(1, 3))
            )
            signer = chance.choice(("asha", "juma", "neema"))
            orders.append(world.verified(Pay(chance.choice(addresses), "TZS", legs), signer))
        settle(*orders)
        if turn % 4 == 3:
            opened.reopen()
    assert sum(answer.status is AnswerStatus.ACCEPTED for answer in settled) > 20
    assert audit_ledger(opened.url).records == len(settled) + 1
    loaded = batch.load_accounts(opened.bookkeeper._connection, addresses)
    opened.bookkeeper._connection.rollback()
    for address in addresses:
        assert loaded[address].balance == model.balance(address)


def test_an_order_signed_with_p256_is_settled(opened: Opened) -> None:
    """An institution's ES256 key registers itself and opens an account, signed outside of this software."""
    from joserfc import jws
    from joserfc.jwk import ECKey

    from ledger.books.parties import PartyKind
    from ledger.orders.codec import encode_order
    from ledger.orders.kinds import RegisterParty
    from ledger.signing.keys import public_key_from_jwk

    key = ECKey.generate_key("P-256")
    public = public_key_from_jwk(key.as_dict(private=False))
    order = opened.world.order(RegisterParty(PartyKind.PERSON, public))
    header = {"alg": "ES256", "kid": public.kid, "typ": "daftari-order+jws"}
    data = jws.serialize_compact(
        header, encode_order(order, opened.genesis), key, algorithms=["ES256"]
    ).encode()
    verified = verify_order(open_order(data, opened.genesis), public, opened.genesis)
    (answer,) = opened.settle(verified)
    assert answer.status is AnswerStatus.ACCEPTED
    audit_ledger(opened.url)
    assert sign_order(order, key_of("asha"), opened.genesis) != data
