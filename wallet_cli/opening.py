"""Making a wallet: keys, then the profile, then the orders that register them; each step safe to repeat.

The keys are on disk before the ledger hears of them, and the profile says which they are. Whatever cuts the way short,
`bring_up` looks what the ledger knows already and does the rest. Restoring from words is the same walk: there
everything is known already.
"""

from __future__ import annotations

from dataclasses import replace as changed
from typing import Any, NamedTuple

from ledger.addresses import account_address, new_order_id
from ledger.books.accounts import AccountClass
from ledger.books.parties import BillService, PartyKind, Scope, Title
from ledger.orders.codec import kind_name
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import AddKey, Body, OpenAccount, RegisterParty
from ledger.orders.signed import prove_possession
from ledger.signing.keys import PrivateKey
from ledger.strict_json import dumps
from ledger.words.languages import Language
from wallet_cli import answers
from wallet_cli.client import LedgerClient
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.pinned import MetLedger, meet_ledger, pin_ledger
from wallet_cli.profile import Config, Profile, update_config, with_profile
from wallet_cli.recovery import DEFAULT_ALGORITHM
from wallet_cli.restoring import FoundAccount, chosen_accounts, found_accounts, key_view
from wallet_cli.sending import Sender, require_accepted
from wallet_cli.session import Session
from wallet_cli.unlocking import WalletKeys, keep_keys, keep_read_key
from wallet_cli.web import parse_place


class Registrant(NamedTuple):
    """Who the wallet is for: a person, or an institution with its public title and services."""

    kind: PartyKind = PartyKind.PERSON
    title: Title | None = None
    services: tuple[BillService, ...] = ()

    @property
    def account_class(self) -> AccountClass:
        """What kind of account it opens."""
        return AccountClass.WALLET if self.kind is PartyKind.PERSON else AccountClass.COLLECTION


PERSON = Registrant()


class Opened(NamedTuple):
    """A wallet that works, and whether the ledger knew its keys before."""

    profile: Profile
    known_before: bool
    accounts: list[FoundAccount]
    """Those that were chosen, the profile's own first."""


def meet(session: Session, url: str) -> MetLedger:
    """Look at the ledger at a URL for the first time.

    Raises:
        WalletFault: `url_invalid`, `url_not_private` for plain HTTP across a network to anything but a sandbox,
            `clock_differs`, and what asking raises.
    """
    spot = parse_place(url)
    client = LedgerClient(session.web(spot), language=session.screen.language)
    met = meet_ledger(client.get("/v1/ledger"))
    if not spot.private and not met.genesis.sandbox:
        raise WalletFault("url_not_private", ExitCode.USAGE, url=spot.url)
    session.clock.ahead_us = met.ahead_us
    session.require_same_time(met.time_us)
    return met


def start_profile(
    session: Session,
    name: str,
    met: MetLedger,
    *,
    url: str,
    entropy: bytes,
    passphrase: str,
    language: Language,
    algorithm: str = DEFAULT_ALGORITHM,
) -> tuple[Profile, WalletKeys]:
    """Keys and an unfinished profile on disk: nothing has been sent, and nothing can be lost any more.

    Raises:
        WalletFault: `profile_name`, `profile_exists`, `key_file_exists`.
    """
    genesis = met.genesis
    currency = next(iter(genesis.currencies.values()))
    draft = Profile(
        name=name,
        ledger_url=parse_place(url).url,
        ledger_id=genesis.ledger_id,
        address_prefix=genesis.prefix,
        log_key=genesis.log_key.jwk(),
        party="",
        account="",
        order_kid="",
        read_kid="",
        ledger_name=genesis.name,
        language=language,
        currency=currency.code,
        decimals=currency.decimals,
        sandbox=genesis.sandbox,
        algorithm=algorithm,
    )
    with_profile(session.config, draft, make_current=False)
    pin_ledger(session.home, genesis)
    keys = keep_keys(session.home, name, entropy, passphrase, algorithm)
    profile = changed(draft, order_kid=keys.order.public.kid, read_kid=keys.read.public.kid)
    update_config(session.home, lambda config: with_profile(config, profile, make_current=False))
    return profile, keys


def bring_up(
    session: Session,
    profile: Profile,
    keys: WalletKeys,
    genesis: Genesis,
    registrant: Registrant = PERSON,
    *,
    account: str = "",
) -> Opened:
    """Register what the ledger does not know yet: the party, its account, its read key. Then the profile is finished.

    Where there are several accounts, it is the one named, or the person chooses.

    Raises:
        WalletFault: what `Sender.place` raises, or `refused`; `key_was_revoked`, `account_choice`.
    """
    sender = Sender(session, profile, genesis, session.client(profile, caller=keys.order))
    view = key_view(sender.client, keys.order.public.kid)
    known_before = view is not None
    if view is None:
        view = _register(sender, keys, registrant)
    found = found_accounts(session, profile, view)
    accounts = [each for each in found if each.address == account] or chosen_accounts(session, found)
    if not accounts:
        address = _open_account(sender, keys, registrant.account_class)
        accounts = [FoundAccount(address, profile.currency, profile.decimals, 0)]
    own, read_kid = accounts[0], _add_read_key(sender, keys, view)
    finished = changed(
        profile,
        party=answers.text(view, "party"),
        account=own.address,
        currency=own.currency,
        decimals=own.decimals,
        read_kid=read_kid,
    )
    update_config(session.home, lambda config: _with(config, finished))
    return Opened(finished, known_before, accounts)


def add_key(sender: Sender, owner: PrivateKey, key: PrivateKey, scopes: tuple[Scope, ...]) -> None:
    """One more key for the owner's party, with proof that it is held.

    Raises:
        WalletFault: what `Sender.place` raises, or `refused`.
    """
    order_id = new_order_id(sender.session.now_us())
    possession = prove_possession(key, genesis=sender.genesis, order_id=order_id, registrant=owner.public.kid)
    _place(sender, AddKey(key.public, scopes, possession), owner, order_id)


def set_name(session: Session, profile: Profile, key: PrivateKey, name: str) -> None:
    """The holder's own name, as others see it masked: beside the log, where it can be erased.

    Raises:
        WalletFault: what `LedgerClient.write` raises.
    """
    session.client(profile, caller=key).write("PUT", "/v1/names/me", dumps({"name": name}))


def _place(sender: Sender, body: Body, key: PrivateKey, order_id: str | None = None) -> None:
    settled = sender.place(body, key, summary={"kind": kind_name(body)}, order_id=order_id)
    require_accepted(settled.outcome, sender.session.screen.language)


def _register(sender: Sender, keys: WalletKeys, registrant: Registrant) -> dict[str, Any]:
    """The party, with the order key as its first, and then what the ledger says of it."""
    body = RegisterParty(registrant.kind, keys.order.public, registrant.title, registrant.services)
    _place(sender, body, keys.order)
    view = key_view(sender.client, keys.order.public.kid)
    if view is None:
        raise WalletFault("answer_member", ExitCode.UNEXPECTED, member="party")
    return view


def _open_account(sender: Sender, keys: WalletKeys, account_class: AccountClass) -> str:
    """An account in the ledger's currency; its address is known before the ledger says it."""
    order_id, genesis = new_order_id(sender.session.now_us()), sender.genesis
    _place(sender, OpenAccount(sender.profile.currency, account_class), keys.order, order_id)
    return account_address(
        prefix=genesis.prefix, ledger_id=genesis.ledger_id, kid=keys.order.public.kid, order_id=order_id
    )


def _add_read_key(sender: Sender, keys: WalletKeys, view: dict[str, Any]) -> str:
    """A registered read key: the one from the words, or a fresh one if that was revoked. Its kid."""
    listed = {answers.text(row, "kid"): row for row in answers.tables(view, "keys")}
    key, row = keys.read, listed.get(keys.read.public.kid)
    if row is not None and row.get("revoked") is None:
        return key.public.kid
    if row is not None:
        key = PrivateKey.generate()
        keep_read_key(sender.session.home, sender.profile.name, key)
    add_key(sender, keys.order, key, (Scope.READ,))
    return key.public.kid


def _with(config: Config, profile: Profile) -> Config:
    """The settings with a profile in the place of its unfinished self; the first finished one becomes current."""
    current = config.current if config.current in config.profiles else profile.name
    return changed(config, profiles=config.profiles | {profile.name: profile}, current=current)
