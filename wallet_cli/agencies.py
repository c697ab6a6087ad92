"""A sandbox's faucet, and its invented institution: keys in three profiles, bills that two of them make together.

The owner's key registers the institution and its other keys; the maker's raises bills, the checker's approves them. In
the world these are people with machines of their own; in a sandbox they are three profiles side by side.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ledger.books.parties import Scope
from ledger.faults import LedgerFault
from ledger.instants import MICROSECONDS_PER_DAY
from ledger.orders.codec import kind_name
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import ApproveBill, Body, RaiseBill
from ledger.signing import base64url
from ledger.signing.keys import PrivateKey
from ledger.strict_json import loads_object
from wallet_cli import answers, files, opening
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.opening import Registrant
from wallet_cli.pinned import MetLedger, pinned_ledger
from wallet_cli.profile import Profile, update_config, with_profile
from wallet_cli.recovery import ENTROPY_BYTES
from wallet_cli.sending import Outcome, Sender, require_accepted
from wallet_cli.session import Session
from wallet_cli.unlocking import keep_keys, make_quick_passphrase, unlock

MAKER, CHECKER = "maker", "checker"
FAUCET = "faucet"
KEY_BYTES_MAX = 4_096


class Bill(NamedTuple):
    """What is to be raised. `days` from now it expires."""

    service: str
    minor_units: int
    bill_id: str
    days: int
    until_us: int = 0
    """The instant at which it expires, if that is not said in days."""


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
    maker = _clerk(session, agency, MAKER)
    until_us = bill.until_us or session.now_us() + bill.days * MICROSECONDS_PER_DAY
    body = RaiseBill(bill.bill_id, bill.service, maker.account, maker.currency, bill.minor_units, until_us)
    raised = clerk_order(session, agency, MAKER, body)
    return raised, clerk_order(session, agency, CHECKER, ApproveBill(raised.order_id))


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
    found = session.config_now().profiles.get(name)
    if found is None:
        raise WalletFault("profile_unknown", ExitCode.NOT_FOUND, name=name[:40])
    return found


def clerk_order(session: Session, agency: str, role: str, body: Body) -> Outcome:
    """An order by the agency's maker or checker, which the ledger accepted.

    Raises:
        WalletFault: `profile_unknown`, what unlocking and placing raise, or `refused`.
    """
    clerk = _clerk(session, agency, role)
    genesis, key = pinned_ledger(session.home, clerk.ledger_id), unlock(session, clerk)
    sender = Sender(session, clerk, genesis, session.client(clerk, caller=session.read_key(clerk)))
    outcome = sender.place(body, key, summary={"kind": kind_name(body)}).outcome
    require_accepted(outcome, session.screen.language)
    return outcome


def control_number_in(approved: Outcome) -> str:
    """The control number that the rules gave to a bill."""
    return answers.text(approved.result, "control_number")


def sandbox_key(session: Session, name: str, faucet: Path | None) -> PrivateKey:
    """A key that the sandbox was founded with, such as its faucet's: all of them lie in one folder.

    That is the folder of the `faucet` key's file if one is named, else of the sandbox that this wallet lies in, else
    of the one in this folder.

    Raises:
        WalletFault: `faucet_key_missing`, `faucet_key_unreadable`.
    """
    folders = [folder / "keys" for folder in session.home.config_folder.parents[:3]]
    beside = [faucet.parent] if faucet is not None else [*folders, Path("var") / "keys"]
    places = (
        [faucet] if faucet is not None and name == FAUCET else [folder / f"{name}.key" for folder in beside]
    )
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise WalletFault("faucet_key_missing", ExitCode.NOT_FOUND, path=str(places[-1]))
    try:
        jwk = loads_object(files.read_private(path, bytes_max=KEY_BYTES_MAX), bytes_max=KEY_BYTES_MAX)
        return PrivateKey.from_seed(base64url.decode(answers.text(jwk, "d")))
    except (LedgerFault, FileNotFoundError) as error:
        raise WalletFault("faucet_key_unreadable", ExitCode.NOT_AUTHORISED, path=str(path)) from error


def faucet_account(genesis: Genesis, key: PrivateKey) -> str:
    """The account of the party that genesis gave this key to.

    Raises:
        WalletFault: `faucet_key_other` if it is the key of another ledger.
    """
    for party in genesis.parties:
        if any(known == key.public for known, _ in party.keys):
            for line in genesis.chart:
                if line.party == party.party:
                    return genesis.address_of(line.code)
    raise WalletFault("faucet_key_other", ExitCode.NOT_AUTHORISED)
