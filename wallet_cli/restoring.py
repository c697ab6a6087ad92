"""A wallet that comes back: which key of the words the ledger knows, and which of its accounts become profiles here."""

from __future__ import annotations

from dataclasses import replace as changed
from typing import Any, NamedTuple

from wallet_cli import answers
from wallet_cli.client import Caller, LedgerClient, LedgerSaidNo
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.pinned import MetLedger, pinned_ledger
from wallet_cli.profile import Config, Profile, update_config, with_profile
from wallet_cli.recovery import ALGORITHMS, DEFAULT_ALGORITHM
from wallet_cli.screen import money
from wallet_cli.session import Session
from wallet_cli.unlocking import WalletKeys, keep_keys, keep_read_key, keys_of
from wallet_cli.web import parse_place, route

_UNKNOWN = frozenset({"caller_unknown", "unknown_key", "not_found"})
NAMES_MAX = 100


class Secret(NamedTuple):
    """What a profile's key file is made of. Never shown, never logged."""

    entropy: bytes
    passphrase: str


class FoundAccount(NamedTuple):
    """An account of the party whose key came back."""

    address: str
    currency: str
    decimals: int
    minor_units: int


def algorithm_known(session: Session, met: MetLedger, url: str, entropy: bytes) -> str:
    """The algorithm of that key of these words which the ledger knows; the usual one if it knows none.

    Raises:
        WalletFault: what `key_view` raises.
    """
    web = session.web(parse_place(url))
    for algorithm in ALGORITHMS:
        key = keys_of(entropy, algorithm).order
        caller = Caller(key, met.genesis.ledger_id, session.clock)
        client = LedgerClient(web, language=session.screen.language, caller=caller)
        if key_view(client, key.public.kid) is not None:
            return algorithm
    return DEFAULT_ALGORITHM


def key_view(client: LedgerClient, kid: str) -> dict[str, Any] | None:
    """What the ledger knows of a key, asked by that very key; None if nothing.

    Raises:
        WalletFault: `key_was_revoked` if the ledger takes it no more, and what asking raises.
    """
    try:
        return client.get(route("v1", "keys", kid))
    except LedgerSaidNo as fault:
        if fault.problem.code in _UNKNOWN:
            return None
        if fault.problem.code == "caller_token_invalid" and fault.problem.details.get("what") == "key":
            raise WalletFault("key_was_revoked", ExitCode.NOT_AUTHORISED) from fault
        raise


def found_accounts(session: Session, profile: Profile, view: dict[str, Any]) -> list[FoundAccount]:
    """The accounts in an answer about a key, those in the profile's currency first."""
    currencies = pinned_ledger(session.home, profile.ledger_id).currencies
    found = []
    for row in answers.tables(view, "accounts"):
        currency = currencies.get(answers.text(row, "currency"))
        if currency is not None:
            balance = answers.minor_units(row, "balance", currency)
            found.append(
                FoundAccount(answers.text(row, "account"), currency.code, currency.decimals, balance)
            )
    return sorted(found, key=lambda account: account.currency != profile.currency)


def chosen_accounts(session: Session, found: list[FoundAccount]) -> list[FoundAccount]:
    """Which of several accounts are wanted: asked for by number; all of them where nothing may be asked.

    Raises:
        WalletFault: `account_choice` for an answer that names none of them.
    """
    screen = session.screen
    if len(found) < 2:
        return found
    screen.tell(screen.say("restore.several", count=len(found)))
    for number, each in enumerate(found, start=1):
        held = money(each.minor_units, decimals=each.decimals, currency=each.currency)
        screen.tell(screen.say("restore.account", number=number, address=each.address, amount=held))
    if screen.assume_yes or screen.no_input:
        screen.tell(screen.say("restore.all_taken"))
        return found
    typed = screen.ask(screen.say("restore.ask_which")).strip().lower()
    if typed in ("", "all", "zote"):
        return found
    if typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= len(found):
        return [found[int(typed) - 1]]
    raise WalletFault("account_choice", ExitCode.USAGE, typed=typed[:40], count=len(found))


def profiles_beside(
    session: Session, profile: Profile, keys: WalletKeys, secret: Secret, accounts: list[FoundAccount]
) -> list[Profile]:
    """One more profile for each of these accounts, with the same keys: `asha-2`, `asha-3` ...

    What an earlier run made already is left as it is.
    """
    made = []
    for account in accounts:
        config = session.config_now()
        same = [each for each in config.profiles.values() if each.ledger_id == profile.ledger_id]
        if any(each.account == account.address for each in same):
            continue
        name = _free_name(config, profile.name)
        other = changed(
            profile,
            name=name,
            account=account.address,
            currency=account.currency,
            decimals=account.decimals,
            order_kid=keys.order.public.kid,
            contacts={},
        )
        if not session.home.key_file(name).exists():
            keep_keys(session.home, name, secret.entropy, secret.passphrase, profile.algorithm)
            keep_read_key(session.home, name, session.read_key(profile))
        _add(session, other)
        session.screen.done(session.screen.say("restore.beside", name=name, address=account.address))
        made.append(other)
    return made


def _add(session: Session, profile: Profile) -> None:
    update_config(session.home, lambda before: with_profile(before, profile, make_current=False))


def _free_name(config: Config, name: str) -> str:
    for number in range(2, NAMES_MAX):
        candidate = f"{name[:28]}-{number}"
        if candidate not in config.profiles:
            return candidate
    raise WalletFault("profile_exists", ExitCode.CONFLICT, name=name)
