"""A sandbox's invented institution: its keys in three profiles, and bills that two of them make together.

The owner's key registers the institution and its other keys; the maker's raises bills, the checker's approves them. In
the world these are people with machines of their own; in a sandbox they are three profiles side by side.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import NamedTuple

from ledger.books.parties import Scope
from ledger.instants import MICROSECONDS_PER_DAY
from ledger.orders.codec import kind_name
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import ApproveBill, RaiseBill
from ledger.signing.keys import PrivateKey
from wallet_cli import answers, opening
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.opening import Registrant
from wallet_cli.pinned import MetLedger, pinned_ledger
from wallet_cli.profile import Profile, update_config, with_profile
from wallet_cli.recovery import ENTROPY_BYTES
from wallet_cli.sending import Outcome, Sender, require_accepted
from wallet_cli.session import Session
from wallet_cli.unlocking import keep_keys, make_quick_passphrase, unlock

MAKER, CHECKER = "maker", "checker"


class Bill(NamedTuple):
    """What is to be raised. `days` from now it expires."""

    service: str
    minor_units: int
    bill_id: str
    days: int


def make_agency(session: Session, name: str, met: MetLedger, url: str, registrant: Registrant) -> Profile:
    """An institution with owner, maker and checker keys and a collection account, as profiles on this machine.

    Raises:
        WalletFault: `profile_exists` if one of the three names is taken, and what `opening` raises.
    """
    for each in (name, f"{name}-{MAKER}", f"{name}-{CHECKER}"):
        if each in session.config.profiles:
            raise WalletFault("profile_exists", ExitCode.CONFLICT, name=each)
    entropy, passphrase = secrets.token_bytes(ENTROPY_BYTES), make_quick_passphrase(session.home, name)
    language = session.screen.language
    draft, keys = opening.start_profile(
        session, name, met, url=url, entropy=entropy, passphrase=passphrase, language=language
    )
    owner = opening.bring_up(session, draft, keys, met.genesis, registrant).profile
    sender = Sender(session, owner, met.genesis, session.client(owner, caller=keys.order))
    for role, scope in ((MAKER, Scope.MAKE), (CHECKER, Scope.CHECK)):
        _add_clerk(sender, keys.order, role=role, scope=scope)
    return owner


def raise_and_approve(session: Session, agency: str, bill: Bill) -> tuple[Outcome, Outcome]:
    """A bill raised by the agency's maker and approved by its checker; the outcomes of both orders.

    Raises:
        WalletFault: `profile_unknown`, what unlocking and placing raise, or `refused`.
    """
    maker, checker = _clerk(session, agency, MAKER), _clerk(session, agency, CHECKER)
    genesis = pinned_ledger(session.home, maker.ledger_id)
    until_us = session.now_us() + bill.days * MICROSECONDS_PER_DAY
    body = RaiseBill(bill.bill_id, bill.service, maker.account, maker.currency, bill.minor_units, until_us)
    raised = _clerk_order(session, maker, body, genesis)
    return raised, _clerk_order(session, checker, ApproveBill(raised.order_id), genesis)


def _add_clerk(owner: Sender, owner_key: PrivateKey, *, role: str, scope: Scope) -> None:
    """One more key of the institution, with a profile of its own. It reads with itself: its scope allows that."""
    session, name = owner.session, f"{owner.profile.name}-{role}"
    passphrase = make_quick_passphrase(session.home, name)
    keys = keep_keys(session.home, name, secrets.token_bytes(ENTROPY_BYTES), passphrase)
    opening.add_key(owner, owner_key, keys.order, (scope,))
    opening.add_key(owner, owner_key, keys.read, (Scope.READ,))
    clerk = replace(
        owner.profile, name=name, order_kid=keys.order.public.kid, read_kid=keys.read.public.kid, contacts={}
    )
    update_config(session.home, lambda config: with_profile(config, clerk, make_current=False))


def _clerk(session: Session, agency: str, role: str) -> Profile:
    name = f"{agency}-{role}"
    if name not in session.config.profiles:
        raise WalletFault("profile_unknown", ExitCode.NOT_FOUND, name=name[:40])
    return session.config.profiles[name]


def _clerk_order(
    session: Session, clerk: Profile, body: RaiseBill | ApproveBill, genesis: Genesis
) -> Outcome:
    key = unlock(session, clerk)
    sender = Sender(session, clerk, genesis, session.client(clerk, caller=session.read_key(clerk)))
    outcome = sender.place(body, key, summary={"kind": kind_name(body)}).outcome
    require_accepted(outcome, session.screen.language)
    return outcome


def control_number_in(approved: Outcome) -> str:
    """The control number that the rules gave to a bill."""
    return answers.text(approved.result, "control_number")
