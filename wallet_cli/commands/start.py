"""`pochi init`: a new wallet, or one that comes back from its 24 words."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import NamedTuple

import click

from ledger.orders.genesis import Genesis
from wallet_cli import opening
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.pinned import MetLedger, mark_of
from wallet_cli.profile import PROFILE_NAME, Profile
from wallet_cli.recovery import ALGORITHMS, DEFAULT_ALGORITHM, ENTROPY_BYTES, parse_words, words_of
from wallet_cli.restoring import Secret, algorithm_known, profiles_beside
from wallet_cli.running import command
from wallet_cli.screen import Row
from wallet_cli.session import Session
from wallet_cli.unlocking import (
    WalletKeys,
    ask_new_passphrase,
    entropy_of,
    keys_of,
    make_quick_passphrase,
    named_passphrase,
    passphrase_for,
    quick_passphrase_file,
    unlock_with,
)


class Wish(NamedTuple):
    """What the options of a first run ask for."""

    person: str | None = None
    quick: bool = False
    restore: bool = False
    algorithm: str | None = None


LEDGER_URL = "http://127.0.0.1:8470"
PROFILE_DEFAULT = "wallet"
NAME_CHARACTERS_MAX = 60
WORDS_ASKED = 3
TRIES = 3
_COLUMNS = 4


@command("init")
@click.option("--ledger", "ledger_url", default=LEDGER_URL, envvar="POCHI_LEDGER")
@click.option("--name", "person")
@click.option("--quick", is_flag=True)
@click.option("--restore", is_flag=True)
@click.option("--algorithm", type=click.Choice(ALGORITHMS, case_sensitive=False))
def init(
    session: Session,
    *,
    ledger_url: str,
    person: str | None,
    quick: bool,
    restore: bool,
    algorithm: str | None,
) -> None:
    """Make a wallet on a ledger, or restore one."""
    wish = Wish(person=person, quick=quick, restore=restore, algorithm=algorithm)
    make_wallet(session, ledger_url, wish)


def make_wallet(session: Session, ledger_url: str, wish: Wish) -> None:
    """The whole first run: meet the ledger, make or restore the keys, register them, name their holder."""
    screen, person, quick, restore = session.screen, wish.person, wish.quick, wish.restore
    if quick and restore:
        raise WalletFault("quick_restore", ExitCode.USAGE)
    person = None if person is None else unicodedata.normalize("NFC", person.strip())
    if person is not None and not 1 <= len(person) <= NAME_CHARACTERS_MAX:
        raise WalletFault("name_form", ExitCode.USAGE)
    met = opening.meet(session, ledger_url)
    if quick and not met.genesis.sandbox:
        raise WalletFault("quick_not_sandbox", ExitCode.USAGE)
    _welcome(session, met, ledger_url, quick=quick)
    name = _profile_name(session, person)
    unfinished = session.config.profiles.get(name)
    if unfinished is not None and not unfinished.account:
        profile, keys, secret = _resume(session, unfinished, met)
    else:
        profile, keys, secret = _start(session, name, met, ledger_url, wish)
    opened = opening.bring_up(session, profile, keys, met.genesis)
    profiles_beside(session, opened.profile, keys, secret, opened.accounts[1:])
    if person is not None:
        opening.set_name(session, opened.profile, keys.order, person)
    if restore:
        key = "init.restored" if opened.known_before else "init.restored_nothing"
        count = len(opened.accounts)
        screen.tell(screen.say(key, accounts=count) if opened.known_before else screen.say(key))
    report_wallet(session, opened.profile, met.genesis, quick=quick)


def _welcome(session: Session, met: MetLedger, url: str, *, quick: bool) -> None:
    """Which ledger this is, and whether that is the one that was meant. In a hurry nothing is asked."""
    screen, genesis = session.screen, met.genesis
    screen.tell(screen.say("init.welcome_sandbox" if genesis.sandbox else "init.welcome"))
    screen.tell()
    if quick:
        url_row = Row(screen.say("label.ledger"), url, f"({genesis.name})")
        screen.tell_rows([url_row, Row(screen.say("profile.mark"), mark_of(genesis.ledger_id))])
        return
    screen.tell(screen.say("init.step_language"))
    screen.tell(screen.say("init.step_ledger", url=f"{url}   ({genesis.name})"))
    screen.tell(screen.say("init.ledger_mark", mark=mark_of(genesis.ledger_id)))
    if not screen.confirm(screen.say("init.ask_ledger")):
        raise WalletFault("declined", ExitCode.DECLINED)


def _profile_name(session: Session, person: str | None) -> str:
    """`--profile`, else `POCHI_PROFILE`, else the first word of the holder's name."""
    named = session.named or session.environment.get("POCHI_PROFILE")
    if named:
        return named
    plain = unicodedata.normalize("NFKD", person or "").encode("ascii", "ignore").decode().lower()
    first = re.sub(r"[^a-z0-9_-]", "", plain.split()[0]) if plain.split() else ""
    return first if PROFILE_NAME.fullmatch(first) else PROFILE_DEFAULT


def _start(
    session: Session, name: str, met: MetLedger, url: str, wish: Wish
) -> tuple[Profile, WalletKeys, Secret]:
    screen, quick, restore = session.screen, wish.quick, wish.restore
    if name in session.config.profiles:
        raise WalletFault("profile_exists", ExitCode.CONFLICT, name=name)
    if PROFILE_NAME.fullmatch(name) is None:
        raise WalletFault("profile_name", ExitCode.USAGE, name=name[:40])
    entropy = _asked_entropy(session) if restore else secrets.token_bytes(ENTROPY_BYTES)
    given = named_passphrase(session)
    if not quick:
        screen.tell(screen.say("init.step_key", name=name))
    if quick and given is None:
        passphrase = make_quick_passphrase(session.home, name)
    else:
        passphrase = given if given is not None else ask_new_passphrase(screen)
    if not quick and not restore:
        show_words(session, entropy, heading="init.step_words")
        ask_back(session, words_of(entropy))
    known = algorithm_known(session, met, url, entropy) if restore and not wish.algorithm else None
    profile, keys = opening.start_profile(
        session,
        name,
        met,
        url=url,
        entropy=entropy,
        passphrase=passphrase,
        language=screen.language,
        algorithm=wish.algorithm or known or DEFAULT_ALGORITHM,
    )
    return profile, keys, Secret(entropy, passphrase)


def _resume(session: Session, profile: Profile, met: MetLedger) -> tuple[Profile, WalletKeys, Secret]:
    """The keys of a wallet whose first run was cut short."""
    if met.genesis.ledger_id != profile.ledger_id:
        raise WalletFault("profile_exists", ExitCode.CONFLICT, name=profile.name)
    if profile.party:
        raise WalletFault("key_unfinished", ExitCode.CONFLICT, name=profile.name)
    session.screen.tell(session.screen.say("init.resumed", name=profile.name))
    passphrase = passphrase_for(session, profile)
    entropy = unlock_with(session, profile, passphrase)
    return profile, keys_of(entropy, profile.algorithm), Secret(entropy, passphrase)


def _asked_entropy(session: Session) -> bytes:
    """The 32 bytes behind the words that the person types; from a pipe, the first line."""
    screen = session.screen
    question = screen.say("init.ask_words")
    typed = screen.ask_secret(question) if screen.keyboard.isatty() else screen.ask(question)
    return entropy_of(parse_words(typed))


def show_words(session: Session, entropy: bytes, *, heading: str = "init.words_told") -> None:
    """The recovery words in four columns, on the terminal only, never on standard output."""
    screen, words = session.screen, words_of(entropy)
    screen.tell(screen.say(heading))
    screen.tell(screen.say("init.words_english"))
    screen.tell()
    rows = len(words) // _COLUMNS
    for row in range(rows):
        numbered = [(place + 1, words[place]) for place in range(row, len(words), rows)]
        screen.tell("    " + "".join(f"{number:>2} {word:<12}" for number, word in numbered).rstrip())
    screen.tell()


def ask_back(session: Session, words: tuple[str, ...]) -> None:
    """Three of the words, at random places: who cannot answer, also at a third try, has not written them down.

    Raises:
        WalletFault: `words_differ` (nothing has been registered yet, and these words are void).
    """
    screen = session.screen
    for place in sorted(secrets.SystemRandom().sample(range(len(words)), WORDS_ASKED)):
        for _ in range(TRIES):
            typed = screen.ask(screen.say("init.ask_word", place=place + 1)).strip().lower()
            if typed in (words[place], words[place][:4]):
                break
            screen.warn(screen.say("init.word_other", place=place + 1))
        else:
            raise WalletFault("words_differ", ExitCode.USAGE, place=place + 1)


def report_wallet(session: Session, profile: Profile, genesis: Genesis, *, quick: bool = False) -> None:
    """The new or restored wallet: its address, and what to try next."""
    screen = session.screen
    if quick and quick_passphrase_file(session.home, profile.name).exists():
        screen.warn(screen.say("init.quick"))
    if quick:
        screen.tell(f"  {screen.say('init.words_later')}")
    screen.done(screen.say("init.done", address=profile.account))
    if genesis.sandbox:
        screen.tell(f"  {screen.say('init.try_fund')}")
    screen.show_json(
        {
            "profile": profile.name,
            "account": profile.account,
            "party": profile.party,
            "kid": profile.order_kid,
            "ledger": profile.ledger_id,
            "sandbox": profile.sandbox,
        }
    )
