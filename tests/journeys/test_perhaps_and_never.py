"""Orders that the ledger turned away: those that may still be posted stay, those that never can are given up."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.addresses import new_order_id
from ledger.books.accounts import AccountClass
from ledger.instants import MICROSECONDS_PER_SECOND, MachineClock
from ledger.orders.kinds import Body, Leg, OpenAccount, Order, Pay
from ledger.orders.signed import sign_order
from ledger.signing.keys import PrivateKey
from tests.journeys.conftest import Town
from tests.payers import Payer, funded_payers, post
from tests.wallets import Wallet
from wallet_cli.main import run
from wallet_cli.outbox import Outbox

SECOND_US = MICROSECONDS_PER_SECOND


def saved(
    town: Town,
    wallet: Wallet,
    key: PrivateKey,
    body: Body,
    *,
    order_id: str = "",
    age_s: int = 0,
    life_s: int = 600,
) -> str:
    """Put an order into the wallet's outbox, as if it had been sent and nothing was heard. Its id."""
    now_us = MachineClock().wall_us() - age_s * SECOND_US
    order_id = order_id or new_order_id(now_us)
    data = sign_order(Order(order_id, now_us + life_s * SECOND_US, body), key, town.ledger.genesis)
    profile = str(wallet.told("profile", "show")["name"])
    outbox = Outbox(wallet.folder / "state" / "outbox")
    outbox.save(order_id, data, summary={"kind": "pay"}, profile=profile, now_us=now_us)
    return order_id


def test_an_order_of_a_key_that_is_not_known_yet_waits(town: Town, tmp_path: Path) -> None:
    """Turned away again and again it stays, in both languages; once its key is registered the same bytes are posted."""
    wallet, payer = town.newcomer(tmp_path / "neema"), Payer(town.ledger.genesis, PrivateKey.generate())
    order_id = saved(town, wallet, payer.key, OpenAccount("TZS", AccountClass.WALLET))
    for _ in range(2):
        said = wallet.run("outbox", "retry", "--yes", "--json")
        assert said.code == 9, said.text
        assert said.json["orders"] == [{"order": order_id, "outcome": "unknown", "code": "may_be_tried"}]
    for lang, words in (("en", "may still be posted"), ("sw", "huenda likaandikwa")):
        assert words in wallet.ok("outbox", "list", "--lang", lang).text
    (row,) = wallet.told("outbox", "list")["orders"]
    assert (row["order"], row["may_still_be_posted"]) == (order_id, True)
    registering, _ = payer.opening_orders()
    assert post(town.ledger.url, registering).status == 201
    (told,) = wallet.told("outbox", "retry")["orders"]
    assert (told["order"], told["outcome"]) == (order_id, "accepted")
    assert wallet.pending() == []


def test_it_is_given_up_once_it_has_expired(town: Town, tmp_path: Path) -> None:
    """Nobody can post it any more: `outbox list` says so, `retry` asks once more and gives it up. Exit 6."""
    wallet = town.newcomer(tmp_path / "neema")
    body = OpenAccount("TZS", AccountClass.WALLET)
    order_id = saved(town, wallet, PrivateKey.generate(), body, age_s=3_600)
    assert f"{order_id[-8:]} has expired" in wallet.ok("outbox", "list").text
    said = wallet.run("outbox", "retry", "--yes", "--json")
    assert (said.code, said.json["orders"]) == (6, [{"order": order_id, "outcome": "expired"}])
    assert wallet.pending() == []
    assert (wallet.folder / "state" / "outbox" / "dropped" / f"{order_id}.json").exists()


def test_a_clock_that_is_ahead_keeps_the_payment(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The ledger turns it away for now, exit 75; it waits, since a copy may be taken when the time has come."""
    wallet = town.newcomer(tmp_path / "neema")
    for name, value in (wallet.environment() | {"POCHI_LANG": "sw"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(
        "wallet_cli.sending.new_order_id", lambda now_us: new_order_id(now_us + 900 * SECOND_US)
    )
    monkeypatch.setattr("wallet_cli.sending.ORDER_LIFE_US", 1_200 * SECOND_US)
    assert run(["send", town.juma.account, "100", "--yes"]) == 75
    assert "huenda likaandikwa" in " ".join(capsys.readouterr().err.lower().split())
    assert len(wallet.pending()) == 1
    assert wallet.balance == "50000.00"


def test_an_id_that_a_stranger_used_first_settles_it(town: Town, tmp_path: Path) -> None:
    """`retry` says that it can never be posted, exit 7; `drop` gives it up without a question, in both languages."""
    wallet = town.newcomer(tmp_path / "neema")
    mine, stranger = funded_payers(town.ledger, 2, 1_000_00)
    for lang, words in (("en", "Nothing was paid by it"), ("sw", "Halikulipa chochote")):
        order_id, theirs = stranger.payment(mine.account, 100)
        assert post(town.ledger.url, theirs).status == 201
        body = Pay(mine.account, "TZS", (Leg(wallet.account, 100),))
        assert saved(town, wallet, mine.key, body, order_id=order_id) == order_id
        assert (
            wallet.run("api", "GET", f"/v1/orders/{order_id}").code == 5
        )  # a stranger's, as if it were not there
        said = wallet.run("outbox", "retry", "--yes", "--json", "--lang", lang)
        assert said.code == 7, said.text
        assert said.json["orders"] == [{"order": order_id, "outcome": "impossible", "code": "id_taken"}]
        assert words in wallet.run("outbox", "retry", "--yes", "--lang", lang).text
        assert words in wallet.ok("outbox", "drop", order_id, "--no-input", "--lang", lang).text
        assert wallet.pending() == []


def test_an_id_of_an_order_that_one_may_read_is_compared(town: Town, tmp_path: Path) -> None:
    """The other order pays this very wallet, so its record is shown: it is another, and this one is given up."""
    wallet = town.newcomer(tmp_path / "neema")
    mine, stranger = funded_payers(town.ledger, 2, 1_000_00)
    order_id, theirs = stranger.payment(wallet.account, 100)
    assert post(town.ledger.url, theirs).status == 201
    saved(town, wallet, mine.key, Pay(mine.account, "TZS", (Leg(wallet.account, 100),)), order_id=order_id)
    assert "Nothing was paid by it" in wallet.ok("outbox", "drop", order_id, "--no-input").text
    assert wallet.pending() == []


def test_paying_under_an_id_that_is_taken_says_so_and_works_the_next_time(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 7, nothing was paid and nothing waits; the same command again makes a new id by itself."""
    wallet = town.newcomer(tmp_path / "neema")
    mine, stranger = funded_payers(town.ledger, 2, 1_000_00)
    order_id, theirs = stranger.payment(mine.account, 100)
    assert post(town.ledger.url, theirs).status == 201
    for name, value in wallet.environment().items():
        monkeypatch.setenv(name, value)
    words = ["send", town.juma.account, "100", "--yes", "--lang", "en"]
    with monkeypatch.context() as taken:
        taken.setattr("wallet_cli.sending.new_order_id", lambda _now_us: order_id)
        assert run(words) == 7
    assert "can never be posted" in capsys.readouterr().err
    assert (wallet.pending(), wallet.balance) == ([], "50000.00")
    assert run(words) == 0
    assert wallet.balance == "49900.00"
