"""`pochi sandbox cases`: a control number for everything that can become of a payment, made anew at each call."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click

from ledger.books.bills import CancelReason
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.parties import BillService, PartyKind, Title
from ledger.instants import MICROSECONDS_PER_SECOND, instant_text
from ledger.orders.kinds import ApproveBill, Body, CancelBill, FreezeAccount, PayBill
from ledger.orders.odd_amounts import OddAmount
from ledger.signing.keys import PrivateKey
from ledger.strict_json import dumps
from wallet_cli import answers, opening
from wallet_cli.agencies import (
    CHECKER,
    FAUCET,
    MAKER,
    Bill,
    clerk_order,
    control_number_in,
    faucet_account,
    make_agency,
    raise_and_approve,
    sandbox_key,
)
from wallet_cli.bills import grouped
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.profile import Profile
from wallet_cli.running import command
from wallet_cli.sending import own_sender, require_accepted
from wallet_cli.session import Session
from wallet_cli.unlocking import unlock
from wallet_cli.web import route

SERVICE = BillService("MAZOEZI", Title("Practice", "Mazoezi"))
MINOR_UNITS = 500_000
NOBODYS_URL = "http://127.0.0.1:9/notices"
"""Port 9 is `discard`, which machines of today leave closed."""
EXPIRY_SECONDS = 4
DAYS = 30

_PRACTICE, _FROZEN, _UNHEARD = "practice", "practice-frozen", "practice-unheard"
_TITLES = {
    _PRACTICE: Title("Practice Office", "Ofisi ya Mazoezi"),
    _FROZEN: Title("Practice Office, frozen", "Ofisi ya Mazoezi, imezuiwa"),
    _UNHEARD: Title("Practice Office, unheard", "Ofisi ya Mazoezi, isiyosikika"),
}


class _Case(NamedTuple):
    name: str
    control_number: str
    minor_units: int


class _Bench:
    """Where the cases are made: the sandbox's own keys, and the institutions that practise."""

    def __init__(self, session: Session, faucet_key: Path | None) -> None:
        self.session = session
        self.faucet = sandbox_key(session, FAUCET, faucet_key)
        self.authority = sandbox_key(session, "authority", faucet_key)
        self._met = session.check_ledger()

    def agency(self, name: str) -> Profile:
        """The profile of an institution, which is made when it is not there yet."""
        session = self.session
        found = session.config_now().profiles.get(name)
        if found is None:
            registrant = opening.Registrant(PartyKind.INSTITUTION, _TITLES[name], (SERVICE,))
            return make_agency(session, name, self._met, session.profile.ledger_url, registrant)
        if found.ledger_id != session.profile.ledger_id:
            raise WalletFault("profile_exists", ExitCode.CONFLICT, name=name)
        return found

    def bill(
        self, name: str, minor_units: int = MINOR_UNITS, *, agency: str = _PRACTICE, until_us: int = 0
    ) -> _Case:
        """An open bill of one of them."""
        self.agency(agency)
        bill_id = f"{name.upper()}/{secrets.token_hex(4).upper()}"
        made = Bill(SERVICE.code, minor_units, bill_id, DAYS, until_us)
        _, approved = raise_and_approve(self.session, agency, made)
        return _Case(name, control_number_in(approved), minor_units)

    def place(self, body: Body, key: PrivateKey) -> None:
        """An order by one of the sandbox's own keys."""
        settled = own_sender(self.session).place(body, key, summary={"kind": "sandbox"})
        require_accepted(settled.outcome, self.session.screen.language)


def _open(bench: _Bench) -> _Case:
    return bench.bill("open")


def _paid(bench: _Bench) -> _Case:
    case, session = bench.bill("paid"), bench.session
    payer = faucet_account(session.genesis, bench.faucet)
    bench.place(PayBill(payer, case.control_number, session.currency.code, case.minor_units), bench.faucet)
    return case


def _cancelled(bench: _Bench) -> _Case:
    case, session = bench.bill("cancelled"), bench.session
    reader = session.client(bench.agency(_PRACTICE), caller=session.read_key(bench.agency(_PRACTICE)))
    bill = answers.text(reader.get(route("v1", "bills", case.control_number)), "bill")
    asked = clerk_order(session, _PRACTICE, MAKER, CancelBill(bill, CancelReason.WRONG_AMOUNT))
    clerk_order(session, _PRACTICE, CHECKER, ApproveBill(bill, asked.order_id))
    return case


def _frozen(bench: _Bench) -> _Case:
    case, session = bench.bill("frozen", agency=_FROZEN), bench.session
    owner = bench.agency(_FROZEN)
    reader = session.client(owner, caller=session.read_key(owner))
    if not answers.tables(reader.get(route("v1", "accounts", owner.account)), "freezes"):
        reason = FreezeReason.INVESTIGATION
        bench.place(
            FreezeAccount(owner.account, FreezeScope.ALL, reason, "MAZOEZI/1", "SANDBOX"), bench.authority
        )
    return case


def _slow(bench: _Bench) -> _Case:
    return bench.bill("slow", OddAmount.SLOW)


def _dropped(bench: _Bench) -> _Case:
    return bench.bill("dropped", OddAmount.DROPPED)


def _unheard(bench: _Bench) -> _Case:
    case, session = bench.bill("unheard", agency=_UNHEARD), bench.session
    owner = bench.agency(_UNHEARD)
    client = session.client(owner, caller=session.read_key(owner))
    if not answers.tables(client.get("/v1/webhooks"), "webhooks"):
        writer = session.client(owner, caller=unlock(session, owner))
        writer.write("POST", "/v1/webhooks", dumps({"url": NOBODYS_URL}))
    return case


_MAKERS: tuple[Callable[[_Bench], _Case], ...] = (
    _open,
    _paid,
    _cancelled,
    _frozen,
    _slow,
    _dropped,
    _unheard,
)


@command("cases")
@click.option("--faucet-key", type=click.Path(path_type=Path), envvar="POCHI_FAUCET_KEY")
def cases(session: Session, faucet_key: Path | None) -> None:
    """Make bills that are open, expired, paid, cancelled, frozen, slow, dropped or unheard, and list their numbers."""
    profile, screen = session.profile, session.screen
    if not profile.sandbox:
        raise WalletFault("not_a_sandbox", ExitCode.USAGE)
    bench = _Bench(session, faucet_key)
    bench.agency(_PRACTICE)
    ends_us = (session.now_us() // MICROSECONDS_PER_SECOND + EXPIRY_SECONDS) * MICROSECONDS_PER_SECOND
    expired = bench.bill("expired", until_us=ends_us)
    made = [make(bench) for make in _MAKERS]
    made.insert(1, expired)
    time.sleep(max(0, ends_us - session.now_us()) / MICROSECONDS_PER_SECOND)
    screen.show_table(
        [screen.say(f"label.{name}") for name in ("control_number", "amount")]
        + [screen.say("cases.becomes")],
        [
            (grouped(case.control_number), session.money(case.minor_units), _becomes(session, case))
            for case in made
        ],
        right=(1,),
    )
    screen.tell(f"  {screen.say('cases.try', control_number=grouped(made[0].control_number))}")
    screen.show_json(
        {"cases": [_members(session, case) for case in made], "made_at": instant_text(session.now_us())}
    )


def _becomes(session: Session, case: _Case) -> str:
    return session.screen.say(f"cases.{case.name}")


def _members(session: Session, case: _Case) -> dict[str, str]:
    return {
        "case": case.name,
        "control_number": case.control_number,
        "amount": session.currency.text(case.minor_units),
        "becomes": _becomes(session, case),
    }
