"""A small stored ledger in which everything happens that orders can make happen: the ground for exports and audits."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ledger.books.accounts import AccountClass
from ledger.books.freezes import FreezeScope
from ledger.books.parties import Role, Scope
from ledger.instants import day_text, eat_day
from ledger.keys_folder import log_key_name, write_private_key
from ledger.orders.kinds import AttestBacking, CloseAccount, GrantRole, Issue, Leg, OpenAccount, Pay, Redeem
from ledger.wire import AnswerStatus
from tests.stored import MONEY, StoredLedger
from tests.strategies import HOUR_US, key_of


@dataclass
class BusyLedger:
    """Where it is stored, and every checkpoint that somebody outside could have kept, by size."""

    url: str
    keys: Path
    checkpoints: dict[int, str]


def busy_ledger(url: str, keys: Path, *, copies: dict[int, Path] | None = None) -> BusyLedger:
    """Two people with money, one without, an institution, bills in every state, corrections, dollars, refusals.

    `copies` is filled with copies of a SQLite database as it was at each size at which a checkpoint was kept.
    """
    stored = StoredLedger.create(url, keys, rules=1)
    kept: dict[int, str] = {}

    def keep() -> None:
        size = stored.bookkeeper.head.size
        kept[size] = stored.bookkeeper.head.checkpoint
        if copies is not None:
            copies[size] = _copied(Path(url.removeprefix("sqlite:///")), size)

    try:
        keep()
        for step in (_people, _institution, _payments, _corrections, _full_bills, _dollars, _refusals):
            step(stored)
            keep()
        _standing(stored, keys)
        keep()
    finally:
        stored.close()
    return BusyLedger(url, keys, kept)


def _copied(path: Path, size: int) -> Path:
    copy = path.with_name(f"{path.stem}-{size}.sqlite")
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    return copy


def _people(stored: StoredLedger) -> None:
    stored.person("asha", money=MONEY)
    stored.person("juma", money=MONEY)
    stored.person("neema")
    stored.settle(stored.world.adding_key("asha-read", (Scope.READ,), "asha"))
    stored.settle(stored.world.adding_key("asha-second", (Scope.ALL,), "asha"))
    stored.settle(stored.revoking("asha-second", "asha"))


def _institution(stored: StoredLedger) -> None:
    stored.institution("port")
    _, paid = stored.bill("port", "B/1", 37_500_00)
    stored.bill("port", "B/2", 12_00)
    stored.settle(stored.paying_bill("asha", paid, 37_500_00))


def _payments(stored: StoredLedger) -> None:
    asha, juma, neema = (stored.accounts[name] for name in ("asha", "juma", "neema"))
    stored.settle(
        stored.paying(
            "asha", Leg(juma, 1, "REF/1"), Leg(neema, 250_99, "REF-2"), Leg(juma, 3), purpose="GDDS"
        ),
        stored.paying("juma", Leg(asha, 99)),
        stored.paying("neema", Leg(asha, 50_99)),
    )
    stored.settle(stored.paying("juma", Leg(neema, 1_000_00)))


def _corrections(stored: StoredLedger) -> None:
    """The newer rules adopted, then refunds, reversals, freezes, an account closed, money redeemed."""
    world = stored.world
    stored.settle(stored.adopting(2))
    payments = [
        stored.paying("asha", Leg(stored.accounts["juma"], amount)) for amount in (500, 600, 700, 800)
    ]
    stored.settle(*payments)
    stored.settle(stored.refunding("juma", payments[0], 100), stored.refunding("juma", payments[1], 600))
    stored.settle(stored.reversing(payments[2]))
    stored.settle(stored.reversing(payments[3]))
    freeze = stored.freezing("neema", FreezeScope.DEBITS)
    stored.settle(freeze, stored.freezing("juma", until_us=world.now_us + HOUR_US))
    stored.settle(stored.unfreezing("neema", freeze), stored.freezing("neema"))
    opening, address = world.opening("asha")
    stored.settle(opening)
    stored.settle(world.verified(CloseAccount(address), "asha"))
    stored.settle(stored.world.verified(GrantRole(_party(stored, "asha"), Role.AUDITOR), "authority"))
    faucet = stored.world.genesis.address_of("2900")
    stored.settle(world.verified(Issue(faucet, "TZS", 1_000), "issuer"))
    stored.settle(world.verified(Redeem(faucet, "TZS", 400), "faucet"))


def _full_bills(stored: StoredLedger) -> None:
    """The rules of bills in full, and one bill of every kind."""
    stored.settle(stored.adopting(3))
    stored.everything_about_bills("port", "asha")


def _party(stored: StoredLedger, name: str) -> str:
    account = stored.enquiries.account(stored.accounts[name])
    assert account is not None
    return account.account.party


def _dollars(stored: StoredLedger) -> None:
    opening = stored.world.verified(OpenAccount("USD", AccountClass.WALLET), "asha")
    (answer,) = stored.settle(opening)
    address = answer.record.decode().rpartition('"account":"')[2].partition('"')[0]
    stored.settle(stored.world.verified(Issue(address, "USD", 12_34), "issuer"))
    stored.accounts["asha-usd"] = address


def _standing(stored: StoredLedger, keys: Path) -> None:
    """The log key hands over, the backing is attested, two days end."""
    world = stored.world
    write_private_key(keys, log_key_name(key_of("log-2").public.kid), key_of("log-2"))
    stored.settle(world.rotating("log-2"))
    today = day_text(eat_day(world.now_us))
    stored.settle(world.verified(AttestBacking("TZS", 400, today, "BOT/1"), "auditor"))
    stored.settle(world.verified(AttestBacking("USD", 0, today, "BOT/2"), "auditor"))
    world.now_us += 48 * HOUR_US
    stored.settle(stored.paying("asha", Leg(stored.accounts["port"], 8)))
    refused = world.verified(Issue(stored.accounts["port"], "TZS", 1), "registrar")
    stored.bookkeeper.settle([refused], now_us=world.now_us)


def _refusals(stored: StoredLedger) -> None:
    world, juma = stored.world, stored.accounts["juma"]
    orders = [
        stored.paying("neema", Leg(juma, MONEY)),
        world.verified(Pay(juma, "TZS", (Leg(stored.accounts["asha"], 1),)), "asha"),
        world.verified(Issue(juma, "TZS", 1), "registrar"),
    ]
    answers = stored.bookkeeper.settle(orders, now_us=world.now_us)
    assert {answer.status for answer in answers} == {AnswerStatus.REFUSED}
    stored.settle(stored.paying("asha", Leg(stored.accounts["port"], 7)))
